#include <stdlib.h>

#include "mail_check.h"
#include "scan/process.h"
#include "scan/procfs.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
lies_in(struct str whole, struct str s)
{
    return s.len == 0 || (s.data >= whole.data && s.data + s.len <= whole.data + whole.len);
}

static void
check_texts(struct str text)
{
    struct procfs_stat stat;
    struct str path = procfs_cgroup_path(text);
    uint32_t uid;
    int64_t time_s;
    uint64_t number;

    require(lies_in(text, path));
    if (procfs_stat_read(text, &stat)) {
        require(lies_in(text, stat.comm) && stat.pid >= 0 && stat.ppid >= 0);
        /* The name ends at the last parenthesis: nothing in it is taken for what follows. */
        require(text.data[stat.comm.len + (size_t)(stat.comm.data - text.data)] == ')');
    }
    if (procfs_boot_time(text, &time_s))
        require(time_s >= 0);
    (void)procfs_status_uid(text, &uid);
    if (procfs_slow_mount(text, &path))
        require(lies_in(text, path) && path.len > 0 && path.data[0] == '/');
    if (procfs_link_number(text, STR("socket"), &number))
        require(text.len > strlen("socket:[]"));
}

/* An IPv4 socket has nothing behind the four bytes of its addresses. */
static void
check_socket(struct str line)
{
    static const unsigned char nothing[12];
    struct process_socket socket;

    if (!procfs_socket_read(line, &socket))
        return;
    require(socket.state <= SOCKET_CONNECTING);
    require(!socket.is_ipv4 || (memcmp(socket.local + 4, nothing, 12) == 0 &&
                                memcmp(socket.remote + 4, nothing, 12) == 0));
}

/* The same bytes as a command line: what it runs is a part of it. */
static void
check_program(struct str cmdline)
{
    static const char *const exes[] = {"/usr/bin/perl", "/usr/bin/python3", "/usr/bin/php8.2",
                                       "/bin/bash", "/usr/sbin/nginx"};

    for (size_t i = 0; i < sizeof(exes) / sizeof(exes[0]); i++) {
        struct process_program program = process_program_read(str_from_cstr(exes[i]), cmdline);

        require(lies_in(cmdline, program.script) && lies_in(cmdline, program.code));
        require(program.script.len == 0 || program.code.len == 0);
    }
}

/* A process with hostile names never makes more of itself than one finding with bounded texts. */
static void
check_judge(struct str text)
{
    struct arena *arena = arena_new((size_t)1 << 20);
    struct findings *findings = ARENA_NEW(arena, struct findings);
    struct process process = {.pid = 7, .ppid = 7, .start_s = 1};
    struct process_snapshot snapshot = {&process, 1, NULL, 0, NULL};
    struct str rest = text;

    require(findings != NULL);
    findings->arena = arena;
    process.exe = str_cut(&rest, '\n');
    process.comm = str_cut(&rest, '\n');
    process.script = str_cut(&rest, '\n');
    process.cgroup = str_cut(&rest, '\n');
    process.user = str_cut(&rest, '\n');
    process.cmdline = rest;
    process_judge(&snapshot, findings);
    require(findings->count <= 1);
    for (uint32_t i = 0; i < findings->count; i++) {
        const struct finding *finding = &findings->list[i];

        require(finding->confidence > 0 && finding->confidence < 1);
        require(finding->text.len <= FINDING_TEXT_MAX && finding->why.len > 0);
        /* Commands that root types hold nothing that a shell acts on. */
        require(str_index_any(finding->advice, STR("$`;&|\\\"'<>*?(){}")) == finding->advice.len);
    }
    arena_free(arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size}, rest = text;

    check_texts(text);
    check_program(text);
    check_judge(text);
    while (rest.len)
        check_socket(str_cut(&rest, '\n'));
    return 0;
}
