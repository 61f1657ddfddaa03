#ifndef RECORD_PANEL_H
#define RECORD_PANEL_H

/*
 * panel - who logged in at a hosting panel.
 *
 * cPanel's login_log and session_log, as its daemons write them now and as they
 * did up to version 50:
 *
 *     [2026-11-23 15:21:22 +0000] info [cpaneld] 192.0.2.7 - anna "POST /login/ HTTP/1.1"
 *         FAILED LOGIN cpaneld: user password incorrect
 *     192.0.2.7 - anna [11/23/2026:15:21:22 -0000] "POST / HTTP/1.1" FAILED LOGIN webmaild: ...
 *     [2026-11-23 15:21:22 +0000] info [cpaneld] 192.0.2.7 NEW anna:Ab3 address=192.0.2.7,
 *         app=cpaneld,creator=anna,method=handle_form_login,path=form,possessed=0
 *
 * Plesk's panel.log:
 *
 *     [2026-11-23 15:21:22.123] 77:5f1e ERR [panel] [Action Log] Failed login attempt with login
 *         'anna' from IP 192.0.2.7
 *
 * (Each is one line.) A user name is what a stranger typed: the words that the
 * panel wrote are looked for from the end where the name stands before them.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the record.
 */

#include "record/event.h"

int panel_probe(struct str record);

/* EVENT_LOGIN, or EVENT_NONE for what else a panel logs; service is cpanel, whm, webmail or plesk.
 */
void panel_read(struct str record, struct event *event);

#endif
