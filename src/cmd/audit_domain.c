#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <time.h>
#include <unistd.h>

#include "audit/domain.h"
#include "audit/use.h"
#include "base/internet.h"
#include "cmd/audit_run.h"
#include "cmd/audit_suggest.h"
#include "cmd/progress.h"
#include "dns/patience.h"
#include "net/https.h"
#include "net/own_address.h"
#include "net/smtp.h"
#include "source/whole.h"

#define DOMAIN_MS 60000 /* for the questions of one domain */
#define SAMPLE_BYTES_MAX ((size_t)64 * 1024 * 1024)
#define SMTP_PORT 25
#define PROBE_CONNECT_MS 5000
#define PROBE_READ_MS 20000
#define PROBE_TOTAL_MS 40000
#define LINE_BYTES_MAX 128
#define DOMAINS_TILL_SILENT 2
#define RELAYED_MIN 20 /* mails, before one next hop is taken for a smarthost */

/* What the functions that the checks call need. */
struct edge {
    const struct resolver *resolver;
    const char *helo;
};

/* Gathered once for all domains. */
struct gathered {
    struct domain_use uses[AUDIT_LIST_MAX];
    uint32_t use_count;
    struct str senders[AUDIT_LIST_MAX + OWN_ADDRESSES_MAX];
    uint32_t sender_count;
    struct str own[OWN_ADDRESSES_MAX];
    uint32_t own_count;
    struct str old_hosts[AUDIT_LIST_MAX];
    uint32_t old_host_count;
    struct str token;
};

static int64_t
clock_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* ---- what the checks call ---- */

/* Numeric: the first address that the DNS has; empty: none. */
static struct str
find_address(const struct edge *edge, struct str host, struct arena *arena)
{
    static const enum dns_type types[] = {DNS_A, DNS_AAAA};
    struct str bytes;

    if (internet_read(host, arena, &bytes))
        return host;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct dns_answer answer = resolver_ask(edge->resolver, host, types[i], arena);

        if (answer.count)
            return internet_write(answer.records[0].data, arena);
    }
    return STR_EMPTY;
}

static void
fetch(void *context, struct str url, struct arena *arena, struct domain_fetched *ret)
{
    struct str rest = url, host, address;
    struct https_answer answer;

    *ret = (struct domain_fetched){.problem = STR("the name of its server has no address")};
    (void)str_skip(&rest, STR("https://"));
    host = str_first(rest, str_index(rest, '/'));
    address = find_address(context, host, arena);
    if (!address.len)
        return;
    answer = https_fetch(host, address, str_from(rest, host.len), arena);
    ret->is_fetched = answer.problem == HTTPS_FINE;
    ret->status = answer.status;
    ret->body = answer.body;
    ret->content_type = answer.content_type;
    ret->problem = answer.reason;
    ret->is_certificate_bad = answer.problem == HTTPS_CERTIFICATE;
    ret->is_ours = answer.problem == HTTPS_NO_ROUTE;
}

static struct smtp_settings
probe_settings(const struct edge *edge)
{
    return (struct smtp_settings){.helo = edge->helo,
                                  .connect_ms = PROBE_CONNECT_MS,
                                  .read_ms = PROBE_READ_MS,
                                  .total_ms = PROBE_TOTAL_MS};
}

static void
probe(void *context, struct str host, struct str recipient, struct arena *arena,
      struct domain_probed *ret)
{
    static const enum domain_taken taken[] = {
        [SMTP_TAKES] = DOMAIN_TAKEN,
        [SMTP_TAKES_NOT] = DOMAIN_REFUSED,
        [SMTP_TAKES_LATER] = DOMAIN_DEFERRED,
        [SMTP_TAKES_UNKNOWN] = DOMAIN_UNREACHABLE,
    };
    struct smtp_settings settings = probe_settings(context);
    struct smtp_target target = {
        .host = host, .address = find_address(context, host, arena), .port = SMTP_PORT};
    struct smtp_answer answer;

    *ret = (struct domain_probed){DOMAIN_UNREACHABLE, STR("the name has no address")};
    if (!target.address.len)
        return;
    answer = smtp_takes(&target, &settings, STR_EMPTY, recipient, arena);
    *ret = (struct domain_probed){taken[answer.takes], answer.seen};
}

static struct str
certificate(void *context, struct str host, struct arena *arena)
{
    struct smtp_settings settings = probe_settings(context);
    struct smtp_target target = {
        .host = host, .address = find_address(context, host, arena), .port = SMTP_PORT};
    struct smtp_answer answer;

    if (!target.address.len)
        return STR_EMPTY;
    answer = smtp_look(&target, &settings, arena);
    return answer.peer && answer.peer->chain_count ? answer.peer->chain[0].der : STR_EMPTY;
}

/* ---- what is known of this host ---- */

/* Ten letters that no name has by chance; the same each time where the same output is wanted. */
static struct str
make_token(struct arena *arena)
{
    unsigned char bytes[10] = {0};
    char letters[sizeof(bytes)];

    if (!getenv("SOURCE_DATE_EPOCH") && getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
        bytes[0] = 1;
    for (size_t i = 0; i < sizeof(bytes); i++)
        letters[i] = (char)('a' + bytes[i] % 26);
    return arena_printf(arena, "weir-" STR_FMT, (int)sizeof(letters), letters);
}

/* One that could not be read was told by audit_logs. */
static void
read_uses(struct audit_run *run, struct gathered *gathered)
{
    const struct audit_words *samples = &run->options->samples;

    for (uint32_t i = 0; i < samples->count; i++) {
        struct str path = str_from_cstr(samples->items[i]), text;
        struct err err;

        if (whole_read(samples->items[i], SAMPLE_BYTES_MAX, run->arena, &text, &err) &&
            use_read(text, path, run->arena, &gathered->uses[gathered->use_count]))
            gathered->use_count++;
    }
}

/* Whether nearly all mail goes to one next hop: then this host's addresses are not what others see.
 */
static bool
has_smarthost(struct audit_run *run)
{
    uint32_t count;
    const struct seen_relay *relays = seen_relays(run->seen, &count);
    uint64_t all = seen_outgoing(run->seen);

    return count && all >= RELAYED_MIN && relays[0].messages >= all - all / 10;
}

static bool
gather(struct audit_run *run, struct gathered *gathered, struct err *err)
{
    const struct audit_options *options = run->options;

    gathered->token = make_token(run->arena);
    read_uses(run, gathered);
    for (uint32_t i = 0; i < options->addresses.count; i++) {
        struct str address = str_from_cstr(options->addresses.items[i]), bytes;

        if (!internet_read(address, run->arena, &bytes))
            return err_set(err, ERR_SYNTAX, "--address: '%s' is no address",
                           options->addresses.items[i]);
        gathered->senders[gathered->sender_count++] = address;
    }
    for (uint32_t i = 0; i < options->old_hosts.count; i++)
        gathered->old_hosts[gathered->old_host_count++] =
            str_from_cstr(options->old_hosts.items[i]);
    /* Another machine's disk, and answers out of a file, have nothing to do with this one's
     * addresses. */
    if (run->is_host && !options->resolver.zone && !options->root && !has_smarthost(run))
        gathered->own_count = own_addresses(run->arena, gathered->own);
    return true;
}

/* ---- progress ---- */

/* Stands before the resolver, and says on a terminal how far the questions are. */
struct watch {
    const struct resolver *inner;
    struct progress progress;
    uint32_t number, total, asked;
    bool has_timed_out;
    bool is_answered; /* by anything but silence, once at least */
};

static void
ask_watched(void *context, struct str name, enum dns_type type, struct arena *arena,
            struct dns_answer *ret)
{
    struct watch *watch = context;
    char line[LINE_BYTES_MAX];
    double elapsed_s;

    watch->asked++;
    if (progress_is_due(&watch->progress, &elapsed_s)) {
        snprintf(line, sizeof(line), "domain %u of %u, %u questions, %.0f s", watch->number,
                 watch->total, watch->asked, elapsed_s);
        progress_line(&watch->progress, str_from_cstr(line));
    }
    watch->inner->ask(watch->inner->context, name, type, arena, ret);
    watch->has_timed_out |= ret->status == DNS_TIMED_OUT;
    /* Of a server that was silent before, the resolver itself says that asking failed. */
    watch->is_answered |=
        ret->status != DNS_TIMED_OUT && !(ret->status == DNS_FAILED && watch->has_timed_out);
}

/* ---- one domain ---- */

static bool
sends_from_here(struct audit_run *run, struct str domain)
{
    uint32_t count;
    const struct seen_domain *seen = seen_domains(run->seen, &count);

    for (uint32_t i = 0; i < count; i++) {
        if (str_eq_nocase(seen[i].name, domain) && seen[i].messages)
            return true;
    }
    return false;
}

static void
add_selectors(struct audit_run *run, struct domain_input *input, struct str *selectors)
{
    uint32_t count;
    const struct seen_selector *seen = seen_selectors(run->seen, &count);

    input->selectors = selectors;
    for (uint32_t i = 0; i < count && input->selector_count < DOMAIN_SELECTORS_MAX; i++) {
        if (str_eq_nocase(seen[i].domain, input->domain))
            selectors[input->selector_count++] = seen[i].selector;
    }
}

/* Those whose From is of the domain, or of a name below it. */
static uint32_t
choose_uses(const struct gathered *gathered, struct str domain, struct domain_use *uses)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < gathered->use_count; i++) {
        struct str from = gathered->uses[i].from;
        size_t above = from.len > domain.len ? from.len - domain.len : 0;

        if (str_eq_nocase(str_from(from, above), domain) &&
            (above == 0 || from.data[above - 1] == '.'))
            uses[count++] = gathered->uses[i];
    }
    return count;
}

static void
audit_one(struct audit_run *run, const struct gathered *gathered, const char *name,
          const struct resolver *asking, struct audit_suggest *suggest)
{
    struct patience patience = {
        .inner = asking, .now_ms = clock_ms, .end_ms = clock_ms() + DOMAIN_MS};
    struct resolver resolver = patience_resolver(&patience);
    struct edge edge = {.resolver = &resolver, .helo = run->host.data};
    struct str selectors[DOMAIN_SELECTORS_MAX], senders[AUDIT_LIST_MAX + OWN_ADDRESSES_MAX];
    bool is_offline = run->options->resolver.zone != NULL;
    bool may_probe = !is_offline && (run->options->probe || gathered->old_host_count);
    struct domain_use uses[AUDIT_LIST_MAX];
    struct domain_input input = {
        .domain = str_from_cstr(name),
        .token = gathered->token,
        .senders = senders,
        .sender_count = gathered->sender_count,
        .uses = uses,
        .use_count = choose_uses(gathered, str_from_cstr(name), uses),
        .old_hosts = gathered->old_hosts,
        .old_host_count = gathered->old_host_count,
        .asks_blocklists = !run->options->no_blocklists,
        .validates = resolver_option_validates(run->choice),
        .now_s = run->now_s,
        .fetch = is_offline ? NULL : fetch,
        .probe = may_probe ? probe : NULL,
        .probes_own = run->options->probe,
        .certificate = may_probe && run->options->probe ? certificate : NULL,
        .edge = &edge,
    };

    memcpy(senders, gathered->senders, sizeof(gathered->senders));
    for (uint32_t i = 0; i < gathered->own_count && sends_from_here(run, input.domain); i++)
        senders[input.sender_count++] = gathered->own[i];
    add_selectors(run, &input, selectors);
    domain_audit(&input, &resolver, &run->audit);
    audit_suggest_domain(suggest, run, &input, &resolver);
}

/*
 * Where the name server itself is silent, each domain would be waited for: after two the others
 * are told as not looked at.
 */
static bool
is_silent(struct audit_run *run, const struct watch *watch)
{
    if (watch->is_answered || watch->number < DOMAINS_TILL_SILENT)
        return false;
    audit_unknown(&run->audit, AUDIT_DOMAIN, "domains", STR("the DNS"),
                  arena_printf(run->arena, "%u more domains were not looked at",
                               watch->total - watch->number),
                  STR("the name server answers nothing; --resolver names another one"));
    return true;
}

bool
audit_domains(struct audit_run *run, struct err *err)
{
    struct gathered *gathered = ARENA_NEW(run->arena, struct gathered);
    struct audit_suggest *suggest;
    struct watch watch = {.inner = run->resolver, .total = run->domains.count};
    struct resolver watched = {.ask = ask_watched, .context = &watch};

    if (!gathered)
        return err_set(err, ERR_LIMIT, "out of room");
    if (!gather(run, gathered, err))
        return false;
    suggest = audit_suggest_begin(run, has_smarthost(run));
    progress_start(&watch.progress, !run->options->no_progress && isatty(STDERR_FILENO), 0);
    for (uint32_t i = 0; i < run->domains.count; i++) {
        if (is_silent(run, &watch))
            break;
        watch.number = i + 1;
        audit_one(run, gathered, run->domains.items[i], &watched, suggest);
    }
    progress_end(&watch.progress);
    audit_suggest_end(suggest, run);
    return true;
}
