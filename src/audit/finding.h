#ifndef AUDIT_FINDING_H
#define AUDIT_FINDING_H

/*
 * finding - what an audit checked, what it saw, and what to do about it.
 *
 * Every check leaves a finding, whatever its outcome: what was fine is a line in the
 * report, what could not be looked at is said with the reason. Texts live in the arena
 * of the audit; foreign text stands only in `subject`, `place`, `seen` and in fixes, and is escaped
 * by the renderer. No secret is ever put into a finding: no password, hashed or plain.
 */

#include "base/arena.h"

enum audit_area {
    AUDIT_DOMAIN,  /* DNS: who may send as this domain, and how its mail is received */
    AUDIT_RELAY,   /* what a mail server does for strangers, seen from outside */
    AUDIT_MTA,     /* settings of the mail server on this machine */
    AUDIT_WEB,     /* PHP and web server */
    AUDIT_HOST,    /* port 25, firewall, users */
    AUDIT_MAILBOX, /* passwords and logins */
    AUDIT_SITE,    /* what `weir scan` knows of a site */
};
#define AUDIT_AREA_COUNT 7

enum audit_outcome {
    AUDIT_FINE,
    AUDIT_UNKNOWN, /* could not be looked at; `why` says why not */
    AUDIT_NOTE,    /* could be better; nothing is open */
    AUDIT_WEAK,    /* helps an attacker, or harms delivery */
    AUDIT_SERIOUS, /* somebody can send, or forge, or is rejected because of it */
    AUDIT_CRITICAL /* strangers can send through this server now */
};

/* From this outcome on a finding counts for the exit code. */
#define AUDIT_COUNTS AUDIT_WEAK

enum audit_fix_kind {
    AUDIT_FIX_TEXT,    /* `value` is a sentence */
    AUDIT_FIX_RECORD,  /* DNS: `where` is the name, `name` the type, `value` the data */
    AUDIT_FIX_SETTING, /* a file's setting: `where` the file, `name` the setting, `value` the new
                          value */
    AUDIT_FIX_COMMAND, /* `value` is a command of the shell, to be run as root */
    AUDIT_FIX_FILE     /* `where` a file to be written or appended to, `value` its text */
};

/* Who takes the setting: each has its own way to change, test and reload (audit/program.h). */
enum audit_program {
    AUDIT_PROGRAM_NONE,
    AUDIT_PROGRAM_POSTFIX,
    AUDIT_PROGRAM_EXIM,
    AUDIT_PROGRAM_SENDMAIL,
    AUDIT_PROGRAM_OPENSMTPD,
    AUDIT_PROGRAM_DOVECOT,
    AUDIT_PROGRAM_PHP,
    AUDIT_PROGRAM_NFTABLES,
};

struct audit_fix {
    enum audit_fix_kind kind;
    enum audit_program program;
    struct str where, name, value;
    struct str old; /* SETTING: as it is now; empty: not set */
    bool is_safe;   /* may be applied by a machine: changes nothing that works today */
};

#define AUDIT_FIXES_MAX 6

struct audit_finding {
    enum audit_area area;
    const char *check; /* "spf-lookups": lower case, dashes; stable, as in the JSON */
    enum audit_outcome outcome;
    struct str
        subject;      /* what was looked at: "example.com", "192.0.2.1:25", "postfix", a mailbox */
    struct str title; /* one sentence: what is the matter, or what is fine */
    struct str place; /* where it was seen: "/etc/postfix/main.cf:12", "_dmarc.example.com TXT" */
    struct str seen;  /* quoted; foreign */
    struct str why;   /* why it matters, or why it is unknown; empty: fine */
    struct audit_fix fixes[AUDIT_FIXES_MAX];
    uint32_t fix_count;
};

#define AUDIT_FINDINGS_MAX 4096
#define AUDIT_SEEN_MAX 600 /* bytes of one quote; longer ones are cut with an ellipsis */

struct audit {
    struct arena *arena; /* owns the texts */
    struct audit_finding *list;
    uint32_t count, capacity, lost;
};

/* Starts empty. */
void audit_init(struct audit *audit, struct arena *arena);

/*
 * Adds a copy, texts copied into the audit's arena, and returns it so that fixes can be added;
 * at the ceiling it is counted as lost and the result is a place that nobody reads. Never NULL.
 */
struct audit_finding *audit_add(struct audit *audit, struct audit_finding finding);

/* The two short forms: nothing wrong, and could not be looked at. */
void audit_fine(struct audit *audit, enum audit_area area, const char *check, struct str subject,
                struct str title, struct str seen);
void audit_unknown(struct audit *audit, enum audit_area area, const char *check, struct str subject,
                   struct str title, struct str why);

/* Adds a fix with its texts copied; those beyond AUDIT_FIXES_MAX are dropped. */
void audit_fix(struct audit *audit, struct audit_finding *finding, struct audit_fix fix);

/* Worst first; within an outcome by area, then in the order of their adding. */
void audit_sort(struct audit *audit);

/* "domain", "relay", …; "fine", "unknown", "note", "weak", "serious", "critical"; "text", "record",
 * …. */
const char *audit_area_name(enum audit_area area);
const char *audit_outcome_name(enum audit_outcome outcome);
const char *audit_fix_kind_name(enum audit_fix_kind kind);
const char *audit_program_name(enum audit_program program);

#endif
