#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/prvs.h"
#include "base/buf.h"
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "mail/address.h"
#include "report/escape.h"
#include "source/whole.h"

#define ARENA_BYTES_MAX ((size_t)64 << 20)
#define OUTPUT_BYTES_MAX ((size_t)64 << 20)
#define KEY_FILE_BYTES_MAX ((size_t)64 * 1024)

struct arguments {
    const char *key_file;
    int key_number; /* -1: the first key's */
    int64_t now_s;
    char **addresses;
    int count;
};

/* One run of the command. */
struct session {
    const struct arguments *arguments;
    struct prvs_keys keys;
    struct arena *arena;
    struct buf out;
    bool has_failed;  /* an address could not be signed */
    bool has_refused; /* an address did not hold */
};

enum option_code {
    OPTION_KEY_FILE = 256,
    OPTION_KEY_NUMBER,
    OPTION_NOW,
};

static const struct option long_options[] = {
    {"key-file", required_argument, NULL, OPTION_KEY_FILE},
    {"key-number", required_argument, NULL, OPTION_KEY_NUMBER},
    {"now", required_argument, NULL, OPTION_NOW},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *
help(void)
{
    return "usage: weir prvs sign --key-file FILE [OPTION...] ADDRESS...\n"
           "       weir prvs check --key-file FILE [OPTION...] ADDRESS...\n"
           "\n"
           "Tags envelope senders, so that bounces of mail that this host sent can be told from\n"
           "those of forged mail; and checks such tags. Compatible with Exim's ${prvs} and\n"
           "${prvscheck}.\n"
           "\n"
           "      --key-file FILE    keys, one a line: a digit, a blank, the secret\n"
           "      --key-number N     sign: with the key of this number, not with the first one\n"
           "      --now TIME         as if it were this second since 1970\n"
           "  -h, --help             this text\n"
           "\n"
           "Exit code: 0 done, or every tag holds; 1 a tag does not hold; 2 wrong usage;\n"
           "3 an address cannot be signed, or the output not be written.\n";
}

static void
write_line(struct session *session, struct str text)
{
    (void)escape_terminal(&session->out, text, 0);
    buf_add_char(&session->out, '\n');
}

static void
sign(struct session *session, struct str address)
{
    const struct arguments *arguments = session->arguments;
    const struct prvs_key *key = &session->keys.list[0];
    struct str tagged;

    if (arguments->key_number >= 0)
        key = prvs_keys_find(&session->keys, (unsigned)arguments->key_number);
    if (prvs_sign(address, key, arguments->now_s, session->arena, &tagged)) {
        write_line(session, tagged);
        return;
    }
    fprintf(stderr, "weir: an address %s\n",
            prvs_is_tagged(address) ? "is tagged already" : "has no local part and domain");
    session->has_failed = true;
}

static void
check(struct session *session, struct str address)
{
    struct prvs_check found =
        prvs_check(address, &session->keys, session->arguments->now_s, session->arena);

    buf_printf(&session->out, "%s ", prvs_result_name(found.result));
    write_line(session, found.address);
    session->has_refused |= found.result != PRVS_VALID;
}

static bool
read_number(const char *text, uint64_t max, uint64_t *ret_number)
{
    return str_u64(str_from_cstr(text), ret_number) && *ret_number <= max;
}

static bool
read_arguments(int argc, char **argv, struct arguments *arguments, int *ret_exit)
{
    uint64_t number;
    int code;

    *ret_exit = CMD_USAGE;
    while ((code = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        switch (code) {
        case OPTION_KEY_FILE:
            arguments->key_file = optarg;
            break;
        case OPTION_KEY_NUMBER:
            if (!read_number(optarg, 9, &number)) {
                fprintf(stderr, "weir: --key-number is 0 to 9\n");
                return false;
            }
            arguments->key_number = (int)number;
            break;
        case OPTION_NOW:
            if (!read_number(optarg, INT32_MAX * UINT64_C(100), &number)) {
                fprintf(stderr, "weir: --now is a number of seconds since 1970\n");
                return false;
            }
            arguments->now_s = (int64_t)number;
            break;
        case 'h':
            printf("%s", help());
            *ret_exit = CMD_NOTHING;
            return false;
        default:
            return false;
        }
    }
    arguments->addresses = argv + optind;
    arguments->count = argc - optind;
    if (arguments->key_file && arguments->count)
        return true;
    fprintf(stderr, "weir: %s; `weir prvs --help` explains\n",
            arguments->key_file ? "no address is named" : "--key-file is missing");
    return false;
}

static int
run(struct session *session, void (*act)(struct session *session, struct str address))
{
    const struct arguments *arguments = session->arguments;
    struct str text;
    struct err err;

    if (!whole_read(arguments->key_file, KEY_FILE_BYTES_MAX, session->arena, &text, &err) ||
        !prvs_keys_read(text, &session->keys, &err)) {
        fprintf(stderr, "weir: reading '%s': %s\n", arguments->key_file, err.text);
        return CMD_USAGE;
    }
    if (arguments->key_number >= 0 &&
        !prvs_keys_find(&session->keys, (unsigned)arguments->key_number)) {
        fprintf(stderr, "weir: '%s' has no key %d\n", arguments->key_file, arguments->key_number);
        return CMD_USAGE;
    }
    for (int i = 0; i < arguments->count; i++)
        act(session, address_unbracket(str_from_cstr(arguments->addresses[i])));
    if (!terminal_print(buf_str(&session->out), &err)) {
        fprintf(stderr, "weir: %s\n", err.text);
        return CMD_UNREAD;
    }
    if (session->has_failed)
        return CMD_UNREAD;
    return session->has_refused ? CMD_FOUND : CMD_NOTHING;
}

int
cmd_prvs(int argc, char **argv)
{
    struct arguments arguments = {.key_number = -1, .now_s = time(NULL)};
    struct session session = {.arguments = &arguments};
    bool is_check;
    int code = CMD_USAGE;

    if (argc < 2) {
        fprintf(stderr, "%s", help());
        return CMD_USAGE;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        printf("%s", help());
        return CMD_NOTHING;
    }
    is_check = strcmp(argv[1], "check") == 0;
    if (!is_check && strcmp(argv[1], "sign") != 0) {
        fprintf(stderr, "weir: prvs has no action '%s': it is sign or check\n", argv[1]);
        return CMD_USAGE;
    }
    if (!read_arguments(argc - 1, argv + 1, &arguments, &code))
        return code;
    session.arena = arena_new(ARENA_BYTES_MAX);
    buf_init(&session.out, OUTPUT_BYTES_MAX);
    code = run(&session, is_check ? check : sign);
    buf_done(&session.out);
    arena_free(session.arena);
    return code;
}
