/* SPF: results, limits and words over answers in memory. Adding a case is adding a row. */

#include "auth/spf.h"

#include <stdlib.h>

#include "auth/spf_macro.h"
#include "auth/spf_record.h"
#include "base/buf.h"
#include "dns/zone.h"
#include "late_resolver.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)128 << 20)

/* What the rows ask: each scenario has names of its own. */
static const char zone_text[] =
    "plain.example.com TXT \"v=spf1 ip4:192.0.2.0/24 ip6:2001:db8::/32 -all\"\n"
    "case.example.com TXT \"V=SPF1 IP4:192.0.2.0/24 -ALL\"\n"
    "soft.example.com TXT \"v=spf1 a mx ~all\"\n"
    "soft.example.com A 192.0.2.1\n"
    "soft.example.com AAAA 2001:db8::1\n"
    "soft.example.com MX 10 mx.example.com\n"
    "mx.example.com A 192.0.2.2\n"
    "none.example.com TXT \"hello\"\n"
    "two.example.com TXT \"v=spf1 -all\"\n"
    "two.example.com TXT \"v=spf1 +all\"\n"
    "tab.example.com TXT \"v=spf1\\009-all\"\n"
    "late.example.com TXT timeout\n"
    "bogus.example.com TXT bogus\n"
    "slow.example.com TXT \"v=spf1 a:late-a.example.com -all\"\n"
    "late-a.example.com ANY timeout\n"
    "first.example.com TXT \"v=spf1 ip4:192.0.2.1 a:late-a.example.com -all\"\n"
    "syntax.example.com TXT \"v=spf1 ip4:192.0.2.1 moo\"\n"
    "zero.example.com TXT \"v=spf1 ip4:198.51.100.1/0 -all\"\n"
    "loop.example.com TXT \"v=spf1 include:loop.example.com -all\"\n"
    "circle.example.com TXT \"v=spf1 redirect=circle.example.com\"\n"
    "void.example.com TXT \"v=spf1 a:v1.example.com a:v2.example.com a:v3.example.com +all\"\n"
    "voids.example.com TXT \"v=spf1 a:v1.example.com a:v2.example.com +all\"\n"
    "mxvoid.example.com TXT \"v=spf1 mx -all\"\n"
    "mxvoid.example.com MX 1 v1.example.com\n"
    "mxvoid.example.com MX 2 v2.example.com\n"
    "mxvoid.example.com MX 3 v3.example.com\n"
    "mxvoid.example.com MX 4 mx.example.com\n"
    "nullmx.example.com TXT \"v=spf1 mx -all\"\n"
    "nullmx.example.com MX 0 .\n"
    "utf8.example.com TXT \"v=spf1 exists:%{l}.u.example.com -all\"\n"
    "xn--mnchen-3ya.example.com TXT \"v=spf1 +all\"\n"
    "said.example.com TXT \"v=spf1 -all exp=why.example.com\"\n"
    "why.example.com TXT \"%{i} %{s} %{o} %{h} %{r} %{t} %{v} %{p} %{d2}%%%_%-\"\n"
    "badexp.example.com TXT \"v=spf1 -all exp=two.example.com\"\n"
    "lateexp.example.com TXT \"v=spf1 -all exp=late.example.com\"\n"
    "inject.example.com TXT \"v=spf1 -all exp=local.example.com\"\n"
    "local.example.com TXT \"<%{l}>\"\n"
    "ptr.example.com TXT \"v=spf1 ptr -all\"\n"
    "9.2.0.192.in-addr.arpa PTR host.ptr.example.com\n"
    "9.2.0.192.in-addr.arpa PTR liar.example.com\n"
    "host.ptr.example.com A 192.0.2.9\n"
    "xptr.example.com TXT \"v=spf1 ptr:r.example.com -all\"\n"
    "ptrvoid.example.com TXT \"v=spf1 ptr ptr -all\"\n"
    "ptrvoids.example.com TXT \"v=spf1 ptr ptr ptr -all\"\n"
    "p.example.com TXT \"v=spf1 exists:%{p}.p.example.com -all\"\n"
    "host.ptr.example.com.p.example.com A 127.0.0.2\n";

struct table {
    struct arena *arena;
    struct zone *zone;
    struct resolver resolver;
};

static struct table
table_open(struct str text)
{
    struct table table = {.arena = arena_new(ARENA_BYTES)};
    struct err err;

    if (!zone_read(text, table.arena, &table.zone, &err)) {
        printf("# %s\n", err.text);
        abort();
    }
    table.resolver = zone_resolver(table.zone);
    return table;
}

static struct spf_verdict
check(struct table *table, const char *ip, const char *helo, const char *mail_from,
      struct spf_trace *trace)
{
    struct spf_request request = {
        .ip = str_from_cstr(ip),
        .helo = str_from_cstr(helo),
        .mail_from = str_from_cstr(mail_from),
        .time_s = 1700000000,
    };

    return spf_check(&request, &table->resolver, table->arena, trace);
}

static void
gives_results(void)
{
    static const struct {
        const char *ip, *helo, *mail_from;
        enum spf_result result;
    } rows[] = {
        {"192.0.2.9", "h.example", "a@plain.example.com", SPF_PASS},
        {"192.0.3.9", "h.example", "a@plain.example.com", SPF_FAIL},
        {"::ffff:192.0.2.9", "h.example", "a@plain.example.com", SPF_PASS},
        {"2001:db8:1::9", "h.example", "a@plain.example.com", SPF_PASS},
        {"2001:db9:1::9", "h.example", "a@plain.example.com", SPF_FAIL},
        {"192.0.2.9", "h.example", "a@PLAIN.Example.com.", SPF_PASS},
        {"192.0.2.9", "h.example", "a@case.example.com", SPF_PASS},
        {"192.0.2.9", "plain.example.com", "", SPF_PASS},
        {"192.0.2.9", "h@plain.example.com", "", SPF_NONE},
        {"192.0.2.9", "h.example", "plain.example.com", SPF_PASS},
        {"192.0.2.9", "h.example", "\"a@b\"@plain.example.com", SPF_PASS},
        {"192.0.2.1", "h.example", "a@soft.example.com", SPF_PASS},
        {"192.0.2.2", "h.example", "a@soft.example.com", SPF_PASS},
        {"192.0.2.3", "h.example", "a@soft.example.com", SPF_SOFTFAIL},
        {"2001:db8::1", "h.example", "a@soft.example.com", SPF_PASS},
        {"192.0.2.1", "h.example", "a@none.example.com", SPF_NONE},
        {"192.0.2.1", "h.example", "a@gone.example.com", SPF_NONE},
        {"192.0.2.1", "h.example", "a@com", SPF_NONE},
        {"192.0.2.1", "h.example", "a@", SPF_NONE},
        {"192.0.2.1", "h.example", "a@[192.0.2.1]", SPF_NONE},
        {"192.0.2.1", "h.example", "a@a..example.com", SPF_NONE},
        {"192.0.2", "h.example", "a@plain.example.com", SPF_NONE},
        {"192.0.2.0/24", "h.example", "a@plain.example.com", SPF_NONE},
        {"192.0.2.1", "h.example", "a@two.example.com", SPF_PERMERROR},
        {"192.0.2.1", "h.example", "a@tab.example.com", SPF_NONE},
        {"192.0.2.1", "h.example", "a@late.example.com", SPF_TEMPERROR},
        {"192.0.2.1", "h.example", "a@bogus.example.com", SPF_TEMPERROR},
        {"192.0.2.1", "h.example", "a@slow.example.com", SPF_TEMPERROR},
        {"192.0.2.1", "h.example", "a@first.example.com", SPF_PASS},
        {"192.0.2.1", "h.example", "a@syntax.example.com", SPF_PERMERROR},
        {"203.0.113.1", "h.example", "a@zero.example.com", SPF_PASS},
        {"192.0.2.1", "h.example", "a@loop.example.com", SPF_PERMERROR},
        {"192.0.2.1", "h.example", "a@circle.example.com", SPF_PERMERROR},
        {"192.0.2.1", "h.example", "a@void.example.com", SPF_PERMERROR},
        {"192.0.2.1", "h.example", "a@voids.example.com", SPF_PASS},
        {"192.0.2.2", "h.example", "a@mxvoid.example.com", SPF_PASS},
        {"192.0.2.3", "h.example", "a@mxvoid.example.com", SPF_FAIL},
        {"192.0.2.3", "h.example", "a@nullmx.example.com", SPF_FAIL},
        {"192.0.2.3", "h.example", "\xc3\xa9@utf8.example.com", SPF_FAIL},
        {"192.0.2.3", "h.example", "a@m\xc3\xbcnchen.example.com", SPF_PASS},
        {"192.0.2.3", "h.example", "a@\xff.example.com", SPF_NONE},
        {"192.0.2.9", "h.example", "a@ptr.example.com", SPF_PASS},
        {"192.0.2.9", "h.example", "a@xptr.example.com",
         SPF_FAIL}, /* "ptr" ends in "r", no label */
        {"192.0.2.8", "h.example", "a@ptr.example.com", SPF_FAIL},
        {"192.0.2.8", "h.example", "a@ptrvoid.example.com", SPF_FAIL},
        {"192.0.2.8", "h.example", "a@ptrvoids.example.com", SPF_PERMERROR},
        {"192.0.2.9", "h.example", "a@ptrvoids.example.com", SPF_FAIL},
        {"192.0.2.9", "h.example", "a@p.example.com", SPF_PASS},
    };
    struct table table = table_open(str_from_cstr(zone_text));

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct spf_verdict verdict =
            check(&table, rows[i].ip, rows[i].helo, rows[i].mail_from, NULL);

        CHECK_ROW(i, verdict.result == rows[i].result);
        CHECK_ROW(i, verdict.lookups <= SPF_LOOKUPS_MAX + 1 && verdict.voids <= SPF_VOIDS_MAX + 1);
        /* Who is told of a fault is told why. */
        CHECK_ROW(i, (verdict.problem.len > 0) ==
                         (verdict.result == SPF_NONE || verdict.result == SPF_TEMPERROR ||
                          verdict.result == SPF_PERMERROR));
    }
    arena_free(table.arena);
}

static void
explains_a_fail(void)
{
    static const struct {
        const char *ip, *mail_from, *explanation;
        bool is_default;
    } rows[] = {
        {"192.0.2.7", "anna@said.example.com",
         "192.0.2.7 anna@said.example.com said.example.com h.example unknown 1700000000 in-addr "
         "unknown example.com% %20",
         false},
        {"192.0.2.9", "anna@said.example.com",
         "192.0.2.9 anna@said.example.com said.example.com h.example unknown 1700000000 in-addr "
         "host.ptr.example.com example.com% %20",
         false},
        {"192.0.2.7", "a@badexp.example.com", "192.0.2.7 may not send mail as badexp.example.com",
         true},
        {"192.0.2.7", "a@lateexp.example.com", "192.0.2.7 may not send mail as lateexp.example.com",
         true},
        {"2001:db9::0", "a@plain.example.com", "2001:db9:: may not send mail as plain.example.com",
         true},
        {"192.0.2.7", "a\r\n\xc3\xa9\x1b@inject.example.com", "<a\?\?\?\?\?>", false},
        {"192.0.2.7", "a@soft.example.com", "", false},
    };
    struct table table = table_open(str_from_cstr(zone_text));

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct spf_verdict verdict =
            check(&table, rows[i].ip, "h.example", rows[i].mail_from, NULL);

        CHECK_STR(verdict.explanation, rows[i].explanation);
        CHECK_ROW(i, verdict.is_default == rows[i].is_default);
    }
    arena_free(table.arena);
}

/* ---- records and macros ---- */

static void
finds_faults_in_records(void)
{
    static const struct {
        const char *record, *place;
    } rows[] = {
        {"v=spf1", NULL},
        {"v=spf1   ", NULL},
        {"v=spf1 +a -mx ?ptr ~all", NULL},
        {"v=spf1 a/0 a//0 a/24//64 a:a.b/8//8 mx//128", NULL},
        {"v=spf1 ip4:192.0.2.1 ip4:192.0.2.0/32 ip6:2001:db8::1/128 ip6:::192.0.2.1", NULL},
        {"v=spf1 a:%{d} a:x.%{l1r-.+,/_=}.b.c exists:%{i}%% include:%{S127}.b.c", NULL},
        {"v=spf1 redirect=a.b exp=a.b x.y-z_1=%{s}/b:c=d", NULL},
        {"v=spf1 a:1-1.1-1 a:b.x1 a:b.c.", NULL},
        {"v=spf1 a/33", "a/33"},
        {"v=spf1 a//129", "a//129"},
        {"v=spf1 a/01", "a/01"},
        {"v=spf1 a/", "a/"},
        {"v=spf1 a/24/64", "a/24/64"},
        {"v=spf1 a/99999999999999999999", "a/99999999999999999999"},
        {"v=spf1 a:", "a:"},
        {"v=spf1 a:com", "a:com"},
        {"v=spf1 a:b.1", "a:b.1"},
        {"v=spf1 a:b.-c", "a:b.-c"},
        {"v=spf1 a:b.c-", "a:b.c-"},
        {"v=spf1 a:%{d}c", "a:%{d}c"},
        {"v=spf1 all:b.c", "all:b.c"},
        {"v=spf1 all.", "all."},
        {"v=spf1 allx", "allx"},
        {"v=spf1 ++all", "++all"},
        {"v=spf1 ip4", "ip4"},
        {"v=spf1 ip4:192.0.2", "ip4:192.0.2"},
        {"v=spf1 ip4:192.0.2.01", "ip4:192.0.2.01"},
        {"v=spf1 ip4:2001:db8::1", "ip4:2001:db8::1"},
        {"v=spf1 ip6:192.0.2.1", "ip6:192.0.2.1"},
        {"v=spf1 ip6:2001:db8::1%eth0", "ip6:2001:db8::1%eth0"},
        {"v=spf1 include", "include"},
        {"v=spf1 include:a.b/24", "include:a.b/24"},
        {"v=spf1 ptr/24", "ptr/24"},
        {"v=spf1 exists:a.b//24", "exists:a.b//24"},
        {"v=spf1 +redirect=a.b", "+redirect=a.b"},
        {"v=spf1 redirect=a.b redirect=a.b", "redirect=a.b"},
        {"v=spf1 exp=a.b EXP=c.d", "EXP=c.d"},
        {"v=spf1 exp=", "exp="},
        {"v=spf1 1x=a", "1x=a"},
        {"v=spf1 x=%", "x=%"},
        {"v=spf1 x=%{d", "x=%{d"},
        {"v=spf1 x=%{}", "x=%{}"},
        {"v=spf1 x=%{d0}", "x=%{d0}"},
        {"v=spf1 x=%{drr}", "x=%{drr}"},
        {"v=spf1 x=%{d;}", "x=%{d;}"},
        {"v=spf1 x=%{c}", "x=%{c}"},
        {"v=spf1 x=\x80", "x=\x80"},
        {"v=spf1 x=\x7f", "x=\x7f"},
        {"v=spf1 a\ta", "a\ta"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str place = STR_EMPTY;
        const char *error = spf_record_error(str_from_cstr(rows[i].record), &place);

        CHECK_ROW(i, (error == NULL) == (rows[i].place == NULL));
        if (rows[i].place)
            CHECK_STR(place, rows[i].place);
    }
}

/* The examples of RFC 7208 section 7.4, and what stands at the limits. */
static void
expands_macros(void)
{
    static const struct {
        const char *text, *name;
        bool is_ip6;
    } rows[] = {
        {"%{s}", "strong-bad@email.example.com", false},
        {"%{o}", "email.example.com", false},
        {"%{d}", "email.example.com", false},
        {"%{d4}", "email.example.com", false},
        {"%{d3}", "email.example.com", false},
        {"%{d2}", "example.com", false},
        {"%{d1}", "com", false},
        {"%{dr}", "com.example.email", false},
        {"%{d2r}", "example.email", false},
        {"%{l}", "strong-bad", false},
        {"%{l-}", "strong.bad", false},
        {"%{lr}", "strong-bad", false},
        {"%{lr-}", "bad.strong", false},
        {"%{l1r-}", "strong", false},
        {"%{ir}.%{v}._spf.%{d2}", "3.2.0.192.in-addr._spf.example.com", false},
        {"%{lr-}.lp._spf.%{d2}", "bad.strong.lp._spf.example.com", false},
        {"%{lr-}.lp.%{ir}.%{v}._spf.%{d2}", "bad.strong.lp.3.2.0.192.in-addr._spf.example.com",
         false},
        {"%{ir}.%{v}.%{l1r-}.lp._spf.%{d2}", "3.2.0.192.in-addr.strong.lp._spf.example.com", false},
        {"%{d2}.trusted-domains.example.net", "example.com.trusted-domains.example.net", false},
        {"%{ir}.%{v}._spf.%{d2}",
         "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2.ip6._spf.example.com",
         true},
        {"%{D1}.%{H}.example.com.", "com.a%20b%2F.example.com", false},
        {"%{h/}", "a b", false}, /* the empty part behind "/" is a final dot, which is taken off */
        {"%{p}.x", "unknown.x", false},
    };
    struct spf_macro_values values = {
        .local = STR("strong-bad"),
        .sender_domain = STR("email.example.com"),
        .domain = STR("email.example.com"),
        .helo = STR("a b/"),
        .receiver = STR("r.example"),
        .validated = STR("unknown"),
    };
    static const unsigned char ip4[] = {192, 0, 2, 3};
    static const unsigned char ip6[] = {0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xcb, 1};

    for (size_t i = 0; i < COUNT(rows); i++) {
        char name[SPF_NAME_BYTES];
        bool is_ip6 = rows[i].is_ip6;

        values.ip_len = is_ip6 ? 16 : 4;
        memcpy(values.ip, is_ip6 ? ip6 : ip4, values.ip_len);
        CHECK(spf_macro_error(str_from_cstr(rows[i].text), SPF_MACRO_NAME) == NULL);
        CHECK_STR(spf_macro_name(str_from_cstr(rows[i].text), &values, name), rows[i].name);
    }
}

/* A text of `count` times `piece`, in the arena. */
static struct str
repeat(struct arena *arena, const char *head, const char *piece, size_t count)
{
    size_t head_len = strlen(head), len = strlen(piece);
    char *text = arena_alloc(arena, head_len + len * count + 1);

    if (!text)
        abort();
    memcpy(text, head, head_len);
    for (size_t i = 0; i < count; i++)
        memcpy(text + head_len + i * len, piece, len);
    return (struct str){text, head_len + len * count};
}

static void
keeps_the_end_of_long_names(void)
{
    static const size_t counts[] = {20, 21, 22, 40, 85, 86, 1000, 16000};
    struct arena *arena = arena_new(ARENA_BYTES);
    struct spf_macro_values values = {.domain = STR("abcdef.ghij")};
    char name[SPF_NAME_BYTES];

    for (size_t i = 0; i < COUNT(counts); i++) {
        struct str text = repeat(arena, "", "%{d}.", counts[i]);
        struct str got = spf_macro_name(text, &values, name);

        CHECK_ROW(i, got.len <= 253 && got.len == (counts[i] < 22 ? counts[i] * 12 - 1 : 251));
        CHECK_ROW(i, str_starts(got, STR("abcdef.ghij.abcdef")));
        CHECK_ROW(i, str_ends(got, STR("abcdef.ghij")));
    }
    /* One label without end is no name, and is given up. */
    CHECK(spf_macro_name(repeat(arena, "", "x", 60000), &values, name).len == 0);
    arena_free(arena);
}

/* ---- hostile answers ---- */

static void
add_text_line(struct buf *zone, const char *name, struct str record)
{
    buf_printf(zone, "%s TXT \"", name);
    buf_add(zone, record);
    buf_add_cstr(zone, "\"\n");
}

static void
survives_large_answers(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct spf_trace *trace = calloc(1, sizeof(*trace));
    struct spf_verdict verdict;
    struct table table;
    struct buf zone;

    if (!trace)
        abort();
    buf_init(&zone, 64u << 20);
    add_text_line(&zone, "terms.example.com", repeat(arena, "v=spf1 ", "ip4:192.0.2.1 ", 4600));
    add_text_line(&zone, "lookups.example.com", repeat(arena, "v=spf1 ", "a ", 32000));
    add_text_line(&zone, "bomb.example.com", repeat(arena, "v=spf1 exists:", "%{sr}%{S}", 7000));
    add_text_line(&zone, "bombexp.example.com", STR("v=spf1 -all exp=words.example.com"));
    add_text_line(&zone, "words.example.com", repeat(arena, "", "%{s}", 16000));
    add_text_line(&zone, "many.example.com", STR("v=spf1 a mx -all"));
    add_text_line(&zone, "crowd.example.com", STR("v=spf1 ptr a -all"));
    for (int i = 0; i < 10001; i++) {
        buf_printf(&zone, "many.example.com A 198.51.%d.%d\n", i / 250, i % 250);
        buf_printf(&zone, "7.2.0.192.in-addr.arpa PTR h%05d.crowd.example.com\n", i);
        buf_printf(&zone, "crowd.example.com TXT \"no. %d\"\n", i);
    }
    for (int i = 0; i < 11; i++)
        buf_printf(&zone, "many.example.com MX %d mx%d.example.com\n", i, i);
    table = table_open(buf_str(&zone));

    verdict = check(&table, "192.0.2.7", "h.example", "a@terms.example.com", trace);
    CHECK(verdict.result == SPF_NEUTRAL && trace->lost == 4600 - SPF_VISITS_MAX);
    verdict = check(&table, "192.0.2.7", "h.example", "a@lookups.example.com", trace);
    CHECK(verdict.result == SPF_PERMERROR && trace->question_count <= 1 + SPF_LOOKUPS_MAX);
    verdict = check(&table, "192.0.2.7", "h.example", "a-b-c.d.e@bomb.example.com", trace);
    CHECK(verdict.result == SPF_NEUTRAL);
    verdict = check(&table, "192.0.2.7", "h.example", "a@bombexp.example.com", trace);
    CHECK(verdict.result == SPF_FAIL && verdict.is_default);
    verdict = check(&table, "192.0.2.7", "h.example", "a@many.example.com", trace);
    CHECK(verdict.result == SPF_PERMERROR && str_has(verdict.problem, STR("more than 10 MX")));
    verdict = check(&table, "198.51.39.249", "h.example", "a@many.example.com", trace);
    CHECK(verdict.result == SPF_PASS);
    verdict = check(&table, "192.0.2.7", "h.example", "a@crowd.example.com", trace);
    CHECK(verdict.result == SPF_FAIL || verdict.result == SPF_NONE);
    CHECK(trace->question_count <= 1 + 1 + SPF_PTR_MAX + 1);
    buf_done(&zone);
    free(trace);
    arena_free(table.arena);
    arena_free(arena);
}

static void
ends_at_the_limit_of_memory(void)
{
    static const size_t limits[] = {1, 100, 1000, 4000, 70000};
    struct table table = table_open(str_from_cstr(zone_text));
    struct spf_request request = {
        .ip = STR("192.0.2.9"), .helo = STR("h.example"), .mail_from = STR("a@p.example.com")};

    for (size_t i = 0; i < COUNT(limits); i++) {
        struct arena *arena = arena_new(limits[i]);
        struct spf_verdict verdict = spf_check(&request, &table.resolver, arena, NULL);

        CHECK_ROW(i, verdict.result == SPF_PASS || verdict.result == SPF_TEMPERROR ||
                         verdict.result == SPF_NONE);
        arena_free(arena);
    }
    arena_free(table.arena);
}

static void
gives_the_same_when_answers_come_late(void)
{
    static const char *const senders[] = {
        "a@plain.example.com", "a@soft.example.com", "a@two.example.com",  "a@slow.example.com",
        "a@loop.example.com",  "a@void.example.com", "a@said.example.com", "a@mxvoid.example.com",
        "a@ptr.example.com",   "a@p.example.com",    "a@none.example.com",
    };
    struct table table = table_open(str_from_cstr(zone_text));

    for (size_t i = 0; i < COUNT(senders); i++) {
        struct spf_verdict wanted = check(&table, "192.0.2.9", "h.example", senders[i], NULL), got;
        struct spf_request request = {.ip = STR("192.0.2.9"),
                                      .helo = STR("h.example"),
                                      .mail_from = str_from_cstr(senders[i]),
                                      .time_s = 1700000000};
        struct late late;
        struct resolver resolver = late_resolver(&late, table.resolver);
        int rounds = 0;

        do
            got = spf_check(&request, &resolver, table.arena, NULL);
        while (got.result == SPF_PENDING && ++rounds < 100);
        CHECK_ROW(i, rounds > 0 && got.result == wanted.result && got.lookups == wanted.lookups &&
                         got.voids == wanted.voids);
        CHECK_ROW(i, str_eq(got.explanation, wanted.explanation));
        CHECK_ROW(i, str_eq(got.problem, wanted.problem));
    }
    arena_free(table.arena);
}

/* What does not depend on an answer is asked for in the same round. */
static void
asks_ahead_of_answers(void)
{
    static const struct {
        const char *record;
        int rounds; /* that end in "pending" */
    } rows[] = {
        {"v=spf1 ip4:192.0.2.1 -all", 1},
        {"v=spf1 a:a.example mx:a.example exists:a.example ptr:a.example -all", 2},
        {"v=spf1 a:a.example a:b.example include:i.example redirect=r.example", 2},
        {"v=spf1 mx:m.example -all", 3}, /* the record, the MX, both hosts */
        {"v=spf1 a:a.example -all exp=x.example", 3},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct buf text;
        struct table table;
        struct late late;
        struct resolver resolver;
        struct spf_request request = {
            .ip = STR("192.0.2.9"), .helo = STR("h.example"), .mail_from = STR("a@example.com")};
        int rounds = 0;

        buf_init(&text, 1 << 16);
        add_text_line(&text, "example.com", str_from_cstr(rows[i].record));
        buf_add_cstr(&text, "a.example A 192.0.2.2\na.example MX 1 a.example\n"
                            "b.example A 192.0.2.3\nm.example MX 1 a.example\n"
                            "m.example MX 2 b.example\ni.example TXT v=spf1 -all\n"
                            "r.example TXT v=spf1 -all\nx.example TXT because\n"
                            "9.2.0.192.in-addr.arpa PTR a.example\n");
        table = table_open(buf_str(&text));
        resolver = late_resolver(&late, table.resolver);
        while (spf_check(&request, &resolver, table.arena, NULL).result == SPF_PENDING &&
               rounds < 100)
            rounds++;
        CHECK_ROW(i, rounds == rows[i].rounds);
        buf_done(&text);
        arena_free(table.arena);
    }
}

static void
traces_what_it_visits(void)
{
    static const char text[] =
        "example.com TXT \"v=spf1 mx include:_spf.example.net -all\"\n"
        "example.com MX 10 mx.example.com\n"
        "mx.example.com A 192.0.2.1\n"
        "_spf.example.net TXT \"v=spf1 ip4:198.51.100.1 redirect=b.example\"\n"
        "b.example TXT \"v=spf1 ?all\"\n";
    static const struct {
        const char *term, *domain;
        uint32_t depth;
        enum spf_outcome outcome;
        uint32_t questions;
    } rows[] = {
        {"mx", "example.com", 0, SPF_VISIT_NO_MATCH, 2},
        {"include:_spf.example.net", "example.com", 0, SPF_VISIT_NO_MATCH, 1},
        {"ip4:198.51.100.1", "_spf.example.net", 1, SPF_VISIT_NO_MATCH, 0},
        {"redirect=b.example", "_spf.example.net", 1, SPF_VISIT_MATCH, 1},
        {"?all", "b.example", 1, SPF_VISIT_MATCH, 0},
        {"-all", "example.com", 0, SPF_VISIT_MATCH, 0},
    };
    struct table table = table_open(str_from_cstr(text));
    struct spf_trace *trace = calloc(1, sizeof(*trace));

    if (!trace)
        abort();
    CHECK(check(&table, "192.0.2.9", "h.example", "a@example.com", trace).result == SPF_FAIL);
    CHECK(trace->visit_count == COUNT(rows) && trace->question_count == 5 && trace->lost == 0);
    CHECK(trace->questions[0].visit == SPF_NO_VISIT && trace->questions[0].type == DNS_TXT);
    for (size_t i = 0; i < COUNT(rows) && i < trace->visit_count; i++) {
        uint32_t questions = 0;

        for (uint32_t j = 0; j < trace->question_count; j++)
            questions += trace->questions[j].visit == i;
        CHECK_STR(trace->visits[i].term, rows[i].term);
        CHECK_STR(trace->visits[i].domain, rows[i].domain);
        CHECK_ROW(i, trace->visits[i].depth == rows[i].depth &&
                         trace->visits[i].outcome == rows[i].outcome &&
                         questions == rows[i].questions);
    }
    free(trace);
    arena_free(table.arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"gives results", gives_results},
        {"explains a fail", explains_a_fail},
        {"finds faults in records", finds_faults_in_records},
        {"expands macros", expands_macros},
        {"keeps the end of long names", keeps_the_end_of_long_names},
        {"survives large answers", survives_large_answers},
        {"ends at the limit of memory", ends_at_the_limit_of_memory},
        {"gives the same when answers come late", gives_the_same_when_answers_come_late},
        {"asks ahead of answers", asks_ahead_of_answers},
        {"traces what it visits", traces_what_it_visits},
    };

    return tap_main(cases, COUNT(cases));
}
