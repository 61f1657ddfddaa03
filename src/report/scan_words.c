#include "report/scan_words.h"

#include <stddef.h>
#include <string.h>

enum class {
    CLASS_FILE,
    CLASS_SHELL,
    CLASS_MAILER,
    CLASS_DROPPER,
    CLASS_HIDDEN,
    CLASS_BOT,
    CLASS_MINER,
    CLASS_REMOTE,
    CLASS_PROXY,
    CLASS_RULE,
    CLASS_CLOAK,
    CLASS_FOOTHOLD,
    CLASS_INCLUDE,
};

static const struct {
    const char *one, *many;
} classes[] = {
    [CLASS_FILE] = {"malicious file", "malicious files"},
    [CLASS_SHELL] = {"web shell", "web shells"},
    [CLASS_MAILER] = {"mass mailer", "mass mailers"},
    [CLASS_DROPPER] = {"dropper", "droppers"},
    [CLASS_HIDDEN] = {"piece of hidden code", "pieces of hidden code"},
    [CLASS_BOT] = {"bot", "bots"},
    [CLASS_MINER] = {"coin miner", "coin miners"},
    [CLASS_REMOTE] = {"remote shell", "remote shells"},
    [CLASS_PROXY] = {"proxy", "proxies"},
    [CLASS_RULE] = {"tampered web server rule", "tampered web server rules"},
    [CLASS_CLOAK] = {"cloaked page", "cloaked pages"},
    [CLASS_FOOTHOLD] = {"foothold", "footholds"},
    [CLASS_INCLUDE] = {"hidden include", "hidden includes"},
};

static const struct {
    const char *rule;
    enum class class;
} rules[] = {
    {"access-kept", CLASS_RULE},         {"bind-shell", CLASS_REMOTE},
    {"binary-flooder", CLASS_BOT},       {"binary-irc-bot", CLASS_BOT},
    {"binary-mailer", CLASS_MAILER},     {"binary-miner", CLASS_MINER},
    {"call-argument", CLASS_SHELL},      {"call-built", CLASS_HIDDEN},
    {"call-request", CLASS_SHELL},       {"callback-that-runs", CLASS_SHELL},
    {"cgi-command", CLASS_SHELL},        {"cgi-upload", CLASS_DROPPER},
    {"cloaking", CLASS_CLOAK},           {"code-out-of-sight", CLASS_HIDDEN},
    {"command-decoded", CLASS_HIDDEN},   {"command-ladder", CLASS_SHELL},
    {"command-network", CLASS_DROPPER},  {"command-request", CLASS_SHELL},
    {"drop-script", CLASS_DROPPER},      {"engine-on", CLASS_RULE},
    {"escaped-text", CLASS_HIDDEN},      {"eval-built", CLASS_HIDDEN},
    {"eval-decoded", CLASS_HIDDEN},      {"eval-file", CLASS_HIDDEN},
    {"eval-network", CLASS_DROPPER},     {"eval-request", CLASS_SHELL},
    {"eval-stored", CLASS_HIDDEN},       {"fetch-and-run", CLASS_DROPPER},
    {"fetch-any-way", CLASS_DROPPER},    {"file-manager", CLASS_SHELL},
    {"filter-off", CLASS_RULE},          {"flood", CLASS_BOT},
    {"handler-all", CLASS_RULE},         {"handler-for-files", CLASS_RULE},
    {"handler-odd", CLASS_RULE},         {"hidden-calls", CLASS_HIDDEN},
    {"hidden-name", CLASS_HIDDEN},       {"include-hidden", CLASS_INCLUDE},
    {"include-picture", CLASS_INCLUDE},  {"include-request", CLASS_SHELL},
    {"include-stream", CLASS_SHELL},     {"irc-bot", CLASS_BOT},
    {"key-in-web-root", CLASS_FOOTHOLD}, {"key-known", CLASS_FOOTHOLD},
    {"key-of-service", CLASS_FOOTHOLD},  {"key-tunnel", CLASS_FOOTHOLD},
    {"keys-alike", CLASS_FOOTHOLD},      {"limits-off", CLASS_RULE},
    {"mail-bomb", CLASS_MAILER},         {"mail-by-hand", CLASS_MAILER},
    {"mailer-forged", CLASS_MAILER},     {"mass-mailer", CLASS_MAILER},
    {"miner-rivals", CLASS_MINER},       {"packed-code", CLASS_HIDDEN},
    {"path-request", CLASS_SHELL},       {"pattern-request", CLASS_SHELL},
    {"php-dropper", CLASS_DROPPER},      {"picture-with-code", CLASS_HIDDEN},
    {"preload", CLASS_FOOTHOLD},         {"prepend-odd", CLASS_RULE},
    {"proxy-hidden", CLASS_PROXY},       {"proxy-server", CLASS_PROXY},
    {"remote-include", CLASS_RULE},      {"reverse-shell", CLASS_REMOTE},
    {"rewrite-cloaked", CLASS_RULE},     {"rewrite-hidden", CLASS_RULE},
    {"runs-decoded", CLASS_HIDDEN},      {"runs-hidden", CLASS_FOOTHOLD},
    {"runs-temporary", CLASS_FOOTHOLD},  {"runs-upload", CLASS_FOOTHOLD},
    {"scattered-code", CLASS_HIDDEN},    {"sendmail-loop", CLASS_MAILER},
    {"shell-words", CLASS_SHELL},        {"smtp-loop", CLASS_MAILER},
    {"socks-server", CLASS_PROXY},       {"text-by-bits", CLASS_HIDDEN},
    {"unreadable-names", CLASS_HIDDEN},  {"upload-any", CLASS_DROPPER},
    {"web-shell", CLASS_SHELL},          {"write-network", CLASS_DROPPER},
    {"write-request", CLASS_DROPPER},
};

/* The gravest first. */
static const struct {
    const char *rule, *title;
} titles[] = {
    {"open-relay", "open relay"},
    {"sendmail-options", "options of sendmail"},
    {"header-injection", "header injection"},
    {"copy-to-visitor", "copy to the visitor"},
    {"tell-a-friend", "tell a friend"},
    {"mail-to-visitor", "mail to the visitor"},
    {"visitor-sender", "sender of the visitor's choice"},
    {"check-not-verified", "bot check never verified"},
    {"form-without-check", "no bot check"},
    {"form-open", "no bot check seen"},
    {"registration-open", "registration without bot check"},
    {"comment-open", "comments without bot check"},
    {"registration-text", "visitor's text to a stranger"},
    {"mail-per-registration", "mail for each registration"},
    {"mail-per-attack", "mail for each attack"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *
scan_words_class(const char *rule, uint32_t count)
{
    enum class class = CLASS_FILE;

    for (size_t i = 0; i < COUNT(rules); i++) {
        if (strcmp(rules[i].rule, rule) == 0)
            class = rules[i].class;
    }
    return count == 1 ? classes[class].one : classes[class].many;
}

const char *
scan_words_came(const struct finding *entry)
{
    return strcmp(entry->rule, "entry-unknown") == 0 ? "" : "How it came: ";
}

int
scan_words_rank(const char *rule)
{
    size_t rank = 0;

    while (rank < COUNT(titles) && strcmp(titles[rank].rule, rule) != 0)
        rank++;
    return (int)rank;
}

const char *
scan_words_title(const struct finding *finding)
{
    size_t rank = (size_t)scan_words_rank(finding->rule);

    if (finding->kind == FINDING_MALICIOUS)
        return scan_words_class(finding->rule, 1);
    if (finding->kind == FINDING_PROCESS)
        return "running program";
    return rank < COUNT(titles) ? titles[rank].title : finding->rule;
}
