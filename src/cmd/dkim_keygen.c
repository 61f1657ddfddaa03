#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "auth/key_text.h"
#include "auth/signature.h"
#include "base/civil.h"
#include "cmd/cmd.h"
#include "cmd/dkim_parts.h"
#include "cmd/mail_file.h"
#include "dns/resolver.h"
#include "report/escape.h"

#define ARENA_BYTES ((size_t)1024 * 1024)
#define OUTPUT_BYTES_MAX ((size_t)256 * 1024)

/* What is made for whom. */
struct making {
    struct str domain, selector;
    char path[PATH_MAX]; /* where the key goes, from the root on */
    struct str record;
    enum crypto_type type;
};

static bool
is_host_byte(char c)
{
    return str_is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '_' || c == '.';
}

/* Both go into a name of the DNS, into a path and into lines to be pasted. */
static bool
check_name(const char *what, struct str name, struct err *err)
{
    for (size_t i = 0; i < name.len; i++) {
        if (!is_host_byte(name.data[i]))
            return err_set(err, ERR_SYNTAX,
                           "the %s '" STR_FMT "' holds what no name of a host can hold; letters "
                           "beyond ASCII are written as xn--…",
                           what, STR_ARG(str_first(name, 80)));
    }
    if (!dns_name_is_valid(name) || name.data[0] == '.')
        return err_set(err, ERR_SYNTAX, "the %s is no name that the DNS can have", what);
    return true;
}

/* For ever new: no key is ever written over. */
static bool
write_key(const char *path, struct str text, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool is_written = fd >= 0;

    if (!is_written)
        return err_set(err, ERR_SYSTEM, "cannot write the key to %s: %s", path, strerror(errno));
    while (text.len && is_written) {
        ssize_t put = write(fd, text.data, text.len);

        is_written = put >= 0 || errno == EINTR;
        text = str_from(text, put > 0 ? (size_t)put : 0);
    }
    is_written = is_written && fsync(fd) == 0;
    is_written = close(fd) == 0 && is_written;
    if (!is_written) {
        int error = errno;

        (void)unlink(path);
        return err_set(err, ERR_SYSTEM, "cannot write the key to %s: %s", path, strerror(error));
    }
    return true;
}

/* As a word of the shell. */
static void
write_path(struct buf *out, const char *path)
{
    if (!escape_shell(out, str_from_cstr(path)))
        buf_add_cstr(out, "FILE");
}

static void
write_dns(struct buf *out, const struct making *making)
{
    char name[2 * DNS_NAME_MAX + 16];

    (void)snprintf(name, sizeof(name), STR_FMT "._domainkey." STR_FMT, STR_ARG(making->selector),
                   STR_ARG(making->domain));
    buf_printf(out, "The private key is in %s; keep it secret.\n\n", making->path);
    buf_add_cstr(out, "1. Publish the public key. In a zone file:\n\n");
    key_text_zone(out, str_from_cstr(name), making->record);
    buf_printf(out,
               "\n   On a web page of a DNS provider: name %s (some want it without\n   ." STR_FMT
               "), type TXT, value in one line:\n\n",
               name, STR_ARG(making->domain));
    buf_add(out, making->record);
    if (making->record.len > KEY_TEXT_STRING_MAX) {
        buf_printf(out, "\n\n   or, where it refuses more than %d characters, as strings:\n\n",
                   KEY_TEXT_STRING_MAX);
        key_text_strings(out, making->record, STR(" "));
    }
    buf_printf(out, "\n\n   Wait until it is there:  dig +short TXT %s\n", name);
}

static void
write_opendkim(struct buf *out, const struct making *making)
{
    buf_printf(out,
               "\n   OpenDKIM, the user opendkim must be able to read the key:\n"
               "     KeyTable      " STR_FMT "._domainkey." STR_FMT "  " STR_FMT ":" STR_FMT ":%s\n"
               "     SigningTable  *@" STR_FMT "  " STR_FMT "._domainkey." STR_FMT
               "      (as refile:)\n"
               "     Postfix, main.cf:\n"
               "       smtpd_milters = unix:opendkim/opendkim.sock\n"
               "       non_smtpd_milters = $smtpd_milters\n",
               STR_ARG(making->selector), STR_ARG(making->domain), STR_ARG(making->domain),
               STR_ARG(making->selector), making->path, STR_ARG(making->domain),
               STR_ARG(making->selector), STR_ARG(making->domain));
}

/* It reads Ed25519 keys as their 32 bytes in base64, and does not from PEM. */
static void
write_rspamd(struct buf *out, const struct making *making)
{
    bool is_raw = making->type == CRYPTO_ED25519;
    const char *end = is_raw ? ".rspamd" : "";

    buf_add_cstr(out, "\n   rspamd, local.d/dkim_signing.conf, for its user _rspamd:\n");
    buf_printf(out,
               "     domain {\n"
               "       " STR_FMT " { path = \"%s%s\"; selector = \"" STR_FMT "\"; }\n"
               "     }\n",
               STR_ARG(making->domain), making->path, end, STR_ARG(making->selector));
    if (is_raw)
        buf_printf(
            out,
            "     with the key in its own form:\n"
            "       umask 077; openssl pkey -in %s -outform DER | tail -c 32 | base64 > %s%s\n",
            making->path, making->path, end);
}

static void
write_signers(struct buf *out, const struct making *making)
{
    buf_add_cstr(out, "\n2. Then let the mail server sign with it, by one of these:\n");
    write_opendkim(out, making);
    write_rspamd(out, making);
    buf_printf(out,
               "\n   Exim, in the transport remote_smtp, for its user Debian-exim:\n"
               "     dkim_domain = " STR_FMT "\n"
               "     dkim_selector = " STR_FMT "\n"
               "     dkim_private_key = %s\n",
               STR_ARG(making->domain), STR_ARG(making->selector), making->path);
    buf_printf(out,
               "\n   weir, one message:\n"
               "     weir dkim sign --domain " STR_FMT " --selector " STR_FMT " --key ",
               STR_ARG(making->domain), STR_ARG(making->selector));
    write_path(out, making->path);
    buf_add_cstr(out, " message.eml\n");
    if (making->type == CRYPTO_ED25519)
        buf_add_cstr(out, "\nMany receivers do not know Ed25519 yet: sign with an RSA key, too.\n");
    buf_add_cstr(out,
                 "\n3. Send a message to yourself elsewhere, and look:  weir dkim verify FILE\n");
}

static bool
choose_path(const struct dkim_arguments *arguments, struct making *making, struct err *err)
{
    char folder[PATH_MAX], name[PATH_MAX];
    int len;

    if (arguments->out)
        len = snprintf(name, sizeof(name), "%s", arguments->out);
    else
        len = snprintf(name, sizeof(name), STR_FMT "." STR_FMT ".key", STR_ARG(making->domain),
                       STR_ARG(making->selector));
    if (len < 0 || (size_t)len >= sizeof(name))
        return err_set(err, ERR_LIMIT, "the path of the key is too long");
    if (name[0] == '/') {
        memcpy(making->path, name, (size_t)len + 1);
        return true;
    }
    if (!getcwd(folder, sizeof(folder)))
        return err_set(err, ERR_SYSTEM, "where are we? %s", strerror(errno));
    len = snprintf(making->path, sizeof(making->path), "%s/%s", folder, name);
    if (len < 0 || (size_t)len >= sizeof(making->path))
        return err_set(err, ERR_LIMIT, "the path of the key is too long");
    return true;
}

static bool
make(const struct dkim_arguments *arguments, struct making *making, struct arena *arena,
     struct err *err)
{
    struct crypto_private *key;
    struct buf record;
    struct str text;
    bool is_made;

    if (!choose_path(arguments, making, err) ||
        !crypto_private_make(making->type, arguments->bits, &key, err))
        return false;
    text = crypto_private_write(key, arena);
    is_made = text.len ? write_key(making->path, text, err)
                       : err_set(err, ERR_SYSTEM, "libcrypto could not write the key");
    explicit_bzero((void *)(uintptr_t)text.data, text.len);
    buf_init(&record, OUTPUT_BYTES_MAX);
    key_text_record(&record, making->type, crypto_private_public(key, arena));
    making->record = arena_str(arena, buf_str(&record));
    buf_done(&record);
    crypto_private_free(key);
    return is_made;
}

static bool
read_names(const struct dkim_arguments *arguments, struct arena *arena, struct making *making,
           struct err *err)
{
    struct civil now = civil_from_seconds(arguments->time_s);

    making->domain = str_from_cstr(arguments->names[0]);
    if (making->domain.len && making->domain.data[making->domain.len - 1] == '.')
        making->domain.len--;
    making->selector = arguments->selector
                           ? str_from_cstr(arguments->selector)
                           : arena_printf(arena, "weir%04d%02d", now.year, now.month);
    if (arguments->type == CRYPTO_ED25519 && arguments->has_bits)
        return err_set(err, ERR_SYNTAX, "--bits belongs to RSA keys alone");
    if (!check_name("domain", making->domain, err) ||
        !check_name("selector", making->selector, err))
        return false;
    return signature_has_key_name(making->selector, making->domain) ||
           err_set(err, ERR_SYNTAX, "domain and selector together are too long for the DNS");
}

int
dkim_keygen(const struct dkim_arguments *arguments)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct making making = {.type = arguments->type};
    int code = CMD_USAGE;
    struct buf out;
    struct err err;

    buf_init(&out, OUTPUT_BYTES_MAX);
    if (!read_names(arguments, arena, &making, &err)) {
        mail_file_complain(err.text);
    } else if (!make(arguments, &making, arena, &err)) {
        mail_file_complain(err.text);
        code = err.kind == ERR_LIMIT ? CMD_USAGE : CMD_UNREAD;
    } else {
        write_dns(&out, &making);
        write_signers(&out, &making);
        code = mail_file_print(buf_str(&out)) ? CMD_NOTHING : CMD_UNREAD;
    }
    buf_done(&out);
    arena_free(arena);
    return code;
}
