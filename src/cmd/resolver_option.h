#ifndef CMD_RESOLVER_OPTION_H
#define CMD_RESOLVER_OPTION_H

/*
 * resolver_option - where a command's answers of the DNS come from: a server, or a file.
 *
 *     --resolver 127.0.0.1@5353   --trust-anchor root.key   --zone answers.txt
 */

#include "base/arena.h"
#include "base/err.h"
#include "net/unbound.h"

#define RESOLVER_ZONE_BYTES_MAX ((size_t)64 * 1024 * 1024)

struct resolver_option {
    const char *server, *trust_anchor; /* NULL: the system's */
    const char *zone;                  /* a file of answers (dns/zone.h); NULL: ask the DNS */
    uint32_t timeout_ms;               /* 0: UNBOUND_TIMEOUT_MS */
};

struct resolver_choice {
    struct resolver resolver;
    struct unbound *unbound; /* NULL: the answers come from a file */
    struct arena *arena;     /* of the file's answers */
};

/* To be closed. False: `err` says what is wrong with which option. */
bool resolver_option_open(const struct resolver_option *option, struct resolver_choice *ret_choice,
                          struct err *err) __attribute__((warn_unused_result));
/* Whether its answers say if they are signed; a file's do. May ask the server. */
bool resolver_option_validates(const struct resolver_choice *choice);

void resolver_option_close(struct resolver_choice *choice);

#endif
