#ifndef RECORD_FIELD_H
#define RECORD_FIELD_H

/*
 * field - pieces that the log lines of several programs are made of.
 *
 *     mail.example (helo) [192.0.2.7]:41832     field_cut_peer
 *     "a b, size=1"@shop.example                field_quoted_end
 *     IPv6:2001:db8::7, ::ffff:192.0.2.7        field_address
 *
 * Pure: no I/O, no clock, no allocation; slices point into what was given.
 */

#include "base/str.h"

static inline bool
field_is_alnum(char c)
{
    return str_is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/* All of `s` as a decimal number; `otherwise` when it is none. */
int64_t field_number(struct str s, int64_t otherwise);

/* The number at the front of `s`; -1 when there is none. */
int64_t field_front_number(struct str s);

/* The same, and `s` loses its digits. */
int64_t field_cut_number(struct str *s);

/*
 * Where the quoted local part that begins `s` ends (RFC 5321 quoted-string): the
 * place of its closing quote, 0 when `s` begins with none. What a sender puts
 * between the quotes ends no field.
 */
size_t field_quoted_end(struct str s);

/*
 * Where the address that begins `s` is followed by `until`, no earlier than the end of
 * its quoted local part; `s.len` when it is not.
 */
size_t field_address_end(struct str s, struct str until);

/* Cuts "<address" and `until`, which begins with '>', off the front. */
bool field_cut_angled(struct str *rest, struct str until, struct str *ret_address);

/* "<a@b>" without its angle brackets; anything else as it is. */
struct str field_without_angles(struct str s);

/* The last place of `needle`, which is not empty, in `s`; `s.len` when there is none. */
size_t field_find_last(struct str s, struct str needle);

/* An address without brackets, without "IPv6:", and IPv4 where it is mapped into IPv6. */
struct str field_address(struct str s);

/* Whether `s` looks like an IPv4 or IPv6 address. */
bool field_is_address(struct str s);

/*
 * "host (helo) [address]:port", each part but the address may be absent: drops
 * it. False, and nothing changed, where no address follows in such a place.
 */
bool field_cut_peer(struct str *rest, struct str *ret_host, struct str *ret_address,
                    uint16_t *ret_port);

/* The queue id that a next hop's reply names: "... queued as ID", "OK id=ID"; empty: none. */
struct str field_queued_as(struct str reply);

#endif
