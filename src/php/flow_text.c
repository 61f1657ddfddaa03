#include "php/flow_parts.h"

/* `left` with `right` behind it, in a buffer that has room for more. */
static struct str
append(struct flow *flow, struct str left, struct str right)
{
    struct growth *growth = NULL;
    size_t len = left.len + right.len;

    for (size_t i = 0; i < sizeof(flow->growth) / sizeof(flow->growth[0]); i++) {
        if (flow->growth[i].data && flow->growth[i].data == left.data &&
            flow->growth[i].len == left.len)
            growth = &flow->growth[i];
    }
    if (!growth || growth->capacity < len) {
        size_t capacity = len * 2 < 64 ? 64 : len * 2;
        char *data = arena_alloc(flow->arena, capacity);

        if (!data)
            return STR_EMPTY;
        memcpy(data, left.data, left.len);
        if (!growth) {
            growth = &flow->growth[flow->growth_next];
            flow->growth_next =
                (flow->growth_next + 1) % (sizeof(flow->growth) / sizeof(flow->growth[0]));
        }
        growth->data = data;
        growth->capacity = capacity;
    }
    memcpy(growth->data + left.len, right.data, right.len);
    growth->len = len;
    return (struct str){growth->data, len};
}

struct value
flow_concat(struct flow *flow, struct value left, struct value right)
{
    struct value both = value_both(left, right);
    struct str a, b;

    /* '' . $x says no more than $x does. */
    if (left.kind == VALUE_STRING && !left.text.len && !left.taint &&
        (right.kind == VALUE_STRING || right.kind == VALUE_UNKNOWN)) {
        right.made |= left.made;
        return right;
    }
    both.made |= MADE_CONCAT;
    if (!value_text(left, flow->arena, &a) || !value_text(right, flow->arena, &b) ||
        left.kind == VALUE_ARRAY || right.kind == VALUE_ARRAY || a.len + b.len > FOLD_BYTES_MAX) {
        /* The beginning of an unknown text still tells a header from a body. */
        both.text =
            value_is_known(left) && left.kind != VALUE_ARRAY && value_text(left, flow->arena, &a)
                ? str_first(a, 256)
                : (left.kind == VALUE_UNKNOWN ? left.text : STR_EMPTY);
        if ((value_is_known(left) && left.kind == VALUE_STRING && left.text.len) ||
            (value_is_known(right) && right.kind == VALUE_STRING && right.text.len))
            both.truth = TRUTH_YES;
        return both;
    }
    both.kind = VALUE_STRING;
    both.text = a.len == 0 ? b : b.len == 0 ? a : append(flow, a, b);
    if (both.text.len != a.len + b.len)
        both = value_both(left, right);
    return both;
}

/* Ends it with "Cc: " at the beginning of a line? */
static bool
announces_copy(struct value value)
{
    struct str text = value.text, line;
    size_t begin;

    if (value.kind != VALUE_STRING)
        return false;
    while (text.len && strchr(" <\"'", text.data[text.len - 1]))
        text.len--;
    for (begin = text.len; begin > 0 && text.data[begin - 1] != '\n';)
        begin--;
    line = str_from(text, begin);
    return str_eq_nocase(line, STR("cc:")) || str_eq_nocase(line, STR("bcc:"));
}

/* What stands behind "Cc:" is a recipient, be it in a header or on its way there. */
struct value
flow_mark_copied(struct value before, struct value next)
{
    if ((flow_is_visitor(next) || next.parameters) && announces_copy(before))
        next.taint |= TAINT_COPIED;
    return next;
}

/* The letter, digit, slash or stop that a numeric escape at "\\" spells; 0: none of them. */
static int
spelled_at(struct str raw, size_t at)
{
    bool is_hex = at + 1 < raw.len && (raw.data[at + 1] | 0x20) == 'x';
    int letter = 0;

    for (size_t i = at + (is_hex ? 2 : 1); i < raw.len && i < at + 4; i++) {
        char c = raw.data[i];

        if (c >= '0' && c <= '7')
            letter = letter * (is_hex ? 16 : 8) + c - '0';
        else if (is_hex && str_is_digit(c))
            letter = letter * 16 + c - '0';
        else if (is_hex && (c | 0x20) >= 'a' && (c | 0x20) <= 'f')
            letter = letter * 16 + (c | 0x20) - 'a' + 10;
        else
            break;
    }
    return str_is_digit((char)letter) || letter == '/' || letter == '.' ||
                   ((letter | 0x20) >= 'a' && (letter | 0x20) <= 'z')
               ? letter
               : 0;
}

/* Some letters of a literal are spelled by number, "\057hom\145": nobody writes so who wants to
 * be read. */
#define SPELLED_LEAST 3

static bool
is_spelled(struct str raw)
{
    size_t spelled = 0;

    if (!raw.len || raw.data[0] == '\'')
        return false;
    for (size_t at = str_index(raw, '\\'); at < raw.len && spelled < SPELLED_LEAST;
         at += 2, at += str_index(str_from(raw, at), '\\'))
        spelled += spelled_at(raw, at) != 0;
    return spelled >= SPELLED_LEAST;
}

/* Literals of which nobody reads a word. */
static uint32_t
literal_taint(struct str text, struct str raw)
{
    size_t odd = 0;

    if (text.len > 400) {
        for (size_t i = 0; i < 400; i++)
            odd += text.data[i] == ' ' || text.data[i] == '\n' || text.data[i] == '<';
        if (odd < 4)
            return TAINT_BLOB;
    }
    /* Mostly escapes: "\x65\x76\141\154". */
    if (text.len >= 4 && raw.len > text.len * 3)
        return TAINT_BUILT;
    return 0;
}

struct value
flow_string_literal(const struct node *node)
{
    struct value value = value_string(node->text);

    value.taint = literal_taint(node->text, node->raw);
    if ((value.taint & TAINT_BUILT) || is_spelled(node->raw))
        value.made = MADE_HEX;
    return value;
}
