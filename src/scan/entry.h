#ifndef SCAN_ENTRY_H
#define SCAN_ENTRY_H

/*
 * entry - how a malicious file came onto this server, as far as the logs tell.
 *
 *     xferlog:1  Wed Nov 25 04:05:02 2026 1 203.0.113.55 304 /srv/www/shop/stats.php b _ i r
 * web_shop …
 *     -> entry-ftp of /srv/www/shop/stats.php, "web_shop uploaded it by FTP from 203.0.113.55"
 *
 * What is looked for, the surest first:
 *
 *     a transfer of exactly that file: FTP, SFTP, a WebDAV PUT
 *     a request to another malicious file, to a known uploader, or to any script of the site
 *     a login of the file's owner by FTP, SSH or panel
 *
 * around the moment at which the file changed. That is its ctime, which nobody sets at
 * will; its mtime, which anybody does, is a second moment where it lies before. Files
 * that changed in one burst share what brought one of them.
 *
 * Pure: no I/O, no clock. Feed logs in any order, each from its beginning.
 */

#include "base/arena.h"
#include "base/err.h"
#include "record/record.h"
#include "scan/finding.h"
#include "trace/clock.h"
#include "trace/result.h"

#define ENTRY_SUSPECTS_MAX 100000U
#define ENTRY_LOGS_MAX 60000U /* places count 16 bits */
#define ENTRY_ANSWERS_MAX 2   /* of one file: the likeliest, and one of another kind */

/* A malicious file. Texts are the caller's and live as long as the search. */
struct entry_suspect {
    struct str path;            /* absolute */
    struct str url;             /* its place in the site, from '/' on; empty: not known */
    struct str vhost;           /* of the site; empty: not known */
    struct str access_log;      /* of the site, by its configuration; empty: not known */
    struct str user;            /* the owner's name; empty: not known */
    int64_t uid;                /* of the owner; -1: not known. Only the edge uses it */
    double confidence;          /* that it is malicious: no entry is surer than that */
    int64_t mtime_us, ctime_us; /* UTC */
};

struct entry_options {
    clock_zone *zone_lookup; /* NULL: logs without a zone are read as UTC */
    void *zone_context;
    struct str zone; /* of logs that name none; empty: this machine's */
};

/* One thing that is told of one file. */
struct entry_answer {
    uint32_t suspect; /* index */
    const char *rule; /* entry-upload, entry-ftp, entry-ssh, entry-panel, entry-request,
                         entry-shell, entry-unknown */
    double confidence;
    struct evidence line; /* to quote; ref.input is UINT32_MAX where there is none */
    struct str why, advice;
};

struct entry_search;

/* `suspects` stay the caller's. Those beyond ENTRY_SUSPECTS_MAX are not looked for. */
struct entry_search *entry_search_new(const struct entry_suspect *suspects, uint32_t count,
                                      struct entry_options options);
void entry_search_free(struct entry_search *search); /* NULL is fine */

/* Announces a log; its number. `path` is copied. At most ENTRY_LOGS_MAX are. */
uint32_t entry_search_add_log(struct entry_search *search, struct str path, enum record_use use,
                              int64_t mtime_s);

/* The first and the last dated record; a log that is packed has no known last one: NULL. */
void entry_search_date(struct entry_search *search, uint32_t log, const struct event *first,
                       const struct event *last);

/* Records that state an absolute time tell the log's zone; before any is fed. */
void entry_search_learn(struct entry_search *search, uint32_t log, const struct event *event);

/* Whether the log, once dated, can hold anything about one of the files. */
bool entry_search_wants(struct entry_search *search, uint32_t log);

/* When the log begins, once entry_search_wants has looked at it; 0: not known. */
int64_t entry_search_start(const struct entry_search *search, uint32_t log);

/* Looks at one record. False: what follows in this log is too late to matter. */
bool entry_search_feed(struct entry_search *search, uint32_t log, const struct event *event,
                       uint32_t line, uint64_t offset);

/*
 * The answers, in the order of the suspects, at least one each. Lines are named, not
 * quoted: the edge does that. Owned by the arena; false at its limit.
 */
bool entry_search_finish(struct entry_search *search, struct arena *arena,
                         struct entry_answer **ret_answers, uint32_t *ret_count, struct err *err)
    __attribute__((warn_unused_result));

/* The answer as a finding; its line is quoted as "path:line: text". */
struct finding entry_finding(const struct entry_suspect *suspect, const struct entry_answer *answer,
                             struct arena *arena);

#endif
