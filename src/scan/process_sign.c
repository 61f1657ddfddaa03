#include "scan/process_parts.h"

#include <arpa/inet.h>

#include "trace/known.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* From this many mail servers of others on, mail goes out to recipients, not to one relay. */
#define MAIL_HOSTS_MANY 3

/* Sockets looked at of one process: more only repeat what these say. */
#define HELD_LOOKED_AT 4096

/* A program opens its listeners first. */
#define LISTENERS_LOOKED_AT 64

/* However many signs of one family there are, they may have one innocent cause. */
#define FAMILY_ALONE_MAX 0.85

static const struct sign_facts facts[SIGN_COUNT] = {
    [SIGN_KERNEL_NAME] = {"process-kernel-name", "name", 0.85,
                          "calls itself a thread of the kernel, but runs a program file"},
    [SIGN_DAEMON_NAME] = {"process-forged-name", "name", 0.7,
                          "bears the name of a system service that it is not"},
    [SIGN_NAME_HIDES_SCRIPT] = {"process-hidden-script", "code", 0.4,
                                "is an interpreter whose forged name hides which script it runs"},
    [SIGN_SHELL_WITHOUT_SCRIPT] = {"process-shell-without-script", "code", 0.5,
                                   "is a shell that runs no script, only what it is told"},
    [SIGN_SHELL_INTERACTIVE] = {"process-interactive-shell", "code", 0.65,
                                "is a shell that believes it talks to a person (-i), but has no "
                                "terminal"},
    [SIGN_CODE_OF_SOCKETS] = {"process-code-on-command-line", "code", 0.6,
                              "was given, on its command line, code that opens connections"},
    [SIGN_SCRIPT_DELETED] = {"process-deleted-script", "code", 0.6,
                             "runs a script that has since been deleted"},
    [SIGN_MEMORY_FILE] = {"process-memory-file", "file", 0.8,
                          "runs from memory: its program was never a file on disk"},
    [SIGN_DELETED_TEMPORARY] = {"process-deleted-temporary", "file", 0.76,
                                "runs a program that was deleted from a temporary folder"},
    [SIGN_DELETED] = {"process-deleted", "file", 0.5, "runs a program that has since been deleted"},
    [SIGN_TEMPORARY] = {"process-temporary", "file", 0.5,
                        "runs a program that lies in a temporary folder"},
    [SIGN_UPLOAD] = {"process-upload-folder", "file", 0.6,
                     "runs from a folder for uploads or pictures"},
    [SIGN_SCRIPT_TEMPORARY] = {"process-temporary-script", "file", 0.5,
                               "runs a script that lies in a temporary folder"},
    [SIGN_HIDDEN] = {"process-hidden-file", "file", 0.4, "runs from a hidden file or folder"},
    [SIGN_MAIL_MANY] = {"process-mail-many", "mail", 0.8,
                        "talks to the mail servers of many recipients, past this host's own"},
    [SIGN_MAIL_DIRECT] = {"process-mail-direct", "mail", 0.6,
                          "talks to a foreign mail server on port 25, and is no mail server"},
    [SIGN_MAIL_RELAY] = {"process-mail-relay", "mail", 0.35,
                         "hands mail to another server, past this host's own"},
    [SIGN_MAIL_SYSTEM] = {"process-mail-system", "mail", 0.2,
                          "sends mail, as a script of the system"},
    [SIGN_SHELL_ON_SOCKET] =
        {"process-shell-on-socket", "link", 0.85,
         "takes its commands from a network connection: that is its input and output"},
    [SIGN_SHELL_BY_NETCAT] = {"process-shell-by-netcat", "link", 0.8,
                              "is a shell that netcat or socat feeds from the network"},
    [SIGN_SHELL_BY_PARENT] = {"process-shell-by-parent", "link", 0.66,
                              "is a shell that its parent, which is connected to elsewhere, feeds "
                              "through a pipe"},
    [SIGN_SHELL_SERVICE] = {"process-shell-service", "link", 0.3,
                            "is a shell that serves a network connection for inetd or systemd"},
    [SIGN_SSHD_FORWARDS] = {"process-ssh-forwarding", "link", 0.6,
                            "is a session of the SSH server that passes connections on"},
    [SIGN_PASSES_ON] = {"process-passes-on", "link", 0.7,
                        "takes connections in and makes connections to mail servers"},
    [SIGN_PROXY] = {"process-proxy", "link", 0.55,
                    "is a proxy or tunnel that root did not install"},
    [SIGN_PROXY_PORT] = {"process-proxy-port", "link", 0.4,
                         "listens where SOCKS and HTTP proxies listen"},
    [SIGN_PROXY_SYSTEM] = {"process-proxy-system", "link", 0.35,
                           "is a proxy or tunnel that others may reach"},
    [SIGN_SSH_REVERSE] = {"process-ssh-reverse", "link", 0.5,
                          "is an SSH tunnel that lets the other end in here (-R)"},
    [SIGN_SSH_DYNAMIC] = {"process-ssh-dynamic", "link", 0.5,
                          "is an SSH tunnel that serves as a SOCKS proxy (-D)"},
    [SIGN_SSH_LOCAL] = {"process-ssh-local", "link", 0.3, "is an SSH tunnel to one place (-L, -w)"},
    [SIGN_LISTENS_HIDDEN] = {"process-listens-hidden", "link", 0.5,
                             "waits for connections from outside although it hides"},
    [SIGN_LISTENS] = {"process-listens", "link", 0.3,
                      "waits for connections from outside, and no service unit started it"},
    [SIGN_WEB_ADRIFT] = {"process-left-web-server", "start", 0.6,
                         "was started through the web server and has detached itself from it"},
    [SIGN_WEB_CHILD] = {"process-web-child", "start", 0.25, "was started by the web server or PHP"},
};

const struct sign_facts *
sign_facts(enum process_sign sign)
{
    return &facts[sign];
}

double
sign_confidence(sign_set signs)
{
    double innocent = 1.0;
    int families = 0;

    for (int i = 0; i < SIGN_COUNT; i++) {
        bool is_heaviest = (signs & SIGN_BIT(i)) != 0;

        for (int j = 0; j < SIGN_COUNT && is_heaviest; j++) {
            if (!(signs & SIGN_BIT(j)) || strcmp(facts[i].family, facts[j].family) != 0)
                continue;
            is_heaviest =
                facts[j].weight < facts[i].weight || (facts[j].weight <= facts[i].weight && j >= i);
        }
        if (is_heaviest) {
            innocent *= 1.0 - facts[i].weight;
            families++;
        }
    }
    if (families < 2 && 1.0 - innocent > FAMILY_ALONE_MAX)
        return FAMILY_ALONE_MAX;
    return 1.0 - innocent;
}

enum process_sign
sign_heaviest(sign_set signs)
{
    enum process_sign best = SIGN_COUNT;

    for (int i = 0; i < SIGN_COUNT; i++) {
        if ((signs & SIGN_BIT(i)) && (best == SIGN_COUNT || facts[i].weight > facts[best].weight))
            best = (enum process_sign)i;
    }
    return best;
}

/* --- names --- */

static struct str
argument_zero(const struct process *process)
{
    struct str rest = process->cmdline;

    return str_cut(&rest, '\0');
}

/* Without a forged name, the kernel's name is the file's, cut to 15 bytes, or the script's. */
static bool
is_comm_own(const struct process *process)
{
    struct str comm = process->comm;

    return str_starts(program_base(process->exe), comm) ||
           str_starts(program_base(process->script), comm) ||
           str_starts(program_base(argument_zero(process)), comm);
}

static bool
has_kernel_name(const struct process *process)
{
    return program_is_kernel_name(argument_zero(process)) ||
           (program_is_kernel_name(process->comm) && !is_comm_own(process));
}

/* A name that stands for another file than the one that runs. */
static bool
is_name_forged(const struct process *process, enum program_kind kind, struct str name)
{
    struct str claimed = program_base(str_first(name, str_index_any(name, STR(" :\t"))));

    if (!program_is_daemon_name(name))
        return false;
    (void)str_skip(&claimed, STR("-")); /* a login shell: "-bash" */
    /* One system program under another's name is a link: busybox, mariadbd as mysqld. */
    if (!program_runs_scripts(kind) && (program_is_system(process) || process->is_contained))
        return false;
    if (kind == PROGRAM_SHELL && program_kind_by_name(claimed) == PROGRAM_SHELL)
        return false;
    /* httpd.worker may call itself httpd. */
    return !str_starts(program_base(process->exe), claimed) &&
           !str_eq(program_base(process->script), claimed);
}

static sign_set
signs_of_name(const struct process *process, enum program_kind kind)
{
    sign_set signs = 0;

    if (process->exe.len == 0)
        return 0;
    if (has_kernel_name(process))
        signs = SIGN_BIT(SIGN_KERNEL_NAME);
    else if (is_name_forged(process, kind, argument_zero(process)) ||
             (!is_comm_own(process) && is_name_forged(process, kind, process->comm)))
        signs = SIGN_BIT(SIGN_DAEMON_NAME);
    if (signs && program_runs_scripts(kind) && process->script.len == 0)
        signs |= SIGN_BIT(SIGN_NAME_HIDES_SCRIPT);
    return signs;
}

/* --- code --- */

static bool
opens_connections(struct str code)
{
    static const char *const word[] = {"/dev/tcp/",  "/dev/udp/", "fsockopen",   "socket",
                                       "IO::Socket", "TCPSocket", "net.connect", "stream_socket",
                                       "pfsockopen", "socat ",    "nc -",        "ncat "};

    for (size_t i = 0; i < COUNT(word); i++) {
        if (str_has(code, str_from_cstr(word[i])))
            return true;
    }
    return false;
}

static sign_set
signs_of_code(const struct process *process, enum program_kind kind)
{
    struct process_program program = process_program_read(process->exe, process->cmdline);
    sign_set signs = 0;

    if (!program_runs_scripts(kind))
        return 0;
    if (process->is_script_deleted)
        signs |= SIGN_BIT(SIGN_SCRIPT_DELETED);
    if (opens_connections(program.code))
        signs |= SIGN_BIT(SIGN_CODE_OF_SOCKETS);
    return signs;
}

/* --- files --- */

/* runc and its like run a copy of themselves out of memory, as root, so that nobody overwrites it.
 */
static bool
is_container_runtime(const struct process *process)
{
    return process->uid == 0 && process->is_exe_guarded && !process->is_contained &&
           (str_starts(process->exe, STR("/memfd:runc_cloned:")) ||
            str_starts(process->exe, STR("/memfd:crun_cloned:")));
}

static sign_set
signs_of_exe(const struct process *process)
{
    if (str_starts(process->exe, STR("/memfd:")))
        return is_container_runtime(process) ? 0 : SIGN_BIT(SIGN_MEMORY_FILE);
    if (program_is_system(process))
        return 0;
    if (program_is_in_temporary(process->exe))
        return SIGN_BIT(process->is_exe_deleted ? SIGN_DELETED_TEMPORARY : SIGN_TEMPORARY);
    if (program_is_in_upload(process->exe))
        return SIGN_BIT(SIGN_UPLOAD);
    if (process->is_exe_deleted)
        return SIGN_BIT(SIGN_DELETED);
    return program_is_hidden(process->exe) ? SIGN_BIT(SIGN_HIDDEN) : 0;
}

static sign_set
signs_of_script(const struct process *process, enum program_kind kind)
{
    if (!program_runs_scripts(kind) || process->script.len == 0)
        return 0;
    if (program_is_in_temporary(process->script))
        return SIGN_BIT(SIGN_SCRIPT_TEMPORARY);
    if (program_is_in_upload(process->script))
        return SIGN_BIT(SIGN_UPLOAD);
    return program_is_hidden(process->script) ? SIGN_BIT(SIGN_HIDDEN) : 0;
}

/* --- sockets --- */

struct socket_view {
    uint32_t relays;             /* connections to where mail is handed in */
    uint32_t hosts;              /* different foreign hosts on port 25, up to MAIL_HOSTS_MANY */
    bool listens, listens_proxy; /* where others than this host reach it */
    bool listens_anywhere;
    bool accepted; /* a connection to its own listening port */
    const struct process_socket *host[MAIL_HOSTS_MANY];
};

bool
sign_is_mail_port(uint16_t port)
{
    return port == 25 || port == 465 || port == 587 || port == 2525;
}

static bool
is_proxy_port(uint16_t port)
{
    static const uint16_t ports[] = {1080, 1081, 3128, 4145, 5555, 8118, 8888, 9050, 10800, 10808};

    for (size_t i = 0; i < COUNT(ports); i++) {
        if (ports[i] == port)
            return true;
    }
    return false;
}

static struct str
address_write(bool is_ipv4, const unsigned char address[16], char text[INET6_ADDRSTRLEN])
{
    if (!inet_ntop(is_ipv4 ? AF_INET : AF_INET6, address, text, INET6_ADDRSTRLEN))
        return STR_EMPTY;
    return str_from_cstr(text);
}

static bool
is_same_host(const struct process_socket *a, const struct process_socket *b)
{
    return a->is_ipv4 == b->is_ipv4 && memcmp(a->remote, b->remote, a->is_ipv4 ? 4 : 16) == 0;
}

static void
view_mail(struct socket_view *view, const struct process_socket *socket)
{
    char text[INET6_ADDRSTRLEN];
    struct str remote = address_write(socket->is_ipv4, socket->remote, text);

    /* What goes to this host's own mail server is in its log. */
    if (known_loopback(remote) ||
        memcmp(socket->local, socket->remote, socket->is_ipv4 ? 4 : 16) == 0)
        return;
    if (socket->remote_port != 25 || known_private_address(remote)) {
        view->relays++;
        return;
    }
    for (uint32_t i = 0; i < view->hosts; i++) {
        if (is_same_host(view->host[i], socket))
            return;
    }
    if (view->hosts < MAIL_HOSTS_MANY)
        view->host[view->hosts++] = socket;
}

static void
view_listener(struct socket_view *view, const struct process_socket *socket)
{
    char text[INET6_ADDRSTRLEN];

    view->listens_anywhere = true;
    if (known_loopback(address_write(socket->is_ipv4, socket->local, text)))
        return;
    view->listens = true;
    view->listens_proxy |= is_proxy_port(socket->local_port);
}

static const struct process_socket *
held_socket(const struct process_snapshot *snapshot, const struct process *process, uint32_t i)
{
    return &snapshot->sockets[snapshot->held[process->held_first + i]];
}

/* The port of one of the listeners. */
static bool
is_listening_port(const struct process_snapshot *snapshot, const struct process *process,
                  uint16_t port)
{
    for (uint32_t i = 0; i < process->held_count && i < LISTENERS_LOOKED_AT; i++) {
        const struct process_socket *socket = held_socket(snapshot, process, i);

        if (socket->state == SOCKET_LISTENING && socket->local_port == port)
            return true;
    }
    return false;
}

static struct socket_view
view_sockets(const struct process_snapshot *snapshot, const struct process *process)
{
    struct socket_view view = {0};
    uint32_t count = process->held_count < HELD_LOOKED_AT ? process->held_count : HELD_LOOKED_AT;

    for (uint32_t i = 0; i < count; i++) {
        const struct process_socket *socket = held_socket(snapshot, process, i);

        if (socket->state == SOCKET_LISTENING)
            view_listener(&view, socket);
        else if (socket->state != SOCKET_OTHER && sign_is_mail_port(socket->remote_port))
            view_mail(&view, socket);
    }
    if (!view.listens_anywhere || view.hosts == 0)
        return view;
    for (uint32_t i = 0; i < count && !view.accepted; i++) {
        const struct process_socket *socket = held_socket(snapshot, process, i);

        view.accepted = socket->state == SOCKET_CONNECTED &&
                        is_listening_port(snapshot, process, socket->local_port);
    }
    return view;
}

static sign_set
signs_of_mail(const struct process *process, enum program_kind kind, const struct socket_view *view)
{
    if ((view->hosts == 0 && view->relays == 0) || kind == PROGRAM_MTA ||
        kind == PROGRAM_MAIL_CLIENT)
        return 0;
    if (program_runs_scripts(kind) && program_has_system_script(process))
        return SIGN_BIT(SIGN_MAIL_SYSTEM);
    /* Whose file a mail server in a container is, the host cannot say. */
    if (process->is_contained && program_kind_by_name(process->exe) == PROGRAM_MTA)
        return SIGN_BIT(SIGN_MAIL_RELAY);
    if (view->hosts >= MAIL_HOSTS_MANY)
        return SIGN_BIT(SIGN_MAIL_MANY);
    return SIGN_BIT(view->hosts ? SIGN_MAIL_DIRECT : SIGN_MAIL_RELAY);
}

/* --- shells --- */

static const struct process_socket *
socket_by_inode(const struct process_snapshot *snapshot, const struct process *process,
                uint32_t inode)
{
    for (uint32_t i = 0; inode && i < process->held_count && i < HELD_LOOKED_AT; i++) {
        const struct process_socket *socket = held_socket(snapshot, process, i);

        if (socket->inode == inode)
            return socket;
    }
    return NULL;
}

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

/* netcat on the other end of the pipe that the shell reads from or writes to. */
static bool
is_fed_by_netcat(const struct process_snapshot *snapshot, const struct process *shell)
{
    if (!shell->stdio_inode[0] && !shell->stdio_inode[1])
        return false;
    for (uint32_t i = 0; i < snapshot->process_count; i++) {
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

/* A connection that the process made itself, to a host outside. */
static bool
is_connected_outside(const struct process_snapshot *snapshot, const struct process *process)
{
    uint32_t count = process->held_count < HELD_LOOKED_AT ? process->held_count : HELD_LOOKED_AT;

    for (uint32_t i = 0; i < count; i++) {
        const struct process_socket *socket = held_socket(snapshot, process, i);
        char text[INET6_ADDRSTRLEN];
        struct str remote = address_write(socket->is_ipv4, socket->remote, text);

        if (socket->state == SOCKET_CONNECTED && !known_loopback(remote) &&
            !known_private_address(remote) &&
            !is_listening_port(snapshot, process, socket->local_port))
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
           is_connected_outside(snapshot, parent);
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
    const struct process_socket *in = socket_by_inode(snapshot, process, process->stdio_inode[0]);
    const struct process_socket *out = socket_by_inode(snapshot, process, process->stdio_inode[1]);
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
    for (uint32_t i = 0; i < process->held_count && i < HELD_LOOKED_AT; i++) {
        const struct process_socket *socket = held_socket(snapshot, process, i);
        bool is_x11 = socket->local_port >= 6010 && socket->local_port < 7010;

        if (socket->state == SOCKET_LISTENING && process->uid != 0 && !is_x11)
            return true;
        if ((socket->state == SOCKET_CONNECTED || socket->state == SOCKET_CONNECTING) &&
            sign_is_mail_port(socket->remote_port))
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

static sign_set
signs_of_link(const struct process_snapshot *snapshot, const struct process *process,
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

/* --- all together --- */

static sign_set
signs_of_listener(const struct process *process, enum program_kind kind,
                  const struct process_start *start, sign_set signs)
{
    static const sign_set hiding =
        SIGN_BIT(SIGN_KERNEL_NAME) | SIGN_BIT(SIGN_DAEMON_NAME) | SIGN_BIT(SIGN_SCRIPT_DELETED) |
        SIGN_BIT(SIGN_CODE_OF_SOCKETS) | SIGN_BIT(SIGN_MEMORY_FILE) |
        SIGN_BIT(SIGN_DELETED_TEMPORARY) | SIGN_BIT(SIGN_TEMPORARY) | SIGN_BIT(SIGN_UPLOAD) |
        SIGN_BIT(SIGN_SCRIPT_TEMPORARY) | SIGN_BIT(SIGN_HIDDEN) | SIGN_BIT(SIGN_WEB_ADRIFT);
    bool is_system = program_is_system(process) &&
                     (!program_runs_scripts(kind) || program_has_system_script(process));

    if (signs & hiding)
        return SIGN_BIT(SIGN_LISTENS_HIDDEN);
    if (is_system && kind != PROGRAM_NETCAT)
        return 0;
    return start->kind == START_CRON || start->kind == START_AT || start->kind == START_SSH ||
                   start->kind == START_SESSION
               ? SIGN_BIT(SIGN_LISTENS)
               : 0;
}

sign_set
process_signs(const struct process_snapshot *snapshot, const struct process *process,
              const struct process_start *start)
{
    enum program_kind kind = program_kind(process);
    struct socket_view view;
    sign_set signs;

    if (process->is_kernel || kind == PROGRAM_MTA || kind == PROGRAM_MAIL_CLIENT)
        return 0;
    view = view_sockets(snapshot, process);
    signs = signs_of_name(process, kind) | signs_of_code(process, kind) | signs_of_exe(process) |
            signs_of_script(process, kind) | signs_of_mail(process, kind, &view) |
            signs_of_link(snapshot, process, kind, &view);
    if (start->is_adrift)
        signs |= SIGN_BIT(SIGN_WEB_ADRIFT);
    else if (start->kind == START_WEB && kind != PROGRAM_WEB)
        signs |= SIGN_BIT(SIGN_WEB_CHILD);
    if (view.listens)
        signs |= signs_of_listener(process, kind, start, signs);
    return signs;
}
