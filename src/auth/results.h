#ifndef AUTH_RESULTS_H
#define AUTH_RESULTS_H

/*
 * results - read and write Authentication-Results fields (RFC 8601).
 *
 *     Authentication-Results: mx.example.org;
 *         spf=pass smtp.mailfrom=example.net;
 *         dkim=pass (2048 bits) reason="good" header.d=example.com header.s=s1;
 *         dmarc=pass header.from=example.com policy.dmarc=none
 *
 * Anybody can write such a field. Believe only what the own host wrote, and take away at the
 * edge what comes in under its name (results_claims), from the last field to the first.
 * The value of an ARC-Authentication-Results field is read behind its "i=1;".
 *
 * Pure.
 */

#include "auth/dmarc.h"
#include "base/buf.h"

#define RESULTS_MAX 64             /* of one field */
#define RESULTS_PROPERTIES_MAX 256 /* of all of them */

struct results_property {
    struct str type, name, value; /* "header", "d", "example.com": quotes off */
};

struct results_method {
    struct str method, result, reason; /* "dkim", "pass", "good" */
    uint32_t property_first, property_count;
};

struct results {
    struct str server; /* the authserv-id */
    struct results_method list[RESULTS_MAX];
    struct results_property properties[RESULTS_PROPERTIES_MAX];
    uint32_t count, property_count;
};

/*
 * Reads the value of a field, folded or not. Slices point into it or into the arena. False: it is
 * not of the form, or has more than there is room for; `ret_results` is then not to be read.
 * "none" is a list without results, and so is a field that ends behind its authserv-id.
 */
bool results_read(struct str value, struct arena *arena, struct results *ret_results);

/* The property of a result, "header.d"; empty: there is none. Case of names does not count. */
struct str results_property(const struct results *results, const struct results_method *method,
                            struct str type, struct str name);

/*
 * Whether a field that came in says that `server` wrote it: also when it cannot be read and has
 * that name anywhere, because whoever reads it next may be more lenient.
 */
bool results_claims(struct str value, struct str server);

struct results_writer {
    struct buf *buf;
    const char *fold; /* what stands before each result: "\n\t", "\r\n\t" or " " */
    uint32_t count;
};

/* Writes a value: begin, then each method with its properties, then end. */
void results_write_begin(struct results_writer *writer, struct buf *buf, struct str server,
                         const char *fold);
/* `method` and `result` are keywords; an empty reason is left out. */
void results_write_method(struct results_writer *writer, struct str method, struct str result,
                          struct str reason);
/* Of the method written last; an empty value is left out. Foreign bytes are quoted. */
void results_write_property(struct results_writer *writer, struct str type, struct str name,
                            struct str value);
void results_write_dmarc(struct results_writer *writer, const struct dmarc_evaluation *evaluation);
void results_write_end(struct results_writer *writer);

#endif
