#include "auth/spf_record.h"

#include <arpa/inet.h>

#include "auth/spf_macro.h"

#define ADDRESS_TEXT_MAX 46
#define VERSION STR("v=spf1")

/* What may stand behind a mechanism's name. */
enum argument {
    ARGUMENT_NONE,
    ARGUMENT_DOMAIN,
    ARGUMENT_DOMAIN_OR_NONE,
    ARGUMENT_IP4,
    ARGUMENT_IP6
};

static const struct mechanism {
    const char *name;
    enum spf_term_kind kind;
    enum argument argument;
    bool has_prefix; /* [ "/" ip4-cidr ] [ "//" ip6-cidr ] */
} mechanisms[] = {
    {"all", SPF_TERM_ALL, ARGUMENT_NONE, false},
    {"include", SPF_TERM_INCLUDE, ARGUMENT_DOMAIN, false},
    {"a", SPF_TERM_A, ARGUMENT_DOMAIN_OR_NONE, true},
    {"mx", SPF_TERM_MX, ARGUMENT_DOMAIN_OR_NONE, true},
    {"ptr", SPF_TERM_PTR, ARGUMENT_DOMAIN_OR_NONE, false},
    {"ip4", SPF_TERM_IP4, ARGUMENT_IP4, false},
    {"ip6", SPF_TERM_IP6, ARGUMENT_IP6, false},
    {"exists", SPF_TERM_EXISTS, ARGUMENT_DOMAIN, false},
};
#define MECHANISM_COUNT (sizeof(mechanisms) / sizeof(mechanisms[0]))

bool
spf_record_is(struct str text)
{
    if (!str_starts_nocase(text, VERSION))
        return false;
    return text.len == VERSION.len || text.data[VERSION.len] == ' ';
}

struct str
spf_record_terms(struct str record)
{
    return str_from(record, VERSION.len);
}

static bool
is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Digits at the end of `s` behind `mark`, without zeros in front: cuts both off. */
static bool
cut_prefix(struct str *s, struct str mark, unsigned max, unsigned *ret_bits, const char **ret_error)
{
    size_t start = s->len;
    unsigned bits = 0;

    while (start > 0 && str_is_digit(s->data[start - 1]))
        start--;
    if (start == s->len || !str_ends(str_first(*s, start), mark))
        return false;
    for (size_t i = start; i < s->len && bits <= max; i++)
        bits = bits * 10 + (unsigned)(s->data[i] - '0');
    if (bits > max || (s->data[start] == '0' && s->len - start > 1))
        *ret_error = "a prefix length that does not exist";
    *ret_bits = bits;
    *s = str_first(*s, start - mark.len);
    return true;
}

static const char *
read_network(struct str text, int family, struct spf_term *term)
{
    char address[ADDRESS_TEXT_MAX];
    bool is_ip4 = family == AF_INET;
    const char *error = NULL;

    (void)cut_prefix(&text, STR("/"), is_ip4 ? 32 : 128, is_ip4 ? &term->bits4 : &term->bits6,
                     &error);
    if (error)
        return error;
    if (text.len >= sizeof(address) || str_index(text, '\0') < text.len)
        return "no address";
    memcpy(address, text.data, text.len);
    address[text.len] = '\0';
    return inet_pton(family, address, term->network) == 1 ? NULL : "no address";
}

/* `text` is what follows the mechanism's name, with the ':' or '/' in front. */
static const char *
read_argument(const struct mechanism *mechanism, struct str text, struct spf_term *term)
{
    const char *error = NULL;

    if (mechanism->has_prefix) {
        (void)cut_prefix(&text, STR("//"), 128, &term->bits6, &error);
        if (!error)
            (void)cut_prefix(&text, STR("/"), 32, &term->bits4, &error);
        if (error)
            return error;
    }
    if (!text.len &&
        (mechanism->argument == ARGUMENT_NONE || mechanism->argument == ARGUMENT_DOMAIN_OR_NONE))
        return NULL;
    if (mechanism->argument == ARGUMENT_NONE)
        return "something behind a mechanism that takes nothing";
    if (!str_skip(&text, STR(":")))
        return text.len ? "a faulty prefix length" : "nothing where a domain or an address must be";
    if (mechanism->argument == ARGUMENT_IP4 || mechanism->argument == ARGUMENT_IP6)
        return read_network(text, mechanism->argument == ARGUMENT_IP4 ? AF_INET : AF_INET6, term);
    term->domain = text;
    return spf_domain_spec_error(text);
}

static bool
read_qualifier(struct str *text, enum spf_result *ret_result)
{
    *ret_result = SPF_PASS;
    if (str_skip(text, STR("+")))
        return true;
    if (str_skip(text, STR("-")))
        *ret_result = SPF_FAIL;
    else if (str_skip(text, STR("~")))
        *ret_result = SPF_SOFTFAIL;
    else if (str_skip(text, STR("?")))
        *ret_result = SPF_NEUTRAL;
    else
        return false;
    return true;
}

static const char *
read_mechanism(struct spf_term *term)
{
    struct str text = term->text, name;

    (void)read_qualifier(&text, &term->result);
    name = str_first(text, str_index_any(text, STR(":/")));
    for (size_t i = 0; i < MECHANISM_COUNT; i++) {
        if (str_eq_nocase(name, str_from_cstr(mechanisms[i].name))) {
            term->kind = mechanisms[i].kind;
            return read_argument(&mechanisms[i], str_from(text, name.len), term);
        }
    }
    return "a mechanism that does not exist";
}

/* The length of a modifier's name in front of '='; 0: the term is no modifier. */
static size_t
modifier_name(struct str text)
{
    size_t len = 0;

    if (!text.len || !is_letter(text.data[0]))
        return 0;
    while (len < text.len &&
           (is_letter(text.data[len]) || str_is_digit(text.data[len]) || text.data[len] == '-' ||
            text.data[len] == '_' || text.data[len] == '.'))
        len++;
    return len < text.len && text.data[len] == '=' ? len : 0;
}

static const char *
read_modifier(size_t name_len, struct spf_term *term)
{
    struct str name = str_first(term->text, name_len);
    struct str value = str_from(term->text, name_len + 1);

    term->kind = SPF_TERM_OTHER;
    if (str_eq_nocase(name, STR("redirect")))
        term->kind = SPF_TERM_REDIRECT;
    else if (str_eq_nocase(name, STR("exp")))
        term->kind = SPF_TERM_EXP;
    else
        return spf_macro_error(value, SPF_MACRO_NAME);
    term->domain = value;
    return spf_domain_spec_error(value);
}

bool
spf_term_next(struct str *rest, struct spf_term *term, const char **ret_error)
{
    size_t name_len;

    while (str_skip(rest, STR(" ")))
        continue;
    *ret_error = NULL;
    *term = (struct spf_term){.bits4 = 32, .bits6 = 128, .text = str_cut(rest, ' ')};
    if (!term->text.len)
        return false;
    name_len = modifier_name(term->text);
    *ret_error = name_len ? read_modifier(name_len, term) : read_mechanism(term);
    return *ret_error == NULL;
}

const char *
spf_record_error(struct str record, struct str *ret_place)
{
    struct str rest = spf_record_terms(record);
    struct spf_term term;
    const char *error = NULL;
    unsigned redirects = 0, exps = 0;

    while (spf_term_next(&rest, &term, &error)) {
        redirects += term.kind == SPF_TERM_REDIRECT;
        exps += term.kind == SPF_TERM_EXP;
        if (redirects > 1 || exps > 1) {
            error = "a modifier that may stand only once";
            break;
        }
    }
    *ret_place = term.text;
    return error;
}
