#include "auth/tags.h"

#define NUMBER_DIGITS_MAX 12

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_name(struct str s)
{
    if (s.len == 0 || !is_letter(s.data[0]))
        return false;
    for (size_t i = 1; i < s.len; i++) {
        if (!is_letter(s.data[i]) && !str_is_digit(s.data[i]) && s.data[i] != '_')
            return false;
    }
    return true;
}

/* Folded text is text: its line ends are blanks. */
static bool
is_value(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.data[i];

        if ((c < 32 && c != '\t' && c != '\r' && c != '\n') || c == 127)
            return false;
    }
    return true;
}

static void
note_fault(struct tags *tags, enum tags_fault fault, struct str piece)
{
    if (tags->fault != TAGS_FINE)
        return;
    tags->fault = fault;
    tags->fault_at = str_trim(piece);
}

static void
read_piece(struct tags *tags, struct str piece)
{
    struct str value = piece, name = str_trim(str_cut(&value, '=')), other;

    if (!is_name(name)) {
        note_fault(tags, TAGS_BAD_NAME, piece);
    } else if (str_index(piece, '=') == piece.len) {
        note_fault(tags, TAGS_NO_EQUALS, piece);
    } else if (!is_value(value)) {
        note_fault(tags, TAGS_BAD_VALUE, piece);
    } else if (tags_find(tags, name, &other)) {
        note_fault(tags, TAGS_TWICE, piece);
    } else if (tags->count == TAGS_MAX) {
        note_fault(tags, TAGS_TOO_MANY, piece);
    } else {
        tags->list[tags->count++] = (struct tag){name, str_trim(value)};
    }
}

enum tags_fault
tags_read(struct str text, struct tags *ret_tags)
{
    ret_tags->count = 0;
    ret_tags->fault = TAGS_FINE;
    ret_tags->fault_at = STR_EMPTY;
    text = str_trim(text);
    /* What stands behind the last semicolon is no piece; what stands between two is one. */
    while (text.len && ret_tags->fault != TAGS_TOO_MANY)
        read_piece(ret_tags, str_cut(&text, ';'));
    return ret_tags->fault;
}

bool
tags_find(const struct tags *tags, struct str name, struct str *ret_value)
{
    for (uint32_t i = 0; i < tags->count; i++) {
        if (str_eq(tags->list[i].name, name)) {
            *ret_value = tags->list[i].value;
            return true;
        }
    }
    return false;
}

const char *
tags_fault_text(enum tags_fault fault)
{
    switch (fault) {
    case TAGS_FINE:
        return "nothing is wrong";
    case TAGS_NO_EQUALS:
        return "a tag lacks its '='";
    case TAGS_BAD_NAME:
        return "a tag has no proper name";
    case TAGS_BAD_VALUE:
        return "a tag's value holds a control byte";
    case TAGS_TWICE:
        return "a tag stands twice";
    case TAGS_TOO_MANY:
        return "there are too many tags";
    }
    return "";
}

bool
tags_item(struct str *list, char separator, struct str *ret_item)
{
    if (list->len == 0)
        return false;
    *ret_item = str_trim(str_cut(list, separator));
    return true;
}

bool
tags_has_item(struct str list, char separator, struct str item)
{
    struct str piece;

    while (tags_item(&list, separator, &piece)) {
        if (str_eq_nocase(piece, item))
            return true;
    }
    return false;
}

bool
tags_number(struct str value, uint64_t *ret_number)
{
    return value.len <= NUMBER_DIGITS_MAX && str_u64(value, ret_number);
}
