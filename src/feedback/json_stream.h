#ifndef FEEDBACK_JSON_STREAM_H
#define FEEDBACK_JSON_STREAM_H

/*
 * json_stream - JSON (RFC 8259) as a stream of events, in memory that does not grow.
 *
 *     {"policies":[1]}  ->  OPEN_OBJECT, NAME "policies", OPEN_ARRAY, LITERAL "1", CLOSE, CLOSE
 *
 * A push parser: bytes go in as they come, and what comes out does not depend on how they
 * are cut. Text is decoded to UTF-8 as it is written; what is longer than
 * JSON_STREAM_TEXT_MAX is cut there and counted. A byte order mark and blanks before the
 * document are passed over.
 *
 * Pure. The text of an event lives until the handler returns.
 */

#include "base/err.h"
#include "base/str.h"

#define JSON_STREAM_DEPTH_MAX 32
#define JSON_STREAM_TEXT_MAX 4096U

enum json_stream_event {
    JSON_STREAM_OPEN_OBJECT,
    JSON_STREAM_OPEN_ARRAY,
    JSON_STREAM_CLOSE,
    JSON_STREAM_NAME,
    JSON_STREAM_STRING,
    JSON_STREAM_LITERAL, /* a number, true, false, null */
};

/* False: read no further. */
typedef bool json_stream_handler(void *context, enum json_stream_event event, struct str text);

struct json_stream {
    json_stream_handler *handler;
    void *context;
    int state;
    bool is_name; /* the string being read is a member's name */
    bool is_array[JSON_STREAM_DEPTH_MAX];
    uint32_t depth;
    char text[JSON_STREAM_TEXT_MAX];
    size_t len;
    uint32_t digits, code, high; /* of \uXXXX, and the half of a pair before it */
    uint64_t line, cut_count;
    bool is_whole;   /* the outermost value is closed */
    bool has_behind; /* something followed it */
    bool is_stopped; /* the handler wanted no more */
};

void json_stream_init(struct json_stream *stream, json_stream_handler *handler, void *context);

/* False: it is no JSON from here on; what came before was handed out. */
bool json_stream_feed(struct json_stream *stream, struct str chunk, struct err *err)
    __attribute__((warn_unused_result));

#endif
