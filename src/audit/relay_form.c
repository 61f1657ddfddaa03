#include "audit/relay_form.h"

#define PATH_BYTES_MAX 1000
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/*
 * %u@%d the recipient elsewhere, %f a stranger, %h the server's name, %i its address in
 * brackets, %o the administrator's own domain, %n a made-up local part, %% a percent sign.
 * The sender at the server is postmaster, whom every server must know (RFC 5321 section 4.5.1).
 */
const struct relay_form relay_forms[] = {
    {"null-sender", "", "%u@%d", RELAY_PLACE_NONE, false},
    {"stranger", "%f", "%u@%d", RELAY_PLACE_NONE, false},
    {"own-name", "postmaster@%h", "%u@%d", RELAY_PLACE_NONE, false},
    {"own-literal", "postmaster@%i", "%u@%d", RELAY_PLACE_NONE, false},
    {"own-domain", "postmaster@%o", "%u@%d", RELAY_PLACE_NONE, false},
    {"localhost", "postmaster@localhost", "%u@%d", RELAY_PLACE_NONE, false},
    {"percent-literal", "postmaster@%i", "%u%%%d@%i", RELAY_PLACE_LITERAL, false},
    {"percent-name", "postmaster@%i", "%u%%%d@%h", RELAY_PLACE_NAME, false},
    {"quoted", "postmaster@%i", "\"%u@%d\"", RELAY_PLACE_BARE, false},
    {"quoted-percent", "postmaster@%i", "\"%u%%%d\"", RELAY_PLACE_BARE, false},
    {"two-ats-literal", "postmaster@%i", "%u@%d@%i", RELAY_PLACE_LITERAL, false},
    {"quoted-literal", "postmaster@%i", "\"%u@%d\"@%i", RELAY_PLACE_LITERAL, false},
    {"two-ats-name", "postmaster@%i", "%u@%d@%h", RELAY_PLACE_NAME, false},
    {"route-literal", "postmaster@%i", "@%i:%u@%d", RELAY_PLACE_NONE, false},
    {"route-name", "postmaster@%i", "@%h:%u@%d", RELAY_PLACE_NONE, false},
    {"bang", "postmaster@%i", "%d!%u", RELAY_PLACE_BARE, false},
    {"bang-literal", "postmaster@%i", "%d!%u@%i", RELAY_PLACE_LITERAL, false},
    {"bang-name", "postmaster@%i", "%d!%u@%h", RELAY_PLACE_NAME, false},
    {"control-name", "%f", "%n@%h", RELAY_PLACE_NAME, true},
    {"control-literal", "%f", "%n@%i", RELAY_PLACE_LITERAL, true},
    {"control-bare", "%f", "%n", RELAY_PLACE_BARE, true},
};

const uint32_t relay_control_count = RELAY_PLACE_COUNT - 1;
const uint32_t relay_form_count = COUNT_OF(relay_forms) - (RELAY_PLACE_COUNT - 1);

_Static_assert(COUNT_OF(relay_forms) == RELAY_FORMS_MAX, "every form has its place");

struct str
relay_literal(struct str address, struct arena *arena)
{
    struct str parts[] = {STR("["), STR_EMPTY, address, STR("]")};

    if (str_index(address, ':') < address.len)
        parts[1] = STR("IPv6:");
    return arena_join(arena, parts, COUNT_OF(parts));
}

static struct str
name_of(char letter, const struct relay_names *names)
{
    switch (letter) {
    case 'u':
        return names->user;
    case 'd':
        return names->domain;
    case 'f':
        return names->sender;
    case 'h':
        return names->server;
    case 'i':
        return names->literal;
    case 'o':
        return names->own_domain;
    case 'n':
        return names->made_up;
    default:
        return STR("%");
    }
}

static bool
fill(const char *pattern, const struct relay_names *names, struct arena *arena, struct str *ret)
{
    struct str parts[16], text;
    size_t count = 0;

    for (const char *at = pattern; *at && count < COUNT_OF(parts); count++) {
        if (*at == '%') {
            parts[count] = name_of(at[1], names);
            at += 2;
        } else {
            parts[count] = (struct str){at, strcspn(at, "%")};
            at += parts[count].len;
        }
        if (parts[count].len == 0)
            return false;
    }
    text = arena_join(arena, parts, count);
    if (text.len > PATH_BYTES_MAX || (text.len == 0 && *pattern))
        return false;
    *ret = text;
    return true;
}

bool
relay_form_fill(const struct relay_form *form, const struct relay_names *names, struct arena *arena,
                struct str *ret_sender, struct str *ret_recipient)
{
    struct str sender, recipient;

    if (!fill(form->sender, names, arena, &sender) ||
        !fill(form->recipient, names, arena, &recipient))
        return false;
    *ret_sender = sender;
    *ret_recipient = recipient;
    return true;
}

bool
relay_address_fits(struct str address)
{
    size_t at = str_index(address, '@');

    if (at == 0 || at > 64 || address.len > 254 || at + 1 >= address.len)
        return false;
    for (size_t i = 0; i < address.len; i++) {
        char c = address.data[i];
        bool is_plain = str_is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' ||
                        c == '-' || c == '_';

        if (!is_plain && !(i < at && (c == '+' || c == '=')) && i != at)
            return false;
    }
    return true;
}
