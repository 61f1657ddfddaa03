#ifndef SCAN_PROCFS_H
#define SCAN_PROCFS_H

/*
 * procfs - what the kernel says of a process and of sockets, as text (proc(5)).
 *
 *     812 (cron) S 1 812 812 0 -1 4194560 ... 1242987 ...            /proc/PID/stat
 *     Uid:	33	33	33	33                                          /proc/PID/status
 *     0::/system.slice/cron.service                                  /proc/PID/cgroup
 *     0: 0100007F:0019 00000000:0000 0A ... 0 0 21406 1 ...          /proc/PID/net/tcp
 *
 * Pure: no I/O, no allocation. Slices point into the caller's text. A process chooses its own
 * name, parentheses and line ends included, so a name is never used to find what follows it.
 */

#include "base/str.h"

enum socket_state {
    SOCKET_OTHER,      /* ending, or nothing known */
    SOCKET_LISTENING,  /* waits for others to connect */
    SOCKET_CONNECTED,  /* data may flow */
    SOCKET_CONNECTING, /* asked for, no answer yet */
};

/* One TCP socket. IPv4 mapped into IPv6 is taken as IPv4: the first four bytes count then. */
struct process_socket {
    uint32_t inode;
    uint16_t local_port, remote_port;
    unsigned char local[16], remote[16];
    uint8_t state; /* enum socket_state */
    bool is_ipv4;
};

struct procfs_stat {
    int32_t pid, ppid;
    char state;           /* 'R', 'S', 'Z', ... */
    bool is_kernel;       /* a thread of the kernel: no program at all */
    struct str comm;      /* as the process likes to be called */
    uint64_t start_ticks; /* after boot */
};

/* All of /proc/PID/stat; false when it is none. */
bool procfs_stat_read(struct str text, struct procfs_stat *ret_stat);

/* The effective user of /proc/PID/status; false without one. */
bool procfs_status_uid(struct str text, uint32_t *ret_uid);

/* The path of the unit in /proc/PID/cgroup: of the unified hierarchy, or of systemd's own. */
struct str procfs_cgroup_path(struct str text);

/* The second of the boot in /proc/stat; false without one. */
bool procfs_boot_time(struct str text, int64_t *ret_time_s);

/* One line of /proc/PID/net/tcp or tcp6; false for the heading and for what is no such line. */
bool procfs_socket_read(struct str line, struct process_socket *ret_socket);

/* "socket:[21406]", "pipe:[7]", "net:[4026531840]": the number behind `prefix`; false otherwise. */
bool procfs_link_number(struct str link, struct str prefix, uint64_t *ret_number);

/*
 * A line of /proc/PID/mountinfo: true when the file system may keep one waiting, as its server is
 * another host or a program. `ret_point` is where it is mounted, up to the first escaped byte.
 */
bool procfs_slow_mount(struct str line, struct str *ret_point);

/* The state of a socket by the kernel's number for it (tcp_states.h). */
enum socket_state procfs_socket_state(unsigned number);

/* Takes an IPv4 address out of the IPv6 address that carries it. */
void procfs_socket_unmap(struct process_socket *socket);

#endif
