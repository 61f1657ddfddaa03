#include "scan/process_parts.h"

/* --- shells --- */

/* inetd, or a unit for each connection: "name@12-192.0.2.7:22-203.0.113.9:4711.service". */
static bool
is_connection_service(const struct process_snapshot *snapshot, const struct process *process)
{
    const struct process *parent = process_find(snapshot, process->ppid);

    if (!parent)
        return false;
    if (program_kind(parent) == PROGRAM_INETD)
        return true;
    return parent->pid == 1 && str_has(process->cgroup, STR("system.slice/")) &&
           str_has(process->cgroup, STR("@"));
}

/* The processes of a pipeline are started at once: neighbours by pid, with a few others between. */
#define NEIGHBOURS_LOOKED_AT 64

/* netcat on the other end of the pipe that the shell reads from or writes to. */
static bool
is_fed_by_netcat(const struct process_snapshot *snapshot, const struct process *shell)
{
    uint32_t at = (uint32_t)(shell - snapshot->processes);
    uint32_t first = at > NEIGHBOURS_LOOKED_AT ? at - NEIGHBOURS_LOOKED_AT : 0;

    if (!shell->stdio_inode[0] && !shell->stdio_inode[1])
        return false;
    for (uint32_t i = first; i < snapshot->process_count && i <= at + NEIGHBOURS_LOOKED_AT; i++) {
        const struct process *other = &snapshot->processes[i];
        bool is_piped =
            other != shell && other->held_count &&
            ((shell->stdio_inode[0] && shell->stdio_inode[0] == other->stdio_inode[1]) ||
             (shell->stdio_inode[1] && shell->stdio_inode[1] == other->stdio_inode[0]));

        if (is_piped && program_kind(other) == PROGRAM_NETCAT)
            return true;
    }
    return false;
}

/* As PHP does that carries bytes between its connection and the pipes of a shell. */
static bool
is_fed_by_parent(const struct process_snapshot *snapshot, const struct process *shell)
{
    const struct process *parent = process_find(snapshot, shell->ppid);
    enum program_kind kind = parent ? program_kind(parent) : PROGRAM_OTHER;

    return shell->stdio_inode[0] && shell->stdio_inode[1] &&
           (kind == PROGRAM_INTERPRETER || kind == PROGRAM_WEB || kind == PROGRAM_NETCAT) &&
           process_is_connected_outside(snapshot, parent);
}

/* "-i" among its options. */
static bool
is_told_interactive(const struct process *shell)
{
    struct str rest = shell->cmdline, argument;

    (void)program_next_argument(&rest, &argument);
    while (program_next_argument(&rest, &argument)) {
        if (argument.len > 1 && argument.data[0] == '-' && argument.data[1] != '-' &&
            str_index(argument, 'i') < argument.len)
            return true;
    }
    return false;
}

static sign_set
signs_of_shell(const struct process_snapshot *snapshot, const struct process *process)
{
    struct process_program program = process_program_read(process->exe, process->cmdline);
    const struct process_socket *in =
        process_socket_find(snapshot, process, process->stdio_inode[0]);
    const struct process_socket *out =
        process_socket_find(snapshot, process, process->stdio_inode[1]);
    bool has_task = program.script.len || program.code.len;
    sign_set without = has_task                       ? 0
                       : is_told_interactive(process) ? SIGN_BIT(SIGN_SHELL_INTERACTIVE)
                                                      : SIGN_BIT(SIGN_SHELL_WITHOUT_SCRIPT);

    if (in && in->state == SOCKET_CONNECTED) {
        /* An interpreter may read data from a socket; one that also answers there is a service. */
        if (program_kind(process) != PROGRAM_SHELL)
            return out && !is_connection_service(snapshot, process) ? SIGN_BIT(SIGN_SHELL_ON_SOCKET)
                                                                    : 0;
        if (is_connection_service(snapshot, process))
            return SIGN_BIT(SIGN_SHELL_SERVICE);
        /* A child that merely inherits the socket of its parent has a task of its own. */
        return has_task && !out ? 0 : without | SIGN_BIT(SIGN_SHELL_ON_SOCKET);
    }
    /* A pipeline like "nc host 99 | sh deploy.sh" reads data, not commands. */
    if (program_kind(process) != PROGRAM_SHELL || has_task)
        return 0;
    if (is_fed_by_netcat(snapshot, process))
        return without | SIGN_BIT(SIGN_SHELL_BY_NETCAT);
    return is_fed_by_parent(snapshot, process) ? without | SIGN_BIT(SIGN_SHELL_BY_PARENT) : 0;
}

/* --- tunnels --- */

/* ssh(1): the options that take a value; all others are letters alone. */
static bool
takes_value(char c)
{
    return c != '\0' && strchr("BbcDEeFIiJLlmOoPpQRSWw", c) != NULL;
}

static sign_set
sign_of_option(char c, struct str value)
{
    if (c == 'R' || (c == 'o' && str_starts_nocase(value, STR("RemoteForward"))))
        return SIGN_BIT(SIGN_SSH_REVERSE);
    if (c == 'D' || (c == 'o' && str_starts_nocase(value, STR("DynamicForward"))))
        return SIGN_BIT(SIGN_SSH_DYNAMIC);
    if (c == 'L' || c == 'w' || (c == 'o' && str_starts_nocase(value, STR("LocalForward"))))
        return SIGN_BIT(SIGN_SSH_LOCAL);
    return 0;
}

/* Options may follow the host, as getopt starts anew there; a second plain word is a command. */
static sign_set
signs_of_ssh(const struct process *process)
{
    struct str rest = process->cmdline, argument;
    sign_set signs = 0;
    int words = 0;

    (void)program_next_argument(&rest, &argument);
    while (words < 2 && program_next_argument(&rest, &argument)) {
        if (argument.len < 2 || argument.data[0] != '-') {
            words += argument.len > 0;
            continue;
        }
        for (size_t i = 1; i < argument.len; i++) {
            char c = argument.data[i];
            struct str value = str_from(argument, i + 1);

            if (!takes_value(c))
                continue;
            if (value.len == 0)
                (void)program_next_argument(&rest, &value);
            signs |= sign_of_option(c, value);
            break;
        }
    }
    return signs;
}

/* The server's part that serves one user: what it listens on or connects to, it forwards. */
static bool
is_forwarding(const struct process_snapshot *snapshot, const struct process *process)
{
    for (uint32_t i = 0; i < process->held_count && i < SOCKETS_LOOKED_AT; i++) {
        const struct process_socket *socket = process_socket_held(snapshot, process, i);
        bool is_x11 = socket->local_port >= 6010 && socket->local_port < 7010;

        if (socket->state == SOCKET_LISTENING && process->uid != 0 && !is_x11)
            return true;
        if ((socket->state == SOCKET_CONNECTED || socket->state == SOCKET_CONNECTING) &&
            process_is_mail_port(socket->remote_port))
            return true;
    }
    return false;
}

static sign_set
signs_of_proxy(const struct process *process, enum program_kind kind,
               const struct socket_view *view)
{
    bool is_system = program_is_system(process) &&
                     (!program_runs_scripts(kind) || program_has_system_script(process));

    if (kind == PROGRAM_PROXY || program_kind_by_name(process->script) == PROGRAM_PROXY) {
        if (!is_system)
            return SIGN_BIT(SIGN_PROXY);
        return view->listens_proxy ? SIGN_BIT(SIGN_PROXY_SYSTEM) : 0;
    }
    return view->listens_proxy && !is_system ? SIGN_BIT(SIGN_PROXY_PORT) : 0;
}

sign_set
process_link_signs(const struct process_snapshot *snapshot, const struct process *process,
                   enum program_kind kind, const struct socket_view *view)
{
    sign_set signs = signs_of_proxy(process, kind, view);

    if (program_runs_scripts(kind))
        signs |= signs_of_shell(snapshot, process);
    if (kind == PROGRAM_SSH)
        signs |= signs_of_ssh(process);
    if (kind == PROGRAM_SSHD && is_forwarding(snapshot, process))
        signs |= SIGN_BIT(SIGN_SSHD_FORWARDS);
    if (view->accepted && view->hosts && kind != PROGRAM_WEB && kind != PROGRAM_SSHD)
        signs |= SIGN_BIT(SIGN_PASSES_ON);
    return signs;
}
