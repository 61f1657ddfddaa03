/*
 * weir - finds where spam leaves this server, proves it, and stops it.
 *
 * One row a subcommand: a new command is a new file and a new row.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/str.h"
#include "cmd/cmd.h"
#include "disk/yara_child.h"

static const struct command {
    const char *name, *summary;
    int (*run)(int argc, char **argv);
} commands[] = {
    {"trace", "where does the spam come from? reads logs, complaints and samples", cmd_trace},
    {"scan", "what on disk can send spam? scripts, forms, outdated software", cmd_scan},
    {"audit", "what lets spam happen? mail authentication, relay, mailboxes, host", cmd_audit},
    {"quarantine", "takes malicious files away, and gives them back as they were", cmd_quarantine},
    {"mailbox", "makes a strong password for a mailbox, in Dovecot's format", cmd_mailbox},
    {"spf", "may this client send as that domain? every term that was looked at", cmd_spf},
    {"dkim", "checks DKIM signatures, signs mails, makes keys", cmd_dkim},
    {"dmarc", "what a domain asks receivers to do with forged mail, and is it right?", cmd_dmarc},
    {"arc", "checks the ARC chain of a mail, adds to it", cmd_arc},
    {"prvs", "envelope senders whose bounces can be told from forged ones", cmd_prvs},
};
#define COMMAND_COUNT (sizeof(commands) / sizeof(commands[0]))

static void
print_usage(FILE *out)
{
    fprintf(out, "usage: weir COMMAND [OPTION...] [FILE...]\n\n");
    for (size_t i = 0; i < COMMAND_COUNT; i++)
        fprintf(out, "  weir %-10s %s\n", commands[i].name, commands[i].summary);
    fprintf(out, "\nStart with `weir trace`: without arguments it reads this host's own logs.\n"
                 "weir COMMAND --help lists the options; see also weir(1).\n");
}

/* SOURCE_DATE_EPOCH asks for the same output from the same input, to the byte. */
static void
seed_hashes(void)
{
    uint64_t seed;

    if (!getenv("SOURCE_DATE_EPOCH") && getrandom(&seed, sizeof(seed), 0) == sizeof(seed))
        str_hash_seed(seed);
}

int
main(int argc, char **argv)
{
    seed_hashes();
    if (argc < 2) {
        print_usage(stderr);
        return CMD_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        print_usage(stdout);
        return CMD_NOTHING;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("weir %s\n", WEIR_VERSION);
        return CMD_NOTHING;
    }
    /* What `weir scan --rules` starts by itself; nothing for people. */
    if (strcmp(argv[1], YARA_CHILD_COMMAND) == 0)
        return yara_child_main(argc - 1, argv + 1);
    for (size_t i = 0; i < COMMAND_COUNT; i++) {
        if (strcmp(argv[1], commands[i].name) == 0)
            return commands[i].run(argc - 1, argv + 1);
    }
    fprintf(stderr, "weir: there is no command '%s'; `weir help` lists them\n", argv[1]);
    return CMD_USAGE;
}
