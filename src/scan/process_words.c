#include "scan/process_parts.h"

#include <arpa/inet.h>

#include "base/buf.h"
#include "base/civil.h"

#define WORDS_LEN_MAX ((size_t)8 * 1024)
#define PARENTS_SHOWN 8
#define PEERS_SHOWN 5

/* A user name goes into a command that root will type. */
static bool
is_plain_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || str_is_digit(c) ||
                        c == '.' || c == '_' || (c == '-' && i > 0);

        if (!is_plain)
            return false;
    }
    return name.len > 0;
}

/* Arguments with a blank between them, as they were typed, more or less. */
static struct str
command_line(const struct process *process, struct arena *arena)
{
    struct str line = process->cmdline;
    char *text;

    while (line.len && line.data[line.len - 1] == '\0')
        line.len--;
    line = str_first(line, FINDING_TEXT_MAX);
    if (line.len == 0)
        return process->comm;
    text = arena_array(arena, line.len, 1);
    if (!text)
        return STR_EMPTY;
    for (size_t i = 0; i < line.len; i++)
        text[i] = line.data[i] == '\0' ? ' ' : line.data[i];
    return (struct str){text, line.len};
}

static void
add_user(struct buf *buf, const struct process *process)
{
    if (process->user.len)
        buf_add(buf, process->user);
    else
        buf_printf(buf, "uid %u", process->uid);
}

static void
add_signs(struct buf *buf, sign_set signs)
{
    bool is_first = true;

    for (int i = 0; i < SIGN_COUNT; i++) {
        if (!(signs & SIGN_BIT(i)))
            continue;
        buf_add_cstr(buf, is_first ? " " : "; ");
        buf_add_cstr(buf, sign_facts((enum process_sign)i)->why);
        is_first = false;
    }
    buf_add_char(buf, '.');
}

static void
add_end(struct buf *buf, bool is_ipv4, const unsigned char address[16], uint16_t port)
{
    char text[INET6_ADDRSTRLEN];

    if (!inet_ntop(is_ipv4 ? AF_INET : AF_INET6, address, text, sizeof(text)))
        return;
    buf_printf(buf, is_ipv4 ? "%s:%u" : "[%s]:%u", text, port);
}

/* Listeners, mail servers, and what a shell hangs on: what an administrator blocks or looks up. */
static bool
is_worth_showing(const struct process *process, const struct process_socket *socket)
{
    if (socket->state == SOCKET_LISTENING || process_is_mail_port(socket->remote_port))
        return socket->state != SOCKET_OTHER;
    return socket->state == SOCKET_CONNECTED && program_kind(process) != PROGRAM_WEB;
}

static void
add_sockets(struct buf *buf, const struct process_snapshot *snapshot, const struct process *process)
{
    uint32_t shown = 0, more = 0;

    for (uint32_t i = 0; i < process->held_count; i++) {
        const struct process_socket *socket =
            &snapshot->sockets[snapshot->held[process->held_first + i]];

        if (!is_worth_showing(process, socket))
            continue;
        if (shown == PEERS_SHOWN) {
            more++;
            continue;
        }
        buf_add_cstr(buf, shown++ ? ", " : " Network: ");
        if (socket->state == SOCKET_LISTENING) {
            buf_add_cstr(buf, "listens on ");
            add_end(buf, socket->is_ipv4, socket->local, socket->local_port);
            continue;
        }
        buf_add_cstr(buf, socket->state == SOCKET_CONNECTING ? "tries " : "connected to ");
        add_end(buf, socket->is_ipv4, socket->remote, socket->remote_port);
    }
    if (more)
        buf_printf(buf, " and %u more", more);
    if (shown)
        buf_add_char(buf, '.');
}

static const char *
start_text(enum start_kind kind)
{
    switch (kind) {
    case START_CONTAINER:
        return "in a container";
    case START_WEB:
        return "by the web server or PHP";
    case START_CRON:
        return "by cron";
    case START_AT:
        return "by at";
    case START_SSH:
        return "in an SSH session";
    case START_SESSION:
        return "in a login session";
    case START_USER_UNIT:
        return "by the user's own systemd";
    case START_UNIT:
        return "by systemd";
    case START_UNKNOWN:
        break;
    }
    return "in a way that cannot be told";
}

static void
add_start(struct buf *buf, const struct process_words *words)
{
    buf_printf(buf, " Started %s", start_text(words->start->kind));
    if (words->start->unit.len)
        buf_printf(buf, " (" STR_FMT ")", STR_ARG(words->start->unit));
}

/* From the eldest to the process: "systemd[1] > cron[812] > sh[4700] > perl[4711]". */
static void
add_parents(struct buf *buf, const struct process_snapshot *snapshot, const struct process *process)
{
    const struct process *chain[PARENTS_SHOWN];
    int count = 0;

    for (const struct process *at = process;
         at && count<PARENTS_SHOWN; at = at->ppid> 0 ? process_find(snapshot, at->ppid) : NULL)
        chain[count++] = at;
    buf_add_cstr(buf, ": ");
    for (int i = count - 1; i >= 0; i--) {
        struct str name = program_base(chain[i]->exe);

        /* The file's name: what a process calls itself it may have made up. */
        if (name.len == 0)
            name = STR("?");
        buf_printf(buf, STR_FMT "[%d]%s", STR_ARG(name), chain[i]->pid, i ? " > " : ".");
    }
}

static struct str
write_why(const struct process_snapshot *snapshot, const struct process_words *words,
          struct arena *arena)
{
    const struct process *process = words->process;
    char since[32];
    struct buf buf;
    struct str why;

    buf_init(&buf, WORDS_LEN_MAX);
    civil_write_utc(process->start_s, since);
    buf_printf(&buf, "Process %d of ", process->pid);
    add_user(&buf, process);
    buf_printf(&buf, ", running since %s,", since);
    add_signs(&buf, words->signs);
    add_sockets(&buf, snapshot, process);
    add_start(&buf, words);
    add_parents(&buf, snapshot, process);
    if (!str_eq(process->exe, STR_EMPTY) && process->script.len)
        buf_printf(&buf, " Interpreter: " STR_FMT ".", STR_ARG(process->exe));
    if (words->others.len)
        buf_printf(&buf, " Alike: " STR_FMT ".", STR_ARG(words->others));
    why = arena_str(arena, buf_str(&buf));
    buf_done(&buf);
    return why;
}

/* Where the program would be started again from. */
static void
add_start_advice(struct buf *buf, const struct process_words *words)
{
    const struct process *process = words->process;
    bool has_user = is_plain_name(process->user);
    struct str unit = words->start->unit;

    switch (words->start->kind) {
    case START_CRON:
        if (has_user)
            buf_printf(buf, "\ncrontab -u " STR_FMT " -l", STR_ARG(process->user));
        buf_add_cstr(buf, "\ngrep -r . /etc/crontab /etc/cron.d");
        break;
    case START_AT:
        buf_add_cstr(buf, "\natq\nls -l /var/spool/cron/atjobs /var/spool/at");
        break;
    case START_SSH:
    case START_SESSION:
        if (unit.len && str_skip(&unit, STR("session-")))
            buf_printf(buf, "\nloginctl session-status " STR_FMT,
                       STR_ARG(str_first(unit, str_find(unit, STR(".scope")))));
        if (has_user)
            buf_printf(buf, "\nlast -i " STR_FMT, STR_ARG(process->user));
        break;
    case START_USER_UNIT:
        if (has_user && unit.len)
            buf_printf(buf, "\nsystemctl --user -M " STR_FMT "@ status " STR_FMT,
                       STR_ARG(process->user), STR_ARG(unit));
        break;
    case START_UNIT:
    case START_CONTAINER:
        if (unit.len)
            buf_printf(buf, "\nsystemctl status " STR_FMT "\nsystemctl cat " STR_FMT, STR_ARG(unit),
                       STR_ARG(unit));
        break;
    case START_WEB:
        buf_add_cstr(buf, "\nweir trace");
        break;
    case START_UNKNOWN:
        if (has_user)
            buf_printf(buf, "\ncrontab -u " STR_FMT " -l", STR_ARG(process->user));
        break;
    }
}

/* An accusation first stops the process, so that it can still be looked at; a remark only looks. */
static struct str
write_advice(const struct process_words *words, struct arena *arena)
{
    const struct process *process = words->process;
    int pid = process->pid;
    struct buf buf;
    struct str advice;

    buf_init(&buf, WORDS_LEN_MAX);
    if (words->confidence >= FINDING_ACCUSES)
        buf_printf(&buf,
                   "Halt it without losing it, keep what it is, then find what starts it:\n"
                   "kill -STOP %d\n",
                   pid);
    else
        buf_add_cstr(&buf, "See whether this is meant to run here:\n");
    buf_printf(&buf, "ls -l /proc/%d/exe /proc/%d/cwd /proc/%d/fd", pid, pid, pid);
    if (process->is_exe_deleted || str_starts(process->exe, STR("/memfd:")))
        buf_printf(&buf, "\ncp /proc/%d/exe /root/process-%d.exe", pid, pid);
    if (process->held_count)
        buf_printf(&buf, "\nss -tnap | grep 'pid=%d,'", pid);
    add_start_advice(&buf, words);
    if (words->confidence >= FINDING_ACCUSES)
        buf_printf(&buf, "\nkill -KILL %d", pid);
    advice = arena_str(arena, buf_str(&buf));
    buf_done(&buf);
    return advice;
}

void
process_words_add(const struct process_snapshot *snapshot, const struct process_words *words,
                  struct findings *findings)
{
    const struct process *process = words->process;

    findings_add(findings, (struct finding){
                               .kind = FINDING_PROCESS,
                               .rule = sign_facts(sign_heaviest(words->signs))->rule,
                               .confidence = words->confidence,
                               .path = process->script.len ? process->script : process->exe,
                               .text = command_line(process, findings->arena),
                               .why = write_why(snapshot, words, findings->arena),
                               .advice = write_advice(words, findings->arena),
                           });
}
