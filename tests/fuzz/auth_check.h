#ifndef TESTS_FUZZ_AUTH_CHECK_H
#define TESTS_FUZZ_AUTH_CHECK_H

/*
 * auth_check - what the fuzz targets of signatures have in common: keys and answers.
 */

#include "auth/crypto.h"
#include "dns/resolver.h"
#include "mail_check.h"

/* The Ed25519 key of RFC 8032 section 7.1, test 1. */
#define AUTH_CHECK_SEED "nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A="
#define AUTH_CHECK_RECORD "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="

/* Whoever asks gets the record that `context` is, a str. */
static inline void
auth_check_ask(void *context, struct str name, enum dns_type type, struct arena *arena,
               struct dns_answer *ret_answer)
{
    struct dns_record *record = ARENA_NEW(arena, struct dns_record);

    (void)name;
    (void)type;
    require(record != NULL);
    record->data = *(const struct str *)context;
    *ret_answer = (struct dns_answer){.status = DNS_FOUND, .count = 1, .records = record};
}

static inline struct crypto_private *
auth_check_key(void)
{
    struct crypto_private *key = NULL;
    struct err err;

    require(crypto_private_read(STR(AUTH_CHECK_SEED), &key, &err));
    return key;
}

#endif
