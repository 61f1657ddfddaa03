#ifndef AUTH_TAG_WRITER_H
#define AUTH_TAG_WRITER_H

/*
 * tag_writer - a header field made of tags, folded to fit 76 columns.
 *
 *     DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed; d=example.org;
 *         s=mail; t=1700000000; h=From:From:To:To:Subject:Subject;
 *         bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=;
 *         b=…
 *
 * Pure. The line end is the caller's: CR LF for the network, LF for files.
 */

#include "base/buf.h"

#define TAG_WRITER_COLUMNS 76
#define TAG_WRITER_INDENT "    "

struct tag_writer {
    struct buf *out;
    struct str line_end;
    size_t column;
    bool has_tag;
};

/* Writes "Name:". */
void tag_writer_init(struct tag_writer *writer, struct buf *out, struct str name,
                     struct str line_end);

/*
 * One tag. A value that is longer than a line is broken behind `separator`, or anywhere
 * when that is 0, as base64 may be.
 */
void tag_writer_add(struct tag_writer *writer, const char *name, struct str value, char separator);

/* The same in two steps, for a value that hangs on what stands before it: on a line of its own. */
void tag_writer_open(struct tag_writer *writer, const char *name);
void tag_writer_value(struct tag_writer *writer, struct str value, char separator);

void tag_writer_number(struct tag_writer *writer, const char *name, uint64_t number);

#endif
