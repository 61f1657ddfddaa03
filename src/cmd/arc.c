#include <limits.h>
#include <stdio.h>

#include "auth/arc_seal.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "cmd/dkim_parts.h"
#include "cmd/mail_file.h"
#include "report/escape.h"

#define ARENA_BYTES ((size_t)64 * 1024 * 1024)
#define OUTPUT_BYTES_MAX ((size_t)16 * 1024 * 1024)

static const char help[] =
    "usage: weir arc verify [OPTION...] MESSAGE...\n"
    "       weir arc seal --domain DOMAIN --selector SELECTOR --key FILE --server NAME\n"
    "                     [OPTION...] MESSAGE\n"
    "\n"
    "Checks the chain of those who passed a mail on, and adds a set to it.\n"
    "A MESSAGE is a file, or - for standard input.\n"
    "\n"
    "      --json              verify: one JSON object a line for each message, see weir-arc(1)\n"
    "      --resolver ADDRESS  ask this server: 127.0.0.1@5353\n"
    "      --trust-anchor FILE DNSSEC's root, instead of the system's\n"
    "      --zone FILE         take keys from a file instead of the DNS\n"
    "seal:\n"
    "      --domain DOMAIN     d=: who seals\n"
    "      --selector NAME     s=: under which name the key stands\n"
    "      --key FILE          the private key, PEM\n"
    "      --server NAME       this host's name in Authentication-Results\n"
    "      --headers LIST      names with : between them\n"
    "      --time SECONDS      t=, in seconds since 1970\n"
    "  -h, --help              this text\n"
    "\n"
    "Exit code: 0 every chain passes, or the message was sealed; 1 a message has no chain, or\n"
    "one that fails; 2 wrong usage; 3 a message could not be read, or the DNS not asked.\n";

/* One run. */
struct run {
    const struct dkim_arguments *arguments;
    struct crypto *crypto;
    struct resolver_choice dns;
    struct arena *arena; /* of one message */
    struct buf mail, out;
    bool is_missing, is_unread;
};

static void
write_text(struct buf *out, const char *path, const struct arc_check *check)
{
    const struct arc_result *result = arc_check_result(check);

    (void)escape_terminal(out, str_from_cstr(path), 300);
    buf_printf(out, ": %s\n", arc_status_name(result->status));
    if (result->reason.len) {
        buf_add_cstr(out, "  ");
        (void)escape_terminal(out, result->reason, 300);
        buf_add_char(out, '\n');
    }
    for (uint32_t i = 0; i < result->set_count; i++) {
        const struct arc_set *set = arc_check_set(check, i);

        buf_printf(out, "  %2u  ", i + 1);
        (void)escape_terminal(out, set->seal.domain.len ? set->seal.domain : STR("?"), 80);
        buf_add_cstr(out, ": ");
        (void)escape_terminal(out, str_trim(set->results), 500);
        buf_add_char(out, '\n');
    }
}

static void
write_json_set(struct json *json, const struct arc_set *set, struct arena *arena)
{
    json_object(json, NULL);
    json_string_or_null(json, "domain", set->seal.domain);
    json_string_or_null(json, "selector", set->seal.selector);
    json_string_or_null(json, "chain", set->seal.chain);
    json_string_or_null(json, "message_domain", set->message.domain);
    json_string_or_null(json, "message_selector", set->message.selector);
    json_string_or_null(json, "results", header_unfold(set->results, arena));
    json_end(json);
}

static void
write_json(struct buf *out, const char *path, const struct arc_check *check, struct arena *arena)
{
    const struct arc_result *result = arc_check_result(check);
    struct json json;

    json_init(&json, out);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_string(&json, "message", str_from_cstr(path));
    json_string(&json, "result", str_from_cstr(arc_status_name(result->status)));
    json_string_or_null(&json, "reason", result->reason);
    json_bool(&json, "temporary", result->is_temporary);
    json_array(&json, "sets");
    for (uint32_t i = 0; i < result->set_count; i++)
        write_json_set(&json, arc_check_set(check, i), arena);
    json_end(&json);
    json_end(&json);
    buf_add_char(out, '\n');
}

/* Reads and checks one message; NULL: it was said why not. */
static struct arc_check *
check_one(struct run *run, const char *path, bool is_to_be_sealed)
{
    struct arc_check *check;
    struct err err;

    arena_reset(run->arena);
    buf_reset(&run->mail);
    buf_reset(&run->out);
    if (!mail_file_read(path, &run->mail, &err)) {
        mail_file_complain(err.text);
        return NULL;
    }
    if (!arc_check_new(run->crypto, buf_str(&run->mail), is_to_be_sealed, run->arena, &check)) {
        mail_file_complain("the header of a message is too large to be checked");
        return NULL;
    }
    arc_check_body(check, arc_check_rest(check));
    arc_check_end(check);
    (void)arc_check_look(check, &run->dns.resolver);
    return check;
}

static void
verify_one(struct run *run, const char *path)
{
    struct arc_check *check = check_one(run, path, false);

    if (!check) {
        run->is_unread = true;
        return;
    }
    run->is_missing |= arc_check_result(check)->status != ARC_PASS;
    run->is_unread |= arc_check_result(check)->is_temporary;
    if (run->arguments->json)
        write_json(&run->out, path, check, run->arena);
    else
        write_text(&run->out, path, check);
    arc_check_done(check);
    run->is_unread |= !mail_file_print(buf_str(&run->out));
}

static bool
open_run(struct run *run, const struct dkim_arguments *arguments)
{
    struct err err;

    *run = (struct run){.arguments = arguments};
    if (!resolver_option_open(&arguments->resolver, &run->dns, &err)) {
        mail_file_complain(err.text);
        return false;
    }
    run->crypto = crypto_new();
    run->arena = arena_new(ARENA_BYTES);
    buf_init(&run->mail, MAIL_FILE_BYTES_MAX);
    buf_init(&run->out, OUTPUT_BYTES_MAX);
    return true;
}

static int
close_run(struct run *run)
{
    buf_done(&run->out);
    buf_done(&run->mail);
    arena_free(run->arena);
    crypto_free(run->crypto);
    resolver_option_close(&run->dns);
    if (run->is_unread)
        return CMD_UNREAD;
    return run->is_missing ? CMD_FOUND : CMD_NOTHING;
}

static int
verify(const struct dkim_arguments *arguments)
{
    struct run run;

    if (!open_run(&run, arguments))
        return CMD_USAGE;
    for (int i = 0; i < arguments->count; i++)
        verify_one(&run, arguments->names[i]);
    return close_run(&run);
}

/* A chain whose keys the DNS could not give is not sealed as if it were broken. */
static bool
seal_one(struct run *run, struct crypto_private *key)
{
    const struct dkim_arguments *arguments = run->arguments;
    struct arc_check *check = check_one(run, arguments->names[0], true);
    struct str mail = buf_str(&run->mail), separator;
    struct arc_seal_options options = {
        .domain = str_from_cstr(arguments->domain),
        .selector = str_from_cstr(arguments->selector),
        .server = str_from_cstr(arguments->server),
        .headers = arguments->headers ? str_from_cstr(arguments->headers) : STR_EMPTY,
        .time_s = arguments->time_s,
        .line_end = mail_file_line_end(mail),
    };
    bool is_over = false, is_sealed;
    struct err err;

    if (!check)
        return false;
    if (arc_check_result(check)->is_temporary)
        is_sealed = err_set(&err, ERR_SYSTEM, "the chain cannot be checked now: " STR_FMT,
                            STR_ARG(arc_check_result(check)->reason));
    else
        is_sealed = arc_seal_write(run->crypto, key, &options, check, run->arena, &run->out,
                                   &is_over, &err);
    if (!is_sealed)
        mail_file_complain(err.text);
    if (is_over)
        mail_file_complain("the chain is over: no set is added");
    separator = mail_file_cut_separator(&mail);
    arc_check_done(check);
    return is_sealed && mail_file_print(separator) && mail_file_print(buf_str(&run->out)) &&
           mail_file_print(mail);
}

static int
seal(const struct dkim_arguments *arguments)
{
    struct crypto_private *key;
    struct run run;

    if (!arguments->domain || !arguments->selector || !arguments->key || !arguments->server) {
        mail_file_complain("seal: --domain, --selector, --key and --server are needed");
        return CMD_USAGE;
    }
    if (!dkim_read_key(arguments->key, &key))
        return CMD_USAGE;
    if (!open_run(&run, arguments)) {
        crypto_private_free(key);
        return CMD_USAGE;
    }
    run.is_unread = !seal_one(&run, key);
    crypto_private_free(key);
    return close_run(&run);
}

int
cmd_arc(int argc, char **argv)
{
    static const struct dkim_action actions[] = {
        {"verify", verify, " json resolver trust-anchor zone ", 1, INT_MAX},
        {"seal", seal, " domain headers key resolver selector server time trust-anchor zone ", 1,
         1},
    };

    return dkim_options_run(argc, argv, help, actions, sizeof(actions) / sizeof(actions[0]));
}
