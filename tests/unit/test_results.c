/*
 * Each row is a field as RFC 8601 or a mail server writes it, and what is in it, written anew by
 * our own hand; a row without that is none.
 */

#include "auth/results.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)4 << 20)

static struct arena *arena;

static const struct {
    const char *value, *written;
} fields[] = {
    {"example.org 1; none", "example.org; none"},
    {"example.com; spf=pass smtp.mailfrom=example.net",
     "example.com; spf=pass smtp.mailfrom=example.net"},
    {"example.com;\r\n          auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n"
     "          spf=pass smtp.mailfrom=example.net",
     "example.com; auth=pass smtp.auth=sender@example.net; spf=pass smtp.mailfrom=example.net"},
    {"foo.example.net (foobar) 1 (baz);\n    dkim (Because I like it) / 1 (One yay) = (wait for "
     "it) fail\n"
     "      policy (A dot can go here) . (like that) expired (this surprised me) = (as I wasn't "
     "expecting it) 1362471462",
     "foo.example.net; dkim=fail policy.expired=1362471462"},
    {"mx.example.org; dkim=pass (2048 bit; (nested \\) still) key) reason=\"good \\\"sig\\\"\" "
     "header.d=example.com header.b=\"abc+/=\" header.i=@example.com",
     "mx.example.org; dkim=pass reason=\"good \\\"sig\\\"\" header.d=example.com "
     "header.b=\"abc+/=\" header.i=@example.com"},
    {"\"mx.example.org\";spf=none smtp.mailfrom=\"a b\"@example.net;",
     "mx.example.org; spf=none smtp.mailfrom=\"a b@example.net\""},
    {"mx.example.org", "mx.example.org; none"},
    {"mx.example.org; dmarc=fail (p=reject dis=none) header.from=b\xc3\xbc"
     "cher.example",
     "mx.example.org; dmarc=fail header.from=\"b\xc3\xbc"
     "cher.example\""},
    {"", NULL},
    {" (only a comment)", NULL},
    {"mx.example.org; spf", NULL},
    {"mx.example.org; spf=", NULL},
    {"mx.example.org; spf=pass smtp", NULL},
    {"mx.example.org; spf=pass smtp.mailfrom", NULL},
    {"mx.example.org; spf=pass smtp.mailfrom=", NULL},
    {"mx.example.org; spf=pass (never ends", NULL},
    {"mx.example.org; spf=pass reason=\"never ends", NULL},
    {"mx.example.org spf=pass", NULL},
    {"mx.example.org; spf=pass x.y=\x01", NULL},
};

static struct str
write_anew(const struct results *results)
{
    struct results_writer writer;
    struct buf buf;
    struct str text;

    buf_init(&buf, 1 << 20);
    results_write_begin(&writer, &buf, results->server, " ");
    for (uint32_t i = 0; i < results->count; i++) {
        const struct results_method *method = &results->list[i];

        results_write_method(&writer, method->method, method->result, method->reason);
        for (uint32_t k = 0; k < method->property_count; k++) {
            const struct results_property *property =
                &results->properties[method->property_first + k];

            results_write_property(&writer, property->type, property->name, property->value);
        }
    }
    results_write_end(&writer);
    text = arena_str(arena, buf_str(&buf));
    buf_done(&buf);
    return text;
}

static void
reads_and_writes_fields(void)
{
    static struct results results;

    for (size_t i = 0; i < COUNT(fields); i++) {
        bool is_read = results_read(tap_str(fields[i].value), arena, &results);

        CHECK_ROW(i, is_read == (fields[i].written != NULL));
        if (is_read)
            CHECK_STR(write_anew(&results), fields[i].written);
    }
}

static void
finds_properties(void)
{
    static struct results results;

    CHECK(results_read(STR("mx; dkim=pass header.d=a.example; DKIM=fail Header.D=b.example"), arena,
                       &results));
    CHECK(results.count == 2);
    CHECK_STR(results_property(&results, &results.list[0], STR("header"), STR("d")), "a.example");
    CHECK_STR(results_property(&results, &results.list[1], STR("header"), STR("d")), "b.example");
    CHECK_STR(results_property(&results, &results.list[1], STR("header"), STR("s")), "");
}

/* Fields that come in under the own name go away, however they are dressed up. */
static void
knows_forged_fields(void)
{
    static const struct {
        const char *value;
        bool claims;
    } rows[] = {
        {"mx.example.org; spf=pass", true},
        {"MX.Example.ORG 1; none", true},
        {"(x) \"mx.example.org\" (y);", true},
        {"\r\n mx.example.org;", true},
        {"mx.example.org.; spf=pass", true},
        {"mx.example.org/1; spf=pass", true},
        {"mx.example.org spf=pass", true}, /* unreadable, with our name in it */
        {"(unfinished mx.example.org; spf=pass", true},
        {"\x01mx.example.org; spf=pass", true},
        {"mx.example.org.example.net; spf=pass", false},
        {"mx.example.organ; spf=pass", false},
        {"example.net; spf=pass smtp.mailfrom=mx.example.org", false},
        {"", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i,
                  results_claims(tap_str(rows[i].value), STR("mx.example.org")) == rows[i].claims);
}

static void
writes_hostile_values(void)
{
    struct dmarc_record record = {0};
    struct dmarc_evaluation evaluation = {
        .result = DMARC_FAIL,
        .author = STR("example.com"),
        .record = &record,
        .disposition = DMARC_POLICY_QUARANTINE,
    };
    struct results_writer writer;
    struct buf buf;

    buf_init(&buf, 1 << 16);
    results_write_begin(&writer, &buf, STR("mx.example.org"), "\n\t");
    results_write_method(&writer, STR("spf"), STR("fail"), STR("said \"no\"\r\nX-Evil: 1"));
    results_write_property(&writer, STR("smtp"), STR("mailfrom"), STR("a\r\nb@example.net"));
    results_write_property(&writer, STR("smtp"), STR("helo"), STR_EMPTY);
    results_write_dmarc(&writer, &evaluation);
    results_write_end(&writer);
    CHECK_STR(buf_str(&buf), "mx.example.org;\n\tspf=fail reason=\"said \\\"no\\\"\?\?X-Evil: 1\" "
                             "smtp.mailfrom=\"a\?\?b@example.net\";\n\t"
                             "dmarc=fail header.from=example.com policy.dmarc=quarantine");
    buf_done(&buf);
}

static void
bears_fields_of_any_size(void)
{
    static struct results results;
    static char text[1 << 20];
    static const struct {
        const char *front, *piece;
        bool is_read;
    } rows[] = {
        {"mx; spf=pass", " a.b=c", false},   {"mx", "; spf=pass", false},
        {"mx; spf=pass ", "(", false},       {"mx; spf=pass a.b=", "\"\"", true},
        {"mx; spf=pass reason=", "x", true}, {"mx", ";", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        size_t len = strlen(rows[i].front), piece = strlen(rows[i].piece);

        memcpy(text, rows[i].front, len);
        for (; len + piece < sizeof(text); len += piece)
            memcpy(text + len, rows[i].piece, piece);
        CHECK_ROW(i, results_read((struct str){text, len}, arena, &results) == rows[i].is_read);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads fields, and writes what was read", reads_and_writes_fields},
        {"finds properties of a result", finds_properties},
        {"knows fields that come in under the own name", knows_forged_fields},
        {"writes no line that a stranger wants", writes_hostile_values},
        {"bears fields of any size", bears_fields_of_any_size},
    };
    int code;

    arena = arena_new(ARENA_BYTES);
    code = tap_main(cases, COUNT(cases));
    arena_free(arena);
    return code;
}
