#include "php/parse_parts.h"

/* How the bytes of a literal are to be read. */
struct reading {
    char quote;    /* whose "\" escape is the quote itself; 0 in heredocs */
    bool is_plain; /* only \\ and \' are escapes */
    bool is_raw;   /* none is */
    size_t indent; /* blanks to take off each line */
    bool is_begin; /* the text begins a line */
};

static bool
is_octal(char c)
{
    return c >= '0' && c <= '7';
}

static int
hex_digit(char c)
{
    char lower = (char)(c | 0x20);

    if (str_is_digit(c))
        return c - '0';
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static size_t
resolve_octal(struct str text, char *into)
{
    unsigned value = 0;
    size_t i = 1;

    for (; i < text.len && i < 4 && is_octal(text.data[i]); i++)
        value = value * 8 + (unsigned)(text.data[i] - '0');
    *into = (char)(value & 0xff);
    return i;
}

static size_t
resolve_hex(struct str text, char *into)
{
    int value = 0;
    size_t i = 2;

    for (; i < text.len && i < 4 && hex_digit(text.data[i]) >= 0; i++)
        value = value * 16 + hex_digit(text.data[i]);
    *into = (char)value;
    return i;
}

/* UTF-8, and the like of it for what is no character: PHP checks no more than the range. */
static size_t
write_code_point(uint32_t value, char *into)
{
    size_t len = value < 0x80 ? 1 : value < 0x800 ? 2 : value < 0x10000 ? 3 : 4;
    static const unsigned char firsts[] = {0, 0, 0xc0, 0xe0, 0xf0};

    for (size_t i = len; i-- > 1; value >>= 6)
        into[i] = (char)(0x80 | (value & 0x3f));
    into[0] = (char)(firsts[len] | value);
    return len;
}

/* "\u{20AC}"; 0 where it is none. */
static size_t
resolve_unicode(struct str text, char *into, size_t *ret_len)
{
    uint32_t value = 0;
    size_t i = 3;

    if (text.len < 5 || text.data[2] != '{')
        return 0;
    for (; i < text.len && hex_digit(text.data[i]) >= 0; i++) {
        value = value * 16 + (uint32_t)hex_digit(text.data[i]);
        if (value > 0x10ffff)
            return 0;
    }
    if (i == 3 || i == text.len || text.data[i] != '}')
        return 0;
    *ret_len = write_code_point(value, into);
    return i + 1;
}

static char
letter_escape(char c)
{
    switch (c) {
    case 'n':
        return '\n';
    case 't':
        return '\t';
    case 'r':
        return '\r';
    case 'v':
        return '\v';
    case 'e':
        return '\x1b';
    case 'f':
        return '\f';
    case '\\':
        return '\\';
    case '$':
        return '$';
    default:
        return 0;
    }
}

/*
 * The escape that `text`, which begins with "\", begins with: how long it is, and its
 * bytes in `into`. What is no escape stays as it is.
 */
static size_t
resolve_escape(struct str text, struct reading reading, char *into, size_t *ret_len)
{
    char c = text.len > 1 ? text.data[1] : 0;
    size_t taken = 0;

    *ret_len = 1;
    *into = '\\';
    if (text.len < 2 || reading.is_raw)
        return 1;
    if (c == '\\' || (reading.quote && c == reading.quote)) {
        *into = c;
        return 2;
    }
    if (reading.is_plain)
        return 1;
    if (letter_escape(c)) {
        *into = letter_escape(c);
        return 2;
    }
    if (is_octal(c))
        return resolve_octal(text, into);
    if ((c == 'x' || c == 'X') && text.len > 2 && hex_digit(text.data[2]) >= 0)
        return resolve_hex(text, into);
    if (c == 'u')
        taken = resolve_unicode(text, into, ret_len);
    if (taken)
        return taken;
    return 1;
}

static size_t
skip_indent(struct str text, size_t at, size_t indent)
{
    while (indent-- && at < text.len && (text.data[at] == ' ' || text.data[at] == '\t'))
        at++;
    return at;
}

/* The bytes that `text` stands for. A slice of it where it has neither escape nor indent. */
static struct str
resolve(struct parser *parser, struct str text, struct reading reading)
{
    size_t at = 0, len = 0;
    char *bytes;

    if (!reading.indent && (reading.is_raw || str_index(text, '\\') == text.len))
        return text;
    bytes = arena_alloc(parser->arena, text.len + 4);
    if (!bytes) {
        parser->is_cut = true;
        return text;
    }
    if (reading.is_begin)
        at = skip_indent(text, at, reading.indent);
    while (at < text.len) {
        char c = text.data[at];

        if (c == '\\') {
            size_t made;

            at += resolve_escape(str_from(text, at), reading, bytes + len, &made);
            len += made;
            continue;
        }
        bytes[len++] = c;
        at++;
        if (c == '\n')
            at = skip_indent(text, at, reading.indent);
    }
    return (struct str){bytes, len};
}

/* The blanks between the last line end and the closing label of a heredoc. */
static size_t
indent_before_label(struct str text)
{
    size_t end = text.len, begin;

    while (end && text.data[end - 1] != ' ' && text.data[end - 1] != '\t' &&
           text.data[end - 1] != '\n' && text.data[end - 1] != '\r')
        end--;
    for (begin = end; begin && (text.data[begin - 1] == ' ' || text.data[begin - 1] == '\t');)
        begin--;
    return end - begin;
}

/* What is between the opening line and the closing one. */
static struct str
heredoc_body(struct str text, size_t indent)
{
    size_t begin = str_index_any(text, STR("\r\n"));
    size_t end = text.len;

    begin += str_starts(str_from(text, begin), STR("\r\n")) ? 2 : begin < text.len;
    while (end > begin && text.data[end - 1] != '\n' && text.data[end - 1] != '\r' &&
           text.data[end - 1] != ' ' && text.data[end - 1] != '\t')
        end--;
    end -= end >= begin + indent ? indent : 0;
    if (end > begin && text.data[end - 1] == '\n')
        end--;
    if (end > begin && text.data[end - 1] == '\r')
        end--;
    return str_first(str_from(text, begin), end - begin);
}

static struct str
heredoc_text(struct parser *parser, struct str raw)
{
    struct reading reading = {.indent = indent_before_label(raw), .is_begin = true};

    reading.is_raw = str_index(str_first(raw, str_index_any(raw, STR("\r\n"))), '\'') <
                     str_index_any(raw, STR("\r\n"));
    return resolve(parser, heredoc_body(raw, reading.indent), reading);
}

static struct str
quoted_text(struct parser *parser, struct str raw)
{
    struct reading reading = {.quote = *raw.data, .is_plain = *raw.data == '\''};
    struct str text = str_from(raw, 1);

    if (text.len && text.data[text.len - 1] == reading.quote)
        text.len--;
    return resolve(parser, text, reading);
}

struct node *
parse_string(struct parser *parser)
{
    struct str raw = parser->word.text;
    struct node *node = leaf(parser, NODE_STRING, raw);
    struct str text = raw;

    node->raw = raw;
    if (*text.data == 'b' || *text.data == 'B')
        text = str_from(text, 1);
    node->text = *text.data == '<' ? heredoc_text(parser, text) : quoted_text(parser, text);
    return node;
}

/* The index of "$a[…]" in a template: a bare name is text there. */
static struct node *
parse_bare_index(struct parser *parser)
{
    struct builder minus;
    struct node *node;

    if (is_name(&parser->word)) {
        node = leaf(parser, NODE_STRING, parser->word.text);
        node->raw = node->text;
        return node;
    }
    if (!is_at(parser, SIGN('-')))
        return parse_operand(parser);
    minus = open_node(parser, NODE_UNARY);
    minus.node->op = '-';
    advance(parser);
    add(parser, &minus, parse_operand(parser));
    return close_node(parser, &minus);
}

/* "$a", "$a[0]", "$a->b" */
static struct node *
parse_simple(struct parser *parser)
{
    struct node *base = parse_variable(parser);
    struct builder builder;

    if (is_at(parser, SIGN('['))) {
        builder = wrap(parser, NODE_INDEX, base);
        advance(parser);
        add(parser, &builder, parse_bare_index(parser));
        (void)accept(parser, SIGN(']'));
        return close_node(parser, &builder);
    }
    if (is_at(parser, SIGN2('-', '>')) || is_at(parser, SIGN3('?', '-', '>'))) {
        builder = wrap(parser, NODE_PROPERTY, base);
        builder.node->op = is_at(parser, SIGN2('-', '>')) ? 0 : '?';
        advance(parser);
        if (is_name(&parser->word))
            add(parser, &builder, leaf(parser, NODE_NAME, parser->word.text));
        return close_node(parser, &builder);
    }
    return base;
}

/* Up to the brace that closes it; what is left over before that is parsed too. */
static void
parse_braced(struct parser *parser, struct builder *builder)
{
    while (!is_at(parser, SIGN('}')) && !is_at(parser, WORD_TEMPLATE_END) &&
           !is_at(parser, WORD_END)) {
        const char *before = parser->word.text.data;

        add(parser, builder, parse_expression(parser));
        if (parser->word.text.data == before)
            advance(parser);
    }
    (void)accept(parser, SIGN('}'));
}

/* "${name}", "${name[0]}", "${expression}" */
static void
parse_dollar_brace(struct parser *parser, struct builder *builder)
{
    struct builder variable;

    advance(parser);
    if (is_name(&parser->word)) {
        uint32_t next = peek(parser, 1)->code;

        if (next == SIGN('}') || next == SIGN('[')) {
            struct node *node = leaf(parser, NODE_VARIABLE, parser->word.text);

            add(parser, builder, parse_postfix(parser, node));
            parse_braced(parser, builder);
            return;
        }
    }
    variable = open_node(parser, NODE_VARIABLE_OF);
    parse_braced(parser, &variable);
    add(parser, builder, close_node(parser, &variable));
}

/* Parts are read once the closing label has told how far the text is indented. */
static void
resolve_parts(struct parser *parser, struct node *template, struct reading reading)
{
    reading.is_begin = true;
    for (struct node *part = template->child; part; part = part->next) {
        if (part->kind == NODE_STRING && part->op) {
            part->op = 0;
            part->text = resolve(parser, part->raw, reading);
        }
        reading.is_begin = false;
    }
}

static void
parse_part(struct parser *parser, struct builder *builder)
{
    struct node *node;

    switch (parser->word.code) {
    case WORD_TEMPLATE_PART:
        node = leaf(parser, NODE_STRING, parser->word.text);
        node->raw = node->text;
        node->op = 1;
        add(parser, builder, node);
        return;
    case WORD_VARIABLE:
        add(parser, builder, parse_simple(parser));
        return;
    case SIGN('{'):
        advance(parser);
        parse_braced(parser, builder);
        return;
    case SIGN2('$', '{'):
        parse_dollar_brace(parser, builder);
        return;
    default:
        advance(parser);
    }
}

struct node *
parse_template(struct parser *parser)
{
    struct str begin = parser->word.text;
    char quote = begin.data[begin.len - 1];
    struct builder template = open_node(parser, quote == '`' ? NODE_SHELL : NODE_TEMPLATE);
    struct reading reading = {.quote = quote == '`' || quote == '"' ? quote : 0};

    advance(parser);
    while (!is_at(parser, WORD_TEMPLATE_END) && !is_at(parser, WORD_END))
        parse_part(parser, &template);
    if (!reading.quote)
        reading.indent = indent_before_label(parser->word.text);
    (void)accept(parser, WORD_TEMPLATE_END);
    resolve_parts(parser, template.node, reading);
    return close_node(parser, &template);
}
