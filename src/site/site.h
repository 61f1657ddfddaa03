#ifndef SITE_SITE_H
#define SITE_SITE_H

/*
 * site - what the configuration of web servers and PHP-FPM says about sites.
 *
 * The readers take the text of one file and add what it states; they follow no
 * includes (the edge reads the folders that servers include) and understand only
 * the directives below. What they do not understand they pass over.
 *
 *     Apache   <VirtualHost> ServerName ServerAlias DocumentRoot CustomLog TransferLog
 *              SuexecUserGroup AssignUserID SetHandler ProxyPassMatch ProxyPass
 *     nginx    server { server_name root access_log fastcgi_pass }
 *     PHP-FPM  [pool] user listen php_admin_value[mail.log]
 *     php.ini  mail.log
 *
 * Pure. Memory from the arena; slices point into the texts.
 */

#include "base/arena.h"

#define SITE_CONFIGS_MAX 100000U
#define SITE_NAMES_MAX 64 /* of one site; more are left out */

/* A vhost. Members that the configuration does not state are empty. */
struct site_config {
    struct str names[SITE_NAMES_MAX]; /* the server's name, then its aliases */
    uint32_t name_count;
    struct str docroot, user, access_log;
    struct str socket; /* of PHP-FPM: "/run/php/shop.sock" or "127.0.0.1:9001" */
};

struct site_pool {
    struct str name, user, listen, mail_log;
};

struct site_configs {
    struct arena *arena;
    struct site_config *sites;
    uint32_t site_count, site_capacity;
    struct site_pool *pools;
    uint32_t pool_count, pool_capacity;
    struct str *logs; /* access logs that belong to no vhost, and PHP's mail logs */
    uint32_t log_count, log_capacity;
};

/* False: the arena's limit, or more than SITE_CONFIGS_MAX. What came before is kept. */
bool site_read_apache(struct str text, struct site_configs *configs)
    __attribute__((warn_unused_result));
bool site_read_nginx(struct str text, struct site_configs *configs)
    __attribute__((warn_unused_result));
bool site_read_php(struct str text, struct site_configs *configs)
    __attribute__((warn_unused_result));

/* Gives each site the user of the pool that it passes its scripts to, where it states none. */
void site_join_pools(struct site_configs *configs);

/* For the readers. */
struct site_config *site_add(struct site_configs *configs);
struct site_pool *site_add_pool(struct site_configs *configs);
bool site_add_log(struct site_configs *configs, struct str path);
bool site_add_name(struct site_config *site, struct str name);

/* The next word of a line, quotes taken off; empty at its end. */
struct str site_word(struct str *line);

/* "unix:/run/php/x.sock|fcgi://…" and "unix:/run/x.sock": the path; "127.0.0.1:9000": itself. */
struct str site_socket(struct str text);

#endif
