/*
 * A row takes records away from a domain that is kept well, or adds some, and says which finding
 * that must lead to. Without a row's change nothing may be found: the twin of every row.
 */

#include "audit/domain.h"

#include "auth/base64.h"
#include "dns/patience.h"
#include "dns/zone.h"
#include "domain_model.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)512 << 20)

/* What the edge would see. */
struct edge {
    const char *policy;
    unsigned status;
    bool has_bad_certificate;
    const char *taker; /* a host that takes anything */
    uint32_t fetched, probed;
};

static void
fetch(void *context, struct str url, struct arena *arena, struct domain_fetched *ret)
{
    struct edge *edge = context;

    (void)arena;
    CHECK(str_starts(url, STR("https://mta-sts.")));
    CHECK(str_ends(url, STR("/.well-known/mta-sts.txt")));
    edge->fetched++;
    if (edge->has_bad_certificate) {
        ret->problem = STR("the certificate has expired");
        ret->is_certificate_bad = true;
        return;
    }
    ret->is_fetched = true;
    ret->status = edge->status ? edge->status : 200;
    ret->body = str_from_cstr(edge->policy ? edge->policy : MODEL_POLICY);
}

static void
probe(void *context, struct str host, struct str recipient, struct arena *arena,
      struct domain_probed *ret)
{
    struct edge *edge = context;

    (void)arena;
    CHECK(str_ends(recipient, STR("@example.com")));
    edge->probed++;
    if (edge->taker && str_eq(host, str_from_cstr(edge->taker)))
        *ret = (struct domain_probed){DOMAIN_TAKEN, STR("250 2.1.5 Ok")};
    else
        *ret = (struct domain_probed){DOMAIN_REFUSED, STR("550 5.1.1 User unknown")};
}

struct row {
    const char *without; /* lines that begin so are taken away; NULL: none */
    const char *with;    /* lines that are added; NULL: none */
    const char *check;
    enum audit_outcome outcome;
    const char *title;             /* part of it */
    const char *fix;               /* part of a fix's value; NULL: not looked at */
    const char *sender, *selector; /* of the input; NULL: none */
    struct edge edge;
    bool is_unsigned; /* no answer is validated */
};

/* The model's lines but those that begin with `without`, and `with`. */
static struct str
make_zone(const char *without, const char *with, struct arena *arena)
{
    struct str rest = STR(MODEL_ZONE), text = STR_EMPTY;

    while (rest.len) {
        struct str line = str_cut(&rest, '\n');

        if (!without || !str_starts(line, str_from_cstr(without)))
            text = arena_printf(arena, STR_FMT STR_FMT "\n", STR_ARG(text), STR_ARG(line));
    }
    return with ? arena_printf(arena, STR_FMT "%s\n", STR_ARG(text), with) : text;
}

static struct str
certificate(void *context, struct str host, struct arena *arena)
{
    struct str der = STR_EMPTY;

    (void)context;
    (void)host;
    CHECK(base64_read(STR(MODEL_CERTIFICATE), arena, &der));
    return der;
}

static void
run_input(struct domain_input *input, struct str zone_text, struct arena *arena,
          struct audit *audit)
{
    struct zone *zone = NULL;
    struct err err = {.text = ""};
    struct resolver resolver;

    if (!zone_read(zone_text, arena, &zone, &err)) {
        printf("# %s\n", err.text);
        CHECK(false);
        return;
    }
    resolver = zone_resolver(zone);
    audit_init(audit, arena);
    domain_audit(input, &resolver, audit);
    audit_sort(audit);
}

static void
run_row(const struct row *row, struct edge *edge, struct arena *arena, struct audit *audit)
{
    struct str sender = row->sender ? str_from_cstr(row->sender) : STR_EMPTY;
    struct str selector = row->selector ? str_from_cstr(row->selector) : STR("mail");
    struct domain_input input = {
        .domain = STR("example.com"),
        .token = STR("weir-q7x2k9"),
        .senders = &sender,
        .sender_count = sender.len > 0,
        .selectors = &selector,
        .selector_count = 1,
        .asks_blocklists = true,
        .validates = !row->is_unsigned,
        .now_s = 1772323200,
        .fetch = fetch,
        .probe = probe,
        .probes_own = true,
        .certificate = certificate,
        .edge = edge,
    };

    run_input(&input, make_zone(row->without, row->with, arena), arena, audit);
}

static void
print_findings(const struct audit *audit)
{
    for (uint32_t i = 0; i < audit->count; i++) {
        const struct audit_finding *finding = &audit->list[i];

        if (finding->outcome != AUDIT_FINE)
            printf("#   %s %s: " STR_FMT " [" STR_FMT "]\n", audit_outcome_name(finding->outcome),
                   finding->check, STR_ARG(finding->title), STR_ARG(finding->why));
    }
}

static bool
has_fix(const struct audit_finding *finding, const char *text)
{
    for (uint32_t i = 0; i < finding->fix_count; i++) {
        if (str_has(finding->fixes[i].value, str_from_cstr(text)))
            return true;
    }
    return false;
}

static bool
has_finding(const struct audit *audit, const struct row *row)
{
    for (uint32_t i = 0; i < audit->count; i++) {
        const struct audit_finding *finding = &audit->list[i];

        if (strcmp(finding->check, row->check) == 0 && finding->outcome == row->outcome &&
            str_has(finding->title, str_from_cstr(row->title)) &&
            (!row->fix || has_fix(finding, row->fix)))
            return true;
    }
    return false;
}

/* Every finding that is not fine says why, and those that count say what to do. */
static bool
are_whole(const struct audit *audit)
{
    for (uint32_t i = 0; i < audit->count; i++) {
        const struct audit_finding *finding = &audit->list[i];

        if (!finding->title.len || !finding->subject.len)
            return false;
        if (finding->outcome != AUDIT_FINE && !finding->why.len)
            return false;
        if (finding->outcome >= AUDIT_NOTE && finding->fix_count == 0 &&
            strcmp(finding->check, "mx-many") != 0)
            return false;
    }
    return true;
}

static void
check_rows(const struct row *rows, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct edge edge = rows[i].edge;
        struct audit audit;

        run_row(&rows[i], &edge, arena, &audit);
        CHECK_ROW(i, has_finding(&audit, &rows[i]));
        CHECK_ROW(i, are_whole(&audit));
        if (!has_finding(&audit, &rows[i]) || !are_whole(&audit))
            print_findings(&audit);
        arena_free(arena);
    }
}

static void
leaves_a_good_domain_alone(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct edge edge = {0};
    struct row row = {.sender = "192.0.2.25"};
    struct audit audit;
    uint32_t fine = 0;

    for (int with_sender = 0; with_sender < 2; with_sender++) {
        if (!with_sender)
            row.sender = NULL;
        else
            row.sender = "192.0.2.25";
        fine = 0;
        run_row(&row, &edge, arena, &audit);
        for (uint32_t i = 0; i < audit.count; i++) {
            CHECK(audit.list[i].outcome == AUDIT_FINE);
            fine += audit.list[i].outcome == AUDIT_FINE;
        }
        print_findings(&audit);
        CHECK(fine > 18);
        CHECK(are_whole(&audit));
    }
    CHECK(edge.fetched == 2 && edge.probed >= 2);
    arena_free(arena);
}

static void
judges_mail_servers(void)
{
    static const struct row rows[] = {
        {.without = "example.com secure MX",
         .check = "mx-fallback",
         .outcome = AUDIT_WEAK,
         .title = "no MX record",
         .fix = "10 mail.example.com."},
        {.with = "example.com MX 0 .",
         .check = "mx-null",
         .outcome = AUDIT_WEAK,
         .title = "null MX beside",
         .fix = "0 ."},
        {.with = "example.com MX 5 192.0.2.1",
         .check = "mx-literal",
         .outcome = AUDIT_SERIOUS,
         .title = "has an address where a name must be",
         .fix = "5 mail.example.com."},
        {.with = "example.com MX 5 alias.example.com\nalias.example.com CNAME mx1.example.com",
         .check = "mx-alias",
         .outcome = AUDIT_WEAK,
         .title = "alias.example.com is an alias",
         .fix = "5 mx1.example.com."},
        {.with = "example.com MX 5 inner.example.com\ninner.example.com A 10.1.2.3",
         .check = "mx-private",
         .outcome = AUDIT_WEAK,
         .title = "10.1.2.3, which is private"},
        {.with = "example.com MX 5 inner.example.com\ninner.example.com AAAA fe80::1",
         .check = "mx-private",
         .outcome = AUDIT_WEAK,
         .title = "fe80::1, which is link-local"},
        {.with = "example.com MX 5 gone.example.net",
         .check = "mx-address",
         .outcome = AUDIT_WEAK,
         .title = "gone.example.net has no address"},
        {.with = "example.com MX 5 slow.example.net\nslow.example.net ANY timeout",
         .check = "mx",
         .outcome = AUDIT_UNKNOWN,
         .title = "does not answer for slow.example.net A"},
        {.without = "example.com secure MX",
         .with = "example.com MX timeout",
         .check = "mx",
         .outcome = AUDIT_UNKNOWN,
         .title = "does not answer for example.com MX"},
        {.without = "example.com secure",
         .with = "example.com TXT \"v=spf1 ip4:192.0.2.1 -all\"",
         .check = "mx-none",
         .outcome = AUDIT_SERIOUS,
         .title = "cannot receive any",
         .fix = "10 mail.example.com."},
    };

    check_rows(rows, COUNT(rows));
}

#define SPF_WITHOUT "example.com secure TXT \"v=spf1"

static void
judges_spf(void)
{
    static const struct row rows[] = {
        {.without = SPF_WITHOUT,
         .check = "spf",
         .outcome = AUDIT_SERIOUS,
         .title = "has no SPF record",
         .fix = "v=spf1 mx ~all"},
        {.without = SPF_WITHOUT,
         .sender = "198.51.100.9",
         .check = "spf",
         .outcome = AUDIT_SERIOUS,
         .title = "has no SPF record",
         .fix = "v=spf1 mx ip4:198.51.100.9 ~all"},
        {.with = "example.com TXT \"v=spf1 a ~all\"",
         .check = "spf",
         .outcome = AUDIT_SERIOUS,
         .title = "has 2 SPF records",
         .fix = "v=spf1 mx a -all"},
        {.without = SPF_WITHOUT,
         .with = "example.com TXT \"v=spf1 mx +all\"",
         .check = "spf-all",
         .outcome = AUDIT_SERIOUS,
         .title = "lets everybody send",
         .fix = "v=spf1 mx ~all"},
        {.without = SPF_WITHOUT,
         .with = "example.com TXT \"v=spf1 mx ?all\"",
         .check = "spf-all",
         .outcome = AUDIT_WEAK,
         .title = "nothing about strangers",
         .fix = "v=spf1 mx ~all"},
        {.without = SPF_WITHOUT,
         .with = "example.com TXT \"v=spf1 mx\"",
         .check = "spf-all",
         .outcome = AUDIT_WEAK,
         .title = "has no \"all\"",
         .fix = "v=spf1 mx ~all"},
        {.without = SPF_WITHOUT,
         .with = "example.com TXT \"v=spf1 mx ip4:1.2.3 -all\"",
         .check = "spf",
         .outcome = AUDIT_SERIOUS,
         .title = "is faulty",
         .fix = "v=spf1 mx -all"},
        {.without = SPF_WITHOUT,
         .with = "example.com TXT \"v=spf1 mx ptr -all\"",
         .check = "spf-ptr",
         .outcome = AUDIT_NOTE,
         .title = "ptr"},
        {.without = SPF_WITHOUT,
         .with = "example.com TXT \"v=spf1 mx ip4:192.0.0.0/8 -all\"",
         .check = "spf-wide",
         .outcome = AUDIT_WEAK,
         .title = "large network"},
        {.without = SPF_WITHOUT,
         .with = "example.com TXT \"v=spf1 mx include:gone.example.net -all\"",
         .check = "spf-include",
         .outcome = AUDIT_SERIOUS,
         .title = "no SPF record"},
        {.without = SPF_WITHOUT,
         .with = "example.com TXT \"v=spf1 mx a a:www.example.com a:mx1.example.com "
                 "a:mx2.example.com exists:mx1.example.com exists:mx2.example.com "
                 "exists:www.example.com mx:example.com//64 mx//120 a//119 a//118 -all\"",
         .check = "spf-lookups",
         .outcome = AUDIT_SERIOUS,
         .title = "needs 12 lookups"},
        {.sender = "203.0.113.7",
         .check = "spf-senders",
         .outcome = AUDIT_SERIOUS,
         .title = "lacks 1 of the addresses",
         .fix = "v=spf1 mx ip4:203.0.113.7 -all"},
        {.sender = "2001:db8:1::7",
         .check = "spf-senders",
         .outcome = AUDIT_SERIOUS,
         .title = "lacks 1 of the addresses",
         .fix = "v=spf1 mx ip6:2001:db8:1::7 -all"},
        {.without = SPF_WITHOUT,
         .with = "example.com TXT \"v=spf1 -all mx\"",
         .check = "spf-order",
         .outcome = AUDIT_WEAK,
         .title = "behind \"all\""},
        {.without = "example.com secure TXT",
         .with = "example.com TXT timeout",
         .check = "spf",
         .outcome = AUDIT_UNKNOWN,
         .title = "does not answer"},
        {.without = SPF_WITHOUT,
         .with = "example.com TXT \"v=spf1 -all\"",
         .sender = "192.0.2.25",
         .check = "silent",
         .outcome = AUDIT_SERIOUS,
         .title = "never sends, but mail of it was seen"},
    };

    check_rows(rows, COUNT(rows));
}

#define KEY_WITHOUT "mail._domainkey"

static void
judges_keys(void)
{
    static const struct row rows[] = {
        {.without = KEY_WITHOUT,
         .check = "dkim",
         .outcome = AUDIT_SERIOUS,
         .title = "selector mail, which has no key"},
        {.selector = "other",
         .check = "dkim",
         .outcome = AUDIT_SERIOUS,
         .title = "selector other, which has no key"},
        {.without = KEY_WITHOUT,
         .with = "mail._domainkey.example.com TXT \"v=DKIM1; p=\"",
         .check = "dkim",
         .outcome = AUDIT_SERIOUS,
         .title = "whose key was revoked",
         .fix = "weir dkim keygen example.com"},
        {.without = KEY_WITHOUT,
         .with = "mail._domainkey.example.com TXT \"v=DKIM1; p=" MODEL_KEY_768 "\"",
         .check = "dkim-bits",
         .outcome = AUDIT_SERIOUS,
         .title = "has 768 bits"},
        {.without = KEY_WITHOUT,
         .with = "mail._domainkey.example.com TXT \"v=DKIM1; p=" MODEL_KEY_1024 "\"",
         .check = "dkim-bits",
         .outcome = AUDIT_NOTE,
         .title = "has 1024 bits"},
        {.without = KEY_WITHOUT,
         .with = "mail._domainkey.example.com TXT \"v=DKIM1; t=y; p=" MODEL_KEY_2048 "\"",
         .check = "dkim-test",
         .outcome = AUDIT_NOTE,
         .title = "test mode"},
        {.without = KEY_WITHOUT,
         .with = "mail._domainkey.example.com TXT \"v=DKIM1; p=MIIBIjANBgkqhkiG9w0B\"",
         .check = "dkim",
         .outcome = AUDIT_SERIOUS,
         .title = "is damaged"},
        {.without = KEY_WITHOUT,
         .with = "mail._domainkey.example.com TXT \"v=DKIM1; p=%%%%\"",
         .check = "dkim",
         .outcome = AUDIT_SERIOUS,
         .title = "faulty"},
        {.without = KEY_WITHOUT,
         .with = "mail._domainkey.example.com TXT \"v=DKIM1; h=sha1; p=" MODEL_KEY_2048 "\"",
         .check = "dkim-hash",
         .outcome = AUDIT_WEAK,
         .title = "allows no SHA-256"},
        {.without = KEY_WITHOUT,
         .with = "mail._domainkey.example.com TXT \"v=DKIM1; s=chat; p=" MODEL_KEY_2048 "\"",
         .check = "dkim-service",
         .outcome = AUDIT_WEAK,
         .title = "not for mail"},
        {.with = "mail._domainkey.example.com TXT \"v=DKIM1; p=" MODEL_KEY_1024 "\"",
         .check = "dkim",
         .outcome = AUDIT_WEAK,
         .title = "has 2 keys"},
        {.with = "s1._domainkey.example.com TXT \"v=DKIM1; p=" MODEL_KEY_768 "\"",
         .check = "dkim-bits",
         .outcome = AUDIT_SERIOUS,
         .title = "selector s1 has 768 bits"},
        {.without = KEY_WITHOUT,
         .with = "mail._domainkey.example.com TXT timeout",
         .check = "dkim",
         .outcome = AUDIT_UNKNOWN,
         .title = "does not answer"},
    };

    check_rows(rows, COUNT(rows));
}

#define DMARC_WITHOUT "_dmarc"

static void
judges_policies(void)
{
    static const struct row rows[] = {
        {.without = DMARC_WITHOUT,
         .check = "dmarc",
         .outcome = AUDIT_SERIOUS,
         .title = "has no DMARC record",
         .fix = "v=DMARC1; p=none; rua=mailto:dmarc@example.com"},
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=DMARC1; p=none; rua=mailto:d@example.com\"",
         .check = "dmarc-policy",
         .outcome = AUDIT_WEAK,
         .title = "refuses nothing (p=none)",
         .fix = "v=DMARC1; p=quarantine; rua=mailto:d@example.com"},
        /* Two proposals for one name must not contradict each other. */
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=DMARC1; p=none\"",
         .check = "dmarc-policy",
         .outcome = AUDIT_WEAK,
         .title = "refuses nothing (p=none)",
         .fix = "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"},
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=DMARC1; p=none; pct=50\"",
         .check = "dmarc-record",
         .outcome = AUDIT_NOTE,
         .title = "pct=50",
         .fix = "v=DMARC1; p=none; rua=mailto:dmarc@example.com"},
        /* The end of a test is a step of its own. */
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=DMARC1; p=quarantine; t=y; rua=mailto:d@example.com\"",
         .check = "dmarc-policy",
         .outcome = AUDIT_WEAK,
         .title = "t=y",
         .fix = "v=DMARC1; p=quarantine; rua=mailto:d@example.com"},
        {.without = DMARC_WITHOUT,
         .with =
             "_dmarc.example.com TXT \"v=DMARC1; p=quarantine; sp=none; rua=mailto:d@example.com\"",
         .check = "dmarc-subdomains",
         .outcome = AUDIT_WEAK,
         .title = "sp=none",
         .fix = "v=DMARC1; p=quarantine; rua=mailto:d@example.com"},
        {.with = "_dmarc.example.com TXT \"v=DMARC1; p=none\"",
         .check = "dmarc",
         .outcome = AUDIT_SERIOUS,
         .title = "has 2 DMARC records"},
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=dmarc1; p=reject\"",
         .check = "dmarc",
         .outcome = AUDIT_SERIOUS,
         .title = "does not count"},
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=DMARC1; p=reject; sp=none; rua=mailto:d@example.com\"",
         .check = "dmarc-subdomains",
         .outcome = AUDIT_WEAK,
         .title = "weaker DMARC policy (sp=none)",
         .fix = "v=DMARC1; p=reject; rua=mailto:d@example.com"},
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=DMARC1; p=reject; np=none; rua=mailto:d@example.com\"",
         .check = "dmarc-subdomains",
         .outcome = AUDIT_WEAK,
         .title = "np=none"},
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=DMARC1; p=reject\"",
         .check = "dmarc-reports",
         .outcome = AUDIT_NOTE,
         .title = "asks for no DMARC reports"},
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=DMARC1; p=reject; rua=mailto:d@reports.example.net\"",
         .check = "dmarc-reports",
         .outcome = AUDIT_WEAK,
         .title = "does not say that it takes",
         .fix = "v=DMARC1"},
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=DMARC1; p=reject; rua=mailto:d@gone.example.com\"",
         .check = "dmarc-reports",
         .outcome = AUDIT_WEAK,
         .title = "which takes no mail"},
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT timeout",
         .check = "dmarc",
         .outcome = AUDIT_UNKNOWN,
         .title = "does not answer"},
        {.without = DMARC_WITHOUT,
         .with = "_dmarc.example.com TXT \"v=DMARC1; p=none; rua=mailto:d@example.com\"\n"
                 "shop.example.com MX 10 mx1.example.com",
         .check = "subdomains",
         .outcome = AUDIT_WEAK,
         .title = "1 name below example.com with mail servers",
         .fix = "v=spf1 mx -all"},
    };

    check_rows(rows, COUNT(rows));
}

#define STS_WITHOUT "_mta-sts"
#define TLSA_WITHOUT "_25._tcp.mx1"

static void
judges_transport(void)
{
    static const struct row rows[] = {
        {.without = STS_WITHOUT,
         .check = "mta-sts",
         .outcome = AUDIT_NOTE,
         .title = "no MTA-STS",
         .fix = "mx: mx2.example.com"},
        {.with = "_mta-sts.example.com TXT \"v=STSv1; id=2\"",
         .check = "mta-sts",
         .outcome = AUDIT_WEAK,
         .title = "several"},
        {.without = STS_WITHOUT,
         .with = "_mta-sts.example.com TXT \"v=STSv1; id=a-b\"",
         .check = "mta-sts",
         .outcome = AUDIT_WEAK,
         .title = "letters and digits"},
        {.edge = {.status = 404},
         .check = "mta-sts-policy",
         .outcome = AUDIT_WEAK,
         .title = "cannot be fetched"},
        {.edge = {.has_bad_certificate = true},
         .check = "mta-sts-policy",
         .outcome = AUDIT_WEAK,
         .title = "cannot be fetched",
         .fix = "valid certificate for mta-sts.example.com"},
        {.edge = {.policy = "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 86400\n"},
         .check = "mta-sts-mx",
         .outcome = AUDIT_SERIOUS,
         .title = "does not name the mail server mx2.example.com",
         .fix = "mx: mx2.example.com"},
        {.edge = {.policy = "version: STSv1\nmode: testing\nmx: mx1.example.com\nmax_age: 86400\n"},
         .check = "mta-sts-mx",
         .outcome = AUDIT_WEAK,
         .title = "mx2.example.com"},
        {.edge = {.policy = "version: STSv1\nmode: testing\nmx: *.example.com\nmax_age: 86400\n"},
         .check = "mta-sts",
         .outcome = AUDIT_NOTE,
         .title = "its mode is testing",
         .fix = "mode: enforce"},
        {.edge = {.policy = "version: STSv1\nmode: enforce\nmx: *.example.com\nmax_age: 60\n"},
         .check = "mta-sts",
         .outcome = AUDIT_NOTE,
         .title = "lasts for 60 seconds"},
        {.edge = {.policy = "<html>not found</html>"},
         .check = "mta-sts",
         .outcome = AUDIT_WEAK,
         .title = "version is missing"},
        {.without = "_smtp._tls",
         .check = "tls-rpt",
         .outcome = AUDIT_NOTE,
         .title = "no reports",
         .fix = "v=TLSRPTv1; rua=mailto:postmaster@example.com"},
        {.without = "_smtp._tls",
         .with = "_smtp._tls.example.com TXT \"v=TLSRPTv1; rua=x\"",
         .check = "tls-rpt",
         .outcome = AUDIT_WEAK,
         .title = "mailto: and https: only"},
        {.without = TLSA_WITHOUT,
         .with = "_25._tcp.mx1.example.com secure TLSA 030101" MODEL_OTHER_DIGEST,
         .check = "dane",
         .outcome = AUDIT_SERIOUS,
         .title = "do not fit its certificate",
         .fix = MODEL_DIGEST},
        {.without = TLSA_WITHOUT,
         .with = "_25._tcp.mx1.example.com TLSA 030101" MODEL_DIGEST,
         .check = "dane",
         .outcome = AUDIT_WEAK,
         .title = "are not signed"},
        {.without = TLSA_WITHOUT,
         .with = "_25._tcp.mx1.example.com secure TLSA 010101" MODEL_DIGEST,
         .check = "dane",
         .outcome = AUDIT_WEAK,
         .title = "neither 2 nor 3"},
        {.without = TLSA_WITHOUT,
         .with = "_25._tcp.mx1.example.com TLSA bogus",
         .check = "dane",
         .outcome = AUDIT_SERIOUS,
         .title = "DNSSEC is broken for _25._tcp.mx1.example.com"},
        {.without = "example.com secure MX",
         .with = "example.com MX bogus",
         .check = "dnssec",
         .outcome = AUDIT_SERIOUS,
         .title = "DNSSEC of example.com is broken"},
        {.without = "example.com secure MX",
         .with = "example.com MX 10 mx1.example.com",
         .check = "dnssec",
         .outcome = AUDIT_NOTE,
         .title = "not signed with DNSSEC"},
    };

    check_rows(rows, COUNT(rows));
}

static void
judges_addresses(void)
{
    static const struct row rows[] = {
        {.without = "25.2.0.192",
         .sender = "192.0.2.25",
         .check = "reverse-dns",
         .outcome = AUDIT_SERIOUS,
         .title = "192.0.2.25 has no name",
         .fix = "mx1.example.com."},
        {.sender = "203.0.113.7",
         .check = "reverse-dns",
         .outcome = AUDIT_SERIOUS,
         .title = "203.0.113.7 has no name",
         .fix = "mail.example.com."},
        {.with = "mail.example.com A 192.0.2.25",
         .sender = "203.0.113.7",
         .check = "reverse-dns",
         .outcome = AUDIT_SERIOUS,
         .title = "203.0.113.7 has no name",
         .fix = "out.example.com."},
        {.without = "25.2.0.192",
         .with = "25.2.0.192.in-addr.arpa PTR host.example.net",
         .sender = "192.0.2.25",
         .check = "reverse-dns",
         .outcome = AUDIT_WEAK,
         .title = "does not lead back",
         .fix = "mx1.example.com."},
        {.without = "25.2.0.192",
         .check = "reverse-dns",
         .outcome = AUDIT_NOTE,
         .title = "192.0.2.25 has no name"},
        {.without = "25.2.0.192",
         .with = "25.2.0.192.in-addr.arpa PTR www.example.com",
         .sender = "192.0.2.25",
         .check = "reverse-dns",
         .outcome = AUDIT_WEAK,
         .title = "does not lead back",
         .fix = "192.0.2.25"},
        {.without = "25.2.0.192",
         .with = "25.2.0.192.in-addr.arpa PTR 192-0-2-25.pool.example.net\n"
                 "192-0-2-25.pool.example.net A 192.0.2.25",
         .sender = "192.0.2.25",
         .check = "reverse-dns",
         .outcome = AUDIT_WEAK,
         .title = "is the provider's"},
        {.without = "25.2.0.192",
         .with = "25.2.0.192.in-addr.arpa PTR mail-192-0-2-25.example.com\n"
                 "mail-192-0-2-25.example.com A 192.0.2.25",
         .sender = "192.0.2.25",
         .check = "reverse-dns",
         .outcome = AUDIT_FINE,
         .title = "leads back to it"},
        {.with = "25.2.0.192.zen.spamhaus.org A 127.0.0.3",
         .check = "blocklist",
         .outcome = AUDIT_SERIOUS,
         .title = "192.0.2.25 is on the blocklist Spamhaus ZEN (CSS",
         .fix = "https://check.spamhaus.org/"},
        {.with = "25.2.0.192.zen.spamhaus.org A 127.0.0.11",
         .check = "blocklist",
         .outcome = AUDIT_SERIOUS,
         .title = "PBL"},
        {.with = "25.2.0.192.psbl.surriel.com A 127.0.0.2",
         .check = "blocklist",
         .outcome = AUDIT_WEAK,
         .title = "PSBL",
         .fix = "weir trace"},
        {.with = "example.com.dbl.spamhaus.org A 127.0.1.2",
         .check = "blocklist",
         .outcome = AUDIT_UNKNOWN,
         .title = "Spamhaus DBL could not be asked"},
        {.without = "2.0.0.127.zen",
         .with = "2.0.0.127.zen.spamhaus.org A 127.255.255.254\n"
                 "25.2.0.192.zen.spamhaus.org A 127.255.255.254",
         .check = "blocklist",
         .outcome = AUDIT_UNKNOWN,
         .title = "Spamhaus ZEN could not be asked"},
        {.with = "25.2.0.192.zen.spamhaus.org A 127.255.255.255",
         .check = "blocklist",
         .outcome = AUDIT_UNKNOWN,
         .title = "Spamhaus ZEN could not be asked"},
        {.without = "2.0.0.127.b.barracuda",
         .check = "blocklist",
         .outcome = AUDIT_UNKNOWN,
         .title = "Barracuda could not be asked"},
        {.with = "1.0.0.127.bl.spamcop.net A 127.0.0.2\n25.2.0.192.bl.spamcop.net A 127.0.0.2",
         .check = "blocklist",
         .outcome = AUDIT_UNKNOWN,
         .title = "SpamCop could not be asked"},
        {.without = "2.0.0.127.bl.spamcop",
         .with = "2.0.0.127.bl.spamcop.net A 203.0.113.1",
         .check = "blocklist",
         .outcome = AUDIT_UNKNOWN,
         .title = "SpamCop could not be asked"},
        {.with = "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.zen.spamhaus.org "
                 "A 127.0.0.4",
         .check = "blocklist",
         .outcome = AUDIT_SERIOUS,
         .title = "2001:db8::25 is on"},
        {.edge = {.taker = "192.0.2.80"},
         .check = "old-host",
         .outcome = AUDIT_WEAK,
         .title = "192.0.2.80 still takes mail for example.com"},
        {.edge = {.taker = "mx1.example.com"},
         .check = "catch-all",
         .outcome = AUDIT_NOTE,
         .title = "takes mail for any address"},
    };

    check_rows(rows, COUNT(rows));
}

#define MICROSOFT                                                                                  \
    "example.com MX 0 example-com.mail.protection.outlook.com\n"                                   \
    "example-com.mail.protection.outlook.com A 198.51.100.10\n"                                    \
    "spf.protection.outlook.com TXT \"v=spf1 ip4:198.51.100.0/24 -all\"\n"

static void
knows_specialists(void)
{
    static const struct row rows[] = {
        {.without = "example.com secure MX",
         .with = MICROSOFT,
         .check = "hosted-spf",
         .outcome = AUDIT_WEAK,
         .title = "does not include Microsoft 365",
         .fix = "v=spf1 mx include:spf.protection.outlook.com -all"},
        {.without = "example.com secure MX",
         .with = MICROSOFT,
         .check = "hosted-dkim",
         .outcome = AUDIT_NOTE,
         .title = "No DKIM key of Microsoft 365"},
        {.with = MICROSOFT,
         .check = "hosted-mx",
         .outcome = AUDIT_WEAK,
         .title = "other servers take it, too: mx1.example.com"},
        {.without = "example.com secure",
         .with = MICROSOFT "example.com TXT \"v=spf1 include:spf.protection.outlook.com -all\"",
         .check = "hosted-spf",
         .outcome = AUDIT_FINE,
         .title = "lets the servers of Microsoft"},
        /* the include written out, as tools do that save lookups */
        {.without = "example.com secure",
         .with = MICROSOFT "example.com TXT \"v=spf1 ip4:198.51.100.0/24 -all\"",
         .check = "hosted-spf",
         .outcome = AUDIT_FINE,
         .title = "lets the servers of Microsoft"},
    };

    check_rows(rows, COUNT(rows));
}

/* A zone of its own, what must be found in it, and how much counts in all. */
static void
judges_other_domains(void)
{
    static const struct {
        const char *zone, *check;
        enum audit_outcome outcome;
        const char *fix;
        uint32_t counts;
    } rows[] = {
        /* never mails, and says so */
        {"example.com MX 0 .\nexample.com TXT \"v=spf1 -all\"\n"
         "_dmarc.example.com TXT \"v=DMARC1; p=reject\"",
         "silent", AUDIT_FINE, NULL, 0},
        {"example.com A 192.0.2.80", "silent", AUDIT_WEAK, "v=spf1 -all", 1},
        {"example.com A 192.0.2.80", "silent", AUDIT_WEAK, "0 .", 1},
        {"example.com MX 0 .\nexample.com TXT \"v=spf1 ~all\"", "silent", AUDIT_WEAK, "p=reject",
         1},
        /* Where nothing takes mail no report can come. */
        {"example.com MX 0 .\nexample.com TXT \"v=spf1 -all\"\n"
         "_dmarc.example.com TXT \"v=DMARC1; p=reject\"",
         "dmarc-reports", AUDIT_NOTE, "mailbox of another domain", 0},
        {"example.com A 192.0.2.80", "silent", AUDIT_WEAK, "p=reject", 1},
        {"example.com A 192.0.2.80\n_dmarc.example.com TXT \"v=DMARC1; p=reject; "
         "rua=mailto:a@example.com\"",
         "silent", AUDIT_NOTE, "0 .", 0},
        {"example.net A 192.0.2.80", "domain", AUDIT_SERIOUS, "registration", 1},
        {"example.com ANY timeout", "domain", AUDIT_UNKNOWN, NULL, 0},
        {"example.com ANY failed", "domain", AUDIT_UNKNOWN, NULL, 0},
        {"example.com A 192.0.2.80\nweir-q7x2k9.example.com MX 10 mx.example.com\n"
         "mx.example.com A 192.0.2.1",
         "wildcard-mx", AUDIT_WEAK, "v=spf1 -all", 2},
        {"example.com A 192.0.2.80\nweir-q7x2k9.example.com A 192.0.2.80", "wildcard-a", AUDIT_NOTE,
         "v=spf1 -all", 1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct domain_input input = {.domain = STR("Example.COM."), .token = STR("weir-q7x2k9")};
        struct row row = {
            .check = rows[i].check, .outcome = rows[i].outcome, .title = "", .fix = rows[i].fix};
        struct audit audit;
        uint32_t counts = 0;

        run_input(&input, str_from_cstr(rows[i].zone), arena, &audit);
        for (uint32_t k = 0; k < audit.count; k++)
            counts += audit.list[k].outcome >= AUDIT_COUNTS;
        CHECK_ROW(i, has_finding(&audit, &row));
        CHECK_ROW(i, counts == rows[i].counts);
        if (!has_finding(&audit, &row) || counts != rows[i].counts)
            print_findings(&audit);
        arena_free(arena);
    }
}

static void
holds_uses_against_from(void)
{
    static const struct {
        const char *from, *envelope, *signer;
        enum audit_outcome outcome;
    } rows[] = {
        {"example.com", "example.com", "example.com", AUDIT_FINE},
        {"example.com", "bounces.example.net", "example.com", AUDIT_FINE},
        {"news.example.com", "bounces.example.net", "example.com", AUDIT_FINE},
        {"example.com", "mail.example.com", "", AUDIT_NOTE},
        {"example.com", "example.com", "example.net", AUDIT_NOTE},
        {"example.com", "bounces.example.net", "example.net", AUDIT_SERIOUS},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct domain_use use = {.from = str_from_cstr(rows[i].from),
                                 .envelope = str_from_cstr(rows[i].envelope),
                                 .signer = str_from_cstr(rows[i].signer),
                                 .place = STR("a.eml")};
        struct domain_input input = {.domain = STR("example.com"),
                                     .token = STR("weir-q7x2k9"),
                                     .uses = &use,
                                     .use_count = 1};
        struct row row = {.check = "alignment", .outcome = rows[i].outcome, .title = ""};
        struct audit audit;

        run_input(&input, STR(MODEL_ZONE), arena, &audit);
        CHECK_ROW(i, has_finding(&audit, &row));
        if (!has_finding(&audit, &row))
            print_findings(&audit);
        arena_free(arena);
    }
}

/* Two domains of one host: its address and a list that is mute are told once. */
static void
tells_of_an_address_once(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct str sender = STR("192.0.2.25");
    struct zone *zone = NULL;
    struct resolver resolver;
    struct audit audit;
    struct err err;
    uint32_t reverse = 0, listed = 0, mute = 0, asked;

    CHECK(
        zone_read(make_zone("2.0.0.127.psbl",
                            "25.2.0.192.zen.spamhaus.org A 127.0.0.3\n"
                            "example.net MX 10 mx1.example.com\nexample.net TXT \"v=spf1 mx -all\"",
                            arena),
                  arena, &zone, &err));
    resolver = zone_resolver(zone);
    audit_init(&audit, arena);
    for (int i = 0; i < 2; i++) {
        struct domain_input input = {.domain = i ? STR("example.net") : STR("example.com"),
                                     .token = STR("weir-q7x2k9"),
                                     .senders = &sender,
                                     .sender_count = 1,
                                     .asks_blocklists = true};

        asked = audit.count;
        domain_audit(&input, &resolver, &audit);
        CHECK(audit.count > asked);
    }
    for (uint32_t i = 0; i < audit.count; i++) {
        const struct audit_finding *finding = &audit.list[i];

        reverse += strcmp(finding->check, "reverse-dns") == 0;
        listed += strcmp(finding->check, "blocklist") == 0 && finding->outcome == AUDIT_SERIOUS;
        mute += strcmp(finding->check, "blocklist") == 0 && finding->outcome == AUDIT_UNKNOWN;
    }
    CHECK(reverse == 1);
    CHECK(listed == 1);
    CHECK(mute == 1);
    arena_free(arena);
}

/* A zone as large as it may be, and a text as long: nothing is copied that is not shown. */
static void
bears_large_answers(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct buf zone;
    struct edge edge = {0};
    struct audit audit;
    struct domain_input input = {.domain = STR("example.com"),
                                 .token = STR("weir-q7x2k9"),
                                 .fetch = fetch,
                                 .probe = probe,
                                 .probes_own = true,
                                 .edge = &edge};

    buf_init(&zone, 16u << 20);
    for (unsigned i = 0; i < 12000; i++) {
        buf_printf(&zone, "example.com MX %u mx%u.example.com\n", i, i);
        buf_printf(&zone, "example.com TXT \"v=spf1 a:a%u.example.com ~all\"\n", i);
        buf_printf(&zone, "example.com A 192.0.%u.%u\n", i / 256, i % 256);
        buf_printf(&zone, "_dmarc.example.com TXT \"v=DMARC1; p=none; rua=mailto:a%u@a.example\"\n",
                   i);
        buf_printf(&zone, "mail._domainkey.example.com TXT \"v=DKIM1; p=%u\"\n", i);
    }
    buf_add_cstr(&zone, "_mta-sts.example.com TXT \"v=STSv1; id=");
    for (unsigned i = 0; i < 65000; i++)
        buf_add_char(&zone, 'x');
    buf_add_cstr(&zone, "\"\nmx0.example.com CNAME mx0.example.com\n");
    CHECK(!zone.is_over);
    run_input(&input, buf_str(&zone), arena, &audit);
    CHECK(audit.count > 5 && audit.count < 200);
    CHECK(edge.probed < 10);
    for (uint32_t i = 0; i < audit.count; i++)
        CHECK(audit.list[i].seen.len <= AUDIT_SEEN_MAX + 4);
    buf_done(&zone);
    arena_free(arena);
}

/* ---- patience ---- */

static void
time_out(void *context, struct str name, enum dns_type type, struct arena *arena,
         struct dns_answer *ret)
{
    (void)name;
    (void)type;
    (void)arena;
    ++*(uint32_t *)context;
    *ret = (struct dns_answer){.status = DNS_TIMED_OUT};
}

static int64_t now;

static int64_t
read_now(void)
{
    return now;
}

static void
loses_patience(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    uint32_t asked = 0;
    struct resolver dead = {.ask = time_out, .context = &asked};
    struct patience patience = {.inner = &dead};
    struct resolver resolver = patience_resolver(&patience);

    for (int i = 0; i < 10; i++)
        CHECK(resolver_ask(&resolver, STR("a.example.com"), DNS_A, arena).status == DNS_TIMED_OUT);
    CHECK(asked == PATIENCE_TIMEOUTS);
    for (int i = 0; i < 1000; i++)
        resolver_ask(&resolver, arena_printf(arena, "a%d.example", i), DNS_A, arena);
    CHECK(asked == PATIENCE_TIMEOUTS_ALL);

    asked = 0;
    patience = (struct patience){.inner = &dead, .now_ms = read_now, .end_ms = 100};
    now = 99;
    resolver_ask(&resolver, STR("example.com"), DNS_A, arena);
    now = 100;
    resolver_ask(&resolver, STR("example.com"), DNS_A, arena);
    CHECK(asked == 1);
    arena_free(arena);
}

static void
looks_a_dead_domain_over_quickly(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    uint32_t asked = 0;
    struct resolver dead = {.ask = time_out, .context = &asked};
    struct patience patience = {.inner = &dead};
    struct resolver resolver = patience_resolver(&patience);
    struct domain_input input = {
        .domain = STR("example.com"), .token = STR("weir-q7x2k9"), .asks_blocklists = true};
    struct audit audit;

    audit_init(&audit, arena);
    domain_audit(&input, &resolver, &audit);
    CHECK(asked <= PATIENCE_TIMEOUTS_ALL);
    CHECK(audit.count == 1 && audit.list[0].outcome == AUDIT_UNKNOWN);
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"leaves a good domain alone", leaves_a_good_domain_alone},
        {"judges mail servers", judges_mail_servers},
        {"judges SPF", judges_spf},
        {"judges keys", judges_keys},
        {"judges policies", judges_policies},
        {"judges transport", judges_transport},
        {"judges addresses", judges_addresses},
        {"knows specialists", knows_specialists},
        {"judges other domains", judges_other_domains},
        {"holds uses against From", holds_uses_against_from},
        {"tells of an address once", tells_of_an_address_once},
        {"bears large answers", bears_large_answers},
        {"loses patience", loses_patience},
        {"looks a dead domain over quickly", looks_a_dead_domain_over_quickly},
    };

    return tap_main(cases, COUNT(cases));
}
