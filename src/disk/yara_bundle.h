#ifndef DISK_YARA_BUNDLE_H
#define DISK_YARA_BUNDLE_H

/*
 * yara_bundle - YARA rule files and what they include, in one piece of memory.
 *
 * The child that compiles rules opens no file: who may read the rules is the
 * administrator, and the child is nobody. So the files are read here, with those that
 * they include from their own folder and below, and handed over in a memfd:
 *
 *     head, name, \0, text, \0    for each file
 *
 * Refused, with a sentence: what is no regular file, what is compiled (libyara runs
 * compiled rules as they are, so that they can take over what loads them), what has
 * NUL bytes, what is too large.
 */

#include "base/err.h"
#include "base/str.h"

#define YARA_RULE_FILES_MAX 256u
#define YARA_BUNDLE_FILES_MAX 1024u /* with included ones */
#define YARA_BUNDLE_BYTES_MAX ((size_t)64 << 20)

/* One file in the memory of a bundle. */
struct yara_text {
    struct str name; /* as it is shown; a NUL stands behind it */
    struct str text; /* a NUL stands behind it */
    bool is_rule;    /* given; else included by one that was */
};

/* Reads `files` into a new sealed memfd; its size, and a number for all that is in it. */
bool yara_bundle_open(const char *const *files, uint32_t count, int *ret_fd, uint64_t *ret_size,
                      uint64_t *ret_fingerprint, struct err *err)
    __attribute__((warn_unused_result));

/* Cuts the next file off the front of a bundle's bytes; false at the end. */
bool yara_bundle_next(struct str *bundle, struct yara_text *ret_text);

/* The path of `name` seen from the folder of the file `from`; false: it is too long, or leads away.
 */
bool yara_bundle_beside(struct str from, struct str name, char *path, size_t room);

#endif
