#ifndef SCAN_FORM_WORDS_H
#define SCAN_FORM_WORDS_H

/*
 * form_words - words by which forms speak of what they are for; for src/scan/form*.c alone.
 *
 * Tables: a language or a habit that weir should know is a row. Texts are folded
 * first: small letters of Latin and Cyrillic alphabets, one blank between words. Pure.
 */

#include "scan/form.h"

enum form_topic {
    TOPIC_CALLBACK,
    TOPIC_ORDER,
    TOPIC_FRIEND,
    TOPIC_REGISTER,
    TOPIC_COMMENT,
    TOPIC_NEWSLETTER,
    TOPIC_PASSWORD,
    TOPIC_CONTACT,
    TOPIC_SEARCH,
    TOPIC_LOGIN,
    TOPIC_SHOP,  /* checkout, filters, card */
    TOPIC_ADMIN, /* settings, editors, installers */
};
#define TOPIC_COUNT 12

enum form_role {
    ROLE_OTHER,
    ROLE_NAME,
    ROLE_EMAIL,
    ROLE_PHONE,
    ROLE_MESSAGE,
    ROLE_SUBJECT,
    ROLE_PASSWORD,
    ROLE_LOGIN,
    ROLE_FRIEND,
    ROLE_SEARCH,
    ROLE_SHOP,
    ROLE_ADMIN,
};
#define ROLE_COUNT 12

/*
 * Appends `text`, folded, to the `len` bytes in `into`, of which `capacity` is the size,
 * behind a blank; returns the new length. Bytes that are no UTF-8 are taken for
 * Windows-1251, as old Russian pages have it.
 */
size_t form_words_fold(struct str text, char *into, size_t len, size_t capacity);

/* Bit i: words of topic i are in the folded text. */
uint32_t form_words_topics(struct str folded);

/* What a field is for, by its folded name, id and placeholder. */
enum form_role form_words_role(struct str folded);

#endif
