#include "scan/persistence.h"

/* Patterns of the last parts of a path; "*" is any one part. */
static const struct {
    const char *pattern;
    char last; /* its last letter, of what ends in a star the folder's; '*': any */
    enum persistence is;
} rows[] = {
    {"etc/crontab", 'b', PERSISTENCE_CRONTAB},
    {"etc/anacrontab", 'b', PERSISTENCE_CRONTAB},
    {"etc/cron.d/*", 'd', PERSISTENCE_CRONTAB},
    {"spool/cron/crontabs/*", 's', PERSISTENCE_CRONTAB_OF_USER},
    {"spool/cron/atjobs/*", 's', PERSISTENCE_START_SCRIPT},
    {"spool/cron/tabs/*", 's', PERSISTENCE_CRONTAB_OF_USER},
    {"spool/at/*", 't', PERSISTENCE_START_SCRIPT},
    {"spool/cron/*", 'n', PERSISTENCE_CRONTAB_OF_USER},
    {"etc/cron.hourly/*", 'y', PERSISTENCE_START_SCRIPT},
    {"etc/cron.daily/*", 'y', PERSISTENCE_START_SCRIPT},
    {"etc/cron.weekly/*", 'y', PERSISTENCE_START_SCRIPT},
    {"etc/cron.monthly/*", 'y', PERSISTENCE_START_SCRIPT},
    {"systemd/system/*", 'm', PERSISTENCE_UNIT},
    {"systemd/system/*/*", '*', PERSISTENCE_UNIT},
    {"systemd/user/*", 'r', PERSISTENCE_UNIT},
    {"systemd/user/*/*", '*', PERSISTENCE_UNIT},
    {"etc/xinetd.d/*", 'd', PERSISTENCE_UNIT},
    {".config/autostart/*", 't', PERSISTENCE_UNIT},
    {"etc/init.d/*", 'd', PERSISTENCE_START_SCRIPT},
    {"etc/rc.local", 'l', PERSISTENCE_START_SCRIPT},
    {"rc.d/rc.local", 'l', PERSISTENCE_START_SCRIPT},
    {"etc/profile.d/*", 'd', PERSISTENCE_LOGIN_SCRIPT},
    {"etc/profile", 'e', PERSISTENCE_LOGIN_SCRIPT},
    {"etc/bash.bashrc", 'c', PERSISTENCE_LOGIN_SCRIPT},
    {".bashrc", 'c', PERSISTENCE_LOGIN_SCRIPT},
    {".profile", 'e', PERSISTENCE_LOGIN_SCRIPT},
    {".bash_profile", 'e', PERSISTENCE_LOGIN_SCRIPT},
    {".bash_login", 'n', PERSISTENCE_LOGIN_SCRIPT},
    {".bash_logout", 't', PERSISTENCE_LOGIN_SCRIPT},
    {".zshrc", 'c', PERSISTENCE_LOGIN_SCRIPT},
    {".zprofile", 'e', PERSISTENCE_LOGIN_SCRIPT},
    {"etc/ld.so.preload", 'd', PERSISTENCE_PRELOAD},
    {".ssh/authorized_keys", 's', PERSISTENCE_KEYS},
    {".ssh/authorized_keys2", '2', PERSISTENCE_KEYS},
    {"authorized_keys", 's', PERSISTENCE_KEYS},
    {".htaccess", 's', PERSISTENCE_HTACCESS},
    {".user.ini", 'i', PERSISTENCE_PHP_INI},
    {"php.ini", 'i', PERSISTENCE_PHP_INI},
    {"php5.ini", 'i', PERSISTENCE_PHP_INI},
};

/* Takes the last part off the path. */
static struct str
last_part(struct str *path)
{
    size_t begin = path->len;
    struct str part;

    while (begin > 0 && path->data[begin - 1] != '/')
        begin--;
    part = str_from(*path, begin);
    path->len = begin ? begin - 1 : 0;
    return part;
}

static bool
fits(struct str pattern, struct str path)
{
    while (pattern.len) {
        struct str wanted = last_part(&pattern), part = last_part(&path);

        if (!part.len || (!str_eq(wanted, STR("*")) && !str_eq(wanted, part)))
            return false;
    }
    return true;
}

enum persistence
persistence_of(struct str path)
{
    struct str folder = path, name = last_part(&folder);
    char last = name.len ? name.data[name.len - 1] : '\0';
    char folder_last = folder.len ? folder.data[folder.len - 1] : '\0';

    /* Asked of every file there is: most patterns end in another letter. */
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (rows[i].last != '*' && rows[i].last != last && rows[i].last != folder_last)
            continue;
        if (fits(str_from_cstr(rows[i].pattern), path))
            return rows[i].is;
    }
    return PERSISTENCE_NONE;
}

void
persistence_judge(struct signs *signs, const struct subject *subject, struct findings *findings)
{
    struct subject placed = *subject;

    placed.places = 0;
    placed.is_recent_alone = placed.is_foreign_owner = placed.is_stranger = false;
    signs->advice =
        "Look at the line; if it is not yours: keep a copy, take the line out, and find "
        "what it started (weir trace) and who put it there.";
    signs_judge(signs, &placed, findings);
}
