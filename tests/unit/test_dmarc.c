/*
 * Each row is a zone, a mail, and what RFC 9989 says of it; those of its Appendix B.1 and B.4
 * carry its number. Add a row when a receiver decides otherwise; no other code changes.
 */

#include <stdlib.h>

#include "auth/dmarc.h"
#include "auth/dmarc_destination.h"
#include "base/buf.h"
#include "dns/zone.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)64 << 20)

static struct arena *arena;

/* The questions that were asked, in their order, and answers that are still to come. */
struct ear {
    struct resolver inner;
    const char *pending; /* a name whose answer is not there yet */
    struct buf heard;
    uint32_t count;
};

static void
listen(void *context, struct str name, enum dns_type type, struct arena *answers,
       struct dns_answer *ret_answer)
{
    struct ear *ear = context;

    ear->count++;
    buf_printf(&ear->heard, "%s" STR_FMT, ear->heard.len ? " " : "", STR_ARG(name));
    if (ear->pending && str_eq(name, str_from_cstr(ear->pending)))
        *ret_answer = (struct dns_answer){.status = DNS_PENDING};
    else
        ear->inner.ask(ear->inner.context, name, type, answers, ret_answer);
}

static struct resolver
read_zone(const char *text)
{
    struct zone *zone;
    struct err err;

    if (!zone_read(str_from_cstr(text), arena, &zone, &err)) {
        printf("Bail out! %s\n", err.text);
        exit(1);
    }
    return zone_resolver(zone);
}

/* ---- the record ---- */

static const struct {
    const char *text;
    const char *written;    /* as it should be published; NULL: no record */
    const char *remarks[4]; /* each is found in the remark of that place */
    uint32_t faults;
} records[] = {
    {"v=DMARC1; p=none", "v=DMARC1; p=none", {0}, 0},
    {"v=DMARC1;p=reject;", "v=DMARC1; p=reject", {0}, 0},
    {"v = DMARC1 ; p = reject ; adkim = s", "v=DMARC1; p=reject; adkim=s", {0}, 0},
    {"v=DMARC1; p=Reject; ADKIM=s; aspf=S",
     "v=DMARC1; p=reject; aspf=s",
     {"\"ADKIM\" is unknown"},
     0},
    {"v=DMARC1; p=quarantine; sp=none; np=reject; psd=n; t=y",
     "v=DMARC1; p=quarantine; sp=none; np=reject; psd=n; t=y",
     {0},
     0},
    {"v=DMARC1; p=reject; sp=reject; np=reject; psd=u; t=n; adkim=r; aspf=r; fo=0",
     "v=DMARC1; p=reject",
     {"fo has no effect"},
     0},
    {"v=DMARC1; p=none; psd=y; rua=mailto:a@example.com,mailto:B@Example.NET!10m",
     "v=DMARC1; p=none; psd=y; rua=mailto:a@example.com,mailto:B@Example.NET",
     {"size behind \"!\" is obsolete"},
     0},
    {"v=DMARC1; p=none; ruf=mailto:a@example.com; fo=1:d:s",
     "v=DMARC1; p=none; ruf=mailto:a@example.com; fo=1:d:s",
     {0},
     0},
    {"v=DMARC1; p=none; ruf=mailto:a@example.com; fo=0:1:x",
     "v=DMARC1; p=none; ruf=mailto:a@example.com; fo=1",
     {"\"x\" is none of 0, 1, d, s", "both 0 and 1"},
     1},
    {"v=DMARC1; rua=mailto:a@example.com; p=reject",
     "v=DMARC1; p=reject; rua=mailto:a@example.com",
     {"does not follow v"},
     0},
    {"v=DMARC1; p=reject; pct=50; ri=3600; rf=afrf",
     "v=DMARC1; p=reject",
     {"pct=50 is removed", "ri=3600 is removed", "rf=afrf is removed"},
     0},
    {"v=DMARC1; p=reject; x=1; pct",
     "v=DMARC1; p=reject",
     {"lacks its '='", "\"x\" is unknown"},
     1},
    {"v=DMARC1; p=reject; p=none", "v=DMARC1; p=reject", {"stands twice"}, 1},
    {"v=DMARC1; p=reject; t=maybe; psd=1; adkim=x",
     "v=DMARC1; p=reject",
     {"psd=1 is none of u, n, y", "t=maybe is none of n, y", "adkim=x is none of r, s"},
     3},
    /* RFC 9989 section 4.10.1: what is not valid is p=none where somebody wants reports. */
    {"v=DMARC1; rua=mailto:a@example.com",
     "v=DMARC1; p=none; rua=mailto:a@example.com",
     {"no valid p: receivers act as if"},
     1},
    {"v=DMARC1; p=rejct; rua=mailto:a@example.com",
     "v=DMARC1; p=none; rua=mailto:a@example.com",
     {"p=rejct is none of none, quarantine, reject", "act as if it were p=none"},
     2},
    {"v=DMARC1; p=reject; sp=bad; np=reject; rua=mailto:a@example.com",
     "v=DMARC1; p=none; rua=mailto:a@example.com",
     {"sp=bad", "sp or np is not valid"},
     2},
    {"v=DMARC1; p=reject; np=",
     "v=DMARC1; p=none",
     {"np= is none of", "receivers ignore the record"},
     2},
    {"v=DMARC1", "v=DMARC1; p=none", {"without rua receivers ignore"}, 1},
    {"v=DMARC1; p=none; rua=a@example.com, https://example.com/x, mailto:x, "
     "mailto:a%21b@example.com",
     "v=DMARC1; p=none; rua=https://example.com/x,mailto:a%21b@example.com",
     {"no \"mailto:\" before it", "is no mailto:", "names no mailbox"},
     2},
    {"v=DMARC1; p=none; rua=mailto:a!b@example.com,mailto:a@-..example,mailto:a b@example.com",
     "v=DMARC1; p=none",
     {"not written as %21", "no domain that can be mailed to", "a blank"},
     3},
    {"v=DMARC1; p=none; rua=mailto:a%00@example.com,,mailto:a@example.com?subject=x",
     "v=DMARC1; p=none; rua=mailto:a@example.com?subject=x",
     {"names no mailbox", "\"\""},
     2},
    {"v=DMARC1; p=none; rua=mailto:post@b\xc3\xbc"
     "cher.example",
     "v=DMARC1; p=none; rua=mailto:post@b\xc3\xbc"
     "cher.example",
     {0},
     0},
    {"v=dmarc1; p=none", NULL, {0}, 0},
    {"v=DMARC1x; p=none", NULL, {0}, 0},
    {"v=DMARC1 p=none", NULL, {0}, 0},
    {"p=none; v=DMARC1", NULL, {0}, 0},
    {" ; v=DMARC1; p=none", NULL, {0}, 0},
    {"V=DMARC1; p=none", NULL, {0}, 0},
    {"v=spf1 -all", NULL, {0}, 0},
    {"", NULL, {0}, 0},
};

static void
reads_records(void)
{
    for (size_t i = 0; i < COUNT(records); i++) {
        struct dmarc_record record;
        bool is_record = dmarc_record_read(tap_str(records[i].text), arena, &record);
        uint32_t faults = 0;

        CHECK_ROW(i, is_record == (records[i].written != NULL));
        if (!is_record)
            continue;
        CHECK_STR(dmarc_record_write(&record, arena), records[i].written);
        for (size_t k = 0; k < COUNT(records[i].remarks) && records[i].remarks[k]; k++) {
            CHECK_ROW(i, k < record.remark_count &&
                             str_has(record.remarks[k].text, tap_str(records[i].remarks[k])));
        }
        CHECK_ROW(i, records[i].remarks[0] || record.remark_count == 0);
        for (uint32_t k = 0; k < record.remark_count; k++)
            faults += record.remarks[k].weight == DMARC_FAULT;
        CHECK_ROW(i, faults == records[i].faults);
    }
}

static void
knows_whose_addresses_reports_go_to(void)
{
    struct dmarc_record record;

    CHECK(dmarc_record_read(STR("v=DMARC1; p=none; rua=MAILTO:a%21b@B\xc3\xbc"
                                "cher.example,"
                                "https://example.com/x"),
                            arena, &record));
    CHECK(record.rua_count == 2);
    CHECK_STR(record.rua[0].mailbox, "a!b@B\xc3\xbc"
                                     "cher.example");
    CHECK_STR(record.rua[0].domain, "xn--bcher-kva.example");
    CHECK_STR(record.rua[1].mailbox, "");
}

static void
tells_what_was_meant_as_a_record(void)
{
    static const struct {
        const char *text;
        bool resembles;
    } rows[] = {
        {"v=dmarc1; p=none", true},   {"v=DMARC1 p=none", true},
        {"p=none; v=DMARC1", true},   {"\"v=DMARC1; p=none\"", true},
        {"v=DMARC1; p=none", false},  {"see DMARC1 elsewhere", false},
        {"v=spf1 -all", false},       {" v=DMARC1; p=none", true},
        {"\tv=DMARC1; p=none", true}, {"v =DMARC1; p=none", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, dmarc_record_resembles(tap_str(rows[i].text)) == rows[i].resembles);
}

/* ---- the walk ---- */

#define EXAMPLE "_dmarc.example.com TXT \"v=DMARC1; p=reject\"\n"
#define SIGNING "_dmarc.signing.example.com TXT \"v=DMARC1; p=reject\"\n"
#define BANK                                                                                       \
    "_dmarc.bank.example TXT \"v=DMARC1; p=reject; psd=y; rua=mailto:psd@bank.example\"\n"         \
    "_dmarc.giant.bank.example TXT \"v=DMARC1; p=quarantine\"\n"
#define DEEP "a.b.c.d.e.f.g.h.i.j.k.example.com"

static const struct {
    const char *zone, *domain, *organizational, *policy;
    const char *asked; /* NULL: of no interest */
} walks[] = {
    /* Appendix B.4.1 */
    {EXAMPLE SIGNING, "example.com", "example.com", "example.com", "_dmarc.example.com _dmarc.com"},
    {EXAMPLE SIGNING, "signing.example.com", "example.com", "signing.example.com",
     "_dmarc.signing.example.com _dmarc.example.com _dmarc.com"},
    /* Appendix B.4.2 */
    {EXAMPLE SIGNING, DEEP, "example.com", "example.com",
     "_dmarc." DEEP " _dmarc.g.h.i.j.k.example.com _dmarc.h.i.j.k.example.com "
     "_dmarc.i.j.k.example.com _dmarc.j.k.example.com _dmarc.k.example.com _dmarc.example.com "
     "_dmarc.com"},
    /* Appendix B.4.3 */
    {BANK, "giant.bank.example", "giant.bank.example", "giant.bank.example",
     "_dmarc.giant.bank.example _dmarc.bank.example"},
    {BANK, "mail.giant.bank.example", "giant.bank.example", "giant.bank.example",
     "_dmarc.mail.giant.bank.example _dmarc.giant.bank.example _dmarc.bank.example"},
    {BANK, "mail.mega.bank.example", "mega.bank.example", "bank.example",
     "_dmarc.mail.mega.bank.example _dmarc.mega.bank.example _dmarc.bank.example"},
    /* A public suffix that mails itself is its own organisation. */
    {BANK, "bank.example", "bank.example", "bank.example", "_dmarc.bank.example"},
    /* Section 4.10: the illustration, and names of seven, eight and nine labels. */
    {"", "a.b.c.d.e.f.g.h.i.j.mail.example.com", "a.b.c.d.e.f.g.h.i.j.mail.example.com", "",
     "_dmarc.a.b.c.d.e.f.g.h.i.j.mail.example.com _dmarc.g.h.i.j.mail.example.com "
     "_dmarc.h.i.j.mail.example.com _dmarc.i.j.mail.example.com _dmarc.j.mail.example.com "
     "_dmarc.mail.example.com _dmarc.example.com _dmarc.com"},
    {"", "1.2.3.4.5.6.7", "1.2.3.4.5.6.7", "",
     "_dmarc.1.2.3.4.5.6.7 _dmarc.2.3.4.5.6.7 _dmarc.3.4.5.6.7 _dmarc.4.5.6.7 _dmarc.5.6.7 "
     "_dmarc.6.7 _dmarc.7"},
    {"", "1.2.3.4.5.6.7.8", "1.2.3.4.5.6.7.8", "",
     "_dmarc.1.2.3.4.5.6.7.8 _dmarc.2.3.4.5.6.7.8 _dmarc.3.4.5.6.7.8 _dmarc.4.5.6.7.8 "
     "_dmarc.5.6.7.8 _dmarc.6.7.8 _dmarc.7.8 _dmarc.8"},
    {"", "1.2.3.4.5.6.7.8.9", "1.2.3.4.5.6.7.8.9", "",
     "_dmarc.1.2.3.4.5.6.7.8.9 _dmarc.3.4.5.6.7.8.9 _dmarc.4.5.6.7.8.9 _dmarc.5.6.7.8.9 "
     "_dmarc.6.7.8.9 _dmarc.7.8.9 _dmarc.8.9 _dmarc.9"},
    /* Section 4.10.2: its three examples. */
    {"_dmarc.mail.example.com TXT \"v=DMARC1; p=none\"\n" EXAMPLE, "a.mail.example.com",
     "example.com", "example.com", NULL},
    {"_dmarc.mail.example.com TXT \"v=DMARC1; p=none; psd=n\"\n" EXAMPLE, "a.mail.example.com",
     "mail.example.com", "mail.example.com", "_dmarc.a.mail.example.com _dmarc.mail.example.com"},
    {"_dmarc.com TXT \"v=DMARC1; p=none; psd=y\"\n", "a.mail.example.com", "example.com", "com",
     NULL},
    /* psd=n at the start: the walk ends at once. */
    {"_dmarc.a.example.com TXT \"v=DMARC1; p=none; psd=n\"\n" EXAMPLE, "a.example.com",
     "a.example.com", "a.example.com", "_dmarc.a.example.com"},
    /* The organisation has its own record: the suffix's does not speak for its subdomains. */
    {"_dmarc.example TXT \"v=DMARC1; p=reject; psd=y\"\n_dmarc.foo.example TXT \"v=DMARC1; "
     "p=none\"\n",
     "www.foo.example", "foo.example", "foo.example", NULL},
    /* The walk may reach the last label, even where nobody says psd. */
    {"_dmarc.example TXT \"v=DMARC1; p=none\"\n", "a.b.example", "example", "example", NULL},
    /* Several records are none, and the walk goes on. */
    {"_dmarc.a.example.com TXT \"v=DMARC1; p=none\"\n_dmarc.a.example.com TXT \"v=DMARC1; "
     "p=reject\"\n" EXAMPLE,
     "a.example.com", "example.com", "example.com", NULL},
    {"_dmarc.example.com TXT \"v=DMARC1; p=none\"\n_dmarc.example.com TXT \"v=DMARC1; psd=n; "
     "p=none\"\n",
     "example.com", "example.com", "", "_dmarc.example.com _dmarc.com"},
    /* Other texts at the name do not count. */
    {"_dmarc.example.com TXT \"v=spf1 -all\"\n_dmarc.example.com TXT \"v=dmarc1; "
     "p=none\"\n" EXAMPLE,
     "example.com", "example.com", "example.com", NULL},
    {"_dmarc.example.com TXT \"v=DMARC1; p=re\" \"ject\"\n", "example.com", "example.com",
     "example.com", NULL},
    {"_dmarc.example.com CNAME records.example.net\nrecords.example.net TXT \"v=DMARC1; p=none\"\n",
     "example.com", "example.com", "example.com", NULL},
};

static void
walks_up_the_tree(void)
{
    for (size_t i = 0; i < COUNT(walks); i++) {
        struct ear ear = {.inner = read_zone(walks[i].zone)};
        struct resolver resolver = {listen, &ear};
        const struct dmarc_step *policy;
        struct dmarc_walk walk;

        buf_init(&ear.heard, 1 << 16);
        dmarc_tree_walk(&resolver, tap_str(walks[i].domain), arena, &walk);
        policy = dmarc_walk_policy(&walk);
        CHECK_ROW(i, walk.status == DMARC_WALK_DONE && ear.count <= DMARC_WALK_MAX);
        CHECK_STR(walk.organizational, walks[i].organizational);
        CHECK_STR(policy ? policy->domain : STR_EMPTY, walks[i].policy);
        if (walks[i].asked)
            CHECK_STR(buf_str(&ear.heard), walks[i].asked);
        buf_done(&ear.heard);
    }
}

/* ---- the mail ---- */

#define POLICIES "_dmarc.example.com TXT \"v=DMARC1; p=reject; sp=none; np=quarantine\"\n"

static const struct {
    const char *zone, *from;
    const char *spf,
        *dkim; /* domains that passed; "?" before: the DNS failed; "!": it did not pass */
    enum dmarc_result result;
    bool is_spf_aligned, is_dkim_aligned;
    enum dmarc_tag tag;
    enum dmarc_policy policy, disposition;
} mails[] = {
    /* Appendix B.1.1 and B.1.2: strict, relaxed, none. */
    {EXAMPLE, "example.com", "example.com", "", DMARC_PASS, true, false, 0, 2, 0},
    {EXAMPLE, "example.com", "child.example.com", "", DMARC_PASS, true, false, 0, 2, 0},
    {EXAMPLE, "child.example.com", "example.net", "", DMARC_FAIL, false, false, 1, 2, 2},
    {EXAMPLE, "example.com", "", "example.com", DMARC_PASS, false, true, 0, 2, 0},
    {EXAMPLE, "child.example.com", "", "example.com", DMARC_PASS, false, true, 1, 2, 0},
    {EXAMPLE, "child.example.com", "", "example.net", DMARC_FAIL, false, false, 1, 2, 2},
    /* Appendix B.4.1 to B.4.3 */
    {EXAMPLE SIGNING, "example.com", "example.com", "signing.example.com", DMARC_PASS, true, true,
     0, 2, 0},
    {EXAMPLE SIGNING, DEEP, "example.com", "signing.example.com", DMARC_PASS, true, true, 1, 2, 0},
    {BANK, "giant.bank.example", "mail.giant.bank.example", "mail.mega.bank.example", DMARC_PASS,
     true, false, 0, 1, 0},
    {BANK, "giant.bank.example", "", "mail.mega.bank.example", DMARC_FAIL, false, false, 0, 1, 1},
    {BANK, "mega.bank.example", "", "giant.bank.example", DMARC_FAIL, false, false, 1, 2, 2},
    /* Strict alignment. */
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject; adkim=s; aspf=s\"\n", "example.com",
     "a.example.com", "a.example.com", DMARC_FAIL, false, false, 0, 2, 2},
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject; adkim=s\"\n", "example.com", "a.example.com",
     "a.example.com b.example.com example.com", DMARC_PASS, true, true, 0, 2, 0},
    /* What did not pass does not align. */
    {EXAMPLE, "example.com", "!example.com", "!example.com", DMARC_FAIL, false, false, 0, 2, 2},
    {EXAMPLE, "example.com", "", "", DMARC_FAIL, false, false, 0, 2, 2},
    /* No record: no DMARC, and no suffix that is anybody's. */
    {"", "example.com", "example.com", "example.com", DMARC_NONE, false, false, 0, 0, 0},
    {EXAMPLE, "notexample.com", "example.com", "", DMARC_NONE, false, false, 0, 0, 0},
    {"_dmarc.example.com TXT \"v=DMARC1; adkim=s\"\n", "example.com", "", "", DMARC_NONE, false,
     false, 0, 0, 0},
    {"_dmarc.example.com TXT \"v=DMARC1; rua=mailto:a@example.com\"\n", "example.com", "",
     "example.com", DMARC_PASS, false, true, 0, 0, 0},
    /* np, sp: does the domain exist? */
    {POLICIES, "example.com", "", "", DMARC_FAIL, false, false, 0, 2, 2},
    {POLICIES, "gone.example.com", "", "", DMARC_FAIL, false, false, 2, 1, 1},
    {POLICIES "here.example.com A 192.0.2.1\n", "here.example.com", "", "", DMARC_FAIL, false,
     false, 1, 0, 0},
    {POLICIES "mail.example.com MX 10 mx.example.net\n", "mail.example.com", "", "", DMARC_FAIL,
     false, false, 1, 0, 0},
    {POLICIES "x.empty.example.com A 192.0.2.1\n", "empty.example.com", "", "", DMARC_FAIL, false,
     false, 1, 0, 0},
    {POLICIES "_dmarc.odd.example.com TXT \"x\"\n", "odd.example.com", "", "", DMARC_FAIL, false,
     false, 1, 0, 0},
    {POLICIES "slow.example.com ANY timeout\n", "slow.example.com", "", "", DMARC_TEMPERROR, false,
     false, 1, 0, 0},
    /* sp of a record that is the domain's own speaks for what is below it. */
    {"_dmarc.example.com TXT \"v=DMARC1; p=none; sp=reject\"\n", "example.com", "", "", DMARC_FAIL,
     false, false, 0, 0, 0},
    /* t=y lowers by one step, and counts for nothing on a pass. */
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject; t=y\"\n", "example.com", "", "", DMARC_FAIL,
     false, false, 0, 2, 1},
    {"_dmarc.example.com TXT \"v=DMARC1; p=quarantine; t=y\"\n", "example.com", "", "", DMARC_FAIL,
     false, false, 0, 1, 0},
    {"_dmarc.example.com TXT \"v=DMARC1; p=none; t=y\"\n", "example.com", "", "", DMARC_FAIL, false,
     false, 0, 0, 0},
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject; t=y\"\n", "example.com", "example.com", "",
     DMARC_PASS, true, false, 0, 2, 0},
    /* pct is read by nobody. */
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject; pct=0\"\n", "example.com", "", "other.example",
     DMARC_FAIL, false, false, 0, 2, 2},
    /* A domain with psd=n does not align with what is above it. */
    {"_dmarc.b.example.com TXT \"v=DMARC1; p=quarantine; psd=n\"\n" EXAMPLE, "a.b.example.com", "",
     "example.com", DMARC_FAIL, false, false, 1, 1, 1},
    /* Errors: what passes by name alone passes; the rest is not known. */
    {EXAMPLE "_dmarc.com ANY timeout\n", "example.com", "", "example.com", DMARC_PASS, false, true,
     0, 2, 0},
    {EXAMPLE "_dmarc.com ANY timeout\n", "example.com", "", "a.example.com", DMARC_TEMPERROR, false,
     false, 0, 2, 0},
    {EXAMPLE "_dmarc.com ANY timeout\n", "example.com", "", "", DMARC_FAIL, false, false, 0, 2, 2},
    {EXAMPLE "_dmarc.a.example.com ANY failed\n", "a.example.com", "example.com", "",
     DMARC_TEMPERROR, false, false, 0, 0, 0},
    {EXAMPLE "_dmarc.a.example.com ANY bogus\n", "example.com", "", "a.example.com",
     DMARC_TEMPERROR, false, false, 0, 2, 0},
    {EXAMPLE, "example.com", "?example.com", "", DMARC_TEMPERROR, false, false, 0, 2, 0},
    {EXAMPLE, "example.com", "?example.net", "", DMARC_FAIL, false, false, 0, 2, 2},
    {EXAMPLE, "example.com", "?example.com", "example.com", DMARC_PASS, false, true, 0, 2, 0},
    /* Names of any form. */
    {EXAMPLE, "Example.COM.", "EXAMPLE.com", "", DMARC_PASS, true, false, 0, 2, 0},
    {"_dmarc.xn--bcher-kva.example TXT \"v=DMARC1; p=reject\"\n",
     "B\xc3\x9c"
     "CHER.example",
     "", "xn--bcher-kva.example", DMARC_PASS, false, true, 0, 2, 0},
    {EXAMPLE, "", "", "", DMARC_PERMERROR, false, false, 0, 0, 0},
    {EXAMPLE, "[192.0.2.1]", "", "", DMARC_PERMERROR, false, false, 0, 0, 0},
    {EXAMPLE, "a..example.com", "", "", DMARC_PERMERROR, false, false, 0, 0, 0},
    {EXAMPLE, "example.com,example.net", "", "", DMARC_PERMERROR, false, false, 0, 0, 0},
};

static struct dmarc_identifier
identifier(struct str text)
{
    if (text.len == 0)
        return (struct dmarc_identifier){DMARC_CHECK_NONE, STR_EMPTY};
    if (str_skip(&text, STR("?")))
        return (struct dmarc_identifier){DMARC_CHECK_TEMPERROR, text};
    if (str_skip(&text, STR("!")))
        return (struct dmarc_identifier){DMARC_CHECK_FAIL, text};
    return (struct dmarc_identifier){DMARC_CHECK_PASS, text};
}

static struct dmarc_evaluation
evaluate(const struct resolver *resolver, const char *from, const char *spf, const char *dkim)
{
    struct dmarc_identifier signatures[8];
    struct str list = str_from_cstr(dkim);
    struct dmarc_mail mail = {.from = str_from_cstr(from), .dkim = signatures};
    struct dmarc_evaluation evaluation;

    mail.spf = identifier(str_from_cstr(spf));
    while (list.len)
        signatures[mail.dkim_count++] = identifier(str_cut(&list, ' '));
    dmarc_evaluate(resolver, &mail, arena, &evaluation);
    return evaluation;
}

static void
judges_mails(void)
{
    for (size_t i = 0; i < COUNT(mails); i++) {
        struct resolver resolver = read_zone(mails[i].zone);
        struct dmarc_evaluation got =
            evaluate(&resolver, mails[i].from, mails[i].spf, mails[i].dkim);

        CHECK_ROW(i, got.result == mails[i].result);
        CHECK_ROW(i, got.is_spf_aligned == mails[i].is_spf_aligned);
        CHECK_ROW(i, got.is_dkim_aligned == mails[i].is_dkim_aligned);
        CHECK_ROW(i, got.tag == mails[i].tag && got.policy == mails[i].policy);
        CHECK_ROW(i, got.disposition == mails[i].disposition);
        CHECK_ROW(i, (got.reason.len > 0) ==
                         (got.result == DMARC_TEMPERROR || got.result == DMARC_PERMERROR));
    }
}

/* Whatever answer is late, the result waits for it, and is the same once it is there. */
static void
waits_for_answers(void)
{
    static const char *const names[] = {
        "_dmarc.a.example.com",
        "_dmarc.example.com",
        "_dmarc.com",
        "a.example.com",
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        struct ear ear = {.inner = read_zone(POLICIES), .pending = names[i]};
        struct resolver resolver = {listen, &ear};

        buf_init(&ear.heard, 1 << 16);
        CHECK_ROW(i, evaluate(&resolver, "a.example.com", "b.example.com", "").result ==
                         DMARC_PENDING);
        CHECK_ROW(i, str_has(buf_str(&ear.heard), STR("_dmarc.com")));
        ear.pending = NULL;
        CHECK_ROW(i,
                  evaluate(&resolver, "a.example.com", "b.example.com", "").result == DMARC_PASS);
        buf_done(&ear.heard);
    }
}

static void
asks_nothing_of_strangers(void)
{
    struct ear ear = {.inner = read_zone(EXAMPLE)};
    struct resolver resolver = {listen, &ear};

    buf_init(&ear.heard, 1 << 16);
    (void)evaluate(&resolver, "example.com", "a.b.c.d.e.f.example.net",
                   "x.example.org y.com z.other.com");
    CHECK_STR(buf_str(&ear.heard), "_dmarc.example.com _dmarc.com");
    buf_done(&ear.heard);
}

/* ---- what strangers publish ---- */

static void
hostile(void *context, struct str name, enum dns_type type, struct arena *answers,
        struct dns_answer *ret_answer)
{
    const struct dns_answer *answer = context;

    (void)name;
    (void)type;
    (void)answers;
    *ret_answer = *answer;
}

static struct str
repeat(const char *front, const char *piece, size_t bytes)
{
    char *text = arena_alloc(arena, bytes);
    size_t len = strlen(front);

    memcpy(text, front, len);
    while (len + strlen(piece) <= bytes) {
        memcpy(text + len, piece, strlen(piece));
        len += strlen(piece);
    }
    return (struct str){text, len};
}

static void
bears_records_of_any_size(void)
{
    const struct str texts[] = {
        repeat("v=DMARC1; p=reject;", "x=1;", DNS_TEXT_MAX),
        repeat("v=DMARC1; p=reject; rua=", "mailto:a@example.com!1k,", DNS_TEXT_MAX),
        repeat("v=DMARC1; p=reject; fo=", "0:1:z:", DNS_TEXT_MAX),
        repeat("v=DMARC1; p=reject;", ";", DNS_TEXT_MAX),
        repeat("v=DMARC1; p=reject; rua=mailto:", "%41", DNS_TEXT_MAX),
        repeat("v=DMARC1; p=reject; x=", "\xff\xfe", DNS_TEXT_MAX),
    };

    for (size_t i = 0; i < COUNT(texts); i++) {
        struct dns_record record = {.data = texts[i]};
        struct dns_answer answer = {.status = DNS_FOUND, .count = 1, .records = &record};
        struct resolver resolver = {hostile, &answer};
        struct dmarc_evaluation got = evaluate(&resolver, "example.com", "", "");

        CHECK_ROW(i, got.result == DMARC_FAIL && got.disposition == DMARC_POLICY_REJECT);
        CHECK_ROW(i, got.record->remark_count > 0 && got.record->remark_count <= DMARC_REMARKS_MAX);
        CHECK_ROW(i, got.record->rua_count <= DMARC_URIS_MAX);
    }
}

static void
bears_ten_thousand_records(void)
{
    struct dns_record *list = arena_array(arena, DNS_RECORDS_MAX, sizeof(*list));
    struct dns_answer answer = {.status = DNS_FOUND, .count = DNS_RECORDS_MAX, .records = list};
    struct resolver resolver = {hostile, &answer};

    for (size_t i = 0; i < DNS_RECORDS_MAX; i++)
        list[i].data = STR("v=DMARC1; p=reject");
    CHECK(evaluate(&resolver, "example.com", "example.com", "").result == DMARC_NONE);
    for (size_t i = 0; i + 1 < DNS_RECORDS_MAX; i++)
        list[i].data = STR("v=spf1 -all");
    CHECK(evaluate(&resolver, "example.com", "", "").disposition == DMARC_POLICY_REJECT);
}

/* Without room nothing is known: a mail that passes is then never said to fail. */
static void
fails_no_mail_for_want_of_room(void)
{
    struct resolver resolver = read_zone(EXAMPLE);
    struct arena *roomy = arena;
    uint32_t passed = 0;

    for (size_t limit = 16; limit < 16384; limit += 16) {
        enum dmarc_result result;

        arena = arena_new(limit);
        result = evaluate(&resolver, "a.example.com", "b.example.com", "c.example.com").result;
        passed += result == DMARC_PASS;
        CHECK_ROW(limit, result == DMARC_PASS || result == DMARC_TEMPERROR ||
                             (result == DMARC_PERMERROR && limit < 64));
        arena_free(arena);
    }
    arena = roomy;
    CHECK(passed > 0);
}

static void
bears_names_of_127_labels(void)
{
    struct ear ear = {.inner = read_zone("_dmarc.x TXT \"v=DMARC1; p=reject\"\n")};
    struct resolver resolver = {listen, &ear};
    char name[254];

    for (size_t i = 0; i < 253; i++)
        name[i] = i % 2 ? '.' : 'x';
    name[253] = '\0';
    buf_init(&ear.heard, 1 << 16);
    /* "_dmarc." before it makes a name that the DNS cannot have: none is asked for. */
    CHECK(evaluate(&resolver, name, "", "").disposition == DMARC_POLICY_REJECT);
    CHECK(ear.count == DMARC_WALK_MAX - 1);
    CHECK(evaluate(&resolver, name, "x.x", "").result == DMARC_PASS);
    buf_done(&ear.heard);
}

/* ---- where reports go ---- */

static const struct {
    const char *zone, *uri;
    enum dmarc_destination status;
    const char *override;
} destinations[] = {
    {"", "mailto:a@example.com", DMARC_DESTINATION_OWN, ""},
    {EXAMPLE, "mailto:a@mail.example.com", DMARC_DESTINATION_OWN, ""},
    {"", "mailto:a@reports.example.net", DMARC_DESTINATION_REFUSED, ""},
    {"example.com._report._dmarc.reports.example.net TXT \"v=DMARC1\"\n",
     "mailto:a@Reports.Example.NET", DMARC_DESTINATION_AGREED, ""},
    {"example.com._report._dmarc.reports.example.net TXT \"v=DMARC1; "
     "rua=mailto:b@reports.example.net\"\n",
     "mailto:a@reports.example.net", DMARC_DESTINATION_AGREED, "b@reports.example.net"},
    {"example.com._report._dmarc.reports.example.net TXT \"v=DMARC1; "
     "rua=mailto:b@victim.example\"\n",
     "mailto:a@reports.example.net", DMARC_DESTINATION_AGREED, ""},
    {"example.com._report._dmarc.reports.example.net TXT \"yes\"\n", "mailto:a@reports.example.net",
     DMARC_DESTINATION_REFUSED, ""},
    {"example.com._report._dmarc.reports.example.net ANY failed\n", "mailto:a@reports.example.net",
     DMARC_DESTINATION_UNKNOWN, ""},
    {"_dmarc.mail.example.com TXT \"v=DMARC1; p=none; psd=n\"\n", "mailto:a@mail.example.com",
     DMARC_DESTINATION_REFUSED, ""},
    {"", "https://example.net/", DMARC_DESTINATION_FOREIGN, ""},
};

static void
asks_who_takes_reports(void)
{
    for (size_t i = 0; i < COUNT(destinations); i++) {
        struct resolver resolver = read_zone(destinations[i].zone);
        struct str text = arena_printf(arena, "v=DMARC1; p=none; rua=%s", destinations[i].uri);
        struct dmarc_record record;
        struct str override;

        CHECK_ROW(i, dmarc_record_read(text, arena, &record) && record.rua_count == 1);
        CHECK_ROW(i, dmarc_destination_check(&resolver, STR("example.com"), STR("example.com"),
                                             &record.rua[0], arena,
                                             &override) == destinations[i].status);
        CHECK_STR(override, destinations[i].override);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads records, says what is wrong, and writes them anew", reads_records},
        {"knows whose addresses reports go to", knows_whose_addresses_reports_go_to},
        {"tells what was meant as a record", tells_what_was_meant_as_a_record},
        {"walks up the tree as RFC 9989 has it", walks_up_the_tree},
        {"judges mails", judges_mails},
        {"waits for answers", waits_for_answers},
        {"asks nothing about domains that cannot be aligned", asks_nothing_of_strangers},
        {"bears records of any size", bears_records_of_any_size},
        {"bears ten thousand records at a name", bears_ten_thousand_records},
        {"fails no mail for want of room", fails_no_mail_for_want_of_room},
        {"bears names of 127 labels", bears_names_of_127_labels},
        {"asks who takes reports about others", asks_who_takes_reports},
    };
    int code;

    arena = arena_new(ARENA_BYTES);
    code = tap_main(cases, COUNT(cases));
    arena_free(arena);
    return code;
}
