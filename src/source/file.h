#ifndef SOURCE_FILE_H
#define SOURCE_FILE_H

/*
 * file - the bytes of a log, whatever it is packed in.
 *
 * Plain, gz, xz, zst, bz2 (and lz4, lzip, compress) look the same to the reader;
 * the format is found from content. Standard input, pipes and the like are
 * copied to an unlinked file first, so that lines can be quoted later.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* What a bomb may unpack to: this much, or FILE_RATIO_MAX times its packed size beyond it. */
#define FILE_UNPACKED_BYTES_FREE (UINT64_C(4) << 30)
#define FILE_RATIO_MAX 1000
#define FILE_SPOOL_BYTES_MAX (UINT64_C(64) << 30)

/* "journal:" and "journal:SECONDS": this host's journal, since that moment. */
#define FILE_JOURNAL "journal:"

struct file;

struct file_info {
    uint64_t device, inode, bytes; /* bytes: on disk, packed */
    int64_t mtime_s;
    bool is_compressed, is_spooled;
};

/* "-" is standard input. The file stays open for file_rewind until file_close. */
bool file_open(const char *path, struct file **ret_file, struct err *err)
    __attribute__((warn_unused_result));
void file_close(struct file *file); /* NULL is fine */

struct file_info file_info(const struct file *file);

/* Up to `capacity` unpacked bytes; *ret_len is 0 at the end. */
bool file_read(struct file *file, char *buffer, size_t capacity, size_t *ret_len, struct err *err)
    __attribute__((warn_unused_result));

/* From the start again. */
bool file_rewind(struct file *file, struct err *err) __attribute__((warn_unused_result));

/* Bytes at an offset of a file that is not compressed; short at its end. */
bool file_read_at(struct file *file, uint64_t offset, char *buffer, size_t capacity,
                  size_t *ret_len, struct err *err) __attribute__((warn_unused_result));

/* Whether these first bytes of a file are those of a packed one. */
bool file_is_packed(struct str head);

/* What weir unpacks, for a reader of libarchive's. */
struct archive;
void file_support_filters(struct archive *archive);

#endif
