#ifndef SCAN_HTACCESS_H
#define SCAN_HTACCESS_H

/*
 * htaccess - what a folder's own settings make of its files: .htaccess, php.ini.
 *
 *     php_value auto_prepend_file /tmp/.x.php       prepend-odd
 *     AddHandler application/x-httpd-php .jpg       handler-odd
 *     RewriteCond %{HTTP_REFERER} google [NC]
 *     RewriteRule .* http://192.0.2.7/ [R=302,L]    rewrite-cloaked
 *
 * Pure.
 */

#include "scan/persistence.h"

#define HTACCESS_LINES_MAX 20000

bool htaccess_wants(const struct subject *subject);

bool htaccess_look(const struct subject *subject, struct arena *arena, struct findings *findings);

#endif
