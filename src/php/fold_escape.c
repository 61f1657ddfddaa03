#include "php/fold_parts.h"

/* What a unit of text becomes; at most this many bytes. */
#define UNIT_LEN_MAX 8

struct unit {
    size_t taken, len;
    char bytes[UNIT_LEN_MAX];
};

/* Reads one unit from the front of `rest`, which is not empty. False: it is not known. */
typedef bool unit_reader(struct str rest, uint8_t variant, struct unit *unit);

static void
set_text(struct unit *unit, struct str text)
{
    memcpy(unit->bytes, text.data, text.len);
    unit->len = text.len;
}

static void
set_byte(struct unit *unit, size_t taken, unsigned byte)
{
    unit->taken = taken;
    unit->len = 1;
    unit->bytes[0] = (char)(unsigned char)byte;
}

/* Unit by unit: once to measure, once to write. */
static bool
convert(const struct fold_call *call, unit_reader *read, struct value *ret_value)
{
    char *all = NULL;
    struct str text;
    size_t len = 0;

    if (!fold_text_at(call, 0, &text))
        return false;
    for (int is_writing = 0; is_writing <= 1; is_writing++) {
        struct str rest = text;

        if (is_writing) {
            all = fold_room(call, len);
            if (!all)
                return false;
            len = 0;
        }
        if (!fold_spend(call, text.len))
            return false;
        while (rest.len) {
            struct unit unit = {.taken = 1};

            if (!read(rest, call->variant, &unit))
                return false;
            if (is_writing)
                memcpy(all + len, unit.bytes, unit.len);
            len += unit.len;
            rest = str_from(rest, unit.taken);
        }
    }
    *ret_value = value_string((struct str){all, len});
    return true;
}

static bool
read_unslashed(struct str rest, uint8_t variant, struct unit *unit)
{
    char c = rest.data[0];

    (void)variant;
    if (c == '\'' || c == '"' || c == '\\') {
        unit->bytes[0] = '\\';
        unit->bytes[1] = c;
        unit->len = 2;
    } else if (c == '\0') {
        set_text(unit, STR("\\0"));
    } else {
        set_byte(unit, 1, fold_byte(rest, 0));
    }
    return true;
}

bool
fold_addslashes(const struct fold_call *call, struct value *ret_value)
{
    return convert(call, read_unslashed, ret_value);
}

static bool
read_slashed(struct str rest, uint8_t variant, struct unit *unit)
{
    (void)variant;
    if (rest.data[0] != '\\')
        set_byte(unit, 1, fold_byte(rest, 0));
    else if (rest.len > 1)
        set_byte(unit, 2, rest.data[1] == '0' ? 0 : fold_byte(rest, 1));
    return true;
}

bool
fold_stripslashes(const struct fold_call *call, struct value *ret_value)
{
    return convert(call, read_slashed, ret_value);
}

/* Digits after a "\" or "\x": up to `max` of the base. */
static size_t
read_code(struct str digits, size_t max, int base, unsigned *ret_code)
{
    size_t count = 0;

    *ret_code = 0;
    while (count < max && count < digits.len) {
        int digit = fold_hex_digit(digits.data[count]);

        if (digit < 0 || digit >= base)
            break;
        *ret_code = *ret_code * (unsigned)base + (unsigned)digit;
        count++;
    }
    return count;
}

/* Escapes of C: \n \t \r \a \v \b \f, \x41, \101; of any other only the "\" goes. */
static bool
read_c_escape(struct str rest, uint8_t variant, struct unit *unit)
{
    static const char names[] = "ntravbf", bytes[] = "\n\t\r\a\v\b\f";
    const char *name;
    unsigned code;
    size_t digits;

    (void)variant;
    if (rest.data[0] != '\\' || rest.len == 1) {
        set_byte(unit, 1, fold_byte(rest, 0));
        return true;
    }
    name = rest.data[1] ? strchr(names, rest.data[1]) : NULL;
    if (name) {
        set_byte(unit, 2, (unsigned char)bytes[name - names]);
        return true;
    }
    digits = rest.data[1] == 'x' ? read_code(str_from(rest, 2), 2, 16, &code) : 0;
    if (digits) {
        set_byte(unit, 2 + digits, code);
        return true;
    }
    digits = read_code(str_from(rest, 1), 3, 8, &code);
    if (digits)
        set_byte(unit, 1 + digits, code);
    else
        set_byte(unit, 2, fold_byte(rest, 1));
    return true;
}

bool
fold_stripcslashes(const struct fold_call *call, struct value *ret_value)
{
    return convert(call, read_c_escape, ret_value);
}

struct entity {
    struct str name, text;
};

#define NAME(literal)                                                                              \
    {                                                                                              \
        "" literal, sizeof(literal) - 1                                                            \
    }

static const struct entity entities[] = {
    {NAME("&amp;"), NAME("&")},   {NAME("&lt;"), NAME("<")},   {NAME("&gt;"), NAME(">")},
    {NAME("&quot;"), NAME("\"")}, {NAME("&#039;"), NAME("'")},
};

/* PHP encodes valid UTF-8 alone: beyond ASCII nothing is promised here. */
static bool
read_raw_html(struct str rest, uint8_t variant, struct unit *unit)
{
    (void)variant;
    if (fold_byte(rest, 0) >= 0x80)
        return false;
    set_byte(unit, 1, fold_byte(rest, 0));
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        if (rest.data[0] == entities[i].text.data[0])
            set_text(unit, entities[i].name);
    }
    return true;
}

/* With the flags that are PHP 8's default, ENT_QUOTES; PHP 7 left "'" as it is. */
static bool
has_usual_flags(const struct fold_call *call)
{
    int64_t flags;

    return call->count < 3 && fold_number_or(call, 1, 3, &flags) && (flags & 3) == 3;
}

bool
fold_html_encode(const struct fold_call *call, struct value *ret_value)
{
    return has_usual_flags(call) && convert(call, read_raw_html, ret_value);
}

static void
set_utf8(struct unit *unit, unsigned code)
{
    char *bytes = unit->bytes;

    if (code < 0x80) {
        bytes[unit->len++] = (char)code;
        return;
    }
    if (code < 0x800) {
        bytes[unit->len++] = (char)(unsigned char)(0xc0 | code >> 6);
    } else {
        if (code < 0x10000) {
            bytes[unit->len++] = (char)(unsigned char)(0xe0 | code >> 12);
        } else {
            bytes[unit->len++] = (char)(unsigned char)(0xf0 | code >> 18);
            bytes[unit->len++] = (char)(unsigned char)(0x80 | (code >> 12 & 63));
        }
        bytes[unit->len++] = (char)(unsigned char)(0x80 | (code >> 6 & 63));
    }
    bytes[unit->len++] = (char)(unsigned char)(0x80 | (code & 63));
}

/* Code points that HTML 4 allows as a number; PHP leaves the others as they are. */
static bool
is_allowed_code(unsigned code)
{
    return (code >= 0x20 && code <= 0x7e) || code == '\n' || code == '\t' || code == '\r' ||
           (code >= 0xa0 && code <= 0xd7ff) || (code >= 0xe000 && code <= 0x10ffff);
}

/* "&#65;" or "&#x41;" in front; 0 bytes taken without. */
static size_t
numeric_entity(struct str rest, unsigned *ret_code)
{
    bool is_hex = rest.len > 2 && fold_lower(rest.data[2]) == 'x';
    size_t start = is_hex ? 3 : 2;
    size_t digits = read_code(str_from(rest, start), 8, is_hex ? 16 : 10, ret_code);

    if (digits == 0 || start + digits >= rest.len || rest.data[start + digits] != ';')
        return 0;
    return start + digits + 1;
}

/* "nbsp;" and the like, of which PHP has a table and this has none. &apos; is of HTML 5 alone. */
static bool
is_other_name(struct str rest)
{
    size_t len = 0;

    while (len < rest.len && len < 32 &&
           (str_is_digit(rest.data[len]) ||
            (fold_lower(rest.data[len]) >= 'a' && fold_lower(rest.data[len]) <= 'z')))
        len++;
    return len > 0 && len < rest.len && rest.data[len] == ';' && !str_starts(rest, STR("apos;"));
}

/* htmlspecialchars_decode 's' knows the five characters alone. Other names are not known here. */
static bool
read_html(struct str rest, uint8_t variant, struct unit *unit)
{
    unsigned code;
    size_t taken;

    set_byte(unit, 1, fold_byte(rest, 0));
    if (rest.data[0] != '&' || rest.len < 3)
        return true;
    if (rest.data[1] == '#') {
        taken = numeric_entity(rest, &code);
        if (taken > 0 &&
            (variant == 's' ? code == '\'' : code < 0x110000 && is_allowed_code(code))) {
            unit->taken = taken;
            unit->len = 0;
            set_utf8(unit, code);
        }
        return true;
    }
    for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
        if (str_starts(rest, entities[i].name)) {
            set_byte(unit, entities[i].name.len, (unsigned char)entities[i].text.data[0]);
            return true;
        }
    }
    return variant == 's' || !is_other_name(str_from(rest, 1));
}

bool
fold_html_decode(const struct fold_call *call, struct value *ret_value)
{
    return has_usual_flags(call) && convert(call, read_html, ret_value);
}

/* urldecode 'u' takes "+" for a blank, rawurldecode 'r' does not. */
static bool
read_url(struct str rest, uint8_t variant, struct unit *unit)
{
    unsigned code;

    if (rest.data[0] == '%' && read_code(str_from(rest, 1), 2, 16, &code) == 2)
        set_byte(unit, 3, code);
    else
        set_byte(unit, 1, rest.data[0] == '+' && variant == 'u' ? ' ' : fold_byte(rest, 0));
    return true;
}

bool
fold_url_decode(const struct fold_call *call, struct value *ret_value)
{
    return convert(call, read_url, ret_value);
}

static bool
read_raw_url(struct str rest, uint8_t variant, struct unit *unit)
{
    unsigned byte = fold_byte(rest, 0);
    char c = rest.data[0], lower = fold_lower(c);

    if (str_is_digit(c) || (lower >= 'a' && lower <= 'z') || c == '-' || c == '_' || c == '.' ||
        (c == '~' && variant == 'r')) {
        set_byte(unit, 1, byte);
    } else if (c == ' ' && variant == 'u') {
        set_byte(unit, 1, '+');
    } else {
        unit->bytes[0] = '%';
        unit->bytes[1] = "0123456789ABCDEF"[byte >> 4];
        unit->bytes[2] = "0123456789ABCDEF"[byte & 15];
        unit->len = 3;
    }
    return true;
}

bool
fold_url_encode(const struct fold_call *call, struct value *ret_value)
{
    return convert(call, read_raw_url, ret_value);
}

/* "=41" is a byte, "=" at the end of a line joins it with the next. */
static bool
read_quoted_printable(struct str rest, uint8_t variant, struct unit *unit)
{
    unsigned code;
    size_t at = 1;

    (void)variant;
    if (rest.data[0] != '=') {
        set_byte(unit, 1, fold_byte(rest, 0));
        return true;
    }
    if (read_code(str_from(rest, 1), 2, 16, &code) == 2) {
        set_byte(unit, 3, code);
        return true;
    }
    while (at < rest.len && at < 80 && (rest.data[at] == ' ' || rest.data[at] == '\t'))
        at++;
    if (at == 80)
        return false;
    if (at == rest.len) {
        unit->taken = at;
    } else if (rest.data[at] == '\r' || rest.data[at] == '\n') {
        bool has_both = rest.data[at] == '\r' && at + 1 < rest.len && rest.data[at + 1] == '\n';

        unit->taken = at + 1 + has_both;
    } else {
        set_byte(unit, 1, '=');
    }
    return true;
}

bool
fold_quoted_printable_decode(const struct fold_call *call, struct value *ret_value)
{
    return convert(call, read_quoted_printable, ret_value);
}
