#include "auth/spf_macro_parts.h"

#define PARTS_MAX 1000 /* no value has as many */

/* Reads what follows "%{", with the brace at its end. NULL: done. */
static const char *
read_macro(struct str *rest, struct spf_macro *macro)
{
    size_t end = str_index(*rest, '}'), at = 1;
    struct str body = str_first(*rest, end);
    bool has_digits = false;

    *macro = (struct spf_macro){0};
    if (end == rest->len)
        return "a macro without its closing brace";
    if (!body.len || !strchr("slodiphvcrt", spf_lower(body.data[0])) || body.data[0] == '\0')
        return "a macro that does not exist";
    macro->letter = spf_lower(body.data[0]);
    macro->is_escaped = macro->letter != body.data[0];
    for (; at < body.len && str_is_digit(body.data[at]); at++) {
        has_digits = true;
        macro->parts = macro->parts * 10 + (unsigned)(body.data[at] - '0');
        if (macro->parts > PARTS_MAX)
            macro->parts = PARTS_MAX;
    }
    if (has_digits && macro->parts == 0)
        return "a macro that asks for no part";
    if (at < body.len && spf_lower(body.data[at]) == 'r') {
        macro->is_reversed = true;
        at++;
    }
    while (at < body.len && spf_delimiter_bit(body.data[at]))
        macro->delimiters |= spf_delimiter_bit(body.data[at++]);
    if (at < body.len)
        return "a macro with a faulty transformer";
    if (!macro->delimiters)
        macro->delimiters = spf_delimiter_bit('.');
    *rest = str_from(*rest, end + 1);
    return NULL;
}

const char *
spf_macro_next(struct str *rest, struct spf_macro *macro, struct str *ret_literal)
{
    macro->letter = '\0';
    if (str_skip(rest, STR("{")))
        return read_macro(rest, macro);
    if (str_skip(rest, STR("%")))
        *ret_literal = STR("%");
    else if (str_skip(rest, STR("_")))
        *ret_literal = STR(" ");
    else if (str_skip(rest, STR("-")))
        *ret_literal = STR("%20");
    else
        return "a '%' that begins no macro";
    return NULL;
}

const char *
spf_macro_error(struct str text, enum spf_macro_place place)
{
    struct spf_macro macro;
    struct str literal;

    while (text.len) {
        unsigned char c = (unsigned char)text.data[0];
        const char *error;

        if (c < 0x20 || c > 0x7e || (c == ' ' && place == SPF_MACRO_NAME))
            return c > 0x7e ? "a byte that is not ASCII" : "a control character";
        text = str_from(text, 1);
        if (c != '%')
            continue;
        error = spf_macro_next(&text, &macro, &literal);
        if (error)
            return error;
        if (macro.letter && place == SPF_MACRO_NAME && strchr("crt", macro.letter))
            return "a macro that only an explanation may use";
    }
    return NULL;
}

/* RFC 7208 section 7.1: letters, digits and hyphens, not all digits, no hyphen at an end. */
static bool
is_toplabel(struct str label)
{
    bool is_numeric = true;

    if (!label.len || label.data[0] == '-' || label.data[label.len - 1] == '-')
        return false;
    for (size_t i = 0; i < label.len; i++) {
        char c = spf_lower(label.data[i]);

        if (!str_is_digit(c) && c != '-' && !(c >= 'a' && c <= 'z'))
            return false;
        is_numeric = is_numeric && str_is_digit(c);
    }
    return !is_numeric;
}

/* What stands behind the last macro of a faultless text. */
static struct str
literal_end(struct str text)
{
    struct spf_macro macro;
    struct str literal, end = text;

    while (text.len) {
        size_t at = str_index(text, '%');

        if (at == text.len)
            break;
        text = str_from(text, at + 1);
        if (spf_macro_next(&text, &macro, &literal))
            break;
        end = text;
    }
    return end;
}

const char *
spf_domain_spec_error(struct str text)
{
    const char *error = spf_macro_error(text, SPF_MACRO_NAME);
    struct str end;
    size_t dot;

    if (error)
        return error;
    if (!text.len)
        return "no domain where one must be";
    end = literal_end(text);
    if (!end.len)
        return NULL;
    if (end.data[end.len - 1] == '.')
        end.len--;
    for (dot = end.len; dot > 0 && end.data[dot - 1] != '.';)
        dot--;
    if (dot == 0)
        return "a domain of one label";
    return is_toplabel(str_from(end, dot)) ? NULL : "a domain that does not end in a top-level one";
}

bool
spf_macro_uses(struct str text, struct str letters)
{
    struct spf_macro macro;
    struct str literal;

    while (text.len) {
        size_t at = str_index(text, '%');

        if (at == text.len)
            return false;
        text = str_from(text, at + 1);
        if (spf_macro_next(&text, &macro, &literal))
            return false;
        if (macro.letter && str_index(letters, macro.letter) < letters.len)
            return true;
    }
    return false;
}
