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

/* Rows of a getopt_long table, and what they are numbered by; a command's own numbers are lower. */
enum resolver_option_code {
    RESOLVER_OPTION_SERVER = 0x1000,
    RESOLVER_OPTION_TRUST_ANCHOR,
    RESOLVER_OPTION_ZONE,
};

/* clang-format off */
#define RESOLVER_OPTIONS                                                                           \
    {"resolver", required_argument, NULL, RESOLVER_OPTION_SERVER},                                 \
    {"trust-anchor", required_argument, NULL, RESOLVER_OPTION_TRUST_ANCHOR},                       \
    {"zone", required_argument, NULL, RESOLVER_OPTION_ZONE}
/* clang-format on */

/* Takes the value of one of them. False: the code is another option's. */
bool resolver_option_set(struct resolver_option *option, int code, const char *value);

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
