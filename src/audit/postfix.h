#ifndef AUDIT_POSTFIX_H
#define AUDIT_POSTFIX_H

/*
 * postfix - what Postfix's settings let strangers and customers do.
 *
 * Judges main.cf as `postconf -x` prints it, master.cf, and the lookup tables that
 * restrictions name. Relay rules are evaluated as smtpd does, in order, for a client that is
 * nobody: not in mynetworks, not logged in, with a recipient of a foreign domain.
 * Pure: postconf(5), master(5), access(5), SMTPD_ACCESS_README.
 */

#include "audit/finding.h"
#include "audit/settings.h"

#define POSTFIX_SERVICES_MAX 256u
#define POSTFIX_MAPS_MAX 128u
#define POSTFIX_DEPTH_MAX 8 /* restriction classes within classes */

/* A line of master.cf. */
struct master_service {
    struct str name, type, command; /* "smtp", "inet", "smtpd" */
    struct settings options;        /* of -o; sections are empty */
    uint32_t line;
    struct str raw;
};

struct master {
    struct master_service *list;
    uint32_t count;
    struct str file;
};

/* False: the arena's limit, or more services than the ceiling. */
bool master_read(struct str text, struct str file, struct arena *arena, struct master *ret_master)
    __attribute__((warn_unused_result));

/* A lookup table. Binary tables (hash, btree, lmdb) are read from the text they were made of. */
struct postfix_map {
    struct str name; /* "hash:/etc/postfix/access" */
    struct str text;
    bool is_read;
};

#define POSTFIX_PROXIES_MAX 64u

/* The configuration of HAProxy, nginx or stunnel, which may hand connections on to Postfix. */
struct postfix_proxy {
    struct str file, text;
};

struct postfix_facts {
    const struct settings *settings; /* of `postconf -x`, with the places of main.cf */
    struct master master;
    struct str main_file; /* "/etc/postfix/main.cf" */
    struct postfix_map maps[POSTFIX_MAPS_MAX];
    uint32_t map_count;
    struct postfix_proxy proxies[POSTFIX_PROXIES_MAX];
    uint32_t proxy_count;
};

/* Lists in facts->maps the tables that the checks want to read, each once, with no text yet. */
void postfix_list_maps(struct postfix_facts *facts);

/* "hash:/etc/postfix/access" → "/etc/postfix/access"; empty: there is no text to read. */
struct str postfix_map_path(struct str name);

/* All the checks. */
void postfix_audit(const struct postfix_facts *facts, struct audit *audit);

#endif
