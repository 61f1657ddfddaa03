#include "php/ast.h"
#include "php/fold_parts.h"

struct function {
    struct str name;
    fold_evaluator *evaluate;
    uint8_t min, max; /* arguments */
    uint8_t variant;
    uint16_t made;
    bool calls_others;
};

#define MANY UINT8_MAX
#define NAME(literal)                                                                              \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

/* In the order of str_compare: names are looked up by halves. */
static const struct function functions[] = {
    {NAME("abs"), fold_abs, 1, 1, 0, 0, false},
    {NAME("addslashes"), fold_addslashes, 1, 1, 0, 0, false},
    {NAME("array_chunk"), fold_array_chunk, 2, 3, 0, 0, false},
    {NAME("array_combine"), fold_array_combine, 2, 2, 0, 0, false},
    {NAME("array_fill"), fold_array_fill, 3, 3, 0, 0, false},
    {NAME("array_fill_keys"), fold_array_fill_keys, 2, 2, 0, 0, false},
    {NAME("array_filter"), fold_array_filter, 1, 2, 0, 0, true},
    {NAME("array_flip"), fold_array_flip, 1, 1, 0, 0, false},
    {NAME("array_key_exists"), fold_array_key_exists, 2, 2, 0, 0, false},
    {NAME("array_key_first"), fold_array_key_end, 1, 1, 'f', 0, false},
    {NAME("array_key_last"), fold_array_key_end, 1, 1, 'l', 0, false},
    {NAME("array_keys"), fold_array_keys, 1, 1, 0, 0, false},
    {NAME("array_map"), fold_array_map, 2, MANY, 0, 0, true},
    {NAME("array_merge"), fold_array_merge, 0, MANY, 0, 0, false},
    {NAME("array_pad"), fold_array_pad, 3, 3, 0, 0, false},
    {NAME("array_product"), fold_array_sum, 1, 1, '*', 0, false},
    {NAME("array_reverse"), fold_array_reverse, 1, 2, 0, MADE_REVERSE, false},
    {NAME("array_search"), fold_in_array, 2, 3, 's', 0, false},
    {NAME("array_slice"), fold_array_slice, 2, 4, 0, 0, false},
    {NAME("array_sum"), fold_array_sum, 1, 1, '+', 0, false},
    {NAME("array_unique"), fold_array_unique, 1, 1, 0, 0, false},
    {NAME("array_values"), fold_array_values, 1, 1, 0, 0, false},
    {NAME("base64_decode"), fold_base64_decode, 1, 2, 0, MADE_BASE64, false},
    {NAME("base64_encode"), fold_base64_encode, 1, 1, 0, 0, false},
    {NAME("base_convert"), fold_base_convert, 3, 3, 0, 0, false},
    {NAME("bin2hex"), fold_hex_encode, 1, 1, 0, 0, false},
    {NAME("bindec"), fold_base_to_dec, 1, 1, 2, 0, false},
    {NAME("boolval"), fold_boolval, 1, 1, 0, 0, false},
    {NAME("call_user_func"), fold_user_call, 1, MANY, 0, 0, true},
    {NAME("call_user_func_array"), fold_user_call, 2, 2, 'a', 0, true},
    {NAME("ceil"), fold_round, 1, 1, 'c', 0, false},
    {NAME("chop"), fold_trim, 1, 2, 2, 0, false},
    {NAME("chr"), fold_chr, 1, 1, 0, 0, false},
    {NAME("chunk_split"), fold_chunk, 1, 3, 0, 0, false},
    {NAME("convert_uudecode"), fold_uudecode, 1, 1, 0, MADE_BASE64, false},
    {NAME("count"), fold_count, 1, 2, 0, 0, false},
    {NAME("crc32"), fold_crc32, 1, 1, 0, 0, false},
    {NAME("decbin"), fold_dec_to_base, 1, 1, 2, 0, false},
    {NAME("dechex"), fold_dec_to_base, 1, 1, 16, 0, false},
    {NAME("decoct"), fold_dec_to_base, 1, 1, 8, 0, false},
    {NAME("doubleval"), fold_floatval, 1, 1, CAST_FLOAT, 0, false},
    {NAME("end"), fold_array_end, 1, 1, 'l', 0, false},
    {NAME("explode"), fold_explode, 2, 3, 0, 0, false},
    {NAME("floatval"), fold_floatval, 1, 1, CAST_FLOAT, 0, false},
    {NAME("floor"), fold_round, 1, 1, 'f', 0, false},
    {NAME("gettype"), fold_gettype, 1, 1, 0, 0, false},
    {NAME("gzdecode"), fold_inflate, 1, 2, 'g', MADE_INFLATE, false},
    {NAME("gzinflate"), fold_inflate, 1, 2, 'r', MADE_INFLATE, false},
    {NAME("gzuncompress"), fold_inflate, 1, 2, 'z', MADE_INFLATE, false},
    {NAME("hash"), fold_hash, 2, 3, 0, 0, false},
    {NAME("hex2bin"), fold_hex_decode, 1, 1, 0, MADE_HEX, false},
    {NAME("hexdec"), fold_base_to_dec, 1, 1, 16, 0, false},
    {NAME("html_entity_decode"), fold_html_decode, 1, 2, 0, MADE_URL, false},
    {NAME("htmlspecialchars"), fold_html_encode, 1, 2, 0, 0, false},
    {NAME("htmlspecialchars_decode"), fold_html_decode, 1, 2, 's', 0, false},
    {NAME("implode"), fold_implode, 1, 2, 0, MADE_JOIN, false},
    {NAME("in_array"), fold_in_array, 2, 3, 'i', 0, false},
    {NAME("intdiv"), fold_intdiv, 2, 2, 0, 0, false},
    {NAME("intval"), fold_intval, 1, 2, 0, 0, false},
    {NAME("is_array"), fold_is_type, 1, 1, 'a', 0, false},
    {NAME("is_bool"), fold_is_type, 1, 1, 'b', 0, false},
    {NAME("is_int"), fold_is_type, 1, 1, 'i', 0, false},
    {NAME("is_integer"), fold_is_type, 1, 1, 'i', 0, false},
    {NAME("is_null"), fold_is_type, 1, 1, 'n', 0, false},
    {NAME("is_numeric"), fold_is_numeric, 1, 1, 0, 0, false},
    {NAME("is_scalar"), fold_is_type, 1, 1, 'c', 0, false},
    {NAME("is_string"), fold_is_type, 1, 1, 's', 0, false},
    {NAME("join"), fold_implode, 1, 2, 0, MADE_JOIN, false},
    {NAME("key_exists"), fold_array_key_exists, 2, 2, 0, 0, false},
    {NAME("lcfirst"), fold_first_case, 1, 1, 'l', 0, false},
    {NAME("ltrim"), fold_trim, 1, 2, 1, 0, false},
    {NAME("max"), fold_extreme, 1, MANY, '>', 0, false},
    {NAME("md5"), fold_md5, 1, 2, 0, 0, false},
    {NAME("min"), fold_extreme, 1, MANY, '<', 0, false},
    {NAME("nl2br"), fold_nl2br, 1, 2, 0, 0, false},
    {NAME("octdec"), fold_base_to_dec, 1, 1, 8, 0, false},
    {NAME("ord"), fold_ord, 1, 1, 0, 0, false},
    {NAME("pack"), fold_pack, 1, MANY, 0, MADE_HEX, false},
    {NAME("pow"), fold_pow, 2, 2, OP_POWER, 0, false},
    {NAME("quoted_printable_decode"), fold_quoted_printable_decode, 1, 1, 0, MADE_URL, false},
    {NAME("range"), fold_range, 2, 3, 0, 0, false},
    {NAME("rawurldecode"), fold_url_decode, 1, 1, 'r', MADE_URL, false},
    {NAME("rawurlencode"), fold_url_encode, 1, 1, 'r', 0, false},
    {NAME("reset"), fold_array_end, 1, 1, 'f', 0, false},
    {NAME("round"), fold_round, 1, 2, 'r', 0, false},
    {NAME("rtrim"), fold_trim, 1, 2, 2, 0, false},
    {NAME("sha1"), fold_sha1, 1, 2, 0, 0, false},
    {NAME("sizeof"), fold_count, 1, 2, 0, 0, false},
    {NAME("sprintf"), fold_sprintf, 1, MANY, 0, 0, false},
    {NAME("str_contains"), fold_has_text, 2, 2, 0, 0, false},
    {NAME("str_ends_with"), fold_has_text, 2, 2, 8, 0, false},
    {NAME("str_ireplace"), fold_str_replace, 3, 3, 'i', MADE_REPLACE, false},
    {NAME("str_pad"), fold_pad, 2, 4, 0, 0, false},
    {NAME("str_repeat"), fold_repeat, 2, 2, 0, 0, false},
    {NAME("str_replace"), fold_str_replace, 3, 3, 0, MADE_REPLACE, false},
    {NAME("str_rot13"), fold_rot13, 1, 1, 0, MADE_ROT13, false},
    {NAME("str_split"), fold_str_split, 1, 2, 0, 0, false},
    {NAME("str_starts_with"), fold_has_text, 2, 2, 4, 0, false},
    {NAME("strcasecmp"), fold_text_compare, 2, 2, 1, 0, false},
    {NAME("strchr"), fold_part_from, 2, 3, 0, 0, false},
    {NAME("strcmp"), fold_text_compare, 2, 2, 0, 0, false},
    {NAME("strcspn"), fold_span, 2, 2, 'c', 0, false},
    {NAME("stripcslashes"), fold_stripcslashes, 1, 1, 0, MADE_HEX, false},
    {NAME("stripos"), fold_position, 2, 3, 1, 0, false},
    {NAME("stripslashes"), fold_stripslashes, 1, 1, 0, 0, false},
    {NAME("stristr"), fold_part_from, 2, 3, 1, 0, false},
    {NAME("strlen"), fold_length, 1, 1, 0, 0, false},
    {NAME("strncasecmp"), fold_text_compare, 3, 3, 17, 0, false},
    {NAME("strncmp"), fold_text_compare, 3, 3, 16, 0, false},
    {NAME("strpbrk"), fold_strpbrk, 2, 2, 0, 0, false},
    {NAME("strpos"), fold_position, 2, 3, 0, 0, false},
    {NAME("strrchr"), fold_strrchr, 2, 2, 0, 0, false},
    {NAME("strrev"), fold_reverse, 1, 1, 0, MADE_REVERSE, false},
    {NAME("strripos"), fold_position, 2, 3, 3, 0, false},
    {NAME("strrpos"), fold_position, 2, 3, 2, 0, false},
    {NAME("strspn"), fold_span, 2, 2, 's', 0, false},
    {NAME("strstr"), fold_part_from, 2, 3, 0, 0, false},
    {NAME("strtolower"), fold_case, 1, 1, 'l', 0, false},
    {NAME("strtoupper"), fold_case, 1, 1, 'u', 0, false},
    {NAME("strtr"), fold_strtr, 2, 3, 0, MADE_REPLACE, false},
    {NAME("strval"), fold_strval, 1, 1, 0, 0, false},
    {NAME("substr"), fold_substr, 2, 3, 0, 0, false},
    {NAME("substr_count"), fold_substr_count, 2, 2, 0, 0, false},
    {NAME("substr_replace"), fold_substr_replace, 3, 4, 0, MADE_REPLACE, false},
    {NAME("trim"), fold_trim, 1, 2, 3, 0, false},
    {NAME("ucfirst"), fold_first_case, 1, 1, 'u', 0, false},
    {NAME("ucwords"), fold_words_case, 1, 2, 0, 0, false},
    {NAME("unpack"), fold_unpack, 2, 2, 0, MADE_HEX, false},
    {NAME("urldecode"), fold_url_decode, 1, 1, 'u', MADE_URL, false},
    {NAME("urlencode"), fold_url_encode, 1, 1, 'u', 0, false},
    {NAME("vsprintf"), fold_vsprintf, 2, 2, 0, 0, false},
    {NAME("zlib_decode"), fold_inflate, 1, 2, 'a', MADE_INFLATE, false},
};

#define MADE_DECODED (MADE_BASE64 | MADE_INFLATE | MADE_ROT13 | MADE_HEX | MADE_URL | MADE_XOR)
#define MADE_BUILT (MADE_CHR | MADE_REVERSE | MADE_REPLACE | MADE_PICK | MADE_STEP | MADE_XOR)

void
fold_mark(struct value *value, uint16_t made)
{
    value->made |= made;
    if (made & MADE_DECODED)
        value->taint |= TAINT_DECODED;
    if (made & MADE_BUILT)
        value->taint |= TAINT_BUILT;
}

void
fold_inherit(struct value *value, struct value source)
{
    struct value both = value_both(*value, source);

    value->made = both.made;
    value->taint = both.taint;
    value->clean = both.clean;
    value->parameters = both.parameters;
}

static const struct function *
find_function(struct str name)
{
    size_t low = 0, high = sizeof(functions) / sizeof(functions[0]);

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(name, functions[middle].name);

        if (order == 0)
            return &functions[middle];
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
    }
    return NULL;
}

bool
fold_spend(const struct fold_call *call, uint64_t steps)
{
    call->budget->steps += steps;
    return call->budget->steps <= FOLD_STEPS_MAX;
}

char *
fold_room(const struct fold_call *call, size_t len)
{
    if (len > FOLD_BYTES_MAX || !fold_spend(call, len))
        return NULL;
    return arena_alloc(call->arena, len + 1);
}

bool
fold_text_at(const struct fold_call *call, uint32_t index, struct str *ret_text)
{
    return index < call->count && call->arguments[index].kind != VALUE_ARRAY &&
           value_text(call->arguments[index], call->arena, ret_text);
}

bool
fold_text_or(const struct fold_call *call, uint32_t index, struct str otherwise,
             struct str *ret_text)
{
    if (index < call->count && call->arguments[index].kind != VALUE_NULL)
        return fold_text_at(call, index, ret_text);
    *ret_text = otherwise;
    return true;
}

bool
fold_number_at(const struct fold_call *call, uint32_t index, int64_t *ret_number)
{
    struct fold_number number;

    if (index >= call->count || !fold_operand(call->arguments[index], &number))
        return false;
    *ret_number = fold_truncate(number);
    return true;
}

bool
fold_number_or(const struct fold_call *call, uint32_t index, int64_t otherwise, int64_t *ret_number)
{
    if (index < call->count && call->arguments[index].kind != VALUE_NULL)
        return fold_number_at(call, index, ret_number);
    *ret_number = otherwise;
    return true;
}

bool
fold_truth_or(const struct fold_call *call, uint32_t index, bool otherwise, bool *ret_truth)
{
    if (index < call->count)
        return value_truth(call->arguments[index], ret_truth);
    *ret_truth = otherwise;
    return true;
}

bool
fold_array_at(const struct fold_call *call, uint32_t index, const struct items **ret_items)
{
    if (index >= call->count || call->arguments[index].kind != VALUE_ARRAY)
        return false;
    *ret_items = call->arguments[index].items;
    for (uint32_t i = 0; i < (*ret_items)->count; i++) {
        struct value item = *(*ret_items)->list[i].value;

        /* Whoever asks for an array reads, compares or hashes each of its texts a few times. */
        if (!fold_spend(call, 1 + (item.kind == VALUE_STRING ? item.text.len / 16 : 0)))
            return false;
    }
    return true;
}

/* What an array carries is what its items carry, even where its maker did not sum it up. */
static void
inherit_argument(struct value *result, struct value argument)
{
    fold_inherit(result, argument);
    if (argument.kind != VALUE_ARRAY)
        return;
    for (uint32_t i = 0; i < argument.items->count; i++)
        fold_inherit(result, *argument.items->list[i].value);
}

/* All of them known, and read at some cost. */
static bool
take_arguments(const struct fold_call *call)
{
    for (uint32_t i = 0; i < call->count; i++) {
        struct value argument = call->arguments[i];

        if (!value_is_known(argument) ||
            !fold_spend(call, 16 + (argument.kind == VALUE_STRING ? argument.text.len / 4 : 0)))
            return false;
    }
    return true;
}

/* What gives back one of its texts as it was has done nothing. */
static bool
is_argument(const struct fold_call *call, struct value result)
{
    for (uint32_t i = 0; i < call->count; i++) {
        if (call->arguments[i].kind == VALUE_STRING && str_eq(call->arguments[i].text, result.text))
            return true;
    }
    return false;
}

static bool
run(struct str name, const struct value *arguments, uint32_t count, struct arena *arena,
    struct fold_budget *budget, struct value *ret_value)
{
    const struct function *function = find_function(name);
    struct fold_call call = {
        .count = count, .arguments = arguments, .arena = arena, .budget = budget};
    struct value result = VALUE_NOTHING;

    if (!function || count < function->min || (function->max != MANY && count > function->max) ||
        !take_arguments(&call))
        return false;
    call.variant = function->variant;
    if (!function->evaluate(&call, &result) || !value_is_known(result))
        return false;
    if (result.kind == VALUE_STRING && result.text.len > FOLD_BYTES_MAX)
        return false;
    for (uint32_t i = 0; i < count; i++)
        inherit_argument(&result, arguments[i]);
    if (result.kind == VALUE_ARRAY || (result.kind == VALUE_STRING && !is_argument(&call, result)))
        fold_mark(&result, function->made);
    if (function->made & MADE_DECODED)
        result.clean = 0;
    *ret_value = result;
    return true;
}

bool
fold_call(struct str name, const struct value *arguments, uint32_t count, struct arena *arena,
          struct value *ret_value)
{
    struct fold_budget budget = {0};

    return run(name, arguments, count, arena, &budget, ret_value);
}

bool
fold_call_within(const struct fold_call *outer, struct str name, const struct value *arguments,
                 uint32_t count, struct value *ret_value)
{
    bool is_done;

    if (outer->budget->depth == FOLD_DEPTH_MAX)
        return false;
    outer->budget->depth++;
    is_done = run(name, arguments, count, outer->arena, outer->budget, ret_value);
    outer->budget->depth--;
    return is_done;
}

bool
fold_knows(struct str name)
{
    const struct function *function = find_function(name);

    return function && !function->calls_others;
}

uint16_t
fold_decoder(struct str name)
{
    const struct function *function = find_function(name);

    return function ? function->made & MADE_DECODED : 0;
}
