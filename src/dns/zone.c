#include "dns/zone.h"

#include <arpa/inet.h>
#include <stdlib.h>

#define ANY_TYPE 255
#define ZONE_LINES_MAX 200000
#define WORD_MAX 64

struct entry {
    struct str name;
    uint32_t type; /* an enum dns_type, or ANY_TYPE */
    uint32_t line; /* records keep the order of the file */
    enum dns_status status;
    bool is_secure;
    struct dns_record record;
};

struct zone {
    struct entry *entries; /* sorted by name, type, line */
    uint32_t count, asked;
};

static int
order_entries(const void *a, const void *b)
{
    const struct entry *x = a, *y = b;
    int order = str_compare(x->name, y->name);

    if (order == 0)
        order = (x->type > y->type) - (x->type < y->type);
    return order ? order : (x->line > y->line) - (x->line < y->line);
}

static struct str
next_word(struct str *line)
{
    struct str word;
    size_t len;

    *line = str_trim(*line);
    len = str_index_any(*line, STR(" \t"));
    word = str_first(*line, len);
    *line = str_trim(str_from(*line, len));
    return word;
}

/* One byte of a quoted string; false at its end. */
static bool
next_quoted(struct str *text, char *ret_byte)
{
    unsigned value = 0;

    if (!text->len || text->data[0] == '"')
        return false;
    if (text->data[0] != '\\' || text->len < 2) {
        *ret_byte = text->data[0];
        *text = str_from(*text, 1);
        return true;
    }
    *text = str_from(*text, 1);
    if (text->len < 3 || !str_is_digit(text->data[0]) || !str_is_digit(text->data[1]) ||
        !str_is_digit(text->data[2])) {
        *ret_byte = text->data[0];
        *text = str_from(*text, 1);
        return true;
    }
    for (int i = 0; i < 3; i++)
        value = value * 10 + (unsigned)(text->data[i] - '0');
    *ret_byte = (char)value;
    *text = str_from(*text, 3);
    return true;
}

/* "one" "two" is onetwo; text without quotes stands as it is. */
static struct str
read_strings(struct str text, struct arena *arena)
{
    char *joined = arena_alloc(arena, text.len + 1);
    size_t len = 0;

    if (!joined)
        return STR_EMPTY;
    if (!text.len || text.data[0] != '"')
        return arena_str(arena, text);
    while (str_skip(&text, STR("\""))) {
        while (next_quoted(&text, &joined[len]))
            len++;
        (void)str_skip(&text, STR("\""));
        text = str_trim(text);
    }
    return (struct str){joined, len};
}

/* In lower case and without the final dot; `\DDD` is a byte that a word cannot hold, as a blank. */
static struct str
read_name(struct str text, struct arena *arena)
{
    char *name = arena_alloc(arena, text.len + 1);
    size_t len = 0;

    if (!name)
        return STR_EMPTY;
    while (text.len) {
        if (!next_quoted(&text, &name[len])) {
            name[len] = text.data[0];
            text = str_from(text, 1);
        }
        len++;
    }
    if (len > 1 && name[len - 1] == '.')
        len--;
    str_fold((struct str){name, len}, name);
    return (struct str){name, len};
}

static bool
read_address(struct str text, int family, struct arena *arena, struct str *ret_bytes)
{
    char word[WORD_MAX];
    unsigned char bytes[16];

    if (text.len >= sizeof(word))
        return false;
    memcpy(word, text.data, text.len);
    word[text.len] = '\0';
    if (inet_pton(family, word, bytes) != 1)
        return false;
    *ret_bytes = arena_str(arena, (struct str){(char *)bytes, family == AF_INET ? 4 : 16});
    return ret_bytes->len > 0;
}

/* Data that has no form of its own here: its bytes in hexadecimal, with blanks where one likes. */
static bool
read_hex(struct str text, struct arena *arena, struct str *ret_bytes)
{
    char *bytes = arena_alloc(arena, text.len / 2 + 1);
    size_t digits = 0;

    if (!bytes)
        return false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];
        int value = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;

        if (c == ' ' || c == '\t')
            continue;
        if (value < 0)
            return false;
        bytes[digits / 2] = (char)((unsigned char)bytes[digits / 2] << 4 | value);
        digits++;
    }
    *ret_bytes = (struct str){bytes, digits / 2};
    return digits % 2 == 0;
}

static bool
read_data(enum dns_type type, struct str text, struct arena *arena, struct dns_record *record)
{
    uint64_t preference;

    switch (type) {
    case DNS_A:
        return read_address(text, AF_INET, arena, &record->data);
    case DNS_AAAA:
        return read_address(text, AF_INET6, arena, &record->data);
    case DNS_TXT:
        record->data = read_strings(text, arena);
        return true;
    case DNS_MX:
        if (!str_u64(next_word(&text), &preference) || preference > UINT16_MAX)
            return false;
        record->preference = (uint16_t)preference;
        record->data = read_name(text, arena);
        return text.len > 0;
    case DNS_CNAME:
    case DNS_NS:
    case DNS_PTR:
        record->data = read_name(text, arena);
        return text.len > 0;
    case DNS_SRV:
    case DNS_SOA:
    case DNS_DS:
    case DNS_DNSKEY:
    case DNS_TLSA:
    case DNS_CAA:
        return read_hex(text, arena, &record->data);
    }
    return false;
}

static bool
read_type(struct str word, uint32_t *ret_type)
{
    static const enum dns_type types[] = {
        DNS_A,    DNS_NS,  DNS_CNAME, DNS_SOA,    DNS_PTR,  DNS_MX,  DNS_TXT,
        DNS_AAAA, DNS_SRV, DNS_DS,    DNS_DNSKEY, DNS_TLSA, DNS_CAA,
    };

    *ret_type = ANY_TYPE;
    if (str_eq_nocase(word, STR("ANY")))
        return true;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (str_eq_nocase(word, str_from_cstr(dns_type_name(types[i])))) {
            *ret_type = types[i];
            return true;
        }
    }
    return false;
}

/* The words that stand for an answer without records. */
static enum dns_status
read_status(struct str text)
{
    if (str_eq(text, STR("timeout")))
        return DNS_TIMED_OUT;
    if (str_eq(text, STR("failed")))
        return DNS_FAILED;
    if (str_eq(text, STR("bogus")))
        return DNS_BOGUS;
    return DNS_FOUND;
}

static bool
read_entry(struct str line, struct arena *arena, struct entry *entry)
{
    struct str word;

    entry->name = read_name(next_word(&line), arena);
    word = next_word(&line);
    if (str_eq_nocase(word, STR("secure"))) {
        entry->is_secure = true;
        word = next_word(&line);
    }
    if (!entry->name.len || !read_type(word, &entry->type))
        return false;
    entry->status = read_status(line);
    if (entry->status != DNS_FOUND)
        return true;
    return entry->type != ANY_TYPE &&
           read_data((enum dns_type)entry->type, line, arena, &entry->record);
}

bool
zone_read(struct str text, struct arena *arena, struct zone **ret_zone, struct err *err)
{
    struct zone *zone = ARENA_NEW(arena, struct zone);
    uint32_t line_count = 1, line_number = 0;

    for (size_t i = 0; i < text.len; i++)
        line_count += text.data[i] == '\n';
    if (line_count > ZONE_LINES_MAX)
        return err_set(err, ERR_LIMIT, "more than %d lines", ZONE_LINES_MAX);
    if (zone)
        zone->entries = arena_array(arena, line_count, sizeof(*zone->entries));
    if (!zone || !zone->entries)
        return err_set(err, ERR_LIMIT, "no room for %u records", line_count);
    while (text.len) {
        struct str line = str_trim(str_cut(&text, '\n'));
        struct entry *entry = &zone->entries[zone->count];

        line_number++;
        if (!line.len || line.data[0] == ';' || line.data[0] == '#')
            continue;
        entry->line = line_number;
        if (!read_entry(line, arena, entry))
            return err_set(err, ERR_SYNTAX, "line %u is no record: NAME TYPE DATA", line_number);
        zone->count++;
    }
    qsort(zone->entries, zone->count, sizeof(*zone->entries), order_entries);
    *ret_zone = zone;
    return true;
}

/* The first entry that is not before this name and type. */
static uint32_t
first_entry(const struct zone *zone, struct str name, uint32_t type)
{
    struct entry wanted = {.name = name, .type = type};
    uint32_t low = 0, high = zone->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (order_entries(&zone->entries[middle], &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static const struct entry *
find_entry(const struct zone *zone, struct str name, uint32_t type)
{
    uint32_t at = first_entry(zone, name, type);
    const struct entry *entry = &zone->entries[at];

    return at < zone->count && entry->type == type && str_eq(entry->name, name) ? entry : NULL;
}

/* Whether the name, or one below it, has any record. */
static bool
exists(const struct zone *zone, struct str name)
{
    for (uint32_t i = 0; i < zone->count; i++) {
        struct str other = zone->entries[i].name;

        if (str_eq(other, name) || (other.len > name.len && str_ends(other, name) &&
                                    other.data[other.len - name.len - 1] == '.'))
            return true;
    }
    return false;
}

static void
collect(const struct zone *zone, const struct entry *entry, struct arena *arena,
        struct dns_answer *answer)
{
    const struct entry *end = zone->entries + zone->count;
    uint32_t count = 0;

    answer->is_secure = entry->is_secure;
    answer->status = entry->status;
    while (entry + count < end && entry[count].type == entry->type &&
           str_eq(entry[count].name, entry->name))
        count++;
    if (entry->status != DNS_FOUND)
        return;
    answer->is_cut = count > DNS_RECORDS_MAX;
    count = answer->is_cut ? DNS_RECORDS_MAX : count;
    answer->records = arena_array(arena, count, sizeof(*answer->records));
    if (!answer->records) {
        answer->status = DNS_FAILED;
        return;
    }
    for (; answer->count < count; answer->count++)
        answer->records[answer->count] = entry[answer->count].record;
}

static void
ask_zone(void *context, struct str name, enum dns_type type, struct arena *arena,
         struct dns_answer *answer)
{
    struct zone *zone = context;

    zone->asked++;
    *answer = (struct dns_answer){.ttl_s = 3600};
    for (int chain = 0; chain <= ZONE_CHAIN_MAX; chain++) {
        const struct entry *entry = find_entry(zone, name, type);
        const struct entry *alias = find_entry(zone, name, DNS_CNAME);

        if (!entry && !alias)
            entry = find_entry(zone, name, ANY_TYPE);
        if (entry) {
            collect(zone, entry, arena, answer);
            return;
        }
        if (!alias) {
            answer->status = exists(zone, name) ? DNS_NO_DATA : DNS_NO_NAME;
            return;
        }
        name = alias->record.data;
        answer->canonical = name;
    }
    answer->status = DNS_FAILED;
    answer->reason = STR("a loop of CNAMEs");
}

struct resolver
zone_resolver(struct zone *zone)
{
    return (struct resolver){.ask = ask_zone, .context = zone};
}

uint32_t
zone_asked(const struct zone *zone)
{
    return zone->asked;
}
