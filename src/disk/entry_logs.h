#ifndef DISK_ENTRY_LOGS_H
#define DISK_ENTRY_LOGS_H

/*
 * entry_logs - how malicious files came, from logs on disk: one pass over all of them.
 *
 * Logs are those given, else this host's own. What lies wholly outside the time around
 * the files' changes is not read, and a log is left once it is past that time. Memory
 * does not grow with the logs; see the ceilings of scan/entry.h.
 */

#include "scan/entry.h"
#include "source/sites.h"

struct entry_sources {
    char **logs;                   /* files and folders */
    int log_count;                 /* 0: this host's own */
    const struct site_list *sites; /* NULL: this host's own */
    struct str zone;               /* of logs that name none; empty: this machine's */
    unsigned threads;              /* 0: one a processor */
};

/* All of it belongs to the arena that entry_find was given. */
struct entry_report {
    struct finding *findings; /* in the order of the suspects, at least one each */
    uint32_t finding_count;
    struct str *problems; /* sentences: logs that could not be read, or not whole */
    uint32_t problem_count;
    uint32_t log_count, passed_over; /* logs that were read, and that were of another time */
};

/*
 * What is empty in a suspect and this host knows is filled in: the owner's name by its uid,
 * and the site that its path lies in. False: more logs or suspects than the arena takes.
 */
bool entry_find(const struct entry_suspect *suspects, uint32_t count,
                const struct entry_sources *sources, struct arena *arena,
                struct entry_report *ret_report, struct err *err)
    __attribute__((warn_unused_result));

#endif
