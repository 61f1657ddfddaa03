#include "cmd/dkim_options.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmd/cmd.h"
#include "cmd/mail_file.h"

#define RSA_BITS 2048
#define LIFETIME_MAX_S ((int64_t)10 * 366 * 86400)
/* So that t= and x= have the twelve digits of RFC 6376 section 3.5. */
#define TIME_MAX_S UINT64_C(99999999999)

enum option_code {
    OPTION_ALLOW_OLD = 256,
    OPTION_BITS,
    OPTION_BODY_CANONICALIZATION,
    OPTION_DOMAIN,
    OPTION_HEADER_CANONICALIZATION,
    OPTION_HEADERS,
    OPTION_IDENTITY,
    OPTION_JSON,
    OPTION_KEY,
    OPTION_LIFETIME,
    OPTION_OUT,
    OPTION_RESOLVER,
    OPTION_SELECTOR,
    OPTION_SERVER,
    OPTION_TIME,
    OPTION_TRUST_ANCHOR,
    OPTION_TYPE,
    OPTION_ZONE,
};

static const struct option long_options[] = {
    {"allow-old", no_argument, NULL, OPTION_ALLOW_OLD},
    {"bits", required_argument, NULL, OPTION_BITS},
    {"body-canonicalization", required_argument, NULL, OPTION_BODY_CANONICALIZATION},
    {"domain", required_argument, NULL, OPTION_DOMAIN},
    {"header-canonicalization", required_argument, NULL, OPTION_HEADER_CANONICALIZATION},
    {"headers", required_argument, NULL, OPTION_HEADERS},
    {"identity", required_argument, NULL, OPTION_IDENTITY},
    {"json", no_argument, NULL, OPTION_JSON},
    {"key", required_argument, NULL, OPTION_KEY},
    {"lifetime", required_argument, NULL, OPTION_LIFETIME},
    {"out", required_argument, NULL, OPTION_OUT},
    {"resolver", required_argument, NULL, OPTION_RESOLVER},
    {"selector", required_argument, NULL, OPTION_SELECTOR},
    {"server", required_argument, NULL, OPTION_SERVER},
    {"time", required_argument, NULL, OPTION_TIME},
    {"trust-anchor", required_argument, NULL, OPTION_TRUST_ANCHOR},
    {"type", required_argument, NULL, OPTION_TYPE},
    {"zone", required_argument, NULL, OPTION_ZONE},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static bool
is_among(const char *list, const char *name)
{
    char word[64];

    (void)snprintf(word, sizeof(word), " %s ", name);
    return strstr(list, word) != NULL;
}

static const char *
option_name(int code)
{
    for (const struct option *option = long_options; option->name; option++) {
        if (option->val == code)
            return option->name;
    }
    return "";
}

static bool
read_form(enum canonical_form *ret_form, struct err *err)
{
    if (strcmp(optarg, "simple") == 0)
        *ret_form = CANONICAL_SIMPLE;
    else if (strcmp(optarg, "relaxed") == 0)
        *ret_form = CANONICAL_RELAXED;
    else
        return err_set(err, ERR_SYNTAX, "'%s' is neither simple nor relaxed", optarg);
    return true;
}

static bool
read_type(struct dkim_arguments *arguments, struct err *err)
{
    if (strcmp(optarg, "rsa") == 0)
        arguments->type = CRYPTO_RSA;
    else if (strcmp(optarg, "ed25519") == 0)
        arguments->type = CRYPTO_ED25519;
    else
        return err_set(err, ERR_SYNTAX, "'%s' is neither rsa nor ed25519", optarg);
    return true;
}

static bool
read_number(const char *name, uint64_t max, uint64_t *ret_number, struct err *err)
{
    if (!str_u64(str_from_cstr(optarg), ret_number) || *ret_number > max)
        return err_set(err, ERR_SYNTAX, "--%s '%s' is no number, or too large a one", name, optarg);
    return true;
}

/* "90d", "12h", "3600": seconds without a unit. */
static bool
read_lifetime(int64_t *ret_seconds, struct err *err)
{
    static const struct {
        char unit;
        int64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}};
    struct str text = str_from_cstr(optarg);
    int64_t factor = 1;
    uint64_t number;

    for (size_t i = 0; text.len && i < sizeof(units) / sizeof(units[0]); i++) {
        if (text.data[text.len - 1] == units[i].unit) {
            factor = units[i].seconds;
            text.len--;
            break;
        }
    }
    if (!str_u64(text, &number) || number == 0 || number > (uint64_t)(LIFETIME_MAX_S / factor))
        return err_set(err, ERR_SYNTAX, "--lifetime '%s' is no time such as 7d, 12h or 3600",
                       optarg);
    *ret_seconds = (int64_t)number * factor;
    return true;
}

static bool
take_text(int code, struct dkim_arguments *arguments)
{
    const struct {
        int code;
        const char **place;
    } rows[] = {
        {OPTION_DOMAIN, &arguments->domain},
        {OPTION_HEADERS, &arguments->headers},
        {OPTION_IDENTITY, &arguments->identity},
        {OPTION_KEY, &arguments->key},
        {OPTION_OUT, &arguments->out},
        {OPTION_RESOLVER, &arguments->resolver.server},
        {OPTION_SELECTOR, &arguments->selector},
        {OPTION_SERVER, &arguments->server},
        {OPTION_TRUST_ANCHOR, &arguments->resolver.trust_anchor},
        {OPTION_ZONE, &arguments->resolver.zone},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].code == code) {
            *rows[i].place = optarg;
            return true;
        }
    }
    return false;
}

static bool
take_option(int code, struct dkim_arguments *arguments, struct err *err)
{
    uint64_t number = 0;

    if (take_text(code, arguments))
        return true;
    switch (code) {
    case OPTION_ALLOW_OLD:
        arguments->allow_old = true;
        return true;
    case OPTION_JSON:
        arguments->json = true;
        return true;
    case OPTION_HEADER_CANONICALIZATION:
        return read_form(&arguments->header_form, err);
    case OPTION_BODY_CANONICALIZATION:
        return read_form(&arguments->body_form, err);
    case OPTION_TYPE:
        return read_type(arguments, err);
    case OPTION_LIFETIME:
        return read_lifetime(&arguments->lifetime_s, err);
    case OPTION_BITS:
        arguments->has_bits = true;
        if (!read_number("bits", UINT32_MAX, &number, err))
            return false;
        arguments->bits = (uint32_t)number;
        return true;
    default:
        if (!read_number("time", TIME_MAX_S, &number, err))
            return false;
        arguments->time_s = (int64_t)number;
        return true;
    }
}

/* False: wrong, or help was asked for. */
static bool
read_arguments(int argc, char **argv, const struct dkim_action *action,
               struct dkim_arguments *arguments, bool *ret_is_help, struct err *err)
{
    int code;

    *ret_is_help = false;
    optind = 0;
    opterr = 0;
    while ((code = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        if (code == 'h') {
            *ret_is_help = true;
            return false;
        }
        if (code == '?')
            return err_set(err, ERR_SYNTAX, "'%s' is no option, or lacks what belongs to it",
                           argv[optind - 1]);
        if (!is_among(action->options, option_name(code)))
            return err_set(err, ERR_SYNTAX, "%s takes no --%s", action->name, option_name(code));
        if (!take_option(code, arguments, err))
            return false;
    }
    arguments->names = argv + optind;
    arguments->count = argc - optind;
    if (arguments->count < action->least)
        return err_set(err, ERR_SYNTAX, "%s: %s", action->name,
                       action->most == 1 && is_among(action->options, "out") ? "which domain?"
                                                                             : "which message?");
    if (arguments->count > action->most)
        return err_set(err, ERR_SYNTAX, "%s: '%s' is one too many", action->name,
                       arguments->names[action->most]);
    return true;
}

static const struct dkim_action *
find_action(const char *name, const struct dkim_action *actions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    }
    return NULL;
}

int
dkim_options_run(int argc, char **argv, const char *help, const struct dkim_action *actions,
                 size_t action_count)
{
    struct dkim_arguments arguments = {
        .time_s = (int64_t)time(NULL),
        .header_form = CANONICAL_RELAXED,
        .body_form = CANONICAL_RELAXED,
        .bits = RSA_BITS,
    };
    const struct dkim_action *action;
    bool is_help;
    struct err err = {0};

    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(help, stdout);
        return CMD_NOTHING;
    }
    action = argc >= 2 ? find_action(argv[1], actions, action_count) : NULL;
    if (!action) {
        fputs(help, stderr);
        return CMD_USAGE;
    }
    if (read_arguments(argc - 1, argv + 1, action, &arguments, &is_help, &err))
        return action->run(&arguments);
    if (is_help) {
        fputs(help, stdout);
        return CMD_NOTHING;
    }
    mail_file_complain(err.text);
    fprintf(stderr, "weir: see weir %s --help\n", argv[0]);
    return CMD_USAGE;
}
