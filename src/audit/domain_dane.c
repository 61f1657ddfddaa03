#include "audit/domain_parts.h"

#include "audit/tlsa.h"

#define CHECK "dane"

/* ---- DNSSEC of the domain itself ---- */

/* The first of the domain's own answers that DNSSEC calls broken; NULL: none. */
static const struct dns_answer *
find_bogus(const struct domain *domain, enum dns_type *ret_type)
{
    const struct {
        const struct dns_answer *answer;
        enum dns_type type;
    } answers[] = {{&domain->mx, DNS_MX},
                   {&domain->txt, DNS_TXT},
                   {&domain->v4, DNS_A},
                   {&domain->v6, DNS_AAAA}};

    for (size_t i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
        if (answers[i].answer->status == DNS_BOGUS) {
            *ret_type = answers[i].type;
            return answers[i].answer;
        }
    }
    return NULL;
}

void
domain_check_dnssec(struct domain *domain)
{
    enum dns_type type = DNS_MX;
    const struct dns_answer *bogus = find_bogus(domain, &type);
    struct audit_finding *finding;

    if (bogus) {
        finding = domain_tell(
            domain, "dnssec", AUDIT_SERIOUS,
            arena_printf(domain->arena, STR_FMT " %s", STR_ARG(domain->name), dns_type_name(type)),
            bogus->reason,
            "Servers that validate, which the large ones do, get no answer at all: no mail to the "
            "domain, and none of its records counts.",
            "DNSSEC of " STR_FMT " is broken", STR_ARG(domain->name));
        domain_fix_text(domain, finding,
                        "Sign the zone anew and compare the DS record at the registrar with its "
                        "key; until then, have the DS record removed there.");
        return;
    }
    if (!domain->input->validates || !domain_knows(&domain->mx))
        return;
    if (domain->mx.is_secure) {
        domain_tell(domain, "dnssec", AUDIT_FINE, domain->name, STR_EMPTY, NULL,
                    STR_FMT " is signed with DNSSEC", STR_ARG(domain->name));
        return;
    }
    finding = domain_tell(domain, "dnssec", AUDIT_NOTE, domain->name, STR_EMPTY,
                          "Answers about it can be forged on the way, and DANE needs it.",
                          STR_FMT " is not signed with DNSSEC", STR_ARG(domain->name));
    domain_fix_text(domain, finding,
                    "Switch DNSSEC on where the zone is kept, and give the DS "
                    "record to the registrar.");
}

/* ---- TLSA of its mail servers ---- */

static struct str
quote_tlsa(struct domain *domain, const struct tlsa *tlsa)
{
    static const char digits[] = "0123456789abcdef";
    char hex[2 * 64 + 1];
    size_t len = 0;

    for (size_t i = 0; i < tlsa->data.len && len + 2 < sizeof(hex); i++) {
        hex[len++] = digits[(unsigned char)tlsa->data.data[i] >> 4];
        hex[len++] = digits[(unsigned char)tlsa->data.data[i] & 15];
    }
    return arena_printf(domain->arena, "TLSA %u %u %u " STR_FMT, tlsa->usage, tlsa->selector,
                        tlsa->matching, (int)len, hex);
}

static struct str
certificate_of(const struct domain *domain, struct str host)
{
    const struct domain_input *input = domain->input;

    return input->certificate ? input->certificate(input->edge, host, domain->arena) : STR_EMPTY;
}

static void
fix_tlsa(struct domain *domain, struct audit_finding *finding, struct str name,
         struct str certificate)
{
    unsigned char digest[TLSA_DIGEST_BYTES];
    struct tlsa tlsa = {3, 1, 1, {(const char *)digest, sizeof(digest)}};

    if (certificate.len && tlsa_key_digest(certificate, digest)) {
        domain_fix_record(domain, finding, name, "TLSA",
                          str_from(quote_tlsa(domain, &tlsa), STR("TLSA ").len));
        return;
    }
    domain_fix_text(domain, finding,
                    "Make it anew from the certificate in use: openssl x509 -in CERTIFICATE "
                    "-pubkey -noout | openssl pkey -pubin -outform DER | sha256sum gives the data "
                    "of " STR_FMT ". TLSA 3 1 1.",
                    STR_ARG(name));
}

/* What the records of one host come to. */
struct records {
    uint32_t usable, matching, differing;
    struct str seen; /* the record that matters most */
    const char *fault;
};

static struct records
judge_records(struct domain *domain, const struct dns_answer *answer, struct str certificate)
{
    struct records records = {.seen = STR_EMPTY};

    for (uint32_t i = 0; i < answer->count && i < DOMAIN_ADDRESSES_MAX; i++) {
        struct tlsa tlsa;
        enum tlsa_fault fault = tlsa_read(answer->records[i].data, &tlsa);

        if (fault != TLSA_FINE) {
            records.fault = tlsa_fault_text(fault);
            if (!records.usable)
                records.seen = quote_tlsa(domain, &tlsa);
            continue;
        }
        if (records.usable++ == 0)
            records.seen = quote_tlsa(domain, &tlsa);
        switch (tlsa_match(&tlsa, certificate)) {
        case TLSA_MATCHES:
            records.matching++;
            break;
        case TLSA_DIFFERS:
            records.differing++;
            break;
        case TLSA_UNTOLD:
            break;
        }
    }
    return records;
}

static void
judge_host(struct domain *domain, const struct domain_host *host, struct str name,
           const struct dns_answer *answer)
{
    struct str certificate = certificate_of(domain, host->name);
    struct records records = judge_records(domain, answer, certificate);
    struct str place = arena_printf(domain->arena, STR_FMT " TLSA", STR_ARG(name));
    struct audit_finding *finding;

    if (!answer->is_secure) {
        if (!domain->input->validates)
            return;
        finding =
            domain_tell(domain, CHECK, AUDIT_WEAK, place, records.seen,
                        "TLSA records count only when DNSSEC proves them: these protect "
                        "nothing, though they look as if they did.",
                        "The TLSA records of " STR_FMT " are not signed", STR_ARG(host->name));
        domain_fix_text(domain, finding, "Sign the zone with DNSSEC, or remove the records.");
    } else if (records.usable == 0) {
        finding = domain_tell(domain, CHECK, AUDIT_WEAK, place, records.seen,
                              "Senders then want TLS, but take any certificate.",
                              "No TLSA record of " STR_FMT " can be used: %s", STR_ARG(host->name),
                              records.fault ? records.fault : "there is none");
        fix_tlsa(domain, finding, name, certificate);
    } else if (records.differing == records.usable) {
        finding = domain_tell(domain, CHECK, AUDIT_SERIOUS, place, records.seen,
                              "Senders that check DANE do not deliver: the certificate was mostly "
                              "renewed without its TLSA record.",
                              "The TLSA records of " STR_FMT " do not fit its certificate",
                              STR_ARG(host->name));
        fix_tlsa(domain, finding, name, certificate);
    } else {
        domain_tell(domain, CHECK, AUDIT_FINE, place, records.seen, NULL,
                    records.matching ? "DANE names the certificate of " STR_FMT
                                     : "DANE is there for " STR_FMT,
                    STR_ARG(host->name));
    }
}

static void
tell_bogus(struct domain *domain, struct str name, const struct dns_answer *answer)
{
    struct audit_finding *finding =
        domain_tell(domain, CHECK, AUDIT_SERIOUS,
                    arena_printf(domain->arena, STR_FMT " TLSA", STR_ARG(name)), answer->reason,
                    "Senders that check DANE cannot tell whether there are TLSA records, and hold "
                    "back the mail "
                    "(RFC 7672 section 2.1.2).",
                    "DNSSEC is broken for " STR_FMT, STR_ARG(name));

    domain_fix_text(domain, finding,
                    "Sign that zone anew; name servers must also be able to prove "
                    "that a name does not exist.");
}

void
domain_check_dane(struct domain *domain)
{
    uint32_t with = 0;

    for (uint32_t i = 0; i < domain->host_count; i++) {
        const struct domain_host *host = &domain->hosts[i];
        struct str name = arena_printf(domain->arena, "_25._tcp." STR_FMT, STR_ARG(host->name));
        struct dns_answer answer;

        if (host->is_literal || !domain_has_host(host))
            continue;
        answer = domain_ask(domain, name, DNS_TLSA);
        if (answer.status == DNS_BOGUS)
            tell_bogus(domain, name, &answer);
        else if (!domain_knows(&answer))
            domain_unanswered(domain, CHECK, name, DNS_TLSA, &answer);
        else if (answer.count)
            judge_host(domain, host, name, &answer);
        with += !domain_knows(&answer) || answer.count > 0;
    }
    /* Mail servers of a specialist, and those of unsigned zones, are not for the domain to change.
     */
    if (with || domain->provider || !domain->mx.is_secure || domain->host_count == 0 ||
        !domain->hosts[0].v4.is_secure)
        return;
    domain_fix_text(domain,
                    domain_tell(domain, CHECK, AUDIT_NOTE, domain->hosts[0].name, STR_EMPTY,
                                "The zone is signed: a TLSA record would make senders insist on "
                                "TLS with the right certificate.",
                                "The mail servers of " STR_FMT " have no TLSA records",
                                STR_ARG(domain->name)),
                    "Publish _25._tcp." STR_FMT ". TLSA 3 1 1 with the SHA-256 of its key, and "
                    "renew certificates with the same key.",
                    STR_ARG(domain->hosts[0].name));
}
