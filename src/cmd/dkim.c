#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "auth/dkim.h"
#include "auth/tags.h"
#include "base/civil.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/dkim_parts.h"
#include "cmd/mail_file.h"
#include "report/escape.h"

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define OUTPUT_BYTES_MAX ((size_t)16 * 1024 * 1024)

static const char help[] =
    "usage: weir dkim verify [OPTION...] MESSAGE...\n"
    "       weir dkim sign --domain DOMAIN --selector SELECTOR --key FILE [OPTION...] MESSAGE\n"
    "       weir dkim keygen [OPTION...] DOMAIN\n"
    "\n"
    "Checks DKIM signatures, signs mails, and makes keys with what to paste where.\n"
    "A MESSAGE is a file, or - for standard input.\n"
    "\n"
    "verify:\n"
    "      --allow-old         history: rsa-sha1, RSA keys from 512 bits and g= are good, too\n"
    "      --json              one JSON object a line for each message, see weir-dkim(1)\n"
    "      --resolver ADDRESS  ask this server: 127.0.0.1@5353\n"
    "      --time SECONDS      as if it were that time, in seconds since 1970\n"
    "      --trust-anchor FILE DNSSEC's root, instead of the system's\n"
    "      --zone FILE         take keys from a file instead of the DNS\n"
    "sign:\n"
    "      --domain DOMAIN     d=: who signs\n"
    "      --selector NAME     s=: under which name the key stands\n"
    "      --key FILE          the private key, PEM\n"
    "      --body-canonicalization FORM\n"
    "      --header-canonicalization FORM\n"
    "                          simple or relaxed; relaxed where not stated\n"
    "      --headers LIST      names with : between them; +Name covers one more than there is\n"
    "      --identity ADDRESS  i=\n"
    "      --lifetime TIME     x=: 7d, 12h; for ever where not stated\n"
    "      --time SECONDS      t=\n"
    "keygen:\n"
    "      --bits NUMBER       of an RSA key: 2048\n"
    "      --out FILE          where the key goes: DOMAIN.SELECTOR.key; never overwritten\n"
    "      --selector NAME     weir and the month where not stated: weir202611\n"
    "      --time SECONDS      the month of the name is that time's\n"
    "      --type TYPE         rsa or ed25519; rsa where not stated\n"
    "  -h, --help              this text\n"
    "\n"
    "Exit code: 0 every message has a signature that passes, or it was signed or made;\n"
    "1 a message has none; 2 wrong usage; 3 a message could not be read, or the DNS not asked.\n";

/* One run of `verify`. */
struct verifying {
    const struct dkim_arguments *arguments;
    struct crypto *crypto;
    struct resolver_choice dns;
    struct arena *arena; /* of one message */
    struct buf mail, out;
    bool is_missing, is_unread;
};

static void
write_foreign(struct buf *out, struct str text)
{
    (void)escape_terminal(out, text, 300);
}

static void
write_result(struct buf *out, const struct dkim_result *result)
{
    const struct signature *signature = &result->signature;

    buf_printf(out, "  %-9s  ", dkim_status_name(result->status));
    write_foreign(out, signature->domain.len ? signature->domain : STR("?"));
    buf_add_cstr(out, ", selector ");
    write_foreign(out, signature->selector.len ? signature->selector : STR("?"));
    if (signature->algorithm.len) {
        buf_add_cstr(out, ", ");
        write_foreign(out, signature->algorithm);
    }
    if (result->key_bits)
        buf_printf(out, ", key of %u bits", result->key_bits);
    if (result->is_key_secure)
        buf_add_cstr(out, ", DNSSEC");
    buf_add_char(out, '\n');
    if (result->reason.len) {
        buf_add_cstr(out, "             ");
        write_foreign(out, result->reason);
        buf_add_char(out, '\n');
    }
}

static void
write_text(struct buf *out, const char *path, const struct dkim_check *check)
{
    write_foreign(out, str_from_cstr(path));
    buf_printf(out, ": %s\n", dkim_status_name(dkim_check_overall(check)));
    for (uint32_t i = 0; i < dkim_check_count(check); i++)
        write_result(out, dkim_check_result(check, i));
    if (dkim_check_lost(check))
        buf_printf(out, "  %u more signatures were not looked at.\n", dkim_check_lost(check));
}

static void
write_json_time(struct json *json, const char *name, bool has_time, uint64_t time_s)
{
    if (has_time)
        json_integer(json, name, (int64_t)time_s);
    else
        json_null(json, name);
}

static void
write_json_result(struct json *json, const struct dkim_result *result)
{
    const struct signature *signature = &result->signature;
    struct str names = signature->headers, name;

    json_object(json, NULL);
    json_string(json, "result", str_from_cstr(dkim_status_name(result->status)));
    json_string_or_null(json, "reason", result->reason);
    json_string_or_null(json, "domain", signature->domain);
    json_string_or_null(json, "selector", signature->selector);
    json_string_or_null(json, "identity", signature->identity);
    json_string_or_null(json, "algorithm", signature->algorithm);
    json_integer(json, "key_bits", result->key_bits);
    json_bool(json, "key_secure", result->is_key_secure);
    json_bool(json, "testing", result->is_testing);
    json_bool(json, "partial", result->is_partial);
    write_json_time(json, "length", signature->length <= INT64_MAX, signature->length);
    json_integer(json, "body_length", (int64_t)result->body_length);
    write_json_time(json, "signed", signature->has_time, signature->time_s);
    write_json_time(json, "expires", signature->has_expiry, signature->expires_s);
    json_array(json, "headers");
    for (int i = 0; i < FIELDS_NAMES_MAX && tags_item(&names, ':', &name); i++)
        json_string(json, NULL, name);
    json_end(json);
    json_end(json);
}

static void
write_json(struct buf *out, const char *path, const struct dkim_check *check)
{
    struct json json;

    json_init(&json, out);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_string(&json, "message", str_from_cstr(path));
    json_string(&json, "result", str_from_cstr(dkim_status_name(dkim_check_overall(check))));
    json_array(&json, "signatures");
    for (uint32_t i = 0; i < dkim_check_count(check); i++)
        write_json_result(&json, dkim_check_result(check, i));
    json_end(&json);
    json_integer(&json, "lost", dkim_check_lost(check));
    json_end(&json);
    buf_add_char(out, '\n');
}

static void
count_result(struct verifying *verifying, const struct dkim_check *check)
{
    if (dkim_check_overall(check) != DKIM_PASS)
        verifying->is_missing = true;
    for (uint32_t i = 0; i < dkim_check_count(check); i++) {
        if (dkim_check_result(check, i)->status == DKIM_TEMPERROR)
            verifying->is_unread = true;
    }
}

/* False: there was no room to check it. */
static bool
verify_mail(struct verifying *verifying, const char *path)
{
    const struct dkim_arguments *arguments = verifying->arguments;
    struct dkim_options options = {.allow_old = arguments->allow_old};
    struct dkim_check *check;

    if (!dkim_check_message(verifying->crypto, &options, buf_str(&verifying->mail),
                            &verifying->dns.resolver, arguments->time_s, verifying->arena, &check))
        return false;
    count_result(verifying, check);
    if (arguments->json)
        write_json(&verifying->out, path, check);
    else
        write_text(&verifying->out, path, check);
    dkim_check_done(check);
    return true;
}

static void
verify_one(struct verifying *verifying, const char *path)
{
    struct err err;

    arena_reset(verifying->arena);
    buf_reset(&verifying->mail);
    buf_reset(&verifying->out);
    if (!mail_file_read(path, &verifying->mail, &err)) {
        mail_file_complain(err.text);
        verifying->is_unread = true;
        return;
    }
    if (!verify_mail(verifying, path)) {
        mail_file_complain("the header of a message is too large to be checked");
        verifying->is_unread = true;
    }
    if (!mail_file_print(buf_str(&verifying->out)))
        verifying->is_unread = true;
}

static int
verify(const struct dkim_arguments *arguments)
{
    struct verifying verifying = {.arguments = arguments};
    struct err err;

    if (!resolver_option_open(&arguments->resolver, &verifying.dns, &err)) {
        mail_file_complain(err.text);
        return CMD_USAGE;
    }
    verifying.crypto = crypto_new();
    verifying.arena = arena_new(ARENA_BYTES);
    buf_init(&verifying.mail, MAIL_FILE_BYTES_MAX);
    buf_init(&verifying.out, OUTPUT_BYTES_MAX);
    for (int i = 0; i < arguments->count; i++)
        verify_one(&verifying, arguments->names[i]);
    buf_done(&verifying.out);
    buf_done(&verifying.mail);
    arena_free(verifying.arena);
    crypto_free(verifying.crypto);
    resolver_option_close(&verifying.dns);
    if (verifying.is_unread)
        return CMD_UNREAD;
    return verifying.is_missing ? CMD_FOUND : CMD_NOTHING;
}

int
cmd_dkim(int argc, char **argv)
{
    static const struct dkim_action actions[] = {
        {"verify", verify, " allow-old json resolver time trust-anchor zone ", 1, INT_MAX},
        {"sign", dkim_sign,
         " body-canonicalization domain header-canonicalization headers identity key lifetime "
         "selector time ",
         1, 1},
        {"keygen", dkim_keygen, " bits out selector time type ", 1, 1},
    };

    return dkim_options_run(argc, argv, help, actions, sizeof(actions) / sizeof(actions[0]));
}
