#ifndef RECORD_LOGIN_H
#define RECORD_LOGIN_H

/*
 * login - what the readers of logins and uploads share: ssh, vsftpd, proftpd, pureftpd,
 * xferlog, dovecot.
 *
 * A user name is what a stranger typed and may quote any other line: each line is
 * told apart by the end that the server wrote, and names are what is left between.
 * A failure that a server tells in several lines counts once.
 *
 * Pure: no I/O, no clock, no allocation; slices point into what was given.
 */

#include "record/event.h"

/* The event is a try to log in, at "ssh", "ftp" or "sftp". */
void login_set(struct event *event, struct str service, struct str user, struct str client,
               bool is_success);

/* The event is a file that came in; EVENT_NONE without its name. */
void login_set_upload(struct event *event, struct str service, struct str user, struct str client,
                      struct str path);

/*
 * "pam_unix(vsftpd:auth): authentication failure; logname= ... ruser=x rhost=192.0.2.7  user=x":
 * EVENT_LOGIN and true; false, and nothing changed, when it is none.
 */
bool login_pam_read(struct str message, struct event *event);

#endif
