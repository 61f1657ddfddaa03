#include <arpa/inet.h>
#include <netdb.h>
#include <sys/socket.h>

#include "cmd/audit_relay.h"

#define MX_MAX 16

/* "192.0.2.1" of a record's four or sixteen bytes. */
static struct str
address_text(struct str data, struct arena *arena)
{
    char text[INET6_ADDRSTRLEN];

    if ((data.len != 4 && data.len != 16) ||
        !inet_ntop(data.len == 4 ? AF_INET : AF_INET6, data.data, text, sizeof(text)))
        return STR_EMPTY;
    return arena_str(arena, str_from_cstr(text));
}

/* The bytes of a numeric address; empty: it is none. */
static struct str
address_bytes(struct str text, struct arena *arena)
{
    unsigned char bytes[16];
    char copy[INET6_ADDRSTRLEN];
    size_t len = 4;

    if (text.len >= sizeof(copy))
        return STR_EMPTY;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    if (inet_pton(AF_INET, copy, bytes) != 1) {
        len = 16;
        if (inet_pton(AF_INET6, copy, bytes) != 1)
            return STR_EMPTY;
    }
    return arena_str(arena, (struct str){(const char *)bytes, len});
}

/* localhost and what else stands in /etc/hosts. */
static uint32_t
own_tables(struct str host, struct arena *arena, struct str *ret_addresses)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found;
    char name[NI_MAXHOST], text[NI_MAXHOST];
    bool is_fine;

    if (host.len >= sizeof(name))
        return 0;
    memcpy(name, host.data, host.len);
    name[host.len] = '\0';
    if (getaddrinfo(name, NULL, &hints, &found) != 0)
        return 0;
    is_fine = getnameinfo(found->ai_addr, found->ai_addrlen, text, sizeof(text), NULL, 0,
                          NI_NUMERICHOST) == 0;
    freeaddrinfo(found);
    if (is_fine)
        ret_addresses[0] = arena_str(arena, str_from_cstr(text));
    return is_fine;
}

uint32_t
relay_addresses(const struct resolver *resolver, struct str host, struct arena *arena,
                struct str *ret_addresses, uint32_t max)
{
    static const enum dns_type types[] = {DNS_A, DNS_AAAA};
    uint32_t count = 0;

    if (max && address_bytes(host, arena).len) {
        ret_addresses[0] = host;
        return 1;
    }
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        struct dns_answer answer = resolver_ask(resolver, host, types[i], arena);

        for (uint32_t k = 0; answer.status == DNS_FOUND && k < answer.count && count < max; k++) {
            struct str text = address_text(answer.records[k].data, arena);

            if (text.len)
                ret_addresses[count++] = text;
        }
    }
    return count || !max ? count : own_tables(host, arena, ret_addresses);
}

/* Whether one of the name's addresses is this one; `ret_status` is what the DNS said. */
static bool
leads_to(const struct resolver *resolver, struct str name, struct str address, struct arena *arena,
         enum dns_status *ret_status)
{
    struct dns_answer answer =
        resolver_ask(resolver, name, address.len == 4 ? DNS_A : DNS_AAAA, arena);

    *ret_status = answer.status;
    for (uint32_t i = 0; answer.status == DNS_FOUND && i < answer.count; i++) {
        if (str_eq(answer.records[i].data, address))
            return true;
    }
    return false;
}

bool
relay_takes_domain(const struct resolver *resolver, struct str domain, struct str address,
                   struct arena *arena)
{
    struct dns_answer answer = resolver_ask(resolver, domain, DNS_MX, arena);
    struct str bytes = address_bytes(address, arena);
    enum dns_status status;

    if (answer.status != DNS_FOUND)
        return leads_to(resolver, domain, bytes, arena, &status);
    for (uint32_t i = 0; i < answer.count && i < MX_MAX; i++) {
        if (leads_to(resolver, answer.records[i].data, bytes, arena, &status))
            return true;
    }
    return false;
}

static bool
is_answered(enum dns_status status)
{
    return status == DNS_FOUND || status == DNS_NO_DATA || status == DNS_NO_NAME;
}

/* Addresses that the DNS of the world knows nothing of. */
static bool
is_private(struct str bytes)
{
    const unsigned char *b = (const unsigned char *)bytes.data;

    if (bytes.len == 16)
        return (b[0] & 0xfe) == 0xfc || (b[0] == 0xfe && (b[1] & 0xc0) == 0x80) ||
               str_eq(str_first(bytes, 15), (struct str){"\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 15});
    return b[0] == 10 || b[0] == 127 || (b[0] == 172 && (b[1] & 0xf0) == 16) ||
           (b[0] == 192 && b[1] == 168) || (b[0] == 169 && b[1] == 254);
}

static enum relay_name_state
state_of_pointers(const struct resolver *resolver, struct relay_facts *facts, struct str address,
                  struct arena *arena)
{
    struct dns_answer answer =
        resolver_ask(resolver, dns_reverse_name(address, arena), DNS_PTR, arena);
    bool is_asked = true;
    enum dns_status status;

    if (answer.status != DNS_FOUND)
        return is_answered(answer.status) ? RELAY_NAME_NONE : RELAY_NAME_UNKNOWN;
    for (uint32_t i = 0; i < answer.count && i < RELAY_PTR_MAX; i++)
        facts->pointers[facts->pointer_count++] = answer.records[i].data;
    for (uint32_t i = 0; i < facts->pointer_count; i++) {
        if (leads_to(resolver, facts->pointers[i], address, arena, &status))
            return RELAY_NAME_FINE;
        is_asked &= is_answered(status);
    }
    return is_asked ? RELAY_NAME_ELSEWHERE : RELAY_NAME_UNKNOWN;
}

void
relay_ask_names(const struct resolver *resolver, struct relay_facts *facts, struct arena *arena)
{
    struct str address = address_bytes(facts->address, arena);
    struct str name = smtp_reply_name(&facts->banner);
    enum dns_status status;

    if (address.len == 0 || is_private(address) || facts->banner.code != 220)
        return;
    facts->pointer_state = state_of_pointers(resolver, facts, address, arena);
    if (name.len == 0 || name.data[0] == '[')
        return;
    if (leads_to(resolver, name, address, arena, &status))
        facts->banner_state = RELAY_NAME_FINE;
    else if (status == DNS_FOUND)
        facts->banner_state = RELAY_NAME_ELSEWHERE;
    else
        facts->banner_state = is_answered(status) ? RELAY_NAME_NONE : RELAY_NAME_UNKNOWN;
}
