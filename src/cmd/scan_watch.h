#ifndef CMD_SCAN_WATCH_H
#define CMD_SCAN_WATCH_H

/*
 * scan_watch - weir scan --watch: looks at each file that is written, as it happens.
 *
 * A file is judged by itself, which is enough for what an intruder leaves: malicious
 * files are told of and, with --quarantine or --clean, acted on at once. What only all
 * files of a site tell together - whether visitors can mail through it, which forms and
 * versions it has - is for a whole scan. Nothing is kept of a file that was looked at, so
 * that memory stays as it is however many come.
 */

#include "cmd/scan_act.h"

/* The paths become absolute and free of links, as the kernel names them. */
bool scan_watch_resolve(struct scan_arguments *arguments, struct err *err)
    __attribute__((warn_unused_result));

/* Until SIGTERM or SIGINT. `act` may be NULL. The exit code. */
int scan_watch(const struct scan_arguments *arguments, struct scanner *scanner,
               struct scan_act *act);

#endif
