#ifndef CMD_SCAN_ENTRY_H
#define CMD_SCAN_ENTRY_H

/*
 * scan_entry - how the malicious files of a scan came, from the logs.
 */

#include "disk/scanner.h"

struct scan_entry_options {
    char **logs; /* files and folders; none: this host's own */
    int log_count;
    const char *zone; /* of stamps that name none; NULL: this machine's */
};

/*
 * Adds a finding of kind entry, or several, for each file that is accused. What could not
 * be read of the logs is said on standard error and counted. False: `err` says why
 * nothing was looked for.
 */
bool scan_entry(struct scanner *scanner, struct scan_entry_options options,
                uint32_t *ret_unread_logs, struct err *err) __attribute__((warn_unused_result));

#endif
