#include "auth/signature.h"

#include "auth/base64.h"
#include "auth/body_hash.h"
#include "auth/tags.h"
#include "dns/resolver.h"

#define LENGTH_DIGITS_MAX 19 /* of l=: what a uint64_t holds; RFC 6376 allows for 76 */

/* A reading under way. */
struct reading {
    struct tags tags;
    struct signature *signature;
    struct arena *arena;
    enum signature_fault fault;
    struct str reason;
};

/* The first fault counts. */
static bool
refuse(struct reading *reading, enum signature_fault fault, struct str reason)
{
    if (reading->fault == SIGNATURE_FINE) {
        reading->fault = fault;
        reading->reason = reason;
    }
    return false;
}

#define REFUSE(reading, fault, ...)                                                                \
    refuse((reading), (fault), arena_printf((reading)->arena, __VA_ARGS__))

static bool
optional(struct reading *reading, const char *name, struct str *ret_value)
{
    return tags_find(&reading->tags, str_from_cstr(name), ret_value);
}

/* False: it is missing. */
static bool
required(struct reading *reading, const char *name, struct str *ret_value)
{
    return optional(reading, name, ret_value) ||
           REFUSE(reading, SIGNATURE_UNFIT, "the tag %s= is missing", name);
}

/* Drafts of DKIM had none, or 0.5. */
static void
read_version(struct reading *reading, bool allow_old)
{
    struct str version;

    if (reading->signature->kind != SIGNATURE_DKIM)
        return;
    if (allow_old && (!optional(reading, "v", &version) || str_eq(version, STR("0.5"))))
        return;
    if (required(reading, "v", &version) && !str_eq(version, STR("1")))
        REFUSE(reading, SIGNATURE_UNREADABLE, "version " STR_FMT " of DKIM is unknown",
               STR_ARG(str_first(version, 20)));
}

static void
read_algorithm(struct reading *reading)
{
    static const struct {
        struct str name;
        enum crypto_type type;
        enum crypto_digest digest;
    } rows[] = {
        {{"rsa-sha256", 10}, CRYPTO_RSA, CRYPTO_SHA256},
        {{"ed25519-sha256", 14}, CRYPTO_ED25519, CRYPTO_SHA256},
        {{"rsa-sha1", 8}, CRYPTO_RSA, CRYPTO_SHA1},
    };
    struct signature *signature = reading->signature;

    if (!required(reading, "a", &signature->algorithm))
        return;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (str_eq(signature->algorithm, rows[i].name)) {
            signature->type = rows[i].type;
            signature->digest = rows[i].digest;
            return;
        }
    }
    REFUSE(reading, SIGNATURE_UNREADABLE, "the algorithm '" STR_FMT "' is unknown",
           STR_ARG(str_first(signature->algorithm, 40)));
}

static bool
read_form(struct str name, enum canonical_form *ret_form)
{
    if (str_eq(name, STR("relaxed")))
        *ret_form = CANONICAL_RELAXED;
    else if (str_eq(name, STR("simple")))
        *ret_form = CANONICAL_SIMPLE;
    else
        return false;
    return true;
}

static void
read_forms(struct reading *reading)
{
    struct signature *signature = reading->signature;
    struct str forms, body, header;

    /* ARC without c=: RFC 8617 is silent, and those who seal mean relaxed. */
    signature->header_form = signature->body_form =
        signature->kind == SIGNATURE_DKIM ? CANONICAL_SIMPLE : CANONICAL_RELAXED;
    if (!optional(reading, "c", &forms) || signature->kind == SIGNATURE_ARC_SEAL)
        return;
    body = forms;
    header = str_cut(&body, '/');
    signature->body_form = CANONICAL_SIMPLE;
    if (!read_form(header, &signature->header_form) ||
        (header.len < forms.len && !read_form(body, &signature->body_form)))
        REFUSE(reading, SIGNATURE_UNREADABLE, "the canonicalisation '" STR_FMT "' is unknown",
               STR_ARG(str_first(forms, 40)));
}

bool
signature_is_host(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i];

        if (!str_is_digit(c) && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && c != '-' &&
            c != '_' && c != '.')
            return false;
    }
    return s.len && s.data[s.len - 1] != '.' && dns_name_is_valid(s);
}

bool
signature_has_key_name(struct str selector, struct str domain)
{
    return selector.len + STR("._domainkey.").len + domain.len <= DNS_NAME_MAX - 2;
}

static void
read_names(struct reading *reading)
{
    struct signature *signature = reading->signature;

    if (required(reading, "d", &signature->domain) && !signature_is_host(signature->domain))
        REFUSE(reading, SIGNATURE_UNREADABLE, "d= is no domain name");
    if (required(reading, "s", &signature->selector) && !signature_is_host(signature->selector))
        REFUSE(reading, SIGNATURE_UNREADABLE, "s= is no selector");
}

struct str
signature_identity_domain(const struct signature *signature)
{
    struct str rest = signature->identity;

    while (str_index(rest, '@') < rest.len)
        (void)str_cut(&rest, '@');
    return rest;
}

bool
signature_is_within(struct str domain, struct str parent)
{
    size_t more = domain.len - parent.len;

    return domain.len >= parent.len && str_eq_nocase(str_from(domain, more), parent) &&
           (more == 0 || domain.data[more - 1] == '.');
}

static int
hex_digit(char c)
{
    return str_is_digit(c) ? c - '0' : c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* dkim-quoted-printable, RFC 6376 section 2.11. An "=" that starts no code stands for itself. */
static struct str
unquote(struct str text, struct arena *arena)
{
    char *bytes;
    size_t len = 0;

    if (str_index(text, '=') == text.len)
        return text;
    bytes = arena_array(arena, text.len, 1);
    if (!bytes)
        return text;
    for (size_t i = 0; i < text.len; i++) {
        int high = i + 2 < text.len ? hex_digit(text.data[i + 1]) : -1;
        int low = i + 2 < text.len ? hex_digit(text.data[i + 2]) : -1;
        bool is_code = text.data[i] == '=' && high >= 0 && low >= 0;

        bytes[len++] = is_code ? (char)(high * 16 + low) : text.data[i];
        i += is_code ? 2 : 0;
    }
    return (struct str){bytes, len};
}

/* DKIM: for whom; ARC: which set. */
static void
read_identity(struct reading *reading)
{
    struct signature *signature = reading->signature;
    struct str value;

    if (signature->kind != SIGNATURE_DKIM) {
        if (required(reading, "i", &value) &&
            (!tags_number(value, &signature->instance) || signature->instance == 0))
            REFUSE(reading, SIGNATURE_UNREADABLE, "i= is no number of a set");
        return;
    }
    if (!optional(reading, "i", &signature->identity))
        return;
    signature->identity = unquote(signature->identity, reading->arena);
    if (str_index(signature->identity, '@') == signature->identity.len)
        REFUSE(reading, SIGNATURE_UNREADABLE, "i= has no '@'");
    else if (!signature_is_within(signature_identity_domain(signature), signature->domain))
        REFUSE(reading, SIGNATURE_UNFIT, "i= is not within d=");
}

static void
read_time(struct reading *reading, const char *name, bool *ret_has, uint64_t *ret_time_s)
{
    struct str value;

    *ret_has = optional(reading, name, &value);
    if (*ret_has && !tags_number(value, ret_time_s)) {
        *ret_has = false;
        REFUSE(reading, SIGNATURE_UNREADABLE, "%s= is no time", name);
    }
}

static void
read_times(struct reading *reading)
{
    struct signature *signature = reading->signature;

    read_time(reading, "t", &signature->has_time, &signature->time_s);
    read_time(reading, "x", &signature->has_expiry, &signature->expires_s);
    if (signature->has_time && signature->has_expiry && signature->expires_s <= signature->time_s)
        REFUSE(reading, SIGNATURE_UNFIT, "it expires before it was made");
}

static void
read_length(struct reading *reading)
{
    struct signature *signature = reading->signature;
    struct str value;

    signature->length = BODY_HASH_WHOLE;
    if (!optional(reading, "l", &value))
        return;
    if (value.len > LENGTH_DIGITS_MAX || !str_u64(value, &signature->length)) {
        signature->length = BODY_HASH_WHOLE;
        REFUSE(reading, SIGNATURE_UNREADABLE, "l= is no length");
    }
}

static void
read_headers(struct reading *reading)
{
    struct signature *signature = reading->signature;
    struct str rest, name;
    uint32_t count = 0;

    if (!required(reading, "h", &signature->headers))
        return;
    rest = signature->headers;
    while (tags_item(&rest, ':', &name))
        count++;
    if (count > FIELDS_NAMES_MAX)
        REFUSE(reading, SIGNATURE_UNFIT, "h= names %u fields, more than %d", count,
               FIELDS_NAMES_MAX);
    else if (signature->kind == SIGNATURE_DKIM &&
             !tags_has_item(signature->headers, ':', STR("from")))
        REFUSE(reading, SIGNATURE_UNFIT, "h= does not cover From");
    else if (signature->kind == SIGNATURE_ARC_MESSAGE &&
             tags_has_item(signature->headers, ':', STR("arc-seal")))
        REFUSE(reading, SIGNATURE_UNFIT, "h= covers ARC-Seal, which comes later");
}

static void
read_base64(struct reading *reading, const char *name, struct str *ret_bytes)
{
    struct str value;

    if (!required(reading, name, &value))
        return;
    if (value.len == 0 || value.len > 2 * CRYPTO_SIGNATURE_MAX ||
        !base64_read(value, reading->arena, ret_bytes))
        REFUSE(reading, SIGNATURE_UNREADABLE, "%s= is not base64", name);
}

static void
read_query(struct reading *reading)
{
    struct str methods;

    if (optional(reading, "q", &methods) && !tags_has_item(methods, ':', STR("dns/txt")) &&
        !tags_has_item(methods, ':', STR("dns")))
        REFUSE(reading, SIGNATURE_UNREADABLE, "none of the ways to get the key in q= is known");
}

/* The place of b= in the field, blanks and all: it is hashed as if it were empty. */
static struct str
find_hole(const struct tags *tags, struct str field)
{
    for (uint32_t i = 0; i < tags->count; i++) {
        struct str rest;

        if (!str_eq(tags->list[i].name, STR("b")))
            continue;
        rest = str_from(field, (size_t)(tags->list[i].name.data - field.data));
        rest = str_from(rest, str_index(rest, '=') + 1);
        return str_first(rest, str_index(rest, ';'));
    }
    return (struct str){field.data + field.len, 0};
}

static void
read_seal(struct reading *reading)
{
    struct str value;

    if (optional(reading, "h", &value))
        REFUSE(reading, SIGNATURE_UNFIT, "a seal must not have h=");
    if (required(reading, "cv", &reading->signature->chain) &&
        !str_eq(reading->signature->chain, STR("none")) &&
        !str_eq(reading->signature->chain, STR("pass")) &&
        !str_eq(reading->signature->chain, STR("fail")))
        REFUSE(reading, SIGNATURE_UNREADABLE, "cv= is none of none, pass and fail");
}

enum signature_fault
signature_read(enum signature_kind kind, const struct field *field, bool allow_old,
               struct arena *arena, struct signature *ret_signature, struct str *ret_reason)
{
    struct reading reading = {.signature = ret_signature, .arena = arena};

    *ret_signature = (struct signature){.kind = kind, .field = field->whole};
    if (tags_read(field->value, &reading.tags) != TAGS_FINE)
        REFUSE(&reading, SIGNATURE_UNREADABLE, "%s: '" STR_FMT "'",
               tags_fault_text(reading.tags.fault), STR_ARG(str_first(reading.tags.fault_at, 60)));
    ret_signature->hole = find_hole(&reading.tags, field->whole);
    read_version(&reading, allow_old);
    read_algorithm(&reading);
    read_names(&reading);
    read_identity(&reading);
    read_forms(&reading);
    read_times(&reading);
    read_base64(&reading, "b", &ret_signature->bytes);
    if (kind == SIGNATURE_ARC_SEAL) {
        read_seal(&reading);
    } else {
        read_query(&reading);
        read_length(&reading);
        read_headers(&reading);
        read_base64(&reading, "bh", &ret_signature->body_hash);
    }
    *ret_reason = reading.reason;
    return reading.fault;
}

void
signature_put(void *context, struct str bytes)
{
    crypto_hash_add(context, bytes);
}

/* h= never means the field that it stands in (RFC 6376 section 3.5): that one comes last. */
static void
leave_out(struct fields *fields, struct str own)
{
    for (uint32_t i = 0; i < fields->count; i++)
        fields->list[i].is_taken |= fields->list[i].whole.data == own.data;
}

size_t
signature_digest(struct crypto *crypto, struct fields *fields, const struct signature *signature,
                 unsigned char ret_digest[CRYPTO_DIGEST_MAX])
{
    struct crypto_hash *hash = crypto_hash_begin(crypto, signature->digest);
    struct canonical_writer writer;
    struct str rest = signature->headers, name;

    canonical_writer_init(&writer, signature_put, hash);
    fields_untake(fields);
    leave_out(fields, signature->field);
    while (tags_item(&rest, ':', &name)) {
        const struct field *field = fields_take(fields, name);

        if (!field)
            continue;
        canonical_header(&writer, signature->header_form, field->whole, STR_EMPTY);
        canonical_line_end(&writer);
    }
    canonical_header(&writer, signature->header_form, signature->field, signature->hole);
    canonical_flush(&writer);
    return crypto_hash_end(crypto, hash, ret_digest);
}
