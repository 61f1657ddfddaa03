#ifndef RECORD_JSON_SCAN_H
#define RECORD_JSON_SCAN_H

/*
 * json_scan - walk through one JSON object of a log line, without a tree.
 *
 *     json_scan_object(&scan, line);
 *     while (json_scan_member(&scan, &name, &value))
 *         ...
 *
 * Values are slices of the line; an object or array inside is skipped whole and
 * can be scanned in its turn. Lenient where logs are: a line that was cut ends
 * the walk, with what stood before it read. Linear in the line, no recursion.
 *
 * Pure; decoded texts go into the memory of the caller.
 */

#include "base/str.h"

enum json_kind {
    JSON_STRING,  /* text: between the quotes, escapes as they are */
    JSON_LITERAL, /* text: a number, true, false, null */
    JSON_OBJECT,  /* text: braces included */
    JSON_ARRAY,   /* text: brackets included */
};

struct json_value {
    enum json_kind kind;
    bool has_escape; /* JSON_STRING: there is a backslash in it */
    struct str text;
};

struct json_scan {
    struct str rest;
    bool is_whole; /* the closing brace or bracket was reached */
};

/* False when `text` does not begin with '{' (blanks before it are allowed). */
bool json_scan_object(struct json_scan *scan, struct str text);
bool json_scan_array(struct json_scan *scan, struct str text);

/* The next member, or element; false at the end and at the first fault. */
bool json_scan_member(struct json_scan *scan, struct str *ret_name, struct json_value *ret_value);
bool json_scan_element(struct json_scan *scan, struct json_value *ret_value);

/* Memory for decoded texts, used up from the front. */
struct json_scratch {
    char *data;
    size_t len, capacity;
};

/*
 * The text of a string: the slice itself, or decoded into `scratch` when it has
 * escapes, cut where the scratch ends. \uXXXX becomes UTF-8, half a surrogate
 * pair U+FFFD; an escape unknown to JSON (nginx's "\x16") stays. A literal is its
 * own text, null empty; objects and arrays are empty.
 */
struct str json_scan_text(struct json_value value, struct json_scratch *scratch);

/* An array of byte values, as journald writes what is not UTF-8: [72,105]. */
struct str json_scan_bytes(struct json_value value, struct json_scratch *scratch);

#endif
