#include "audit/domain_parts.h"

#include "base/internet.h"

#define CHECK "reverse-dns"
#define NAMES_MAX 8 /* of one address that are followed */

/* Words of names that providers give to lines of their customers. */
static const char *const generic_words[] = {
    "dynamic", "dhcp", "dsl", "adsl", "vdsl", "pool",     "ppp",    "pppoe",  "cable",
    "dialup",  "dial", "dyn", "ip",   "host", "customer", "static", "client", "unassigned",
};

static bool
is_generic_word(struct str word)
{
    for (size_t i = 0; i < sizeof(generic_words) / sizeof(generic_words[0]); i++) {
        if (str_eq_nocase(word, str_from_cstr(generic_words[i])))
            return true;
    }
    return false;
}

/* Cuts the next run of letters, or of digits, off the name. */
static struct str
next_run(struct str *name)
{
    size_t from = 0, to;

    while (from < name->len && !str_is_digit(name->data[from]) &&
           !((name->data[from] | 32) >= 'a' && (name->data[from] | 32) <= 'z'))
        from++;
    *name = str_from(*name, from);
    for (to = 0; to < name->len; to++) {
        char c = name->data[to];
        bool is_digit = str_is_digit(c), is_letter = (c | 32) >= 'a' && (c | 32) <= 'z';

        if ((!is_digit && !is_letter) || is_digit != str_is_digit(name->data[0]))
            break;
    }
    struct str run = str_first(*name, to);

    *name = str_from(*name, to);
    return run;
}

/*
 * A name made from the address ("203-0-113-9.pool.example.net"): three of its numbers are in it; or
 * two of them and a word that such names have.
 */
static bool
is_generic(struct str name, struct str address)
{
    uint32_t numbers = 0, words = 0;
    bool has_seen[4] = {false, false, false, false};

    if (address.len != 4)
        return false;
    while (name.len) {
        struct str run = next_run(&name);
        uint64_t number;

        words += is_generic_word(run);
        if (!str_u64(run, &number))
            continue;
        for (size_t i = 0; i < 4; i++) {
            if (!has_seen[i] && number == (unsigned char)address.data[i]) {
                has_seen[i] = true;
                numbers++;
                break;
            }
        }
    }
    return numbers >= 3 || (numbers >= 2 && words > 0);
}

static bool
leads_back(struct domain *domain, struct str name, struct str address)
{
    struct dns_answer answer = domain_ask(domain, name, address.len == 4 ? DNS_A : DNS_AAAA);

    for (uint32_t i = 0; i < answer.count; i++) {
        if (str_eq(answer.records[i].data, address))
            return true;
    }
    return false;
}

/* An address, and where mail comes from it. */
struct sender {
    struct str bytes, text;
    struct str place; /* its PTR */
    struct str reverse;
    struct str host; /* the mail server whose address it is; empty: none of the domain's */
    bool is_sending; /* it is known to, and does not only receive */
};

static enum audit_outcome
worse(const struct sender *sender, enum audit_outcome outcome)
{
    return sender->is_sending ? outcome : AUDIT_NOTE;
}

/* A name must lead back to its address: that of the mail server does, and one that is new can. */
static void
fix_name(struct domain *domain, const struct sender *sender, struct audit_finding *finding)
{
    struct str name = sender->host;

    if (!name.len) {
        name = domain_below(domain, "mail");
        if (domain_ask(domain, name, DNS_A).status != DNS_NO_NAME &&
            !leads_back(domain, name, sender->bytes))
            name = domain_below(domain, "out");
    }
    domain_fix_record(domain, finding, sender->reverse, "PTR",
                      arena_printf(domain->arena, STR_FMT ".", STR_ARG(name)));
    if (!leads_back(domain, name, sender->bytes))
        domain_fix_record(domain, finding, name, sender->bytes.len == 4 ? "A" : "AAAA",
                          sender->text);
}

static void
tell_missing(struct domain *domain, const struct sender *sender, enum dns_status status)
{
    struct audit_finding *finding = domain_tell_of(
        domain, sender->text, CHECK, worse(sender, AUDIT_SERIOUS), sender->place,
        str_from_cstr(dns_status_name(status)),
        "Google, Microsoft and many others refuse mail from addresses without a name.",
        "The address " STR_FMT " has no name", STR_ARG(sender->text));

    fix_name(domain, sender, finding);
    domain_fix_text(domain, finding,
                    "The provider of the address sets this record: look for \"reverse DNS\" or "
                    "\"rDNS\" where the server is rented, and give the name that the mail server "
                    "says in HELO.");
}

static void
tell_name(struct domain *domain, const struct sender *sender, struct str name, struct str seen)
{
    struct audit_finding *finding;

    if (!leads_back(domain, name, sender->bytes)) {
        finding = domain_tell_of(
            domain, sender->text, CHECK, worse(sender, AUDIT_WEAK), sender->place, seen,
            "Receivers take a name only when it has the address in turn; "
            "without it mail is refused or taken for spam.",
            "The name of " STR_FMT " does not lead back to it", STR_ARG(sender->text));
        if (domain_is_below(name, domain->name))
            domain_fix_record(domain, finding, name, sender->bytes.len == 4 ? "A" : "AAAA",
                              sender->text);
        else /* somebody else's zone */
            fix_name(domain, sender, finding);
        return;
    }
    if (is_generic(name, sender->bytes) && !domain_is_below(name, domain->name)) {
        finding = domain_tell_of(
            domain, sender->text, CHECK, worse(sender, AUDIT_WEAK), sender->place, seen,
            "Names made from the address are what infected computers on a "
            "provider's lines have; many receivers refuse them.",
            "The name of " STR_FMT " is the provider's, not its own", STR_ARG(sender->text));
        fix_name(domain, sender, finding);
        return;
    }
    domain_tell_of(domain, sender->text, CHECK, AUDIT_FINE, sender->place, seen, NULL,
                   STR_FMT " has a name that leads back to it", STR_ARG(sender->text));
}

/* The mail server of the domain that has the address. */
static struct str
host_of(const struct domain *domain, struct str bytes)
{
    for (uint32_t i = 0; i < domain->host_count; i++) {
        const struct domain_host *host = &domain->hosts[i];
        const struct dns_answer *answer = bytes.len == 4 ? &host->v4 : &host->v6;

        for (uint32_t k = 0; k < answer->count && !host->is_literal; k++) {
            if (str_eq(answer->records[k].data, bytes))
                return host->name;
        }
    }
    return STR_EMPTY;
}

static void
check_address(struct domain *domain, struct str bytes, bool is_sending)
{
    struct sender sender = {
        .bytes = bytes, .host = host_of(domain, bytes), .is_sending = is_sending};
    struct dns_answer answer;
    struct str name;

    if (internet_unreachable(bytes))
        return;
    sender.text = internet_write(bytes, domain->arena);
    if (domain_was_told(domain, CHECK, sender.text))
        return;
    sender.reverse = dns_reverse_name(bytes, domain->arena);
    sender.place = arena_printf(domain->arena, STR_FMT " PTR", STR_ARG(sender.reverse));
    answer = domain_ask(domain, sender.reverse, DNS_PTR);
    if (!domain_knows(&answer)) {
        domain_unanswered(domain, CHECK, sender.reverse, DNS_PTR, &answer);
        return;
    }
    if (answer.count == 0) {
        tell_missing(domain, &sender, answer.status);
        return;
    }
    /* Of several names the one that leads back counts. */
    name = answer.records[0].data;
    for (uint32_t i = 0; i < answer.count && i < NAMES_MAX; i++) {
        if (leads_back(domain, answer.records[i].data, bytes)) {
            name = answer.records[i].data;
            break;
        }
    }
    tell_name(domain, &sender, name, domain_quote(domain, &answer, DNS_PTR));
}

static void
check_answer(struct domain *domain, const struct dns_answer *answer)
{
    for (uint32_t i = 0; i < answer->count && i < DOMAIN_ADDRESSES_MAX; i++)
        check_address(domain, answer->records[i].data, false);
}

void
domain_check_reverse(struct domain *domain)
{
    const struct domain_input *input = domain->input;

    for (uint32_t i = 0; i < input->sender_count && i < DOMAIN_SENDERS_MAX; i++) {
        struct str bytes;

        if (internet_read(input->senders[i], domain->arena, &bytes))
            check_address(domain, bytes, true);
    }
    /* Nobody said what sends: a domain's own mail servers mostly do. A specialist's are its own
     * matter. */
    if (input->sender_count || domain->provider)
        return;
    for (uint32_t i = 0; i < domain->host_count; i++) {
        check_answer(domain, &domain->hosts[i].v4);
        check_answer(domain, &domain->hosts[i].v6);
    }
}
