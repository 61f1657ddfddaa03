#include "disk/database.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fts.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/civil.h"
#include "scan/feed.h"
#include "source/whole.h"

#define CHUNK_BYTES 65536U
#define SCRATCH_BYTES (32U << 20)
#define FOLDER_DEPTH_MAX 8

#ifndef WEIR_DATA_DIR
#define WEIR_DATA_DIR "/usr/share/weir"
#endif

bool
database_add(struct database *database, const char *path, struct err *err)
{
    struct arena *arena;
    struct str text;

    if (database->count == DATABASES_MAX)
        return err_set(err, ERR_LIMIT, "more than %d databases of weaknesses", DATABASES_MAX);
    arena = arena_new(WEAKNESS_BYTES_MAX + CHUNK_BYTES);
    if (!whole_read(path, WEAKNESS_BYTES_MAX, arena, &text, err)) {
        arena_free(arena);
        return false;
    }
    if (!weakness_base_read(text, &database->bases[database->count], err)) {
        arena_free(arena);
        return err_wrap(err, "%s", path);
    }
    database->arenas[database->count++] = arena;
    return true;
}

/* A file so many folders away from the running program; false when it is not there. */
static bool
beside_program(const char *relative, char path[PATH_MAX])
{
    char program[PATH_MAX];
    ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 1);
    char *slash;

    if (len < 0)
        return false;
    program[len] = '\0';
    slash = strrchr(program, '/');
    if (!slash)
        return false;
    *slash = '\0';
    return snprintf(path, PATH_MAX, "%s/%s", program, relative) < PATH_MAX &&
           access(path, R_OK) == 0;
}

bool
database_add_own(struct database *database, struct err *err)
{
    static const char *const places[] = {
        "../packaging/weaknesses.tsv",  /* a build folder */
        "../share/weir/weaknesses.tsv", /* an installation that was moved */
    };
    char path[PATH_MAX];

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (beside_program(places[i], path))
            return database_add(database, path, err);
    }
    return database_add(database, WEIR_DATA_DIR "/weaknesses.tsv", err);
}

bool
database_add_imported(struct database *database, struct err *err)
{
    if (access(DATABASE_IMPORTED, F_OK) != 0 && errno == ENOENT)
        return true;
    return database_add(database, DATABASE_IMPORTED, err);
}

void
database_done(struct database *database)
{
    for (uint32_t i = 0; i < database->count; i++)
        arena_free(database->arenas[i]);
    *database = (struct database){.count = 0};
}

/* An import under way. */
struct import {
    struct database_import done;
    struct buf lines;
    struct arena *scratch;
    uint64_t unpacked;
    struct err *err;
};

/* All records of one feed: a file, or a member of an archive. */
static bool
read_feed(struct import *import, struct archive *archive, const char *path)
{
    static char chunk[CHUNK_BYTES];
    struct feed feed;
    struct str record;
    uint64_t before = import->done.records;
    bool is_read = true;
    la_ssize_t len;

    feed_init(&feed);
    while ((len = archive_read_data(archive, chunk, sizeof(chunk))) > 0) {
        import->unpacked += (uint64_t)len;
        if (import->unpacked > DATABASE_UNPACKED_MAX) {
            is_read = err_set(import->err, ERR_LIMIT, "%s unpacks to more than any feed", path);
            break;
        }
        feed_give(&feed, (struct str){chunk, (size_t)len});
        while (feed_next(&feed, &record)) {
            import->done.records++;
            (void)feed_record(record, import->scratch, &import->lines);
            arena_reset(import->scratch);
        }
    }
    if (is_read && len < 0)
        is_read = err_set(import->err, ERR_SYSTEM, "cannot read %s: %s", path,
                          archive_error_string(archive));
    if (is_read && !feed_is_whole(&feed))
        is_read = err_set(import->err, ERR_SYNTAX, "%s ends in the middle of a record", path);
    import->done.lost += feed.lost;
    import->done.files += import->done.records > before;
    import->done.no_feed += import->done.records == before;
    feed_done(&feed);
    return is_read;
}

/* Members of an archive that are feeds by name; a file that is none has one, without a name. */
static bool
is_feed_name(struct archive *archive, struct archive_entry *entry)
{
    const char *name = archive_entry_pathname(entry);

    if (archive_format(archive) == ARCHIVE_FORMAT_RAW)
        return true;
    return name && archive_entry_filetype(entry) == AE_IFREG &&
           str_ends(str_from_cstr(name), STR(".json"));
}

static bool
read_members(struct import *import, struct archive *archive, const char *path)
{
    struct archive_entry *entry;
    int status;

    while ((status = archive_read_next_header(archive, &entry)) == ARCHIVE_OK) {
        if (is_feed_name(archive, entry) && !read_feed(import, archive, path))
            return false;
    }
    return status == ARCHIVE_EOF || err_set(import->err, ERR_SYSTEM, "cannot read %s: %s", path,
                                            archive_error_string(archive));
}

static bool
import_file(struct import *import, const char *path)
{
    struct archive *archive = archive_read_new();
    bool is_read;

    if (!archive)
        abort();
    archive_read_support_filter_all(archive);
    archive_read_support_format_zip(archive);
    archive_read_support_format_tar(archive);
    archive_read_support_format_raw(archive);
    archive_read_support_format_empty(archive);
    if (archive_read_open_filename(archive, path, CHUNK_BYTES) != ARCHIVE_OK)
        is_read = err_set(import->err, ERR_SYSTEM, "cannot open %s: %s", path,
                          archive_error_string(archive));
    else
        is_read = read_members(import, archive, path);
    archive_read_free(archive);
    return is_read;
}

static bool
is_feed_file(const char *name)
{
    static const char *const endings[] = {".json",     ".zip", ".json.gz", ".json.xz", ".json.zst",
                                          ".json.bz2", ".tar", ".tar.gz",  ".tgz"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        if (str_ends(str_from_cstr(name), str_from_cstr(endings[i])))
            return true;
    }
    return false;
}

/* A file as it is; of a folder what is a feed by name. */
static bool
import_path(struct import *import, char *path)
{
    char *roots[] = {path, NULL};
    FTS *walk = fts_open(roots, FTS_COMFOLLOW | FTS_PHYSICAL | FTS_NOCHDIR, NULL);
    bool is_read = true;
    FTSENT *entry;

    if (!walk)
        return err_set(import->err, ERR_SYSTEM, "cannot open %s: %s", path, strerror(errno));
    while (is_read && (entry = fts_read(walk))) {
        if (entry->fts_info == FTS_D && entry->fts_level >= FOLDER_DEPTH_MAX)
            (void)fts_set(walk, entry, FTS_SKIP);
        else if (entry->fts_info == FTS_ERR || entry->fts_info == FTS_NS ||
                 entry->fts_info == FTS_DNR)
            is_read = err_set(import->err, ERR_SYSTEM, "cannot read %s: %s", entry->fts_path,
                              strerror(entry->fts_errno));
        else if ((entry->fts_info == FTS_F || entry->fts_info == FTS_DEFAULT) &&
                 (entry->fts_level == 0 || is_feed_file(entry->fts_name)))
            is_read = import_file(import, entry->fts_path);
    }
    fts_close(walk);
    return is_read;
}

static int
by_bytes(const void *a, const void *b)
{
    return str_compare(*(const struct str *)a, *(const struct str *)b);
}

/* Sorted, each once; the order is what the database is searched by. */
static void
write_sorted(struct import *import, struct buf *text)
{
    struct str rest = buf_str(&import->lines);
    size_t count = 0, at = 0;
    struct str *lines;

    for (size_t i = 0; i < rest.len; i++)
        count += rest.data[i] == '\n';
    lines = calloc(count + 1, sizeof(*lines));
    if (!lines)
        abort();
    while (rest.len)
        lines[at++] = str_cut(&rest, '\n');
    qsort(lines, count, sizeof(*lines), by_bytes);
    for (size_t i = 0; i < count; i++) {
        if (i > 0 && str_eq(lines[i], lines[i - 1]))
            continue;
        buf_add(text, lines[i]);
        buf_add_char(text, '\n');
        import->done.lines++;
    }
    free(lines);
}

/* "#weir-weaknesses 1	wordfence.json and 2 more	2026-11-25" */
static void
write_header(struct buf *text, char *const *paths, uint32_t path_count, int64_t now_s)
{
    const char *slash = strrchr(paths[0], '/');
    struct str name = str_from_cstr(slash && slash[1] ? slash + 1 : paths[0]);
    char date[32];

    buf_add_cstr(text, WEAKNESS_FORMAT "\t");
    for (size_t i = 0; i < name.len; i++)
        buf_add_char(text, (unsigned char)name.data[i] < ' ' ? ' ' : name.data[i]);
    if (path_count > 1)
        buf_printf(text, " and %u more", path_count - 1);
    civil_write_utc(now_s, date);
    buf_printf(text, "\t" STR_FMT "\n", STR_ARG(str_first(str_from_cstr(date), 10)));
}

/* The folder of the database, when only that one is missing. */
static void
make_folder(const char *into)
{
    char folder[PATH_MAX];
    const char *slash = strrchr(into, '/');

    if (slash && slash > into && (size_t)(slash - into) < sizeof(folder)) {
        memcpy(folder, into, (size_t)(slash - into));
        folder[slash - into] = '\0';
        (void)mkdir(folder, 0755); /* what fails here is said where the file is written */
    }
}

static bool
write_database(struct import *import, char *const *paths, uint32_t path_count, const char *into,
               int64_t now_s)
{
    struct buf text;
    bool is_written;

    if (import->lines.is_over)
        return err_set(import->err, ERR_LIMIT, "the feeds hold more than a database may");
    if (import->lines.len == 0)
        return err_set(import->err, ERR_SYNTAX,
                       "%s holds no weakness of software that weir looks for, in the form of "
                       "Wordfence Intelligence or OSV",
                       paths[0]);
    buf_init(&text, DATABASE_LINES_BYTES_MAX + PATH_MAX);
    write_header(&text, paths, path_count, now_s);
    write_sorted(import, &text);
    make_folder(into);
    is_written = whole_write(into, buf_str(&text), import->err);
    buf_done(&text);
    return is_written;
}

bool
database_import(char *const *paths, uint32_t path_count, const char *into, int64_t now_s,
                struct database_import *ret_import, struct err *err)
{
    struct import import = {.err = err};
    bool is_done = path_count > 0 || err_set(err, ERR_SYNTAX, "no feed is given");

    buf_init(&import.lines, DATABASE_LINES_BYTES_MAX);
    import.scratch = arena_new(SCRATCH_BYTES);
    for (uint32_t i = 0; i < path_count && is_done; i++)
        is_done = import_path(&import, paths[i]);
    if (is_done)
        is_done = write_database(&import, paths, path_count, into, now_s);
    if (is_done)
        *ret_import = import.done;
    arena_free(import.scratch);
    buf_done(&import.lines);
    return is_done;
}
