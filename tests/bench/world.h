#ifndef BENCH_WORLD_H
#define BENCH_WORLD_H

/*
 * world - who lives on the generated hosting node, and who writes to it.
 *
 * Names end in .example (RFC 2606). Addresses come from 192.0.2.0/24 and
 * 203.0.113.0/24 (RFC 5737), 2001:db8::/32 (RFC 3849) and, because a busy host
 * sees more than 762 clients, 198.18.0.0/15 (RFC 2544).
 */

#include <stdint.h>

#include "dice.h"

#define WORLD_SITES 400
#define WORLD_UID_FIRST 10001
#define WORLD_HOST "web7"
#define WORLD_FQDN "web7.hosting.example"
#define WORLD_NAME_MAX 96

struct site {
    char domain[64];
    char user[24]; /* its system user; the uid is WORLD_UID_FIRST + index */
    uint32_t mailboxes;
};

struct world {
    struct site sites[WORLD_SITES];
};

struct peer {
    char host[WORLD_NAME_MAX]; /* "unknown" now and then */
    char address[48];
};

void world_init(struct world *world, struct dice *dice);

/* A site, the popular ones more often. */
uint32_t world_any_site(struct dice *dice);

/* "anna" by number: the local part of a mailbox. */
const char *world_local_part(uint32_t number);

/* "berta.klein7@north-mill.example" */
void world_foreign_address(struct dice *dice, char text[WORLD_NAME_MAX]);

/* "anna@blue-harbour.example", a mailbox of that site */
void world_mailbox(const struct world *world, uint32_t site, uint32_t number,
                   char text[WORLD_NAME_MAX]);

/* A client address anywhere in the test ranges, one of `count` different ones. */
void world_client(uint32_t number, char text[48]);

/* A mail server: 4,000 different ones. */
void world_mail_server(struct dice *dice, struct peer *peer);

/* Writes `count` hexadecimal digits. */
void world_hex(struct dice *dice, uint32_t count, char *text);

/* passwd(5) of the host. 0 when it could be written. */
int world_write_passwd(const struct world *world, const char *path);

#endif
