#include "dns/rdata.h"

static unsigned
byte_at(struct str s, size_t at)
{
    return (unsigned char)s.data[at];
}

bool
rdata_name(struct str *wire, struct arena *arena, struct str *ret_name)
{
    char bytes[DNS_NAME_MAX + 1];
    size_t len = 0;
    struct str rest = *wire;

    for (;;) {
        size_t label;

        if (!rest.len)
            return false;
        label = byte_at(rest, 0);
        rest = str_from(rest, 1);
        if (label == 0)
            break;
        /* As text a name is two bytes shorter: no length in front, no root at its end. */
        if (label > 63 || label > rest.len || len + (len > 0) + label > DNS_NAME_MAX - 2)
            return false;
        if (str_index_any(str_first(rest, label), STR(".\0")) < label)
            return false;
        if (len)
            bytes[len++] = '.';
        str_fold(str_first(rest, label), bytes + len);
        len += label;
        rest = str_from(rest, label);
    }
    *ret_name = len ? arena_str(arena, (struct str){bytes, len}) : STR(".");
    *wire = rest;
    return ret_name->len > 0;
}

/* The character strings of a TXT record, joined without anything between (RFC 7208 section 3.3). */
static bool
read_text(struct str wire, struct arena *arena, struct str *ret_text)
{
    char *joined = arena_alloc(arena, wire.len + 1);
    size_t len = 0;

    if (!joined || wire.len > DNS_TEXT_MAX)
        return false;
    while (wire.len) {
        size_t part = byte_at(wire, 0);

        wire = str_from(wire, 1);
        if (part > wire.len)
            return false;
        memcpy(joined + len, wire.data, part);
        len += part;
        wire = str_from(wire, part);
    }
    *ret_text = (struct str){joined, len};
    return true;
}

/* Numbers in front of a name: MX has one, SRV three, of which the last is told. */
static bool
read_numbered(struct str wire, size_t numbers, struct arena *arena, struct dns_record *record)
{
    if (wire.len < numbers * 2)
        return false;
    if (numbers)
        record->preference =
            (uint16_t)(byte_at(wire, numbers * 2 - 2) << 8 | byte_at(wire, numbers * 2 - 1));
    wire = str_from(wire, numbers * 2);
    return rdata_name(&wire, arena, &record->data) && wire.len == 0;
}

static bool
read_bytes(struct str wire, size_t len, struct arena *arena, struct dns_record *record)
{
    if ((len && wire.len != len) || wire.len > DNS_TEXT_MAX)
        return false;
    record->data = arena_str(arena, wire);
    return record->data.len == wire.len;
}

bool
rdata_read(struct str wire, enum dns_type type, struct arena *arena, struct dns_record *ret_record)
{
    struct dns_record record = {0};
    bool is_read = false;

    switch (type) {
    case DNS_A:
        is_read = read_bytes(wire, 4, arena, &record);
        break;
    case DNS_AAAA:
        is_read = read_bytes(wire, 16, arena, &record);
        break;
    case DNS_TXT:
        is_read = read_text(wire, arena, &record.data);
        break;
    case DNS_MX:
        is_read = read_numbered(wire, 1, arena, &record);
        break;
    case DNS_SRV:
        is_read = read_numbered(wire, 3, arena, &record);
        break;
    case DNS_CNAME:
    case DNS_NS:
    case DNS_PTR:
        is_read = read_numbered(wire, 0, arena, &record);
        break;
    case DNS_SOA:
    case DNS_DS:
    case DNS_DNSKEY:
    case DNS_TLSA:
    case DNS_CAA:
        is_read = read_bytes(wire, 0, arena, &record);
        break;
    }
    if (is_read)
        *ret_record = record;
    return is_read;
}
