#include "auth/fields.h"

#define FIELDS_FIRST 64 /* room to begin with */
#define NAME_SHOWN 48   /* bytes of a name that its key is made of, with its length */

static uint64_t
key_of(struct str name)
{
    char folded[NAME_SHOWN];
    struct str part = str_first(name, NAME_SHOWN);

    str_fold(part, folded);
    return str_fingerprint((struct str){folded, part.len}) + name.len;
}

static bool
grow(struct fields *fields, uint32_t *capacity, struct arena *arena)
{
    uint32_t wanted = *capacity ? 4 * *capacity : FIELDS_FIRST;
    struct field *list = arena_array(arena, wanted, sizeof(*list));

    if (!list)
        return false;
    if (fields->count)
        memcpy(list, fields->list, fields->count * sizeof(*list));
    fields->list = list;
    *capacity = wanted;
    return true;
}

bool
fields_read(struct str message, struct arena *arena, struct fields *ret_fields)
{
    struct fields fields = {0};
    struct header_reader reader;
    struct header_field field;
    struct str line, rest = message;
    uint32_t capacity = 0;

    if (header_is_separator(message) && header_line(&rest, &line))
        message = rest;
    /* Not header_init: it passes over an empty line, which ends a header that is empty. */
    reader = (struct header_reader){.rest = message, .start = message.data};
    while (header_next(&reader, &field)) {
        size_t len = (size_t)(field.value.data + field.value.len - field.name.data);

        if (fields.count == capacity && !grow(&fields, &capacity, arena))
            return false;
        fields.list[fields.count++] = (struct field){
            .name = field.name,
            .whole = {field.name.data, len},
            .value = field.value,
            .key = key_of(field.name),
        };
    }
    fields.is_over = reader.is_over;
    fields.body = reader.rest;
    *ret_fields = fields;
    return true;
}

static bool
is_named(const struct field *field, struct str name, uint64_t key)
{
    return field->key == key && str_eq_nocase(field->name, name);
}

uint32_t
fields_count(const struct fields *fields, struct str name)
{
    uint64_t key = key_of(name);
    uint32_t count = 0;

    for (uint32_t i = 0; i < fields->count; i++)
        count += is_named(&fields->list[i], name, key);
    return count;
}

/* A CR alone ends a line for some readers, who find another field behind it. */
static bool
hides_from(struct str value)
{
    for (;;) {
        value = str_from(value, str_index(value, '\r'));
        if (!str_skip(&value, STR("\r")))
            return false;
        if (!str_starts_nocase(value, STR("From")))
            continue;
        value = str_from(value, 4);
        while (str_skip(&value, STR(" ")) || str_skip(&value, STR("\t")))
            continue;
        if (str_starts(value, STR(":")))
            return true;
    }
}

bool
fields_has_one_from(const struct fields *fields)
{
    if (fields_count(fields, STR("From")) != 1)
        return false;
    for (uint32_t i = 0; i < fields->count; i++) {
        if (hides_from(fields->list[i].value))
            return false;
    }
    return true;
}

struct field *
fields_take(struct fields *fields, struct str name)
{
    uint64_t key = key_of(name);

    for (uint32_t i = fields->count; i-- > 0;) {
        struct field *field = &fields->list[i];

        if (!field->is_taken && is_named(field, name, key)) {
            field->is_taken = true;
            return field;
        }
    }
    return NULL;
}

void
fields_untake(struct fields *fields)
{
    for (uint32_t i = 0; i < fields->count; i++)
        fields->list[i].is_taken = false;
}
