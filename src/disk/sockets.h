#ifndef DISK_SOCKETS_H
#define DISK_SOCKETS_H

/*
 * sockets - the TCP sockets of this host and of its containers.
 *
 * Of the own network namespace the kernel is asked by netlink (sock_diag(7)); of others, and
 * where netlink is refused, /proc/PID/net/tcp is read. Sockets that belong to no process any
 * more are left out.
 */

#include "base/err.h"
#include "scan/procfs.h"

/* 44 bytes each. */
#define SOCKETS_MAX 1000000U

struct socket_list {
    struct process_socket *list; /* freed by sockets_done */
    uint32_t count, capacity;
    uint64_t lost; /* beyond the ceiling */
};

void sockets_done(struct socket_list *sockets);

/* Adds those of the caller's own network namespace. `proc` is open on /proc. */
bool sockets_read_own(struct socket_list *sockets, int proc, struct err *err)
    __attribute__((warn_unused_result));

/* Adds those of the network namespace of the process; false: it is gone, or not to be read. */
bool sockets_read_process(struct socket_list *sockets, int proc, int pid)
    __attribute__((warn_unused_result));

/* Puts them in the order of their inodes, for sockets_find. */
void sockets_sort(struct socket_list *sockets);

/* The index of a socket; `count` when it is not there. */
uint32_t sockets_find(const struct socket_list *sockets, uint32_t inode);

#endif
