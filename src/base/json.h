#ifndef BASE_JSON_H
#define BASE_JSON_H

/*
 * json - write JSON (RFC 8259) into a buf.
 *
 * Commas are placed by the writer. Foreign bytes are safe: control characters
 * are escaped and bytes that are not UTF-8 become U+FFFD, so that the output
 * is always valid. Nesting beyond JSON_DEPTH_MAX is a bug and asserts.
 *
 *     json_object(&json, NULL);
 *     json_string(&json, "route", STR("mailbox"));
 *     json_end(&json);
 */

#include "base/buf.h"

#define JSON_DEPTH_MAX 16

struct json {
    struct buf *buf;
    int depth;
    char closer[JSON_DEPTH_MAX];
    bool has_member[JSON_DEPTH_MAX];
};

void json_init(struct json *json, struct buf *buf);

/* `name` is NULL inside an array and at the top. */
void json_object(struct json *json, const char *name);
void json_array(struct json *json, const char *name);
void json_end(struct json *json);
void json_string(struct json *json, const char *name, struct str value);
void json_integer(struct json *json, const char *name, int64_t value);
void json_real(struct json *json, const char *name, double value, int decimals);
void json_bool(struct json *json, const char *name, bool value);
void json_null(struct json *json, const char *name);

/* null where the text is empty. */
void json_string_or_null(struct json *json, const char *name, struct str value);

#endif
