#ifndef NET_SMTP_PARTS_H
#define NET_SMTP_PARTS_H

/*
 * smtp_parts - the session behind net/smtp.h: smtp.c opens, reads and closes it, smtp_command.c
 * has the commands, smtp_takes.c whole dialogues.
 */

#include "base/buf.h"
#include "net/link.h"
#include "net/smtp.h"

#define SMTP_NAME_BYTES 256
#define SMTP_PATH_BYTES 1024

struct smtp {
    struct link *link; /* NULL: the name has no address */
    struct arena *arena;
    char host[SMTP_NAME_BYTES], helo[SMTP_NAME_BYTES], trust[SMTP_PATH_BYTES];
    uint32_t read_ms, reply_ms, slowest_ms;
    enum smtp_fault fault;
    struct str fault_text;
    struct buf pending;    /* came, and was not read yet */
    struct buf transcript; /* its overflow is of no matter */
    struct smtp_reply banner;
    struct smtp_peer *peer;
    bool is_in_mail, is_greeted;
};

/* The first fault stays. Both return false. */
bool smtp_fail(struct smtp *smtp, enum smtp_fault fault, struct str text);
bool smtp_fail_link(struct smtp *smtp);

/* Every line with its speaker into the transcript; other than text becomes a question mark. */
void smtp_record(struct smtp *smtp, struct str speaker, struct str lines);

/* The next reply; code 0 at a fault. */
struct smtp_reply smtp_read_reply(struct smtp *smtp, uint32_t read_ms);

/* One command, and its reply. */
struct smtp_reply smtp_ask(struct smtp *smtp, struct str command, uint32_t read_ms);

/* TLS from here on, and what the server shows. */
bool smtp_secure(struct smtp *smtp);

#endif
