#ifndef SCAN_KEYS_H
#define SCAN_KEYS_H

/*
 * keys - who may log in without a password: authorized_keys.
 *
 *     command="/usr/bin/rrsync /srv",no-pty ssh-ed25519 AAAA… anna@example.org
 *
 * A key is nothing bad. What is said of it is a remark, unless where it lies or what
 * it starts is odd. Pure.
 */

#include "scan/persistence.h"

#define KEYS_LINES_MAX 2000

struct key {
    struct str options; /* empty: none */
    struct str type;    /* "ssh-ed25519" */
    struct str comment;
};

/* False: the line has no key. */
bool keys_read(struct str line, struct key *ret_key);

/* The value of command="…"; empty: none. */
struct str keys_command(struct str options);

bool keys_wants(const struct subject *subject);

bool keys_look(const struct subject *subject, struct arena *arena, struct findings *findings);

#endif
