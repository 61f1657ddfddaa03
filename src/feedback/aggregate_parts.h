#ifndef FEEDBACK_AGGREGATE_PARTS_H
#define FEEDBACK_AGGREGATE_PARTS_H

/*
 * aggregate_parts - what the files of aggregate share.
 *
 * aggregate.c feeds the XML parser; aggregate_events.c makes rows of what the parser tells and
 * hands them out; aggregate_element.c is the table of elements and where the text of each goes;
 * aggregate_repair.c makes bytes fit for the parser.
 */

#include <expat.h>

#include "feedback/aggregate.h"
#include "feedback/aggregate_repair.h"

#define AGGREGATE_BLOCK 16384 /* bytes given to the parser at a time, however they come */

enum element {
    ELEMENT_NONE, /* outside the root */
    ELEMENT_UNKNOWN,
    ELEMENT_TEXT, /* holds text that is kept */
    ELEMENT_FEEDBACK,
    ELEMENT_METADATA,
    ELEMENT_DATES,
    ELEMENT_POLICY,
    ELEMENT_RECORD,
    ELEMENT_ROW,
    ELEMENT_EVALUATED,
    ELEMENT_REASON,
    ELEMENT_IDENTIFIERS,
    ELEMENT_RESULTS,
    ELEMENT_DKIM,
    ELEMENT_SPF,
    ELEMENT_EXTENSIONS,     /* of the report */
    ELEMENT_ROW_EXTENSIONS, /* of a record */
    ELEMENT_EXTENSION,
    ELEMENT_ROW_EXTENSION,
};

/* Which structure a text belongs to. */
enum element_target {
    TARGET_NOTHING,
    TARGET_REPORT,
    TARGET_ERROR, /* the next one of the report's errors */
    TARGET_ROW,
    TARGET_REASON, /* the last one of the row */
    TARGET_DKIM,
    TARGET_SPF,
};

struct element_row {
    enum element parent;
    const char *name;
    enum element element;
    enum element_target target;
    size_t offset; /* of a struct str in the target */
    bool is_word;  /* one of a closed list: kept in lower case */
};

/*
 * The row for `name`, without its prefix, within `parent`; NULL: unknown there. Case is
 * ignored; *ret_is_exact is false where it was needed.
 */
const struct element_row *element_find(enum element parent, struct str name, bool *ret_is_exact);

struct aggregate {
    struct aggregate_handler handler;
    XML_Parser parser;
    struct repair repair;
    char block[AGGREGATE_BLOCK];
    size_t block_len;
    uint64_t fed; /* bytes given to the parser */
    struct arena *report_arena, *row_arena;
    struct aggregate_report report;
    struct aggregate_row row;
    enum element stack[AGGREGATE_DEPTH_MAX];
    const struct element_row *leaf; /* whose text is being read */
    uint32_t depth;
    char text[AGGREGATE_TEXT_MAX];
    size_t text_len;
    bool is_long; /* the text went beyond its ceiling */
    bool has_begun, is_stopped, is_over, has_failed;
    struct err err;
};

/* Keeps the first fault, and stops the parser where it is. */
void aggregate_fail(struct aggregate *aggregate, enum err_kind kind, const char *why);

/* Tells the handler of the report, once. False: it wants no rows. */
bool aggregate_begin(struct aggregate *aggregate);

/* What expat calls. */
void XMLCALL aggregate_on_start(void *context, const char *name, const char **attributes);
void XMLCALL aggregate_on_end(void *context, const char *name);
void XMLCALL aggregate_on_text(void *context, const char *data, int len);
void XMLCALL aggregate_on_doctype(void *context, const char *name, const char *system,
                                  const char *public, int has_subset);

#endif
