#include <getopt.h>
#include <stdio.h>

#include "auth/idna.h"
#include "cmd/cmd.h"
#include "cmd/dmarc.h"
#include "cmd/resolver_option.h"
#include "cmd/terminal.h"
#include "report/dmarc_check.h"
#include "source/suffixes.h"

#define ARENA_BYTES_MAX ((size_t)256 << 20)
#define OUTPUT_BYTES_MAX ((size_t)16 << 20)

struct arguments {
    struct resolver_option resolver;
    const char *suffixes; /* NULL: the newest list */
    bool json;
    const char *domain;
};

enum option_code {
    OPTION_SUFFIXES = 256,
    OPTION_JSON,
};

static const struct option long_options[] = {
    RESOLVER_OPTIONS,
    {"public-suffixes", required_argument, NULL, OPTION_SUFFIXES},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *
help(void)
{
    return "usage: weir dmarc check [OPTION...] DOMAIN\n"
           "\n"
           "Shows which DMARC policy applies to mail from a domain by RFC 9989, whether it exists\n"
           "or not, whether its reports arrive, and what to publish instead.\n"
           "\n"
           "      --json                   the result as JSON, see weir-dmarc(1)\n"
           "      --resolver ADDRESS@PORT  ask this name server\n"
           "      --trust-anchor FILE      keys to validate answers with, not the system's\n"
           "      --zone FILE              take answers from this file, and ask nobody\n"
           "      --public-suffixes FILE   instead of the newest list of this machine\n"
           "  -h, --help                   this text\n"
           "\n"
           "Exit code: 0 nothing to mend, 1 something is, 2 wrong usage, 3 the DNS did not "
           "answer.\n";
}

static int
look(const struct arguments *arguments, const struct resolver *resolver,
     const struct suffixes_file *suffixes, struct arena *arena, struct buf *out)
{
    struct dmarc_review *review;
    struct str domain;
    struct err err;
    int code = CMD_NOTHING;

    if (!idna_name(str_from_cstr(arguments->domain), arena, &domain)) {
        terminal_complain("dmarc check", STR("that is no name the DNS can have"));
        return CMD_USAGE;
    }
    review = dmarc_review(resolver, suffixes->suffixes, domain, arena);
    if (!review) {
        terminal_complain("dmarc check", STR("the answers are larger than can be held"));
        return CMD_UNREAD;
    }
    if (arguments->json)
        dmarc_check_json(review, suffixes->name, out);
    else
        dmarc_check_text(review, suffixes->name, out);
    for (uint32_t i = 0; i < review->problem_count; i++) {
        if (review->problems[i].weight == DMARC_FAULT)
            code = CMD_FOUND;
    }
    if (review->has_failed)
        code = CMD_UNREAD;
    if (!terminal_print(buf_str(out), &err)) {
        terminal_complain("dmarc check", str_from_cstr(err.text));
        return CMD_UNREAD;
    }
    return code;
}

static int
run(const struct arguments *arguments)
{
    struct resolver_choice choice;
    struct suffixes_file suffixes = {0};
    struct arena *arena;
    struct buf out;
    struct err err;
    int code;

    if (!resolver_option_open(&arguments->resolver, &choice, &err)) {
        terminal_complain("dmarc check", str_from_cstr(err.text));
        return CMD_USAGE;
    }
    if (!suffixes_open(arguments->suffixes, &suffixes, &err)) {
        terminal_complain("dmarc check", str_from_cstr(err.text));
        resolver_option_close(&choice);
        return CMD_USAGE;
    }
    arena = arena_new(ARENA_BYTES_MAX);
    buf_init(&out, OUTPUT_BYTES_MAX);
    code = look(arguments, &choice.resolver, &suffixes, arena, &out);
    buf_done(&out);
    arena_free(arena);
    suffixes_close(&suffixes);
    resolver_option_close(&choice);
    return code;
}

int
cmd_dmarc_check(int argc, char **argv)
{
    struct arguments arguments = {0};
    int code;

    while ((code = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        if (resolver_option_set(&arguments.resolver, code, optarg))
            continue;
        switch (code) {
        case OPTION_SUFFIXES:
            arguments.suffixes = optarg;
            break;
        case OPTION_JSON:
            arguments.json = true;
            break;
        case 'h':
            printf("%s", help());
            return CMD_NOTHING;
        default:
            return CMD_USAGE;
        }
    }
    if (optind + 1 != argc) {
        terminal_complain("dmarc check", STR("name one domain; --help lists the options"));
        return CMD_USAGE;
    }
    arguments.domain = argv[optind];
    return run(&arguments);
}
