#include "auth/spf_parts.h"

bool
spf_same_prefix(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    unsigned bytes = bits / 8, rest = bits % 8;

    if (memcmp(a, b, bytes) != 0)
        return false;
    return rest == 0 || ((a[bytes] ^ b[bytes]) >> (8 - rest)) == 0;
}

static enum dns_type
address_type(const struct spf_run *run)
{
    return run->values.ip_len == 4 ? DNS_A : DNS_AAAA;
}

static bool
has_client(const struct spf_run *run, const struct dns_answer *answer, const struct spf_term *term)
{
    unsigned bits = run->values.ip_len == 4 ? term->bits4 : term->bits6;

    for (uint32_t i = 0; i < answer->count; i++) {
        if (spf_same_prefix((const unsigned char *)answer->records[i].data.data, run->values.ip,
                            bits))
            return true;
    }
    return false;
}

/* What a status that is no answer makes of the mechanism (RFC 7208 section 5). */
static enum spf_match
without_answer(struct spf_run *run, const struct spf_term *term, struct str name,
               const struct dns_answer *answer)
{
    switch (answer->status) {
    case DNS_FOUND:
    case DNS_NO_DATA:
    case DNS_NO_NAME:
        return SPF_MATCH_NO;
    case DNS_PENDING:
        return SPF_MATCH_PENDING;
    case DNS_FAILED:
    case DNS_TIMED_OUT:
    case DNS_BOGUS:
        break;
    }
    spf_problem(run, term->text, "asking for " STR_FMT ": %s%s" STR_FMT, STR_ARG(name),
                dns_status_name(answer->status), answer->reason.len ? ": " : "",
                STR_ARG(answer->reason));
    return SPF_MATCH_TEMPERROR;
}

static bool
is_void(struct str name, const struct dns_answer *answer)
{
    /* A name that cannot be asked for costs nobody a question. */
    return (answer->status == DNS_NO_DATA || answer->status == DNS_NO_NAME) &&
           dns_name_is_valid(name);
}

/* A term without an answer: two are forgiven (RFC 7208 section 4.6.4). */
static enum spf_match
count_void(struct spf_run *run, const struct spf_term *term)
{
    if (++run->voids <= SPF_VOIDS_MAX)
        return SPF_MATCH_NO;
    spf_problem(run, term->text, "more than %d terms whose names do not exist", SPF_VOIDS_MAX);
    return SPF_MATCH_PERMERROR;
}

static enum spf_match
match_address(struct spf_run *run, const struct spf_term *term, struct str name, enum dns_type type)
{
    struct dns_answer answer = spf_ask(run, name, type);

    if (answer.status != DNS_FOUND) {
        enum spf_match match = without_answer(run, term, name, &answer);

        return is_void(name, &answer) ? count_void(run, term) : match;
    }
    if (term->kind == SPF_TERM_EXISTS || has_client(run, &answer, term))
        return SPF_MATCH_YES;
    return SPF_MATCH_NO;
}

/* In the order of preference, then of names: a server that turns the order changes nothing. */
static void
sort_hosts(struct dns_record *hosts, uint32_t count)
{
    for (uint32_t i = 1; i < count; i++) {
        struct dns_record host = hosts[i];
        uint32_t at = i;

        for (; at > 0; at--) {
            const struct dns_record *other = &hosts[at - 1];

            if (other->preference < host.preference ||
                (other->preference == host.preference && str_compare(other->data, host.data) <= 0))
                break;
            hosts[at] = *other;
        }
        hosts[at] = host;
    }
}

/*
 * The hosts one after the other: the first that has the client decides. While an answer is missing
 * the others are asked for all the same, so that all are under way at once.
 */
static enum spf_match
match_hosts(struct spf_run *run, const struct spf_term *term, const struct dns_record *hosts,
            uint32_t count)
{
    bool is_pending = false, has_void = false;

    for (uint32_t i = 0; i < count; i++) {
        struct str name = hosts[i].data;
        struct dns_answer answer = spf_ask(run, name, address_type(run));
        enum spf_match match;

        if (answer.status == DNS_PENDING)
            is_pending = true;
        if (is_pending)
            continue;
        if (answer.status == DNS_FOUND && has_client(run, &answer, term))
            return SPF_MATCH_YES;
        match = without_answer(run, term, name, &answer);
        if (match != SPF_MATCH_NO)
            return match;
        has_void = has_void || is_void(name, &answer);
    }
    if (is_pending)
        return SPF_MATCH_PENDING;
    return has_void ? count_void(run, term) : SPF_MATCH_NO;
}

static enum spf_match
match_mx(struct spf_run *run, const struct spf_term *term, struct str name)
{
    struct dns_answer answer = spf_ask(run, name, DNS_MX);
    struct dns_record hosts[SPF_MX_MAX];

    if (answer.status != DNS_FOUND) {
        enum spf_match match = without_answer(run, term, name, &answer);

        return is_void(name, &answer) ? count_void(run, term) : match;
    }
    if (answer.count > SPF_MX_MAX) {
        spf_problem(run, term->text, STR_FMT " has more than %d MX", STR_ARG(name), SPF_MX_MAX);
        return SPF_MATCH_PERMERROR;
    }
    memcpy(hosts, answer.records, answer.count * sizeof(hosts[0]));
    sort_hosts(hosts, answer.count);
    /* "MX 0 ." says that there is none (RFC 7505). */
    if (answer.count == 1 && str_eq(hosts[0].data, STR(".")))
        return SPF_MATCH_NO;
    return match_hosts(run, term, hosts, answer.count);
}

/* An error of the DNS is no match here (section 5.5); a client without a name is a void one. */
static enum spf_match
match_ptr(struct spf_run *run, const struct spf_term *term, struct str domain)
{
    if (!spf_validate_names(run))
        return SPF_MATCH_PENDING;
    if (run->names_status == DNS_NO_DATA || run->names_status == DNS_NO_NAME)
        return count_void(run, term);
    for (uint32_t i = 0; i < run->name_count; i++) {
        struct str name = run->names[i];

        if (domain.len && name.len >= domain.len &&
            str_eq_nocase(str_from(name, name.len - domain.len), domain) &&
            (name.len == domain.len || name.data[name.len - domain.len - 1] == '.'))
            return SPF_MATCH_YES;
    }
    return SPF_MATCH_NO;
}

static enum spf_match
match_network(const struct spf_run *run, const struct spf_term *term)
{
    bool is_ip4 = term->kind == SPF_TERM_IP4;

    if ((run->values.ip_len == 4) != is_ip4)
        return SPF_MATCH_NO;
    return spf_same_prefix(term->network, run->values.ip, is_ip4 ? term->bits4 : term->bits6)
               ? SPF_MATCH_YES
               : SPF_MATCH_NO;
}

void
spf_ask_ahead(struct spf_run *run, const struct spf_term *term, struct str domain)
{
    struct str ip = {(const char *)run->values.ip, run->values.ip_len}, name;
    enum dns_type type = DNS_TXT;

    if (!spf_term_asks(term) || spf_macro_uses(term->domain, STR("p")) ||
        !spf_target(run, term->domain, domain, &name))
        return;
    if (term->kind == SPF_TERM_A)
        type = address_type(run);
    else if (term->kind == SPF_TERM_MX)
        type = DNS_MX;
    else if (term->kind == SPF_TERM_EXISTS)
        type = DNS_A;
    else if (term->kind == SPF_TERM_PTR)
        type = DNS_PTR;
    if (term->kind == SPF_TERM_PTR)
        name = dns_reverse_name(ip, run->arena);
    /* Neither counted nor traced: the next run does that, when it comes to the term. */
    (void)resolver_ask(run->resolver, name, type, run->arena);
}

enum spf_match
spf_match(struct spf_run *run, const struct spf_term *term, struct str domain)
{
    struct str name;

    if (term->kind == SPF_TERM_IP4 || term->kind == SPF_TERM_IP6)
        return match_network(run, term);
    if (!spf_target(run, term->domain, domain, &name))
        return SPF_MATCH_PENDING;
    if (term->kind == SPF_TERM_MX)
        return match_mx(run, term, name);
    if (term->kind == SPF_TERM_PTR)
        return match_ptr(run, term, name);
    return match_address(run, term, name, term->kind == SPF_TERM_A ? address_type(run) : DNS_A);
}
