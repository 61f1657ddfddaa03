#include <stdio.h>

#include "net/smtp_parts.h"

struct smtp_reply
smtp_command(struct smtp *smtp, struct str command)
{
    return smtp_ask(smtp, command, smtp->read_ms);
}

struct smtp_reply
smtp_hello(struct smtp *smtp, struct smtp_features *ret_features)
{
    char line[SMTP_NAME_BYTES + 8];
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
        return smtp_fail(smtp, SMTP_NOT_SMTP, STR("it speaks on in the clear after STARTTLS"));
    return smtp_secure(smtp);
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
    smtp_record(smtp, STR("C: "), STR("(the message)"));
    return is_sent || smtp_fail_link(smtp);
}

struct smtp_reply
smtp_data(struct smtp *smtp, struct str message)
{
    struct smtp_reply reply = smtp_command(smtp, STR("DATA"));

    if (smtp_reply_class(&reply) != 3)
        return reply;
    reply = (struct smtp_reply){STR_EMPTY, 0, 0};
    if (send_message(smtp, message))
        reply = smtp_read_reply(smtp, smtp->read_ms);
    smtp->is_in_mail = false;
    return reply;
}
