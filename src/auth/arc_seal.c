#include "auth/arc_seal.h"

#include <assert.h>

#include "auth/base64.h"
#include "auth/dkim_sign.h"
#include "auth/tag_writer.h"
#include "auth/tags.h"

#define FIELD_BYTES_MAX ((size_t)256 * 1024)
#define UNBROKEN ';'       /* stands in no value: it is not folded */
#define LINE_BYTES_MAX 900 /* RFC 5322 section 2.1.1 has 998 */

/* A set under construction. */
struct sealing {
    struct crypto *crypto;
    struct crypto_private *key;
    const struct arc_seal_options *options;
    struct arc_check *check;
    struct arena *arena;
    struct str line_end, names, chain;
    uint32_t instance;
    struct arc_set sets[ARC_SETS_MAX]; /* those that are there, and the new one */
    struct field results, message;
};

/* ---- ARC-Authentication-Results ---- */

/* What follows this host's name in a field of its own; false: it is another's. */
static bool
own_results(struct str value, struct str server, struct arena *arena, struct str *ret_results)
{
    struct str rest = header_unfold(value, arena), id = str_trim(str_cut(&rest, ';'));

    /* "mx.example.org 1": a version may follow. */
    id = str_first(id, str_index_any(id, STR(" \t(")));
    *ret_results = str_trim(rest);
    while (ret_results->len && ret_results->data[ret_results->len - 1] == ';')
        *ret_results = str_trim(str_first(*ret_results, ret_results->len - 1));
    return str_eq_nocase(id, server) && ret_results->len;
}

/* Words with a blank between them, or a fold where the line is full. */
static void
write_words(struct buf *out, struct str text, struct str line_end, size_t *column)
{
    while (text.len) {
        struct str word = str_cut(&text, ' ');

        if (*column + 1 + word.len > TAG_WRITER_COLUMNS) {
            buf_add(out, line_end);
            buf_add_cstr(out, TAG_WRITER_INDENT);
            *column = sizeof(TAG_WRITER_INDENT) - 1;
        } else {
            buf_add_char(out, ' ');
            *column += 1;
        }
        buf_add(out, word);
        *column += word.len;
    }
}

static void
write_results(const struct sealing *sealing, struct buf *out)
{
    const struct fields *fields = arc_check_fields(sealing->check);
    static const char name[] = "ARC-Authentication-Results:";
    size_t column = sizeof(name) - 1;
    bool has_results = false;

    buf_add_cstr(out, name);
    write_words(out,
                arena_printf(sealing->arena, "i=%u; " STR_FMT, sealing->instance,
                             STR_ARG(sealing->options->server)),
                sealing->line_end, &column);
    for (uint32_t i = 0; i < fields->count; i++) {
        struct str results;

        if (!str_eq_nocase(fields->list[i].name, STR("Authentication-Results")) ||
            !own_results(fields->list[i].value, sealing->options->server, sealing->arena, &results))
            continue;
        buf_add_char(out, ';');
        column++;
        write_words(out, results, sealing->line_end, &column);
        has_results = true;
    }
    if (!has_results)
        buf_add_cstr(out, "; none");
}

/* ---- signatures ---- */

/*
 * b= of a message signature is hashed with each seal, where a fold in it counts as a blank: it has
 * none unless it must, so that nobody can lay it out otherwise.
 */
static void
write_bytes(struct tag_writer *writer, struct str bytes)
{
    tag_writer_add(writer, "b", bytes, bytes.len < LINE_BYTES_MAX ? UNBROKEN : 0);
}

static void
write_message(const struct sealing *sealing, struct str bytes, struct buf *out)
{
    const struct arc_seal_options *options = sealing->options;
    struct tag_writer writer;
    struct buf text;

    buf_init(&text, 2 * CRYPTO_DIGEST_MAX);
    base64_write(arc_check_sealing_hash(sealing->check), &text);
    tag_writer_init(&writer, out, STR("ARC-Message-Signature"), sealing->line_end);
    tag_writer_add(&writer, "a",
                   crypto_private_type(sealing->key) == CRYPTO_RSA ? STR("rsa-sha256")
                                                                   : STR("ed25519-sha256"),
                   UNBROKEN);
    write_bytes(&writer, bytes);
    tag_writer_add(&writer, "bh", buf_str(&text), 0);
    tag_writer_add(&writer, "c", STR("relaxed/relaxed"), UNBROKEN);
    tag_writer_add(&writer, "d", options->domain, UNBROKEN);
    tag_writer_add(&writer, "h", sealing->names, ':');
    tag_writer_number(&writer, "i", sealing->instance);
    tag_writer_add(&writer, "s", options->selector, UNBROKEN);
    tag_writer_number(&writer, "t", (uint64_t)options->time_s);
    buf_done(&text);
}

static void
write_seal(const struct sealing *sealing, struct str bytes, struct buf *out)
{
    const struct arc_seal_options *options = sealing->options;
    struct tag_writer writer;

    tag_writer_init(&writer, out, STR("ARC-Seal"), sealing->line_end);
    tag_writer_add(&writer, "a",
                   crypto_private_type(sealing->key) == CRYPTO_RSA ? STR("rsa-sha256")
                                                                   : STR("ed25519-sha256"),
                   UNBROKEN);
    write_bytes(&writer, bytes);
    tag_writer_add(&writer, "cv", sealing->chain, UNBROKEN);
    tag_writer_add(&writer, "d", options->domain, UNBROKEN);
    tag_writer_number(&writer, "i", sealing->instance);
    tag_writer_add(&writer, "s", options->selector, UNBROKEN);
    tag_writer_number(&writer, "t", (uint64_t)options->time_s);
}

/* Where the value of b= stands: the field is laid out before it is signed, so it has its length. */
static struct str
find_value(struct str field)
{
    size_t at = str_find(field, STR("b="));

    return str_first(str_from(field, at + 2), str_index(str_from(field, at + 2), ';'));
}

/* The digest of a field whose b= is `hole`. */
static size_t
message_digest(struct sealing *sealing, struct str field, struct str hole,
               unsigned char *ret_digest)
{
    struct signature signature = {
        .kind = SIGNATURE_ARC_MESSAGE,
        .field = field,
        .hole = hole,
        .headers = sealing->names,
        .digest = CRYPTO_SHA256,
        .header_form = CANONICAL_RELAXED,
    };

    return signature_digest(sealing->crypto, arc_check_fields(sealing->check), &signature,
                            ret_digest);
}

static size_t
seal_digest(struct sealing *sealing, struct str field, struct str hole, unsigned char *ret_digest)
{
    struct arc_set *set = &sealing->sets[sealing->instance - 1];

    set->seal.field = field;
    set->seal.hole = hole;
    return arc_seal_digest(sealing->crypto, sealing->sets, sealing->instance - 1,
                           str_eq(sealing->chain, STR("fail")), ret_digest);
}

/*
 * Lays a field out with a b= of the right length, signs that, and writes it again with the
 * signature. Empty: libcrypto refused, or no room.
 */
static struct str
sign_field(struct sealing *sealing,
           void (*write)(const struct sealing *sealing, struct str bytes, struct buf *out),
           size_t (*digest_of)(struct sealing *sealing, struct str field, struct str hole,
                               unsigned char *ret_digest))
{
    unsigned char digest[CRYPTO_DIGEST_MAX], bytes[CRYPTO_SIGNATURE_MAX] = {0};
    struct str field = STR_EMPTY;
    struct buf text, out;
    size_t len = crypto_private_signature_len(sealing->key);

    buf_init(&text, 2 * CRYPTO_SIGNATURE_MAX);
    buf_init(&out, FIELD_BYTES_MAX);
    base64_write((struct str){(const char *)bytes, len}, &text);
    write(sealing, buf_str(&text), &out);
    len = digest_of(sealing, buf_str(&out), find_value(buf_str(&out)), digest);
    len =
        crypto_sign(sealing->crypto, sealing->key, (struct str){(const char *)digest, len}, bytes);
    buf_reset(&text);
    buf_reset(&out);
    base64_write((struct str){(const char *)bytes, len}, &text);
    write(sealing, buf_str(&text), &out);
    if (len && !out.is_over)
        field = arena_str(sealing->arena, buf_str(&out));
    buf_done(&out);
    buf_done(&text);
    return field;
}

static bool
prepare(struct sealing *sealing, struct err *err)
{
    const struct arc_seal_options *options = sealing->options;
    const struct arc_result *result = arc_check_result(sealing->check);

    /* Its first line might be taken for the rest of ours. */
    if (arc_check_fields(sealing->check)->count == 0)
        return err_set(err, ERR_SYNTAX, "the mail has no header: nobody should seal it");
    if (!signature_is_host(options->domain) || !signature_is_host(options->selector) ||
        !signature_is_host(options->server))
        return err_set(err, ERR_SYNTAX, "domain, selector and server must be names of the DNS");
    if (str_index_any(options->headers, STR(" \t\r\n;")) < options->headers.len ||
        tags_has_item(options->headers, ':', STR("ARC-Seal")))
        return err_set(err, ERR_SYNTAX, "the names of fields to be signed hold what none can hold");
    sealing->line_end = options->line_end.len ? options->line_end : STR("\r\n");
    sealing->instance = result->set_count + 1;
    sealing->chain = str_from_cstr(arc_status_name(result->status));
    sealing->names = dkim_sign_names(
        arc_check_fields(sealing->check),
        options->headers.len ? options->headers : STR(ARC_SEAL_HEADERS), sealing->arena);
    for (uint32_t i = 0; i < result->set_count; i++)
        sealing->sets[i] = *arc_check_set(sealing->check, i);
    return true;
}

static bool
write_set(struct sealing *sealing, struct buf *out)
{
    struct arc_set *set = &sealing->sets[sealing->instance - 1];
    struct str seal;
    struct buf results;

    buf_init(&results, FIELD_BYTES_MAX);
    write_results(sealing, &results);
    sealing->results.whole = arena_str(sealing->arena, buf_str(&results));
    sealing->message.whole = sign_field(sealing, write_message, message_digest);
    set->results_field = &sealing->results;
    set->message_field = &sealing->message;
    seal = sign_field(sealing, write_seal, seal_digest);
    if (seal.len && sealing->message.whole.len && sealing->results.whole.len && !results.is_over) {
        const struct str fields[] = {seal, sealing->message.whole, sealing->results.whole};

        for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
            buf_add(out, fields[i]);
            buf_add(out, sealing->line_end);
        }
    }
    buf_done(&results);
    return seal.len && sealing->message.whole.len && sealing->results.whole.len && !out->is_over;
}

bool
arc_seal_write(struct crypto *crypto, struct crypto_private *key,
               const struct arc_seal_options *options, struct arc_check *check, struct arena *arena,
               struct buf *out, bool *ret_is_over, struct err *err)
{
    const struct arc_result *result = arc_check_result(check);
    struct sealing *sealing = ARENA_NEW(arena, struct sealing);

    assert(result->status != ARC_PENDING);
    *ret_is_over = result->is_said_to_fail || result->set_count >= ARC_SETS_MAX;
    if (*ret_is_over)
        return true;
    if (!sealing)
        return err_set(err, ERR_LIMIT, "there is no room for another set");
    sealing->crypto = crypto;
    sealing->key = key;
    sealing->options = options;
    sealing->check = check;
    sealing->arena = arena;
    return prepare(sealing, err) &&
           (write_set(sealing, out) || err_set(err, ERR_SYSTEM, "the mail could not be sealed"));
}
