#include "disk/yara_process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk/yara_child.h"

#define LOOK_EVERY_MS 100
#define SOURCE_FD_MIN 10 /* above those that the child has */

extern char **environ;

/* Copies above the child's own numbers, so that none is overwritten before it is placed. */
static bool
copy_up(const int given[3], int copies[3])
{
    for (int i = 0; i < 3; i++)
        copies[i] = -1;
    for (int i = 0; i < 3; i++) {
        copies[i] = fcntl(given[i], F_DUPFD_CLOEXEC, SOURCE_FD_MIN);
        if (copies[i] < 0)
            return false;
    }
    return true;
}

static int
spawn(const char *mode, const int copies[3], pid_t *ret_pid)
{
    /* posix_spawn takes them as not constant, and changes none. */
    union {
        const char *given[4];
        char *argv[4];
    } words = {{"weir", YARA_CHILD_COMMAND, mode, NULL}};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    int code;

    sigemptyset(&none);
    sigfillset(&all);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    /* In a group of its own: what is typed at the terminal is for the parent. */
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF |
                                              POSIX_SPAWN_SETPGROUP);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addopen(&actions, fd, "/dev/null", O_RDWR, 0);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, copies[i], YARA_CHILD_SOCKET + i);
    posix_spawn_file_actions_addclosefrom_np(&actions, YARA_CHILD_MEMORY + 1);
    code = posix_spawn(ret_pid, "/proc/self/exe", &actions, &attributes, words.argv, environ);
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    return code;
}

bool
yara_process_start(struct yara_process *process, const char *mode, int input_fd, int memory_fd,
                   struct err *err)
{
    int pair[2], copies[3], code = EMFILE;
    pid_t pid = 0;

    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) != 0)
        return err_set(err, ERR_SYSTEM, "a socket for the child: %s", strerror(errno));
    if (copy_up((int[3]){pair[1], input_fd, memory_fd}, copies))
        code = spawn(mode, copies, &pid);
    for (int i = 0; i < 3; i++) {
        if (copies[i] >= 0)
            close(copies[i]);
    }
    close(pair[1]);
    if (code != 0) {
        close(pair[0]);
        return err_set(err, ERR_SYSTEM, "cannot start the child that runs YARA rules: %s",
                       strerror(code));
    }
    *process = (struct yara_process){.pid = pid, .socket = pair[0]};
    (void)clock_getcpuclockid(pid, &process->clock);
    return true;
}

void
yara_process_end(struct yara_process *process)
{
    if (!process->pid)
        return;
    close(process->socket);
    (void)kill(process->pid, SIGKILL);
    while (waitpid(process->pid, &process->status, 0) < 0 && errno == EINTR)
        ;
    process->pid = 0;
}

double
yara_process_cpu_s(const struct yara_process *process)
{
    struct timespec used = {0};

    if (process->pid)
        (void)clock_gettime(process->clock, &used);
    return (double)used.tv_sec + (double)used.tv_nsec / 1e9;
}

static double
now_s(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Whether it runs, or waits for a processor or a disk. */
static bool
is_at_work(pid_t pid)
{
    char path[64], text[512];
    const char *end;
    ssize_t len = -1;
    int fd;

    (void)snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd >= 0) {
        len = read(fd, text, sizeof(text) - 1);
        close(fd);
    }
    text[len > 0 ? len : 0] = '\0';
    end = strrchr(text, ')');
    return end && end[1] == ' ' && (end[2] == 'R' || end[2] == 'D');
}

/* Waits for an answer or a limit; the child is looked at now and then. */
static enum yara_outcome
wait_for_answer(const struct yara_process *process, const struct yara_limits *limits, double cpu_s)
{
    double silence_s = 0, before_s = now_s();

    for (;;) {
        struct pollfd poll_fd = {.fd = process->socket, .events = POLLIN};
        int ready = poll(&poll_fd, 1, LOOK_EVERY_MS);
        double here_s;

        if (ready > 0)
            return YARA_OUTCOME_ANSWER;
        if (ready < 0 && errno != EINTR)
            return YARA_OUTCOME_DEATH;
        here_s = now_s();
        if (!is_at_work(process->pid))
            silence_s += here_s - before_s;
        before_s = here_s;
        if (yara_process_cpu_s(process) - cpu_s > limits->cpu_s)
            return YARA_OUTCOME_CPU;
        if (silence_s > limits->silence_s)
            return YARA_OUTCOME_SILENCE;
    }
}

/* How it ended, where it ended by itself; else it is killed. */
static void
bury(struct yara_process *process)
{
    struct timespec moment = {.tv_nsec = 10L * 1000 * 1000};

    /* A closed socket comes a moment before the death that explains it. */
    for (int i = 0; i < 20; i++) {
        pid_t dead = waitpid(process->pid, &process->status, WNOHANG);

        if (dead == process->pid) {
            close(process->socket);
            process->pid = 0;
            return;
        }
        (void)nanosleep(&moment, NULL);
    }
    yara_process_end(process);
}

enum yara_outcome
yara_process_ask(struct yara_process *process, struct str request, const struct yara_limits *limits,
                 char *buffer, size_t room, size_t *ret_len)
{
    double cpu_s = yara_process_cpu_s(process);
    enum yara_outcome outcome = YARA_OUTCOME_DEATH;
    ssize_t got;

    /* It has read what it was asked before, or it is none to talk to. */
    if (!request.len ||
        send(process->socket, request.data, request.len, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
        outcome = wait_for_answer(process, limits, cpu_s);
    if (outcome == YARA_OUTCOME_ANSWER) {
        got = recv(process->socket, buffer, room, MSG_DONTWAIT | MSG_TRUNC);
        if (got > 0 && (size_t)got <= room) {
            *ret_len = (size_t)got;
            return YARA_OUTCOME_ANSWER;
        }
        outcome = YARA_OUTCOME_DEATH;
    }
    if (outcome == YARA_OUTCOME_DEATH)
        bury(process);
    else
        yara_process_end(process);
    return outcome;
}

const char *
yara_process_death(const struct yara_process *process, char *text, size_t room)
{
    if (WIFSIGNALED(process->status))
        (void)snprintf(text, room, "killed by signal %d", WTERMSIG(process->status));
    else
        (void)snprintf(text, room, "ended with code %d", WEXITSTATUS(process->status));
    return text;
}
