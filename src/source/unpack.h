#ifndef SOURCE_UNPACK_H
#define SOURCE_UNPACK_H

/*
 * unpack - the documents within a file: packed, archived, written in base64, or all of these.
 *
 *     report.zip           ->  a.xml, b.xml
 *     report.xml.gz.gz     ->  the XML
 *     report.xml           ->  the XML, though its bytes are "H4sIAAAA..."
 *
 * Everything is a stream: nothing is held whole, and nothing is written anywhere. What a
 * member of an archive calls itself is a name to show, never a path. Layers are told by
 * their content, at most UNPACK_DEPTH_MAX of them, and what comes out of all of them
 * together stays below UNPACK_BYTES_FREE, or UNPACK_RATIO_MAX times the bytes that went in:
 * a bomb ends there, with a sentence.
 */

#include "base/err.h"
#include "base/str.h"

#define UNPACK_DEPTH_MAX 4U
#define UNPACK_BYTES_FREE (UINT64_C(64) << 20)
#define UNPACK_RATIO_MAX 200
#define UNPACK_MEMBERS_MAX 10000U /* of all archives within one file */
#define UNPACK_HEAD_BYTES 65536   /* what is known of a document before it is read */

/* Up to `capacity` bytes; *ret_len is 0 at the end. */
typedef bool unpack_read(void *context, char *buffer, size_t capacity, size_t *ret_len,
                         struct err *err);

/* One document, to be read once, from its start, while the sink has it. */
struct unpack_document;

struct str unpack_name(const struct unpack_document *document); /* empty: it has none */
struct str unpack_head(const struct unpack_document *document);
bool unpack_next(struct unpack_document *document, char *buffer, size_t capacity, size_t *ret_len,
                 struct err *err) __attribute__((warn_unused_result));

struct unpack_sink {
    void (*document)(void *context, struct unpack_document *document);
    /* What could not be unpacked, a sentence, and the member's name if it has one. */
    void (*problem)(void *context, struct str name, const struct err *err);
    void *context;
};

/* Hands every document of what `read` gives to the sink. */
void unpack_run(unpack_read *read, void *read_context, struct unpack_sink sink);

/* The same of bytes in memory. */
void unpack_bytes(struct str bytes, struct unpack_sink sink);

#endif
