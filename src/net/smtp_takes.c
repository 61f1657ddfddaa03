#include "net/smtp.h"

static struct smtp_answer
decide(struct smtp_answer answer, enum smtp_takes takes, struct smtp_reply reply,
       struct arena *arena)
{
    answer.takes = takes;
    answer.reply = reply;
    answer.seen = smtp_reply_quote(&reply, arena);
    return answer;
}

/* Greets, under TLS where it is offered; false: `answer` says why it ends here. */
static bool
greet(struct smtp *smtp, struct smtp_answer *answer, struct arena *arena)
{
    struct smtp_reply reply = smtp_banner(smtp);
    struct smtp_features features;

    if (smtp_reply_class(&reply) == 2)
        reply = smtp_hello(smtp, &answer->features);
    if (smtp_reply_class(&reply) == 2 && answer->features.extensions & SMTP_STARTTLS &&
        smtp_start_tls(smtp, &reply))
        reply = smtp_hello(smtp, &features);
    answer->peer = smtp_peer(smtp);
    if (smtp_reply_class(&reply) == 2)
        return true;
    *answer = decide(*answer, SMTP_TAKES_UNKNOWN, reply, arena);
    if (smtp_reply_class(&reply) == 4)
        answer->takes = SMTP_TAKES_LATER;
    return false;
}

static struct smtp_answer
name_recipient(struct smtp *smtp, struct smtp_answer answer, struct str sender,
               struct str recipient, struct arena *arena)
{
    struct smtp_reply reply = smtp_mail(smtp, sender);

    if (smtp_reply_class(&reply) != 2)
        return decide(answer, smtp_reply_class(&reply) == 4 ? SMTP_TAKES_LATER : SMTP_TAKES_UNKNOWN,
                      reply, arena);
    reply = smtp_rcpt(smtp, recipient);
    switch (smtp_reply_class(&reply)) {
    case 2:
        return decide(answer, SMTP_TAKES, reply, arena);
    case 4:
        return decide(answer, SMTP_TAKES_LATER, reply, arena);
    case 5:
        return decide(answer, SMTP_TAKES_NOT, reply, arena);
    default:
        return decide(answer, SMTP_TAKES_UNKNOWN, reply, arena);
    }
}

static struct smtp_answer
talk(const struct smtp_target *target, const struct smtp_settings *settings,
     const struct str *sender, struct str recipient, struct arena *arena)
{
    struct smtp *smtp = smtp_open(target, settings, arena);
    struct smtp_answer answer = {.takes = SMTP_TAKES_UNKNOWN,
                                 .seen = STR_EMPTY,
                                 .features = {STR_EMPTY, STR_EMPTY, 0, 0},
                                 .is_own_machine = smtp_is_own_machine(smtp)};

    if (greet(smtp, &answer, arena) && sender)
        answer = name_recipient(smtp, answer, *sender, recipient, arena);
    answer.fault = smtp_fault(smtp);
    if (answer.fault != SMTP_FINE)
        answer.seen = smtp_fault_text(smtp);
    smtp_close(smtp);
    return answer;
}

struct smtp_answer
smtp_takes(const struct smtp_target *target, const struct smtp_settings *settings,
           struct str sender, struct str recipient, struct arena *arena)
{
    return talk(target, settings, &sender, recipient, arena);
}

struct smtp_answer
smtp_look(const struct smtp_target *target, const struct smtp_settings *settings,
          struct arena *arena)
{
    return talk(target, settings, NULL, STR_EMPTY, arena);
}
