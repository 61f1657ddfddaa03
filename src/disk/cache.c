#include "disk/cache.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "source/whole.h"

static const char mark[16] = "weir scan cache1";

struct cache {
    char *path;
    const char *refusal;
    struct cache_key *known, *coming;
    size_t known_count, coming_count, coming_capacity;
};

static int
key_order(const void *a, const void *b)
{
    const struct cache_key *x = a, *y = b;

    if (x->words[0] != y->words[0])
        return x->words[0] < y->words[0] ? -1 : 1;
    return x->words[1] < y->words[1] ? -1 : x->words[1] > y->words[1];
}

static bool
is_trusted(const struct stat *status)
{
    return S_ISREG(status->st_mode) && !(status->st_mode & 022) &&
           (status->st_uid == 0 || status->st_uid == geteuid());
}

static bool
read_all(int fd, char *bytes, size_t len)
{
    while (len) {
        ssize_t got = read(fd, bytes, len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        bytes += got;
        len -= (size_t)got;
    }
    return true;
}

/* Anything odd about the file makes it an empty cache: the scan only takes longer. */
static void
read_known(struct cache *cache)
{
    int fd = open(cache->path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;
    char head[sizeof(mark)];

    if (fd < 0) {
        if (errno != ENOENT)
            cache->refusal = "it cannot be opened as a file";
        return;
    }
    if (fstat(fd, &status) != 0 || !is_trusted(&status)) {
        cache->refusal = "others can write it, or it belongs to somebody else";
        close(fd);
        return;
    }
    cache->refusal = "it is damaged";
    if ((status.st_size - (off_t)sizeof(mark)) % (off_t)sizeof(*cache->known) == 0 &&
        status.st_size >= (off_t)sizeof(mark) &&
        (size_t)status.st_size <= sizeof(mark) + CACHE_KEYS_MAX * sizeof(*cache->known) &&
        read_all(fd, head, sizeof(head)) && memcmp(head, mark, sizeof(mark)) == 0) {
        size_t count = ((size_t)status.st_size - sizeof(mark)) / sizeof(*cache->known);

        cache->known = calloc(count + 1, sizeof(*cache->known));
        if (!cache->known)
            abort();
        if (read_all(fd, (char *)cache->known, count * sizeof(*cache->known))) {
            cache->known_count = count;
            cache->refusal = NULL;
        }
    }
    close(fd);
    /* Written sorted; a file that is not would only hide what it holds. */
    if (cache->known_count)
        qsort(cache->known, cache->known_count, sizeof(*cache->known), key_order);
}

struct cache *
cache_open(const char *path)
{
    struct cache *cache = calloc(1, sizeof(*cache));

    if (!cache || !(cache->path = strdup(path)))
        abort();
    read_known(cache);
    return cache;
}

const char *
cache_refusal(const struct cache *cache)
{
    return cache->refusal;
}

bool
cache_default_path(char *path, size_t size)
{
    const char *folder = getenv("XDG_CACHE_HOME"), *home = getenv("HOME");
    char parent[4000];
    int len;

    if (geteuid() == 0)
        len = snprintf(parent, sizeof(parent), "/var/lib/weir");
    else if (folder && folder[0] == '/')
        len = snprintf(parent, sizeof(parent), "%s/weir", folder);
    else if (home && home[0] == '/')
        len = snprintf(parent, sizeof(parent), "%s/.cache/weir", home);
    else
        return false;
    if (len < 0 || (size_t)len >= sizeof(parent))
        return false;
    (void)mkdir(parent, 0700);
    len = snprintf(path, size, "%s/scan.cache", parent);
    return len > 0 && (size_t)len < size && access(parent, W_OK) == 0;
}

void
cache_close(struct cache *cache)
{
    if (!cache)
        return;
    free(cache->known);
    free(cache->coming);
    free(cache->path);
    free(cache);
}

static uint64_t
mix(uint64_t a)
{
    a ^= a >> 30;
    a *= UINT64_C(0xbf58476d1ce4e5b9);
    a ^= a >> 27;
    a *= UINT64_C(0x94d049bb133111eb);
    return a ^ a >> 31;
}

/* Every word is the kernel's own: nobody chooses them to collide. */
struct cache_key
cache_key_of(const struct stat *status, struct str judge)
{
    const uint64_t parts[] = {
        status->st_dev,
        status->st_ino,
        (uint64_t)status->st_size,
        (uint64_t)status->st_mtim.tv_sec * 1000000000u + (uint64_t)status->st_mtim.tv_nsec,
        (uint64_t)status->st_ctim.tv_sec * 1000000000u + (uint64_t)status->st_ctim.tv_nsec,
        str_fingerprint(judge),
    };
    struct cache_key key = {{0, UINT64_C(0x9e3779b97f4a7c15)}};

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        key.words[0] = mix(key.words[0] + parts[i] + i);
        key.words[1] = mix((key.words[1] ^ parts[i]) + (i << 32) + 1);
    }
    return key;
}

struct cache_key
cache_key_of_text(struct str text, struct str judge)
{
    return (struct cache_key){
        {mix(str_fingerprint(text) + 7), mix(str_fingerprint(text) ^ str_fingerprint(judge))}};
}

bool
cache_has(const struct cache *cache, struct cache_key key)
{
    return cache->known_count &&
           bsearch(&key, cache->known, cache->known_count, sizeof(key), key_order) != NULL;
}

void
cache_add(struct cache *cache, struct cache_key key)
{
    if (cache->coming_count >= CACHE_KEYS_MAX)
        return;
    if (cache->coming_count == cache->coming_capacity) {
        cache->coming_capacity = cache->coming_capacity ? cache->coming_capacity * 2 : 1024;
        cache->coming = reallocarray(cache->coming, cache->coming_capacity, sizeof(*cache->coming));
        if (!cache->coming)
            abort();
    }
    cache->coming[cache->coming_count++] = key;
}

bool
cache_write(struct cache *cache, struct err *err)
{
    struct buf buf;
    bool is_written;

    if (cache->coming_count)
        qsort(cache->coming, cache->coming_count, sizeof(*cache->coming), key_order);
    buf_init(&buf, sizeof(mark) + CACHE_KEYS_MAX * sizeof(*cache->coming));
    buf_add(&buf, (struct str){mark, sizeof(mark)});
    buf_add(&buf, (struct str){(const char *)cache->coming,
                               cache->coming_count * sizeof(*cache->coming)});
    is_written = whole_write(cache->path, buf_str(&buf), err);
    buf_done(&buf);
    return is_written || err_wrap(err, "the cache of this scan is lost");
}
