#ifndef SCAN_HTACCESS_PARTS_H
#define SCAN_HTACCESS_PARTS_H

/*
 * htaccess_parts - what the files of htaccess.h share; for src/scan/htaccess*.c alone.
 */

#include "scan/htaccess.h"

/* What conditions before the next RewriteRule ask. */
struct htaccess_conditions {
    bool asks_referer, asks_agent;
    bool is_of_search; /* comes from a search engine, or is one */
};

struct htaccess {
    const struct subject *subject;
    struct signs *signs;
    uint32_t line;
    struct str text;    /* the line */
    struct str section; /* what the Files or FilesMatch around it names; empty: none */
    bool is_exec_off;   /* Options -ExecCGI: handlers only take scripts out of use */
    bool denies_php;    /* a section before denied PHP files */
    struct htaccess_conditions conditions;
};

void htaccess_sign(struct htaccess *htaccess, const char *rule, double weight, const char *why);

/* auto_prepend_file and its like, in either kind of file. */
void htaccess_setting(struct htaccess *htaccess, struct str name, struct str value);

/* AddHandler, AddType, SetHandler, ForceType. */
void htaccess_handler(struct htaccess *htaccess, struct str directive, struct str rest);

void htaccess_rewrite_condition(struct htaccess *htaccess, struct str rest);
void htaccess_rewrite_rule(struct htaccess *htaccess, struct str rest);

/* A word or a quoted text from the front of `rest`, without quotes. */
struct str htaccess_word(struct str *rest);

#endif
