#include "disk/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#define BUFFER_BYTES 65536

/* The kernel answers at once; this is for the day when it does not. */
#define ANSWER_SECONDS_MAX 5

/* SYN_SENT, ESTABLISHED, CLOSE_WAIT, LISTEN: the others are ending, or nobody's yet. */
#define STATES_WANTED (UINT32_C(1) << 1 | UINT32_C(1) << 2 | UINT32_C(1) << 8 | UINT32_C(1) << 10)

void
sockets_done(struct socket_list *sockets)
{
    free(sockets->list);
    *sockets = (struct socket_list){0};
}

static void
add(struct socket_list *sockets, const struct process_socket *socket)
{
    if (socket->inode == 0 || socket->state == SOCKET_OTHER)
        return;
    if (sockets->count == SOCKETS_MAX) {
        sockets->lost++;
        return;
    }
    if (sockets->count == sockets->capacity) {
        sockets->capacity = sockets->capacity ? sockets->capacity * 2 : 256;
        sockets->list = reallocarray(sockets->list, sockets->capacity, sizeof(*sockets->list));
        if (!sockets->list)
            abort();
    }
    sockets->list[sockets->count++] = *socket;
}

/* --- by netlink --- */

static bool
ask(int fd, uint8_t family)
{
    struct {
        struct nlmsghdr header;
        struct inet_diag_req_v2 request;
    } message = {
        .header = {.nlmsg_len = sizeof(message),
                   .nlmsg_type = SOCK_DIAG_BY_FAMILY,
                   .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP},
        .request = {.sdiag_family = family,
                    .sdiag_protocol = IPPROTO_TCP,
                    .idiag_states = STATES_WANTED},
    };

    return send(fd, &message, sizeof(message), 0) == (ssize_t)sizeof(message);
}

static void
add_message(struct socket_list *sockets, const struct inet_diag_msg *message)
{
    struct process_socket socket = {
        .inode = message->idiag_inode,
        .local_port = ntohs(message->id.idiag_sport),
        .remote_port = ntohs(message->id.idiag_dport),
        .state = (uint8_t)procfs_socket_state(message->idiag_state),
        .is_ipv4 = message->idiag_family == AF_INET,
    };
    size_t len = socket.is_ipv4 ? 4 : 16;

    memcpy(socket.local, message->id.idiag_src, len);
    memcpy(socket.remote, message->id.idiag_dst, len);
    procfs_socket_unmap(&socket);
    add(sockets, &socket);
}

/* Takes what one datagram holds; true: the answer is complete. `ret_ok` says how it ended. */
static bool
take_datagram(struct socket_list *sockets, char *data, size_t len, bool *ret_ok)
{
    for (size_t at = 0; at + sizeof(struct nlmsghdr) <= len;) {
        struct nlmsghdr header;

        memcpy(&header, data + at, sizeof(header));
        if (header.nlmsg_len < sizeof(header) || header.nlmsg_len > len - at)
            return true;
        if (header.nlmsg_type == NLMSG_DONE || header.nlmsg_type == NLMSG_ERROR) {
            *ret_ok = header.nlmsg_type == NLMSG_DONE;
            return true;
        }
        if (header.nlmsg_len >= NLMSG_HDRLEN + sizeof(struct inet_diag_msg)) {
            struct inet_diag_msg message;

            memcpy(&message, data + at + NLMSG_HDRLEN, sizeof(message));
            add_message(sockets, &message);
        }
        at += NLMSG_ALIGN(header.nlmsg_len);
    }
    return false;
}

static bool
dump(struct socket_list *sockets, int fd, uint8_t family)
{
    bool is_ok = false;
    char *data;

    if (!ask(fd, family))
        return false;
    data = malloc(BUFFER_BYTES);
    if (!data)
        abort();
    for (;;) {
        ssize_t len = recv(fd, data, BUFFER_BYTES, 0);

        if (len < 0 && errno == EINTR)
            continue;
        if (len <= 0 || take_datagram(sockets, data, (size_t)len, &is_ok))
            break;
    }
    free(data);
    return is_ok;
}

static bool
read_by_netlink(struct socket_list *sockets)
{
    struct timeval patience = {.tv_sec = ANSWER_SECONDS_MAX};
    int fd = socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
    bool is_ok;

    if (fd < 0)
        return false;
    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    /* Without IPv6 there is nothing to dump of it. */
    is_ok = dump(sockets, fd, AF_INET) &&
            (dump(sockets, fd, AF_INET6) || access("/proc/net/tcp6", F_OK) < 0);
    (void)close(fd);
    return is_ok;
}

/* --- by file --- */

/* Adds the whole lines of `text`; what is behind the last line end is left. */
static size_t
take_lines(struct socket_list *sockets, struct str text)
{
    struct process_socket socket;
    struct str rest = text;

    for (;;) {
        size_t end = str_index(rest, '\n');

        if (end == rest.len)
            return text.len - rest.len;
        if (procfs_socket_read(str_first(rest, end), &socket))
            add(sockets, &socket);
        rest = str_from(rest, end + 1);
    }
}

static bool
read_file(struct socket_list *sockets, int proc, const char *path)
{
    int fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
    size_t held = 0, taken;
    ssize_t got = 0;
    char *data;

    if (fd < 0)
        return false;
    data = malloc(BUFFER_BYTES);
    if (!data)
        abort();
    while (held < BUFFER_BYTES) {
        got = read(fd, data + held, BUFFER_BYTES - held);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        held += (size_t)got;
        taken = take_lines(sockets, (struct str){data, held});
        memmove(data, data + taken, held - taken);
        held -= taken;
    }
    free(data);
    (void)close(fd);
    return got == 0;
}

bool
sockets_read_process(struct socket_list *sockets, int proc, int pid)
{
    char path[64];

    (void)snprintf(path, sizeof(path), "%d/net/tcp", pid);
    if (!read_file(sockets, proc, path))
        return false;
    (void)snprintf(path, sizeof(path), "%d/net/tcp6", pid);
    return read_file(sockets, proc, path) || faccessat(proc, path, F_OK, 0) < 0;
}

bool
sockets_read_own(struct socket_list *sockets, int proc, struct err *err)
{
    uint32_t before = sockets->count;

    if (read_by_netlink(sockets))
        return true;
    sockets->count = before;
    return sockets_read_process(sockets, proc, (int)getpid()) ||
           err_set(err, ERR_SYSTEM, "cannot read /proc/net/tcp: %s", strerror(errno));
}

/* --- found again --- */

static int
by_inode(const void *a, const void *b)
{
    const struct process_socket *first = a, *second = b;

    return (first->inode > second->inode) - (first->inode < second->inode);
}

void
sockets_sort(struct socket_list *sockets)
{
    if (sockets->count)
        qsort(sockets->list, sockets->count, sizeof(*sockets->list), by_inode);
}

uint32_t
sockets_find(const struct socket_list *sockets, uint32_t inode)
{
    uint32_t low = 0, high = sockets->count;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (sockets->list[middle].inode < inode)
            low = middle + 1;
        else
            high = middle;
    }
    return low < sockets->count && sockets->list[low].inode == inode ? low : sockets->count;
}
