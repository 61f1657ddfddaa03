#ifndef AUDIT_PHP_SETTINGS_H
#define AUDIT_PHP_SETTINGS_H

/*
 * php_settings - what PHP lets a hacked site do, and whether it tells who sends.
 *
 * Each pool of PHP-FPM, and each php.ini of another interface, is judged by the value that holds
 * there: php_admin_value of the pool, php_value, then php.ini. Pure:
 * php.net/manual/en/ini.list.php.
 */

#include "audit/finding.h"
#include "audit/settings.h"

#define PHP_POOLS_MAX 4096u

struct php_pool {
    struct str label; /* "PHP 8.2 fpm, pool shop" */
    struct str name;  /* of the pool; empty: no pool, but Apache's module or CGI */
    struct str file;  /* where its settings go */
    struct str user;
    const struct settings *ini;  /* php.ini and what is read behind it */
    const struct settings *pool; /* NULL without a pool */
};

struct php_facts {
    struct php_pool *pools;
    uint32_t pool_count;
    bool has_module; /* Apache runs PHP in its own processes */
    struct str module_user;
    uint32_t site_count;           /* vhosts with a document root */
    struct str shared_socket;      /* a pool that several sites pass their scripts to */
    struct str shared_a, shared_b; /* two of them */
};

/* The setting that holds in the pool; NULL: PHP's default. */
const struct setting *php_setting(const struct php_pool *pool, const char *name);

void php_audit(const struct php_facts *facts, struct audit *audit);

#endif
