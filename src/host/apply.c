#include "host/apply.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "audit/edit.h"
#include "base/civil.h"
#include "disk/attributes.h"
#include "host/apply_parts.h"

static bool
fail(struct err *err, const char *doing, struct str path)
{
    return err_set(err, ERR_SYSTEM, "%s " STR_FMT ": %s", doing, STR_ARG(path), strerror(errno));
}

/* --- what would be changed --- */

static enum settings_syntax
syntax_of(enum audit_program program)
{
    switch (program) {
    case AUDIT_PROGRAM_EXIM:
        return SETTINGS_EXIM;
    case AUDIT_PROGRAM_DOVECOT:
        return SETTINGS_DOVECOT;
    case AUDIT_PROGRAM_PHP:
        return SETTINGS_INI;
    case AUDIT_PROGRAM_NONE:
    case AUDIT_PROGRAM_POSTFIX:
    case AUDIT_PROGRAM_SENDMAIL:
    case AUDIT_PROGRAM_OPENSMTPD:
    case AUDIT_PROGRAM_NFTABLES:
        break;
    }
    return SETTINGS_POSTFIX;
}

static bool
read_fd(int fd, size_t size, struct arena *arena, struct str *ret_text)
{
    char *data = arena_array(arena, size + 2, 1);
    size_t len = 0;

    while (data && len <= size) {
        ssize_t got = read(fd, data + len, size + 1 - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            break;
        len += (size_t)got;
    }
    if (!data || len > size) {
        errno = data ? EBUSY : ENOMEM;
        return false;
    }
    *ret_text = (struct str){data, len};
    return true;
}

/* The file as it is. Only a regular one with a single name is changed: a second would be cut off.
 */
static int
open_old(const struct place *place, struct str path, struct stat *ret_status, struct err *err)
{
    int fd = openat(place->folder, place->name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
    bool is_good;

    if (fd < 0) {
        (void)(errno == ELOOP
                   ? err_set(err, ERR_SYSTEM,
                             STR_FMT " is a link: change the file that it leads to", STR_ARG(path))
                   : fail(err, "cannot open", path));
        return -1;
    }
    is_good = fstat(fd, ret_status) == 0 || fail(err, "cannot open", path);
    if (is_good && (!S_ISREG(ret_status->st_mode) ||
                    ret_status->st_nlink != 1 + apply_kept_names(place, ret_status->st_ino)))
        is_good =
            err_set(err, ERR_SYSTEM, STR_FMT " is no regular file of one name", STR_ARG(path));
    if (is_good && (uintmax_t)ret_status->st_size > EDIT_BYTES_MAX)
        is_good = err_set(err, ERR_LIMIT, STR_FMT " is too large", STR_ARG(path));
    if (is_good)
        return fd;
    (void)close(fd);
    return -1;
}

static bool
read_old(const struct place *place, struct change *change, struct arena *arena, struct err *err)
{
    struct stat status;
    bool is_read;
    int fd;

    if (faccessat(place->folder, place->name, F_OK, AT_SYMLINK_NOFOLLOW) < 0 && errno == ENOENT) {
        change->is_new = true;
        change->old_text = STR_EMPTY;
        return true;
    }
    fd = open_old(place, change->path, &status, err);
    if (fd < 0)
        return false;
    is_read = read_fd(fd, (size_t)status.st_size, arena, &change->old_text) ||
              fail(err, "cannot read", change->path);
    (void)close(fd);
    return is_read;
}

static bool
make_new(const struct audit_fix *fix, struct change *change, struct arena *arena, struct err *err)
{
    struct str name = fix->name, section = STR_EMPTY;

    if (fix->kind == AUDIT_FIX_FILE)
        return edit_append(change->old_text, fix->value, arena, &change->new_text) ||
               err_set(err, ERR_LIMIT, STR_FMT " would grow too large", STR_ARG(change->path));
    /* "[www] php_admin_value[mail.log]": a pool's. */
    if (fix->program == AUDIT_PROGRAM_PHP && str_skip(&name, STR("["))) {
        section = str_cut(&name, ']');
        name = str_trim(name);
    }
    return edit_setting(change->old_text, syntax_of(fix->program), section, name, fix->value, arena,
                        &change->new_text) ||
           err_set(err, ERR_SYNTAX, "'" STR_FMT "' cannot be set in " STR_FMT, STR_ARG(name),
                   STR_ARG(change->path));
}

bool
apply_prepare(const struct audit_fix *fix, struct arena *arena, struct change *ret_change,
              struct err *err)
{
    struct change change = {.path = fix->where, .program = fix->program};
    struct place place = PLACE_EMPTY;
    bool is_made;

    if (fix->kind != AUDIT_FIX_SETTING && fix->kind != AUDIT_FIX_FILE)
        return err_set(err, ERR_SYNTAX, "this is nothing that weir changes by itself");
    if (fix->kind == AUDIT_FIX_SETTING &&
        (fix->program == AUDIT_PROGRAM_SENDMAIL || fix->program == AUDIT_PROGRAM_OPENSMTPD))
        return err_set(err, ERR_SYNTAX, "%s's files are changed by hand",
                       audit_program_name(fix->program));
    if (!apply_open_place(fix->where, &place, err))
        return false;
    is_made = read_old(&place, &change, arena, err) && make_new(fix, &change, arena, err);
    place_done(&place);
    if (is_made)
        *ret_change = change;
    return is_made;
}

/* --- the change --- */

struct writing {
    const struct change *change;
    struct place place;
    struct arena *arena;
    char draft[NAME_MAX + 64], kept[NAME_MAX + 64];
};

static bool
write_all(int fd, struct str text)
{
    while (text.len) {
        ssize_t put = write(fd, text.data, text.len);

        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0)
            text = str_from(text, (size_t)put);
    }
    return true;
}

/* Owner, mode and extended attributes of the old file; of a new one, what configurations have. */
static bool
dress(struct writing *writing, int draft, struct err *err)
{
    struct attributes attributes;
    struct stat status;
    bool is_dressed;
    int old;

    if (writing->change->is_new)
        return fchmod(draft, 0644) == 0 || fail(err, "cannot write", writing->change->path);
    old = open_old(&writing->place, writing->change->path, &status, err);
    if (old < 0)
        return false;
    is_dressed = attributes_read(old, writing->arena, &attributes, err) &&
                 attributes_apply(draft, &attributes, true, err);
    (void)close(old);
    return is_dressed;
}

static bool
write_draft(struct writing *writing, struct err *err)
{
    struct str path = writing->change->path;
    int fd = openat(writing->place.folder, writing->draft,
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    bool is_written;

    if (fd < 0)
        return fail(err, "cannot write beside", path);
    is_written = (write_all(fd, writing->change->new_text) || fail(err, "cannot write", path)) &&
                 dress(writing, fd, err) && (fsync(fd) == 0 || fail(err, "cannot write", path));
    if (close(fd) < 0 && is_written)
        is_written = fail(err, "cannot write", path);
    if (!is_written)
        (void)unlinkat(writing->place.folder, writing->draft, 0);
    return is_written;
}

/* The same bytes as when the change was shown. */
static bool
is_unchanged(struct writing *writing, struct err *err)
{
    struct change now = {.path = writing->change->path};

    if (!read_old(&writing->place, &now, writing->arena, err))
        return false;
    return (now.is_new == writing->change->is_new &&
            str_eq(now.old_text, writing->change->old_text)) ||
           err_set(err, ERR_SYSTEM, STR_FMT " was changed meanwhile by somebody else",
                   STR_ARG(now.path));
}

/* The old file gets its second name first, so that it is never without one. */
static bool
swap(struct writing *writing, struct err *err)
{
    int folder = writing->place.folder;
    const char *name = writing->place.name;

    if (!writing->change->is_new && linkat(folder, name, folder, writing->kept, 0) < 0) {
        (void)unlinkat(folder, writing->draft, 0);
        return fail(err, "cannot keep the old", writing->change->path);
    }
    if (writing->change->is_new
            ? renameat2(folder, writing->draft, folder, name, RENAME_NOREPLACE) < 0
            : renameat(folder, writing->draft, folder, name) < 0) {
        (void)fail(err, "cannot replace", writing->change->path);
        (void)unlinkat(folder, writing->draft, 0);
        if (!writing->change->is_new)
            (void)unlinkat(folder, writing->kept, 0);
        return false;
    }
    (void)fsync(folder);
    return true;
}

static bool
roll_back(struct writing *writing)
{
    int folder = writing->place.folder;
    bool is_back = writing->change->is_new
                       ? unlinkat(folder, writing->place.name, 0) == 0
                       : renameat(folder, writing->kept, folder, writing->place.name) == 0;

    (void)fsync(folder);
    return is_back;
}

/* "main.cf.weir-20260301T100000Z": of this second; a second change in it gets a number. */
static void
name_files(struct writing *writing, int64_t now_s)
{
    struct civil now = civil_from_seconds(now_s);
    char stamp[32];

    (void)snprintf(stamp, sizeof(stamp), "%04d%02d%02dT%02d%02d%02dZ", now.year, now.month, now.day,
                   now.hour, now.minute, now.second);
    for (int i = 0; i < 100; i++) {
        struct stat status;

        (void)snprintf(writing->kept, sizeof(writing->kept), "%s.weir-%s", writing->place.name,
                       stamp);
        if (i)
            (void)snprintf(writing->kept, sizeof(writing->kept), "%s.weir-%s-%d",
                           writing->place.name, stamp, i);
        if (fstatat(writing->place.folder, writing->kept, &status, AT_SYMLINK_NOFOLLOW) < 0)
            break;
    }
    (void)snprintf(writing->draft, sizeof(writing->draft), ".%s.weir-draft-%ld",
                   writing->place.name, (long)getpid());
}

static enum apply_result
judge(struct writing *writing, struct str *ret_kept, struct err *err)
{
    struct str folder = writing->change->path;

    if (apply_test(writing->change, writing->arena, err)) {
        folder.len -= strlen(writing->place.name);
        *ret_kept = writing->change->is_new ? STR_EMPTY
                                            : arena_printf(writing->arena, STR_FMT "%s",
                                                           STR_ARG(folder), writing->kept);
        return APPLY_DONE;
    }
    if (roll_back(writing))
        return APPLY_ROLLED_BACK;
    (void)err_wrap(err, "the old file is kept as '%s' and could not be put back (%s)",
                   writing->kept, strerror(errno));
    return APPLY_STUCK;
}

enum apply_result
apply_change(const struct change *change, int64_t now_s, struct arena *arena, struct str *ret_kept,
             struct err *err)
{
    struct writing writing = {.change = change, .place = PLACE_EMPTY, .arena = arena};
    enum apply_result result = APPLY_REFUSED;

    *ret_kept = STR_EMPTY;
    /* Where the test fails already, it cannot tell whether the change is good. A file that is not
     * there yet has nothing to be tested. */
    if (!(change->is_new && change->program == AUDIT_PROGRAM_NFTABLES) &&
        !apply_test(change, arena, err)) {
        (void)err_wrap(err, "the configuration fails its test already, before any change");
        return APPLY_REFUSED;
    }
    if (!apply_open_place(change->path, &writing.place, err))
        return APPLY_REFUSED;
    name_files(&writing, now_s);
    if (is_unchanged(&writing, err) && write_draft(&writing, err) && swap(&writing, err))
        result = judge(&writing, ret_kept, err);
    place_done(&writing.place);
    return result;
}
