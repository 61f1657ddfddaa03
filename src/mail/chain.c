#include "mail/chain.h"

#include "mail/received.h"

static struct str
first_label(struct str name)
{
    return str_first(name, str_index(name, '.'));
}

bool
chain_is_host(struct str a, struct str b)
{
    bool is_short = str_index(a, '.') == a.len || str_index(b, '.') == b.len;

    if (a.len == 0 || b.len == 0)
        return false;
    if (!is_short)
        return str_eq_nocase(a, b);
    return str_eq_nocase(first_label(a), first_label(b));
}

struct str
chain_writer(const struct hop *hops, uint32_t count, uint32_t at)
{
    if (hops[at].by.len)
        return hops[at].by;
    if (at + 1 < count && hops[at + 1].by.len && !received_is_local(&hops[at]))
        return hops[at + 1].by;
    if (at > 0)
        return hops[at - 1].from_helo.len ? hops[at - 1].from_helo : hops[at - 1].from_host;
    return STR_EMPTY;
}

bool
chain_is_private(struct str address)
{
    return received_is_loopback(address) || str_starts(address, STR("10.")) ||
           str_starts(address, STR("192.168.")) || str_starts(address, STR("fe80:")) ||
           str_starts_nocase(address, STR("fd")) ||
           (str_starts(address, STR("172.")) && address.len > 6 && address.data[6] == '.' &&
            ((address.data[4] == '1' && address.data[5] >= '6') || address.data[4] == '2' ||
             (address.data[4] == '3' && address.data[5] <= '1')));
}

/* Two labels are shared, or three where the second is as short as "co" in "co.uk". */
static bool
is_same_domain(struct str a, struct str b)
{
    size_t labels = 0, common = 0, second_len = 0;

    while (common < a.len && common < b.len) {
        char x = a.data[a.len - 1 - common], y = b.data[b.len - 1 - common];

        if (x != y && (x | 0x20) != (y | 0x20))
            break;
        if (x == '.')
            labels++;
        else if (labels == 1)
            second_len++;
        common++;
    }
    if ((common == a.len || a.data[a.len - 1 - common] == '.') &&
        (common == b.len || b.data[b.len - 1 - common] == '.'))
        labels += common > 0 && (common == a.len || common == b.len);
    return labels >= (second_len > 3 ? 2U : 3U);
}

enum tie {
    TIE_NONE,
    TIE_GREETING, /* only by the name that the client gave itself: it can give any */
    TIE_ADDRESS,  /* by what the host above looked up, or within one system */
};

/* How surely the host that `above` names as its client is the one that wrote the next line. */
static enum tie
tie_of(const struct hop *above, struct str writer)
{
    if (above->from_helo.len == 0 && above->from_host.len == 0 && above->from_address.len == 0)
        return TIE_ADDRESS; /* handed on within one system: "by 2002:a05:... with SMTP id" */
    if (chain_is_private(above->from_address) || chain_is_host(above->from_host, writer) ||
        is_same_domain(above->from_host, writer))
        return TIE_ADDRESS;
    if (received_is_loopback(writer) || chain_is_host(above->from_helo, writer) ||
        is_same_domain(above->from_helo, writer))
        return TIE_GREETING;
    return TIE_NONE;
}

static bool
is_lmtp(const struct hop *hop)
{
    return str_starts_nocase(hop->protocol, STR("LMTP"));
}

/* Whether the line only says that its own host, or a filter on its loopback, handed the mail on. */
static bool
is_inner(const struct hop *hops, uint32_t count, uint32_t at, struct str host)
{
    const struct hop *hop = &hops[at];
    struct str below;

    if (at + 1 >= count)
        return false;
    below = chain_writer(hops, count, at + 1);
    if (received_is_filter(hop))
        return chain_is_host(below, host);
    if (is_lmtp(hop))
        return chain_is_host(hop->from_helo, host) && chain_is_host(below, host);
    return received_is_loopback(hop->from_address) && !received_is_local(hop) &&
           received_is_filter(&hops[at + 1]);
}

/* From the topmost line of a host down to the one that the mail came in with. */
static uint32_t
pass_inner(const struct hop *hops, uint32_t count, uint32_t top)
{
    struct str host = chain_writer(hops, count, top);
    uint32_t at = top;

    while (is_inner(hops, count, at, host))
        at++;
    return chain_is_host(chain_writer(hops, count, at), host) ? at : top;
}

static int32_t
find_named(const struct hop *hops, uint32_t count, struct str host)
{
    for (uint32_t i = 0; i < count; i++) {
        if (chain_is_host(chain_writer(hops, count, i), host))
            return (int32_t)i;
    }
    return -1;
}

/* The receiver's line names Source-IP; below it begins what the host that sent wrote. */
static int32_t
find_below_source(const struct hop *hops, uint32_t count, struct str source_ip)
{
    for (uint32_t i = 0; source_ip.len && i + 1 < count; i++) {
        if (str_eq_nocase(hops[i].from_address, source_ip))
            return tie_of(&hops[i], chain_writer(hops, count, i + 1)) ? (int32_t)i + 1 : -1;
    }
    return -1;
}

/* Loopback tells where a mail began, unless the same host took it in one line below: then it
 * filtered. */
static bool
begins_on_loopback(const struct hop *hops, uint32_t count, uint32_t at)
{
    struct str writer = chain_writer(hops, count, at);

    return received_is_loopback(hops[at].from_address) && !is_inner(hops, count, at, writer) &&
           !(at + 1 < count && chain_is_host(chain_writer(hops, count, at + 1), writer));
}

static bool
states_origin(const struct hop *hops, uint32_t count, uint32_t at)
{
    const struct hop *hop = &hops[at];

    if (received_is_filter(hop) || is_lmtp(hop))
        return false;
    return received_is_local(hop) || hop->login.len > 0 || received_is_authenticated(hop) ||
           begins_on_loopback(hops, count, at);
}

/*
 * The topmost line of the host whose line states an origin: where it wrote another
 * one further up, the stated one came in with the mail. `ret_tie` is the weakest
 * of the ties above.
 */
static int32_t
find_stated(const struct hop *hops, uint32_t count, enum tie *ret_tie)
{
    *ret_tie = TIE_ADDRESS;
    for (uint32_t i = 0; i < count; i++) {
        enum tie tie;

        if (states_origin(hops, count, i)) {
            int32_t top = find_named(hops, count, chain_writer(hops, count, i));

            return top >= 0 ? top : (int32_t)i;
        }
        tie = i + 1 < count ? tie_of(&hops[i], chain_writer(hops, count, i + 1)) : TIE_NONE;
        if (tie == TIE_NONE)
            return -1;
        if (tie < *ret_tie)
            *ret_tie = tie;
    }
    return -1;
}

/* How the own line was found. */
enum rule {
    RULE_HOST,
    RULE_SOURCE,
    RULE_STATED,
    RULE_GREETING,
    RULE_ONLY,
};

/* Why the line is the host's own, for people. */
static struct str
own_reason(enum rule rule, uint32_t inner, struct arena *arena)
{
    static const char *const reasons[] = {
        [RULE_HOST] = "the topmost line by this host",
        [RULE_SOURCE] = "below the line that names the complaint's Source-IP",
        [RULE_STATED] = "the topmost line that states who handed the mail in, and every line "
                        "above follows from it",
        [RULE_GREETING] = "the topmost line that states who handed the mail in; a line above "
                          "names this host only as its client called itself, which "
                          "anybody can: --host or the logs make sure",
        [RULE_ONLY] = "the only line that can be the host's own",
    };

    if (inner)
        return arena_printf(arena, "%s, %u line%s of its filter or delivery passed", reasons[rule],
                            inner, inner == 1 ? "" : "s");
    return str_from_cstr(reasons[rule]);
}

static void
judge_around(struct hop *hops, uint32_t count, uint32_t top, uint32_t own, struct str host,
             struct arena *arena)
{
    struct str above = arena_printf(
        arena, "written after the mail left " STR_FMT ", by those who received it", STR_ARG(host));
    struct str below = arena_printf(
        arena, "below the line of " STR_FMT ": it could have been in the mail when it came in",
        STR_ARG(host));

    for (uint32_t i = 0; i < count; i++) {
        if (i < own) {
            hops[i].trust = HOP_ABOVE;
            hops[i].says = i < top ? above : STR("the same host, after its filter or at delivery");
        } else if (i > own) {
            hops[i].trust = HOP_FORGEABLE;
            hops[i].says = below;
        }
    }
}

/* The topmost line of the host that sent, and the rule that found it; -1: none. */
static int32_t
find_top(const struct hop *hops, uint32_t count, struct str host, struct str source_ip,
         enum rule *ret_rule)
{
    enum tie tie;
    int32_t top;

    *ret_rule = RULE_HOST;
    if (host.len)
        return find_named(hops, count, host);
    *ret_rule = RULE_SOURCE;
    top = find_below_source(hops, count, source_ip);
    if (top >= 0)
        return top;
    top = find_stated(hops, count, &tie);
    *ret_rule = tie == TIE_GREETING ? RULE_GREETING : RULE_STATED;
    if (top >= 0)
        return top;
    *ret_rule = RULE_ONLY;
    /* The line that names the Source-IP is the receiver's. */
    return count == 1 && !(source_ip.len && str_eq_nocase(hops[0].from_address, source_ip)) ? 0
                                                                                            : -1;
}

int32_t
chain_judge(struct hop *hops, uint32_t count, struct str host, struct str source_ip,
            struct arena *arena)
{
    enum rule rule;
    int32_t top = find_top(hops, count, host, source_ip, &rule);
    uint32_t own;

    if (top < 0) {
        for (uint32_t i = 0; i < count; i++)
            hops[i].says = host.len ? STR("no line was written by the host in question")
                                    : STR("no line can be tied to the host that sent");
        return -1;
    }
    own = pass_inner(hops, count, (uint32_t)top);
    hops[own].trust = HOP_OWN;
    hops[own].says = own_reason(rule, own - (uint32_t)top, arena);
    judge_around(hops, count, (uint32_t)top, own, chain_writer(hops, count, own), arena);
    return (int32_t)own;
}
