#ifndef FEEDBACK_AGGREGATE_H
#define FEEDBACK_AGGREGATE_H

/*
 * aggregate - read a DMARC aggregate report (RFC 7489 appendix C, RFC 9990) row by row.
 *
 *     <feedback><report_metadata><org_name>receiver.example</org_name>...
 *     <record><row><source_ip>192.0.2.1</source_ip><count>7</count>...
 *
 * A push parser over expat: bytes go in as they come, in chunks of any size, rows come out
 * one at a time through the handler, and memory does not grow with the report. What comes
 * out does not depend on the chunks.
 *
 * Reports as receivers really write them are read as far as they make sense: names of
 * elements and words without regard to case, any namespace, elements in any order or
 * missing, bytes before and behind the document, broken UTF-8, an "&" that starts no
 * entity. Each such deviation is counted. Refused: a DOCTYPE, and with it every entity of
 * the report's own; a token longer than AGGREGATE_TOKEN_MAX; nesting beyond
 * AGGREGATE_DEPTH_MAX.
 *
 * Pure but for expat's memory. Slices of a report live until aggregate_free, those of a
 * row until the handler returns.
 */

#include "base/arena.h"
#include "base/err.h"
#include "base/str.h"

#define AGGREGATE_DEPTH_MAX 32
#define AGGREGATE_TEXT_MAX 4096U  /* of one element; the rest is left out and counted */
#define AGGREGATE_TOKEN_MAX 65536 /* one tag, comment or instruction */
#define AGGREGATE_LIST_MAX 64U    /* signatures, reasons, ... of one row */
#define AGGREGATE_COUNT_MAX UINT64_C(1000000000000)
#define AGGREGATE_ROWS_MAX UINT64_C(100000000)

enum aggregate_deviation {
    AGGREGATE_NAMESPACE,   /* neither none nor one that an RFC names */
    AGGREGATE_BEFORE,      /* bytes before the document */
    AGGREGATE_BEHIND,      /* bytes behind </feedback> */
    AGGREGATE_ENCODING,    /* bytes that are not UTF-8, control characters */
    AGGREGATE_AMPERSAND,   /* an "&" that starts no entity */
    AGGREGATE_CASE,        /* results or names of elements in capitals */
    AGGREGATE_NO_ORG,      /* no org_name */
    AGGREGATE_NO_ID,       /* no report_id */
    AGGREGATE_NO_DATES,    /* no date_range that can be read */
    AGGREGATE_NO_POLICY,   /* no policy_published, or no domain in it */
    AGGREGATE_NO_ADDRESS,  /* a row without a source_ip that is an address */
    AGGREGATE_NO_COUNT,    /* a row without a count that is a number within its ceiling */
    AGGREGATE_NO_RESULT,   /* a row whose policy_evaluated lacks dkim or spf */
    AGGREGATE_NO_FROM,     /* a row without header_from */
    AGGREGATE_NO_SELECTOR, /* a signature without a selector, which RFC 9990 wants */
    AGGREGATE_LONG,        /* text or a list beyond its ceiling */
    AGGREGATE_CUT,         /* the document ends early */
    AGGREGATE_DEVIATION_COUNT,
};

/* "has no org_name": what a report or its rows do, in words. */
const char *aggregate_deviation_words(enum aggregate_deviation deviation);

struct aggregate_extension {
    struct str name, definition;
};

struct aggregate_report {
    struct str version, namespace;
    struct str org_name, email, extra_contact_info, report_id, generator;
    struct str errors[AGGREGATE_LIST_MAX];
    uint32_t error_count;
    struct str begin_text, end_text;
    int64_t begin_s, end_s; /* 0: not stated */
    /* policy_published */
    struct str domain, adkim, aspf, p, sp, np, pct, fo, testing, discovery_method;
    struct str version_published;
    struct aggregate_extension extensions[AGGREGATE_LIST_MAX];
    uint32_t extension_count;
    uint64_t row_count, message_count;
    uint64_t deviations[AGGREGATE_DEVIATION_COUNT];
    bool is_whole; /* </feedback> was reached */
};

struct aggregate_reason {
    struct str type, comment;
};

/* One <dkim> or <spf> of auth_results. */
struct aggregate_auth {
    struct str domain, selector, scope, result, human_result;
};

struct aggregate_row {
    struct str source_ip, count_text;
    uint64_t count;
    struct str disposition, dkim, spf; /* policy_evaluated, in lower case */
    struct aggregate_reason reasons[AGGREGATE_LIST_MAX];
    uint32_t reason_count;
    struct str header_from, envelope_from, envelope_to;
    struct aggregate_auth dkims[AGGREGATE_LIST_MAX], spfs[AGGREGATE_LIST_MAX];
    uint32_t dkim_count, spf_count;
    struct aggregate_extension extensions[AGGREGATE_LIST_MAX];
    uint32_t extension_count;
};

/* Both return false to read no further: no error, nobody wants the rest. */
struct aggregate_handler {
    /* Once, before the first row: what was said so far; with no row, from aggregate_finish. */
    bool (*begin)(void *context, const struct aggregate_report *report);
    bool (*row)(void *context, const struct aggregate_report *report,
                const struct aggregate_row *row);
    void *context;
};

struct aggregate;

/* The handler's functions may be NULL. Aborts when malloc fails. */
struct aggregate *aggregate_new(struct aggregate_handler handler);
void aggregate_free(struct aggregate *aggregate); /* NULL is fine */

/* False: it is no report, or broken from here on; rows before it have been handed out. */
bool aggregate_feed(struct aggregate *aggregate, struct str chunk, struct err *err)
    __attribute__((warn_unused_result));

/* The end of the bytes. A report that was cut off within is no failure when it has rows. */
bool aggregate_finish(struct aggregate *aggregate, struct err *err)
    __attribute__((warn_unused_result));

/* What was read so far; whole after aggregate_finish. */
const struct aggregate_report *aggregate_report(const struct aggregate *aggregate);

/* Whether the handler wanted no more. */
bool aggregate_is_stopped(const struct aggregate *aggregate);

/* Whether these first bytes of a document may be an aggregate report's. */
bool aggregate_is_likely(struct str head);

#endif
