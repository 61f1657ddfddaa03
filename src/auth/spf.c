#include "auth/spf.h"

#include <idn2.h>

#include "auth/spf_parts.h"
#include "base/cidr.h"

const char *
spf_result_name(enum spf_result result)
{
    static const char *const names[] = {
        [SPF_NONE] = "none",           [SPF_NEUTRAL] = "neutral",   [SPF_PASS] = "pass",
        [SPF_FAIL] = "fail",           [SPF_SOFTFAIL] = "softfail", [SPF_TEMPERROR] = "temperror",
        [SPF_PERMERROR] = "permerror", [SPF_PENDING] = "pending",
    };

    return names[result];
}

const char *
spf_outcome_name(enum spf_outcome outcome)
{
    static const char *const names[] = {
        [SPF_VISIT_NO_MATCH] = "no match",   [SPF_VISIT_MATCH] = "match",
        [SPF_VISIT_TEMPERROR] = "temperror", [SPF_VISIT_PERMERROR] = "permerror",
        [SPF_VISIT_PENDING] = "pending",
    };

    return names[outcome];
}

static bool
read_client(struct str ip, struct spf_macro_values *values)
{
    struct cidr client;

    if (str_index(ip, '/') < ip.len || !cidr_parse(ip, &client))
        return false;
    memcpy(values->ip, client.bytes, sizeof(values->ip));
    values->ip_len = client.is_ipv4 ? 4 : 16;
    return true;
}

/* With A-labels (RFC 7208 section 4.3); a name that has none is no domain. */
static struct str
to_ascii(struct str domain, struct arena *arena)
{
    char text[DNS_NAME_MAX * 4 + 1];
    uint8_t *ascii;
    size_t at = 0;

    while (at < domain.len && (unsigned char)domain.data[at] < 0x80)
        at++;
    if (at == domain.len || domain.len >= sizeof(text) || str_index(domain, '\0') < domain.len)
        return arena_str(arena, domain);
    memcpy(text, domain.data, domain.len);
    text[domain.len] = '\0';
    if (idn2_lookup_u8((const uint8_t *)text, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) !=
        IDN2_OK)
        return STR_EMPTY;
    domain = arena_str(arena, str_from_cstr((const char *)ascii));
    idn2_free(ascii);
    return domain;
}

/* A name of the DNS with two labels or more (RFC 7208 section 4.3); a literal address is none. */
static bool
is_domain(struct str domain)
{
    return dns_name_is_valid(domain) && str_index(domain, '.') < domain.len &&
           domain.data[0] != '[' && !str_eq(domain, STR("."));
}

/* Sender and domain of the request: of MAIL FROM, or of HELO where that is empty. */
static void
read_sender(const struct spf_request *request, struct spf_macro_values *values)
{
    struct str sender = request->mail_from.len ? request->mail_from : request->helo;
    size_t at = sender.len;

    if (request->mail_from.len) {
        while (at > 0 && sender.data[at - 1] != '@')
            at--;
    } else {
        at = 0; /* a HELO with '@' in it is no address */
    }
    values->sender_domain = str_from(sender, at);
    values->local = at > 1 ? str_first(sender, at - 1) : STR("postmaster");
    values->local = str_first(values->local, SPF_LOCAL_MAX);
    if (values->sender_domain.len > 1 && str_ends(values->sender_domain, STR(".")))
        values->sender_domain.len--;
}

struct spf_verdict
spf_check(const struct spf_request *request, const struct resolver *resolver, struct arena *arena,
          struct spf_trace *trace)
{
    struct spf_verdict verdict = {.result = SPF_NONE};
    struct spf_run run = {
        .resolver = resolver,
        .arena = arena,
        .trace = trace,
        .visit = SPF_NO_VISIT,
        .values = {.helo = str_first(request->helo, SPF_LOCAL_MAX),
                   .receiver = request->receiver.len ? request->receiver : STR("unknown"),
                   .time_s = request->time_s},
    };
    struct str domain;

    if (trace)
        trace->visit_count = trace->question_count = trace->lost = 0;
    read_sender(request, &run.values);
    domain = run.values.sender_domain = to_ascii(run.values.sender_domain, arena);
    if (!read_client(request->ip, &run.values)) {
        verdict.problem = STR("the client's address is none");
        return verdict;
    }
    if (!is_domain(domain)) {
        verdict.problem = STR("the sender has no domain that could have a record");
        return verdict;
    }
    verdict.domain = domain;
    verdict.sender = arena_join(
        arena, (const struct str[]){run.values.local, STR("@"), run.values.sender_domain}, 3);
    if (!verdict.sender.len)
        run.is_out_of_room = true;
    verdict.result = spf_evaluate(&run, domain, 0);
    if (verdict.result == SPF_NONE)
        spf_problem(&run, STR_EMPTY, STR_FMT " has no SPF record", STR_ARG(domain));
    if (verdict.result == SPF_FAIL && !spf_explain(&run, &verdict))
        verdict.result = SPF_PENDING;
    if (run.is_out_of_room) {
        verdict.result = SPF_TEMPERROR;
        run.problem = STR("out of room");
    }
    verdict.problem = run.problem;
    verdict.place = run.place;
    verdict.lookups = run.lookups;
    verdict.voids = run.voids;
    return verdict;
}
