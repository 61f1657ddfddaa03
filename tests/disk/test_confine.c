/*
 * Each row is something that a process tries after it has confined itself, in a child of
 * its own. Add a row for what must be denied, or must still work.
 */

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "disk/confine.h"
#include "room.h"

#if defined(__x86_64__) || defined(__aarch64__)
#define HAS_FILTER 1
#else
#define HAS_FILTER 0
#endif

#define DENIED 10
#define ALLOWED 11
#define NOT_CONFINED 12

static int descriptor; /* of a file that was open before */

static bool
try_open(void)
{
    return open("/etc/passwd", O_RDONLY) >= 0;
}

static bool
try_create(void)
{
    return open("/tmp/weir-confined", O_WRONLY | O_CREAT, 0600) >= 0;
}

static bool
try_unlink(void)
{
    return unlink(room_file("file")) == 0;
}

static bool
try_connect(void)
{
    return socket(AF_INET, SOCK_STREAM, 0) >= 0;
}

static bool
try_local_socket(void)
{
    return socket(AF_UNIX, SOCK_STREAM, 0) >= 0;
}

static bool
try_fork(void)
{
    return syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, NULL) >= 0;
}

static bool
try_execute(void)
{
    char word[] = "true";
    char *words[] = {word, NULL};

    return execv("/bin/true", words) == 0;
}

static bool
try_kill(void)
{
    return kill(getppid(), 0) == 0;
}

static bool
try_trace(void)
{
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static bool
try_root(void)
{
    return setuid(0) == 0 && geteuid() == 0;
}

static bool
try_more_time(void)
{
    struct rlimit limit = {.rlim_cur = RLIM_INFINITY, .rlim_max = RLIM_INFINITY};

    return setrlimit(RLIMIT_CPU, &limit) == 0;
}

static bool
try_code_in_memory(void)
{
    return mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) !=
           MAP_FAILED;
}

static bool
try_memory_to_code(void)
{
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory != MAP_FAILED && mprotect(memory, 4096, PROT_READ | PROT_EXEC) == 0;
}

static bool
try_large_file(void)
{
    (void)signal(SIGXFSZ, SIG_IGN);
    return pwrite(descriptor, "x", 1, 5000) == 1;
}

static bool
try_small_file(void)
{
    return write(descriptor, "x", 1) == 1;
}

static bool
try_memory(void)
{
    void *memory = malloc((size_t)1 << 20);

    if (!memory)
        return false;
    memset(memory, 1, (size_t)1 << 20);
    free(memory);
    return true;
}

static bool
try_plain_memory(void)
{
    return mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

static const struct {
    const char *name;
    bool (*attempt)(void);
    bool is_allowed;
    bool needs_filter; /* only the filter of system calls denies it */
} rows[] = {
    {"open a file", try_open, false, true},
    {"create a file", try_create, false, true},
    {"remove a file", try_unlink, false, true},
    {"a network socket", try_connect, false, true},
    {"a local socket", try_local_socket, false, true},
    {"fork", try_fork, false, true},
    {"execute", try_execute, false, true},
    {"kill", try_kill, false, true},
    {"trace", try_trace, false, true},
    {"become root", try_root, false, false},
    {"more time", try_more_time, false, false},
    {"map code", try_code_in_memory, false, true},
    {"turn memory into code", try_memory_to_code, false, true},
    {"a large file", try_large_file, false, false},
    {"a small file", try_small_file, true, false},
    {"a megabyte", try_memory, true, false},
    {"a page", try_plain_memory, true, false},
};

static int
outcome_of(bool (*attempt)(void))
{
    static const struct confine_limits limits = {
        .memory_bytes = 64 << 20, .cpu_s = 10, .file_bytes = 4096};
    int status = 0;
    pid_t pid;

    (void)fflush(stdout);
    pid = fork();
    if (pid == 0) {
        struct err err;

        if (!confine(&limits, &err))
            _exit(NOT_CONFINED);
        _exit(attempt() ? ALLOWED : DENIED);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFEXITED(status))
        return -1;
    return WEXITSTATUS(status);
}

static void
denies_all_but_work(void)
{
    room_renew();
    room_write(room_file("file"), "");
    descriptor = open(room_file("file"), O_RDWR);
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].needs_filter && !HAS_FILTER)
            continue;
        CHECK_ROW(i, outcome_of(rows[i].attempt) == (rows[i].is_allowed ? ALLOWED : DENIED));
    }
    CHECK(room_has(room_file("file")));
    close(descriptor);
    room_done();
}

static bool
try_endless_loop(void)
{
    for (volatile unsigned i = 0;; i++)
        ;
    return true;
}

/* The kernel ends what the parent forgets. */
static void
ends_at_its_time(void)
{
    static const struct confine_limits limits = {.memory_bytes = 64 << 20, .cpu_s = 1};
    int status = 0;
    pid_t pid;

    (void)fflush(stdout);
    pid = fork();
    if (pid == 0) {
        struct err err;

        if (!confine(&limits, &err))
            _exit(NOT_CONFINED);
        _exit(try_endless_loop());
    }
    CHECK(pid > 0 && waitpid(pid, &status, 0) == pid);
    CHECK(WIFSIGNALED(status) && (WTERMSIG(status) == SIGKILL || WTERMSIG(status) == SIGXCPU));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"denies everything but work", denies_all_but_work},
        {"ends at its time", ends_at_its_time},
    };

    return tap_main(cases, COUNT(cases));
}
