#include "audit/suggest.h"

#include "audit/domain_parts.h"
#include "audit/own.h"
#include "audit/spf_write.h"
#include "auth/dmarc_tree.h"
#include "auth/idna.h"
#include "auth/key_text.h"
#include "base/internet.h"

#define RECORD_BYTES_MAX 4096

/* One fragment being written. */
struct fragment {
    struct domain *domain;
    const struct suggest_host *host;
    struct buf *out;
    uint32_t seen;
};

bool
suggest_is_plain_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        if (!str_is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'z') && c != '.' && c != '-' &&
            c != '_')
            return false;
    }
    return name.len > 0 && dns_name_is_valid(name);
}

/* Text that can stand between quotes, and in a comment. */
static bool
is_plain_text(struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] < ' ' || text.data[i] > '~' || text.data[i] == '"' || text.data[i] == '\\')
            return false;
    }
    return text.len > 0 && text.len <= RECORD_BYTES_MAX;
}

static void
write_txt(struct fragment *fragment, const char *label, struct str text)
{
    buf_printf(fragment->out, "%s" STR_FMT ". IN TXT ", label, STR_ARG(fragment->domain->name));
    key_text_strings(fragment->out, text, STR(" "));
    buf_add_char(fragment->out, '\n');
}

/* What is there already is a comment; what is to be published stands alone. */
static void
write_now(struct fragment *fragment, const char *what, struct str text)
{
    if (is_plain_text(text))
        buf_printf(fragment->out, "; %s today: " STR_FMT "\n", what, STR_ARG(text));
    else if (text.len)
        buf_printf(fragment->out, "; %s today: a record with bytes that are not printed here\n",
                   what);
    else
        buf_printf(fragment->out, "; %s today: none\n", what);
}

static void
write_head(struct fragment *fragment)
{
    const struct domain_input *input = fragment->domain->input;
    struct buf *out = fragment->out;

    buf_printf(out, "; ---- " STR_FMT ": its zone ----\n", STR_ARG(fragment->domain->name));
    if (fragment->seen)
        buf_printf(out, "; Seen in the logs: %u mails left from here.\n", fragment->seen);
    else
        buf_add_cstr(out, "; No mail of it was seen in the logs of this host.\n");
    if (input->sender_count == 0) {
        buf_add_cstr(out, fragment->host->has_smarthost
                              ? "; Mail leaves through another server: its addresses are not "
                                "known here. Ask whoever runs it what SPF must include.\n"
                              : "; Addresses that send: not known; give them with --address.\n");
        return;
    }
    buf_add_cstr(out, "; Addresses that send:");
    for (uint32_t i = 0; i < input->sender_count && i < DOMAIN_SENDERS_MAX; i++)
        buf_printf(out, " " STR_FMT, STR_ARG(input->senders[i]));
    buf_add_cstr(out, "\n");
}

/* ---- SPF ---- */

static bool
answer_has(const struct dns_answer *answer, struct str bytes)
{
    for (uint32_t i = 0; i < answer->count; i++) {
        if (str_eq(answer->records[i].data, bytes))
            return true;
    }
    return false;
}

static bool
is_mail_server(const struct domain *domain, struct str bytes)
{
    for (uint32_t i = 0; i < domain->host_count; i++) {
        if (answer_has(bytes.len == 4 ? &domain->hosts[i].v4 : &domain->hosts[i].v6, bytes))
            return true;
    }
    return false;
}

/* The shortest term that names the address: "mx" and "a" follow when it changes. */
static struct str
term_for(const struct domain *domain, struct str address)
{
    struct str bytes;

    if (!internet_read(address, domain->arena, &bytes))
        return STR_EMPTY;
    if (is_mail_server(domain, bytes))
        return STR("mx");
    if (answer_has(bytes.len == 4 ? &domain->v4 : &domain->v6, bytes))
        return STR("a");
    return spf_write_address(address, domain->arena);
}

static bool
passes(const struct domain *domain, struct str address)
{
    struct spf_request request = {
        .ip = address,
        .helo = domain->name,
        .mail_from = arena_printf(domain->arena, "postmaster@" STR_FMT, STR_ARG(domain->name)),
    };

    return spf_check(&request, domain->resolver, domain->arena, NULL).result == SPF_PASS;
}

static void
write_spf(struct fragment *fragment)
{
    struct domain *domain = fragment->domain;
    const struct domain_input *input = domain->input;
    struct str place, better, terms = STR_EMPTY, record = STR("v=spf1 ~all");
    bool is_usable = domain->spf_count == 1 && is_plain_text(domain->spf) &&
                     !spf_record_error(domain->spf, &place);

    if (is_usable && !domain->spf_says_never)
        record = domain->spf;
    else if (domain->provider && domain->provider->includes[0] && !domain->provider->is_filter)
        terms = arena_printf(domain->arena, "include:%s", domain->provider->includes[0]);
    else if (domain->host_count && input->sender_count == 0)
        terms = STR("mx");
    for (uint32_t i = 0; i < input->sender_count && i < DOMAIN_SENDERS_MAX; i++) {
        if (!is_usable || !passes(domain, input->senders[i]))
            terms =
                arena_printf(domain->arena, STR_FMT "%s" STR_FMT, STR_ARG(terms),
                             terms.len ? " " : "", STR_ARG(term_for(domain, input->senders[i])));
    }
    write_now(fragment, "SPF", domain->spf);
    if (domain->spf_count > 1)
        buf_printf(fragment->out, "; There are %u SPF records: this one replaces all of them.\n",
                   domain->spf_count);
    record = spf_write_with(record, terms, domain->arena);
    better = spf_write_clean(record, domain->arena);
    if (is_usable && !terms.len && str_eq(record, better))
        buf_add_cstr(fragment->out, "; It is in order, and names all that is known to send.\n");
    else
        write_txt(fragment, "", better);
}

/* ---- DKIM, DMARC ---- */

static void
write_keys(struct fragment *fragment)
{
    struct domain *domain = fragment->domain;
    uint32_t count = 0;

    for (uint32_t i = 0; i < fragment->host->key_count; i++) {
        const struct suggest_key *key = &fragment->host->keys[i];
        struct str label;

        if (!str_eq_nocase(key->domain, domain->name) || !suggest_is_plain_name(key->selector) ||
            !is_plain_text(key->path))
            continue;
        count++;
        label = arena_printf(domain->arena, STR_FMT "._domainkey.%c", STR_ARG(key->selector), '\0');
        buf_printf(fragment->out, "; DKIM: the public half of " STR_FMT "\n", STR_ARG(key->path));
        if (label.len)
            write_txt(fragment, label.data, key->record);
    }
    if (count == 0)
        buf_printf(fragment->out,
                   "; DKIM: no key of it was found on this host. `weir dkim keygen " STR_FMT
                   "` makes one.\n",
                   STR_ARG(domain->name));
}

static void
write_dmarc(struct fragment *fragment)
{
    struct domain *domain = fragment->domain;
    struct dmarc_walk *walk = ARENA_NEW(domain->arena, struct dmarc_walk);
    const struct dmarc_step *step;
    struct str next;

    if (!walk)
        return;
    dmarc_tree_walk(domain->resolver, domain->name, domain->arena, walk);
    step = dmarc_walk_policy(walk);
    if (!step && walk->status != DMARC_WALK_DONE) {
        buf_add_cstr(fragment->out, "; DMARC today: not known, the DNS did not answer\n");
        return;
    }
    write_now(fragment, "DMARC", step ? step->text : STR_EMPTY);
    if (!step || step->record->is_void) {
        write_txt(fragment, "_dmarc.",
                  arena_printf(domain->arena, "v=DMARC1; p=none; rua=mailto:dmarc@" STR_FMT,
                               STR_ARG(domain->name)));
        buf_add_cstr(fragment->out, "; Read its reports with `weir dmarc reports`; when all of its "
                                    "mail passes, go on to p=quarantine, then p=reject.\n");
        return;
    }
    next = domain_dmarc_next(domain, step->record);
    if (step->record->p == DMARC_POLICY_REJECT && !step->record->is_test &&
        step->record->np == DMARC_POLICY_REJECT)
        buf_add_cstr(fragment->out, "; Nothing is left to be done.\n");
    else if (is_plain_text(next)) {
        buf_add_cstr(fragment->out, "; The next step, when the reports show that all of its mail "
                                    "passes:\n");
        buf_printf(fragment->out, "; _dmarc." STR_FMT ". IN TXT \"" STR_FMT "\"\n",
                   STR_ARG(step->domain), STR_ARG(next));
    }
}

/* ---- transport, addresses ---- */

static bool
has_text(struct fragment *fragment, const char *label, struct str version)
{
    struct domain *domain = fragment->domain;
    struct dns_answer answer = domain_ask(domain, domain_below(domain, label), DNS_TXT);

    for (uint32_t i = 0; i < answer.count; i++) {
        if (str_starts(answer.records[i].data, version))
            return true;
    }
    return !domain_knows(&answer);
}

static void
write_transport(struct fragment *fragment)
{
    struct domain *domain = fragment->domain;
    struct buf *out = fragment->out;

    if (domain->host_count == 0)
        return;
    if (!has_text(fragment, "_mta-sts", STR("v=STSv1"))) {
        buf_add_cstr(out, "; MTA-STS: publish this when the policy can be fetched.\n");
        write_txt(fragment, "_mta-sts.",
                  arena_printf(domain->arena, "v=STSv1; id=%lld", (long long)domain->input->now_s));
        buf_printf(out, ";   https://mta-sts." STR_FMT "/.well-known/mta-sts.txt\n",
                   STR_ARG(domain->name));
        buf_add_cstr(out, ";     version: STSv1\n;     mode: testing\n");
        for (uint32_t i = 0; i < domain->host_count; i++) {
            if (suggest_is_plain_name(domain->hosts[i].name))
                buf_printf(out, ";     mx: " STR_FMT "\n", STR_ARG(domain->hosts[i].name));
        }
        buf_add_cstr(out, ";     max_age: 604800\n");
    }
    if (!has_text(fragment, "_smtp._tls", STR("v=TLSRPTv1")))
        write_txt(fragment, "_smtp._tls.",
                  arena_printf(domain->arena, "v=TLSRPTv1; rua=mailto:postmaster@" STR_FMT,
                               STR_ARG(domain->name)));
}

static bool
has_address(const struct dns_answer *answer, struct str bytes)
{
    for (uint32_t i = 0; i < answer->count; i++) {
        if (str_eq(answer->records[i].data, bytes))
            return true;
    }
    return false;
}

/*
 * The name that an address is to have: that of the mail server which has it, else this machine's,
 * where others can look it up, else a new one below the domain.
 */
static struct str
reverse_target(const struct fragment *fragment, struct str bytes)
{
    const struct domain *domain = fragment->domain;

    for (uint32_t i = 0; i < domain->host_count; i++) {
        const struct domain_host *host = &domain->hosts[i];

        if (suggest_is_plain_name(host->name) &&
            (has_address(&host->v4, bytes) || has_address(&host->v6, bytes)))
            return host->name;
    }
    if (suggest_is_plain_name(fragment->host->name) && own_is_public(fragment->host->name))
        return fragment->host->name;
    return domain_ask(domain, domain_below(domain, "mail"), DNS_A).status == DNS_FOUND
               ? domain_below(domain, "out")
               : domain_below(domain, "mail");
}

static void
write_reverse(struct fragment *fragment)
{
    struct domain *domain = fragment->domain;
    const struct domain_input *input = domain->input;
    struct str bytes;

    for (uint32_t i = 0; i < input->sender_count && i < DOMAIN_SENDERS_MAX; i++) {
        struct str name;
        struct dns_answer answer;

        if (!internet_read(input->senders[i], domain->arena, &bytes))
            continue;
        name = dns_reverse_name(bytes, domain->arena);
        answer = domain_ask(domain, name, DNS_PTR);
        if (answer.count || !domain_knows(&answer))
            continue;
        buf_printf(fragment->out,
                   "; In the zone of the address, which its provider keeps; the name must have the "
                   "address in turn:\n; " STR_FMT ". IN PTR " STR_FMT ".\n",
                   STR_ARG(name), STR_ARG(reverse_target(fragment, bytes)));
    }
}

/* ---- domains that never mail ---- */

static void
write_silent(struct fragment *fragment)
{
    const struct domain *domain = fragment->domain;

    buf_add_cstr(fragment->out,
                 "; Nothing takes mail for it and nothing is known to send as it. If "
                 "that is so, say so:\n");
    if (!domain->has_null_mx)
        buf_printf(fragment->out, STR_FMT ". IN MX 0 .\n", STR_ARG(domain->name));
    if (!domain->spf_says_never)
        write_txt(fragment, "", STR("v=spf1 -all"));
    write_txt(fragment, "_dmarc.", STR("v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s"));
}

void
suggest_zone(const struct domain_input *input, const struct suggest_host *host, uint32_t seen,
             const struct resolver *resolver, struct arena *arena, struct buf *out)
{
    struct domain *domain = ARENA_NEW(arena, struct domain);
    struct fragment fragment = {.domain = domain, .host = host, .out = out, .seen = seen};

    if (!domain || !idna_name(input->domain, arena, &domain->name) ||
        !suggest_is_plain_name(domain->name))
        return;
    domain->input = input;
    domain->resolver = resolver;
    domain->arena = arena;
    domain_gather(domain);
    write_head(&fragment);
    if (!domain_knows(&domain->mx) || !domain_knows(&domain->txt)) {
        buf_add_cstr(out, "; The DNS did not answer for it: nothing can be proposed.\n\n");
        return;
    }
    if (domain->host_count == 0 && !domain->sends && seen == 0) {
        write_silent(&fragment);
    } else {
        write_spf(&fragment);
        write_keys(&fragment);
        write_dmarc(&fragment);
        write_transport(&fragment);
        write_reverse(&fragment);
    }
    buf_add_char(out, '\n');
}
