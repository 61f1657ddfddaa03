#include "audit/relay_parts.h"

#include "base/civil.h"

#define DAY_SECONDS INT64_C(86400)

static struct audit_finding *
add(const struct relay_facts *facts, struct audit *audit, const char *check,
    enum audit_outcome outcome, struct str title, struct str seen, struct str why)
{
    return audit_add(audit, (struct audit_finding){.area = AUDIT_RELAY,
                                                   .check = check,
                                                   .outcome = outcome,
                                                   .subject = facts->subject,
                                                   .title = title,
                                                   .place = facts->address,
                                                   .seen = str_first(seen, AUDIT_SEEN_MAX),
                                                   .why = why});
}

static void
fix(struct audit *audit, struct audit_finding *finding, struct str text)
{
    audit_fix(audit, finding, (struct audit_fix){.kind = AUDIT_FIX_TEXT, .value = text});
}

/* Programs of users refuse what is wrong there; servers mostly take any certificate. */
static enum audit_outcome
gravity(const struct relay_facts *facts)
{
    return facts->role == RELAY_ROLE_MX ? AUDIT_NOTE : AUDIT_WEAK;
}

static void
check_absence(const struct relay_facts *facts, struct audit *audit)
{
    struct audit_finding *finding;

    if (facts->tls_reply.code == 0 && facts->tls_fault.len == 0) {
        finding = add(facts, audit, "relay-starttls", AUDIT_WEAK, STR("It offers no STARTTLS."),
                      relay_quote(&facts->banner, audit->arena),
                      STR("Mail to it can be read on the way, and large providers mark it."));
        fix(audit, finding, STR("On the server: set up a certificate (certbot) and STARTTLS."));
        return;
    }
    finding =
        add(facts, audit, "relay-starttls", AUDIT_SERIOUS,
            STR("It offers STARTTLS, and TLS does not come about."),
            facts->tls_fault.len ? facts->tls_fault : relay_quote(&facts->tls_reply, audit->arena),
            STR("Some senders then deliver in the clear, others not at all."));
    fix(audit, finding,
        STR("On the server: look into its log for the reason: usually the key or the certificate "
            "cannot be read, or they do not belong together."));
}

static void
check_protocol(const struct relay_facts *facts, struct audit *audit)
{
    struct str seen = arena_printf(audit->arena, STR_FMT " " STR_FMT,
                                   STR_ARG(facts->peer->protocol), STR_ARG(facts->peer->cipher));
    bool is_old = str_eq(facts->peer->protocol, STR("TLSv1")) ||
                  str_eq(facts->peer->protocol, STR("TLSv1.1"));

    if (!is_old) {
        audit_fine(audit, AUDIT_RELAY, "relay-starttls", facts->subject,
                   STR("TLS comes about with a current version."), seen);
        return;
    }
    fix(audit,
        add(facts, audit, "relay-starttls", AUDIT_WEAK,
            STR("It speaks nothing newer than TLS 1.1."), seen,
            STR("RFC 8996 forbids it, and current programs refuse it.")),
        STR("On the server: a current OpenSSL or GnuTLS, and TLS 1.2 and 1.3 allowed."));
}

static struct str
quote_certificate(const struct relay_facts *facts, struct arena *arena)
{
    const struct smtp_certificate *own = &facts->peer->chain[0];
    char until[32];
    struct str names = STR_EMPTY;

    civil_write_utc(own->not_after_s, until);
    for (uint32_t i = 0; i < facts->peer->name_count && i < 4; i++)
        names = arena_printf(arena, STR_FMT "%s" STR_FMT, STR_ARG(names), i ? ", " : "",
                             STR_ARG(facts->peer->names[i]));
    return arena_printf(arena, "for " STR_FMT ", by " STR_FMT ", until %s", STR_ARG(names),
                        STR_ARG(own->issuer), until);
}

static void
check_dates(const struct relay_facts *facts, int64_t now_s, struct str seen, struct audit *audit)
{
    int64_t left_s = facts->peer->chain[0].not_after_s - now_s;
    struct str renew = STR("On the server: renew it (certbot renew), reload the mail server after "
                           "each renewal, and see that the timer runs.");

    if (left_s < 0)
        fix(audit,
            add(facts, audit, "relay-certificate",
                facts->role == RELAY_ROLE_MX ? AUDIT_WEAK : AUDIT_SERIOUS,
                STR("Its certificate has expired."), seen,
                STR("Programs of users refuse to connect, and so do servers that check.")),
            renew);
    else if (left_s < RELAY_EXPIRY_DAYS * DAY_SECONDS)
        fix(audit,
            add(facts, audit, "relay-certificate", AUDIT_NOTE,
                arena_printf(audit->arena, "Its certificate expires in %d days.",
                             (int)(left_s / DAY_SECONDS)),
                seen, STR("Usually one is renewed a month before its end: the renewal may fail.")),
            renew);
}

static void
check_certificate(const struct relay_facts *facts, int64_t now_s, struct audit *audit)
{
    struct str seen;
    bool is_valid_now;

    if (facts->peer->chain_count == 0) {
        add(facts, audit, "relay-certificate", gravity(facts), STR("It shows no certificate."),
            facts->peer->cipher, STR("Nobody can tell whether it is the right server."));
        return;
    }
    seen = quote_certificate(facts, audit->arena);
    is_valid_now = now_s <= facts->peer->chain[0].not_after_s;
    check_dates(facts, now_s, seen, audit);
    if (!facts->peer->is_matching)
        fix(audit,
            add(facts, audit, "relay-certificate", gravity(facts),
                arena_printf(audit->arena, "Its certificate is not for " STR_FMT ".",
                             STR_ARG(facts->host)),
                seen, STR("Who checks it, as with MTA-STS, does not deliver or connect.")),
            STR("On the server: a certificate for every name that users and MX records name."));
    if (!facts->peer->has_authorities)
        audit_unknown(audit, AUDIT_RELAY, "relay-certificate", facts->subject,
                      STR("Whether its certificate is trusted could not be judged."),
                      STR("This machine knows no authorities: install ca-certificates."));
    else if (!facts->peer->is_trusted && is_valid_now)
        fix(audit,
            add(facts, audit, "relay-certificate", gravity(facts),
                arena_printf(audit->arena, "Its certificate is not trusted: " STR_FMT ".",
                             STR_ARG(facts->peer->distrust)),
                seen, STR("Who checks it, as with MTA-STS, does not deliver or connect.")),
            STR("On the server: a certificate of a public authority (certbot), with the whole "
                "chain (fullchain.pem)."));
    if (facts->peer->is_matching && facts->peer->is_trusted &&
        facts->peer->chain[0].not_after_s - now_s >= RELAY_EXPIRY_DAYS * DAY_SECONDS)
        audit_fine(audit, AUDIT_RELAY, "relay-certificate", facts->subject,
                   STR("Its certificate is valid, trusted and for its name."), seen);
}

void
relay_check_tls(const struct relay_facts *facts, int64_t now_s, struct audit *audit)
{
    if (facts->banner.code != 220)
        return;
    if (!facts->peer) {
        check_absence(facts, audit);
        return;
    }
    check_protocol(facts, audit);
    check_certificate(facts, now_s, audit);
}
