/*
 * mailbox - `weir mailbox password`: a strong password, and the text that Dovecot keeps of it.
 *
 * The password is printed once and kept nowhere; where it stood in memory is wiped.
 */

#include <crypt.h>
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "audit/passwd_line.h"
#include "audit/password_guess.h"
#include "audit/password_make.h"
#include "base/arena.h"
#include "base/civil.h"
#include "cmd/cmd.h"
#include "cmd/terminal.h"
#include "source/whole.h"

#define FILE_BYTES_MAX ((size_t)256 << 20)
#define PASSWORD_BYTES_MAX 72U /* what bcrypt looks at */
#define ADDRESS_BYTES_MAX 320U
#define COPIES_MAX 1000 /* of one second */

/* Those that Dovecot of Debian 12 verifies and libcrypt makes; the first is the usual one. */
static const struct scheme {
    const char *name, *prefix; /* in the file, and for crypt_gensalt */
    unsigned long rounds;
} schemes[] = {
    {"BLF-CRYPT", "$2y$", 10},
    {"SHA512-CRYPT", "$6$", 0},
    {"SHA256-CRYPT", "$5$", 0},
    {"CRYPT", "$y$", 0}, /* yescrypt */
};
#define SCHEME_COUNT (sizeof(schemes) / sizeof(schemes[0]))

struct arguments {
    const struct scheme *scheme;
    const char *address, *passwd_file; /* NULL: not given */
    bool words, from_stdin, help;
};

struct secret {
    char password[PASSWORD_BYTES_MAX + 2];
    char stored[CRYPT_OUTPUT_SIZE + 32];
    struct crypt_data crypt;
};

enum option_code {
    OPTION_SCHEME = 256,
    OPTION_PASSWD_FILE,
    OPTION_WORDS,
    OPTION_STDIN,
};

static const struct option long_options[] = {
    {"scheme", required_argument, NULL, OPTION_SCHEME},
    {"passwd-file", required_argument, NULL, OPTION_PASSWD_FILE},
    {"words", no_argument, NULL, OPTION_WORDS},
    {"stdin", no_argument, NULL, OPTION_STDIN},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *
help(void)
{
    return "usage: weir mailbox password [OPTION...] [ADDRESS]\n"
           "\n"
           "Makes a strong password, prints it once, and the text that Dovecot keeps of it.\n"
           "\n"
           "      --words             five made-up words instead of letters and digits\n"
           "      --stdin             take the password from standard input, a line, and do not\n"
           "                          print it\n"
           "      --scheme NAME       BLF-CRYPT (the usual), SHA512-CRYPT, SHA256-CRYPT, or CRYPT\n"
           "                          for yescrypt\n"
           "      --passwd-file FILE  put it into ADDRESS's line of this passwd-file; the file as\n"
           "                          it was is kept beside it\n"
           "  -h, --help              this text\n"
           "\n"
           "Exit code: 0 done, 2 wrong usage, 3 the file could not be changed: it is as it was.\n";
}

static int
fail(enum cmd_exit code, const struct err *err)
{
    terminal_complain("mailbox", str_from_cstr(err->text));
    return (int)code;
}

/* --- the password --- */

static bool
make_password(bool is_words, struct secret *secret, struct err *err)
{
    unsigned char random[PASSWORD_MAKE_RANDOM_BYTES];
    size_t len;

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return err_set(err, ERR_SYSTEM, "no random bytes: %s", strerror(errno));
    len = (is_words ? password_make_words : password_make_letters)(random, secret->password);
    secret->password[len] = '\0';
    explicit_bzero(random, sizeof(random));
    return true;
}

/* A terminal does not show what is typed. */
static bool
hide_typing(struct termios *ret_before)
{
    struct termios hidden;

    if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, ret_before) != 0)
        return false;
    hidden = *ret_before;
    hidden.c_lflag &= ~(tcflag_t)ECHO;
    fputs("Password: ", stderr);
    return tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) == 0;
}

/* Byte by byte: what stdio buffers would stay in memory. */
static bool
read_line(char *text, size_t capacity, size_t *ret_len)
{
    size_t len = 0;
    ssize_t got;
    char c;

    while ((got = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n') {
        if (len == capacity)
            return false;
        text[len++] = c;
    }
    *ret_len = len;
    return got >= 0;
}

static bool
read_password(struct secret *secret, struct err *err)
{
    struct termios before;
    bool is_hidden = hide_typing(&before);
    size_t len = 0;
    bool is_read = read_line(secret->password, PASSWORD_BYTES_MAX, &len);

    if (is_hidden) {
        (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
        fputc('\n', stderr);
    }
    if (!is_read)
        return err_set(err, ERR_LIMIT, "the password on standard input is longer than %u bytes",
                       PASSWORD_BYTES_MAX);
    if (len && secret->password[len - 1] == '\r')
        len--;
    secret->password[len] = '\0';
    if (len == 0)
        return err_set(err, ERR_SYNTAX, "there is no password on standard input");
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)secret->password[i] < ' ' || secret->password[i] == 127)
            return err_set(err, ERR_SYNTAX, "the password has a control character in it");
    }
    return true;
}

/* One that `weir audit` would guess is taken, and said. */
static void
warn_of_guessable(const struct arguments *arguments, const struct secret *secret)
{
    int year = civil_from_seconds((int64_t)time(NULL)).year;
    struct str name = arguments->address ? str_from_cstr(arguments->address) : STR_EMPTY;

    if (password_guess_has(name, str_from_cstr(secret->password), year))
        terminal_complain("mailbox", STR("this password is one that bots guess; without --stdin "
                                         "weir makes a better one"));
}

static bool
keep_password(const struct scheme *scheme, struct secret *secret, struct err *err)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE];
    const char *made;

    if (!crypt_gensalt_rn(scheme->prefix, scheme->rounds, NULL, 0, setting, sizeof(setting)))
        return err_set(err, ERR_SYSTEM, "libcrypt makes no %s: %s", scheme->name, strerror(errno));
    made = crypt_r(secret->password, setting, &secret->crypt);
    if (!made || made[0] == '*')
        return err_set(err, ERR_SYSTEM, "libcrypt makes no %s: %s", scheme->name, strerror(errno));
    (void)snprintf(secret->stored, sizeof(secret->stored), "{%s}%s", scheme->name, made);
    return true;
}

/* --- the passwd-file --- */

static bool
write_all(int fd, struct str text)
{
    while (text.len) {
        ssize_t written = write(fd, text.data, text.len);

        if (written <= 0)
            return false;
        text = str_from(text, (size_t)written);
    }
    return true;
}

/* A new file with that owner and mode from its first moment; on failure it is gone again. */
static bool
write_new(const char *path, const struct stat *like, struct str text, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    bool is_done;

    if (fd < 0)
        return err_set(err, ERR_SYSTEM, "creating '%s': %s", path, strerror(errno));
    is_done = fchown(fd, like->st_uid, like->st_gid) == 0 &&
              fchmod(fd, like->st_mode & 07777) == 0 && write_all(fd, text) && fsync(fd) == 0;
    if (!is_done) {
        (void)err_set(err, ERR_SYSTEM, "writing '%s': %s", path, strerror(errno));
        (void)unlink(path);
    }
    (void)close(fd);
    return is_done;
}

/* The file as it was, as "FILE.weir-2026-11-25T14:30:00Z", or with "-2" behind where that is. */
static bool
keep_copy(const char *path, const struct stat *status, struct str text, char ret_copy[PATH_MAX],
          struct err *err)
{
    char stamp[32];

    civil_write_utc((int64_t)time(NULL), stamp);
    for (int i = 1; i <= COPIES_MAX; i++) {
        int len = i == 1 ? snprintf(ret_copy, PATH_MAX, "%s.weir-%s", path, stamp)
                         : snprintf(ret_copy, PATH_MAX, "%s.weir-%s-%d", path, stamp, i);

        if (len < 0 || len >= PATH_MAX)
            return err_set(err, ERR_LIMIT, "'%s' is too long a path", path);
        if (access(ret_copy, F_OK) != 0)
            return write_new(ret_copy, status, text, err);
    }
    return err_set(err, ERR_LIMIT, "'%s' was changed too often within a second", path);
}

static bool
replace_file(const char *path, const struct stat *status, struct str before, struct str after,
             char ret_copy[PATH_MAX], struct err *err)
{
    char fresh[PATH_MAX];
    int len = snprintf(fresh, sizeof(fresh), "%s.weir-new-%d", path, (int)getpid());

    if (len < 0 || (size_t)len >= sizeof(fresh))
        return err_set(err, ERR_LIMIT, "'%s' is too long a path", path);
    if (!keep_copy(path, status, before, ret_copy, err) || !write_new(fresh, status, after, err))
        return false;
    if (rename(fresh, path) != 0) {
        (void)err_set(err, ERR_SYSTEM, "replacing '%s': %s", path, strerror(errno));
        (void)unlink(fresh);
        return false;
    }
    return true;
}

/* The line into the file; symbolic links are followed, so that they stay. */
static bool
change_file(const struct arguments *arguments, struct str stored, struct arena *arena,
            char ret_copy[PATH_MAX], struct err *err)
{
    char path[PATH_MAX];
    struct stat status;
    struct str text;
    struct buf out;
    enum passwd_line outcome;
    bool is_done = false;

    if (!realpath(arguments->passwd_file, path) || stat(path, &status) != 0)
        return err_set(err, ERR_SYSTEM, "'%s': %s", arguments->passwd_file, strerror(errno));
    if (!S_ISREG(status.st_mode))
        return err_set(err, ERR_SYNTAX, "'%s' is no ordinary file", arguments->passwd_file);
    if (!whole_read(path, FILE_BYTES_MAX, arena, &text, err))
        return false;
    buf_init(&out, FILE_BYTES_MAX);
    outcome = passwd_line_replace(text, str_from_cstr(arguments->address), stored, &out);
    if (outcome == PASSWD_LINE_ABSENT)
        (void)err_set(err, ERR_SYNTAX, "'%s' has no line of '%s'", arguments->passwd_file,
                      arguments->address);
    else if (outcome == PASSWD_LINE_TWICE)
        (void)err_set(err, ERR_SYNTAX, "'%s' has more than one line of '%s'",
                      arguments->passwd_file, arguments->address);
    else if (out.is_over)
        (void)err_set(err, ERR_LIMIT, "'%s' is too large", arguments->passwd_file);
    else
        is_done = replace_file(path, &status, text, buf_str(&out), ret_copy, err);
    if (out.data)
        explicit_bzero(out.data, out.capacity);
    buf_done(&out);
    return is_done;
}

/* --- what is printed --- */

static void
print_next(const struct arguments *arguments, const char *copy)
{
    const char *who = arguments->address ? arguments->address : "ADDRESS";

    if (arguments->passwd_file)
        printf("\nWritten to %s; as it was: %s\n", arguments->passwd_file, copy);
    puts("\nNext:");
    if (!arguments->passwd_file)
        puts("  - put the second line into the mailbox's password field, with its braces;");
    printf("  - end the sessions that are open with the old one: doveadm kick %s\n"
           "    and where Dovecot caches logins: doveadm auth cache flush %s\n"
           "  - enter the new one in mail programs, phones, scanners and scripts that send;\n"
           "  - if the old one was stolen: see what it sent with weir trace, and look for\n"
           "    forwarding rules and filters (sieve) that are not the owner's.\n",
           who, who);
}

static int
run(const struct arguments *arguments, struct secret *secret, struct arena *arena)
{
    char copy[PATH_MAX] = "";
    struct err err;

    if (!(arguments->from_stdin ? read_password(secret, &err)
                                : make_password(arguments->words, secret, &err)) ||
        !keep_password(arguments->scheme, secret, &err))
        return fail(CMD_USAGE, &err);
    if (arguments->passwd_file &&
        !change_file(arguments, str_from_cstr(secret->stored), arena, copy, &err))
        return fail(CMD_UNREAD, &err);
    if (arguments->from_stdin)
        warn_of_guessable(arguments, secret);
    else
        printf("Password  %s\n", secret->password);
    printf("Kept as   %s\n", secret->stored);
    print_next(arguments, copy);
    if (fflush(stdout) != 0) {
        (void)err_set(&err, ERR_SYSTEM, "writing the output: %s", strerror(errno));
        return fail(CMD_UNREAD, &err);
    }
    return CMD_NOTHING;
}

/* --- arguments --- */

static bool
set_scheme(const char *name, struct arguments *ret, struct err *err)
{
    for (size_t i = 0; i < SCHEME_COUNT; i++) {
        if (str_eq_nocase(str_from_cstr(name), str_from_cstr(schemes[i].name))) {
            ret->scheme = &schemes[i];
            return true;
        }
    }
    return err_set(err, ERR_SYNTAX, "--scheme: there is no '%s'; see weir mailbox --help", name);
}

static bool
check(const struct arguments *arguments, struct err *err)
{
    struct str address = arguments->address ? str_from_cstr(arguments->address) : STR_EMPTY;

    if (arguments->passwd_file && !arguments->address)
        return err_set(err, ERR_SYNTAX, "--passwd-file: whose line? name the mailbox");
    if (arguments->words && arguments->from_stdin)
        return err_set(err, ERR_SYNTAX, "--words and --stdin exclude each other");
    if (address.len > ADDRESS_BYTES_MAX || str_index_any(address, STR(":\n\r \t")) < address.len ||
        (address.len && address.data[0] == '#'))
        return err_set(err, ERR_SYNTAX, "this is no name of a mailbox");
    return true;
}

static bool
read_arguments(int argc, char **argv, struct arguments *ret, struct err *err)
{
    int code;

    opterr = 0;
    optind = 0; /* GNU getopt begins anew */
    while ((code = getopt_long(argc, argv, ":h", long_options, NULL)) != -1) {
        switch (code) {
        case OPTION_SCHEME:
            if (!set_scheme(optarg, ret, err))
                return false;
            break;
        case OPTION_PASSWD_FILE:
            ret->passwd_file = optarg;
            break;
        case OPTION_WORDS:
            ret->words = true;
            break;
        case OPTION_STDIN:
            ret->from_stdin = true;
            break;
        case 'h':
            ret->help = true;
            break;
        default:
            return err_set(err, ERR_SYNTAX, "%s%s; see weir mailbox --help", argv[optind - 1],
                           code == ':' ? " needs a value" : " is no option");
        }
    }
    if (argc - optind > 1)
        return err_set(err, ERR_SYNTAX, "one mailbox at a time; see weir mailbox --help");
    ret->address = optind < argc ? argv[optind] : NULL;
    return check(ret, err);
}

int
cmd_mailbox(int argc, char **argv)
{
    struct arguments arguments = {.scheme = &schemes[0]};
    struct secret *secret;
    struct arena *arena;
    struct err err;
    int code;

    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(help(), stdout);
        return CMD_NOTHING;
    }
    if (argc < 2 || strcmp(argv[1], "password") != 0) {
        fputs(help(), stderr);
        return CMD_USAGE;
    }
    if (!read_arguments(argc - 1, argv + 1, &arguments, &err))
        return fail(CMD_USAGE, &err);
    if (arguments.help) {
        fputs(help(), stdout);
        return CMD_NOTHING;
    }
    secret = calloc(1, sizeof(*secret));
    if (!secret)
        abort();
    arena = arena_new(2 * FILE_BYTES_MAX);
    code = run(&arguments, secret, arena);
    arena_free(arena);
    explicit_bzero(secret, sizeof(*secret));
    free(secret);
    return code;
}
