#include "record/sendmail_parts.h"

#include "record/field.h"

#define ID_BYTES_MIN 8
#define ID_DIGITS_MIN 3 /* at the end: the process that made it */

bool
sendmail_is_queue_id(struct str s)
{
    if (s.len < ID_BYTES_MIN || s.len > SENDMAIL_ID_BYTES_MAX)
        return false;
    for (size_t i = 0; i < s.len; i++) {
        bool must_be_digit = i + ID_DIGITS_MIN >= s.len;

        if (must_be_digit ? !str_is_digit(s.data[i]) : !field_is_alnum(s.data[i]))
            return false;
    }
    return true;
}

struct str
sendmail_local_part(struct str s)
{
    return str_first(s, str_index(s, '@'));
}

size_t
sendmail_address_len(struct str s)
{
    size_t from = s.len && s.data[0] == '<' ? 1 : 0;
    size_t quoted = field_quoted_end(str_from(s, from));
    size_t at = from + quoted;

    if (from) {
        at += str_index(str_from(s, at), '>');
        return at < s.len ? at + 1 : s.len;
    }
    return at + str_index(str_from(s, at), ',');
}

struct sendmail_relay
sendmail_relay_read(struct str text)
{
    struct sendmail_relay relay = {STR_EMPTY, STR_EMPTY, STR_EMPTY};
    size_t open, close;

    if (str_ends(text, STR(" (may be forged)")))
        text.len -= 16;
    open = field_find_last(text, STR("["));
    close = open + str_index(str_from(text, open), ']');
    if (open < text.len && close < text.len) {
        relay.address = field_address(str_first(str_from(text, open), close - open + 1));
        if (!field_is_address(relay.address))
            relay.address = STR_EMPTY;
        relay.host = str_trim(str_first(text, open));
        if (relay.host.len && relay.host.data[0] == '[')
            relay.host = STR_EMPTY;
        if (relay.host.len && relay.host.data[relay.host.len - 1] == '.')
            relay.host.len--;
    } else if (str_index(text, '@') < text.len) {
        relay.user = sendmail_local_part(text);
    } else {
        relay.host = text;
    }
    return relay;
}

struct str
sendmail_cut_last(struct str *text, struct str key)
{
    size_t at = field_find_last(*text, key);
    struct str value = STR_EMPTY;

    if (at < text->len) {
        value = str_from(*text, at + key.len);
        text->len = at;
    }
    return value;
}
