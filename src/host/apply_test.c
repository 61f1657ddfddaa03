/* How each server tests its configuration, and how it reads it again. */

#include "host/apply_parts.h"
#include "host/gather.h"

#define TEST_SECONDS 60u
#define QUOTE_MAX 300u

/* `%` stands for the file that was changed; `@` for the version of PHP in its path. */
static const struct test {
    enum audit_program program;
    const char *path; /* a piece of the path; NULL: any */
    const char *program_path;
    const char *arguments[6];
    const char *complaint; /* printed where it fails although the exit code is 0 */
} tests[] = {
    {AUDIT_PROGRAM_POSTFIX,
     NULL,
     "/usr/sbin/postconf",
     {"-x", "mail_version", "smtpd_relay_restrictions"},
     "fatal:"},
    {AUDIT_PROGRAM_POSTFIX, NULL, "/usr/sbin/postfix", {"check"}, "fatal:"},
    /* Debian makes the configuration of several files: made elsewhere, it is tested there. */
    {AUDIT_PROGRAM_EXIM,
     "localmacros",
     "/usr/sbin/update-exim4.conf",
     {"-o", "/run/weir-exim4.conf"},
     NULL},
    {AUDIT_PROGRAM_EXIM,
     "localmacros",
     "/usr/sbin/exim4",
     {"-C", "/run/weir-exim4.conf", "-bV"},
     NULL},
    {AUDIT_PROGRAM_EXIM, NULL, "/usr/sbin/exim4", {"-bV"}, NULL},
    {AUDIT_PROGRAM_EXIM, NULL, "/usr/sbin/exim", {"-bV"}, NULL},
    {AUDIT_PROGRAM_OPENSMTPD, NULL, "/usr/sbin/smtpd", {"-n", "-f", "%"}, NULL},
    {AUDIT_PROGRAM_DOVECOT, NULL, "/usr/bin/doveconf", {"-n"}, NULL},
    {AUDIT_PROGRAM_PHP, "/fpm/", "/usr/sbin/php-fpm@", {"-t"}, NULL},
    {AUDIT_PROGRAM_PHP, "/php.ini", "/usr/bin/php@", {"-c", "%", "-v"}, "syntax error"},
    {AUDIT_PROGRAM_NFTABLES, NULL, "/usr/sbin/nft", {"-c", "-f", "%"}, NULL},
};

/* Which of the ways that a server knows is there; the first whose program is. */
static const struct reload {
    enum audit_program program;
    const char *path, *program_path;
    const char *arguments[3];
} reloads[] = {
    {AUDIT_PROGRAM_POSTFIX, NULL, "/usr/sbin/postfix", {"reload"}},
    {AUDIT_PROGRAM_EXIM, NULL, "/usr/bin/systemctl", {"reload", "exim4"}},
    {AUDIT_PROGRAM_OPENSMTPD, NULL, "/usr/bin/systemctl", {"restart", "opensmtpd"}},
    {AUDIT_PROGRAM_DOVECOT, NULL, "/usr/bin/doveadm", {"reload"}},
    {AUDIT_PROGRAM_PHP, "/fpm/", "/usr/bin/systemctl", {"reload", "php@-fpm"}},
    {AUDIT_PROGRAM_PHP, "/apache2/", "/usr/bin/systemctl", {"reload", "apache2"}},
    {AUDIT_PROGRAM_NFTABLES, NULL, "/usr/sbin/nft", {"-f", "%"}},
};

/* "8.2" of "/etc/php/8.2/fpm/php.ini". */
static struct str
php_version(struct str path)
{
    if (!str_skip(&path, STR("/etc/php/")))
        return STR_EMPTY;
    return str_cut(&path, '/');
}

static const char *
fill(const char *pattern, const struct change *change, struct arena *arena)
{
    struct str text = str_from_cstr(pattern), before;

    if (strcmp(pattern, "%") == 0)
        return gather_cstr(change->path, arena);
    before = str_cut(&text, '@');
    if (before.len == strlen(pattern))
        return pattern;
    return gather_cstr(arena_printf(arena, STR_FMT STR_FMT STR_FMT, STR_ARG(before),
                                    STR_ARG(php_version(change->path)), STR_ARG(text)),
                       arena);
}

static bool
is_meant(enum audit_program program, const char *piece, const struct change *change)
{
    return program == change->program && (!piece || str_has(change->path, str_from_cstr(piece)));
}

/* Postfix speaks to terminals and to its log only. */
static bool
refuse(const char *program, const struct gather_output *output, struct err *err)
{
    struct str text = str_first(str_trim(output->text), QUOTE_MAX);

    if (text.len == 0)
        return err_set(err, ERR_SYNTAX, "%s ended with code %d; its log says why", program,
                       output->code);
    return err_set(err, ERR_SYNTAX, "%s says: " STR_FMT, program, STR_ARG(text));
}

static bool
run_test(const struct test *test, const struct change *change, struct arena *arena, struct err *err)
{
    const char *argv[8] = {fill(test->program_path, change, arena)};
    struct gather_output output;
    int count = 1;

    for (; count < 7 && test->arguments[count - 1]; count++)
        argv[count] = fill(test->arguments[count - 1], change, arena);
    if (!gather_run(argv, true, TEST_SECONDS, arena, &output, err))
        return false;
    if (output.code == 0 &&
        (!test->complaint || !str_has(output.text, str_from_cstr(test->complaint))))
        return true;
    return refuse(argv[0], &output, err);
}

bool
apply_test(const struct change *change, struct arena *arena, struct err *err)
{
    struct gather here = {.root = "", .arena = arena};
    bool is_tested = false;

    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        if (!is_meant(tests[i].program, tests[i].path, change) ||
            !gather_exists(&here, fill(tests[i].program_path, change, arena)))
            continue;
        if (!run_test(&tests[i], change, arena, err))
            return false;
        is_tested = true;
    }
    return is_tested || err_set(err, ERR_SYSTEM, "there is no program here that tests " STR_FMT,
                                STR_ARG(change->path));
}

static const struct reload *
find_reload(const struct change *change, struct arena *arena)
{
    struct gather here = {.root = "", .arena = arena};

    for (size_t i = 0; i < sizeof(reloads) / sizeof(reloads[0]); i++) {
        if (is_meant(reloads[i].program, reloads[i].path, change) &&
            gather_exists(&here, reloads[i].program_path))
            return &reloads[i];
    }
    return NULL;
}

struct str
apply_reload_command(const struct change *change, struct arena *arena)
{
    const struct reload *reload = find_reload(change, arena);

    if (!reload)
        return STR_EMPTY;
    return arena_printf(arena, "%s %s%s%s", reload->program_path,
                        fill(reload->arguments[0], change, arena), reload->arguments[1] ? " " : "",
                        reload->arguments[1] ? fill(reload->arguments[1], change, arena) : "");
}

bool
apply_reload(const struct change *change, struct arena *arena, struct err *err)
{
    const struct reload *reload = find_reload(change, arena);
    const char *argv[4] = {NULL};
    struct gather_output output;

    if (!reload)
        return err_set(err, ERR_SYSTEM, "weir knows no command here that makes it read " STR_FMT,
                       STR_ARG(change->path));
    argv[0] = reload->program_path;
    for (int i = 0; i < 2 && reload->arguments[i]; i++)
        argv[i + 1] = fill(reload->arguments[i], change, arena);
    if (!gather_run(argv, true, TEST_SECONDS, arena, &output, err))
        return false;
    if (output.code == 0)
        return true;
    return refuse(argv[0], &output, err);
}
