#include "cmd/dmarc.h"

#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

static const struct action {
    const char *name, *summary;
    int (*run)(int argc, char **argv);
} actions[] = {
    {"check", "what a domain publishes, what applies to it, and what to publish", cmd_dmarc_check},
    {"evaluate", "what a receiver makes of a mail, by its SPF and DKIM", cmd_dmarc_evaluate},
    {"reports", "what receivers report: who sends as you, what fails, whether p=reject is safe",
     cmd_dmarc_reports},
};
#define ACTION_COUNT (sizeof(actions) / sizeof(actions[0]))

static void
print_usage(FILE *out)
{
    fprintf(out, "usage: weir dmarc ACTION [OPTION...] [ARGUMENT...]\n\n");
    for (size_t i = 0; i < ACTION_COUNT; i++)
        fprintf(out, "  %-9s %s\n", actions[i].name, actions[i].summary);
    fprintf(out, "\nweir dmarc ACTION --help lists its options; see also weir-dmarc(1).\n");
}

int
cmd_dmarc(int argc, char **argv)
{
    if (argc < 2) {
        print_usage(stderr);
        return CMD_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        print_usage(stdout);
        return CMD_NOTHING;
    }
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        if (strcmp(actions[i].name, argv[1]) == 0)
            return actions[i].run(argc - 1, argv + 1);
    }
    fprintf(stderr, "weir dmarc: there is no action '%s'; `weir dmarc --help` lists them\n",
            argv[1]);
    return CMD_USAGE;
}
