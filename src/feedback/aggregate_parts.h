#ifndef FEEDBACK_AGGREGATE_PARTS_H
#define FEEDBACK_AGGREGATE_PARTS_H

/*
 * aggregate_parts - what the files of aggregate share.
 *
 * aggregate.c feeds the XML parser and hands out rows; aggregate_element.c is the table of
 * elements and where the text of each goes.
 */

#include "feedback/aggregate.h"

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

#endif
