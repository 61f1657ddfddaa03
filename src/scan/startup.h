#ifndef SCAN_STARTUP_H
#define SCAN_STARTUP_H

/*
 * startup - scripts that run at boot, at login or by a clock, and ld.so.preload.
 *
 *     /etc/rc.local, /etc/cron.daily/x, /etc/profile.d/x.sh, ~/.bashrc, jobs of at
 *
 * Pure.
 */

#include "scan/persistence.h"

#define STARTUP_LINES_MAX 20000

bool startup_wants(const struct subject *subject);

bool startup_look(const struct subject *subject, struct arena *arena, struct findings *findings);

#endif
