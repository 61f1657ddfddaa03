#ifndef SCAN_PERSISTENCE_H
#define SCAN_PERSISTENCE_H

/*
 * persistence - files by which something is started again, and who looks at them.
 *
 *     /etc/cron.d/php               PERSISTENCE_CRONTAB
 *     ~/.config/systemd/user/x.service   PERSISTENCE_UNIT
 *
 * By the end of the path alone, so that a copy or a container's tree is known as
 * well. Pure.
 */

#include "scan/signs.h"

enum persistence {
    PERSISTENCE_NONE,
    PERSISTENCE_CRONTAB,         /* with a user in each line */
    PERSISTENCE_CRONTAB_OF_USER, /* without */
    PERSISTENCE_UNIT,            /* systemd, xinetd, desktop entries: name = value */
    PERSISTENCE_START_SCRIPT,    /* init.d, rc.local, profile.d, cron.daily, at */
    PERSISTENCE_LOGIN_SCRIPT,    /* .bashrc and its like */
    PERSISTENCE_PRELOAD,         /* ld.so.preload */
    PERSISTENCE_KEYS,            /* authorized_keys */
    PERSISTENCE_HTACCESS,
    PERSISTENCE_PHP_INI, /* .user.ini, php.ini */
};

enum persistence persistence_of(struct str path);

/* signs_judge() for such a file: its place is known and says nothing, and it is not moved away. */
void persistence_judge(struct signs *signs, const struct subject *subject,
                       struct findings *findings);

#endif
