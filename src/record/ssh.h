#ifndef RECORD_SSH_H
#define RECORD_SSH_H

/*
 * ssh - who came in by SSH, and which files SFTP brought.
 *
 *     sshd[77]:          Accepted password for anna from 192.0.2.7 port 50022 ssh2
 *     sshd[77]:          Failed password for invalid user x from 192.0.2.7 port 50022 ssh2
 *     internal-sftp[77]: session opened for local user anna from [192.0.2.7]
 *     internal-sftp[77]: open "/srv/x.php" flags WRITE,CREATE,TRUNCATE mode 0666
 *
 * "Invalid user" counts as a failure of its own: it alone is left where passwords are
 * switched off. A public key that is refused is no failure: clients offer all they
 * have. Names are told from words as login.h says.
 *
 * Pure: no I/O, no clock, no allocation; slices point into the message.
 */

#include "record/event.h"

/* The message of a syslog line of sshd, sftp-server or internal-sftp. */
void ssh_message_read(struct str message, struct event *event);

#endif
