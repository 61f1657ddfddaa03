#include "net/smtp.h"

#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/smtp_parts.h"

#define CLOSE_MS 2000
#define CHUNK_BYTES 4096

bool
smtp_fail(struct smtp *smtp, enum smtp_fault fault, struct str text)
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

bool
smtp_fail_link(struct smtp *smtp)
{
    return smtp_fail(smtp, fault_of_link(link_fault(smtp->link)),
                     str_from_cstr(link_fault_text(smtp->link)));
}

/* Every line with its speaker; other than text becomes a question mark. */
void
smtp_record(struct smtp *smtp, struct str speaker, struct str lines)
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

    smtp_record(smtp, STR("S: "), reply.bytes);
    reply.bytes = arena_str(smtp->arena, reply.bytes);
    drop_pending(smtp, len);
    if (reply.bytes.len != len) { /* the arena's limit */
        smtp_fail(smtp, SMTP_SYSTEM, STR("no memory left for its replies"));
        return (struct smtp_reply){STR_EMPTY, 0, 0};
    }
    return reply;
}

struct smtp_reply
smtp_read_reply(struct smtp *smtp, uint32_t read_ms)
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
            smtp_fail(smtp, SMTP_TOO_LONG, STR("its reply has no end"));
            return none;
        case SMTP_REPLY_NOT_SMTP:
            smtp_record(smtp, STR("S: "), str_first(buf_str(&smtp->pending), 512));
            smtp_fail(smtp, SMTP_NOT_SMTP, STR("what it says is not SMTP"));
            return none;
        case SMTP_REPLY_MORE:
            break;
        }
        len = link_read(smtp->link, chunk, sizeof(chunk), started_ms + read_ms);
        if (len)
            buf_add(&smtp->pending, (struct str){chunk, len});
        else
            smtp_fail_link(smtp);
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

struct smtp_reply
smtp_ask(struct smtp *smtp, struct str command, uint32_t read_ms)
{
    struct smtp_reply none = {STR_EMPTY, 0, 0};
    char line[SMTP_COMMAND_MAX + 2];

    if (smtp->fault != SMTP_FINE)
        return none;
    if (command.len > SMTP_COMMAND_MAX ||
        str_index_any(command, (struct str){"\r\n\0", 3}) < command.len) {
        smtp_fail(smtp, SMTP_SYSTEM, STR("the command cannot be sent: it has no single line"));
        return none;
    }
    if (is_unasked(smtp)) {
        smtp_record(smtp, STR("S: "), str_first(buf_str(&smtp->pending), 512));
        smtp_fail(smtp, SMTP_NOT_SMTP, STR("it replies more often than it is asked"));
        return none;
    }
    smtp_record(smtp, STR("C: "), command);
    if (command.len)
        memcpy(line, command.data, command.len);
    memcpy(line + command.len, "\r\n", 2);
    if (smtp->pending.len == 0 &&
        !link_write(smtp->link, (struct str){line, command.len + 2}, link_now_ms() + read_ms)) {
        smtp_fail_link(smtp);
        return none;
    }
    return smtp_read_reply(smtp, read_ms);
}

/* The first address that the system's resolver knows. */
static bool
look_up(struct smtp *smtp, char *into, size_t size)
{
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG}, *found;

    if (getaddrinfo(smtp->host, NULL, &hints, &found) != 0)
        return smtp_fail(smtp, SMTP_NO_ADDRESS, STR("the name has no address"));
    if (getnameinfo(found->ai_addr, found->ai_addrlen, into, (socklen_t)size, NULL, 0,
                    NI_NUMERICHOST) != 0)
        smtp_fail(smtp, SMTP_NO_ADDRESS, STR("the name has no address"));
    freeaddrinfo(found);
    return smtp->fault == SMTP_FINE;
}

bool
smtp_secure(struct smtp *smtp)
{
    const char *trust = smtp->trust[0] ? smtp->trust : NULL;

    if (!link_start_tls(smtp->link, smtp->host, trust, link_now_ms() + smtp->read_ms))
        return smtp_fail_link(smtp);
    smtp->peer = ARENA_NEW(smtp->arena, struct smtp_peer);
    if (smtp->peer)
        link_peer(smtp->link, smtp->arena, smtp->peer);
    return true;
}

/*
 * How to greet: by this machine's name where it is a whole one, else by the address that the server
 * sees (RFC 5321 section 4.1.4). Many servers refuse a name without a dot.
 */
static void
settle_helo(struct smtp *smtp, const char *helo)
{
    char own[SMTP_NAME_BYTES] = "";
    const char *local = link_local(smtp->link);

    if (helo || (gethostname(own, sizeof(own) - 1) == 0 && strchr(own, '.')))
        snprintf(smtp->helo, sizeof(smtp->helo), "%s", helo ? helo : own);
    else
        snprintf(smtp->helo, sizeof(smtp->helo), "[%s%s]", strchr(local, ':') ? "IPv6:" : "",
                 local);
}

static void
settle(struct smtp *smtp, const struct smtp_target *target, const struct smtp_settings *settings)
{
    struct str name = target->host.len ? target->host : target->address;
    snprintf(smtp->host, sizeof(smtp->host), STR_FMT,
             STR_ARG(str_first(name, SMTP_NAME_BYTES - 1)));
    snprintf(smtp->trust, sizeof(smtp->trust), "%s", settings->trust ? settings->trust : "");
    smtp->read_ms = settings->read_ms ? settings->read_ms : SMTP_READ_MS;
}

struct smtp *
smtp_open(const struct smtp_target *target, const struct smtp_settings *settings,
          struct arena *arena)
{
    struct smtp *smtp = calloc(1, sizeof(*smtp));
    char address[SMTP_NAME_BYTES];
    int64_t deadline_ms;

    if (!smtp)
        abort();
    smtp->arena = arena;
    buf_init(&smtp->pending, SMTP_REPLY_BYTES_MAX + SMTP_REPLY_LINE_MAX + CHUNK_BYTES);
    buf_init(&smtp->transcript, SMTP_TRANSCRIPT_MAX);
    settle(smtp, target, settings);
    snprintf(address, sizeof(address), STR_FMT,
             STR_ARG(str_first(target->address, SMTP_NAME_BYTES - 1)));
    if (!address[0] && !look_up(smtp, address, sizeof(address)))
        return smtp;
    deadline_ms = link_now_ms() + (settings->total_ms ? settings->total_ms : SMTP_TOTAL_MS);
    smtp->link =
        link_open(address, target->port,
                  settings->connect_ms ? settings->connect_ms : SMTP_CONNECT_MS, deadline_ms);
    settle_helo(smtp, settings->helo);
    if (link_fault(smtp->link) != LINK_FINE)
        smtp_fail_link(smtp);
    else if (!target->is_implicit_tls || smtp_secure(smtp))
        smtp->banner = smtp_read_reply(smtp, smtp->read_ms);
    return smtp;
}

void
smtp_close(struct smtp *smtp)
{
    if (!smtp)
        return;
    if (smtp->is_in_mail)
        smtp_ask(smtp, STR("RSET"), CLOSE_MS / 2);
    if (smtp->banner.code)
        smtp_ask(smtp, STR("QUIT"), CLOSE_MS / 2);
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
