#include "disk/allow.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

/* A file of ALLOW_ENTRIES_MAX lines with long paths. */
#define ALLOW_BYTES_MAX (1u << 30)

struct allow {
    char path[PATH_MAX];
    struct digest *entries; /* sorted, each once */
    uint32_t count, capacity;
};

static int
compare(const void *a, const void *b)
{
    return memcmp(a, b, DIGEST_BYTES);
}

/* The first index whose entry is not below `digest`. */
static uint32_t
position(const struct allow *allow, struct digest digest)
{
    uint32_t low = 0, high = allow->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (compare(&allow->entries[middle], &digest) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

uint32_t
allow_count(const struct allow *allow)
{
    return allow->count;
}

bool
allow_has(const struct allow *allow, struct digest digest)
{
    uint32_t at = position(allow, digest);

    return at < allow->count && digest_eq(allow->entries[at], digest);
}

static void
make_room(struct allow *allow)
{
    if (allow->count < allow->capacity)
        return;
    allow->capacity = allow->capacity ? 2 * allow->capacity : 64;
    allow->entries = realloc(allow->entries, allow->capacity * sizeof(*allow->entries));
    if (!allow->entries)
        abort();
}

/* The digest at the front of a line; false for a blank line and a comment. */
static bool
line_digest(struct str line, struct digest *ret_digest, bool *ret_is_wrong)
{
    struct str word;

    line = str_trim(line);
    *ret_is_wrong = false;
    if (line.len == 0 || line.data[0] == '#')
        return false;
    word = str_first(line, str_index_any(line, STR(" \t")));
    if (digest_read(word, ret_digest))
        return true;
    *ret_is_wrong = true;
    return false;
}

static void
sort(struct allow *allow)
{
    uint32_t kept = 0;

    if (allow->count)
        qsort(allow->entries, allow->count, sizeof(*allow->entries), compare);
    for (uint32_t i = 0; i < allow->count; i++) {
        if (kept == 0 || !digest_eq(allow->entries[kept - 1], allow->entries[i]))
            allow->entries[kept++] = allow->entries[i];
    }
    allow->count = kept;
}

static bool
read_lines(struct allow *allow, struct str text, struct err *err)
{
    size_t number = 0;

    while (text.len) {
        struct str line = str_cut(&text, '\n');
        struct digest digest;
        bool is_wrong;

        number++;
        if (line_digest(line, &digest, &is_wrong)) {
            if (allow->count == ALLOW_ENTRIES_MAX)
                return err_set(err, ERR_LIMIT, "'%s' has more than %u entries", allow->path,
                               ALLOW_ENTRIES_MAX);
            make_room(allow);
            allow->entries[allow->count++] = digest;
        } else if (is_wrong) {
            return err_set(err, ERR_SYNTAX, "'%s', line %zu: a line begins with a SHA-256",
                           allow->path, number);
        }
    }
    sort(allow);
    return true;
}

static bool
is_trusted(int fd, const char *path, struct err *err)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return err_set(err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return err_set(err, ERR_SYNTAX, "'%s' is no regular file", path);
    if ((status.st_uid != 0 && status.st_uid != geteuid()) || (status.st_mode & 022))
        return err_set(err, ERR_SYNTAX,
                       "'%s' can be written by others than its owner, or is not yours: an "
                       "allow-list that others write hides what they like (chown root, chmod 600)",
                       path);
    return true;
}

static bool
read_all(int fd, const char *path, struct buf *ret_text, struct err *err)
{
    char block[1 << 16];

    for (;;) {
        ssize_t got = read(fd, block, sizeof(block));

        if (got == 0)
            break;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ERR_SYSTEM, "reading '%s': %s", path, strerror(errno));
        buf_add(ret_text, (struct str){block, (size_t)got});
    }
    if (ret_text->is_over)
        return err_set(err, ERR_LIMIT, "'%s' is larger than %u bytes", path, ALLOW_BYTES_MAX);
    return true;
}

static struct allow *
allow_new(const char *path)
{
    struct allow *allow = calloc(1, sizeof(*allow));

    if (!allow)
        abort();
    (void)snprintf(allow->path, sizeof(allow->path), "%s", path);
    return allow;
}

/* Reads the file of the list; `errno` is ENOENT when there is none. */
static bool
load(struct allow *allow, struct err *err)
{
    const char *path = allow->path;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct buf text;
    bool is_read;

    if (fd < 0) {
        int reason = errno;

        err_set(err, ERR_SYSTEM, "opening '%s': %s", path, strerror(reason));
        errno = reason;
        return false;
    }
    buf_init(&text, ALLOW_BYTES_MAX);
    is_read = is_trusted(fd, path, err) && read_all(fd, path, &text, err) &&
              read_lines(allow, buf_str(&text), err);
    buf_done(&text);
    close(fd);
    errno = 0;
    return is_read;
}

bool
allow_open(const char *path, struct allow **ret_allow, struct err *err)
{
    struct allow *allow = allow_new(path);
    struct err reason;

    if (!load(allow, &reason) && errno != ENOENT) {
        allow_free(allow);
        *err = reason;
        return false;
    }
    *ret_allow = allow;
    return true;
}

bool
allow_read_also(struct allow *allow, const char *path, struct err *err)
{
    struct allow *other = allow_new(path);
    bool is_read = load(other, err);

    for (uint32_t i = 0; is_read && i < other->count; i++) {
        if (allow->count == ALLOW_ENTRIES_MAX) {
            is_read = err_set(err, ERR_LIMIT, "'%s' and '%s' have more than %u entries",
                              allow->path, path, ALLOW_ENTRIES_MAX);
            break;
        }
        make_room(allow);
        allow->entries[allow->count++] = other->entries[i];
    }
    sort(allow);
    allow_free(other);
    return is_read;
}

void
allow_free(struct allow *allow)
{
    if (!allow)
        return;
    free(allow->entries);
    free(allow);
}

static bool
write_all(int fd, struct str bytes)
{
    while (bytes.len) {
        ssize_t put = write(fd, bytes.data, bytes.len);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        bytes = str_from(bytes, (size_t)put);
    }
    return true;
}

static int
open_once(const struct allow *allow, struct err *err)
{
    int fd = open(allow->path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);

    if (fd < 0) {
        err_set(err, ERR_SYSTEM, "opening '%s': %s", allow->path, strerror(errno));
        return -1;
    }
    if (!is_trusted(fd, allow->path, err)) {
        close(fd);
        return -1;
    }
    if (flock(fd, LOCK_EX) != 0) {
        err_set(err, ERR_SYSTEM, "locking '%s': %s", allow->path, strerror(errno));
        close(fd);
        return -1;
    }
    return fd;
}

/*
 * Opened for a change, so that two that change it at once do so one after the other.
 * Who waited for the lock may hold a file that a removal has replaced meanwhile.
 */
static int
open_locked(const struct allow *allow, struct err *err)
{
    for (;;) {
        struct stat mine, there;
        int fd = open_once(allow, err);

        if (fd < 0)
            return -1;
        if (fstat(fd, &mine) == 0 && stat(allow->path, &there) == 0 &&
            mine.st_dev == there.st_dev && mine.st_ino == there.st_ino)
            return fd;
        close(fd);
    }
}

/* A comment is one line: control characters become blanks. */
static void
add_comment(struct buf *line, struct str comment)
{
    comment = str_first(comment, ALLOW_COMMENT_MAX);
    if (comment.len)
        buf_add_cstr(line, "  ");
    for (size_t i = 0; i < comment.len; i++)
        buf_add_char(line, (unsigned char)comment.data[i] < ' ' ? ' ' : comment.data[i]);
    buf_add_char(line, '\n');
}

/* Appends one line; at a failure, a full disk say, the file is as long as it was. */
static bool
append(int fd, const struct allow *allow, struct str line, struct err *err)
{
    off_t end = lseek(fd, 0, SEEK_END);
    char last = '\n';

    if (end > 0 && pread(fd, &last, 1, end - 1) == 1 && last != '\n' && !write_all(fd, STR("\n")))
        return err_set(err, ERR_SYSTEM, "writing '%s': %s", allow->path, strerror(errno));
    if (write_all(fd, line) && fsync(fd) == 0)
        return true;
    err_set(err, ERR_SYSTEM, "writing '%s': %s", allow->path, strerror(errno));
    if (ftruncate(fd, end) != 0)
        err_wrap(err, "and it could not be put back as it was");
    return false;
}

bool
allow_add(struct allow *allow, struct digest digest, struct str comment, struct err *err)
{
    char text[DIGEST_TEXT];
    struct buf line;
    uint32_t at = position(allow, digest);
    bool is_added;
    int fd;

    if (allow_has(allow, digest))
        return true;
    if (allow->count == ALLOW_ENTRIES_MAX)
        return err_set(err, ERR_LIMIT, "'%s' is full: %u entries", allow->path, ALLOW_ENTRIES_MAX);
    fd = open_locked(allow, err);
    if (fd < 0)
        return false;
    buf_init(&line, ALLOW_COMMENT_MAX + 128);
    digest_write(digest, text);
    buf_add_cstr(&line, text);
    add_comment(&line, comment);
    is_added = append(fd, allow, buf_str(&line), err);
    buf_done(&line);
    close(fd);
    if (!is_added)
        return false;
    make_room(allow);
    memmove(allow->entries + at + 1, allow->entries + at,
            (allow->count - at) * sizeof(*allow->entries));
    allow->entries[at] = digest;
    allow->count++;
    return true;
}

/* The text without the lines of `digest`. */
static void
copy_others(struct str text, struct digest digest, struct buf *ret_text)
{
    while (text.len) {
        struct str line = str_cut(&text, '\n');
        struct digest other;
        bool is_wrong;

        if (line_digest(line, &other, &is_wrong) && digest_eq(other, digest))
            continue;
        buf_add(ret_text, line);
        buf_add_char(ret_text, '\n');
    }
}

/* Beside it and renamed: a list that is half written would let half of it be taken. */
static bool
write_anew(const struct allow *allow, struct str text, struct err *err)
{
    char beside[PATH_MAX + 8];
    int fd;

    (void)snprintf(beside, sizeof(beside), "%s.new", allow->path);
    (void)unlink(beside);
    fd = open(beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "creating '%s': %s", beside, strerror(errno));
    if (!write_all(fd, text) || fsync(fd) != 0 || rename(beside, allow->path) != 0) {
        err_set(err, ERR_SYSTEM, "writing '%s': %s", beside, strerror(errno));
        close(fd);
        (void)unlink(beside);
        return false;
    }
    close(fd);
    return true;
}

bool
allow_remove(struct allow *allow, struct digest digest, struct err *err)
{
    struct buf text, others;
    uint32_t at = position(allow, digest);
    bool is_removed;
    int fd;

    if (!allow_has(allow, digest))
        return true;
    fd = open_locked(allow, err);
    if (fd < 0)
        return false;
    buf_init(&text, ALLOW_BYTES_MAX);
    buf_init(&others, ALLOW_BYTES_MAX);
    is_removed = read_all(fd, allow->path, &text, err);
    if (is_removed) {
        copy_others(buf_str(&text), digest, &others);
        is_removed = write_anew(allow, buf_str(&others), err);
    }
    buf_done(&text);
    buf_done(&others);
    close(fd);
    if (!is_removed)
        return false;
    allow->count--;
    memmove(allow->entries + at, allow->entries + at + 1,
            (allow->count - at) * sizeof(*allow->entries));
    return true;
}
