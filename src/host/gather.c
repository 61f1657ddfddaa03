#include "host/gather.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "source/whole.h"

const char *
gather_cstr(struct str text, struct arena *arena)
{
    struct str copy = arena_printf(arena, STR_FMT "%c", STR_ARG(text), '\0');

    return copy.len ? copy.data : "";
}

static bool
whole_path(const struct gather *gather, const char *path, char ret_whole[PATH_MAX])
{
    return snprintf(ret_whole, PATH_MAX, "%s%s", gather->root, path) < PATH_MAX;
}

static void
note_unread(const struct gather *gather, const char *whole)
{
    struct gather_unread *unread = gather->unread;
    struct str path = str_from_cstr(whole + strlen(gather->root));

    if (!unread || errno == ENOENT || errno == ENOTDIR)
        return;
    for (uint32_t i = 0; i < unread->count && i < GATHER_UNREAD_MAX; i++) {
        if (str_eq(unread->paths[i], path))
            return;
    }
    if (unread->count < GATHER_UNREAD_MAX)
        unread->paths[unread->count] = arena_str(gather->arena, path);
    unread->count++;
}

bool
gather_exists(const struct gather *gather, const char *path)
{
    char whole[PATH_MAX];

    if (!whole_path(gather, path, whole))
        return false;
    if (access(whole, F_OK) == 0)
        return true;
    note_unread(gather, whole);
    return false;
}

bool
gather_file(const struct gather *gather, struct str path, struct str *ret_text, struct err *err)
{
    char whole[PATH_MAX];
    struct stat status;

    if (!whole_path(gather, gather_cstr(path, gather->arena), whole))
        return err_set(err, ERR_LIMIT, "a path is too long");
    /* A pipe in place of a configuration would keep us waiting. */
    if (stat(whole, &status) == 0 && !S_ISREG(status.st_mode)) {
        errno = EINVAL;
        note_unread(gather, whole);
        return err_set(err, ERR_SYSTEM, "%s is no regular file", whole);
    }
    if (whole_read(whole, GATHER_BYTES_MAX, gather->arena, ret_text, err))
        return true;
    note_unread(gather, whole);
    return false;
}

/* glob(3) hands no context on. */
static _Thread_local const struct gather *globbing;

static int
on_glob_error(const char *path, int error)
{
    errno = error;
    note_unread(globbing, path);
    return 0;
}

struct gather_paths
gather_glob(const struct gather *gather, const char *pattern)
{
    struct gather_paths paths = {NULL, 0};
    size_t root_len = strlen(gather->root);
    char whole[PATH_MAX];
    glob_t found;

    globbing = gather;
    if (!whole_path(gather, pattern, whole) || glob(whole, 0, on_glob_error, &found) != 0)
        return paths;
    paths.list = arena_array(gather->arena, found.gl_pathc, sizeof(*paths.list));
    for (size_t i = 0; paths.list && i < found.gl_pathc && i < GATHER_PATHS_MAX; i++) {
        struct str path = str_from_cstr(found.gl_pathv[i] + root_len);

        paths.list[paths.count++] = (struct str){gather_cstr(path, gather->arena), path.len};
    }
    globfree(&found);
    return paths;
}

/* --- programs --- */

static int64_t
now_ms(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static bool
start(const char *const argv[], int out, bool with_errors, pid_t *ret_child, struct err *err)
{
    static char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin", locale[] = "LC_ALL=C",
                home[] = "HOME=/";
    char *environment[] = {path, locale, home, NULL};
    char *arguments[32];
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none;
    int error, count = 0;

    for (; argv[count] && count < 31; count++) {
        /* posix_spawn takes them without const, and leaves them alone. */
        memcpy(&arguments[count], &argv[count], sizeof(char *));
    }
    arguments[count] = NULL;
    (void)sigemptyset(&none);
    (void)posix_spawn_file_actions_init(&actions);
    (void)posix_spawnattr_init(&attributes);
    error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (error == 0 && with_errors)
        error = posix_spawn_file_actions_adddup2(&actions, out, STDERR_FILENO);
    if (error == 0 && !with_errors)
        error = posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    if (error == 0)
        error = posix_spawn_file_actions_addchdir_np(&actions, "/");
    (void)posix_spawnattr_setpgroup(&attributes, 0);
    (void)posix_spawnattr_setsigmask(&attributes, &none);
    (void)posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    if (error == 0)
        error = posix_spawn(ret_child, argv[0], &actions, &attributes, arguments, environment);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)posix_spawnattr_destroy(&attributes);
    return error == 0 ||
           err_set(err, ERR_SYSTEM, "%s could not be run: %s", argv[0], strerror(error));
}

/* Until the program closes its output. */
static bool
collect(int in, int64_t until_ms, const char *program, struct buf *buf, struct err *err)
{
    char block[16 * 1024];

    for (;;) {
        int64_t left_ms = until_ms - now_ms();
        struct pollfd wait = {.fd = in, .events = POLLIN};
        ssize_t got;

        if (left_ms <= 0 || (poll(&wait, 1, (int)left_ms) == 0))
            return err_set(err, ERR_LIMIT, "%s took too long and was ended", program);
        got = read(in, block, sizeof(block));
        if (got < 0 && (errno == EINTR || errno == EAGAIN))
            continue;
        if (got < 0)
            return err_set(err, ERR_SYSTEM, "reading from %s: %s", program, strerror(errno));
        if (got == 0)
            return true;
        buf_add(buf, (struct str){block, (size_t)got});
        if (buf->is_over)
            return err_set(err, ERR_LIMIT, "%s printed more than %zu MiB and was ended", program,
                           GATHER_BYTES_MAX / 1024 / 1024);
    }
}

/* Waits for the end that must come; a program that closed its output but stays is ended. */
static int
reap(pid_t child, int64_t until_ms, bool *ret_ended)
{
    int status = 0;

    for (;;) {
        pid_t got = waitpid(child, &status, WNOHANG);

        if (got == child)
            break;
        if (got < 0 && errno != EINTR)
            return 255;
        if (now_ms() >= until_ms) {
            *ret_ended = true;
            (void)kill(-child, SIGKILL);
            while (waitpid(child, &status, 0) < 0 && errno == EINTR)
                continue;
            break;
        }
        (void)poll(NULL, 0, 2);
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool
gather_run(const char *const argv[], bool with_errors, unsigned seconds, struct arena *arena,
           struct gather_output *ret_output, struct err *err)
{
    int64_t until_ms = now_ms() + (int64_t)seconds * 1000;
    bool is_done, was_ended = false;
    int ends[2], code;
    struct buf buf;
    pid_t child;

    if (pipe2(ends, O_CLOEXEC) < 0)
        return err_set(err, ERR_SYSTEM, "no pipe to %s: %s", argv[0], strerror(errno));
    if (!start(argv, ends[1], with_errors, &child, err)) {
        (void)close(ends[0]);
        (void)close(ends[1]);
        return false;
    }
    (void)close(ends[1]);
    buf_init(&buf, GATHER_BYTES_MAX);
    is_done = collect(ends[0], until_ms, argv[0], &buf, err);
    (void)close(ends[0]);
    code = reap(child, is_done ? until_ms : 0, &was_ended);
    if (is_done && was_ended)
        is_done = err_set(err, ERR_LIMIT, "%s took too long and was ended", argv[0]);
    if (is_done) {
        ret_output->text = arena_str(arena, buf_str(&buf));
        ret_output->code = code;
        if (ret_output->text.len < buf.len)
            is_done = err_set(err, ERR_LIMIT, "not enough memory for what %s prints", argv[0]);
    }
    buf_done(&buf);
    return is_done;
}
