/*
 * Each row is the mail of one domain as reports tell of it, address by address, who sends it in
 * the end, and what may be done about the policy.
 */

#include "feedback/senders.h"

#include <stdlib.h>

#include "base/buf.h"
#include "feedback/move.h"
#include "feedback/row_facts.h"
#include "tap.h"

struct mail {
    const char *address;
    uint64_t count;
    const char *dkim; /* "domain/selector result", "+" before it: aligned; NULL: none */
    const char *spf;  /* "domain result", the same */
    uint32_t reasons;
};

static struct str
word(struct str *text, char separator)
{
    return str_cut(text, separator);
}

static struct sender_row
row_of(const struct mail *mail)
{
    struct str dkim = str_from_cstr(mail->dkim ? mail->dkim : "");
    struct str spf = str_from_cstr(mail->spf ? mail->spf : "");
    struct sender_row row = {.domain = STR("example.org"),
                             .address = str_from_cstr(mail->address),
                             .header_from = STR("example.org"),
                             .disposition = STR("none"),
                             .reasons = mail->reasons,
                             .count = mail->count,
                             .begin_s = 86400,
                             .end_s = 2 * 86400};

    row.is_dkim_aligned = str_skip(&dkim, STR("+"));
    row.is_spf_aligned = str_skip(&spf, STR("+"));
    row.dkim_domain = word(&dkim, '/');
    row.dkim_selector = word(&dkim, ' ');
    row.dkim_result = dkim;
    row.spf_domain = word(&spf, ' ');
    row.spf_result = spf;
    return row;
}

static void
write_senders(struct buf *buf, const struct sender_domain *domain)
{
    for (uint32_t i = 0; i < domain->sender_count; i++) {
        const struct dmarc_sender *sender = &domain->senders[i];

        buf_printf(buf, "%s %llu/%llu from %llu|", sender_verdict_name(sender->verdict),
                   (unsigned long long)move_failing(sender), (unsigned long long)sender->messages,
                   (unsigned long long)sender->address_count);
    }
}

#define OWN "+example.org/s1 pass"
#define SPF "+example.org pass"

static const struct {
    struct mail mails[5];
    const char *senders;
    const char *p;
    int64_t days;
    enum move_answer answer;
    const char *record;
} rows[] = {
    {{{"192.0.2.1", 500, OWN, SPF, 0}},
     "right 0/500 from 1|",
     "none",
     30,
     MOVE_YES,
     "v=DMARC1; p=quarantine; t=y; rua=mailto:dmarc@example.org"},
    {{{"192.0.2.1", 500, OWN, SPF, 0}},
     "right 0/500 from 1|",
     "quarantine",
     30,
     MOVE_YES,
     "v=DMARC1; p=reject; rua=mailto:dmarc@example.org"},
    {{{"192.0.2.1", 500, OWN, SPF, 0}}, "right 0/500 from 1|", "reject", 30, MOVE_DONE, ""},
    {{{"192.0.2.1", 500, OWN, SPF, 0}}, "right 0/500 from 1|", "none", 13, MOVE_TOO_LITTLE, ""},
    {{{"192.0.2.1", 99, OWN, SPF, 0}}, "right 0/99 from 1|", "none", 30, MOVE_TOO_LITTLE, ""},
    /* neighbours are one sender, others are not */
    {{{"192.0.2.1", 300, OWN, SPF, 0},
      {"192.0.2.9", 200, OWN, SPF, 0},
      {"198.51.100.1", 100, OWN, SPF, 0}},
     "right 0/500 from 2|right 0/100 from 1|",
     "none",
     30,
     MOVE_YES,
     "v=DMARC1; p=quarantine; t=y; rua=mailto:dmarc@example.org"},
    /* an own server that leaves mails without a signature, with another envelope */
    {{{"192.0.2.1", 400, OWN, SPF, 0}, {"192.0.2.1", 100, NULL, "www.example pass", 0}},
     "partly 100/500 from 1|",
     "none",
     30,
     MOVE_NOT_YET,
     ""},
    {{{"192.0.2.1", 400, OWN, SPF, 0}, {"192.0.2.1", 100, NULL, "www.example pass", 0}},
     "partly 100/500 from 1|",
     "reject",
     30,
     MOVE_DONE_LOSES,
     ""},
    /* a few that fail hold up nothing */
    {{{"192.0.2.1", 4000, OWN, SPF, 0}, {"192.0.2.1", 2, NULL, "example.org fail", 0}},
     "partly 2/4002 from 1|",
     "quarantine",
     30,
     MOVE_YES,
     "v=DMARC1; p=reject; rua=mailto:dmarc@example.org"},
    /* a service with a key of its own for the domain */
    {{{"192.0.2.1", 500, OWN, SPF, 0},
      {"203.0.113.1", 50, "+example.org/service pass", "bounce.example pass", 0}},
     "right 0/500 from 1|right 0/50 from 1|",
     "none",
     30,
     MOVE_YES,
     "v=DMARC1; p=quarantine; t=y; rua=mailto:dmarc@example.org"},
    /* one without: perhaps ours */
    {{{"192.0.2.1", 500, OWN, SPF, 0},
      {"203.0.113.1", 50, "mcsv.net/k1 pass", "mail1.mcsv.net pass", 0},
      {"203.0.113.200", 20, NULL, "mail2.mcsv.net pass", 0}},
     "right 0/500 from 1|unaligned 70/70 from 2|",
     "none",
     30,
     MOVE_ASK,
     ""},
    /* a tenant that bears the name: ours */
    {{{"192.0.2.1", 500, OWN, SPF, 0},
      {"203.0.113.1", 50, "example-org.20230601.gappssmtp.com/20230601 pass", "other.example pass",
       0}},
     "right 0/500 from 1|unaligned 50/50 from 1|",
     "none",
     30,
     MOVE_NOT_YET,
     ""},
    /* forwarded: the own key from elsewhere, or a signature that broke on the way, or as said */
    {{{"192.0.2.1", 500, OWN, SPF, 0},
      {"203.0.113.1", 50, OWN, "forward.example pass", 0},
      {"203.0.113.2", 9, "example.org/s1 fail", "list.example pass", 0},
      {"203.0.113.3", 5, NULL, "fan.example pass", ROW_MAILING_LIST}},
     "right 0/500 from 1|forwarder 0/50 from 1|forwarder 9/9 from 1|forwarder 5/5 from 1|",
     "none",
     30,
     MOVE_YES,
     "v=DMARC1; p=quarantine; t=y; rua=mailto:dmarc@example.org"},
    /* strangers, with and without a name */
    {{{"192.0.2.1", 500, OWN, SPF, 0},
      {"203.0.113.1", 50, NULL, "example.org fail", 0},
      {"203.0.113.2", 60, NULL, "example.org softfail", 0},
      {"203.0.113.3", 5, "evil.example/x pass", "evil.example pass", 0}},
     "right 0/500 from 1|stranger 110/110 from 2|stranger 5/5 from 1|",
     "none",
     30,
     MOVE_YES,
     "v=DMARC1; p=quarantine; t=y; rua=mailto:dmarc@example.org"},
    /* declared with --own: a server that has neither */
    {{{"10.0.0.5", 200, NULL, "example.org fail", 0}},
     "partly 200/200 from 1|",
     "none",
     30,
     MOVE_NOT_YET,
     ""},
    /* nothing of the domain's own at all */
    {{{"203.0.113.1", 5000, NULL, "example.org fail", 0}},
     "stranger 5000/5000 from 1|",
     "none",
     30,
     MOVE_TOO_LITTLE,
     ""},
};

static void
judges_who_sends(void)
{
    struct arena *arena = arena_new(1 << 24);
    struct cidr own;

    CHECK(cidr_parse(STR("10.0.0.0/8"), &own));
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct senders *senders = senders_new(&own, 1);
        struct move_policy policy = {.p = str_from_cstr(rows[i].p)};
        struct sender_domain *domains;
        struct move move;
        struct buf buf;
        uint32_t count;

        buf_init(&buf, 4096);
        senders_know_key(senders, STR("example.org"), STR("example.org"), STR("s1"));
        for (size_t k = 0; k < COUNT(rows[i].mails) && rows[i].mails[k].address; k++) {
            struct sender_row row = row_of(&rows[i].mails[k]);

            senders_add(senders, &row);
        }
        CHECK_ROW(i, senders_finish(senders, arena, &domains, &count) && count == 1);
        write_senders(&buf, &domains[0]);
        CHECK_STR(buf_str(&buf), rows[i].senders);
        move = move_of(&domains[0], &policy, rows[i].days, arena);
        CHECK_ROW(i, move.answer == rows[i].answer);
        CHECK_STR(move.record, rows[i].record);
        senders_free(senders);
        buf_done(&buf);
    }
    arena_free(arena);
}

static void
writes_the_record(void)
{
    static const struct {
        struct move_policy policy;
        const char *record;
    } steps[] = {
        {{.p = {"none", 4}, .adkim = {"s", 1}, .aspf = {"r", 1}, .fo = {"1", 1}},
         "v=DMARC1; p=quarantine; t=y; adkim=s; fo=1; rua=mailto:dmarc@example.org"},
        {{.p = {"quarantine", 10}, .testing = {"y", 1}, .sp = {"none", 4}, .np = {"reject", 6}},
         "v=DMARC1; p=quarantine; sp=none; np=reject; rua=mailto:dmarc@example.org"},
        {{.p = {"quarantine", 10}, .sp = {"reject", 6}, .recipient = {"r@reports.example", 17}},
         "v=DMARC1; p=reject; rua=mailto:r@reports.example"},
        {{.p = {"reject", 6}, .testing = {"y", 1}},
         "v=DMARC1; p=reject; rua=mailto:dmarc@example.org"},
        /* what a report says can not write into the record */
        {{.p = {"none", 4}, .sp = {"none; x=\"", 9}, .recipient = {"a@b.example,mailto:c@d", 22}},
         "v=DMARC1; p=quarantine; t=y; rua=mailto:dmarc@example.org"},
    };
    struct arena *arena = arena_new(1 << 20);
    struct dmarc_sender sender = {.verdict = SENDER_RIGHT, .messages = 1000, .passed = 1000};
    struct sender_domain domain = {
        .name = STR("example.org"), .senders = &sender, .sender_count = 1};

    domain.by_verdict[SENDER_RIGHT] = 1000;
    for (size_t i = 0; i < COUNT(steps); i++)
        CHECK_STR(move_of(&domain, &steps[i].policy, 30, arena).record, steps[i].record);
    arena_free(arena);
}

static void
says_what_to_do(void)
{
    static const struct {
        struct dmarc_sender sender;
        const char *words[2];
    } fixes[] = {
        {{.verdict = SENDER_RIGHT, .messages = 5, .passed = 5, .dkim_passed = 5}, {"", ""}},
        {{.verdict = SENDER_RIGHT, .messages = 5, .passed = 5, .spf_passed = 5},
         {"Only SPF vouches", "weir dkim keygen example.org"}},
        {{.verdict = SENDER_PARTLY,
          .messages = 9,
          .addresses = {{"2001:db8::1", 11}},
          .address_kept = 1,
          .faults = {[FAULT_NO_SIGNATURE] = 9, [FAULT_SPF_FAIL] = 9}},
         {"Sign everything", "ip6:2001:db8::1 to the SPF record"}},
        {{.verdict = SENDER_PARTLY,
          .messages = 9,
          .dkim_domain = {"example.org", 11},
          .dkim_selector = {"s7", 2},
          .spf_domain = {"www.example", 11},
          .faults = {[FAULT_BROKEN_SIGNATURE] = 9, [FAULT_SPF_OTHER] = 9}},
         {"s7._domainkey.example.org", "envelope sender is at www.example"}},
        {{.verdict = SENDER_FORWARDER, .messages = 9}, {"Nothing that you can set", "ARC"}},
        {{.verdict = SENDER_STRANGER, .messages = 9}, {"", ""}},
    };
    struct arena *arena = arena_new(1 << 20);
    struct sender_domain domain = {.name = STR("example.org")};

    for (size_t i = 0; i < COUNT(fixes); i++) {
        struct str fix = move_fix(&domain, &fixes[i].sender, arena);

        CHECK_ROW(i, (fix.len == 0) == (fixes[i].words[0][0] == '\0'));
        for (size_t k = 0; k < 2; k++)
            CHECK_ROW(i, str_has(fix, str_from_cstr(fixes[i].words[k])));
    }
    arena_free(arena);
}

/* 20,000 networks of strangers with names of their own: the last ones are put together. */
static void
folds_what_is_too_many(void)
{
    struct arena *arena = arena_new((size_t)1 << 26);
    struct senders *senders = senders_new(NULL, 0);
    struct sender_domain *domains;
    uint64_t sum = 0;
    uint32_t count;

    for (unsigned i = 0; i < 20000; i++) {
        char address[32], spf[64];
        struct mail mail = {address, 1, NULL, spf, 0};
        struct sender_row row;

        (void)snprintf(address, sizeof(address), "10.%u.%u.1", i / 200, i % 200);
        (void)snprintf(spf, sizeof(spf), "d%u.example pass", i);
        row = row_of(&mail);
        senders_add(senders, &row);
    }
    CHECK(senders_finish(senders, arena, &domains, &count) && count == 1);
    CHECK(domains[0].sender_count == SENDERS_MAX + 1 && domains[0].messages == 20000);
    for (uint32_t i = 0; i < domains[0].sender_count; i++)
        sum += domains[0].senders[i].messages;
    CHECK(sum == 20000 && senders_lost(senders) == 0);
    CHECK(domains[0].senders[0].is_rest && domains[0].senders[0].messages == 20000 - SENDERS_MAX);
    senders_free(senders);
    arena_free(arena);
}

static void
knows_tenants_and_services(void)
{
    static const struct {
        const char *name, *customer;
        bool is_tenant;
    } names[] = {
        {"example-org.20230601.gappssmtp.com", "example.org", true},
        {"example-com.20230601.gappssmtp.com", "example.org", false},
        {"example.onmicrosoft.com", "example.org", true},
        {"exampleorg.onmicrosoft.com", "example.org", true},
        {"other.onmicrosoft.com", "example.org", false},
        {"example-org.gappssmtp.com.example", "example.org", false},
        {"", "example.org", false},
    };

    for (size_t i = 0; i < COUNT(names); i++)
        CHECK_ROW(i, service_is_tenant(str_from_cstr(names[i].name),
                                       str_from_cstr(names[i].customer)) == names[i].is_tenant);
    CHECK(service_of(STR("mail1.sea31.mcsv.net")) && !service_of(STR("notmcsv.net")));
    CHECK(!service_of(STR_EMPTY));
    CHECK(row_facts_is_near(STR("mail.example.org"), STR("example.org")));
    CHECK(!row_facts_is_near(STR("org"), STR("example.org")));
    CHECK(!row_facts_is_near(STR("badexample.org"), STR("example.org")));
}

static void
picks_the_result_that_matters(void)
{
    struct aggregate_row row = {
        .dkims = {{.domain = STR("list.example"), .result = STR("pass")},
                  {.domain = STR("example.org"), .selector = STR("a"), .result = STR("fail")},
                  {.domain = STR("example.org"), .selector = STR("b"), .result = STR("pass")}},
        .dkim_count = 3,
        .spfs = {{.domain = STR("bounce.example"), .result = STR("pass")}},
        .spf_count = 1,
        .reasons = {{STR("local_policy"), STR("arc=pass as.1.example=pass")}},
        .reason_count = 1,
    };
    struct row_facts facts = row_facts_of(STR("example.org"), &row);

    CHECK_STR(facts.dkim.selector, "b");
    CHECK(facts.is_dkim_aligned && !facts.is_spf_aligned); /* no policy_evaluated: worked out */
    CHECK(facts.reasons == (ROW_LOCAL_POLICY | ROW_ARC));
    row.dkim = STR("fail");
    row.dkim_count = 2;
    facts = row_facts_of(STR("example.org"), &row);
    CHECK_STR(facts.dkim.domain, "list.example");
    CHECK(!facts.is_dkim_aligned);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"judges who sends, and whether p=reject is safe", judges_who_sends},
        {"writes the record of the next step", writes_the_record},
        {"says what to do", says_what_to_do},
        {"folds what is too many", folds_what_is_too_many},
        {"knows tenants and services", knows_tenants_and_services},
        {"picks the result that matters", picks_the_result_that_matters},
    };

    return tap_main(cases, COUNT(cases));
}
