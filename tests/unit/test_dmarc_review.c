/*
 * Each row is a zone, a domain, and what its owner is told: the codes, "!" before those that have
 * to be mended, and the record of the first that has one.
 */

#include "auth/dmarc_review.h"
#include "base/buf.h"
#include "dns/zone.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)64 << 20)

static struct arena *arena;

static const struct {
    const char *zone, *domain, *told, *name, *value;
} rows[] = {
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject; rua=mailto:a@example.com\"\n", "example.com", "",
     "", ""},
    {"", "www.example.com", "!dmarc-missing", "_dmarc.example.com",
     "v=DMARC1; p=none; rua=mailto:dmarc-reports@example.com"},
    {"_dmarc.example.com TXT \"v=DMARC1; p=none; rua=mailto:a@example.com\"\n", "example.com",
     "dmarc-policy-none", "_dmarc.example.com",
     "v=DMARC1; p=quarantine; np=reject; rua=mailto:a@example.com"},
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject\"\n", "www.example.com", "dmarc-no-reports",
     "_dmarc.example.com", "v=DMARC1; p=reject; rua=mailto:dmarc-reports@example.com"},
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject; sp=none; np=reject; "
     "rua=mailto:a@example.com\"\n",
     "example.com", "!dmarc-subdomains-open", "_dmarc.example.com",
     "v=DMARC1; p=reject; rua=mailto:a@example.com"},
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject; np=none; t=y; rua=mailto:a@example.com\"\n",
     "example.com", "!dmarc-absent-open dmarc-test", "_dmarc.example.com",
     "v=DMARC1; p=reject; t=y; rua=mailto:a@example.com"},
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject; psd=y; rua=mailto:a@example.com\"\n",
     "example.com", "!dmarc-psd", "_dmarc.example.com",
     "v=DMARC1; p=reject; rua=mailto:a@example.com"},
    {"_dmarc.example.com TXT \"v=DMARC1; p=quarantine; adkim=x; rua=mailto:a@example.com\"\n",
     "example.com", "!dmarc-record", "_dmarc.example.com",
     "v=DMARC1; p=quarantine; rua=mailto:a@example.com"},
    {"_dmarc.example.com TXT \"v=DMARC1; adkim=s\"\n", "example.com",
     "!dmarc-record dmarc-no-reports", "_dmarc.example.com", "v=DMARC1; p=none; adkim=s"},
    {"_dmarc.example.com TXT \"v=DMARC1; p=none\"\n_dmarc.example.com TXT \"v=DMARC1; "
     "p=quarantine\"\n",
     "example.com", "!dmarc-several !dmarc-missing", "_dmarc.example.com",
     "v=DMARC1; p=quarantine"},
    {"_dmarc.com TXT \"v=DMARC1; p=none\"\n_dmarc.example.com TXT \"v=DMARC1; p=reject; "
     "rua=mailto:a@example.com\"\n",
     "example.com", "dmarc-organisation", "_dmarc.example.com",
     "v=DMARC1; p=reject; psd=n; rua=mailto:a@example.com"},
    {"_dmarc.com TXT \"v=DMARC1; p=reject; psd=y\"\n", "www.example.com", "dmarc-suffix-policy",
     "_dmarc.example.com", "v=DMARC1; p=none; rua=mailto:dmarc-reports@example.com"},
    {"_dmarc.example.com TXT \"v=DMARC1; p=reject; ruf=mailto:a@example.net; "
     "rua=mailto:a@example.com\"\n",
     "example.com", "!dmarc-report-refused", "example.com._report._dmarc.example.net", "v=DMARC1"},
    {"_dmarc.example.com ANY timeout\n", "example.com", "!dmarc-dns", "", ""},
};

static void
list_problems(const struct dmarc_review *review, struct buf *told, struct str *ret_name,
              struct str *ret_value)
{
    *ret_name = *ret_value = STR_EMPTY;
    for (uint32_t i = 0; i < review->problem_count; i++) {
        const struct dmarc_problem *problem = &review->problems[i];

        buf_printf(told, "%s%s%s", i ? " " : "", problem->weight == DMARC_FAULT ? "!" : "",
                   problem->code);
        if (ret_name->len == 0) {
            *ret_name = problem->fix_name;
            *ret_value = problem->fix_value;
        }
    }
}

static void
tells_what_to_publish(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct zone *zone;
        struct resolver resolver;
        struct dmarc_review *review;
        struct str name, value;
        struct buf told;
        struct err err;

        CHECK_ROW(i, zone_read(tap_str(rows[i].zone), arena, &zone, &err));
        resolver = zone_resolver(zone);
        review = dmarc_review(&resolver, (struct suffixes){NULL}, tap_str(rows[i].domain), arena);
        buf_init(&told, 1 << 16);
        list_problems(review, &told, &name, &value);
        CHECK_STR(buf_str(&told), rows[i].told);
        CHECK_STR(name, rows[i].name);
        CHECK_STR(value, rows[i].value);
        CHECK_ROW(i, review->has_failed == str_has(buf_str(&told), STR("dmarc-dns")));
        buf_done(&told);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"tells a domain's owner what to publish", tells_what_to_publish},
    };
    int code;

    arena = arena_new(ARENA_BYTES);
    code = tap_main(cases, COUNT(cases));
    arena_free(arena);
    return code;
}
