#ifndef AUDIT_WEB_EXPOSURE_H
#define AUDIT_WEB_EXPOSURE_H

/*
 * web_exposure - what a site hands out that nobody should have, and where uploads may run.
 *
 * The edge says what lies in the document roots; the configuration of the web server, and
 * .htaccess, say whether it is refused. A rule that names the thing is believed, not tried.
 * Pure.
 */

#include "audit/finding.h"

enum web_thing {
    WEB_GIT,     /* /.git/HEAD: the whole source, with its passwords */
    WEB_ENV,     /* /.env: passwords of database and mail */
    WEB_DUMP,    /* dump.sql, backup.sql.gz */
    WEB_COPY,    /* wp-config.php.bak: the configuration as text */
    WEB_PHPINFO, /* phpinfo.php, info.php that call phpinfo() */
    WEB_ADMINER, /* adminer.php and the like */
    WEB_UPLOADS, /* a folder of uploads in which PHP may run */
};
#define WEB_THING_COUNT 7

struct web_find {
    enum web_thing thing;
    struct str site;     /* name of the vhost, or its document root */
    struct str path;     /* on disk */
    struct str htaccess; /* of the folder, for uploads */
};

struct web_facts {
    const struct str *configs; /* texts of Apache's and nginx's configuration */
    uint32_t config_count;
    struct web_find *finds;
    uint32_t find_count;
    uint32_t site_count;
    bool has_php;
    bool uses_htaccess; /* Apache reads it */
};

/* Whether some rule of the web server refuses it. */
bool web_is_refused(const struct web_facts *facts, const struct web_find *find);

void web_audit(const struct web_facts *facts, struct audit *audit);

#endif
