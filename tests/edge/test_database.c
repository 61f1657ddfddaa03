/*
 * Feeds become a database on disk, packed or not, and what fails leaves the old one.
 * The own set, whose path is the first argument, must be sound.
 */

#include "disk/database.h"

#include <archive.h>
#include <archive_entry.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scan/version.h"
#include "source/whole.h"
#include "tap.h"

#define NOW_S INT64_C(1764028800) /* 2025-11-25 */

static const char *own_path;
static char folder[] = "/tmp/weir-database-XXXXXX";

static const char wordfence[] =
    "{\"u1\":{\"id\":\"u1\",\"title\":\"X - File "
    "Upload\",\"software\":[{\"type\":\"plugin\",\"slug\":"
    "\"x\",\"affected_versions\":{\"* - 5.3\":{\"from_version\":\"*\",\"to_version\":\"5.3\"}},"
    "\"patched_versions\":[\"5.4\"]}],\"cve\":\"CVE-2020-0001\"},"
    "\"u2\":{\"id\":\"u2\",\"title\":\"A\",\"software\":[{\"type\":\"plugin\",\"slug\":\"a\","
    "\"affected_versions\":{\"*\":{\"from_version\":\"*\",\"to_version\":\"*\"}}}]}}";

static const char osv[] =
    "{\"id\":\"GHSA-1\",\"summary\":\"S\",\"affected\":[{\"package\":{\"ecosystem\":\"Packagist\","
    "\"name\":\"a/b\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"},"
    "{\"fixed\":\"2.0\"}]}]}]}";

static const char database_text[] =
    "#weir-weaknesses 1\twordfence.json and 1 more\t2025-11-25\n"
    "package\ta/b\t<2.0\t2.0\tother\tGHSA-1\tS\n"
    "wp-plugin\ta\t*\t\tother\twordfence:u2\tA\n"
    "wp-plugin\tx\t<=5.3\t5.4\tupload\tCVE-2020-0001\tX - File Upload\n";

/* A name in the test's folder; the eight latest stay. */
static char *
in_folder(const char *name)
{
    static char paths[8][256];
    static unsigned next;
    char *path = paths[next++ % 8];

    (void)snprintf(path, sizeof(paths[0]), "%s/%s", folder, name);
    return path;
}

static void
write_file(const char *name, const char *text)
{
    struct err err;

    CHECK(whole_write(in_folder(name), str_from_cstr(text), &err));
}

static void
check_file(const char *name, const char *want)
{
    struct arena *arena = arena_new(1 << 20);
    struct str text = STR_EMPTY;
    struct err err;

    CHECK(whole_read(in_folder(name), 1 << 16, arena, &text, &err));
    CHECK_STR(text, want);
    arena_free(arena);
}

/* One member, or several of the same text. */
static void
pack(const char *name, int (*format)(struct archive *), int (*filter)(struct archive *),
     const char *text, const char *const *members, size_t count)
{
    struct archive *archive = archive_write_new();

    (void)format(archive);
    (void)filter(archive);
    CHECK(archive_write_open_filename(archive, in_folder(name)) == ARCHIVE_OK);
    for (size_t i = 0; i < count; i++) {
        struct archive_entry *entry = archive_entry_new();

        archive_entry_set_pathname(entry, members[i]);
        archive_entry_set_filetype(entry, AE_IFREG);
        archive_entry_set_perm(entry, 0644);
        archive_entry_set_size(entry, (la_int64_t)strlen(text));
        CHECK(archive_write_header(archive, entry) == ARCHIVE_OK);
        CHECK(archive_write_data(archive, text, strlen(text)) == (la_ssize_t)strlen(text));
        archive_entry_free(entry);
    }
    CHECK(archive_write_free(archive) == ARCHIVE_OK);
}

static void
imports_feeds(void)
{
    char *paths[] = {in_folder("wordfence.json"), in_folder("osv")};
    struct database_import import = {.files = 0};
    struct database database = {.count = 0};
    struct err err;

    write_file("wordfence.json", wordfence);
    CHECK(mkdir(in_folder("osv"), 0755) == 0);
    write_file("osv/GHSA-1.json", osv);
    write_file("osv/again.json", osv);
    write_file("osv/readme.txt", "no feed, and not read");
    CHECK(database_import(paths, 2, in_folder("made/db.tsv"), NOW_S, &import, &err));
    CHECK(import.files == 3 && import.records == 4 && import.lines == 3 && import.lost == 0);
    check_file("made/db.tsv", database_text);
    CHECK(database_add(&database, in_folder("made/db.tsv"), &err));
    CHECK(database.count == 1 && database.bases[0].count == 3);
    CHECK_STR(database.bases[0].source, "wordfence.json and 1 more");
    database_done(&database);
}

static void
imports_packed_feeds(void)
{
    static const char *const members[] = {"one.json", "two.json", "readme.md"};
    char *paths[] = {in_folder("all.zip"), in_folder("feed.json.gz")};
    struct database_import import = {.files = 0};
    struct err err;

    pack("all.zip", archive_write_set_format_zip, archive_write_add_filter_none, osv, members, 3);
    pack("feed.json.gz", archive_write_set_format_raw, archive_write_add_filter_gzip, wordfence,
         members, 1);
    CHECK(database_import(paths, 2, in_folder("packed.tsv"), NOW_S, &import, &err));
    CHECK(import.files == 3 && import.records == 4 && import.lines == 3);
}

/* What was there stays, and the message says what is wrong. */
static void
leaves_the_old_one(void)
{
    static const struct {
        const char *name, *text, *words;
    } rows[] = {
        {"cut.json", "{\"u1\":{\"id\":\"u1\",", "ends in the middle"},
        {"other.json", "{\"a\":1}", "holds no weakness"},
        {"text.json", "hello", "holds no weakness"},
        {"empty.json", "", "holds no weakness"},
        {"missing.json", NULL, "cannot"},
    };

    write_file("old.tsv", "as it was");
    for (size_t i = 0; i < COUNT(rows); i++) {
        char *paths[] = {in_folder(rows[i].name)};
        struct database_import import = {.files = 99};
        struct err err = {.text = ""};

        if (rows[i].text)
            write_file(rows[i].name, rows[i].text);
        CHECK_ROW(i, !database_import(paths, 1, in_folder("old.tsv"), NOW_S, &import, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), str_from_cstr(rows[i].words)));
        CHECK_ROW(i, import.files == 99);
        check_file("old.tsv", "as it was");
    }
}

static void
refuses_what_is_no_database(void)
{
    struct database database = {.count = 0};
    struct err err;

    write_file("none.tsv", "hello\n");
    CHECK(!database_add(&database, in_folder("none.tsv"), &err));
    CHECK(str_has(str_from_cstr(err.text), STR("none.tsv: is no database")));
    CHECK(!database_add(&database, in_folder("nowhere.tsv"), &err));
    CHECK(database.count == 0);
}

/* Each record of the own set: a range that holds some version, a mending outside it. */
static void
ships_a_sound_set(void)
{
    struct database database = {.count = 0};
    struct err err = {.text = ""};
    struct str rest;

    CHECK(database_add(&database, own_path, &err));
    CHECK_STR(str_from_cstr(err.text), "");
    if (database.count == 0)
        return;
    CHECK(database.bases[0].count >= 150);
    rest = database.bases[0].text;
    for (uint32_t i = 0; rest.len; i++) {
        struct weakness weakness;
        struct str terms;

        CHECK_ROW(i, weakness_read(str_cut(&rest, '\n'), &weakness));
        CHECK_ROW(i, weakness.title.len > 5 && weakness.id.len > 5);
        CHECK_ROW(i, !weakness.fixed.len || !version_in(weakness.fixed, weakness.affected));
        terms = weakness.affected;
        while (terms.len) {
            struct str term = str_cut(&terms, ' ');

            while (term.len && !str_is_digit(term.data[0]))
                term = str_from(term, 1);
            CHECK_ROW(i, version_is_number(term));
        }
    }
    database_done(&database);
}

static void
remove_folder(void)
{
    char command[64];

    (void)snprintf(command, sizeof(command), "rm -r '%s'", folder);
    if (system(command) != 0)
        printf("# %s stays behind\n", folder);
}

int
main(int argc, char **argv)
{
    static const struct tap_case cases[] = {
        {"imports feeds", imports_feeds},
        {"imports packed feeds", imports_packed_feeds},
        {"leaves the old one", leaves_the_old_one},
        {"refuses what is no database", refuses_what_is_no_database},
        {"ships a sound set", ships_a_sound_set},
    };

    own_path = argc > 1 ? argv[1] : "packaging/weaknesses.tsv";
    if (!mkdtemp(folder))
        return 1;
    tap_main(cases, COUNT(cases));
    remove_folder();
    return 0;
}
