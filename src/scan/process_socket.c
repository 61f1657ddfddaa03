#include <arpa/inet.h>

#include "scan/process_parts.h"
#include "trace/known.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* A program opens its listeners first. */
#define LISTENERS_LOOKED_AT 64

bool
process_is_mail_port(uint16_t port)
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
    if (view->hosts < SOCKET_HOSTS_MANY)
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

const struct process_socket *
process_socket_held(const struct process_snapshot *snapshot, const struct process *process,
                    uint32_t i)
{
    return &snapshot->sockets[snapshot->held[process->held_first + i]];
}

/* The port of one of the listeners. */
static bool
is_listening_port(const struct process_snapshot *snapshot, const struct process *process,
                  uint16_t port)
{
    for (uint32_t i = 0; i < process->held_count && i < LISTENERS_LOOKED_AT; i++) {
        const struct process_socket *socket = process_socket_held(snapshot, process, i);

        if (socket->state == SOCKET_LISTENING && socket->local_port == port)
            return true;
    }
    return false;
}

struct socket_view
process_sockets_view(const struct process_snapshot *snapshot, const struct process *process)
{
    struct socket_view view = {0};
    uint32_t count =
        process->held_count < SOCKETS_LOOKED_AT ? process->held_count : SOCKETS_LOOKED_AT;

    for (uint32_t i = 0; i < count; i++) {
        const struct process_socket *socket = process_socket_held(snapshot, process, i);

        if (socket->state == SOCKET_LISTENING)
            view_listener(&view, socket);
        else if (socket->state != SOCKET_OTHER && process_is_mail_port(socket->remote_port))
            view_mail(&view, socket);
    }
    if (!view.listens_anywhere || view.hosts == 0)
        return view;
    for (uint32_t i = 0; i < count && !view.accepted; i++) {
        const struct process_socket *socket = process_socket_held(snapshot, process, i);

        view.accepted = socket->state == SOCKET_CONNECTED &&
                        is_listening_port(snapshot, process, socket->local_port);
    }
    return view;
}

const struct process_socket *
process_socket_find(const struct process_snapshot *snapshot, const struct process *process,
                    uint32_t inode)
{
    for (uint32_t i = 0; inode && i < process->held_count && i < SOCKETS_LOOKED_AT; i++) {
        const struct process_socket *socket = process_socket_held(snapshot, process, i);

        if (socket->inode == inode)
            return socket;
    }
    return NULL;
}

/* A connection that the process made itself, to a host outside. */
bool
process_is_connected_outside(const struct process_snapshot *snapshot, const struct process *process)
{
    uint32_t count =
        process->held_count < SOCKETS_LOOKED_AT ? process->held_count : SOCKETS_LOOKED_AT;

    for (uint32_t i = 0; i < count; i++) {
        const struct process_socket *socket = process_socket_held(snapshot, process, i);
        char text[INET6_ADDRSTRLEN];
        struct str remote = address_write(socket->is_ipv4, socket->remote, text);

        if (socket->state == SOCKET_CONNECTED && !known_loopback(remote) &&
            !known_private_address(remote) &&
            !is_listening_port(snapshot, process, socket->local_port))
            return true;
    }
    return false;
}
