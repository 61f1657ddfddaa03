#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "auth/dmarc.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/dmarc.h"
#include "cmd/resolver_option.h"
#include "cmd/terminal.h"
#include "report/escape.h"

#define ARENA_BYTES_MAX ((size_t)256 << 20)
#define OUTPUT_BYTES_MAX ((size_t)1 << 20)

struct arguments {
    struct resolver_option resolver;
    bool json;
    struct dmarc_mail mail;
    struct dmarc_identifier dkim[DMARC_SIGNATURES_MAX];
};

enum option_code {
    OPTION_JSON = 256,
    OPTION_FROM,
    OPTION_SPF,
    OPTION_DKIM,
};

static const struct option long_options[] = {
    RESOLVER_OPTIONS,
    {"json", no_argument, NULL, OPTION_JSON},
    {"from", required_argument, NULL, OPTION_FROM},
    {"spf", required_argument, NULL, OPTION_SPF},
    {"dkim", required_argument, NULL, OPTION_DKIM},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *
help(void)
{
    return "usage: weir dmarc evaluate --from DOMAIN [OPTION...]\n"
           "\n"
           "Judges a mail by what SPF and DKIM said of it, as a receiver does by RFC 9989.\n"
           "\n"
           "      --from DOMAIN            of the From field\n"
           "      --spf RESULT:DOMAIN      pass:example.com; also fail, temperror, none\n"
           "      --dkim RESULT:DOMAIN     of a signature; once for each\n"
           "      --json                   the result as JSON, see weir-dmarc(1)\n"
           "      --resolver ADDRESS@PORT  ask this name server\n"
           "      --trust-anchor FILE      keys to validate answers with, not the system's\n"
           "      --zone FILE              take answers from this file, and ask nobody\n"
           "  -h, --help                   this text\n"
           "\n"
           "Exit code: 0 pass or no policy, 1 fail, 2 wrong usage, 3 temporary or permanent "
           "error.\n";
}

/* "pass:example.com". */
static bool
read_identifier(const char *text, struct dmarc_identifier *ret_identifier)
{
    static const struct {
        const char *word;
        enum dmarc_check check;
    } words[] = {
        {"pass", DMARC_CHECK_PASS},           {"fail", DMARC_CHECK_FAIL},
        {"softfail", DMARC_CHECK_FAIL},       {"permerror", DMARC_CHECK_FAIL},
        {"temperror", DMARC_CHECK_TEMPERROR}, {"none", DMARC_CHECK_NONE},
        {"neutral", DMARC_CHECK_NONE},
    };
    struct str domain = str_from_cstr(text), word = str_cut(&domain, ':');

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_eq(word, str_from_cstr(words[i].word))) {
            *ret_identifier = (struct dmarc_identifier){words[i].check, domain};
            return true;
        }
    }
    terminal_complain("dmarc evaluate", STR("a result is RESULT:DOMAIN, as in pass:example.com"));
    return false;
}

static void
write_json(const struct dmarc_evaluation *evaluation, struct buf *out)
{
    struct json json;

    json_init(&json, out);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_string(&json, "result", str_from_cstr(dmarc_result_name(evaluation->result)));
    json_string_or_null(&json, "from", evaluation->author);
    json_string_or_null(&json, "organizational_domain", evaluation->organizational);
    json_string_or_null(&json, "policy_domain", evaluation->policy_domain);
    if (evaluation->record) {
        json_string(&json, "tag", str_from_cstr(dmarc_tag_name(evaluation->tag)));
        json_string(&json, "policy", str_from_cstr(dmarc_policy_name(evaluation->policy)));
    } else {
        json_null(&json, "tag");
        json_null(&json, "policy");
    }
    json_string(&json, "disposition", str_from_cstr(dmarc_policy_name(evaluation->disposition)));
    json_bool(&json, "spf_aligned", evaluation->is_spf_aligned);
    json_bool(&json, "dkim_aligned", evaluation->is_dkim_aligned);
    json_string_or_null(&json, "reason", evaluation->reason);
    json_end(&json);
    buf_add_char(out, '\n');
}

static void
write_text(const struct dmarc_evaluation *evaluation, struct buf *out)
{
    buf_add_cstr(out, dmarc_result_name(evaluation->result));
    if (evaluation->record) {
        buf_printf(out, ": %s, from %s= at _dmarc.", dmarc_policy_name(evaluation->policy),
                   dmarc_tag_name(evaluation->tag));
        (void)escape_terminal(out, evaluation->policy_domain, 0);
        buf_printf(out, "; SPF %s, DKIM %s", evaluation->is_spf_aligned ? "aligned" : "not aligned",
                   evaluation->is_dkim_aligned ? "aligned" : "not aligned");
    }
    if (evaluation->result == DMARC_FAIL)
        buf_printf(out, "; disposition %s", dmarc_policy_name(evaluation->disposition));
    if (evaluation->reason.len) {
        buf_add_cstr(out, ": ");
        (void)escape_terminal(out, evaluation->reason, 0);
    }
    buf_add_char(out, '\n');
}

static int
run(const struct arguments *arguments)
{
    struct dmarc_evaluation evaluation;
    struct resolver_choice choice;
    struct arena *arena;
    struct buf out;
    struct err err;
    int code = CMD_NOTHING;

    if (!resolver_option_open(&arguments->resolver, &choice, &err)) {
        terminal_complain("dmarc evaluate", str_from_cstr(err.text));
        return CMD_USAGE;
    }
    arena = arena_new(ARENA_BYTES_MAX);
    buf_init(&out, OUTPUT_BYTES_MAX);
    dmarc_evaluate(&choice.resolver, &arguments->mail, arena, &evaluation);
    if (arguments->json)
        write_json(&evaluation, &out);
    else
        write_text(&evaluation, &out);
    if (evaluation.result == DMARC_FAIL)
        code = CMD_FOUND;
    else if (evaluation.result != DMARC_PASS && evaluation.result != DMARC_NONE)
        code = CMD_UNREAD;
    if (!terminal_print(buf_str(&out), &err)) {
        terminal_complain("dmarc evaluate", str_from_cstr(err.text));
        code = CMD_UNREAD;
    }
    buf_done(&out);
    arena_free(arena);
    resolver_option_close(&choice);
    return code;
}

int
cmd_dmarc_evaluate(int argc, char **argv)
{
    struct arguments arguments = {.mail.dkim = NULL};
    int code;

    arguments.mail.dkim = arguments.dkim;
    while ((code = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        if (resolver_option_set(&arguments.resolver, code, optarg))
            continue;
        switch (code) {
        case OPTION_JSON:
            arguments.json = true;
            break;
        case OPTION_FROM:
            arguments.mail.from = str_from_cstr(optarg);
            break;
        case OPTION_SPF:
            if (!read_identifier(optarg, &arguments.mail.spf))
                return CMD_USAGE;
            break;
        case OPTION_DKIM:
            if (arguments.mail.dkim_count == DMARC_SIGNATURES_MAX ||
                !read_identifier(optarg, &arguments.dkim[arguments.mail.dkim_count]))
                return CMD_USAGE;
            arguments.mail.dkim_count++;
            break;
        case 'h':
            printf("%s", help());
            return CMD_NOTHING;
        default:
            return CMD_USAGE;
        }
    }
    if (optind != argc || !arguments.mail.from.data) {
        terminal_complain("dmarc evaluate", STR("--from is missing; --help lists the options"));
        return CMD_USAGE;
    }
    return run(&arguments);
}
