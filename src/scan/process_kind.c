#include "scan/process_parts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct str
program_base(struct str path)
{
    size_t at = path.len;

    while (at > 0 && path.data[at - 1] != '/')
        at--;
    return str_from(path, at);
}

static bool
is_version(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!str_is_digit(s.data[i]) && s.data[i] != '.' && s.data[i] != '-')
            return false;
    }
    return true;
}

bool
program_is_named(struct str base, struct str name)
{
    return str_skip(&base, name) && is_version(base);
}

static bool
is_one_of(struct str name, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(name, str_from_cstr(words[i])))
            return true;
    }
    return false;
}

static bool
starts_with_one_of(struct str s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_starts(s, str_from_cstr(words[i])))
            return true;
    }
    return false;
}

static bool
has_one_of(struct str s, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_has(s, str_from_cstr(words[i])))
            return true;
    }
    return false;
}

/* --- which program a file is --- */

/* A mail server's parts have plain names: the folder belongs to what they are known by. */
static bool
is_mta_path(struct str exe)
{
    static const char *const folder[] = {
        "/usr/lib/postfix/",        "/usr/libexec/postfix/", "/usr/lib/nullmailer/",
        "/var/qmail/bin/",          "/usr/lib/dma/",         "/usr/libexec/opensmtpd/",
        "/usr/lib/dovecot/",        "/usr/lib/courier/",     "/usr/lib64/dma/",
        "/usr/libexec/nullmailer/", "/usr/libexec/dovecot/"};
    static const char *const base[] = {
        "exim",
        "exim4",
        "smtpd",
        "msmtp",
        "msmtpd",
        "ssmtp",
        "esmtp",
        "dma",
        "weir",
        "haraka",
        "maddy",
        "stalwart",
        "rspamd",
        "stalwart-mail",
        "opendkim",
        "nullmailer-send",
        "sendmail.sendmail",
        "sendmail.postfix",
        "sendmail",
        "xmail",
        "mailcatcher",
        "mailpit",
    };
    /* sendmail on Debian and Red Hat: the program is behind a link. */
    static const char *const whole[] = {"/usr/lib/sm.bin/sendmail", "/usr/libexec/sm.bin/sendmail",
                                        "/usr/libexec/sendmail/sendmail"};

    return starts_with_one_of(exe, folder, COUNT(folder)) ||
           is_one_of(program_base(exe), base, COUNT(base)) || is_one_of(exe, whole, COUNT(whole));
}

/* What may be followed by a version, by its base name. */
static const struct {
    const char *name;
    enum program_kind kind;
} names[] = {
    {"mutt", PROGRAM_MAIL_CLIENT},
    {"neomutt", PROGRAM_MAIL_CLIENT},
    {"alpine", PROGRAM_MAIL_CLIENT},
    {"thunderbird", PROGRAM_MAIL_CLIENT},
    {"thunderbird-bin", PROGRAM_MAIL_CLIENT},
    {"evolution", PROGRAM_MAIL_CLIENT},
    {"claws-mail", PROGRAM_MAIL_CLIENT},
    {"kmail", PROGRAM_MAIL_CLIENT},
    {"s-nail", PROGRAM_MAIL_CLIENT},
    {"mailx", PROGRAM_MAIL_CLIENT},
    {"monit", PROGRAM_MAIL_CLIENT},
    {"check_smtp", PROGRAM_MAIL_CLIENT},
    {"zabbix_server", PROGRAM_MAIL_CLIENT},
    {"zabbix_proxy", PROGRAM_MAIL_CLIENT},
    {"zabbix_agentd", PROGRAM_MAIL_CLIENT},
    {"zabbix_agent", PROGRAM_MAIL_CLIENT},
    {"blackbox_exporter", PROGRAM_MAIL_CLIENT},
    {"alertmanager", PROGRAM_MAIL_CLIENT},
    {"grafana", PROGRAM_MAIL_CLIENT},
    {"grafana-server", PROGRAM_MAIL_CLIENT},
    {"apache", PROGRAM_WEB},
    {"httpd", PROGRAM_WEB},
    {"nginx", PROGRAM_WEB},
    {"lighttpd", PROGRAM_WEB},
    {"caddy", PROGRAM_WEB},
    {"lshttpd", PROGRAM_WEB},
    {"litespeed", PROGRAM_WEB},
    {"openlitespeed", PROGRAM_WEB},
    {"lsphp", PROGRAM_WEB},
    {"php-fpm", PROGRAM_WEB},
    {"php-cgi", PROGRAM_WEB},
    {"fcgiwrap", PROGRAM_WEB},
    {"sshd", PROGRAM_SSHD},
    {"sshd-session", PROGRAM_SSHD},
    {"dropbear", PROGRAM_SSHD},
    {"ssh", PROGRAM_SSH},
    {"autossh", PROGRAM_SSH},
    {"sh", PROGRAM_SHELL},
    {"bash", PROGRAM_SHELL},
    {"dash", PROGRAM_SHELL},
    {"ash", PROGRAM_SHELL},
    {"zsh", PROGRAM_SHELL},
    {"ksh", PROGRAM_SHELL},
    {"mksh", PROGRAM_SHELL},
    {"csh", PROGRAM_SHELL},
    {"tcsh", PROGRAM_SHELL},
    {"fish", PROGRAM_SHELL},
    {"perl", PROGRAM_INTERPRETER},
    {"python", PROGRAM_INTERPRETER},
    {"pypy", PROGRAM_INTERPRETER},
    {"php", PROGRAM_INTERPRETER},
    {"ruby", PROGRAM_INTERPRETER},
    {"node", PROGRAM_INTERPRETER},
    {"nodejs", PROGRAM_INTERPRETER},
    {"lua", PROGRAM_INTERPRETER},
    {"luajit", PROGRAM_INTERPRETER},
    {"tclsh", PROGRAM_INTERPRETER},
    {"nc", PROGRAM_NETCAT},
    {"nc.openbsd", PROGRAM_NETCAT},
    {"nc.traditional", PROGRAM_NETCAT},
    {"ncat", PROGRAM_NETCAT},
    {"netcat", PROGRAM_NETCAT},
    {"socat", PROGRAM_NETCAT},
    {"cron", PROGRAM_CRON},
    {"crond", PROGRAM_CRON},
    {"anacron", PROGRAM_CRON},
    {"fcron", PROGRAM_CRON},
    {"atd", PROGRAM_AT},
    {"inetd", PROGRAM_INETD},
    {"xinetd", PROGRAM_INETD},
    {"inetutils-inetd", PROGRAM_INETD},
    {"tcpserver", PROGRAM_INETD},
    {"3proxy", PROGRAM_PROXY},
    {"microsocks", PROGRAM_PROXY},
    {"gost", PROGRAM_PROXY},
    {"chisel", PROGRAM_PROXY},
    {"frpc", PROGRAM_PROXY},
    {"frps", PROGRAM_PROXY},
    {"ngrok", PROGRAM_PROXY},
    {"npc", PROGRAM_PROXY},
    {"cloudflared", PROGRAM_PROXY},
    {"ssocksd", PROGRAM_PROXY},
    {"rssocks", PROGRAM_PROXY},
    {"srelay", PROGRAM_PROXY},
    {"sockd", PROGRAM_PROXY},
    {"danted", PROGRAM_PROXY},
    {"squid", PROGRAM_PROXY},
    {"tinyproxy", PROGRAM_PROXY},
    {"privoxy", PROGRAM_PROXY},
    {"polipo", PROGRAM_PROXY},
    {"proxychains", PROGRAM_PROXY},
    {"ptunnel", PROGRAM_PROXY},
    {"iodined", PROGRAM_PROXY},
    {"hts", PROGRAM_PROXY},
    {"ligolo-agent", PROGRAM_PROXY},
    {"xray", PROGRAM_PROXY},
    {"v2ray", PROGRAM_PROXY},
    {"ss-server", PROGRAM_PROXY},
    {"ssserver", PROGRAM_PROXY},
};

enum program_kind
program_kind_by_name(struct str exe)
{
    struct str base = program_base(exe);

    if (is_mta_path(exe))
        return PROGRAM_MTA;
    for (size_t i = 0; i < COUNT(names); i++) {
        if (program_is_named(base, str_from_cstr(names[i].name)))
            return names[i].kind;
    }
    return PROGRAM_OTHER;
}

bool
program_runs_scripts(enum program_kind kind)
{
    return kind == PROGRAM_SHELL || kind == PROGRAM_INTERPRETER;
}

static bool
is_system_path(struct str path)
{
    static const char *const folder[] = {
        "/usr/", "/bin/",       "/sbin/", "/lib/",       "/lib64/",
        "/opt/", "/var/qmail/", "/snap/", "/nix/store/",
    };

    return starts_with_one_of(path, folder, COUNT(folder));
}

bool
program_is_system(const struct process *process)
{
    return process->is_exe_guarded && is_system_path(process->exe) &&
           (!process->is_exe_deleted || process->is_exe_replaced);
}

bool
program_has_system_script(const struct process *process)
{
    return process->is_script_guarded && !process->is_script_deleted &&
           is_system_path(process->script);
}

enum program_kind
program_kind(const struct process *process)
{
    enum program_kind kind = program_kind_by_name(process->exe);

    /* What accuses, or merely explains what it does, may be believed of any file. */
    if (program_runs_scripts(kind) || kind == PROGRAM_NETCAT || kind == PROGRAM_PROXY ||
        kind == PROGRAM_SSH)
        return kind;
    return program_is_system(process) ? kind : PROGRAM_OTHER;
}

/* --- names that a process gives itself --- */

/* The first word without brackets, and without what follows one of `ends`. */
static struct str
stem_of(struct str name, struct str ends)
{
    (void)str_skip(&name, STR("["));
    return str_first(name, str_index_any(name, ends));
}

bool
program_is_kernel_name(struct str name)
{
    /* Those that no program of a user's is called. */
    static const char *const stem[] = {
        "kworker",     "ksoftirqd",  "kthreadd",      "kswapd0",     "kswapd1",    "kblockd",
        "kdevtmpfs",   "khugepaged", "kcompactd0",    "kauditd",     "khungtaskd", "kthrotld",
        "kintegrityd", "jbd2",       "rcu_sched",     "rcu_preempt", "rcu_bh",     "rcu_gp",
        "rcu_par_gp",  "kpsmoused",  "kstrp",         "scsi_eh_0",   "scsi_eh_1",  "netns",
        "kdmflush",    "xfsaild",    "ksmd",          "cpuhp",       "kaluad",     "kmpath_rdacd",
        "oom_reaper",  "kacpid",     "kjournald",     "pdflush",     "ata_sff",    "md0_raid1",
        "bioset",      "edac",       "ipv6_addrconf", "kseriod",     "khelper",
    };
    /* Too plain to count without the brackets. */
    static const char *const plain[] = {"migration", "watchdog", "events", "flush", "mm_percpu_wq",
                                        "writeback", "crypto",   "nfsd",   "aio",   "sync_supers"};

    if (is_one_of(stem_of(name, STR("/:] ")), stem, COUNT(stem)))
        return true;
    return str_starts(name, STR("[")) && str_has(name, STR("]")) &&
           is_one_of(stem_of(name, STR("/:]- ")), plain, COUNT(plain));
}

bool
program_is_daemon_name(struct str name)
{
    /* Compiled everywhere: no distribution ships one of these as a script. */
    static const char *const daemon[] = {
        "httpd",
        "apache2",
        "apache",
        "nginx",
        "sshd",
        "sshd-session",
        "crond",
        "cron",
        "atd",
        "syslogd",
        "rsyslogd",
        "klogd",
        "inetd",
        "xinetd",
        "mysqld",
        "mariadbd",
        "postmaster",
        "named",
        "proftpd",
        "vsftpd",
        "pure-ftpd",
        "exim",
        "exim4",
        "sendmail",
        "qmgr",
        "pickup",
        "dovecot",
        "imapd",
        "php-fpm",
        "lsphp",
        "systemd",
        "systemd-journald",
        "systemd-logind",
        "systemd-udevd",
        "systemd-resolved",
        "systemd-networkd",
        "systemd-timesyncd",
        "dbus-daemon",
        "agetty",
        "mingetty",
        "getty",
        "udevd",
        "acpid",
        "auditd",
        "ntpd",
        "chronyd",
        "irqbalance",
        "polkitd",
        "rpcbind",
        "rpc.statd",
        "portmap",
        "bash",
        "-bash",
        "sh",
        "-sh",
        "dhclient",
        "NetworkManager",
        "snapd",
        "containerd",
        "dockerd",
        "haproxy",
        "memcached",
        "redis-server",
        "smbd",
        "nmbd",
        "cupsd",
        "(sd-pam)",
        "iscsid",
        "multipathd",
        "lvmetad",
        "init",
    };
    size_t end = str_index_any(name, STR(" :\t"));

    return is_one_of(program_base(str_first(name, end)), daemon, COUNT(daemon));
}

/* --- where a file is --- */

bool
program_is_in_temporary(struct str path)
{
    static const char *const folder[] = {"/tmp/", "/var/tmp/", "/dev/shm/", "/run/shm/",
                                         "/dev/mqueue/"};

    return starts_with_one_of(path, folder, COUNT(folder));
}

bool
program_is_in_upload(struct str path)
{
    static const char *const folder[] = {
        "/uploads/",     "/upload/", "/userfiles/", "/attachments/",
        "/avatars/",     "/images/", "/img/",       "/thumbs/",
        "/fonts/",       "/css/",    "/media/",     "/wp-content/cache/",
        "/wp-includes/",
    };

    /* Below the home or the web root: a system's folder of that name is the system's. */
    return !is_system_path(path) && has_one_of(path, folder, COUNT(folder));
}

bool
program_is_hidden(struct str path)
{
    /* Where tools that people install for themselves live. */
    static const char *const known[] = {
        ".pyenv",
        ".nvm",
        ".rbenv",
        ".cargo",
        ".rustup",
        ".local",
        ".config",
        ".asdf",
        ".sdkman",
        ".conda",
        ".npm",
        ".bun",
        ".vscode-server",
        ".cursor-server",
        ".deno",
        ".linuxbrew",
        ".fnm",
        ".volta",
        ".venv",
        ".virtualenvs",
        ".cache",
        ".gradle",
        ".m2",
        ".dotnet",
        ".go",
        ".rvm",
        ".plenv",
        ".phpbrew",
        ".acme.sh",
        ".pm2",
        ".snapshots",
        ".composer",
        ".steam",
        ".mozilla",
        ".meteor",
    };

    while (path.len) {
        struct str part = str_cut(&path, '/');

        if (str_starts(part, STR(".")) && !str_eq(part, STR(".")) && !str_eq(part, STR("..")) &&
            !is_one_of(part, known, COUNT(known)))
            return true;
    }
    return false;
}
