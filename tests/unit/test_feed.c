/*
 * Records in the form of the two feeds, made up. What a feed's record must become is
 * the lines of the database behind it.
 */

#include "scan/feed.h"
#include "scan/weakness.h"
#include "tap.h"

#define RANGE(from, to)                                                                            \
    "{\"from_version\":\"" from "\",\"from_inclusive\":true,\"to_version\":\"" to                  \
    "\",\"to_inclusive\":true}"

static void
turns_records_into_lines(void)
{
    static const struct {
        const char *record, *lines;
    } rows[] = {
        /* Wordfence */
        {"{\"id\":\"u1\",\"title\":\"X <= 5.3.1 - Unrestricted File "
         "Upload\",\"software\":[{\"type\":"
         "\"plugin\",\"name\":\"X\",\"slug\":\"x-form\",\"affected_versions\":{\"* - "
         "5.3.1\":" RANGE("*",
                          "5.3.1") "},\"patched\":true,\"patched_versions\":[\"5.3.2\"]}],"
                                   "\"informational\":false,\"cwe\":{\"id\":434,\"name\":\"n\"},"
                                   "\"cve\":\"CVE-2020-0001\"}",
         "wp-plugin\tx-form\t<=5.3.1\t5.3.2\tupload\tCVE-2020-0001\t"
         "X <= 5.3.1 - Unrestricted File Upload\n"},
        {"{\"id\":\"u2\",\"title\":\"Core\\tissue "
         "\\u00e9\",\"software\":[{\"type\":\"core\",\"slug\":"
         "\"wordpress\",\"affected_versions\":{\"a\":" RANGE("5.0", "5.0.3") ",\"b\":" RANGE(
             "4.9", "4.9.9") "},\"patched_versions\":[\"5.0.4\",\"4.9.10\"]}],\"cwe\":{\"id\":862},"
                             "\"cve\":null}",
         "application\twordpress\t>=5.0 <=5.0.3\t5.0.4\taccess\twordfence:u2\tCore issue \xC3\xA9\n"
         "application\twordpress\t>=4.9 <=4.9.9\t4.9.10\taccess\twordfence:u2\tCore issue "
         "\xC3\xA9\n"},
        {"{\"id\":\"u3\",\"title\":\"T\",\"software\":[{\"type\":\"theme\",\"slug\":\"T\","
         "\"affected_versions\":{\"*\":" RANGE("*", "*") "}}]}",
         "wp-theme\tt\t*\t\tother\twordfence:u3\tT\n"},
        {"{\"id\":\"u4\",\"title\":\"T\",\"software\":[{\"type\":\"plugin\",\"slug\":\"t\","
         "\"affected_versions\":{\"x\":{\"from_version\":\"1.0\",\"from_inclusive\":false,"
         "\"to_version\":\"2.0\",\"to_inclusive\":false}},\"patched_versions\":[\"1.9\",\"2.0\"]}]"
         "}",
         "wp-plugin\tt\t>1.0 <2.0\t2.0\tother\twordfence:u4\tT\n"},
        {"{\"id\":\"u5\",\"title\":\"T\",\"informational\":true,\"software\":[{\"type\":\"plugin\","
         "\"slug\":\"t\",\"affected_versions\":{\"x\":" RANGE("*", "1") "}}]}",
         ""},
        {"{\"id\":\"u6\",\"title\":\"T\",\"software\":[{\"type\":\"plugin\",\"slug\":\"t\","
         "\"affected_versions\":{\"x\":" RANGE("*", "what, ever") "}},{\"type\":\"gadget\"}]}",
         ""},
        {"{\"id\":\"u7\",\"title\":\"Mail <= 2 - Unauthenticated Arbitrary Email Sending\","
         "\"software\":[{\"type\":\"plugin\",\"slug\":\"t\",\"affected_versions\":{\"x\":" RANGE(
             "*", "2") "}}],\"cwe\":{\"id\":862}}",
         "wp-plugin\tt\t<=2\t\tmail\twordfence:u7\t"
         "Mail <= 2 - Unauthenticated Arbitrary Email Sending\n"},
        /* OSV */
        {"{\"id\":\"GHSA-1\",\"aliases\":[\"X-1\",\"CVE-2020-0002\"],\"summary\":\"Object thing\","
         "\"affected\":[{\"package\":{\"ecosystem\":\"Packagist\",\"name\":\"Acme/Mailer\"},"
         "\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"6.1.8\"},"
         "{\"fixed\":\"6.4.1\"}]}],\"versions\":[\"6.1.8\"]}],"
         "\"database_specific\":{\"cwe_ids\":[\"CWE-79\",\"CWE-502\"]}}",
         "package\tacme/mailer\t>=6.1.8 <6.4.1\t6.4.1\tobject\tCVE-2020-0002\tObject thing\n"},
        {"{\"id\":\"GHSA-2\",\"details\":\"Two\\nbranches\",\"affected\":[{\"package\":{"
         "\"ecosystem\":"
         "\"Packagist:https://packages.example/8\",\"name\":\"drupal/x\"},\"ranges\":[{\"type\":"
         "\"SEMVER\",\"events\":[{\"introduced\":\"2.0.0\"},{\"fixed\":\"2.0.4\"},"
         "{\"introduced\":\"0\"},{\"last_affected\":\"1.5.0\"}]}]}]}",
         "package\tdrupal/x\t<=1.5.0\t\tother\tGHSA-2\tTwo branches\n"
         "package\tdrupal/x\t>=2.0.0 <2.0.4\t2.0.4\tother\tGHSA-2\tTwo branches\n"},
        {"{\"id\":\"GHSA-3\",\"summary\":\"S\",\"affected\":[{\"package\":{\"ecosystem\":"
         "\"Packagist\","
         "\"name\":\"a/"
         "b\"},\"ranges\":[{\"type\":\"ECOSYSTEM\",\"events\":[{\"introduced\":\"0\"}]}]}]}",
         "package\ta/b\t*\t\tother\tGHSA-3\tS\n"},
        {"{\"id\":\"GHSA-4\",\"summary\":\"S\",\"affected\":[{\"package\":{\"ecosystem\":"
         "\"Packagist\","
         "\"name\":\"a/"
         "b\"},\"ranges\":[{\"type\":\"GIT\",\"repo\":\"r\",\"events\":[{\"introduced\":"
         "\"0\"}]}],\"versions\":[\"v1.0\",\"1.1\",\"dev-main\"]}]}",
         "package\ta/b\t=v1.0|=1.1\t\tother\tGHSA-4\tS\n"},
        {"{\"id\":\"GHSA-5\",\"withdrawn\":\"2024-01-01T00:00:00Z\",\"affected\":[{\"package\":"
         "{\"ecosystem\":\"Packagist\",\"name\":\"a/b\"},\"ranges\":[{\"type\":\"ECOSYSTEM\","
         "\"events\":[{\"introduced\":\"0\"}]}]}]}",
         ""},
        {"{\"id\":\"GHSA-6\",\"affected\":[{\"package\":{\"ecosystem\":\"npm\",\"name\":\"a\"},"
         "\"ranges\":[{\"type\":\"SEMVER\",\"events\":[{\"introduced\":\"0\"}]}]}]}",
         ""},
        /* neither */
        {"{}", ""},
        {"{\"software\":[1,\"x\",[],{}],\"affected\":[]}", ""},
        {"{\"affected\":[1,{},{\"package\":3}]}", ""},
        {"", ""},
    };
    struct arena *arena = arena_new(1 << 20);
    struct buf lines;

    buf_init(&lines, 1 << 16);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str want = str_from_cstr(rows[i].lines), line;
        struct weakness weakness;
        uint32_t count = 0;

        buf_reset(&lines);
        count = feed_record(str_from_cstr(rows[i].record), arena, &lines);
        CHECK_ROW(i, str_eq(buf_str(&lines), want));
        CHECK_STR(buf_str(&lines), rows[i].lines);
        while (want.len) { /* what is written can be read */
            line = str_cut(&want, '\n');
            CHECK_ROW(i, weakness_read(line, &weakness));
            count--;
        }
        CHECK_ROW(i, count == 0);
        arena_reset(arena);
    }
    buf_done(&lines);
    arena_free(arena);
}

/* Records joined by blanks; chunks of every size must give the same. */
static void
splits_feeds(void)
{
    static const struct {
        const char *feed, *records;
        bool is_whole;
    } rows[] = {
        {"{\"u1\":{\"a\":1},\n\"u2\":{\"b\":{\"c\":\"}\\\"]\"}}}",
         "{\"a\":1} {\"b\":{\"c\":\"}\\\"]\"}} ", true},
        {"{\"id\":\"x\",\"affected\":[{\"a\":1}]}", "{\"id\":\"x\",\"affected\":[{\"a\":1}]} ",
         true},
        {"{\"affected\":[{\"a\":1}],\"b\":{}}", "{\"affected\":[{\"a\":1}],\"b\":{}} ", true},
        {"[{\"a\":1},{\"b\":2}]", "{\"a\":1} {\"b\":2} ", true},
        {"{\"id\":1}\n{\"id\":2}\n", "{\"id\":1} {\"id\":2} ", true},
        {"{\"id\":1,\"o\":{}}\n{\"u\":{\"id\":2}}\n[{\"id\":3}]",
         "{\"id\":1,\"o\":{}} {\"id\":2} {\"id\":3} ", true},
        {"{}", "{} ", true},
        {"[]", "", true},
        {"", "", true},
        {"]}", "", true},
        {"{\"u1\":{\"a\":1},\"u2\":{\"b\"", "{\"a\":1} ", false},
        {"{\"a\":\"", "", false},
    };
    struct buf got;

    buf_init(&got, 1 << 16);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str all = str_from_cstr(rows[i].feed);

        for (size_t size = 1; size <= all.len + 1; size++) {
            struct str rest = all, record;
            struct feed feed;

            feed_init(&feed);
            buf_reset(&got);
            while (rest.len) {
                feed_give(&feed, str_first(rest, size));
                rest = str_from(rest, size);
                while (feed_next(&feed, &record)) {
                    buf_add(&got, record);
                    buf_add_char(&got, ' ');
                }
            }
            CHECK_ROW(i, str_eq(buf_str(&got), str_from_cstr(rows[i].records)));
            CHECK_ROW(i, feed_is_whole(&feed) == rows[i].is_whole);
            CHECK_ROW(i, feed.lost == 0);
            feed_done(&feed);
        }
    }
    buf_done(&got);
}

static void
passes_over_what_is_too_large(void)
{
    struct str filler = STR("\"0123456789012345678901234567890123456789012345678901234567\",");
    struct feed feed;
    struct str record;
    uint32_t count = 0;

    feed_init(&feed);
    feed_give(&feed, STR("[{\"a\":1},{\"b\":["));
    while (feed_next(&feed, &record))
        count++;
    for (size_t bytes = 0; bytes <= FEED_RECORD_BYTES_MAX; bytes += filler.len) {
        feed_give(&feed, filler);
        CHECK(!feed_next(&feed, &record));
    }
    feed_give(&feed, STR("1]},{\"c\":1}]"));
    while (feed_next(&feed, &record))
        count++;
    CHECK(count == 2 && feed.lost == 1 && feed_is_whole(&feed));
    CHECK_STR(record, "{\"c\":1}");
    feed_done(&feed);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"turns records into lines", turns_records_into_lines},
        {"splits feeds", splits_feeds},
        {"passes over what is too large", passes_over_what_is_too_large},
    };

    return tap_main(cases, COUNT(cases));
}
