#include "cmd/audit_relay.h"

#include <errno.h>
#include <sys/random.h>
#include <time.h>

#include "audit/relay_message.h"
#include "net/relay_probe.h"

#define SERVERS_MAX ((uint32_t)AUDIT_LIST_MAX * 3 * AUDIT_RELAY_ADDRESSES_MAX)

/* The ports of a server that was named without one. */
static const struct {
    uint16_t port;
    bool is_optional; /* nothing is said when nothing listens there */
} usual_ports[] = {{25, false}, {587, true}, {465, true}};

struct gathering {
    struct audit_run *run;
    uint64_t seed;
    struct relay_facts **facts;
    uint32_t count;
};

bool
relay_server_read(struct str text, struct relay_server *ret_server)
{
    struct str host = text, port = STR_EMPTY;
    size_t colon = str_index(text, ':');
    uint64_t number = 0;

    if (text.len && text.data[0] == '[') {
        size_t end = str_index(text, ']');

        if (end == text.len)
            return false;
        host = str_from(str_first(text, end), 1);
        port = str_from(text, end + 1);
        if (port.len && !str_skip(&port, STR(":")))
            return false;
    } else if (colon < text.len &&
               str_index(str_from(text, colon + 1), ':') == text.len - colon - 1) {
        host = str_first(text, colon);
        port = str_from(text, colon + 1);
        if (port.len == 0)
            return false;
    }
    if (host.len == 0 || host.len > DNS_NAME_MAX || str_index_any(host, STR(" /@<>\"")) < host.len)
        return false;
    if (port.len && (!str_u64(port, &number) || number == 0 || number > 65535))
        return false;
    *ret_server = (struct relay_server){host, (uint16_t)number};
    return true;
}

static enum relay_role
role_of(uint16_t port)
{
    return port == 465   ? RELAY_ROLE_SUBMISSIONS
           : port == 587 ? RELAY_ROLE_SUBMISSION
                         : RELAY_ROLE_MX;
}

static bool
make_seed(uint64_t *ret_seed, struct err *err)
{
    if (getrandom(ret_seed, sizeof(*ret_seed), 0) != (ssize_t)sizeof(*ret_seed))
        return err_set(err, ERR_SYSTEM, "getrandom: %s", strerror(errno));
    return true;
}

/* The message of one server must not be taken for that of another. */
static struct str
nonce_of(const struct gathering *gathering)
{
    return arena_printf(gathering->run->arena, "%012llx%04x",
                        (unsigned long long)(gathering->seed >> 16), (unsigned)gathering->count);
}

/* One server at one port; false: nothing listens, and nobody said that something does. */
static bool
probe(struct gathering *gathering, struct relay_server server, struct str address, uint16_t port,
      bool is_optional)
{
    struct audit_run *run = gathering->run;
    struct relay_facts *facts = ARENA_NEW(run->arena, struct relay_facts);
    struct str wanted =
        run->options->deliver_to ? str_from_cstr(run->options->deliver_to) : STR_EMPTY;
    struct str domain = str_from(wanted, str_index(wanted, '@') + 1);
    bool is_local = wanted.len && relay_takes_domain(run->resolver, domain, address, run->arena);
    struct relay_request request = {
        .target = {server.host, address, port, port == 465},
        .role = role_of(port),
        .own_domain = run->domains.count ? str_from_cstr(run->domains.items[0]) : STR_EMPTY,
        .deliver_to = is_local ? STR_EMPTY : wanted,
        .nonce = nonce_of(gathering),
        .client = run->host,
        .now_s = run->now_s,
    };
    enum smtp_fault fault;

    if (!facts || gathering->count == SERVERS_MAX)
        return false;
    fault = relay_probe(&request, run->arena, facts);
    if (is_optional && facts->fault.len &&
        (fault == SMTP_REFUSED || fault == SMTP_TIMED_OUT || fault == SMTP_NO_ROUTE))
        return false;
    if (fault == SMTP_TIMED_OUT && port == 25)
        facts->fault = STR("No answer in time; many access providers let nobody connect to port "
                           "25: try it from another network.");
    facts->deliver_to = wanted;
    facts->is_deliver_to_local = is_local;
    relay_ask_names(run->resolver, facts, run->arena);
    gathering->facts[gathering->count++] = facts;
    return true;
}

/* A server at all its addresses; what this machine has no route to is left out if others remain. */
static void
probe_server(struct gathering *gathering, struct relay_server server)
{
    struct audit_run *run = gathering->run;
    struct str addresses[AUDIT_RELAY_ADDRESSES_MAX];
    uint32_t count = relay_addresses(run->resolver, server.host, run->arena, addresses,
                                     AUDIT_RELAY_ADDRESSES_MAX);

    if (count == 0)
        audit_unknown(&run->audit, AUDIT_RELAY, "relay-open", server.host,
                      STR("The server could not be asked."), STR("The name has no address."));
    for (uint32_t i = 0; i < count; i++) {
        if (server.port) {
            probe(gathering, server, addresses[i], server.port, i > 0);
            continue;
        }
        for (size_t k = 0; k < sizeof(usual_ports) / sizeof(usual_ports[0]); k++)
            probe(gathering, server, addresses[i], usual_ports[k].port,
                  usual_ports[k].is_optional || i > 0);
    }
}

bool
audit_relays(struct audit_run *run, struct err *err)
{
    const struct audit_options *options = run->options;
    struct gathering gathering = {.run = run};
    int64_t started_s = (int64_t)time(NULL);

    if (options->deliver_to && !relay_address_fits(str_from_cstr(options->deliver_to)))
        return err_set(err, ERR_SYNTAX, "'%s' is no address for --deliver-to", options->deliver_to);
    for (uint32_t i = 0; i < options->relays.count; i++) {
        struct relay_server server;

        if (!relay_server_read(str_from_cstr(options->relays.items[i]), &server))
            return err_set(err, ERR_SYNTAX, "'%s' is no HOST[:PORT] for --relay",
                           options->relays.items[i]);
    }
    if (options->relays.count && !make_seed(&gathering.seed, err))
        return false;
    gathering.facts = arena_array(run->arena, SERVERS_MAX, sizeof(struct relay_facts *));
    for (uint32_t i = 0; gathering.facts && i < options->relays.count; i++) {
        struct relay_server server;

        if (relay_server_read(str_from_cstr(options->relays.items[i]), &server))
            probe_server(&gathering, server);
    }
    if (!relay_await_proof(options, started_s, gathering.facts, gathering.count, run->arena, err))
        return false;
    for (uint32_t i = 0; i < gathering.count; i++)
        relay_judge(gathering.facts[i], run->now_s, &run->audit);
    return true;
}
