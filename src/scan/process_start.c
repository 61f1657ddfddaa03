#include "scan/process_parts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* Parents looked at; a loop, which a snapshot of moving things may hold, ends here. */
#define PARENTS_MAX 32

const struct process *
process_find(const struct process_snapshot *snapshot, int32_t pid)
{
    uint32_t low = 0, high = snapshot->process_count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (snapshot->processes[middle].pid < pid)
            low = middle + 1;
        else
            high = middle;
    }
    return low < snapshot->process_count && snapshot->processes[low].pid == pid
               ? &snapshot->processes[low]
               : NULL;
}

/* A unit's name goes into a command that root will type: nothing but what systemd writes itself. */
static bool
is_unit_name(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];
        bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || str_is_digit(c) ||
                        c == '@' || c == '.' || c == '_' || c == '-' || c == ':';

        if (!is_plain || (i == 0 && c == '-'))
            return false;
    }
    return name.len > 0;
}

static bool
is_unit(struct str part)
{
    return str_ends(part, STR(".service")) || str_ends(part, STR(".scope"));
}

/* The first unit of the path: what is below it a service may have named itself. */
static struct str
unit_of(struct str cgroup)
{
    struct str unit = STR_EMPTY;
    bool is_user = str_has(cgroup, STR("/user@"));

    while (cgroup.len) {
        struct str part = str_cut(&cgroup, '/');

        if (!is_unit(part))
            continue;
        unit = part;
        /* In a user's own manager the unit is the one below. */
        if (!is_user || !str_starts(part, STR("user@")))
            break;
    }
    return unit;
}

/* Which start a unit is; the first word that its name begins with decides. */
static const struct {
    const char *name;
    enum start_kind kind;
} units[] = {
    {"cron.", START_CRON},
    {"crond.", START_CRON},
    {"anacron.", START_CRON},
    {"atd.", START_AT},
    {"apache2.", START_WEB},
    {"apache2@", START_WEB},
    {"httpd.", START_WEB},
    {"nginx.", START_WEB},
    {"lsws.", START_WEB},
    {"lighttpd.", START_WEB},
    {"lshttpd.", START_WEB},
    {"caddy.", START_WEB},
    {"docker-", START_CONTAINER},
    {"libpod-", START_CONTAINER},
    {"cri-containerd-", START_CONTAINER},
    {"session-", START_SESSION},
};

static enum start_kind
kind_of_group(struct str cgroup, struct str unit)
{
    static const char *const container[] = {"/docker/", "/kubepods", "/lxc", "/machine.slice/",
                                            "/libpod"};

    for (size_t i = 0; i < COUNT(container); i++) {
        if (str_has(cgroup, str_from_cstr(container[i])))
            return START_CONTAINER;
    }
    if (str_has(cgroup, STR("/user@")))
        return START_USER_UNIT;
    /* "php8.2-fpm.service", "ea-php82-php-fpm.service": versions and vendors come first. */
    if (str_has(unit, STR("php")) && str_has(unit, STR("-fpm")))
        return START_WEB;
    for (size_t i = 0; i < COUNT(units); i++) {
        if (str_starts(unit, str_from_cstr(units[i].name)))
            return units[i].kind;
    }
    return unit.len ? START_UNIT : START_UNKNOWN;
}

/*
 * The nearest parent that says how things start; START_UNKNOWN when none does. `ret_is_known` is
 * false when the programs of some are not known, as they are to root alone.
 */
static enum start_kind
kind_of_parents(const struct process_snapshot *snapshot, const struct process *process,
                bool *ret_is_known)
{
    *ret_is_known = process->exe.len > 0;
    for (int i = 0; i < PARENTS_MAX; i++) {
        int32_t ppid = process->ppid;

        process = ppid > 0 ? process_find(snapshot, ppid) : NULL;
        if (!process) {
            *ret_is_known &= ppid <= 1;
            break;
        }
        *ret_is_known &= process->exe.len > 0 || process->pid == 1;
        switch (program_kind(process)) {
        case PROGRAM_WEB:
            return START_WEB;
        case PROGRAM_CRON:
            return START_CRON;
        case PROGRAM_AT:
            return START_AT;
        case PROGRAM_SSHD:
            return START_SSH;
        case PROGRAM_OTHER:
        case PROGRAM_MTA:
        case PROGRAM_MAIL_CLIENT:
        case PROGRAM_SSH:
        case PROGRAM_SHELL:
        case PROGRAM_INTERPRETER:
        case PROGRAM_NETCAT:
        case PROGRAM_INETD:
        case PROGRAM_PROXY:
            break;
        }
    }
    return START_UNKNOWN;
}

struct process_start
process_start_find(const struct process_snapshot *snapshot, const struct process *process)
{
    struct process_start start = {START_UNKNOWN, false, unit_of(process->cgroup)};
    enum start_kind group = kind_of_group(process->cgroup, start.unit);
    bool is_known;
    enum start_kind parents = kind_of_parents(snapshot, process, &is_known);

    /*
     * Parents die and leave their children to init; the group stays. A session of cron or of
     * SSH is a scope of its own, so there the parents know more.
     */
    start.kind = group == START_UNKNOWN || group == START_SESSION || group == START_UNIT ||
                         group == START_CONTAINER
                     ? parents
                     : group;
    if (start.kind == START_UNKNOWN || (group == START_CONTAINER && parents != START_WEB))
        start.kind = group;
    start.is_adrift = is_known && group == START_WEB && parents != START_WEB &&
                      program_kind(process) != PROGRAM_WEB;
    if (!is_unit_name(start.unit))
        start.unit = STR_EMPTY;
    return start;
}
