#include "auth/dkim_sign.h"

#include <string.h>

#include "cmd/cmd.h"
#include "cmd/dkim_parts.h"
#include "cmd/mail_file.h"
#include "source/whole.h"

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define KEY_BYTES_MAX ((size_t)64 * 1024)

bool
dkim_read_key(const char *path, struct crypto_private **ret_key)
{
    struct arena *arena = arena_new(8 * KEY_BYTES_MAX);
    struct str text = STR_EMPTY;
    struct err err;
    bool is_read = whole_read(path, KEY_BYTES_MAX, arena, &text, &err);

    if (is_read) {
        is_read = crypto_private_read(text, ret_key, &err) || err_wrap(&err, "reading '%s'", path);
        explicit_bzero((void *)(uintptr_t)text.data, text.len);
    }
    if (!is_read)
        mail_file_complain(err.text);
    arena_free(arena);
    return is_read;
}

static struct str
text_of(const char *argument)
{
    return argument ? str_from_cstr(argument) : STR_EMPTY;
}

/* Writes the signature over all of the mail. */
static bool
sign_mail(struct crypto *crypto, struct crypto_private *key, const struct dkim_arguments *arguments,
          struct str mail, struct buf *out, struct err *err)
{
    struct dkim_sign_options options = {
        .domain = text_of(arguments->domain),
        .selector = text_of(arguments->selector),
        .identity = text_of(arguments->identity),
        .headers = text_of(arguments->headers),
        .header_form = arguments->header_form,
        .body_form = arguments->body_form,
        .time_s = arguments->time_s,
        .lifetime_s = arguments->lifetime_s,
        .line_end = mail_file_line_end(mail),
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    struct dkim_signing *signing = NULL;
    bool is_signed = dkim_signing_new(crypto, &options, mail, arena, &signing, err);

    if (is_signed) {
        dkim_signing_body(signing, dkim_signing_rest(signing));
        is_signed = dkim_signing_write(signing, key, out, err);
        dkim_signing_done(signing);
    }
    arena_free(arena);
    return is_signed;
}

static int
sign_with(struct crypto_private *key, const struct dkim_arguments *arguments)
{
    struct crypto *crypto = crypto_new();
    int code = CMD_UNREAD;
    struct buf mail, field;
    struct err err = {0};

    buf_init(&mail, MAIL_FILE_BYTES_MAX);
    buf_init(&field, MAIL_FILE_PIECE);
    if (mail_file_read(arguments->names[0], &mail, &err) &&
        sign_mail(crypto, key, arguments, buf_str(&mail), &field, &err)) {
        struct str text = buf_str(&mail), separator = mail_file_cut_separator(&text);

        if (mail_file_print(separator) && mail_file_print(buf_str(&field)) && mail_file_print(text))
            code = CMD_NOTHING;
    } else {
        mail_file_complain(err.text);
    }
    buf_done(&field);
    buf_done(&mail);
    crypto_free(crypto);
    return code;
}

int
dkim_sign(const struct dkim_arguments *arguments)
{
    struct crypto_private *key;
    int code;

    if (!arguments->domain || !arguments->selector || !arguments->key) {
        mail_file_complain("sign: --domain, --selector and --key are needed");
        return CMD_USAGE;
    }
    if (!dkim_read_key(arguments->key, &key))
        return CMD_USAGE;
    code = sign_with(key, arguments);
    crypto_private_free(key);
    return code;
}
