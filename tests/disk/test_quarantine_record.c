/*
 * What is written is read back, to the byte; and a record that somebody changed is
 * refused by the name of what is wrong, for its path says where a file is put.
 */

#include <stdlib.h>

#include "base/buf.h"
#include "disk/quarantine_record.h"
#include "tap.h"

static const struct str rules[] = {{"eval-request", 12}, {"a \"b\"", 5}};

static struct quarantine_record
example(void)
{
    static struct attribute extended[] = {
        {{"user.note", 9}, {"a\0\xff", 3}},
        {{"user.\xfe", 6}, {"", 0}},
    };

    return (struct quarantine_record){
        .id = "0123456789abcdef",
        .path = STR("/srv/\xff\n\"x.php"),
        .digest = {{1, 2, 3}},
        .taken_s = 1772524800,
        .scan = STR("scan-1"),
        .rules = rules,
        .rule_count = 2,
        .confidence = 0.97,
        .attributes =
            {
                .device = 259,
                .inode = 123456789012,
                .size = 7,
                .owner = 4294967294,
                .group = 5678,
                .mode = 06750,
                .links = 1,
                .accessed = {1600000001, 123456789},
                .modified = {-5, 999999999},
                .changed = {1600000003, 0},
                .extended = extended,
                .extended_count = 2,
            },
        .is_cleaned = true,
        .cleaned = {{9, 8, 7}},
    };
}

static bool
same_time(struct timespec a, struct timespec b)
{
    return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static void
reads_what_it_wrote(void)
{
    struct quarantine_record was = example(), is;
    struct arena *arena = arena_new(1 << 20);
    struct err err = {.text = ""};
    struct buf text;

    buf_init(&text, 1 << 20);
    quarantine_record_write(&was, &text);
    CHECK(quarantine_record_read(buf_str(&text), arena, &is, &err));
    CHECK_STR(str_from_cstr(err.text), "");
    CHECK_STR(str_from_cstr(is.id), was.id);
    CHECK(str_eq(is.path, was.path) && is.path.data[is.path.len] == '\0');
    CHECK(digest_eq(is.digest, was.digest) && digest_eq(is.cleaned, was.cleaned));
    CHECK(is.is_cleaned && is.taken_s == was.taken_s && is.rule_count == 2);
    CHECK(str_eq(is.scan, was.scan) && str_eq(is.rules[1], rules[1]));
    CHECK(is.attributes.owner == 4294967294 && is.attributes.mode == 06750);
    CHECK(is.attributes.inode == 123456789012 && is.attributes.device == 259);
    CHECK(same_time(is.attributes.accessed, was.attributes.accessed));
    CHECK(same_time(is.attributes.modified, was.attributes.modified));
    CHECK(is.attributes.extended_count == 2);
    CHECK(str_eq(is.attributes.extended[0].value, was.attributes.extended[0].value));
    CHECK(str_eq(is.attributes.extended[1].name, was.attributes.extended[1].name));
    CHECK(is.attributes.extended[1].name.data[6] == '\0');
    buf_done(&text);
    arena_free(arena);
}

static void
replace(struct str text, const char *from, const char *to, struct buf *ret_text)
{
    size_t at = str_find(text, str_from_cstr(from));

    buf_add(ret_text, str_first(text, at));
    if (at < text.len) {
        buf_add_cstr(ret_text, to);
        buf_add(ret_text, str_from(text, at + strlen(from)));
    }
}

static void
refuses_what_was_changed(void)
{
    static const struct {
        const char *from, *to, *says;
    } rows[] = {
        {"\"version\":1", "\"version\":2", "'version'"},
        {"\"id\":\"0", "\"id\":\"/", "'id'"},
        {"0123456789abcdef", "0123456789abcde", "'id'"},
        {"\"path_hex\":\"2f", "\"path_hex\":\"2e", "'path_hex'"},
        {"\"path_hex\":\"2f73", "\"path_hex\":\"2f00", "'path_hex'"},
        {"\"path_hex\":\"2f", "\"path_hex\":\"f", "'path_hex'"},
        {"\"path_hex\":\"2f", "\"path_hex\":\"2g", "'path_hex'"},
        {"\"sha256\":\"01", "\"sha256\":\"1", "'sha256'"},
        {"\"owner\":4294967294", "\"owner\":-1", "'owner'"},
        {"\"owner\":4294967294", "\"owner\":4294967296", "'owner'"},
        {"\"group\":5678", "\"group\":\"5678\"", "'group'"},
        {"\"mode\":\"6750\"", "\"mode\":\"6790\"", "'mode'"},
        {"1600000001.123456789", "1600000001.12345678", "'accessed'"},
        {"1600000001.123456789", "x.123456789", "'accessed'"},
        {"\"extended\":[", "\"extended\":[1,", "'name_hex'"},
        {"\"rules\":[", "\"rules\":[1,", "'rules'"},
        {"\"rules\":", "\"rulez\":", "'rules'"},
        {"\"scan\":\"scan-1\"", "\"scan\":7", "'scan'"},
        {"\"size\":7", "\"size\":7,\"size\":8", "it is no JSON"},
        {"{\"version\"", "{{\"version\"", "it is no JSON"},
    };
    struct quarantine_record was = example(), is;
    struct arena *arena = arena_new(1 << 20);
    struct buf text, changed;

    buf_init(&text, 1 << 20);
    buf_init(&changed, 1 << 20);
    quarantine_record_write(&was, &text);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct err err = {.text = ""};

        arena_reset(arena);
        buf_reset(&changed);
        replace(buf_str(&text), rows[i].from, rows[i].to, &changed);
        CHECK_ROW(i, !quarantine_record_read(buf_str(&changed), arena, &is, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), tap_str(rows[i].says)));
        if (!str_has(str_from_cstr(err.text), tap_str(rows[i].says)))
            printf("# it says: %s\n", err.text);
    }
    /* Cut anywhere, it is refused; whole, it is not. */
    for (size_t len = 0; len + 1 < text.len; len++) {
        struct err err;

        arena_reset(arena);
        CHECK_ROW(len, !quarantine_record_read(str_first(buf_str(&text), len), arena, &is, &err));
    }
    buf_done(&text);
    buf_done(&changed);
    arena_free(arena);
}

/* An arena that is too small is an answer, at whatever allocation it ends. */
static void
bears_a_full_arena(void)
{
    struct quarantine_record was = example(), is;
    struct buf text;
    bool has_fitted = false;

    buf_init(&text, 1 << 20);
    quarantine_record_write(&was, &text);
    for (size_t limit = 0; limit < 2000; limit += 8) {
        struct arena *arena = arena_new(limit);
        struct err err;

        if (quarantine_record_read(buf_str(&text), arena, &is, &err))
            has_fitted = true;
        else
            CHECK_ROW(limit, !has_fitted);
        arena_free(arena);
    }
    CHECK(has_fitted);
    buf_done(&text);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads what it wrote", reads_what_it_wrote},
        {"refuses what was changed, by its name", refuses_what_was_changed},
        {"bears a full arena", bears_a_full_arena},
    };

    return tap_main(cases, COUNT(cases));
}
