#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "php/ast.h"
#include "php/fold.h"

/*
 * A function or an operator, and arguments of all kinds, from the bytes. What comes
 * back is within its ceilings, the same when asked again, and the arguments are as
 * they were. What is encoded is decoded to what it was.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* One array more than a call may build, and the argument's own. */
#define ARENA_MAX (192u << 20)
#define ARGUMENTS_MAX 6
#define DEPTH_MAX 3

static const char *const names[] = {
    "abs",
    "addslashes",
    "array_chunk",
    "array_combine",
    "array_fill",
    "array_fill_keys",
    "array_filter",
    "array_flip",
    "array_key_exists",
    "array_key_first",
    "array_key_last",
    "array_keys",
    "array_map",
    "array_merge",
    "array_pad",
    "array_product",
    "array_reverse",
    "array_search",
    "array_slice",
    "array_sum",
    "array_unique",
    "array_values",
    "base64_decode",
    "base64_encode",
    "base_convert",
    "bin2hex",
    "bindec",
    "boolval",
    "call_user_func",
    "call_user_func_array",
    "ceil",
    "chop",
    "chr",
    "chunk_split",
    "convert_uudecode",
    "count",
    "crc32",
    "decbin",
    "dechex",
    "decoct",
    "doubleval",
    "end",
    "explode",
    "floatval",
    "floor",
    "gettype",
    "gzdecode",
    "gzinflate",
    "gzuncompress",
    "hash",
    "hex2bin",
    "hexdec",
    "html_entity_decode",
    "htmlspecialchars",
    "htmlspecialchars_decode",
    "implode",
    "in_array",
    "intdiv",
    "intval",
    "is_array",
    "is_bool",
    "is_int",
    "is_integer",
    "is_null",
    "is_numeric",
    "is_scalar",
    "is_string",
    "join",
    "key_exists",
    "lcfirst",
    "ltrim",
    "max",
    "md5",
    "min",
    "nl2br",
    "octdec",
    "ord",
    "pack",
    "pow",
    "quoted_printable_decode",
    "range",
    "rawurldecode",
    "rawurlencode",
    "reset",
    "round",
    "rtrim",
    "sha1",
    "sizeof",
    "sprintf",
    "str_contains",
    "str_ends_with",
    "str_ireplace",
    "str_pad",
    "str_repeat",
    "str_replace",
    "str_rot13",
    "str_split",
    "str_starts_with",
    "strcasecmp",
    "strchr",
    "strcmp",
    "strcspn",
    "stripcslashes",
    "stripos",
    "stripslashes",
    "stristr",
    "strlen",
    "strncasecmp",
    "strncmp",
    "strpbrk",
    "strpos",
    "strrchr",
    "strrev",
    "strripos",
    "strrpos",
    "strspn",
    "strstr",
    "strtolower",
    "strtoupper",
    "strtr",
    "strval",
    "substr",
    "substr_count",
    "substr_replace",
    "trim",
    "ucfirst",
    "ucwords",
    "unpack",
    "urldecode",
    "urlencode",
    "vsprintf",
    "zlib_decode",
};

static const uint8_t operators[] = {
    '+',
    '-',
    '*',
    '/',
    '%',
    '.',
    '^',
    '|',
    '&',
    '<',
    '>',
    OP_AND,
    OP_OR,
    OP_XOR,
    OP_EQUAL,
    OP_NOT_EQUAL,
    OP_SAME,
    OP_NOT_SAME,
    OP_LESS_EQUAL,
    OP_MORE_EQUAL,
    OP_SPACESHIP,
    OP_SHIFT_LEFT,
    OP_SHIFT_RIGHT,
    OP_POWER,
    OP_COALESCE,
};

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static unsigned
take_byte(struct str *bytes)
{
    unsigned byte = bytes->len ? (unsigned char)bytes->data[0] : 0;

    *bytes = str_from(*bytes, 1);
    return byte;
}

static int64_t
take_number(struct str *bytes, size_t size)
{
    uint64_t number = 0;

    for (size_t i = 0; i < size; i++)
        number = number << 8 | take_byte(bytes);
    return (int64_t)number;
}

static struct str
take_text(struct str *bytes)
{
    size_t len = take_byte(bytes);
    struct str text;

    if (len == 255)
        len = bytes->len;
    text = str_first(*bytes, len);
    *bytes = str_from(*bytes, text.len);
    return text;
}

static struct value take_value(struct str *bytes, unsigned depth, struct arena *arena);

static struct value
take_array(struct str *bytes, unsigned depth, struct arena *arena)
{
    struct items *items = ARENA_NEW(arena, struct items);
    uint32_t count = take_byte(bytes) % 17;
    struct item *list = arena_array(arena, count + 1, sizeof(*list));
    bool has_names = take_byte(bytes) & 1;

    for (uint32_t i = 0; i < count; i++) {
        struct value *value = ARENA_NEW(arena, struct value);

        /* Names that no two share and that are no numbers, as PHP's arrays have them. */
        list[i].is_text_key = has_names;
        if (has_names)
            list[i].key = arena_printf(arena, "%c%u", (int)('a' + i % 20), i);
        else
            list[i].number = i;
        *value = take_value(bytes, depth + 1, arena);
        list[i].value = value;
    }
    *items = (struct items){.count = count, .list = list};
    return (struct value){.kind = VALUE_ARRAY, .items = items};
}

static struct value
take_value(struct str *bytes, unsigned depth, struct arena *arena)
{
    switch (take_byte(bytes) % 10) {
    case 0:
        return (struct value){.kind = VALUE_NULL};
    case 1:
        return value_bool(take_byte(bytes) & 1);
    case 2:
        return value_integer((int8_t)take_byte(bytes));
    case 3:
        return value_integer(take_number(bytes, 8));
    case 4:
        return value_string(
            str_from_cstr(names[take_byte(bytes) % (sizeof(names) / sizeof(*names))]));
    case 5:
    case 6:
        return depth < DEPTH_MAX ? take_array(bytes, depth, arena) : value_integer(1);
    case 7:
        return value_integer(take_number(bytes, 2));
    default:
        return value_string(take_text(bytes));
    }
}

static void
require_within_ceilings(struct value value, unsigned depth)
{
    require(value_is_known(value));
    if (value.kind == VALUE_STRING) {
        unsigned sum = 0;

        for (size_t i = 0; i < value.text.len; i++)
            sum += (unsigned char)value.text.data[i];
        require(value.text.len <= FOLD_BYTES_MAX && sum < UINT32_MAX);
    } else if (value.kind == VALUE_BOOL) {
        require(value.number == 0 || value.number == 1);
    } else if (value.kind == VALUE_ARRAY) {
        require(value.items->count <= VALUE_ITEMS_MAX);
        for (uint32_t i = 0; i < value.items->count && depth < 6; i++) {
            const struct item *item = &value.items->list[i];

            require_within_ceilings(*item->value, depth + 1);
            require((value.taint | item->value->taint) == value.taint);
            require((value.made | item->value->made) == value.made);
            if (value.items->count <= 64)
                require(items_find(value.items, item->is_text_key
                                                    ? value_string(item->key)
                                                    : value_integer(item->number)) == item->value);
        }
    }
}

/* A number for all of a value, to tell whether it is still the same. */
static uint64_t
print_of(struct value value, unsigned depth)
{
    uint64_t print = value.kind + UINT64_C(0x9e3779b97f4a7c15) * value.made + value.taint;

    if (value.kind == VALUE_STRING)
        return print * 31 + str_fingerprint(value.text);
    if (value.kind != VALUE_ARRAY)
        return print * 31 + (value.kind == VALUE_NULL ? 0 : (uint64_t)value.number);
    for (uint32_t i = 0; i < value.items->count && depth < 6; i++) {
        const struct item *item = &value.items->list[i];

        print =
            print * 33 + (item->is_text_key ? str_fingerprint(item->key) : (uint64_t)item->number);
        print = print * 33 + print_of(*item->value, depth + 1);
    }
    return print;
}

static bool
fold_something(unsigned what, unsigned which, const struct value *arguments, uint32_t count,
               struct arena *arena, struct value *ret_value)
{
    uint8_t op = operators[which % sizeof(operators)];

    switch (what % 8) {
    case 0:
        return fold_binary(op, arguments[0], arguments[1], arena, ret_value);
    case 1:
        return fold_index(arguments[0], arguments[1], arena, ret_value);
    case 2:
        return fold_step(which & 1 ? '+' : '-', arguments[0], arena, ret_value);
    case 3:
        if (which & 1)
            return fold_cast((uint8_t)(which / 2 % 8), arguments[0], arena, ret_value);
        return fold_unary((uint8_t) "!-+~@&"[which / 2 % 6], arguments[0], arena, ret_value);
    default:
        return fold_call(str_from_cstr(names[which % (sizeof(names) / sizeof(*names))]), arguments,
                         count, arena, ret_value);
    }
}

static void
require_the_same_again(struct str bytes)
{
    struct arena *arena = arena_new(ARENA_MAX), *other = arena_new(ARENA_MAX);
    unsigned what = take_byte(&bytes), which = take_byte(&bytes);
    uint32_t count = take_byte(&bytes) % (ARGUMENTS_MAX + 1);
    struct value arguments[ARGUMENTS_MAX] = {0}, first = VALUE_NOTHING, second = VALUE_NOTHING;
    uint64_t prints[ARGUMENTS_MAX];
    bool is_known;

    for (uint32_t i = 0; i < ARGUMENTS_MAX; i++) {
        arguments[i] =
            i < count || i < 2 ? take_value(&bytes, 0, arena) : (struct value){.kind = VALUE_NULL};
        prints[i] = print_of(arguments[i], 0);
    }
    is_known = fold_something(what, which, arguments, count, arena, &first);
    require(is_known == fold_something(what, which, arguments, count, other, &second));
    if (is_known) {
        require_within_ceilings(first, 0);
        require(print_of(first, 0) == print_of(second, 0));
    }
    for (uint32_t i = 0; i < ARGUMENTS_MAX; i++)
        require(print_of(arguments[i], 0) == prints[i]);
    arena_free(arena);
    arena_free(other);
}

/* What one function makes of the text another one makes it again. */
static void
require_round_trips(struct str text)
{
    static const char *const pairs[][2] = {
        {"base64_encode", "base64_decode"},
        {"bin2hex", "hex2bin"},
        {"strrev", "strrev"},
        {"str_rot13", "str_rot13"},
        {"urlencode", "urldecode"},
        {"rawurlencode", "rawurldecode"},
        {"addslashes", "stripslashes"},
        {"str_split", "implode"},
    };

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        struct arena *arena = arena_new(ARENA_MAX);
        struct value value = value_string(text), made, back;

        if (fold_call(str_from_cstr(pairs[i][0]), &value, 1, arena, &made)) {
            require(fold_call(str_from_cstr(pairs[i][1]), &made, 1, arena, &back));
            require(back.kind == VALUE_STRING && str_eq(back.text, text));
        } else {
            /* All of these texts fit; only the parts of a long one are too many. */
            require(str_eq(str_from_cstr(pairs[i][0]), STR("str_split")) &&
                    text.len >= VALUE_ITEMS_MAX);
        }
        arena_free(arena);
    }
}

/* Applied twice, ~ and ^ give back the text. */
static void
require_bits_come_back(struct str text)
{
    struct arena *arena = arena_new(ARENA_MAX);
    struct value left = value_string(str_first(text, text.len / 2)), once, twice;
    struct value right = value_string(str_from(text, text.len - text.len / 2));

    require(fold_binary('^', left, right, arena, &once));
    require(fold_binary('^', once, right, arena, &twice));
    require(str_eq(twice.text, left.text));
    require(fold_unary('~', left, arena, &once) && fold_unary('~', once, arena, &twice));
    require(str_eq(twice.text, left.text));
    require(fold_binary('.', left, right, arena, &once));
    require(once.text.len == left.text.len + right.text.len);
    require(fold_binary(OP_SPACESHIP, left, right, arena, &once));
    require(fold_binary(OP_SPACESHIP, right, left, arena, &twice));
    require(once.number == -twice.number);
    arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = {(const char *)data, size};

    require_the_same_again(bytes);
    require_round_trips(bytes);
    require_bits_come_back(bytes);
    return 0;
}
