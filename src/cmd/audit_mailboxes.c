/*
 * audit_mailboxes - the part of `weir audit` that looks at passwords and logins.
 *
 * Buffers that held lines of a store are wiped; what comes out are findings, see
 * audit/mailbox_findings.h.
 */

#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "audit/login_watch.h"
#include "audit/mailbox_findings.h"
#include "audit/mailbox_places.h"
#include "base/civil.h"
#include "cmd/audit_guess.h"
#include "cmd/audit_run.h"
#include "source/file.h"

#define GUESS_SECONDS 60U
#define BUFFER_BYTES ((size_t)1 << 18)
#define HEAD_BYTES ((size_t)1 << 16)
#define SETTINGS_BYTES_MAX ((size_t)1 << 20)

extern char **environ;

/* --- one list --- */

static void
tell_unread(struct audit_run *run, struct str path, struct str title, struct str why)
{
    audit_unknown(&run->audit, AUDIT_MAILBOX, "mailbox-list", path, title, why);
}

static void
tell_form(struct audit_run *run, struct str path, enum mailbox_form form)
{
    if (form == MAILBOX_FORM_SQLITE)
        tell_unread(run, path, STR("This is a database of SQLite."),
                    STR("weir reads its dump: sqlite3 FILE .dump"));
    else if (form == MAILBOX_FORM_BINARY)
        tell_unread(run, path, STR("This is no text, but a database such as sasldb2."),
                    STR("weir reads passwd-files, shadow files and dumps of SQL; sasldb2 keeps "
                        "plain text: move its users to a passwd-file of Dovecot"));
    else
        tell_unread(run, path, STR("This is no list of mailboxes."),
                    STR("weir reads passwd-files, shadow files, user:password and dumps of SQL"));
}

/* Anybody on this machine may read it. */
static void
tell_mode(struct audit_run *run, struct str path)
{
    struct stat status;
    struct audit_finding *finding;

    if (stat(path.data, &status) != 0 || !S_ISREG(status.st_mode) || !(status.st_mode & S_IROTH))
        return;
    finding = audit_add(
        &run->audit,
        (struct audit_finding){
            .area = AUDIT_MAILBOX,
            .check = "mailbox-file",
            .outcome = AUDIT_WEAK,
            .subject = path,
            .title = STR("Every user of this machine can read the file."),
            .place = path,
            .seen = arena_printf(run->arena, "mode %04o", (unsigned)(status.st_mode & 07777)),
            .why = STR("A site that was broken into gets all passwords to guess at leisure."),
        });
    audit_fix(&run->audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                 .value = STR("Take the right to read away from others: chmod "
                                              "o-rwx; Dovecot's auth process reads it as root "
                                              "or by its group.")});
}

/* Feeds the whole file; false: it could not be read to its end. */
static bool
feed(struct file *file, struct mailbox_list *list, char *buffer, size_t len, struct err *err)
{
    while (len) {
        mailbox_list_feed(list, (struct str){buffer, len});
        if (!file_read(file, buffer, BUFFER_BYTES, &len, err))
            return false;
    }
    mailbox_list_finish(list);
    return true;
}

/* Up to HEAD_BYTES of the beginning. */
static bool
read_head(struct file *file, char *buffer, size_t *ret_len, struct err *err)
{
    size_t len = 0, more;

    do {
        if (!file_read(file, buffer + len, HEAD_BYTES - len, &more, err))
            return false;
        len += more;
    } while (more && len < HEAD_BYTES);
    *ret_len = len;
    return true;
}

static void
read_open(struct audit_run *run, struct mailbox_store *store, struct str path, struct str usual,
          struct file *file, char *buffer)
{
    struct mailbox_list *list;
    enum mailbox_form form;
    struct err err;
    size_t len;

    if (!read_head(file, buffer, &len, &err)) {
        tell_unread(run, path, STR("The file could not be read."), str_from_cstr(err.text));
        return;
    }
    if (len == 0) {
        audit_fine(&run->audit, AUDIT_MAILBOX, "mailbox-list", path, STR("The file is empty."),
                   STR_EMPTY);
        return;
    }
    form = mailbox_list_detect((struct str){buffer, len});
    if (form == MAILBOX_FORM_NONE || form == MAILBOX_FORM_SQLITE || form == MAILBOX_FORM_BINARY) {
        tell_form(run, path, form);
        return;
    }
    if (!mailbox_store_begin(store, path, usual, form == MAILBOX_FORM_LINES)) {
        tell_unread(run, path, STR("These are too many files at once."),
                    STR("weir reads 256 of them"));
        return;
    }
    list = mailbox_list_new(form, mailbox_store_take, store);
    if (!feed(file, list, buffer, len, &err))
        tell_unread(run, path, STR("The file could not be read to its end."),
                    str_from_cstr(err.text));
    if (mailbox_list_lost(list))
        tell_unread(run, path, STR("Some lines are too long for a list of mailboxes."),
                    arena_printf(run->arena, "%llu were passed over",
                                 (unsigned long long)mailbox_list_lost(list)));
    mailbox_list_free(list);
}

/* `path` has a NUL behind it. */
static void
read_list(struct audit_run *run, struct mailbox_store *store, struct str path, struct str usual)
{
    char *buffer;
    struct file *file;
    struct err err;

    if (!file_open(path.data, &file, &err)) {
        tell_unread(run, path, STR("The file could not be opened."), str_from_cstr(err.text));
        return;
    }
    buffer = malloc(BUFFER_BYTES);
    if (!buffer)
        abort();
    read_open(run, store, path, usual, file, buffer);
    tell_mode(run, path);
    explicit_bzero(buffer, BUFFER_BYTES);
    free(buffer);
    file_close(file);
}

/* --- this machine's --- */

/* What `doveconf -n` prints; empty: it is not here, or fails. */
static struct str
read_dovecot(struct arena *arena)
{
    char name[] = "doveconf", option[] = "-n";
    char *const arguments[] = {name, option, NULL};
    posix_spawn_file_actions_t actions;
    char *text = arena_array(arena, SETTINGS_BYTES_MAX, 1);
    size_t len = 0;
    int ends[2], status;
    pid_t child;

    if (!text || pipe(ends) != 0)
        return STR_EMPTY;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    status = posix_spawnp(&child, name, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (status == 0) {
        ssize_t got;

        while (len < SETTINGS_BYTES_MAX &&
               (got = read(ends[0], text + len, SETTINGS_BYTES_MAX - len)) > 0)
            len += (size_t)got;
    }
    close(ends[0]);
    if (status != 0 || waitpid(child, &status, 0) != child || status != 0)
        return STR_EMPTY;
    return (struct str){text, len};
}

static void
read_pattern(struct audit_run *run, struct mailbox_store *store, struct mailbox_place place)
{
    struct str pattern = arena_printf(run->arena, STR_FMT "%c", STR_ARG(place.path), '\0');
    glob_t found;

    if (pattern.len == 0 || glob(pattern.data, 0, NULL, &found) != 0) {
        tell_unread(run, place.path, STR("Dovecot's list of mailboxes is not there."),
                    STR("doveconf names it"));
        return;
    }
    for (size_t i = 0; i < found.gl_pathc; i++) {
        struct str path = arena_printf(run->arena, "%s%c", found.gl_pathv[i], '\0');

        if (path.len)
            read_list(run, store, str_first(path, path.len - 1), place.scheme);
    }
    globfree(&found);
}

static void
read_own(struct audit_run *run, struct mailbox_store *store)
{
    const char *root = run->options->root ? run->options->root : "";
    struct mailbox_places places = {.count = 0};
    struct str shadow = arena_printf(run->arena, "%s/etc/shadow%c", root, '\0');

    if (!run->options->root)
        places = mailbox_places_read(read_dovecot(run->arena), run->arena);
    for (uint32_t i = 0; i < places.count; i++) {
        struct mailbox_place place = places.list[i];

        if (place.kind == MAILBOX_PLACE_FILE)
            read_pattern(run, store, place);
        else if (place.kind == MAILBOX_PLACE_OTHER)
            tell_unread(run, place.driver, STR("Dovecot's passwords are not in a file."),
                        STR("dump the table of mailboxes, and name the dump with --mailboxes"));
    }
    if (shadow.len && access(shadow.data, F_OK) == 0)
        read_list(run, store, str_first(shadow, shadow.len - 1), STR_EMPTY);
}

/* --- */

static int
year_of(int64_t seconds)
{
    return civil_from_seconds(seconds).year;
}

bool
audit_mailboxes(struct audit_run *run, struct err *err)
{
    const struct audit_options *options = run->options;
    struct mailbox_facts facts = {
        .now_s = run->now_s,
        .was_guessed = !options->no_guessing,
        .seconds = options->guess_seconds ? options->guess_seconds : GUESS_SECONDS,
    };
    struct mailbox_store store;

    (void)err;
    if (options->mailboxes.count || run->is_host) {
        mailbox_store_init(&store);
        for (uint32_t i = 0; i < options->mailboxes.count; i++)
            read_list(run, &store, str_from_cstr(options->mailboxes.items[i]), STR_EMPTY);
        if (options->mailboxes.count == 0)
            read_own(run, &store);
        mailbox_store_pair(&store);
        if (facts.was_guessed && store.count)
            facts.is_time_up = !audit_guess(&store, year_of(run->now_s), facts.seconds);
        mailbox_findings_add(&run->audit, &store, &facts);
        mailbox_store_done(&store);
    }
    login_watch_findings(run->logins, &run->audit);
    return true;
}
