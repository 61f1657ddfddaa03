#include "net/smtp.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "net/link.h"

#define CLOSE_MS 2000
#define CHUNK_BYTES 4096
#define NAME_BYTES 256

struct smtp {
    struct link *link; /* NULL: the name has no address */
    struct arena *arena;
    char host[NAME_BYTES], helo[NAME_BYTES], trust[NAME_BYTES * 4];
    uint32_t read_ms, reply_ms, slowest_ms;
    enum smtp_fault fault;
    struct str fault_text;
    struct buf pending;    /* came, and was not read yet */
    struct buf transcript; /* its overflow is of no matter */
    struct smtp_reply banner;
    struct smtp_peer *peer;
    bool is_in_mail, is_greeted;
};

static bool
fail(struct smtp *smtp, enum smtp_fault fault, struct str text)
{
    if (smtp->fault == SMTP_FINE) {
        smtp->fault = fault;
        smtp->fault_text = arena_str(smtp->arena, text);
    }
    return false;
}

static enum smtp_fault
fault_of_link(enum link_fault fault)
{
    switch (fault) {
    case LINK_FINE:
        return SMTP_FINE;
    case LINK_NO_ROUTE:
        return SMTP_NO_ROUTE;
    case LINK_REFUSED:
        return SMTP_REFUSED;
    case LINK_TIMED_OUT:
        return SMTP_TIMED_OUT;
    case LINK_CLOSED:
        return SMTP_CLOSED;
    case LINK_TLS:
        return SMTP_TLS;
    case LINK_SYSTEM:
        return SMTP_SYSTEM;
    }
    return SMTP_SYSTEM;
}

static bool
fail_link(struct smtp *smtp)
{
    return fail(smtp, fault_of_link(link_fault(smtp->link)),
                str_from_cstr(link_fault_text(smtp->link)));
}

/* Every line with its speaker; other than text becomes a question mark. */
static void
record(struct smtp *smtp, struct str speaker, struct str lines)
{
    while (lines.len && !smtp->transcript.is_over) {
        struct str line = str_trim(str_cut(&lines, '\n'));

        buf_add(&smtp->transcript, speaker);
        for (size_t i = 0; i < line.len; i++) {
            unsigned char byte = (unsigned char)line.data[i];

            buf_add_char(&smtp->transcript, byte < 0x20 || byte == 0x7f ? '?' : line.data[i]);
        }
        buf_add_char(&smtp->transcript, '\n');
    }
}

/* The bytes behind the first `len` move to the front. */
static void
drop_pending(struct smtp *smtp, size_t len)
{
    smtp->pending.len -= len;
    memmove(smtp->pending.data, smtp->pending.data + len, smtp->pending.len);
}

static struct smtp_reply
take_pending(struct smtp *smtp, struct smtp_reply reply)
{
    size_t len = reply.bytes.len;

    record(smtp, STR("S: "), reply.bytes);
    reply.bytes = arena_str(smtp->arena, reply.bytes);
    drop_pending(smtp, len);
    if (reply.bytes.len != len) { /* the arena's limit */
        fail(smtp, SMTP_SYSTEM, STR("no memory left for its replies"));
        return (struct smtp_reply){STR_EMPTY, 0, 0};
    }
    return reply;
}

static struct smtp_reply
read_reply(struct smtp *smtp, uint32_t read_ms)
{
    int64_t started_ms = link_now_ms();
    struct smtp_reply none = {STR_EMPTY, 0, 0}, reply;
    char chunk[CHUNK_BYTES];

    while (smtp->fault == SMTP_FINE) {
        size_t len;

        switch (smtp_reply_read(buf_str(&smtp->pending), &reply)) {
        case SMTP_REPLY_WHOLE:
            smtp->reply_ms = (uint32_t)(link_now_ms() - started_ms);
            if (smtp->reply_ms > smtp->slowest_ms)
                smtp->slowest_ms = smtp->reply_ms;
            return take_pending(smtp, reply);
        case SMTP_REPLY_TOO_LONG:
            fail(smtp, SMTP_TOO_LONG, STR("its reply has no end"));
            return none;
        case SMTP_REPLY_NOT_SMTP:
            record(smtp, STR("S: "), str_first(buf_str(&smtp->pending), 512));
            fail(smtp, SMTP_NOT_SMTP, STR("what it says is not SMTP"));
            return none;
        case SMTP_REPLY_MORE:
            break;
        }
        len = link_read(smtp->link, chunk, sizeof(chunk), started_ms + read_ms);
        if (len)
            buf_add(&smtp->pending, (struct str){chunk, len});
        else
            fail_link(smtp);
    }
    return none;
}

/*
 * What came without being asked for would be taken for the answer to the next command. The one
 * thing that a server may say by itself is that it hangs up: 421 (RFC 5321 section 3.8).
 */
static bool
is_unasked(struct smtp *smtp)
{
    return smtp->pending.len > 0 && !str_starts(buf_str(&smtp->pending), STR("421"));
}

static struct smtp_reply
ask(struct smtp *smtp, struct str command, uint32_t read_ms)
{
    struct smtp_reply none = {STR_EMPTY, 0, 0};
    char line[SMTP_COMMAND_MAX + 2];

    if (smtp->fault != SMTP_FINE)
        return none;
    if (command.len > SMTP_COMMAND_MAX ||
        str_index_any(command, (struct str){"\r\n\0", 3}) < command.len) {
        fail(smtp, SMTP_SYSTEM, STR("the command cannot be sent: it has no single line"));
        return none;
    }
    if (is_unasked(smtp)) {
        record(smtp, STR("S: "), str_first(buf_str(&smtp->pending), 512));
        fail(smtp, SMTP_NOT_SMTP, STR("it replies more often than it is asked"));
        return none;
    }
    record(smtp, STR("C: "), command);
    if (command.len)
        memcpy(line, command.data, command.len);
    memcpy(line + command.len, "\r\n", 2);
    if (smtp->pending.len == 0 &&
        !link_write(smtp->link, (struct str){line, command.len + 2}, link_now_ms() + read_ms)) {
        fail_link(smtp);
        return none;
    }
    return read_reply(smtp, read_ms);
}

struct smtp_reply
smtp_command(struct smtp *smtp, struct str command)
{
    return ask(smtp, command, smtp->read_ms);
}

/* The first address that the system's resolver knows. */
static bool
look_up(struct smtp *smtp, char *into, size_t size)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *found;

    if (getaddrinfo(smtp->host, NULL, &hints, &found) != 0)
        return fail(smtp, SMTP_NO_ADDRESS, STR("the name has no address"));
    if (getnameinfo(found->ai_addr, found->ai_addrlen, into, (socklen_t)size, NULL, 0,
                    NI_NUMERICHOST) != 0)
        fail(smtp, SMTP_NO_ADDRESS, STR("the name has no address"));
    freeaddrinfo(found);
    return smtp->fault == SMTP_FINE;
}

static bool
start_tls(struct smtp *smtp)
{
    const char *trust = smtp->trust[0] ? smtp->trust : NULL;

    if (!link_start_tls(smtp->link, smtp->host, trust, link_now_ms() + smtp->read_ms))
        return fail_link(smtp);
    smtp->peer = ARENA_NEW(smtp->arena, struct smtp_peer);
    if (smtp->peer)
        link_peer(smtp->link, smtp->arena, smtp->peer);
    return true;
}

static void
settle(struct smtp *smtp, const struct smtp_target *target, const struct smtp_settings *settings)
{
    struct str name = target->host.len ? target->host : target->address;
    char own[NAME_BYTES] = "";

    if (gethostname(own, sizeof(own) - 1) != 0 || !own[0])
        strcpy(own, "localhost");
    snprintf(smtp->host, sizeof(smtp->host), STR_FMT, STR_ARG(str_first(name, NAME_BYTES - 1)));
    snprintf(smtp->helo, sizeof(smtp->helo), "%s", settings->helo ? settings->helo : own);
    snprintf(smtp->trust, sizeof(smtp->trust), "%s", settings->trust ? settings->trust : "");
    smtp->read_ms = settings->read_ms ? settings->read_ms : SMTP_READ_MS;
}

struct smtp *
smtp_open(const struct smtp_target *target, const struct smtp_settings *settings,
          struct arena *arena)
{
    struct smtp *smtp = calloc(1, sizeof(*smtp));
    char address[NAME_BYTES];
    int64_t deadline_ms;

    if (!smtp)
        abort();
    smtp->arena = arena;
    buf_init(&smtp->pending, SMTP_REPLY_BYTES_MAX + SMTP_REPLY_LINE_MAX + CHUNK_BYTES);
    buf_init(&smtp->transcript, SMTP_TRANSCRIPT_MAX);
    settle(smtp, target, settings);
    snprintf(address, sizeof(address), STR_FMT,
             STR_ARG(str_first(target->address, NAME_BYTES - 1)));
    if (!address[0] && !look_up(smtp, address, sizeof(address)))
        return smtp;
    deadline_ms = link_now_ms() + (settings->total_ms ? settings->total_ms : SMTP_TOTAL_MS);
    smtp->link =
        link_open(address, target->port,
                  settings->connect_ms ? settings->connect_ms : SMTP_CONNECT_MS, deadline_ms);
    if (link_fault(smtp->link) != LINK_FINE)
        fail_link(smtp);
    else if (!target->is_implicit_tls || start_tls(smtp))
        smtp->banner = read_reply(smtp, smtp->read_ms);
    return smtp;
}

void
smtp_close(struct smtp *smtp)
{
    if (!smtp)
        return;
    if (smtp->is_in_mail)
        ask(smtp, STR("RSET"), CLOSE_MS / 2);
    if (smtp->banner.code)
        ask(smtp, STR("QUIT"), CLOSE_MS / 2);
    link_close(smtp->link);
    buf_done(&smtp->pending);
    buf_done(&smtp->transcript);
    free(smtp);
}

struct smtp_reply
smtp_banner(const struct smtp *smtp)
{
    return smtp->banner;
}

struct smtp_reply
smtp_hello(struct smtp *smtp, struct smtp_features *ret_features)
{
    char line[NAME_BYTES + 8];
    struct smtp_reply reply;

    snprintf(line, sizeof(line), "EHLO %s", smtp->helo);
    reply = smtp_command(smtp, str_from_cstr(line));
    *ret_features = smtp_features_read(&reply);
    if (smtp_reply_class(&reply) != 5 || reply.code == 530 || reply.code == 554)
        return reply;
    line[0] = 'H';
    line[1] = 'E';
    line[2] = 'L';
    line[3] = 'O';
    reply = smtp_command(smtp, str_from_cstr(line));
    ret_features->name = smtp_reply_name(&reply);
    return reply;
}

bool
smtp_start_tls(struct smtp *smtp, struct smtp_reply *ret_reply)
{
    *ret_reply = smtp_command(smtp, STR("STARTTLS"));
    if (ret_reply->code != 220)
        return false;
    /* What came with the reply came in the clear: nobody knows from whom (CVE-2011-0411). */
    if (smtp->pending.len)
        return fail(smtp, SMTP_NOT_SMTP, STR("it speaks on in the clear after STARTTLS"));
    return start_tls(smtp);
}

const struct smtp_peer *
smtp_peer(const struct smtp *smtp)
{
    return smtp->peer;
}

/* VERB:<path> */
static struct smtp_reply
ask_path(struct smtp *smtp, struct str verb, struct str path)
{
    struct str parts[] = {verb, STR("<"), path, STR(">")};
    char line[SMTP_COMMAND_MAX + 1];
    size_t len = 0;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        struct str part = str_first(parts[i], sizeof(line) - len);

        if (part.len)
            memcpy(line + len, part.data, part.len);
        len += part.len;
    }
    return smtp_command(smtp, (struct str){line, len});
}

struct smtp_reply
smtp_mail(struct smtp *smtp, struct str sender)
{
    struct smtp_reply reply = ask_path(smtp, STR("MAIL FROM:"), sender);

    smtp->is_in_mail |= smtp_reply_class(&reply) == 2;
    return reply;
}

struct smtp_reply
smtp_rcpt(struct smtp *smtp, struct str recipient)
{
    return ask_path(smtp, STR("RCPT TO:"), recipient);
}

struct smtp_reply
smtp_reset(struct smtp *smtp)
{
    struct smtp_reply reply = smtp_command(smtp, STR("RSET"));

    smtp->is_in_mail = false;
    return reply;
}

static bool
send_message(struct smtp *smtp, struct str message)
{
    struct buf wire;
    bool is_sent;

    buf_init(&wire, 2 * message.len + 8);
    while (message.len) {
        struct str line = str_cut(&message, '\n');

        if (line.len && line.data[line.len - 1] == '\r')
            line.len--;
        if (line.len && line.data[0] == '.')
            buf_add_char(&wire, '.');
        buf_add(&wire, line);
        buf_add_cstr(&wire, "\r\n");
    }
    buf_add_cstr(&wire, ".\r\n");
    is_sent =
        !wire.is_over && link_write(smtp->link, buf_str(&wire), link_now_ms() + smtp->read_ms);
    buf_done(&wire);
    record(smtp, STR("C: "), STR("(the message)"));
    return is_sent || fail_link(smtp);
}

struct smtp_reply
smtp_data(struct smtp *smtp, struct str message)
{
    struct smtp_reply reply = smtp_command(smtp, STR("DATA"));

    if (smtp_reply_class(&reply) != 3)
        return reply;
    reply = (struct smtp_reply){STR_EMPTY, 0, 0};
    if (send_message(smtp, message))
        reply = read_reply(smtp, smtp->read_ms);
    smtp->is_in_mail = false;
    return reply;
}

enum smtp_fault
smtp_fault(const struct smtp *smtp)
{
    return smtp->fault;
}

struct str
smtp_fault_text(const struct smtp *smtp)
{
    return smtp->fault == SMTP_FINE ? STR_EMPTY : smtp->fault_text;
}

struct str
smtp_transcript(const struct smtp *smtp)
{
    return buf_str(&smtp->transcript);
}

uint32_t
smtp_reply_ms(const struct smtp *smtp)
{
    return smtp->reply_ms;
}

uint32_t
smtp_slowest_ms(const struct smtp *smtp)
{
    return smtp->slowest_ms;
}

struct str
smtp_local_address(const struct smtp *smtp)
{
    return smtp->link ? str_from_cstr(link_local(smtp->link)) : STR_EMPTY;
}

struct str
smtp_remote_address(const struct smtp *smtp)
{
    return smtp->link ? str_from_cstr(link_remote(smtp->link)) : STR_EMPTY;
}

bool
smtp_is_own_machine(const struct smtp *smtp)
{
    struct str local = smtp_local_address(smtp), remote = smtp_remote_address(smtp);

    return remote.len &&
           (str_eq(local, remote) || str_starts(remote, STR("127.")) || str_eq(remote, STR("::1")));
}

const char *
smtp_fault_name(enum smtp_fault fault)
{
    switch (fault) {
    case SMTP_FINE:
        return "fine";
    case SMTP_NO_ADDRESS:
        return "no address";
    case SMTP_NO_ROUTE:
        return "no route";
    case SMTP_REFUSED:
        return "connection refused";
    case SMTP_TIMED_OUT:
        return "no answer in time";
    case SMTP_CLOSED:
        return "connection closed";
    case SMTP_TOO_LONG:
        return "endless reply";
    case SMTP_NOT_SMTP:
        return "not SMTP";
    case SMTP_TLS:
        return "TLS failed";
    case SMTP_SYSTEM:
        return "system";
    }
    return "?";
}
