#ifndef PHP_FOLD_PARTS_H
#define PHP_FOLD_PARTS_H

/*
 * fold_parts - which part of fold is where, and what the parts share.
 *
 *     fold.c           the table of functions, calls by name, what a result carries
 *     fold_number.c    numbers in text, text of numbers, bases, rounding
 *     fold_operator.c  operators of two sides
 *     fold_unary.c     of one side, casts, indexes, steps
 *     fold_compare.c   == === < <=> as PHP 8 compares
 *     fold_string.c    pieces of text: chr, substr, trim, case, padding
 *     fold_replace.c   str_replace, strtr
 *     fold_search.c    strpos, strstr and comparison of text
 *     fold_format.c    sprintf
 *     fold_escape.c    slashes, entities, URLs, quoted-printable
 *     fold_decode.c    base64, rot13, hex, uuencode
 *     fold_inflate.c   gzip, zlib, deflate
 *     fold_pack.c      pack, unpack
 *     fold_digest.c    md5, sha1, crc32
 *     fold_join.c      implode, explode, str_split, count
 *     fold_array.c     arrays: order, keys, what is in them
 *     fold_map.c       functions that call others
 *     fold_range.c     range
 *     fold_list.c      an array being built
 *     fold_constant.c  constants
 *
 * An evaluator gives false for what it does not know, and its result is unknown.
 * What PHP itself answers with a warning and false is a known false.
 */

#include "php/fold.h"

/* What one call may cost, and the calls that it makes of others in turn. */
#define FOLD_STEPS_MAX (8u * FOLD_BYTES_MAX)
#define FOLD_DEPTH_MAX 4u

struct fold_budget {
    uint64_t steps; /* spent */
    uint32_t depth;
};

struct fold_call {
    uint8_t variant; /* which of several functions that share an evaluator */
    uint32_t count;
    const struct value *arguments;
    struct arena *arena;
    struct fold_budget *budget;
};

typedef bool fold_evaluator(const struct fold_call *call, struct value *ret_value);

/* False when the call has cost too much with these steps. */
bool fold_spend(const struct fold_call *call, uint64_t steps);

/* Room in the arena for text of this length; NULL when it is too long or costs too much. */
char *fold_room(const struct fold_call *call, size_t len);

/* A function called by another one, at the expense of its budget. */
bool fold_call_within(const struct fold_call *outer, struct str name, const struct value *arguments,
                      uint32_t count, struct value *ret_value);

/* Argument `index` as a parameter of that type takes it; false where PHP would complain. */
bool fold_text_at(const struct fold_call *call, uint32_t index, struct str *ret_text);
bool fold_number_at(const struct fold_call *call, uint32_t index, int64_t *ret_number);
bool fold_array_at(const struct fold_call *call, uint32_t index, const struct items **ret_items);

/* The same, and `otherwise` where there are fewer arguments, or it is null. */
bool fold_text_or(const struct fold_call *call, uint32_t index, struct str otherwise,
                  struct str *ret_text);
bool fold_number_or(const struct fold_call *call, uint32_t index, int64_t otherwise,
                    int64_t *ret_number);
bool fold_truth_or(const struct fold_call *call, uint32_t index, bool otherwise, bool *ret_truth);

/* Adds made bits to a value, and the taints that go with them. */
void fold_mark(struct value *value, uint16_t made);

/* What a result of both carries: made, taint, cleanness, parameters. */
void fold_inherit(struct value *value, struct value source);

/* A number as PHP computes with it. */
struct fold_number {
    bool is_real;
    int64_t integer;
    double real; /* of either */
};

enum fold_numeric {
    FOLD_NUMERIC_NONE,  /* "abc" */
    FOLD_NUMERIC_FRONT, /* "12abc" */
    FOLD_NUMERIC_WHOLE, /* "12", " 1.5e3 " */
};

enum fold_numeric fold_number_read(struct str text, struct fold_number *ret_number);

/* As an operand of arithmetic, PHP 8: no arrays, text must be numeric at least in front. */
bool fold_operand(struct value value, struct fold_number *ret_number);

int64_t fold_truncate(struct fold_number number);

/* The same for operators, which PHP 8 has throw where PHP 7 took 0 for text that is no number. */
bool fold_operand_of_any(struct value value, struct fold_number *ret_number);

/* As a cast to int reads a value, which complains of nothing. */
bool fold_whole(struct value value, int64_t *ret_number);

/* A float that is a whole number gives an integer, any other the text that PHP prints. */
bool fold_real(double real, struct arena *arena, struct value *ret_value);

/* -1, 0, 1 as <=>; false: not comparable here. `steps` bounds arrays in arrays. */
bool fold_compare(struct value a, struct value b, struct arena *arena, uint32_t *steps,
                  int *ret_order);
bool fold_same(struct value a, struct value b, uint32_t *steps, bool *ret_same);
#define FOLD_COMPARE_STEPS_MAX 65536u

/* An array being built. */
struct fold_list {
    struct arena *arena;
    struct item *items;
    uint16_t *slots; /* by hash of the key; index into items, plus 1 */
    uint32_t count, capacity, mask;
    int64_t next;
};

/* False when `capacity` is more than VALUE_ITEMS_MAX or the arena is full. */
bool fold_list_init(struct fold_list *list, const struct fold_call *call, size_t capacity);
void fold_list_add(struct fold_list *list, struct value *value); /* with the next number */
void fold_list_put(struct fold_list *list, struct item key, struct value *value);
void fold_list_put_new(struct fold_list *list, struct item key, struct value *value); /* no other */
bool fold_list_add_text(struct fold_list *list, struct str text);
struct item fold_key_of_text(struct str text);
bool fold_key(struct value value, struct item *ret_key); /* false: an array cannot be a key */
struct value fold_key_value(const struct item *item);
struct value *fold_keep(struct arena *arena, struct value value); /* NULL at the limit */
bool fold_list_value(const struct fold_list *list, struct value *ret_value);

static inline unsigned char
fold_byte(struct str text, size_t at)
{
    return (unsigned char)text.data[at];
}

static inline char
fold_lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static inline char
fold_upper(char c)
{
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

static inline bool
fold_is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

int fold_hex_digit(char c); /* -1 without */

/* In the order of the list above. */
fold_evaluator fold_abs, fold_base_convert, fold_crc32, fold_dec_to_base, fold_base_to_dec,
    fold_extreme, fold_intval, fold_floatval, fold_is_numeric, fold_pow, fold_round, fold_intdiv;
fold_evaluator fold_chr, fold_ord, fold_reverse, fold_substr, fold_substr_replace, fold_trim,
    fold_case, fold_first_case, fold_words_case, fold_repeat, fold_pad, fold_length, fold_strval,
    fold_chunk, fold_nl2br, fold_is_type, fold_gettype, fold_boolval;
fold_evaluator fold_str_replace, fold_strtr;
fold_evaluator fold_position, fold_part_from, fold_strrchr, fold_text_compare, fold_has_text,
    fold_substr_count, fold_span, fold_strpbrk;
fold_evaluator fold_sprintf, fold_vsprintf;
fold_evaluator fold_addslashes, fold_stripslashes, fold_stripcslashes, fold_html_encode,
    fold_html_decode, fold_url_decode, fold_url_encode, fold_quoted_printable_decode;
fold_evaluator fold_base64_decode, fold_base64_encode, fold_rot13, fold_hex_decode, fold_hex_encode,
    fold_uudecode;
fold_evaluator fold_inflate;
fold_evaluator fold_pack, fold_unpack;
fold_evaluator fold_md5, fold_sha1, fold_hash;
fold_evaluator fold_implode, fold_explode, fold_str_split, fold_count, fold_range,
    fold_array_reverse, fold_array_merge, fold_array_slice, fold_array_values, fold_array_keys,
    fold_array_flip, fold_array_combine, fold_array_fill, fold_array_fill_keys, fold_array_pad,
    fold_array_sum, fold_array_map, fold_array_filter, fold_in_array, fold_array_key_exists,
    fold_array_unique, fold_array_chunk, fold_array_key_end, fold_array_end, fold_user_call;

#endif
