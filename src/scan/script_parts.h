#ifndef SCAN_SCRIPT_PARTS_H
#define SCAN_SCRIPT_PARTS_H

/*
 * script_parts - the tables of script.h; for src/scan/script*.c alone.
 */

#include "scan/script.h"

enum script_fact {
    SCRIPT_NOTHING,
    SCRIPT_SOCKET,
    SCRIPT_SERVER, /* listens */
    SCRIPT_RELAY,  /* select, threads: several connections at a time */
    SCRIPT_IRC_SAY,
    SCRIPT_IRC_JOIN,
    SCRIPT_IRC_NICK,
    SCRIPT_FLOOD,
    SCRIPT_RUN,       /* runs a program */
    SCRIPT_RUN_VALUE, /* runs what a variable holds */
    SCRIPT_SHELL,     /* /bin/sh */
    SCRIPT_SHELL_INTERACTIVE,
    SCRIPT_STREAMS, /* puts a connection in the place of standard input */
    SCRIPT_REVERSE, /* a whole reverse shell */
    SCRIPT_DECODED, /* runs what it decodes */
    SCRIPT_FORGED,  /* shows a false name among the processes */
    SCRIPT_RENAMED, /* another name, whichever */
    SCRIPT_GONE,    /* deletes itself */
    SCRIPT_BACKGROUND,
    SCRIPT_DEAF, /* ignores signals */
    SCRIPT_SMTP_FROM,
    SCRIPT_SMTP_TO,
    SCRIPT_SMTP_HELLO,
    SCRIPT_SMTP_LIBRARY,
    SCRIPT_SENDMAIL,
    SCRIPT_LIST, /* a file of addresses */
    SCRIPT_LOOP,
    SCRIPT_CHANCE,
    SCRIPT_HEADER_FROM,
    SCRIPT_HEADER_SUBJECT,
    SCRIPT_MAILER_FORGED,
    SCRIPT_MASS_WORDS,
    SCRIPT_SOCKS,
    SCRIPT_PROXY,
    SCRIPT_REGEORG_COMMAND,
    SCRIPT_REGEORG_TARGET,
    SCRIPT_REGEORG_SAYS,
    SCRIPT_CGI,         /* reads a web request */
    SCRIPT_CGI_COMMAND, /* … and in it a command */
    SCRIPT_CGI_PAGE,
    SCRIPT_CGI_RUN, /* runs a value of the request, in one line */
    SCRIPT_UPLOAD,
    SCRIPT_AUTHOR, /* words of shells and their authors */
    SCRIPT_RECON,
    SCRIPT_FETCH_RUN,
    SCRIPT_FETCH_TO_TEMPORARY,
    SCRIPT_FETCH_WGET,
    SCRIPT_FETCH_CURL,
    SCRIPT_FETCH_OTHER,
    SCRIPT_WRITABLE_SEARCH, /* cd /tmp || cd /var/run || … */
    SCRIPT_MADE_RUNNABLE,
    SCRIPT_POOL,
    SCRIPT_MINER,
    SCRIPT_RIVALS,
    SCRIPT_IMMUTABLE,
    SCRIPT_NO_HISTORY,
    SCRIPT_PRELOAD,
    SCRIPT_CRON_WRITE,
    SCRIPT_KEYS_WRITE,
    SCRIPT_LINKS,
    SCRIPT_CONFIG_GRAB,
    SCRIPT_DEFACE,
    SCRIPT_SHELLCODE,
    SCRIPT_CHILD_SHELL,
    SCRIPT_SSH_LIBRARY,
    SCRIPT_RECEIVES,
    SCRIPT_PHP_SHELL, /* the text of one, in a script of another language */
    SCRIPT_CGI_DUMP,
    SCRIPT_BLOB, /* a long string without a blank */
    SCRIPT_DECODES,
    SCRIPT_EVAL,
    SCRIPT_FACT_COUNT,
};

#define SCRIPT_SH (1u << WORDS_SHELL)
#define SCRIPT_PL (1u << WORDS_PERL)
#define SCRIPT_PY (1u << WORDS_PYTHON)
#define SCRIPT_RB (1u << WORDS_RUBY)
#define SCRIPT_JS (1u << WORDS_NODE)
#define SCRIPT_ANY 31u

enum script_sight {
    SCRIPT_IN_ANY,     /* code or string */
    SCRIPT_IN_CODE,    /* of the shell: anywhere but in comments */
    SCRIPT_IN_STRING,  /* of the shell: the same */
    SCRIPT_IN_COMMENT, /* there too */
};

struct script_pattern {
    enum script_fact fact;
    unsigned languages;
    enum script_sight sight;
    const char *pattern; /* glance.h */
};

extern const struct script_pattern script_patterns[];
extern const size_t script_pattern_count;

struct script_need {
    enum script_fact fact;
    uint16_t least; /* times; 0 is 1 */
};

#define SCRIPT_NEEDS_MAX 5

struct script_rule {
    const char *rule;
    double weight;       /* when a person starts it */
    double weight_alone; /* when it is started alone; 0: the same */
    struct script_need needs[SCRIPT_NEEDS_MAX];
    const char *why;
};

extern const struct script_rule script_rules[];
extern const size_t script_rule_count;

#endif
