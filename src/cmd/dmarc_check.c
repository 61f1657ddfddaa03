#include <getopt.h>
#include <stdio.h>

#include "cmd/cmd.h"
#include "cmd/dmarc.h"
#include "cmd/resolver_option.h"
#include "report/escape.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define OUTPUT_BYTES_MAX ((size_t)16 << 20)

enum option_code {
    OPTION_RESOLVER = 256,
    OPTION_ZONE,
};

static const struct option long_options[] = {
    {"resolver", required_argument, NULL, OPTION_RESOLVER},
    {"zone", required_argument, NULL, OPTION_ZONE},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *
help(void)
{
    return "usage: weir dmarc check [OPTION...] DOMAIN\n"
           "\n"
           "      --resolver ADDRESS@PORT  the name server to ask\n"
           "      --zone FILE              answers from this file instead\n"
           "  -h, --help                   this text\n";
}

static int
look(const struct resolver *resolver, const char *domain)
{
    struct arena *arena = arena_new(ARENA_BYTES_MAX);
    struct str name = arena_printf(arena, "_dmarc.%s", domain);
    struct dns_answer answer = resolver_ask(resolver, name, DNS_TXT, arena);
    struct buf out;

    buf_init(&out, OUTPUT_BYTES_MAX);
    for (uint32_t i = 0; i < answer.count; i++) {
        (void)escape_terminal(&out, answer.records[i].data, 0);
        buf_add_char(&out, '\n');
    }
    printf(STR_FMT, STR_ARG(buf_str(&out)));
    buf_done(&out);
    arena_free(arena);
    return answer.status == DNS_FOUND ? CMD_NOTHING : CMD_FOUND;
}

int
cmd_dmarc_check(int argc, char **argv)
{
    struct resolver_option option = {0};
    struct resolver_choice choice;
    struct err err;
    int code;

    while ((code = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        if (code == 'h') {
            printf("%s", help());
            return CMD_NOTHING;
        }
        if (code == OPTION_RESOLVER)
            option.server = optarg;
        else if (code == OPTION_ZONE)
            option.zone = optarg;
        else
            return CMD_USAGE;
    }
    if (optind + 1 != argc) {
        fprintf(stderr, "%s", help());
        return CMD_USAGE;
    }
    if (!resolver_option_open(&option, &choice, &err)) {
        fprintf(stderr, "weir: %s\n", err.text);
        return CMD_USAGE;
    }
    code = look(&choice.resolver, argv[optind]);
    resolver_option_close(&choice);
    return code;
}
