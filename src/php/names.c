#include "php/names.h"

#define SLOTS_FIRST 64u
#define MENTIONED_BYTES_MAX 80

static name_key
key_of(uint64_t hash)
{
    name_key key = (name_key)(hash ^ hash >> 32);

    return key ? key : 1;
}

name_key
names_function(struct str name)
{
    return key_of(str_fingerprint(name));
}

name_key
names_method_like(name_key function)
{
    name_key key = (function ^ 0x5bd1e995u) * 0x9e3779b1u;

    return key ? key : 1;
}

name_key
names_definition_like(name_key function)
{
    name_key key = (function ^ 0x85ebca6bu) * 0xc2b2ae35u;

    return key ? key : 1;
}

name_key
names_method(struct str name)
{
    return names_method_like(names_function(name));
}

struct names
names_new(struct arena *arena)
{
    return (struct names){.arena = arena};
}

static name_key *
slot_of(const struct names *names, name_key key)
{
    uint32_t mask = names->slot_count - 1;

    for (uint32_t at = key & mask;; at = (at + 1) & mask) {
        if (!names->slots[at] || names->slots[at] == key)
            return &names->slots[at];
    }
}

/* Half of the slots stay free, so that every search ends. */
static bool
widen(struct names *names)
{
    struct names wider = *names;

    if (names->count * 2 < names->slot_count)
        return true;
    wider.slot_count = names->slot_count ? names->slot_count * 2 : SLOTS_FIRST;
    wider.slots = arena_array(names->arena, wider.slot_count, sizeof(*wider.slots));
    if (!wider.slots)
        return false;
    for (uint32_t i = 0; i < names->slot_count; i++) {
        if (names->slots[i])
            *slot_of(&wider, names->slots[i]) = names->slots[i];
    }
    *names = wider;
    return true;
}

void
names_add(struct names *names, name_key key)
{
    name_key *slot;

    if (names_has(names, key))
        return;
    if (names->count == NAMES_MAX || !widen(names)) {
        names->is_full = true;
        return;
    }
    slot = slot_of(names, key);
    *slot = key;
    names->count++;
}

bool
names_has(const struct names *names, name_key key)
{
    return names->is_full || (names->count && *slot_of(names, key));
}

static bool
is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           (unsigned char)c >= 0x80;
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* "function name(", "function &name(", where the name begins at `begin` */
static bool
is_definition(struct str source, size_t begin)
{
    static const struct str word = {"function", 8};
    size_t at = begin;

    while (at > 0 && (is_blank(source.data[at - 1]) || source.data[at - 1] == '&'))
        at--;
    return at < begin && at >= word.len &&
           str_eq_nocase((struct str){source.data + at - word.len, word.len}, word);
}

void
names_add_mentioned(struct names *names, struct str source)
{
    for (size_t at = 0; at < source.len; at++) {
        size_t end, begin;
        char lower[MENTIONED_BYTES_MAX];
        name_key key;

        at += str_index(str_from(source, at), '(');
        if (at >= source.len)
            return;
        for (end = at; end > 0 && is_blank(source.data[end - 1]);)
            end--;
        for (begin = end; begin > 0 && is_name_byte(source.data[begin - 1]);)
            begin--;
        if (begin == end || end - begin > sizeof(lower))
            continue;
        str_fold((struct str){source.data + begin, end - begin}, lower);
        key = names_function((struct str){lower, end - begin});
        names_add(names, key);
        if (is_definition(source, begin))
            names_add(names, names_definition_like(key));
    }
}

void
names_list(const struct names *names, name_key *keys)
{
    for (uint32_t i = 0; i < names->slot_count; i++) {
        if (names->slots[i])
            *keys++ = names->slots[i];
    }
}
