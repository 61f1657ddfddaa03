#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "auth/spf.h"
#include "base/cidr.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/resolver_option.h"
#include "cmd/spf_output.h"
#include "cmd/terminal.h"
#include "mail/address.h"
#include "report/escape.h"

#define OUTPUT_BYTES_MAX (64u << 20)
#define ARENA_BYTES (256u << 20)
#define TIMEOUT_S 20 /* the least that RFC 7208 section 4.6.4 wants */
#define TIMEOUT_S_MAX 600

struct arguments {
    struct resolver_option resolver;
    const char *ip, *helo, *mail_from, *receiver;
    uint32_t timeout_s;
    bool json;
};

enum option_code {
    OPTION_IP = 256,
    OPTION_HELO,
    OPTION_MAIL_FROM,
    OPTION_RECEIVER,
    OPTION_TIMEOUT,
    OPTION_JSON,
};

static const struct option long_options[] = {
    {"ip", required_argument, NULL, OPTION_IP},
    {"helo", required_argument, NULL, OPTION_HELO},
    {"mail-from", required_argument, NULL, OPTION_MAIL_FROM},
    {"receiver", required_argument, NULL, OPTION_RECEIVER},
    RESOLVER_OPTIONS,
    {"timeout", required_argument, NULL, OPTION_TIMEOUT},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *
help(void)
{
    return "usage: weir spf --ip IP --helo NAME [--mail-from ADDRESS] [OPTION...]\n"
           "\n"
           "Asks the DNS whether this client may send as that domain (SPF, RFC 7208), and shows "
           "each\n"
           "term of the record that was looked at, with its questions.\n"
           "\n"
           "      --ip IP              the client's address\n"
           "      --helo NAME          what it called itself\n"
           "      --mail-from ADDRESS  the envelope sender; without one, or empty: HELO is "
           "checked\n"
           "      --receiver NAME      this host, for explanations that name it\n"
           "      --resolver ADDR@PORT the name server to ask; without it /etc/resolv.conf's\n"
           "      --trust-anchor FILE  keys to validate answers with, not the system's\n"
           "      --zone FILE          answers from a file, not from the DNS\n"
           "      --timeout SECONDS    for all questions together (20)\n"
           "      --json               the result as JSON, see weir-spf(1)\n"
           "  -h, --help               this text\n"
           "\n"
           "Exit code: 0 evaluated, whatever the result; 2 wrong usage; 3 the result could\n"
           "not be written.\n";
}

static int
complain(const char *text)
{
    struct buf line;

    buf_init(&line, 1 << 14);
    (void)escape_terminal(&line, str_from_cstr(text), 0);
    fprintf(stderr, "weir spf: " STR_FMT "\n", STR_ARG(buf_str(&line)));
    buf_done(&line);
    return CMD_USAGE;
}

/* ---- time ---- */

/* A resolver that stops asking when the time is over: what is left then times out. */
struct deadline {
    struct resolver inner;
    int64_t end_ms;
};

static int64_t
now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void
ask_in_time(void *context, struct str name, enum dns_type type, struct arena *arena,
            struct dns_answer *answer)
{
    const struct deadline *deadline = context;

    if (now_ms() < deadline->end_ms)
        deadline->inner.ask(deadline->inner.context, name, type, arena, answer);
    else
        *answer = (struct dns_answer){.status = DNS_TIMED_OUT};
}

/* ---- arguments ---- */

/* False: `*ret_code` is the exit code. */
static bool
read_options(int argc, char **argv, struct arguments *arguments, int *ret_code)
{
    uint64_t seconds;
    int code;

    optind = 1;
    while ((code = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        if (resolver_option_set(&arguments->resolver, code, optarg))
            continue;
        switch (code) {
        case OPTION_IP:
            arguments->ip = optarg;
            break;
        case OPTION_HELO:
            arguments->helo = optarg;
            break;
        case OPTION_MAIL_FROM:
            arguments->mail_from = optarg;
            break;
        case OPTION_RECEIVER:
            arguments->receiver = optarg;
            break;
        case OPTION_TIMEOUT:
            if (!str_u64(str_from_cstr(optarg), &seconds) || !seconds || seconds > TIMEOUT_S_MAX) {
                *ret_code = complain("--timeout takes 1 to 600 seconds");
                return false;
            }
            arguments->timeout_s = (uint32_t)seconds;
            break;
        case OPTION_JSON:
            arguments->json = true;
            break;
        case 'h':
            fputs(help(), stdout);
            *ret_code = CMD_NOTHING;
            return false;
        default:
            fputs("weir spf --help lists the options\n", stderr);
            *ret_code = CMD_USAGE;
            return false;
        }
    }
    return true;
}

/* NULL, or what is wrong. */
static const char *
check_arguments(const struct arguments *arguments, int rest)
{
    struct cidr ip;

    if (rest)
        return "takes options only; weir spf --help lists them";
    if (!arguments->ip || (!arguments->helo && !arguments->mail_from))
        return "--ip is needed, and --helo or --mail-from";
    if (strchr(arguments->ip, '/') || !cidr_parse(str_from_cstr(arguments->ip), &ip))
        return "--ip takes one address";
    return NULL;
}

static struct str
argument(const char *text)
{
    return text ? str_from_cstr(text) : STR_EMPTY;
}

static int
check(const struct arguments *arguments, const struct resolver *resolver)
{
    struct deadline deadline = {
        .inner = *resolver,
        .end_ms = now_ms() + (int64_t)arguments->timeout_s * 1000,
    };
    struct resolver in_time = {.ask = ask_in_time, .context = &deadline};
    struct spf_request request = {
        .ip = argument(arguments->ip),
        .helo = argument(arguments->helo),
        .mail_from = address_unbracket(argument(arguments->mail_from)),
        .receiver = argument(arguments->receiver),
        .time_s = (uint64_t)time(NULL),
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    struct spf_trace *trace = calloc(1, sizeof(*trace));
    struct spf_verdict verdict;
    bool is_printed;
    struct buf out;
    struct err err;

    if (!trace)
        abort();
    verdict = spf_check(&request, &in_time, arena, trace);
    buf_init(&out, OUTPUT_BYTES_MAX);
    if (arguments->json)
        spf_output_json(&out, &request, &verdict, trace);
    else
        spf_output_text(&out, &request, &verdict, trace);
    is_printed = terminal_print(buf_str(&out), &err);
    buf_done(&out);
    free(trace);
    arena_free(arena);
    if (is_printed)
        return CMD_NOTHING;
    (void)complain(err.text);
    return CMD_UNREAD;
}

int
cmd_spf(int argc, char **argv)
{
    struct arguments arguments = {.timeout_s = TIMEOUT_S};
    struct resolver_choice choice;
    struct err err;
    const char *wrong;
    int code;

    if (!read_options(argc, argv, &arguments, &code))
        return code;
    wrong = check_arguments(&arguments, argc - optind);
    if (wrong)
        return complain(wrong);
    if (arguments.timeout_s * 1000 < UNBOUND_TIMEOUT_MS)
        arguments.resolver.timeout_ms = arguments.timeout_s * 1000;
    if (!resolver_option_open(&arguments.resolver, &choice, &err))
        return complain(err.text);
    code = check(&arguments, &choice.resolver);
    resolver_option_close(&choice);
    return code;
}
