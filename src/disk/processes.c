#include "disk/processes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "disk/inside.h"
#include "disk/sockets.h"
#include "scan/process.h"
#include "source/passwd.h"

#define CMDLINE_BYTES_MAX 2048
#define TEXT_BYTES_MAX 4096

/* Sockets held by all processes together; shared ones count for each. */
#define HELD_MAX (2 * SOCKETS_MAX)

/* Processes asked for the sockets of their namespace, until one of them is still there. */
#define WITNESSES_MAX 4

/* Times that one process may become another while it is read. */
#define READINGS_MAX 3

#define HOST_BYTES_MAX ((size_t)32 * 1024 * 1024)

struct namespace
{
    uint64_t inode;
    int32_t pids[WITNESSES_MAX];
    uint32_t pid_count;
};

struct reader {
    int proc;
    struct arena *arena, *host_arena; /* texts of processes; users and mounts */
    struct user_list users;           /* by uid */
    struct process *processes;
    uint32_t process_count, process_capacity;
    uint32_t *held; /* inodes first, indices of sockets at the end */
    uint32_t held_count, held_capacity;
    struct socket_list sockets;
    struct namespace *namespaces; /* others than the own one */
    uint32_t namespace_count;
    struct slow_mounts slow;
    uint64_t own_network, own_users;
    int64_t boot_s, ticks_per_second;
    struct process_totals totals;
};

enum reading {
    READING_OK,
    READING_GONE,
    READING_CHANGED, /* it became another program */
};

/* --- small readings --- */

/* What a file below `folder` holds, at most `room` bytes; empty when it cannot be read. */
static struct str
read_text(int folder, const char *path, char *data, size_t room)
{
    int fd = openat(folder, path, O_RDONLY | O_CLOEXEC);
    size_t len = 0;

    if (fd < 0)
        return STR_EMPTY;
    while (len < room) {
        ssize_t got = read(fd, data + len, room - len);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        len += (size_t)got;
    }
    (void)close(fd);
    return (struct str){data, len};
}

static struct str
read_link(int folder, const char *path, char *data, size_t room)
{
    ssize_t len = readlinkat(folder, path, data, room);

    return len > 0 ? (struct str){data, (size_t)len} : STR_EMPTY;
}

static uint64_t
read_namespace(int folder, const char *path, struct str prefix)
{
    char data[64];
    uint64_t inode;

    return procfs_link_number(read_link(folder, path, data, sizeof(data)), prefix, &inode) ? inode
                                                                                           : 0;
}

/* --- the program file --- */

/* Without the kernel's " (deleted)", which may also be the end of a name. */
static void
read_exe(struct reader *reader, int folder, struct str link, struct process *process)
{
    struct str path = link;
    struct file_facts running = {0}, there;

    process->is_exe_guarded = inside_exe(folder, &running) && running.is_guarded;
    if (str_ends(path, STR(" (deleted)")) &&
        !(inside_file(folder, path, &reader->slow, &there) == PRESENCE_THERE &&
          there.device == running.device && there.inode == running.inode)) {
        path.len -= strlen(" (deleted)");
        process->is_exe_deleted = true;
        process->is_exe_replaced =
            inside_file(folder, path, &reader->slow, &there) == PRESENCE_THERE && there.is_guarded;
    }
    process->exe = path;
}

/* --- the script --- */

static void
set_script(struct reader *reader, struct str path, enum presence presence,
           const struct file_facts *facts, struct process *process)
{
    process->script = arena_str(reader->arena, path);
    process->is_script_guarded = presence == PRESENCE_THERE && facts->is_guarded;
    process->is_script_deleted = presence == PRESENCE_GONE;
}

static void
read_script(struct reader *reader, int folder, struct process *process)
{
    struct process_program program = process_program_read(process->exe, process->cmdline);
    struct str path = program.script;
    struct file_facts facts = {0};
    enum presence presence;
    char joined[PATH_MAX];
    int len;

    if (path.len == 0 || program.is_module)
        return;
    if (str_starts(path, STR("/"))) {
        presence = inside_file(folder, path, &reader->slow, &facts);
        set_script(reader, path, presence, &facts, process);
        return;
    }
    process->script = path;
    len =
        snprintf(joined, sizeof(joined), STR_FMT "/" STR_FMT, STR_ARG(process->cwd), STR_ARG(path));
    if (len < 0 || (size_t)len >= sizeof(joined))
        return;
    /* It may have changed its folder since: that a file is not there proves nothing. */
    presence = inside_file(folder, str_from_cstr(joined), &reader->slow, &facts);
    if (presence == PRESENCE_THERE)
        set_script(reader, str_from_cstr(joined), presence, &facts, process);
}

/* An open script, where the command line does not say which: shells hold theirs at 255. */
static void
take_open_script(struct reader *reader, struct str link, struct process *process)
{
    struct str path = link;
    bool is_deleted = str_ends(path, STR(" (deleted)"));

    if (is_deleted)
        path.len -= strlen(" (deleted)");
    if (process->script.len || !process_is_script_path(process->exe, path))
        return;
    process->script = arena_str(reader->arena, path);
    process->is_script_deleted = is_deleted;
}

/* --- open files --- */

static void
hold(struct reader *reader, uint32_t inode, struct process *process)
{
    if (reader->held_count == HELD_MAX) {
        reader->totals.sockets_lost++;
        return;
    }
    if (reader->held_count == reader->held_capacity) {
        reader->held_capacity = reader->held_capacity ? reader->held_capacity * 2 : 1024;
        reader->held = reallocarray(reader->held, reader->held_capacity, sizeof(*reader->held));
        if (!reader->held)
            abort();
    }
    reader->held[reader->held_count++] = inode;
    process->held_count++;
}

static void
take_descriptor(struct reader *reader, uint64_t number, struct str link, struct process *process)
{
    uint64_t inode;

    if (procfs_link_number(link, STR("socket"), &inode) && inode <= UINT32_MAX)
        hold(reader, (uint32_t)inode, process);
    else if (!procfs_link_number(link, STR("pipe"), &inode)) {
        take_open_script(reader, link, process);
        return;
    }
    if (number <= 2 && inode <= UINT32_MAX)
        process->stdio_inode[number] = (uint32_t)inode;
}

static bool
read_descriptors(struct reader *reader, int folder, struct process *process)
{
    int fd = openat(folder, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;

    if (!directory) {
        if (fd >= 0)
            (void)close(fd);
        return false;
    }
    while ((entry = readdir(directory))) {
        char data[PATH_MAX];
        uint64_t number;

        if (str_u64(str_from_cstr(entry->d_name), &number))
            take_descriptor(reader, number, read_link(fd, entry->d_name, data, sizeof(data)),
                            process);
    }
    (void)closedir(directory);
    return true;
}

/* --- one process --- */

static int
by_uid(const void *a, const void *b)
{
    const struct trace_user *first = a, *second = b;

    return (first->uid > second->uid) - (first->uid < second->uid);
}

static struct str
user_name(const struct reader *reader, uint32_t uid)
{
    struct trace_user wanted = {STR_EMPTY, (int64_t)uid};
    const struct trace_user *found =
        reader->users.count
            ? bsearch(&wanted, reader->users.users, reader->users.count, sizeof(wanted), by_uid)
            : NULL;

    return found ? found->name : STR_EMPTY;
}

static void
note_namespace(struct reader *reader, uint64_t inode, int32_t pid)
{
    struct namespace *at = reader->namespaces, *end = at + reader->namespace_count;

    if (inode == 0 || inode == reader->own_network)
        return;
    while (at < end && at->inode != inode)
        at++;
    if (at == end) {
        if (reader->namespace_count == PROCESS_NAMESPACES_MAX) {
            reader->totals.namespaces_unread++;
            return;
        }
        reader->namespace_count++;
        *at = (struct namespace){.inode = inode};
    }
    if (at->pid_count < WITNESSES_MAX)
        at->pids[at->pid_count++] = pid;
}

static void
read_texts(struct reader *reader, int folder, struct process *process)
{
    char data[TEXT_BYTES_MAX];
    struct str text = read_text(folder, "cmdline", data, CMDLINE_BYTES_MAX);

    process->cmdline = arena_str(reader->arena, text);
    process->cwd = arena_str(reader->arena, read_link(folder, "cwd", data, sizeof(data)));
    text = read_text(folder, "cgroup", data, sizeof(data));
    process->cgroup = arena_str(reader->arena, procfs_cgroup_path(text));
    text = read_text(folder, "status", data, sizeof(data));
    if (!procfs_status_uid(text, &process->uid))
        process->uid = UINT32_MAX;
}

/* All of a program but its name and start; `link` is where /proc/PID/exe points to. */
static enum reading
read_program(struct reader *reader, int folder, struct str link, struct process *process)
{
    uint64_t users = read_namespace(folder, "ns/user", STR("user"));
    char again[PATH_MAX];

    read_exe(reader, folder, arena_str(reader->arena, link), process);
    read_texts(reader, folder, process);
    process->is_contained = users != 0 && users != reader->own_users;
    if (!process->is_contained)
        process->user = user_name(reader, process->uid);
    read_script(reader, folder, process);
    if (!read_descriptors(reader, folder, process) || (link.len && process->exe.len == 0))
        reader->totals.unread++;
    return str_eq(read_link(folder, "exe", again, sizeof(again)), link) ? READING_OK
                                                                        : READING_CHANGED;
}

static enum reading
read_process(struct reader *reader, int folder, struct process *ret_process)
{
    char text[1024], path[PATH_MAX];
    struct process process = {.held_first = reader->held_count};
    struct procfs_stat stat;
    struct str link;
    enum reading reading = READING_OK;

    if (!procfs_stat_read(read_text(folder, "stat", text, sizeof(text)), &stat))
        return READING_GONE;
    process.pid = stat.pid;
    process.ppid = stat.ppid;
    process.is_kernel = stat.is_kernel;
    process.comm = arena_str(reader->arena, stat.comm);
    process.start_s =
        reader->boot_s + (int64_t)(stat.start_ticks / (uint64_t)reader->ticks_per_second);
    if (!stat.is_kernel && stat.state != 'Z' && stat.state != 'X') {
        errno = 0;
        link = read_link(folder, "exe", path, sizeof(path));
        if (link.len == 0 && (errno == ENOENT || errno == ESRCH))
            return READING_GONE;
        reading = read_program(reader, folder, link, &process);
    }
    *ret_process = process;
    return reading;
}

static void
add_process(struct reader *reader, int folder, const struct process *process)
{
    if (reader->process_count == reader->process_capacity) {
        reader->process_capacity = reader->process_capacity ? reader->process_capacity * 2 : 512;
        reader->processes =
            reallocarray(reader->processes, reader->process_capacity, sizeof(*reader->processes));
        if (!reader->processes)
            abort();
    }
    reader->processes[reader->process_count++] = *process;
    if (process->is_kernel)
        reader->totals.kernel_threads++;
    else
        note_namespace(reader, read_namespace(folder, "ns/net", STR("net")), process->pid);
}

static void
take_process(struct reader *reader, const char *name)
{
    int folder = openat(reader->proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    enum reading reading = READING_CHANGED;
    uint32_t held = reader->held_count;
    struct process process = {0};

    for (int i = 0; i < READINGS_MAX && reading == READING_CHANGED && folder >= 0; i++) {
        struct arena_mark mark = arena_mark(reader->arena);
        uint32_t unread = reader->totals.unread;

        reader->held_count = held;
        reading = read_process(reader, folder, &process);
        if (reading != READING_OK) {
            arena_release(reader->arena, mark);
            reader->totals.unread = unread;
        }
    }
    if (reading == READING_OK) {
        add_process(reader, folder, &process);
    } else {
        reader->held_count = held;
        reader->totals.vanished++;
    }
    if (folder >= 0)
        (void)close(folder);
}

/* --- all of them --- */

static bool
read_processes(struct reader *reader, struct err *err)
{
    int fd = dup(reader->proc);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;

    if (!directory) {
        int error = errno;

        if (fd >= 0)
            (void)close(fd);
        return err_set(err, ERR_SYSTEM, "cannot read /proc: %s", strerror(error));
    }
    while ((entry = readdir(directory))) {
        uint64_t pid;

        if (!str_u64(str_from_cstr(entry->d_name), &pid) || pid == (uint64_t)getpid())
            continue;
        if (reader->process_count == PROCESSES_MAX)
            reader->totals.processes_lost++;
        else
            take_process(reader, entry->d_name);
    }
    (void)closedir(directory);
    return true;
}

static void
read_other_sockets(struct reader *reader)
{
    for (uint32_t i = 0; i < reader->namespace_count; i++) {
        const struct namespace *namespace = &reader->namespaces[i];
        uint32_t before = reader->sockets.count;
        bool is_read = false;

        for (uint32_t j = 0; j < namespace->pid_count && !is_read; j++) {
            int32_t pid = namespace->pids[j];
            char path[64];

            (void)snprintf(path, sizeof(path), "%d/ns/net", pid);
            reader->sockets.count = before;
            is_read = sockets_read_process(&reader->sockets, reader->proc, pid) &&
                      read_namespace(reader->proc, path, STR("net")) == namespace->inode;
        }
        if (!is_read)
            reader->totals.namespaces_unread++;
    }
}

/* Inodes become indices of sockets; what is no TCP socket is dropped. */
static void
resolve_held(struct reader *reader)
{
    uint32_t to = 0;

    for (uint32_t i = 0; i < reader->process_count; i++) {
        struct process *process = &reader->processes[i];
        uint32_t first = to;

        for (uint32_t j = 0; j < process->held_count; j++) {
            uint32_t at = sockets_find(&reader->sockets, reader->held[process->held_first + j]);

            if (at < reader->sockets.count)
                reader->held[to++] = at;
        }
        process->held_first = first;
        process->held_count = to - first;
    }
    reader->held_count = to;
}

static int
by_pid(const void *a, const void *b)
{
    const struct process *first = a, *second = b;

    return (first->pid > second->pid) - (first->pid < second->pid);
}

static void
init(struct reader *reader)
{
    char text[65536];
    long ticks = sysconf(_SC_CLK_TCK);

    reader->arena = arena_new(PROCESS_TEXT_BYTES_MAX);
    reader->host_arena = arena_new(HOST_BYTES_MAX);
    reader->totals.is_root = geteuid() == 0;
    reader->ticks_per_second = ticks > 0 ? (int64_t)ticks : 100;
    reader->own_network = read_namespace(reader->proc, "self/ns/net", STR("net"));
    reader->own_users = read_namespace(reader->proc, "self/ns/user", STR("user"));
    (void)procfs_boot_time(read_text(reader->proc, "stat", text, sizeof(text)), &reader->boot_s);
    reader->namespaces = calloc(PROCESS_NAMESPACES_MAX, sizeof(*reader->namespaces));
    if (!reader->namespaces)
        abort();
    slow_mounts_read(reader->host_arena, &reader->slow);
    /* Without names, users have numbers. */
    if (!passwd_own(reader->host_arena, &reader->users))
        reader->users.count = 0;
    if (reader->users.count)
        qsort(reader->users.users, reader->users.count, sizeof(*reader->users.users), by_uid);
}

static void
done(struct reader *reader)
{
    sockets_done(&reader->sockets);
    free(reader->processes);
    free(reader->held);
    free(reader->namespaces);
    arena_free(reader->arena);
    arena_free(reader->host_arena);
    if (reader->proc >= 0)
        (void)close(reader->proc);
}

static void
judge(struct reader *reader, struct findings *findings)
{
    struct process_snapshot snapshot;

    sockets_sort(&reader->sockets);
    resolve_held(reader);
    if (reader->process_count)
        qsort(reader->processes, reader->process_count, sizeof(*reader->processes), by_pid);
    snapshot = (struct process_snapshot){reader->processes, reader->process_count,
                                         reader->sockets.list, reader->sockets.count, reader->held};
    process_judge(&snapshot, findings);
}

bool
processes_scan(struct findings *findings, struct process_totals *totals, struct err *err)
{
    struct reader reader = {.proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
    bool is_read;

    if (reader.proc < 0)
        return err_set(err, ERR_SYSTEM, "cannot open /proc: %s", strerror(errno));
    init(&reader);
    /* Sockets after processes: a connection made meanwhile is then known to nobody. */
    is_read = read_processes(&reader, err) && sockets_read_own(&reader.sockets, reader.proc, err);
    if (is_read) {
        read_other_sockets(&reader);
        judge(&reader, findings);
        reader.totals.processes = reader.process_count;
        reader.totals.sockets = reader.sockets.count;
        reader.totals.sockets_lost += reader.sockets.lost;
        reader.totals.namespaces = reader.namespace_count + 1;
        *totals = reader.totals;
    }
    done(&reader);
    return is_read;
}
