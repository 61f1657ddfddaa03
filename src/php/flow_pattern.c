#include "php/flow_parts.h"

#define CLEAN_OF_LINE (CLEAN_CRLF | CLEAN_SHELL | CLEAN_PATH | CLEAN_HTML)

/* The expression between the delimiters, and the modifiers behind. False: no such form. */
static bool
cut_delimiters(struct str *pattern, struct str *ret_modifiers)
{
    struct str text = str_trim(*pattern);
    char close;

    if (text.len < 2)
        return false;
    close = text.data[0] == '{'   ? '}'
            : text.data[0] == '(' ? ')'
            : text.data[0] == '[' ? ']'
                                  : text.data[0];
    for (size_t at = text.len; at-- > 1;) {
        if (text.data[at] == close) {
            *ret_modifiers = str_from(text, at + 1);
            *pattern = (struct str){text.data + 1, at - 1};
            return true;
        }
    }
    return false;
}

/* Does it speak of a line's end: \r, \n, \s, %0a, or the byte itself? */
static bool
finds_line_end(struct str pattern)
{
    static const char *const forms[] = {"\\n", "\\r",   "\n",    "\r", "%0a",
                                        "%0d", "\\x0a", "\\x0d", "\\R"};

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        if (str_find_nocase(pattern, str_from_cstr(forms[i])) < pattern.len)
            return true;
    }
    return false;
}

/* Can something in it match a line's end: ".", "\s", a negated class without one, \D, \W? */
static bool
lets_line_end_pass(struct str pattern, struct str modifiers)
{
    bool is_in_class = false;

    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.data[i];

        if (c == '\\' && i + 1 < pattern.len) {
            c = pattern.data[++i];
            if (c == 's' || c == 'n' || c == 'r' || c == 'D' || c == 'W' || c == 'R')
                return true;
            continue;
        }
        if (is_in_class) {
            is_in_class = c != ']';
            continue;
        }
        if (c == '[') {
            is_in_class = true;
            if (i + 1 < pattern.len && pattern.data[i + 1] == '^') {
                size_t end = str_index(str_from(pattern, i + 2), ']');
                struct str class = str_first(str_from(pattern, i + 2), end);

                if (!finds_line_end(class) && !str_has(class, STR("\\s")))
                    return true;
            }
            if (i + 1 < pattern.len && pattern.data[i + 1] == ']')
                i++;
        }
        if (c == '.' && str_index(modifiers, 's') < modifiers.len)
            return true;
        if (c == '\n' || c == '\r')
            return true;
    }
    return false;
}

/* Blanks and quotes part what follows on a command line. */
static bool
lets_blank_pass(struct str pattern)
{
    return str_index_any(pattern, STR(" \"'")) < pattern.len ||
           str_find_nocase(pattern, STR("\\x22")) < pattern.len ||
           str_find_nocase(pattern, STR("\\x20")) < pattern.len;
}

/* "^[a-z.]+@(www\.)?shop\.example$": addresses of domains that the program names. */
static bool
ends_in_one_domain(struct str pattern)
{
    size_t at = pattern.len;

    while (at > 0 && pattern.data[at - 1] != '@')
        at--;
    if (at == 0)
        return false;
    for (; at < pattern.len; at++) {
        char c = pattern.data[at];

        if (c == '\\' && at + 1 < pattern.len && pattern.data[at + 1] == '.')
            at++;
        else if (!str_is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
                 !strchr("-()|?$", c))
            return false;
    }
    return true;
}

void
flow_pattern_facts(struct str pattern, struct str subject, struct facts *when_true,
                   struct facts *when_false)
{
    struct str modifiers = STR_EMPTY, bare = pattern;
    bool is_delimited = cut_delimiters(&bare, &modifiers);

    if (!subject.len)
        return;
    if (!is_delimited)
        bare = pattern; /* ereg and eregi have none */
    if (str_starts(bare, STR("^")) &&
        (str_ends(bare, STR("$")) || str_ends(bare, STR("\\z")) || str_ends(bare, STR("\\Z")))) {
        if (lets_line_end_pass(bare, modifiers))
            return;
        if (ends_in_one_domain(bare))
            facts_add(when_true, subject, CLEAN_LISTED);
        facts_add(when_true, subject,
                  (lets_blank_pass(bare) ? CLEAN_OF_LINE & ~(uint32_t)CLEAN_SHELL : CLEAN_OF_LINE) |
                      (str_index(bare, '@') < bare.len ? CLEAN_ADDRESS : 0));
        return;
    }
    if (finds_line_end(bare) || str_find_nocase(bare, STR("bcc:")) < bare.len ||
        str_find_nocase(bare, STR("content-type:")) < bare.len)
        facts_add(when_false, subject, CLEAN_CRLF);
    else if (str_index(bare, '@') < bare.len && !lets_line_end_pass(bare, modifiers))
        facts_add(when_true, subject, CLEAN_ADDRESS);
}
