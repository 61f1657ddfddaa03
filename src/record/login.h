#ifndef RECORD_LOGIN_H
#define RECORD_LOGIN_H

/*
 * login - who came in by SSH or FTP, and which files they brought.
 *
 *     sshd[77]:          Accepted password for anna from 192.0.2.7 port 50022 ssh2
 *     sshd[77]:          Failed password for invalid user x from 192.0.2.7 port 50022 ssh2
 *     internal-sftp[77]: session opened for local user anna from [192.0.2.7]
 *     internal-sftp[77]: open "/srv/x.php" flags WRITE,CREATE,TRUNCATE mode 0666
 *     pure-ftpd:         (anna@192.0.2.7) [NOTICE] /srv/x.php uploaded  (9 bytes, 1.00KB/sec)
 *     vsftpd[77]:        [anna] OK UPLOAD: Client "192.0.2.7", "/srv/x.php", 9 bytes, 1.00Kbyte/sec
 *     proftpd[77]:       web7 (h[192.0.2.7]) - USER anna: Login successful.
 *
 * A user name is what a stranger typed and may quote any other line: each line
 * is told apart by the end that the server wrote, and names are what is left
 * between. A failure that a server tells in several lines counts once,
 * but for sshd's "Invalid user", which alone is left where passwords are switched
 * off. A public key that is refused is no failure: clients offer all they have.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the record.
 */

#include "record/event.h"

/* The message of a syslog line of any of these programs; `event->program` says which. */
void login_read(struct str message, struct event *event);

/*
 * "pam_unix(vsftpd:auth): authentication failure; logname= ... ruser=x rhost=192.0.2.7  user=x":
 * EVENT_LOGIN and true; false, and nothing changed, when it is none.
 */
bool login_pam_read(struct str message, struct event *event);

/* vsftpd's own log: "Mon Nov 23 15:21:22 2026 [pid 77] [anna] OK LOGIN: Client "192.0.2.7"". */
int vsftpd_probe(struct str record);
void vsftpd_read(struct str record, struct event *event);

/*
 * ProFTPD's own log, and its ExtendedLog, which looks like an access log:
 *
 *     2026-11-23 15:21:22,123 web7 proftpd[77] shop.example (h[192.0.2.7]): USER anna: Login ...
 *     192.0.2.7 UNKNOWN anna [23/Nov/2026:15:21:22 +0000] "STOR x.php" 226 1234
 */
int proftpd_probe(struct str record);
void proftpd_read(struct str record, struct event *event);

#endif
