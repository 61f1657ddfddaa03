#include "record/exim_parts.h"

#include "record/field.h"

#define KEY_BYTES_MAX 8

/* The length of "KEY=" at the front, without the '='; 0 when there is none. */
static size_t
key_len(struct str s)
{
    size_t len = 0;

    while (len < s.len && len <= KEY_BYTES_MAX &&
           (field_is_alnum(s.data[len]) || s.data[len] == '*'))
        len++;
    return len && len <= KEY_BYTES_MAX && len < s.len && s.data[len] == '=' ? len : 0;
}

/* Words that stand between fields and have no value. */
static bool
skip_mark(struct str *rest)
{
    static const char *const marks[] = {"K",   "L",    "L-",  "L.", "L*",     "L.-", "L*-",  "PRDR",
                                        "TFO", "TFO*", "ARC", "DS", "NOTIFY", "SPF", "DMARC"};
    struct str after = *rest, word = str_cut(&after, ' ');

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (str_eq(word, str_from_cstr(marks[i]))) {
            *rest = str_from(*rest, word.len);
            return true;
        }
    }
    return false;
}

struct str
exim_cut_value(struct str *rest, bool *ret_is_last)
{
    struct str value;
    size_t len;

    *ret_is_last = false;
    if (rest->len && rest->data[0] == '"' && (len = field_quoted_end(*rest)) > 0) {
        value = (struct str){rest->data + 1, len - 1};
        *rest = str_from(*rest, len + 1);
    } else if (field_cut_angled(rest, STR("> "), &value)) {
        *rest = (struct str){rest->data - 1, rest->len + 1};
    } else {
        len = str_index(*rest, ' ');
        value = str_first(*rest, len);
        *rest = str_from(*rest, len);
        if (value.len && value.data[value.len - 1] == ':') {
            value.len--;
            *ret_is_last = true;
        } else {
            value = field_without_angles(value);
        }
    }
    return value;
}

/* The name of a user may hold blanks: it goes on up to what is a field again. */
static struct str
cut_name(struct str *rest, bool *ret_is_last)
{
    size_t len = str_index(*rest, ' ');
    struct str value;

    while (len < rest->len) {
        struct str after = str_from(*rest, len + 1), mark = after;

        if (key_len(after) || skip_mark(&mark) || str_starts(after, STR("rejected ")) ||
            str_starts(after, STR("temporarily ")))
            break;
        len += 1 + str_index(after, ' ');
    }
    value = str_first(*rest, len);
    *rest = str_from(*rest, len);
    *ret_is_last = str_ends(value, STR(":"));
    return str_first(value, value.len - *ret_is_last);
}

/* "driver:id", or "driver:id:sender" where the sender of AUTH= is logged as well: the id. */
static struct str
login_id(struct str value)
{
    (void)str_cut(&value, ':');
    return str_first(value, str_index(value, ':'));
}

struct str
exim_cut_address(struct str *rest)
{
    size_t quoted = field_quoted_end(*rest), len = quoted + str_index(str_from(*rest, quoted), ' ');
    struct str address = str_first(*rest, len);

    *rest = str_from(*rest, len);
    return address;
}

static void
set_once(struct str *field, struct str value)
{
    if (field->len == 0)
        *field = value;
}

static void
keep_field(struct exim_fields *fields, struct str key, struct str value)
{
    if (str_eq(key, STR("P"))) {
        set_once(&fields->protocol, value);
    } else if (str_eq(key, STR("S"))) {
        set_once(&fields->size, value);
    } else if (str_eq(key, STR("R"))) {
        set_once(&fields->reference, value);
    } else if (str_eq(key, STR("T"))) {
        set_once(&fields->transport, value);
    } else if (str_eq(key, STR("C"))) {
        set_once(&fields->confirmation, value);
    } else if (str_eq(key, STR("QT"))) {
        set_once(&fields->queue_time, value);
    } else if (str_eq(key, STR("F")) && !fields->has_from) {
        fields->from = value;
        fields->has_from = true;
    }
}

void
exim_peer_read(struct str *rest, struct exim_fields *fields, bool *ret_is_last)
{
    struct str host, address;
    uint16_t port;

    *ret_is_last = false;
    if (field_cut_peer(rest, &host, &address, &port)) {
        if (!fields->has_peer) {
            fields->client_host = host;
            fields->client_address = address;
            fields->port = port;
            fields->has_peer = true;
        }
        *ret_is_last = str_skip(rest, STR(":"));
    } else {
        host = exim_cut_value(rest, ret_is_last);
        if (!fields->has_peer)
            fields->client_host = host;
        fields->has_peer = true;
    }
}

void
exim_fields_read(struct str *rest, struct exim_fields *fields)
{
    bool is_last = false, is_first = true;

    while (!is_last) {
        struct str s = *rest, key;

        if (!str_skip(&s, STR(" ")) && !is_first)
            return;
        is_first = false;
        key = str_first(s, key_len(s));
        if (key.len == 0) {
            if (!skip_mark(&s))
                return;
            *rest = s;
            continue;
        }
        s = str_from(s, key.len + 1);
        if (str_eq(key, STR("id")) || str_eq(key, STR("id*"))) {
            fields->id = exim_cut_address(&s);
            *rest = s;
            return;
        }
        if (str_eq(key, STR("H")))
            exim_peer_read(&s, fields, &is_last);
        else if (str_eq(key, STR("A")))
            set_once(&fields->login, login_id(cut_name(&s, &is_last)));
        else if (str_eq(key, STR("U")))
            set_once(&fields->user, cut_name(&s, &is_last));
        else
            keep_field(fields, key, exim_cut_value(&s, &is_last));
        *rest = s;
    }
}
