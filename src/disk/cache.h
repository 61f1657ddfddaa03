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
 *
 * What a key may stand for is the scanner's to say: a file of which nothing was said,
 * and which says nothing to others. Of a site's PHP files that is true only as long as
 * the site's others are the same, which a key of the whole site tells; when one of them
 * is new or changed, all of that site's are read again. Files with findings, forms,
 * products or functions that matter to others are read each time.
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
/* Why the file is not believed; NULL: it is, or there is none. */
const char *cache_refusal(const struct cache *cache);

/* Where the caller's own is: root's in /var/lib/weir, others' in their cache folder, which is made.
 * False: nowhere. */
bool cache_default_path(char *path, size_t size) __attribute__((warn_unused_result));

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
