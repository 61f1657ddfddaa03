#ifndef DISK_CACHE_H
#define DISK_CACHE_H

/*
 * cache - which files were read before, found harmless, and have not changed since.
 *
 * A set of keys, 16 bytes each, in a file: no names, no contents. A key is made of
 * device, inode, size, mtime and ctime in nanoseconds, and of the version of what
 * judged; ctime is the kernel's own, so that a file cannot be changed and dated back.
 * Whoever may write the cache may hide files from weir: it is believed only when it
 * belongs to root or to who runs weir and nobody else can write it.
 *
 * A file that cannot be read is an empty cache. Not thread-safe but for cache_has.
 */

#include <sys/stat.h>

#include "base/err.h"
#include "base/str.h"

#define CACHE_KEYS_MAX (8u * 1000 * 1000)

struct cache_key {
    uint64_t words[2];
};

struct cache;

/* What is known now; the keys of this run are gathered beside it. */
struct cache *cache_open(const char *path);
void cache_close(struct cache *cache); /* NULL is fine */

/* `judge` stands for rules and program: another judge, another key. */
struct cache_key cache_key_of(const struct stat *status, struct str judge);

/* Of anything else: a site's state. */
struct cache_key cache_key_of_text(struct str text, struct str judge);

bool cache_has(const struct cache *cache, struct cache_key key);
void cache_add(struct cache *cache, struct cache_key key);

/* Writes what was added, in place of what was read. */
bool cache_write(struct cache *cache, struct err *err) __attribute__((warn_unused_result));

#endif
