#ifndef TESTS_FOLD_READER_H
#define TESTS_FOLD_READER_H

/*
 * fold_reader - reads one PHP expression of constants, folds it, and shows the value.
 *
 *     base64_decode('bWFpbA==')  →  'mail'        ['a', 7 => 'b'][7]  →  'b'
 *
 * Literals, arrays, calls, indexes, casts, one binary operator (others in brackets).
 * Enough for rows of tests; the parser of PHP is another one. step_up and step_down
 * stand for ++ and --.
 */

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "php/ast.h"
#include "php/fold.h"

struct fold_reader {
    struct str rest;
    struct arena *arena;
    bool is_wrong; /* the row cannot be read: a fault of the test */
};

#define READER_VALUES_MAX 64

static struct value reader_expression(struct fold_reader *reader);

static void
reader_blanks(struct fold_reader *reader)
{
    while (str_skip(&reader->rest, STR(" ")))
        ;
}

static bool
reader_skip(struct fold_reader *reader, struct str word)
{
    reader_blanks(reader);
    return str_skip(&reader->rest, word);
}

static char
reader_escape(struct fold_reader *reader)
{
    char c = reader->rest.data[0], digits[3] = "";

    reader->rest = str_from(reader->rest, 1);
    if (c == 'n' || c == 't' || c == 'r')
        return c == 'n' ? '\n' : c == 't' ? '\t' : '\r';
    if (c != 'x')
        return c;
    memcpy(digits, reader->rest.data, 2);
    reader->rest = str_from(reader->rest, 2);
    return (char)strtol(digits, NULL, 16);
}

static struct value
reader_text(struct fold_reader *reader, char quote)
{
    char *text = arena_alloc(reader->arena, reader->rest.len + 1);
    size_t len = 0;

    while (reader->rest.len && reader->rest.data[0] != quote) {
        char c = reader->rest.data[0];
        bool is_escape =
            c == '\\' && reader->rest.len > 1 &&
            (quote == '"' || reader->rest.data[1] == '\'' || reader->rest.data[1] == '\\');

        reader->rest = str_from(reader->rest, 1);
        text[len++] = is_escape ? reader_escape(reader) : c;
    }
    reader->is_wrong |= !reader_skip(reader, (struct str){&quote, 1});
    return value_string((struct str){text, len});
}

/* Keys are as written, but '8', which stands for the text that PHP takes for a number. */
static struct value
reader_array(struct fold_reader *reader)
{
    struct items *items = ARENA_NEW(reader->arena, struct items);
    struct item *list = arena_array(reader->arena, READER_VALUES_MAX, sizeof(*list));
    int64_t next = 0;

    while (!reader->is_wrong && !reader_skip(reader, STR("]"))) {
        struct value value = reader_expression(reader), *kept;
        struct item item = {.number = next};
        struct value key;

        if (reader_skip(reader, STR("=>"))) {
            key = value;
            value = reader_expression(reader);
            item.is_text_key = key.kind == VALUE_STRING && !str_eq(key.text, STR("8"));
            item.key = key.text;
            item.number = key.kind == VALUE_INTEGER ? key.number : 8;
        }
        if (!item.is_text_key && item.number >= next)
            next = item.number + 1;
        kept = ARENA_NEW(reader->arena, struct value);
        *kept = value;
        item.value = kept;
        list[items->count++] = item;
        (void)reader_skip(reader, STR(","));
    }
    items->list = list;
    return (struct value){.kind = VALUE_ARRAY, .items = items};
}

static struct value
reader_call(struct fold_reader *reader, struct str name)
{
    struct value arguments[READER_VALUES_MAX], result = VALUE_NOTHING;
    uint32_t count = 0;
    bool is_done;

    while (!reader->is_wrong && !reader_skip(reader, STR(")"))) {
        arguments[count++] = reader_expression(reader);
        (void)reader_skip(reader, STR(","));
    }
    if (str_eq(name, STR("step_up")) || str_eq(name, STR("step_down")))
        is_done = fold_step(name.len == 7 ? '+' : '-', arguments[0], reader->arena, &result);
    else
        is_done = fold_call(name, arguments, count, reader->arena, &result);
    return is_done ? result : VALUE_NOTHING;
}

static struct value
reader_word(struct fold_reader *reader)
{
    size_t len = 0;
    struct str word;
    struct value constant;

    while (len < reader->rest.len &&
           (reader->rest.data[len] == '_' || str_is_digit(reader->rest.data[len]) ||
            (reader->rest.data[len] >= 'a' && reader->rest.data[len] <= 'z') ||
            (reader->rest.data[len] >= 'A' && reader->rest.data[len] <= 'Z')))
        len++;
    word = str_first(reader->rest, len);
    reader->rest = str_from(reader->rest, len);
    if (len > 0 && str_is_digit(word.data[0])) {
        size_t fraction = 1;

        /* 65.7: a float comes to fold as its text. */
        if (reader->rest.len > 1 && reader->rest.data[0] == '.' &&
            str_is_digit(reader->rest.data[1])) {
            while (fraction < reader->rest.len && str_is_digit(reader->rest.data[fraction]))
                fraction++;
            reader->rest = str_from(reader->rest, fraction);
            return value_string((struct str){word.data, len + fraction});
        }
        return value_integer(strtoll(word.data, NULL, 10));
    }
    if (len > 0 && str_skip(&reader->rest, STR("(")))
        return reader_call(reader, word);
    if (len > 0 && fold_constant(word, &constant))
        return constant;
    reader->is_wrong = true;
    return VALUE_NOTHING;
}

static struct value
reader_primary(struct fold_reader *reader)
{
    struct value value, index, result;

    if (reader_skip(reader, STR("'"))) {
        value = reader_text(reader, '\'');
    } else if (reader_skip(reader, STR("\""))) {
        value = reader_text(reader, '"');
    } else if (reader_skip(reader, STR("["))) {
        value = reader_array(reader);
    } else if (reader_skip(reader, STR("("))) {
        value = reader_expression(reader);
        reader->is_wrong |= !reader_skip(reader, STR(")"));
    } else {
        value = reader_word(reader);
    }
    while (str_skip(&reader->rest, STR("["))) {
        index = reader_expression(reader);
        reader->is_wrong |= !reader_skip(reader, STR("]"));
        value = fold_index(value, index, reader->arena, &result) ? result : VALUE_NOTHING;
    }
    return value;
}

static struct value
reader_unary(struct fold_reader *reader)
{
    static const struct {
        const char *word;
        uint8_t op, cast;
    } words[] = {
        {"(int)", 0, CAST_INTEGER},
        {"(float)", 0, CAST_FLOAT},
        {"(string)", 0, CAST_STRING},
        {"(bool)", 0, CAST_BOOL},
        {"(array)", 0, CAST_ARRAY},
        {"!", '!', 0},
        {"~", '~', 0},
        {"-", '-', 0},
        {"+", '+', 0},
    };
    struct value operand, result = VALUE_NOTHING;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!reader_skip(reader, str_from_cstr(words[i].word)))
            continue;
        operand = reader_unary(reader);
        if (words[i].cast ? fold_cast(words[i].cast, operand, reader->arena, &result)
                          : fold_unary(words[i].op, operand, reader->arena, &result))
            return result;
        return VALUE_NOTHING;
    }
    return reader_primary(reader);
}

/* An operator and what follows it; all alike bind to the left. */
static struct value
reader_expression(struct fold_reader *reader)
{
    static const struct {
        const char *word;
        uint8_t op;
    } words[] = {
        {"===", OP_SAME},
        {"!==", OP_NOT_SAME},
        {"<=>", OP_SPACESHIP},
        {"==", OP_EQUAL},
        {"!=", OP_NOT_EQUAL},
        {"<=", OP_LESS_EQUAL},
        {">=", OP_MORE_EQUAL},
        {"<<", OP_SHIFT_LEFT},
        {">>", OP_SHIFT_RIGHT},
        {"**", OP_POWER},
        {"&&", OP_AND},
        {"||", OP_OR},
        {"xor ", OP_XOR},
        {"??", OP_COALESCE},
        {"+", '+'},
        {"-", '-'},
        {"*", '*'},
        {"/", '/'},
        {"%", '%'},
        {".", '.'},
        {"^", '^'},
        {"|", '|'},
        {"&", '&'},
        {"<", '<'},
        {">", '>'},
    };
    struct value left = reader_unary(reader), right, result;

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (!reader_skip(reader, str_from_cstr(words[i].word)))
            continue;
        right = reader_unary(reader);
        left =
            fold_binary(words[i].op, left, right, reader->arena, &result) ? result : VALUE_NOTHING;
        i = (size_t)-1;
    }
    return left;
}

static inline struct value
fold_read(const char *expression, struct arena *arena, bool *ret_is_wrong)
{
    struct fold_reader reader = {.rest = str_from_cstr(expression), .arena = arena};
    struct value value = reader_expression(&reader);

    reader_blanks(&reader);
    *ret_is_wrong = reader.is_wrong || reader.rest.len > 0;
    return value;
}

static inline void
fold_show(struct value value, struct buf *buf)
{
    if (value.kind == VALUE_NULL) {
        buf_add_cstr(buf, "null");
    } else if (value.kind == VALUE_BOOL) {
        buf_add_cstr(buf, value.number ? "true" : "false");
    } else if (value.kind == VALUE_INTEGER) {
        buf_printf(buf, "%lld", (long long)value.number);
    } else if (value.kind == VALUE_STRING) {
        buf_add_char(buf, '\'');
        for (size_t i = 0; i < value.text.len; i++) {
            char c = value.text.data[i];

            if (c >= ' ' && c <= '~' && c != '\'' && c != '\\')
                buf_add_char(buf, c);
            else
                buf_printf(buf, "\\x%02x", (unsigned)(unsigned char)c);
        }
        buf_add_char(buf, '\'');
    } else if (value.kind == VALUE_ARRAY) {
        buf_add_char(buf, '[');
        for (uint32_t i = 0; i < value.items->count; i++) {
            const struct item *item = &value.items->list[i];

            if (i > 0)
                buf_add_char(buf, ',');
            fold_show(item->is_text_key ? value_string(item->key) : value_integer(item->number),
                      buf);
            buf_add_cstr(buf, "=>");
            fold_show(*item->value, buf);
        }
        buf_add_char(buf, ']');
    } else {
        buf_add_char(buf, '?');
    }
}

#endif
