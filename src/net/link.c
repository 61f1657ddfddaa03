#include "net/link.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "net/certificate.h"

#define TEXT_BYTES 256
#define NAME_BYTES 256
#define CHUNK_BYTES 16384

struct link {
    int fd; /* -1: none */
    int64_t deadline_ms;
    enum link_fault fault;
    char text[TEXT_BYTES];
    char local[INET6_ADDRSTRLEN], remote[INET6_ADDRSTRLEN];
    char name[NAME_BYTES]; /* TLS: compared with the certificate */
    bool has_authorities;  /* TLS: somebody's certificates are trusted at all */
    SSL_CTX *context;      /* NULL: in the clear */
    SSL *tls;              /* owns both */
    BIO *from_wire, *to_wire;
};

int64_t
link_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The first fault stays. */
__attribute__((format(printf, 3, 4))) static bool
fail(struct link *link, enum link_fault fault, const char *format, ...)
{
    va_list arguments;

    if (link->fault != LINK_FINE)
        return false;
    link->fault = fault;
    va_start(arguments, format);
    vsnprintf(link->text, sizeof(link->text), format, arguments);
    va_end(arguments);
    return false;
}

static bool
fail_system(struct link *link, const char *what)
{
    switch (errno) {
    case ECONNREFUSED:
        return fail(link, LINK_REFUSED, "connection refused");
    case ENETUNREACH:
    case EHOSTUNREACH:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
        return fail(link, LINK_NO_ROUTE, "%s", strerror(errno));
    case ETIMEDOUT:
        return fail(link, LINK_TIMED_OUT, "no answer in time");
    case ECONNRESET:
    case EPIPE:
        return fail(link, LINK_CLOSED, "the server cut the connection");
    default:
        return fail(link, LINK_SYSTEM, "%s: %s", what, strerror(errno));
    }
}

static bool
fail_tls(struct link *link)
{
    unsigned long code = ERR_get_error();
    char words[TEXT_BYTES] = "";

    if (code)
        ERR_error_string_n(code, words, sizeof(words));
    ERR_clear_error();
    return fail(link, LINK_TLS, "TLS failed%s%.200s", words[0] ? ": " : "", words);
}

/* Until the socket can be read or written; false at the deadline. */
static bool
await(struct link *link, short events, int64_t until_ms)
{
    struct pollfd poll_fd = {link->fd, events, 0};

    for (;;) {
        int64_t end = until_ms < link->deadline_ms ? until_ms : link->deadline_ms;
        int64_t left = end - link_now_ms();
        int ready;

        if (left <= 0)
            return fail(link, LINK_TIMED_OUT, "no answer in time");
        ready = poll(&poll_fd, 1, left > 60000 ? 60000 : (int)left);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return fail_system(link, "poll");
    }
}

static void
note_address(int fd, int (*ask)(int, struct sockaddr *, socklen_t *), char *into, size_t size)
{
    struct sockaddr_storage address;
    socklen_t len = sizeof(address);

    if (ask(fd, (struct sockaddr *)&address, &len) != 0 ||
        getnameinfo((struct sockaddr *)&address, len, into, (socklen_t)size, NULL, 0,
                    NI_NUMERICHOST) != 0)
        into[0] = '\0';
}

static bool
connect_to(struct link *link, const struct addrinfo *to, int64_t until_ms)
{
    int error = 0, on = 1;
    socklen_t len = sizeof(error);

    link->fd = socket(to->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (link->fd < 0)
        return fail_system(link, "socket");
    setsockopt(link->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    if (connect(link->fd, to->ai_addr, to->ai_addrlen) != 0) {
        if (errno != EINPROGRESS)
            return fail_system(link, "connect");
        if (!await(link, POLLOUT, until_ms))
            return false;
        if (getsockopt(link->fd, SOL_SOCKET, SO_ERROR, &error, &len) != 0)
            return fail_system(link, "getsockopt");
        errno = error;
        if (error)
            return fail_system(link, "connect");
    }
    note_address(link->fd, getsockname, link->local, sizeof(link->local));
    note_address(link->fd, getpeername, link->remote, sizeof(link->remote));
    return true;
}

struct link *
link_open(const char *address, uint16_t port, int64_t connect_ms, int64_t deadline_ms)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICHOST};
    struct addrinfo *found;
    struct link *link = calloc(1, sizeof(*link));
    char service[8];

    if (!link)
        abort();
    link->fd = -1;
    link->deadline_ms = deadline_ms;
    snprintf(service, sizeof(service), "%u", (unsigned)port);
    if (getaddrinfo(address, service, &hints, &found) != 0) {
        fail(link, LINK_NO_ROUTE, "no address");
        return link;
    }
    connect_to(link, found, link_now_ms() + connect_ms);
    freeaddrinfo(found);
    return link;
}

void
link_close(struct link *link)
{
    if (!link)
        return;
    SSL_free(link->tls);
    SSL_CTX_free(link->context);
    if (link->fd >= 0)
        close(link->fd);
    free(link);
}

/* Raw bytes from the wire; 0 at a fault. */
static size_t
receive(struct link *link, char *buffer, size_t size, int64_t until_ms)
{
    for (;;) {
        ssize_t got = recv(link->fd, buffer, size, 0);

        if (got > 0)
            return (size_t)got;
        if (got == 0) {
            fail(link, LINK_CLOSED, "the server closed the connection");
            return 0;
        }
        if (errno == EAGAIN ? !await(link, POLLIN, until_ms)
                            : errno != EINTR && !fail_system(link, "recv"))
            return 0;
    }
}

static bool
transmit(struct link *link, struct str bytes, int64_t until_ms)
{
    while (bytes.len) {
        ssize_t put = send(link->fd, bytes.data, bytes.len, MSG_NOSIGNAL);

        if (put >= 0)
            bytes = str_from(bytes, (size_t)put);
        else if (errno == EAGAIN ? !await(link, POLLOUT, until_ms)
                                 : errno != EINTR && !fail_system(link, "send"))
            return false;
    }
    return true;
}

/* What TLS wants to send goes out. */
static bool
flush(struct link *link, int64_t until_ms)
{
    char chunk[CHUNK_BYTES];
    int len;

    while ((len = BIO_read(link->to_wire, chunk, sizeof(chunk))) > 0) {
        if (!transmit(link, (struct str){chunk, (size_t)len}, until_ms))
            return false;
    }
    return true;
}

/* After an operation of TLS that did not succeed: what it needs is brought; false at a fault. */
static bool
feed(struct link *link, int result, int64_t until_ms)
{
    char chunk[CHUNK_BYTES];
    int why = SSL_get_error(link->tls, result);
    size_t len;

    /* An alert that says why goes out even when all is lost. */
    if (!flush(link, until_ms))
        return false;
    if (why == SSL_ERROR_ZERO_RETURN)
        return fail(link, LINK_CLOSED, "the server closed the connection");
    if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
        return fail_tls(link);
    if (why == SSL_ERROR_WANT_WRITE)
        return true;
    len = receive(link, chunk, sizeof(chunk), until_ms);
    return len > 0 && BIO_write(link->from_wire, chunk, (int)len) == (int)len;
}

/* Whether the system has a file of authorities, or a folder with any in it. */
static bool
system_has_authorities(void)
{
    const char *file = getenv(X509_get_default_cert_file_env());
    const char *path = getenv(X509_get_default_cert_dir_env());
    DIR *folder;
    int entries = 0;

    if (access(file ? file : X509_get_default_cert_file(), R_OK) == 0)
        return true;
    folder = opendir(path ? path : X509_get_default_cert_dir());
    while (folder && entries <= 2 && readdir(folder))
        entries++;
    if (folder)
        closedir(folder);
    return entries > 2; /* besides "." and ".." */
}

/* Old versions and weak ciphers are let in, so that they are seen. */
static bool
prepare_tls(struct link *link, const char *name, const char *trust)
{
    bool is_address = name && (strchr(name, ':') || strspn(name, "0123456789.") == strlen(name));

    link->context = SSL_CTX_new(TLS_client_method());
    if (!link->context)
        return fail_tls(link);
    SSL_CTX_set_min_proto_version(link->context, TLS1_VERSION);
    SSL_CTX_set_security_level(link->context, 0);
    SSL_CTX_set_verify(link->context, SSL_VERIFY_NONE, NULL);
    if (trust ? SSL_CTX_load_verify_file(link->context, trust) != 1
              : SSL_CTX_set_default_verify_paths(link->context) != 1)
        return fail_tls(link);
    link->has_authorities = trust || system_has_authorities();
    link->tls = SSL_new(link->context);
    link->from_wire = BIO_new(BIO_s_mem());
    link->to_wire = BIO_new(BIO_s_mem());
    if (!link->tls || !link->from_wire || !link->to_wire)
        abort();
    SSL_set_bio(link->tls, link->from_wire, link->to_wire);
    snprintf(link->name, sizeof(link->name), "%s", name ? name : link->remote);
    if (name && !is_address && SSL_set_tlsext_host_name(link->tls, link->name) != 1)
        return fail_tls(link);
    return true;
}

bool
link_start_tls(struct link *link, const char *name, const char *trust, int64_t until_ms)
{
    int result;

    if (link->fault != LINK_FINE || link->tls)
        return false;
    ERR_clear_error();
    if (!prepare_tls(link, name, trust))
        return false;
    while ((result = SSL_connect(link->tls)) != 1) {
        if (!feed(link, result, until_ms)) {
            /* Hanging up in the handshake is a failure of TLS, too. */
            if (link->fault == LINK_CLOSED)
                link->fault = LINK_TLS;
            return false;
        }
    }
    return flush(link, until_ms);
}

bool
link_is_tls(const struct link *link)
{
    return link->tls && SSL_is_init_finished(link->tls);
}

void
link_peer(const struct link *link, struct arena *arena, struct smtp_peer *ret_peer)
{
    *ret_peer = (struct smtp_peer){.protocol = STR_EMPTY, .cipher = STR_EMPTY};
    if (link_is_tls(link))
        certificate_read_peer(link->tls, link->name, arena, ret_peer);
    ret_peer->has_authorities = link->has_authorities;
}

size_t
link_read(struct link *link, char *buffer, size_t size, int64_t until_ms)
{
    if (link->fault != LINK_FINE)
        return 0;
    if (!link->tls)
        return receive(link, buffer, size, until_ms);
    ERR_clear_error();
    for (;;) {
        int got = SSL_read(link->tls, buffer, (int)size);

        if (got > 0)
            return (size_t)got;
        /* A peer that sends records without content shall not keep us beyond the time. */
        if (link_now_ms() > until_ms)
            fail(link, LINK_TIMED_OUT, "no answer in time");
        if (link->fault != LINK_FINE || !feed(link, got, until_ms))
            return 0;
    }
}

bool
link_write(struct link *link, struct str bytes, int64_t until_ms)
{
    if (link->fault != LINK_FINE)
        return false;
    if (!link->tls)
        return transmit(link, bytes, until_ms);
    ERR_clear_error();
    while (bytes.len) {
        int put = SSL_write(link->tls, bytes.data,
                            bytes.len > CHUNK_BYTES ? CHUNK_BYTES : (int)bytes.len);

        if (put > 0)
            bytes = str_from(bytes, (size_t)put);
        else if (!feed(link, put, until_ms))
            return false;
    }
    return flush(link, until_ms);
}

enum link_fault
link_fault(const struct link *link)
{
    return link->fault;
}

const char *
link_fault_text(const struct link *link)
{
    return link->text;
}

const char *
link_local(const struct link *link)
{
    return link->local;
}

const char *
link_remote(const struct link *link)
{
    return link->remote;
}
