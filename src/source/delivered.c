#include "source/delivered.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mail/evidence.h"

struct look {
    int64_t since_s;
    delivered_visit *visit;
    void *context;
    uint32_t files;
    char *buffer; /* DELIVERED_MAIL_MAX bytes */
};

/* Up to `size` bytes from `offset` on. */
static size_t
read_at(int fd, char *buffer, size_t size, off_t offset)
{
    size_t len = 0;

    while (len < size) {
        ssize_t got = pread(fd, buffer + len, size - len, offset + (off_t)len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    return len;
}

static void
look_at_mail(struct look *look, int folder, const char *name)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    struct stat stat;

    if (fd < 0)
        return;
    if (fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode) && stat.st_mtime >= look->since_s)
        look->visit(look->context,
                    (struct str){look->buffer, read_at(fd, look->buffer, DELIVERED_MAIL_MAX, 0)});
    close(fd);
}

/* The mails of one folder; with `depth`, those of its Maildir and of its folders, too. */
static void
look_in(struct look *look, int folder, int depth)
{
    DIR *entries = fdopendir(folder);
    struct dirent *entry;

    if (!entries) {
        close(folder);
        return;
    }
    while ((entry = readdir(entries)) && look->files < DELIVERED_FILES_MAX) {
        bool is_dots = strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0;
        int inner;

        if (is_dots || strcmp(entry->d_name, "tmp") == 0)
            continue;
        look->files++;
        inner = depth > 0 ? openat(dirfd(entries), entry->d_name,
                                   O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY)
                          : -1;
        if (inner >= 0)
            look_in(look, inner, depth - 1);
        else
            look_at_mail(look, dirfd(entries), entry->d_name);
    }
    closedir(entries);
}

static void
look_at_mbox(struct look *look, int fd, off_t size)
{
    off_t from = size > (off_t)DELIVERED_MBOX_MAX ? size - (off_t)DELIVERED_MBOX_MAX : 0;
    char *buffer = malloc(DELIVERED_MBOX_MAX);
    struct str text, mail;

    if (!buffer)
        abort();
    text = (struct str){buffer, read_at(fd, buffer, DELIVERED_MBOX_MAX, from)};
    /* The first piece of a cut mbox is a mail's middle. */
    if (from) {
        struct str mark = STR("\nFrom ");
        size_t at = str_find(text, mark);

        text = str_from(text, at < text.len ? at + 1 : at);
    }
    while (mail_mbox_next(&text, &mail))
        look->visit(look->context, mail);
    free(buffer);
}

bool
delivered_look(const char *path, int64_t since_s, delivered_visit *visit, void *context,
               struct err *err)
{
    struct look look = {.since_s = since_s, .visit = visit, .context = context};
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat stat;

    if (fd < 0 || fstat(fd, &stat) != 0) {
        err_set(err, ERR_SYSTEM, "%s", strerror(errno));
        if (fd >= 0)
            close(fd);
        return false;
    }
    if (!S_ISDIR(stat.st_mode)) {
        if (S_ISREG(stat.st_mode))
            look_at_mbox(&look, fd, stat.st_size);
        close(fd);
        return S_ISREG(stat.st_mode) || err_set(err, ERR_SYNTAX, "neither a Maildir nor an mbox");
    }
    look.buffer = malloc(DELIVERED_MAIL_MAX);
    if (!look.buffer)
        abort();
    look_in(&look, fd, 2);
    free(look.buffer);
    return true;
}
