#include "mail/address.h"

/* The length of the quoted string or comment at the front of `s`. */
static size_t
quoted_len(struct str s)
{
    bool is_comment = s.data[0] == '(';
    int depth = 0;

    for (size_t i = 0; i < s.len; i++) {
        if (s.data[i] == '\\') {
            i++;
        } else if (is_comment && s.data[i] == '(') {
            depth++;
        } else if (is_comment && s.data[i] == ')') {
            if (--depth == 0)
                return i + 1;
        } else if (!is_comment && i > 0 && s.data[i] == '"') {
            return i + 1;
        }
    }
    return s.len;
}

/* How far one address goes: to a comma, semicolon or group colon outside quotes and <>. */
static size_t
address_len(struct str s, size_t *ret_angle)
{
    bool is_in_angle = false;
    size_t i = 0;

    *ret_angle = s.len;
    while (i < s.len) {
        char c = s.data[i];

        if (c == '"' || c == '(') {
            size_t len = quoted_len(str_from(s, i));

            /* A quote that never ends takes the rest of the list: one scan, and no second one. */
            if (i + len >= s.len && s.data[s.len - 1] != (c == '"' ? '"' : ')')) {
                if (*ret_angle == s.len && c == '"')
                    *ret_angle = str_index(s, '<');
                return s.len;
            }
            i += len;
            continue;
        }
        if (c == '<' && !is_in_angle) {
            is_in_angle = true;
            if (*ret_angle == s.len)
                *ret_angle = i;
        } else if (c == '>') {
            is_in_angle = false;
        } else if (!is_in_angle && (c == ',' || c == ';')) {
            return i;
        } else if (!is_in_angle && c == ':') {
            return i;
        }
        i++;
    }
    return s.len;
}

/* "@a,@b:c@example.org" is a route in front of the address (RFC 5322 section 4.4). */
static struct str
without_route(struct str s)
{
    if (s.len && s.data[0] == '@') {
        size_t colon = str_index(s, ':');

        if (colon < s.len)
            return str_trim(str_from(s, colon + 1));
    }
    return s;
}

struct str
address_unbracket(struct str s)
{
    s = str_trim(s);
    if (s.len && s.data[0] == '<')
        s = str_from(s, 1);
    if (s.len && s.data[s.len - 1] == '>')
        s.len--;
    return str_trim(s);
}

static struct str
without_quotes(struct str s)
{
    s = str_trim(s);
    if (s.len >= 2 && s.data[0] == '"' && s.data[s.len - 1] == '"')
        return (struct str){s.data + 1, s.len - 2};
    return s;
}

/* "anna@example.org (Anna)", "(Anna) anna@example.org": the old forms, the name in a comment. */
static struct address
read_bare(struct str s)
{
    size_t open = str_index(s, '(');
    struct address address = {STR_EMPTY, str_trim(str_first(s, open))};
    struct str comment;

    if (open == s.len || s.data[0] == '"')
        return address;
    comment = str_first(str_from(s, open), quoted_len(str_from(s, open)));
    if (address.mailbox.len == 0)
        address.mailbox = str_trim(str_from(s, open + comment.len));
    comment = str_from(comment, 1);
    if (comment.len && comment.data[comment.len - 1] == ')')
        comment.len--;
    address.display = str_trim(comment);
    return address;
}

bool
address_next(struct str *list, struct address *ret_address)
{
    while (list->len) {
        size_t angle, len = address_len(*list, &angle);
        struct str one = str_trim(str_first(*list, len));
        bool is_group = len < list->len && list->data[len] == ':';
        struct str whole = str_first(*list, len);

        *list = str_from(*list, len + 1);
        if (is_group || one.len == 0)
            continue;
        if (angle < whole.len) {
            struct str inner = str_from(whole, angle + 1);

            inner = str_first(inner, str_index(inner, '>'));
            ret_address->display = without_quotes(str_first(whole, angle));
            ret_address->mailbox = without_route(str_trim(inner));
        } else {
            *ret_address = read_bare(one);
        }
        if (ret_address->mailbox.len || ret_address->display.len)
            return true;
    }
    return false;
}

struct str
address_first(struct str list)
{
    struct address address;

    while (address_next(&list, &address)) {
        if (address.mailbox.len)
            return address.mailbox;
    }
    return STR_EMPTY;
}

bool
address_is_mailbox(struct str s)
{
    size_t at = s.len;

    if (s.len < 3 || s.len > 320)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];

        if (c == '@')
            at = i;
        else if ((c >= 0 && c <= ' ') || c == 127 || c == '<' || c == '>' || c == ',' || c == ';' ||
                 c == '(' || c == ')')
            return false;
    }
    return at > 0 && at + 1 < s.len && s.data[s.len - 1] != '.' && s.data[at + 1] != '.';
}
