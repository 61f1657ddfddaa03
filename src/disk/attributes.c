#include "disk/attributes.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#define NAMES_MAX (64u << 10) /* XATTR_LIST_MAX */
#define VALUE_MAX (64u << 10) /* XATTR_SIZE_MAX */

static struct timespec
moment(struct statx_timestamp stamp)
{
    return (struct timespec){.tv_sec = stamp.tv_sec, .tv_nsec = (long)stamp.tv_nsec};
}

static bool
read_status(int fd, struct attributes *attributes, struct err *err)
{
    struct statx status;

    if (statx(fd, "", AT_EMPTY_PATH, STATX_BASIC_STATS | STATX_BTIME, &status) != 0)
        return err_set(err, ERR_SYSTEM, "reading its status: %s", strerror(errno));
    attributes->device = makedev(status.stx_dev_major, status.stx_dev_minor);
    attributes->inode = status.stx_ino;
    attributes->size = status.stx_size;
    attributes->owner = status.stx_uid;
    attributes->group = status.stx_gid;
    attributes->mode = status.stx_mode & 07777;
    attributes->links = status.stx_nlink;
    attributes->accessed = moment(status.stx_atime);
    attributes->modified = moment(status.stx_mtime);
    attributes->changed = moment(status.stx_ctime);
    if (status.stx_mask & STATX_BTIME)
        attributes->born = moment(status.stx_btime);
    return true;
}

static bool
over(struct err *err)
{
    return err_set(err, ERR_LIMIT, "its extended attributes are too many or too large");
}

/* One value; its length may change between asking and reading, and then it is read again. */
static bool
read_value(int fd, struct arena *arena, struct attribute *attribute, struct err *err)
{
    for (int attempt = 0; attempt < 16; attempt++) {
        ssize_t size = fgetxattr(fd, attribute->name.data, NULL, 0);
        char *value = size < 0 ? NULL : arena_alloc(arena, (size_t)size + 1);

        if (size >= 0 && !value)
            return over(err);
        if (size > 0)
            size = fgetxattr(fd, attribute->name.data, value, (size_t)size);
        if (size < 0 && errno == ERANGE)
            continue;
        if (size < 0)
            return err_set(err, ERR_SYSTEM, "reading its attribute '%s': %s", attribute->name.data,
                           strerror(errno));
        attribute->value = (struct str){value, (size_t)size};
        return true;
    }
    return err_set(err, ERR_SYSTEM, "its attribute '%s' changes all the time",
                   attribute->name.data);
}

static bool
read_extended(int fd, struct arena *arena, struct attributes *attributes, struct err *err)
{
    char *names = arena_alloc(arena, NAMES_MAX);
    ssize_t size;
    struct str rest;

    attributes->extended = arena_array(arena, ATTRIBUTES_MAX, sizeof(*attributes->extended));
    if (!names || !attributes->extended)
        return over(err);
    size = flistxattr(fd, names, NAMES_MAX);
    if (size < 0 && errno == ENOTSUP)
        return true;
    if (size < 0)
        return err_set(err, ERR_SYSTEM, "listing its extended attributes: %s", strerror(errno));
    rest = (struct str){names, (size_t)size};
    while (rest.len) {
        struct attribute *attribute = &attributes->extended[attributes->extended_count];

        if (attributes->extended_count == ATTRIBUTES_MAX)
            return over(err);
        attribute->name = str_cut(&rest, '\0');
        if (!read_value(fd, arena, attribute, err))
            return false;
        attributes->extended_count++;
    }
    return true;
}

bool
attributes_read(int fd, struct arena *arena, struct attributes *ret_attributes, struct err *err)
{
    struct attributes attributes = {0};

    if (!read_status(fd, &attributes, err) || !read_extended(fd, arena, &attributes, err))
        return false;
    *ret_attributes = attributes;
    return true;
}

static const struct attribute *
find(const struct attributes *attributes, struct str name)
{
    for (uint32_t i = 0; i < attributes->extended_count; i++) {
        if (str_eq(attributes->extended[i].name, name))
            return &attributes->extended[i];
    }
    return NULL;
}

/* What is there and should not be. */
static bool
remove_others(int fd, const struct attributes *wanted, struct err *err)
{
    char names[NAMES_MAX];
    ssize_t size = flistxattr(fd, names, sizeof(names));
    struct str rest = {names, size < 0 ? 0 : (size_t)size};

    if (size < 0 && errno != ENOTSUP)
        return err_set(err, ERR_SYSTEM, "listing its extended attributes: %s", strerror(errno));
    while (rest.len) {
        struct str name = str_cut(&rest, '\0');

        if (!find(wanted, name) && fremovexattr(fd, name.data) != 0)
            return err_set(err, ERR_SYSTEM, "removing its attribute '%s': %s", name.data,
                           strerror(errno));
    }
    return true;
}

/* Only what differs: some, as labels of a security module, may not be set at all. */
static bool
set_extended(int fd, const struct attribute *attribute, struct err *err)
{
    char value[VALUE_MAX];
    ssize_t size = fgetxattr(fd, attribute->name.data, value, sizeof(value));

    if (size >= 0 && str_eq((struct str){value, (size_t)size}, attribute->value))
        return true;
    if (fsetxattr(fd, attribute->name.data, attribute->value.data, attribute->value.len, 0) != 0)
        return err_set(err, ERR_SYSTEM, "setting its attribute '%s': %s", attribute->name.data,
                       strerror(errno));
    return true;
}

/* An owner that changes takes setuid bits and capabilities away, so it comes first. */
static bool
set_status(int fd, const struct attributes *wanted, struct err *err)
{
    struct stat status;

    if (fstat(fd, &status) != 0)
        return err_set(err, ERR_SYSTEM, "reading its status: %s", strerror(errno));
    if ((status.st_uid != wanted->owner || status.st_gid != wanted->group) &&
        fchown(fd, wanted->owner, wanted->group) != 0)
        return err_set(err, ERR_SYSTEM, "giving it its owner: %s", strerror(errno));
    if (fchmod(fd, (mode_t)wanted->mode) != 0)
        return err_set(err, ERR_SYSTEM, "giving it its mode: %s", strerror(errno));
    return true;
}

bool
attributes_apply(int fd, const struct attributes *attributes, bool is_new, struct err *err)
{
    struct timespec times[2] = {attributes->accessed, attributes->modified};

    if (!set_status(fd, attributes, err) || !remove_others(fd, attributes, err))
        return false;
    for (uint32_t i = 0; i < attributes->extended_count; i++) {
        if (!set_extended(fd, &attributes->extended[i], err))
            return false;
    }
    if (!is_new && futimens(fd, times) != 0)
        return err_set(err, ERR_SYSTEM, "giving it its times: %s", strerror(errno));
    return true;
}
