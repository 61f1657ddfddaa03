#include "auth/dkim_sign.h"

#include <stdio.h>

#include "auth/base64.h"
#include "auth/signature.h"
#include "auth/tag_writer.h"
#include "auth/tags.h"
#include "dns/resolver.h"

#define UNBROKEN ';' /* stands in no value: it is not folded */
#define FIELD_BYTES_MAX ((size_t)64 * 1024)

struct dkim_signing {
    struct crypto *crypto;
    struct dkim_sign_options options;
    struct arena *arena;
    struct fields fields;
    struct body_hashes hashes;
    uint32_t hash_index;
    struct str names;
};

struct str
dkim_sign_names(const struct fields *fields, struct str names, struct arena *arena)
{
    struct str rest = names, item, list;
    uint32_t total = 0;
    struct buf buf;

    buf_init(&buf, FIELD_BYTES_MAX);
    while (tags_item(&rest, ':', &item)) {
        bool is_oversigned = str_skip(&item, STR("+"));
        uint32_t count = fields_count(fields, item) + is_oversigned;

        if (item.len == 0)
            continue;
        for (; count && total < FIELDS_NAMES_MAX; count--, total++) {
            if (buf.len)
                buf_add_char(&buf, ':');
            buf_add(&buf, item);
        }
    }
    list = arena_str(arena, buf_str(&buf));
    buf_done(&buf);
    return list;
}

static bool
are_names(struct str names)
{
    struct str item;

    while (tags_item(&names, ':', &item)) {
        (void)str_skip(&item, STR("+"));
        for (size_t i = 0; i < item.len; i++) {
            if (item.data[i] <= ' ' || item.data[i] == 127 || item.data[i] == ';')
                return false;
        }
    }
    return true;
}

static bool
check_options(const struct dkim_sign_options *options, struct err *err)
{
    struct str identity = options->identity, domain = identity;

    if (!signature_is_host(options->domain) || !signature_is_host(options->selector))
        return err_set(err, ERR_SYNTAX,
                       "domain and selector must be names that the DNS can have; letters beyond "
                       "ASCII are written as xn--…");
    if (!are_names(options->headers))
        return err_set(err, ERR_SYNTAX, "the names of fields to be signed hold what none can hold");
    if (!signature_has_key_name(options->selector, options->domain))
        return err_set(err, ERR_SYNTAX, "domain and selector together are too long for the DNS");
    if (!identity.len)
        return true;
    while (str_index(domain, '@') < domain.len)
        (void)str_cut(&domain, '@');
    if (domain.len == identity.len || !signature_is_host(domain) ||
        !signature_is_within(domain, options->domain))
        return err_set(err, ERR_SYNTAX, "the identity is not within the domain");
    return true;
}

bool
dkim_signing_new(struct crypto *crypto, const struct dkim_sign_options *options, struct str header,
                 struct arena *arena, struct dkim_signing **ret_signing, struct err *err)
{
    struct dkim_signing *signing = ARENA_NEW(arena, struct dkim_signing);

    if (!check_options(options, err))
        return false;
    if (!signing || !fields_read(header, arena, &signing->fields))
        return err_set(err, ERR_LIMIT, "there is no room for the header");
    if (signing->fields.is_over)
        return err_set(err, ERR_LIMIT, "the header is longer than any verifier reads");
    if (!fields_has_one_from(&signing->fields))
        return err_set(err, ERR_SYNTAX, "the mail has no From, or several: nobody should sign it");
    signing->crypto = crypto;
    signing->options = *options;
    signing->arena = arena;
    if (!signing->options.headers.len)
        signing->options.headers = STR(DKIM_SIGN_HEADERS);
    if (!signing->options.line_end.len)
        signing->options.line_end = STR("\r\n");
    signing->names = dkim_sign_names(&signing->fields, signing->options.headers, arena);
    if (!tags_has_item(signing->names, ':', STR("From")))
        return err_set(err, ERR_SYNTAX, "From must be among the fields to be signed");
    body_hashes_init(&signing->hashes, crypto);
    signing->hash_index =
        body_hashes_want(&signing->hashes, options->body_form, CRYPTO_SHA256, BODY_HASH_WHOLE);
    *ret_signing = signing;
    return true;
}

void
dkim_signing_body(struct dkim_signing *signing, struct str piece)
{
    body_hashes_add(&signing->hashes, piece);
}

struct str
dkim_signing_rest(const struct dkim_signing *signing)
{
    return signing->fields.body;
}

void
dkim_signing_done(struct dkim_signing *signing)
{
    if (signing)
        body_hashes_done(&signing->hashes);
}

/* As dkim-quoted-printable (RFC 6376 section 2.11). */
static void
write_identity(struct tag_writer *writer, struct str identity)
{
    struct buf text;

    buf_init(&text, FIELD_BYTES_MAX);
    for (size_t i = 0; i < identity.len; i++) {
        unsigned char byte = (unsigned char)identity.data[i];

        if (byte <= ' ' || byte >= 127 || byte == ';' || byte == '=')
            buf_printf(&text, "=%02X", byte);
        else
            buf_add_char(&text, (char)byte);
    }
    tag_writer_add(writer, "i", buf_str(&text), UNBROKEN);
    buf_done(&text);
}

static const char *
form_name(enum canonical_form form)
{
    return form == CANONICAL_SIMPLE ? "simple" : "relaxed";
}

/* All but the value of b=, which stands last so that it may be folded in both forms. */
static void
write_tags(const struct dkim_signing *signing, enum crypto_type type, struct tag_writer *writer)
{
    const struct dkim_sign_options *options = &signing->options;
    struct str digest = body_hashes_digest(&signing->hashes, signing->hash_index);
    char forms[20];
    struct buf text;

    tag_writer_add(writer, "v", STR("1"), 0);
    tag_writer_add(writer, "a", type == CRYPTO_RSA ? STR("rsa-sha256") : STR("ed25519-sha256"), 0);
    (void)snprintf(forms, sizeof(forms), "%s/%s", form_name(options->header_form),
                   form_name(options->body_form));
    tag_writer_add(writer, "c", str_from_cstr(forms), UNBROKEN);
    tag_writer_add(writer, "d", options->domain, UNBROKEN);
    tag_writer_add(writer, "s", options->selector, UNBROKEN);
    if (options->identity.len)
        write_identity(writer, options->identity);
    tag_writer_number(writer, "t", (uint64_t)options->time_s);
    if (options->lifetime_s)
        tag_writer_number(writer, "x", (uint64_t)(options->time_s + options->lifetime_s));
    tag_writer_add(writer, "h", signing->names, ':');
    buf_init(&text, 2 * CRYPTO_DIGEST_MAX);
    base64_write(digest, &text);
    tag_writer_add(writer, "bh", buf_str(&text), 0);
    buf_done(&text);
}

/* Hashes the fields and the tags written so far, and signs that. */
static bool
sign(struct dkim_signing *signing, struct crypto_private *key, struct str field, struct buf *text)
{
    struct signature signature = {
        .kind = SIGNATURE_DKIM,
        .field = field,
        .headers = signing->names,
        .digest = CRYPTO_SHA256,
        .header_form = signing->options.header_form,
    };
    unsigned char digest[CRYPTO_DIGEST_MAX], bytes[CRYPTO_SIGNATURE_MAX];
    size_t len = signature_digest(signing->crypto, &signing->fields, &signature, digest);

    len = crypto_sign(signing->crypto, key, (struct str){(const char *)digest, len}, bytes);
    base64_write((struct str){(const char *)bytes, len}, text);
    return len > 0;
}

bool
dkim_signing_write(struct dkim_signing *signing, struct crypto_private *key, struct buf *out,
                   struct err *err)
{
    struct tag_writer writer;
    struct buf field, text;
    bool is_signed;

    if (!signing->hashes.is_ended)
        body_hashes_end(&signing->hashes);
    buf_init(&field, FIELD_BYTES_MAX);
    buf_init(&text, 2 * CRYPTO_SIGNATURE_MAX);
    tag_writer_init(&writer, &field, STR("DKIM-Signature"), signing->options.line_end);
    write_tags(signing, crypto_private_type(key), &writer);
    tag_writer_open(&writer, "b");
    is_signed = sign(signing, key, buf_str(&field), &text);
    tag_writer_value(&writer, buf_str(&text), 0);
    buf_add(&field, signing->options.line_end);
    is_signed = is_signed && !field.is_over && !out->is_over;
    if (is_signed)
        buf_add(out, buf_str(&field));
    buf_done(&text);
    buf_done(&field);
    return is_signed || err_set(err, ERR_SYSTEM, "the mail could not be signed");
}
