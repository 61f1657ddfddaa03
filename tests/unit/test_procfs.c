/*
 * Each row is what the kernel writes into a file of /proc, names made hostile, and what is in it.
 */

#include <arpa/inet.h>

#include "scan/procfs.h"
#include "tap.h"

#define TAIL "0 -1 4194560 5 6 7 8 9 10 11 12 20 0 1 0 1242987 3133440 395 1844 0 0 0\n"

static void
reads_stat(void)
{
    static const struct {
        const char *text;
        bool is_read;
        int32_t pid, ppid;
        const char *comm;
        bool is_kernel;
        uint64_t start;
    } rows[] = {
        {"812 (cron) S 1 812 812 " TAIL, true, 812, 1, "cron", false, 1242987},
        /* names that look like what follows a name */
        {"812 (x) Z 9 9 () S 1 812 812 " TAIL, true, 812, 1, "x) Z 9 9 (", false, 1242987},
        {"812 (a\nb ) S) S 77 812 812 " TAIL, true, 812, 77, "a\nb ) S", false, 1242987},
        {"812 () S 77 812 812 " TAIL, true, 812, 77, "", false, 1242987},
        {"9 (kworker/0:1) I 2 0 0 0 -1 69238880 0 0 0 0 0 0 0 0 20 0 1 0 30 0 0\n", true, 9, 2,
         "kworker/0:1", true, 30},
        {"812 (cron) S 1 812 812 0 -1", false, 0, 0, "", false, 0},
        {"812 cron S 1", false, 0, 0, "", false, 0},
        {"x (cron) S 1 812 812 " TAIL, false, 0, 0, "", false, 0},
        {"99999999999 (cron) S 1 812 812 " TAIL, false, 0, 0, "", false, 0},
        {"", false, 0, 0, "", false, 0},
        {")(", false, 0, 0, "", false, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct procfs_stat stat = {0};

        CHECK_ROW(i, procfs_stat_read(str_from_cstr(rows[i].text), &stat) == rows[i].is_read);
        CHECK_ROW(i, stat.pid == rows[i].pid && stat.ppid == rows[i].ppid);
        CHECK_ROW(i, stat.is_kernel == rows[i].is_kernel && stat.start_ticks == rows[i].start);
        CHECK_STR(stat.comm.len ? stat.comm : STR_EMPTY, rows[i].comm);
    }
}

static void
reads_users_groups_and_boots(void)
{
    static const struct {
        const char *text;
        int64_t uid;
    } users[] = {
        {"Name:\tx\nUmask:\t0022\nUid:\t1000\t33\t0\t0\nGid:\t1\t1\t1\t1\n", 33},
        {"Name:\tUid:\t0\\nUid:\t0\nUid:\t7\t8\t9\t10\n", 8},
        {"Uid:\t7\n", -1},
        {"Uid:\t7\t99999999999\t1\t1\n", -1},
        {"", -1},
    };
    static const struct {
        const char *text, *path;
    } groups[] = {
        {"0::/system.slice/cron.service\n", "/system.slice/cron.service"},
        {"12:pids:/x\n1:name=systemd:/system.slice/a.service\n0::/\n", "/system.slice/a.service"},
        {"1:name=systemd:/\n0::/user.slice/b.scope\n", "/user.slice/b.scope"},
        {"1:name=systemd:/\n", "/"},
        {"0::/a:b\n", "/a:b"},
        {"5:cpu:/x\n", ""},
        {"", ""},
    };
    int64_t time_s = -1;

    for (size_t i = 0; i < COUNT(users); i++) {
        uint32_t uid = 4711;

        CHECK_ROW(i, procfs_status_uid(str_from_cstr(users[i].text), &uid) == (users[i].uid >= 0));
        CHECK_ROW(i, uid == (users[i].uid >= 0 ? (uint32_t)users[i].uid : 4711));
    }
    for (size_t i = 0; i < COUNT(groups); i++)
        CHECK_STR(procfs_cgroup_path(str_from_cstr(groups[i].text)), groups[i].path);
    CHECK(procfs_boot_time(STR("cpu 1 2\nbtime 1795600000\n"), &time_s) && time_s == 1795600000);
    CHECK(!procfs_boot_time(STR("cpu 1 2\nbtime x\n"), &time_s) && time_s == 1795600000);
    CHECK(!procfs_boot_time(STR(""), &time_s));
}

/* Addresses are words in the order of the machine that wrote them: these are little-endian's. */
static void
reads_sockets(void)
{
    static const struct {
        const char *line;
        bool is_read;
        const char *local;
        uint16_t local_port;
        const char *remote;
        uint16_t remote_port;
        enum socket_state state;
        uint32_t inode;
    } rows[] = {
        {"   0: 0100007F:0019 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        "
         "0 21406 1 0000000000000000 100 0 0 10 0",
         true, "127.0.0.1", 25, "0.0.0.0", 0, SOCKET_LISTENING, 21406},
        {"   1: 0A0200C0:9C40 057100CB:0019 01 00000000:00000000 00:00000000 00000000  33 0 7 1",
         true, "192.0.2.10", 40000, "203.0.113.5", 25, SOCKET_CONNECTED, 7},
        {"   1: 0A0200C0:9C40 057100CB:0019 02 0:0 0:0 0 33 0 7 1", true, "192.0.2.10", 40000,
         "203.0.113.5", 25, SOCKET_CONNECTING, 7},
        {"   1: 0A0200C0:9C40 057100CB:0019 06 0:0 0:0 0 33 0 0 1", true, "192.0.2.10", 40000,
         "203.0.113.5", 25, SOCKET_OTHER, 0},
        {"2: B80D0120000000000000000001000000:0016 B80D0120000000000000000007000000:1388 01 0:0 "
         "0:0 "
         "0 0 0 9 1",
         true, "2001:db8::1", 22, "2001:db8::7", 5000, SOCKET_CONNECTED, 9},
        {"2: 0000000000000000FFFF00000A0200C0:9C40 0000000000000000FFFF0000057100CB:0019 08 0:0 "
         "0:0 "
         "0 0 0 9 1",
         true, "192.0.2.10", 40000, "203.0.113.5", 25, SOCKET_CONNECTED, 9},
        {"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  "
         "timeout inode",
         false, "", 0, "", 0, 0, 0},
        {"   0: 0100007F:0019 00000000:0000 0A", false, "", 0, "", 0, 0, 0},
        {"   0: 0100007G:0019 00000000:0000 0A 0:0 0:0 0 0 0 7 1", false, "", 0, "", 0, 0, 0},
        {"   0: 0100007F 00000000:0000 0A 0:0 0:0 0 0 0 7 1", false, "", 0, "", 0, 0, 0},
        {"", false, "", 0, "", 0, 0, 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct process_socket socket = {0};
        char local[INET6_ADDRSTRLEN], remote[INET6_ADDRSTRLEN];

        CHECK_ROW(i, procfs_socket_read(str_from_cstr(rows[i].line), &socket) == rows[i].is_read);
        if (!rows[i].is_read)
            continue;
        CHECK(inet_ntop(socket.is_ipv4 ? AF_INET : AF_INET6, socket.local, local, sizeof(local)));
        CHECK(
            inet_ntop(socket.is_ipv4 ? AF_INET : AF_INET6, socket.remote, remote, sizeof(remote)));
        CHECK_STR(str_from_cstr(local), rows[i].local);
        CHECK_STR(str_from_cstr(remote), rows[i].remote);
        CHECK_ROW(i, socket.local_port == rows[i].local_port &&
                         socket.remote_port == rows[i].remote_port);
        CHECK_ROW(i, socket.state == rows[i].state && socket.inode == rows[i].inode);
    }
}

static void
reads_links(void)
{
    uint64_t number = 0;

    CHECK(procfs_link_number(STR("socket:[21406]"), STR("socket"), &number) && number == 21406);
    CHECK(procfs_link_number(STR("net:[4026531840]"), STR("net"), &number));
    CHECK(number == 4026531840);
    CHECK(!procfs_link_number(STR("/tmp/socket:[21406]"), STR("socket"), &number));
    CHECK(!procfs_link_number(STR("socket:[21406] (deleted)"), STR("socket"), &number));
    CHECK(!procfs_link_number(STR("socket:["), STR("socket"), &number));
    CHECK(!procfs_link_number(STR("pipe:[7]"), STR("socket"), &number));
}

static void
knows_slow_mounts(void)
{
    static const struct {
        const char *line, *point; /* NULL: not slow */
    } rows[] = {
        {"36 35 98:0 / /home/eve/m rw,nosuid shared:5 - fuse.sshfs eve@192.0.2.7:/ rw",
         "/home/eve/m"},
        {"36 35 0:40 / /srv/www rw - nfs4 192.0.2.7:/www rw,vers=4", "/srv/www"},
        {"36 35 0:40 / /home/a\\040b/m rw master:1 shared:2 - fuseblk /dev/sdb1 rw", "/home/a"},
        {"36 35 0:40 / /mnt rw - autofs systemd-1 rw", "/mnt"},
        {"36 35 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw", NULL},
        {"36 35 0:40 / /home rw - overlay fuse rw", NULL},
        {"36 35 0:40 / home rw - fuse x rw", NULL},
        {"36 35", NULL},
        {"", NULL},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str point = STR_EMPTY;

        CHECK_ROW(i, procfs_slow_mount(str_from_cstr(rows[i].line), &point) ==
                         (rows[i].point != NULL));
        CHECK_STR(point, rows[i].point ? rows[i].point : "");
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads stat", reads_stat},
        {"reads users, groups and boots", reads_users_groups_and_boots},
        {"reads sockets", reads_sockets},
        {"reads links", reads_links},
        {"knows slow mounts", knows_slow_mounts},
    };

    return tap_main(cases, COUNT(cases));
}
