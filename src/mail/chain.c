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

static bool
is_private(struct str address)
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

/* Whether the host that `above` names as its client can be the one that wrote the next line. */
static bool
follows(const struct hop *above, struct str writer)
{
    const struct str names[] = {above->from_helo, above->from_host};

    if (above->from_helo.len == 0 && above->from_host.len == 0 && above->from_address.len == 0)
        return true; /* handed on within one system: "by 2002:a05:... with SMTP id" */
    if (is_private(above->from_address) || received_is_loopback(writer))
        return true;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (chain_is_host(names[i], writer) || is_same_domain(names[i], writer))
            return true;
    }
    return false;
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
            return follows(&hops[i], chain_writer(hops, count, i + 1)) ? (int32_t)i + 1 : -1;
    }
    return -1;
}

static bool
states_origin(const struct hop *hops, uint32_t count, uint32_t at)
{
    const struct hop *hop = &hops[at];
    struct str writer = chain_writer(hops, count, at);

    if (received_is_filter(hop) || is_lmtp(hop))
        return false;
    return received_is_local(hop) || hop->login.len > 0 ||
           (received_is_loopback(hop->from_address) && !is_inner(hops, count, at, writer));
}

static int32_t
find_stated(const struct hop *hops, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (states_origin(hops, count, i))
            return (int32_t)i;
        if (i + 1 < count && !follows(&hops[i], chain_writer(hops, count, i + 1)))
            return -1;
    }
    return -1;
}

/* Why the line is the host's own, for people. */
static struct str
own_reason(const struct hop *hop, bool is_given, bool is_from_source, uint32_t inner,
           struct arena *arena)
{
    const char *how = is_given         ? "the topmost line by this host"
                      : is_from_source ? "below the line that names the complaint's Source-IP"
                      : received_is_local(hop) || hop->login.len
                          ? "the topmost line that states who handed the mail in, and every line "
                            "above follows from it"
                          : "the only line that can be the host's own";

    if (inner)
        return arena_printf(arena, "%s, %u lines of its filter or delivery passed", how, inner);
    return arena_str(arena, str_from_cstr(how));
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

int32_t
chain_judge(struct hop *hops, uint32_t count, struct str host, struct str source_ip,
            struct arena *arena)
{
    int32_t top = -1;
    uint32_t own;
    bool is_from_source = false;

    if (host.len) {
        top = find_named(hops, count, host);
    } else {
        top = find_below_source(hops, count, source_ip);
        is_from_source = top >= 0;
        if (top < 0)
            top = find_stated(hops, count);
        if (top < 0 && count == 1)
            top = 0;
    }
    if (top < 0) {
        for (uint32_t i = 0; i < count; i++)
            hops[i].says = host.len ? STR("no line was written by the host in question")
                                    : STR("no line can be tied to the host that sent");
        return -1;
    }
    own = pass_inner(hops, count, (uint32_t)top);
    hops[own].trust = HOP_OWN;
    hops[own].says =
        own_reason(&hops[own], host.len > 0, is_from_source, own - (uint32_t)top, arena);
    judge_around(hops, count, (uint32_t)top, own, chain_writer(hops, count, own), arena);
    return (int32_t)own;
}
