#include "source/file.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/journalctl.h"

#define PACKED_BLOCK 65536
#define SPOOL_BLOCK 262144

struct file {
    char *path;
    int fd;
    struct file_info info;
    struct archive *archive; /* of a compressed file, once reading began */
    struct str block;        /* unpacked and not yet handed on */
    uint64_t unpacked;
    bool is_at_end;
};

static const char *
shown(const struct file *file)
{
    if (str_starts(str_from_cstr(file->path), STR(FILE_JOURNAL)))
        return "this host's journal";
    return strcmp(file->path, "-") == 0 ? "standard input" : file->path;
}

/* --- what cannot be mapped back is copied to an unlinked file --- */

static int
open_temporary(struct err *err)
{
    const char *folders[] = {getenv("TMPDIR"), "/var/tmp", "/tmp"};

    for (size_t i = 0; i < 3; i++) {
        int fd;

        if (!folders[i])
            continue;
        fd = open(folders[i], O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
        if (fd >= 0)
            return fd;
    }
    (void)err_set(err, ERR_SYSTEM,
                  "no temporary file could be made in /var/tmp or /tmp: %s; set TMPDIR to a folder "
                  "with room",
                  strerror(errno));
    return -1;
}

static bool
write_all(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t wrote = write(fd, bytes, len);

        if (wrote < 0 && errno == EINTR)
            continue;
        if (wrote <= 0)
            return false;
        bytes += wrote;
        len -= (size_t)wrote;
    }
    return true;
}

static bool
copy_stream(int from, int into, uint64_t *ret_bytes, struct err *err)
{
    char *block = malloc(SPOOL_BLOCK);
    bool is_done = false;

    if (!block)
        abort();
    *ret_bytes = 0;
    while (!is_done) {
        ssize_t got = read(from, block, SPOOL_BLOCK);

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0) {
            (void)err_set(err, ERR_SYSTEM, "it could not be read: %s", strerror(errno));
            break;
        }
        if (!write_all(into, block, (size_t)got)) {
            (void)err_set(err, ERR_SYSTEM,
                          "the temporary folder took %llu bytes and then no more: %s; set TMPDIR "
                          "to a folder with room",
                          (unsigned long long)*ret_bytes, strerror(errno));
            break;
        }
        *ret_bytes += (uint64_t)got;
        if (*ret_bytes > FILE_SPOOL_BYTES_MAX) {
            (void)err_set(err, ERR_LIMIT, "it does not end: more than %llu GiB came",
                          (unsigned long long)(FILE_SPOOL_BYTES_MAX >> 30));
            break;
        }
        is_done = got == 0;
    }
    free(block);
    return is_done;
}

static bool
spool(struct file *file, struct err *err)
{
    int fd = open_temporary(err);
    uint64_t bytes;

    if (fd < 0)
        return false;
    if (!copy_stream(file->fd, fd, &bytes, err)) {
        close(fd);
        return false;
    }
    close(file->fd);
    file->fd = fd;
    file->info.bytes = bytes;
    file->info.is_spooled = true;
    return lseek(fd, 0, SEEK_SET) == 0 ||
           err_set(err, ERR_SYSTEM, "it could not be read: %s", strerror(errno));
}

/* --- opening --- */

bool
file_is_packed(struct str head)
{
    static const struct {
        const char *bytes;
        size_t len;
    } magics[] = {
        {"\x1f\x8b", 2},
        {"\xfd"
         "7zXZ",
         5},
        {"\x28\xb5\x2f\xfd", 4},
        {"BZh", 3},
        {"\x04\x22\x4d\x18", 4},
        {"LZIP", 4},
        {"\x1f\x9d", 2},
    };

    for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
        if (str_starts(head, (struct str){magics[i].bytes, magics[i].len}))
            return true;
    }
    return false;
}

static bool
refuse_container(const unsigned char *magic, size_t len, struct err *err)
{
    if (len >= 4 && memcmp(magic, "PK\3\4", 4) == 0)
        return err_set(err, ERR_SYNTAX, "it is a zip archive; unpack it and give its files");
    if (len >= 6 && memcmp(magic, "7z\xbc\xaf\x27\x1c", 6) == 0)
        return err_set(err, ERR_SYNTAX, "it is a 7z archive; unpack it and give its files");
    if (len >= 262 && memcmp(magic + 257, "ustar", 5) == 0)
        return err_set(err, ERR_SYNTAX, "it is a tar archive; unpack it and give its files");
    return true;
}

static bool
look_inside(struct file *file, struct err *err)
{
    unsigned char magic[512];
    ssize_t got = pread(file->fd, magic, sizeof(magic), 0);

    if (got < 0)
        return err_set(err, ERR_SYSTEM, "it could not be read: %s", strerror(errno));
    file->info.is_compressed = file_is_packed((struct str){(const char *)magic, (size_t)got});
    return refuse_container(magic, (size_t)got, err);
}

static bool
check_kind(struct file *file, struct err *err)
{
    struct stat status;

    if (fstat(file->fd, &status) < 0)
        return err_set(err, ERR_SYSTEM, "it could not be looked at: %s", strerror(errno));
    file->info = (struct file_info){
        .device = status.st_dev,
        .inode = status.st_ino,
        .bytes = (uint64_t)status.st_size,
        .mtime_s = status.st_mtime,
    };
    if (S_ISREG(status.st_mode)) {
        (void)posix_fadvise(file->fd, 0, 0, POSIX_FADV_SEQUENTIAL);
        return true;
    }
    if (S_ISDIR(status.st_mode))
        return err_set(err, ERR_SYNTAX, "it is a folder");
    if (S_ISBLK(status.st_mode))
        return err_set(err, ERR_SYNTAX, "it is a disk, not a log");
    return spool(file, err);
}

static int
open_path(const char *path, struct err *err)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);

    if (fd >= 0)
        return fd;
    if (errno == EACCES || errno == EPERM)
        (void)err_set(err, ERR_SYSTEM, "permission denied; run weir as root, or copy the file");
    else if (errno == ENOENT)
        (void)err_set(err, ERR_SYSTEM, "there is no such file");
    else
        (void)err_set(err, ERR_SYSTEM, "it could not be opened: %s", strerror(errno));
    return -1;
}

static bool
open_journal(struct file *file, struct err *err)
{
    const char *since = file->path + strlen(FILE_JOURNAL);
    struct stat status;
    uint64_t since_s = 0;

    if (*since && !str_u64(str_from_cstr(since), &since_s))
        return err_set(err, ERR_SYNTAX, "'%s' is no number of seconds", since);
    file->fd = open_temporary(err);
    if (file->fd < 0 || !journalctl_write(file->fd, (int64_t)since_s, err))
        return false;
    if (fstat(file->fd, &status) < 0)
        return err_set(err, ERR_SYSTEM, "it could not be looked at: %s", strerror(errno));
    file->info = (struct file_info){
        .bytes = (uint64_t)status.st_size, .mtime_s = status.st_mtime, .is_spooled = true};
    return lseek(file->fd, 0, SEEK_SET) == 0 ||
           err_set(err, ERR_SYSTEM, "it could not be read: %s", strerror(errno));
}

static bool
open_file(struct file *file, struct err *err)
{
    file->fd = open_path(file->path, err);
    return file->fd >= 0 && check_kind(file, err) && look_inside(file, err);
}

bool
file_open(const char *path, struct file **ret_file, struct err *err)
{
    struct file *file = calloc(1, sizeof(*file));

    if (!file || !(file->path = strdup(path)))
        abort();
    file->fd = -1;
    if (str_starts(str_from_cstr(path), STR(FILE_JOURNAL)) ? !open_journal(file, err)
                                                           : !open_file(file, err)) {
        (void)err_wrap(err, "reading %s", shown(file));
        file_close(file);
        return false;
    }
    *ret_file = file;
    return true;
}

void
file_close(struct file *file)
{
    if (!file)
        return;
    if (file->archive)
        archive_read_free(file->archive);
    if (file->fd >= 0)
        close(file->fd);
    free(file->path);
    free(file);
}

struct file_info
file_info(const struct file *file)
{
    return file->info;
}

/* --- reading --- */

/* Not archive_read_support_filter_all: for some forms that runs a program. */
void
file_support_filters(struct archive *archive)
{
    (void)archive_read_support_filter_gzip(archive);
    (void)archive_read_support_filter_xz(archive);
    (void)archive_read_support_filter_zstd(archive);
    (void)archive_read_support_filter_bzip2(archive);
    (void)archive_read_support_filter_lz4(archive);
    (void)archive_read_support_filter_lzip(archive);
    (void)archive_read_support_filter_compress(archive);
}

static bool
start_unpacking(struct file *file, struct err *err)
{
    struct archive_entry *entry;
    int code;

    file->archive = archive_read_new();
    if (!file->archive)
        abort();
    file_support_filters(file->archive);
    (void)archive_read_support_format_raw(file->archive);
    (void)archive_read_support_format_empty(file->archive);
    if (lseek(file->fd, 0, SEEK_SET) < 0 ||
        archive_read_open_fd(file->archive, file->fd, PACKED_BLOCK) != ARCHIVE_OK)
        code = ARCHIVE_FATAL;
    else
        code = archive_read_next_header(file->archive, &entry);
    file->is_at_end = code == ARCHIVE_EOF; /* nothing was packed: a log that was rotated empty */
    if (code != ARCHIVE_OK && code != ARCHIVE_EOF) {
        const char *why = archive_error_string(file->archive);

        return err_set(err, ERR_SYNTAX, "reading %s: it cannot be unpacked: %s", shown(file),
                       why ? why : "unknown format");
    }
    return true;
}

/*
 * The next block as libarchive has it: archive_read_data would lose what came
 * before a damaged place within its buffer.
 */
static bool
unpack_block(struct file *file)
{
    const void *data;
    size_t len = 0;
    la_int64_t offset;
    int code;

    do
        code = archive_read_data_block(file->archive, &data, &len, &offset);
    while (code == ARCHIVE_OK && len == 0);
    if (code == ARCHIVE_EOF) {
        file->is_at_end = true;
        return true;
    }
    if (code != ARCHIVE_OK)
        return false;
    file->block = (struct str){data, len};
    return true;
}

static bool
read_packed(struct file *file, char *buffer, size_t capacity, size_t *ret_len, struct err *err)
{
    size_t got;

    *ret_len = 0;
    if (!file->archive && !start_unpacking(file, err))
        return false;
    if (file->block.len == 0 && !file->is_at_end && !unpack_block(file)) {
        const char *why = archive_error_string(file->archive);

        file->is_at_end = true;
        return err_set(err, ERR_SYNTAX,
                       "reading %s: it is damaged or cut off after %llu unpacked bytes (%s); what "
                       "came before was read",
                       shown(file), (unsigned long long)file->unpacked, why ? why : "unknown");
    }
    got = file->block.len < capacity ? file->block.len : capacity;
    if (got)
        memcpy(buffer, file->block.data, got);
    file->block = str_from(file->block, got);
    file->unpacked += got;
    if (file->unpacked > FILE_UNPACKED_BYTES_FREE &&
        file->unpacked / FILE_RATIO_MAX > file->info.bytes) {
        file->is_at_end = true;
        file->block = STR_EMPTY;
        return err_set(err, ERR_LIMIT,
                       "reading %s: it unpacks to more than %d times its size; unpack it yourself "
                       "if it is a log",
                       shown(file), FILE_RATIO_MAX);
    }
    *ret_len = got;
    return true;
}

bool
file_read(struct file *file, char *buffer, size_t capacity, size_t *ret_len, struct err *err)
{
    ssize_t got;

    if (file->info.is_compressed)
        return read_packed(file, buffer, capacity, ret_len, err);
    do
        got = read(file->fd, buffer, capacity);
    while (got < 0 && errno == EINTR);
    if (got < 0)
        return err_set(err, ERR_SYSTEM, "reading %s: %s", shown(file), strerror(errno));
    *ret_len = (size_t)got;
    return true;
}

bool
file_rewind(struct file *file, struct err *err)
{
    if (file->archive)
        archive_read_free(file->archive);
    file->archive = NULL;
    file->unpacked = 0;
    file->block = STR_EMPTY;
    file->is_at_end = false;
    if (lseek(file->fd, 0, SEEK_SET) < 0)
        return err_set(err, ERR_SYSTEM, "reading %s: %s", shown(file), strerror(errno));
    return true;
}

bool
file_read_at(struct file *file, uint64_t offset, char *buffer, size_t capacity, size_t *ret_len,
             struct err *err)
{
    size_t len = 0;

    while (len < capacity) {
        ssize_t got = pread(file->fd, buffer + len, capacity - len, (off_t)(offset + len));

        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(err, ERR_SYSTEM, "reading %s: %s", shown(file), strerror(errno));
        if (got == 0)
            break;
        len += (size_t)got;
    }
    *ret_len = len;
    return true;
}
