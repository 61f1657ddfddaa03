#include "cmd/audit_options.h"

#include <getopt.h>
#include <limits.h>
#include <stddef.h>
#include <sys/stat.h>
#include <unistd.h>

enum option_kind {
    OPTION_FLAG,
    OPTION_TEXT,
    OPTION_LIST,
    OPTION_NUMBER,
    OPTION_COLOUR,
};

/* One row an option: where its value goes. Its number for getopt is OPTION_FIRST and its place. */
#define OPTION_FIRST 256
static const struct audit_option {
    const char *name;
    enum option_kind kind;
    size_t offset;
} options[] = {
    {"host", OPTION_FLAG, offsetof(struct audit_options, host)},
    {"relay", OPTION_LIST, offsetof(struct audit_options, relays)},
    {"deliver-to", OPTION_TEXT, offsetof(struct audit_options, deliver_to)},
    {"delivered-in", OPTION_TEXT, offsetof(struct audit_options, delivered_in)},
    {"mailboxes", OPTION_LIST, offsetof(struct audit_options, mailboxes)},
    {"guess-seconds", OPTION_NUMBER, offsetof(struct audit_options, guess_seconds)},
    {"no-guessing", OPTION_FLAG, offsetof(struct audit_options, no_guessing)},
    {"site", OPTION_LIST, offsetof(struct audit_options, sites)},
    {"suggest", OPTION_FLAG, offsetof(struct audit_options, suggest)},
    {"apply", OPTION_FLAG, offsetof(struct audit_options, apply)},
    {"yes", OPTION_FLAG, offsetof(struct audit_options, yes)},
    {"reload", OPTION_FLAG, offsetof(struct audit_options, reload)},
    {"logs", OPTION_LIST, offsetof(struct audit_options, logs)},
    {"no-logs", OPTION_FLAG, offsetof(struct audit_options, no_logs)},
    {"sample", OPTION_LIST, offsetof(struct audit_options, samples)},
    {"address", OPTION_LIST, offsetof(struct audit_options, addresses)},
    {"old-host", OPTION_LIST, offsetof(struct audit_options, old_hosts)},
    {"probe", OPTION_FLAG, offsetof(struct audit_options, probe)},
    {"no-blocklists", OPTION_FLAG, offsetof(struct audit_options, no_blocklists)},
    {"resolver", OPTION_TEXT, offsetof(struct audit_options, resolver.server)},
    {"trust-anchor", OPTION_TEXT, offsetof(struct audit_options, resolver.trust_anchor)},
    {"zone", OPTION_TEXT, offsetof(struct audit_options, resolver.zone)},
    {"root", OPTION_TEXT, offsetof(struct audit_options, root)},
    {"config", OPTION_TEXT, offsetof(struct audit_options, config)},
    {"json", OPTION_FLAG, offsetof(struct audit_options, json)},
    {"html", OPTION_TEXT, offsetof(struct audit_options, html)},
    {"color", OPTION_COLOUR, 0},
    {"colour", OPTION_COLOUR, 0},
    {"no-progress", OPTION_FLAG, offsetof(struct audit_options, no_progress)},
    {"verbose", OPTION_FLAG, offsetof(struct audit_options, verbose)},
    {"help", OPTION_FLAG, offsetof(struct audit_options, help)},
};
#define OPTION_COUNT (sizeof(options) / sizeof(options[0]))

const char *
audit_options_help(void)
{
    return "usage: weir audit [OPTION...] [DOMAIN...]\n"
           "\n"
           "Finds what lets spam happen, and says how to close it: mail authentication, relay, "
           "mail\n"
           "server, PHP, mailboxes. DOMAIN is looked at from outside. Without one: this machine "
           "and\n"
           "the domains it sends for. Changes nothing unless --apply is given.\n"
           "\n"
           "      --host             this machine, besides the domains that are named\n"
           "      --relay HOST[:PORT]  probe this mail server of yours for open relay\n"
           "      --deliver-to ADDRESS  proof: what the relay takes is sent to this address of "
           "yours\n"
           "      --delivered-in PATH  the Maildir or mbox it arrives in: weir looks itself\n"
           "      --mailboxes FILE   judge the passwords in this passwd-file, shadow or SQL dump\n"
           "      --guess-seconds N  CPU time spent on guessing them (60)\n"
           "      --no-guessing      only their schemes, no guessing\n"
           "      --site FOLDER      the whole site, in words for its owner; goes well with "
           "--html\n"
           "      --suggest          the DNS records and rules that this host calls for\n"
           "      --apply            make the changes, one at a time, each shown and tested first\n"
           "      --yes              do not ask before each change\n"
           "      --reload           reload each server after its change was tested\n"
           "      --logs FILE        logs of this host, instead of those in their usual places\n"
           "      --no-logs          read no logs\n"
           "      --sample FILE      a mail that was sent from here: its selectors and domains\n"
           "      --address ADDRESS  an address that mail leaves from\n"
           "      --probe            ask each domain's mail servers, and its site's host, whom "
           "they take\n"
           "                         mail for: RCPT alone, nothing is sent\n"
           "      --old-host HOST    where the mail was before a move: does it still take it?\n"
           "      --no-blocklists    ask no blocklist\n"
           "      --resolver ADDRESS[@PORT]  ask this name server\n"
           "      --trust-anchor FILE  DNSSEC keys to begin with, instead of the system's\n"
           "      --zone FILE        answers of the DNS, from a file\n"
           "      --root FOLDER      read this machine's files below FOLDER\n"
           "      --config FILE      read this instead of /etc/weir/weir.conf\n"
           "      --json             the result as JSON, see weir-audit(1)\n"
           "      --html FILE        a page to pass on, besides the report\n"
           "      --color WHEN       auto, always or never\n"
           "      --no-progress      no progress on the terminal\n"
           "  -v, --verbose          what is fine, too, and all of what was seen\n"
           "  -h, --help             this text\n"
           "\n"
           "Exit code: 0 nothing found, 1 something found, 2 wrong usage, 3 something could not "
           "be\n"
           "looked at.\n";
}

static bool
add_word(struct audit_words *words, const char *name, const char *value, struct err *err)
{
    if (words->count == AUDIT_LIST_MAX)
        return err_set(err, ERR_LIMIT, "--%s was given more than %d times", name, AUDIT_LIST_MAX);
    words->items[words->count++] = value;
    return true;
}

static bool
set_option(const struct audit_option *option, const char *value, struct audit_options *ret,
           struct err *err)
{
    void *target = (char *)ret + option->offset;

    if (option->kind != OPTION_FLAG && !*value)
        return err_set(err, ERR_SYNTAX, "--%s needs a value, and this one is empty", option->name);
    switch (option->kind) {
    case OPTION_FLAG:
        *(bool *)target = true;
        return true;
    case OPTION_TEXT:
        *(const char **)target = value;
        return true;
    case OPTION_LIST:
        return add_word(target, option->name, value, err);
    case OPTION_NUMBER:
        if (!str_u64(str_from_cstr(value), target) || *(uint64_t *)target == 0)
            return err_set(err, ERR_SYNTAX, "--%s: '%s' is no number above 0", option->name, value);
        return true;
    case OPTION_COLOUR:
        return terminal_read_colour(value, &ret->colour, err);
    }
    return false;
}

/* What getopt means by '?'. */
static bool
refuse(const char *word, struct err *err)
{
    if (optopt >= OPTION_FIRST)
        return err_set(err, ERR_SYNTAX, "--%s takes no value", options[optopt - OPTION_FIRST].name);
    if (optopt)
        return err_set(err, ERR_SYNTAX, "there is no option -%c; see weir audit --help", optopt);
    return err_set(err, ERR_SYNTAX, "there is no option %s; see weir audit --help", word);
}

static bool
check(const struct audit_options *ret, struct err *err)
{
    struct stat folder;

    if ((ret->yes || ret->reload) && !ret->apply)
        return err_set(err, ERR_SYNTAX, "--yes and --reload go with --apply");
    if (ret->deliver_to && ret->relays.count == 0)
        return err_set(err, ERR_SYNTAX,
                       "--deliver-to goes with --relay: name the server that is to be probed");
    if (ret->delivered_in && !ret->deliver_to)
        return err_set(err, ERR_SYNTAX, "--delivered-in goes with --deliver-to");
    if (ret->apply && ret->json)
        return err_set(err, ERR_SYNTAX, "--apply shows each change: it does not go with --json");
    if (ret->apply && ret->root)
        return err_set(err, ERR_SYNTAX, "--apply changes this machine: it does not go with --root");
    if (ret->root && (stat(ret->root, &folder) < 0 || !S_ISDIR(folder.st_mode)))
        return err_set(err, ERR_SYNTAX, "--root: '%s' is no folder that can be read", ret->root);
    if (ret->apply && !ret->yes && !isatty(STDIN_FILENO))
        return err_set(err, ERR_SYNTAX,
                       "--apply asks before each change, which needs a terminal; --yes makes those "
                       "that leave everything working that works today");
    if (ret->logs.count && ret->no_logs)
        return err_set(err, ERR_SYNTAX, "--logs and --no-logs exclude each other");
    return true;
}

bool
audit_options_read(int argc, char **argv, struct audit_options *ret_options, struct err *err)
{
    struct option long_options[OPTION_COUNT + 1] = {0};
    struct audit_options ret = {0};
    int code;

    for (size_t i = 0; i < OPTION_COUNT; i++)
        long_options[i] = (struct option){
            options[i].name, options[i].kind == OPTION_FLAG ? no_argument : required_argument, NULL,
            OPTION_FIRST + (int)i};
    opterr = 0;
    optind = 1;
    while ((code = getopt_long(argc, argv, ":vh", long_options, NULL)) != -1) {
        if (code == ':')
            return err_set(err, ERR_SYNTAX, "%s needs a value; see weir audit --help",
                           argv[optind - 1]);
        if (code == '?')
            return refuse(argv[optind - 1], err);
        if (code == 'v')
            ret.verbose = true;
        else if (code == 'h')
            ret.help = true;
        else if (!set_option(&options[code - OPTION_FIRST], optarg, &ret, err))
            return false;
    }
    for (int i = optind; i < argc; i++) {
        if (!add_word(&ret.domains, "DOMAIN", argv[i], err))
            return false;
    }
    if (!check(&ret, err))
        return false;
    *ret_options = ret;
    return true;
}
