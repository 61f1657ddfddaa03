#ifndef SCAN_ENTRY_PARTS_H
#define SCAN_ENTRY_PARTS_H

/*
 * entry_parts - what the files of entry share.
 *
 *     entry.c          logs, their clocks, moments of change; which record goes where
 *     entry_place.c    which file and site a path, URL or log name means
 *     entry_request.c  web requests
 *     entry_login.c    transfers and logins
 *     entry_answer.c   which candidate it was, in words
 */

#include "base/table.h"
#include "scan/entry.h"
#include "trace/ledger.h"
#include "trace/sessions.h"

#define ENTRY_CANDIDATES_MAX 8 /* of one file */
#define ENTRY_USERS_MAX 8      /* clients of one file that are told apart */
#define ENTRY_SLACK_US (2 * SECOND_US)
#define ENTRY_REQUEST_US (120 * SECOND_US)     /* longest that a request may run */
#define ENTRY_LOGIN_US (12 * 3600 * SECOND_US) /* longest that a session may last */
#define ENTRY_AROUND_US (DAY_S * SECOND_US)    /* further off nothing is looked at but transfers */
#define ENTRY_GUESSES_MIN 3                    /* fewer failures are somebody's typing */

enum entry_way {
    WAY_PUT,       /* the file itself, by HTTP */
    WAY_FTP,       /* the file itself */
    WAY_SFTP,      /* the file itself */
    WAY_PANEL,     /* a panel's file manager */
    WAY_SHELL,     /* a request to another malicious file */
    WAY_UPLOADER,  /* a request to what takes files */
    WAY_REQUEST,   /* a request to another script */
    WAY_LOGIN_FTP, /* of the owner */
    WAY_LOGIN_SSH,
    WAY_LOGIN_PANEL,
};

struct entry_candidate {
    int64_t time_us;
    double certainty;
    struct place place, before; /* before: the client's login to the CMS */
    uint32_t client, user;      /* names */
    uint32_t failures;          /* of that client before it was let in */
    uint32_t other;             /* WAY_SHELL: the suspect that was asked */
    uint8_t way;                /* enum entry_way */
    bool is_by_mtime;           /* it lies at the mtime, not the ctime */
    bool is_other_site;         /* it is not known whether the log is the site's */
};

/* What is known of one suspect. */
struct entry_state {
    struct entry_candidate *candidates; /* NULL until there is one */
    uint32_t candidate_count;
    uint32_t owner;                  /* name */
    uint32_t users[ENTRY_USERS_MAX]; /* clients that used the file */
    uint32_t user_count;
    int64_t first_use_us; /* 0: not used */
    struct place first_use;
    bool has_own_log; /* one of the logs is that of its site */
};

struct entry_moment {
    int64_t time_us;
    uint32_t suspect;
    bool is_mtime;
};

/* A suspect by the last part of its path. */
struct entry_name {
    uint64_t hash;
    uint32_t suspect;
};

struct entry_log_state {
    struct str path, name; /* name: of the site, by the log's own; empty: none */
    enum record_use use;
    struct clock clock;
    struct event first, last;  /* stamps alone */
    int64_t first_us, last_us; /* 0: no dated record */
    bool has_logins;
};

/* What is known of one client of an account, or of a CMS. */
struct entry_visitor {
    struct slot slot;
    int64_t first_us, last_us; /* let in; 0: not yet */
    uint32_t failures;         /* before */
    struct place place;        /* where it was let in last */
};

struct entry_search {
    const struct entry_suspect *suspects;
    uint32_t suspect_count;
    struct entry_options options;
    struct clock_offsets offsets;
    struct arena *arena;
    struct table *names;
    struct entry_state *states;
    struct entry_moment *moments; /* sorted by time */
    uint32_t moment_count;
    struct entry_name *by_name; /* sorted by hash */
    struct entry_log_state *logs;
    uint32_t log_count;
    struct slots *sessions, *visitors;
    int64_t from_us, until_us; /* what matters at all */
};

/* A record on its way: where it stands, and when it was. */
struct entry_record {
    uint32_t log;
    const struct event *event;
    int64_t time_us;
    struct place place;
};

enum entry_site {
    SITE_OTHER,
    SITE_UNKNOWN, /* nothing speaks for it or against it */
    SITE_SAME,
};

/* --- entry.c --- */

/* The first moment at or after a time: moment_count when there is none. */
uint32_t entry_moment_from(const struct entry_search *search, int64_t time_us);

/* Keeps the candidate where it is among the surest of its suspect. */
void entry_keep(struct entry_search *search, uint32_t suspect, struct entry_candidate candidate);

struct entry_visitor *entry_visitor(struct entry_search *search, uint32_t user, uint32_t client);

/* --- entry_place.c --- */

uint64_t entry_name_hash(struct str path);

/* The first suspect with that hash: suspect_count when there is none. */
uint32_t entry_first_named(const struct entry_search *search, uint64_t hash);

/* Whether a vhost, or a log's name or path, is that of the suspect's site. */
enum entry_site entry_match_site(const struct entry_suspect *suspect, struct str vhost,
                                 struct str log_name, struct str log_path);

/* Whether the path of a request to that site is the file's. `name`: what the site is called. */
bool entry_match_url(const struct entry_suspect *suspect, struct str path, struct str name,
                     enum entry_site site);

/* How many of the last parts of two paths are the same, where one is the end of the other. */
uint32_t entry_common_parts(struct str a, struct str b);

/* --- entry_request.c, entry_login.c --- */

void entry_request(struct entry_search *search, const struct entry_record *record);
void entry_login(struct entry_search *search, const struct entry_record *record);
void entry_upload(struct entry_search *search, const struct entry_record *record);

#endif
