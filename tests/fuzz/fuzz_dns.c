#include <stdlib.h>

#include "dns/rdata.h"
#include "dns/zone.h"

/*
 * The first byte chooses: a record's data of some type, or a file of answers. Names that are read
 * are names; what was read depends on nothing but the bytes, which may be gone.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define ARENA_BYTES ((size_t)128 << 20)

static const enum dns_type types[] = {
    DNS_A,    DNS_NS,  DNS_CNAME, DNS_SOA,    DNS_PTR,  DNS_MX,  DNS_TXT,
    DNS_AAAA, DNS_SRV, DNS_DS,    DNS_DNSKEY, DNS_TLSA, DNS_CAA,
};
#define TYPE_COUNT (sizeof(types) / sizeof(types[0]))

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
require_name(struct str name)
{
    require(dns_name_is_valid(name));
    for (size_t i = 0; i < name.len; i++)
        require((name.data[i] < 'A' || name.data[i] > 'Z') && name.data[i] != '\0');
}

static void
require_record(const struct dns_record *record, enum dns_type type)
{
    require(record->data.len <= DNS_TEXT_MAX);
    if (type == DNS_A)
        require(record->data.len == 4);
    if (type == DNS_AAAA)
        require(record->data.len == 16);
}

/* Twice, of copies that are overwritten in between. */
static void
check_rdata(struct str wire, enum dns_type type, struct arena *arena)
{
    char *copy = malloc(wire.len + 1);
    struct dns_record one, two;
    bool is_read;

    require(copy != NULL);
    if (wire.len)
        memcpy(copy, wire.data, wire.len);
    is_read = rdata_read((struct str){copy, wire.len}, type, arena, &one);
    memset(copy, 0xee, wire.len + 1);
    free(copy);
    require(is_read == rdata_read(wire, type, arena, &two));
    if (!is_read)
        return;
    require(str_eq(one.data, two.data) && one.preference == two.preference);
    require_record(&one, type);
    if (type == DNS_MX || type == DNS_SRV || type == DNS_NS || type == DNS_CNAME || type == DNS_PTR)
        require_name(one.data);
}

static void
check_zone(struct str text, struct arena *arena)
{
    struct resolver resolver;
    struct zone *zone;
    struct err err;

    if (!zone_read(text, arena, &zone, &err))
        return;
    resolver = zone_resolver(zone);
    while (text.len) {
        struct str line = str_trim(str_cut(&text, '\n')), name = str_cut(&line, ' ');

        for (size_t i = 0; i < TYPE_COUNT; i++) {
            struct dns_answer answer = resolver_ask(&resolver, name, types[i], arena);

            require((answer.status == DNS_FOUND) == (answer.count > 0));
            require(answer.count <= DNS_RECORDS_MAX && answer.status != DNS_PENDING);
            for (uint32_t j = 0; j < answer.count; j++)
                require_record(&answer.records[j], types[i]);
        }
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    struct arena *arena;

    if (!size)
        return 0;
    arena = arena_new(ARENA_BYTES);
    if (data[0] < TYPE_COUNT)
        check_rdata(str_from(text, 1), types[data[0]], arena);
    else if (size < 4096)
        check_zone(text, arena);
    (void)dns_reverse_name(str_first(text, size % 17), arena);
    arena_free(arena);
    return 0;
}
