#ifndef SCAN_WEAKNESS_H
#define SCAN_WEAKNESS_H

/*
 * weakness - the local database: which versions of which product let people do what.
 *
 *     #weir-weaknesses 1	weir	2026-11-25
 *     wp-plugin	wp-file-manager	>=6.0 <6.9	6.9	upload	CVE-2020-25213	Title
 *
 * Text, one record a line, seven fields between tabs: kind of product, slug, range of
 * versions (version.h), the version that mends it (may be empty), what it allows, id,
 * title. Lines are sorted bytewise, lines beginning with '#' stand at the top; the
 * first states format, source and date. A product is found by halving: a file of 15 MB
 * needs no index beside it.
 *
 * Pure: no allocation; slices point into the text.
 */

#include "base/err.h"
#include "scan/product.h"

#define WEAKNESS_FORMAT "#weir-weaknesses 1"
#define WEAKNESS_LINE_MAX 8192U
#define WEAKNESS_BYTES_MAX (UINT64_C(256) << 20)

/* What a weakness lets people do, worst first for whoever runs a mail server. */
enum weakness_allows {
    WEAKNESS_MAIL,        /* send mail of their own to anybody */
    WEAKNESS_EXECUTE,     /* run code */
    WEAKNESS_UPLOAD,      /* put a script here */
    WEAKNESS_OBJECT,      /* object injection: code by way of foreign classes */
    WEAKNESS_ACCOUNT,     /* become another user */
    WEAKNESS_FILES,       /* read or include files */
    WEAKNESS_SQL,         /* ask the database */
    WEAKNESS_HEADER,      /* add mail headers, where a form is set up so */
    WEAKNESS_ACCESS,      /* do what they have no right to */
    WEAKNESS_SCRIPT,      /* run JavaScript in others' browsers */
    WEAKNESS_REQUEST,     /* have others send requests */
    WEAKNESS_OTHER,       /* as the title says */
    WEAKNESS_UNSUPPORTED, /* nobody mends this version any more */
};
#define WEAKNESS_ALLOWS_COUNT 13

struct weakness {
    enum product_kind kind;
    enum weakness_allows allows;
    struct str slug, affected, fixed, id, title;
};

struct weakness_base {
    struct str text; /* the records alone, sorted */
    struct str source, date;
    uint32_t count;
};

struct weakness_walk {
    struct str rest;
    enum product_kind kind;
    struct str slug;
};

struct str weakness_allows_name(enum weakness_allows allows);
bool weakness_allows_read(struct str name, enum weakness_allows *ret_allows);

/* Checks the header, the order, and that each line is a record; slices point into `text`. */
bool weakness_base_read(struct str text, struct weakness_base *ret_base, struct err *err)
    __attribute__((warn_unused_result));

/* One line; false when it is no record. */
bool weakness_read(struct str line, struct weakness *ret_weakness);

/* All of one product, in the order of the file. */
void weakness_walk_init(struct weakness_walk *walk, const struct weakness_base *base,
                        enum product_kind kind, struct str slug);
bool weakness_next(struct weakness_walk *walk, struct weakness *ret_weakness);

#endif
