#include "disk/yara_bundle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"

struct text_head {
    uint32_t name_len, is_rule;
    uint64_t text_len;
};

struct bundler {
    struct buf buf;
    uint32_t count;
    struct err *err;
};

bool
yara_bundle_next(struct str *bundle, struct yara_text *ret_text)
{
    struct text_head head;
    struct str rest = *bundle;

    if (rest.len < sizeof(head))
        return false;
    memcpy(&head, rest.data, sizeof(head));
    rest = str_from(rest, sizeof(head));
    if (head.text_len > rest.len || head.name_len + head.text_len + 2 > rest.len)
        return false;
    ret_text->name = str_first(rest, head.name_len);
    ret_text->text = str_first(str_from(rest, (size_t)head.name_len + 1), (size_t)head.text_len);
    ret_text->is_rule = head.is_rule;
    *bundle = str_from(rest, head.name_len + (size_t)head.text_len + 2);
    return true;
}

/* Whether a part of the name is "..", or nothing, as in front of an absolute one. */
static bool
leads_away(struct str name)
{
    if (!name.len || memchr(name.data, '\0', name.len))
        return true;
    while (name.len) {
        struct str part = str_cut(&name, '/');

        if (!part.len || str_eq(part, STR("..")))
            return true;
    }
    return false;
}

bool
yara_bundle_beside(struct str from, struct str name, char *path, size_t room)
{
    size_t folder = from.len;
    int len;

    while (folder && from.data[folder - 1] != '/')
        folder--;
    if (leads_away(name))
        return false;
    len = snprintf(path, room, STR_FMT STR_FMT, (int)folder, from.data, STR_ARG(name));
    return len > 0 && (size_t)len < room;
}

static bool
has_name(const struct bundler *bundler, struct str name)
{
    struct str bundle = buf_str(&bundler->buf);
    struct yara_text text;

    while (yara_bundle_next(&bundle, &text)) {
        if (!text.is_rule && str_eq(text.name, name))
            return true;
    }
    return false;
}

static bool
read_into(struct buf *buf, int fd)
{
    char block[65536];
    ssize_t got;

    while ((got = read(fd, block, sizeof(block))) != 0) {
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        buf_add(buf, (struct str){block, (size_t)got});
        if (buf->is_over)
            break;
    }
    return true;
}

/* Compiled rules begin so; as text it would be an error of syntax. */
static const struct str compiled_mark = {"YARA", 4};

static bool
check_text(const char *path, struct str text, struct err *err)
{
    if (str_starts(text, compiled_mark))
        return err_set(err, ERR_SYNTAX,
                       "'%s' holds compiled rules, which could take over what loads them: give "
                       "the text that they were made of",
                       path);
    if (text.len && memchr(text.data, '\0', text.len))
        return err_set(err, ERR_SYNTAX, "'%s' is no text of YARA rules: it has NUL bytes", path);
    return true;
}

static bool
add_open_file(struct bundler *bundler, const char *path, int fd, bool is_rule)
{
    struct str name = str_from_cstr(path);
    struct buf *buf = &bundler->buf;
    struct text_head head = {.name_len = (uint32_t)name.len, .is_rule = is_rule};
    size_t head_at = buf->len, text_at;
    struct stat status;

    if (fstat(fd, &status) != 0)
        return err_set(bundler->err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return err_set(bundler->err, ERR_SYNTAX, "'%s' is no regular file: rules are read from one",
                       path);
    buf_add(buf, (struct str){(const char *)&head, sizeof(head)});
    buf_add(buf, name);
    buf_add_char(buf, '\0');
    text_at = buf->len;
    if (!read_into(buf, fd))
        return err_set(bundler->err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    head.text_len = buf->len - text_at;
    buf_add_char(buf, '\0');
    if (buf->is_over || ++bundler->count > YARA_BUNDLE_FILES_MAX)
        return err_set(bundler->err, ERR_LIMIT,
                       "'%s': the rules and what they include are more than %zu MiB or %u files",
                       path, YARA_BUNDLE_BYTES_MAX >> 20, YARA_BUNDLE_FILES_MAX);
    memcpy(buf->data + head_at, &head, sizeof(head));
    return check_text(path, (struct str){buf->data + text_at, (size_t)head.text_len}, bundler->err);
}

static bool
add_file(struct bundler *bundler, const char *path, bool is_rule)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    bool is_added;

    if (fd < 0)
        return err_set(bundler->err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    is_added = add_open_file(bundler, path, fd, is_rule);
    close(fd);
    return is_added;
}

/* The name behind the next `include` of a text, comments and strings not told apart. */
static bool
next_include(struct str *text, struct str *ret_name)
{
    static const struct str word = {"include", 7};
    size_t at;

    while ((at = str_find(*text, word)) < text->len) {
        *text = str_from(*text, at + word.len);
        while (text->len && memchr(" \t\r\n", text->data[0], 4))
            *text = str_from(*text, 1);
        if (!str_skip(text, STR("\"")))
            continue;
        *ret_name = str_first(*text, str_index(*text, '"'));
        return true;
    }
    return false;
}

/*
 * Files that the one at `begin` may include, from its folder and below. One that
 * is not there is left out: it may be named in a comment, and else the compiler says
 * what is missing, and where.
 */
static bool
add_included(struct bundler *bundler, size_t begin)
{
    struct str name;
    size_t done = 0;

    for (;;) {
        /* The buffer moves as it grows: the place is kept as a number. */
        struct str bundle = str_from(buf_str(&bundler->buf), begin);
        struct yara_text file;
        struct str rest;
        char path[4096];

        if (!yara_bundle_next(&bundle, &file))
            return true;
        rest = str_from(file.text, done);
        if (!next_include(&rest, &name))
            return true;
        done = file.text.len - rest.len;
        if (!yara_bundle_beside(file.name, name, path, sizeof(path)) ||
            has_name(bundler, str_from_cstr(path)) || access(path, F_OK) != 0)
            continue;
        if (!add_file(bundler, path, false))
            return false;
    }
}

static bool
gather(struct bundler *bundler, const char *const *files, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (!add_file(bundler, files[i], true))
            return false;
    }
    /* What was included may include: the bundle grows while it is walked. */
    for (size_t at = 0; at < bundler->buf.len;) {
        struct str rest;
        struct yara_text file;

        if (!add_included(bundler, at))
            return false;
        rest = str_from(buf_str(&bundler->buf), at);
        if (!yara_bundle_next(&rest, &file))
            break;
        at = bundler->buf.len - rest.len;
    }
    return true;
}

static bool
put_into_memory(struct str bytes, int *ret_fd, struct err *err)
{
    int fd = memfd_create("yara-rules", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    size_t done = 0;

    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "memory for rules: %s", strerror(errno));
    while (done < bytes.len) {
        ssize_t put = write(fd, bytes.data + done, bytes.len - done);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0) {
            close(fd);
            return err_set(err, ERR_SYSTEM, "memory for rules: %s", strerror(errno));
        }
        done += (size_t)put;
    }
    (void)fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL);
    *ret_fd = fd;
    return true;
}

bool
yara_bundle_open(const char *const *files, uint32_t count, int *ret_fd, uint64_t *ret_size,
                 uint64_t *ret_fingerprint, struct err *err)
{
    struct bundler bundler = {.err = err};
    bool is_done;

    if (!count || count > YARA_RULE_FILES_MAX)
        return err_set(err, ERR_LIMIT, "from 1 to %u files of rules, not %u", YARA_RULE_FILES_MAX,
                       count);
    buf_init(&bundler.buf, YARA_BUNDLE_BYTES_MAX);
    is_done = gather(&bundler, files, count) && put_into_memory(buf_str(&bundler.buf), ret_fd, err);
    if (is_done) {
        *ret_size = bundler.buf.len;
        *ret_fingerprint = str_fingerprint(buf_str(&bundler.buf));
    }
    buf_done(&bundler.buf);
    return is_done;
}
