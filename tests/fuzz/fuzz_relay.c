#include "audit/relay_answer.h"
#include "audit/relay_message.h"
#include "mail_check.h"

#define NONCE "0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A message is ours for its own header only; what is quoted is a return. */
static void
check_mail(struct str text)
{
    struct str form = STR("untouched");

    switch (relay_message_read(text, STR(NONCE), &form)) {
    case RELAY_MAIL_OTHER:
        require(str_eq(form, STR("untouched")));
        break;
    case RELAY_MAIL_ARRIVED:
    case RELAY_MAIL_RETURNED:
        require(is_inside(text, form));
        require(str_has(text, STR(NONCE "/")));
        break;
    }
}

/* No reply but a 2xx to both is a yes, whatever the words. */
static void
check_answer(struct str text)
{
    struct smtp_reply mail, rcpt = {STR_EMPTY, 0, 0};
    enum relay_answer answer;

    if (smtp_reply_read(text, &mail) != SMTP_REPLY_WHOLE)
        return;
    if (smtp_reply_read(str_from(text, mail.bytes.len), &rcpt) != SMTP_REPLY_WHOLE)
        rcpt = (struct smtp_reply){STR_EMPTY, 0, 0};
    answer = relay_answer_read(&mail, &rcpt);
    require((answer == RELAY_ACCEPTED) ==
            (smtp_reply_class(&mail) == 2 && smtp_reply_class(&rcpt) == 2));
    require(answer != RELAY_PROVEN && answer != RELAY_TAKEN && answer != RELAY_UNTRIED);
    require(relay_answer_name(answer)[0] != '?');
    require(!relay_is_session_limit(&mail) || mail.code == 421);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};

    check_mail(text);
    check_answer(text);
    return 0;
}
