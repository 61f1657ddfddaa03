#include "scan/process_parts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

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

/* --- mail --- */

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
    if (view->hosts >= SOCKET_HOSTS_MANY)
        return SIGN_BIT(SIGN_MAIL_MANY);
    return SIGN_BIT(view->hosts ? SIGN_MAIL_DIRECT : SIGN_MAIL_RELAY);
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
    view = process_sockets_view(snapshot, process);
    signs = signs_of_name(process, kind) | signs_of_code(process, kind) | signs_of_exe(process) |
            signs_of_script(process, kind) | signs_of_mail(process, kind, &view) |
            process_link_signs(snapshot, process, kind, &view);
    if (start->is_adrift)
        signs |= SIGN_BIT(SIGN_WEB_ADRIFT);
    else if (start->kind == START_WEB && kind != PROGRAM_WEB)
        signs |= SIGN_BIT(SIGN_WEB_CHILD);
    if (view.listens)
        signs |= signs_of_listener(process, kind, start, signs);
    return signs;
}
