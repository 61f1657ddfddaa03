#include "mail/smtp_reply.h"

#include "mail_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What was whole stays whole, whatever comes behind it; and before its end it was not. */
static void
require_same_reply(struct str whole, const struct smtp_reply *reply)
{
    struct smtp_reply again;
    struct str before = str_first(whole, reply->bytes.len - 1);

    require(smtp_reply_read(reply->bytes, &again) == SMTP_REPLY_WHOLE);
    require(again.code == reply->code && again.line_count == reply->line_count);
    require(str_eq(again.bytes, reply->bytes));
    require(smtp_reply_read(before, &again) == SMTP_REPLY_MORE);
}

static void
require_plausible(struct str whole, const struct smtp_reply *reply, struct arena *arena)
{
    struct str rest = reply->bytes, text;
    struct str quote = smtp_reply_quote(reply, arena);
    uint32_t lines = 0;

    require(reply->code >= 200 && reply->code <= 599);
    require(reply->bytes.data == whole.data && reply->bytes.len <= whole.len);
    require(reply->bytes.len <= SMTP_REPLY_BYTES_MAX);
    require(reply->line_count >= 1 && reply->line_count <= SMTP_REPLY_LINES_MAX);
    while (smtp_reply_line(&rest, &text)) {
        require(is_inside(reply->bytes, text));
        lines++;
    }
    require(rest.len == 0 && lines == reply->line_count);
    require(is_inside(reply->bytes, smtp_reply_status(reply)));
    require(str_index(quote, '\n') == quote.len && quote.len >= 3);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mail_check check = mail_check_new(data, size);
    struct smtp_reply reply, other;
    enum smtp_reply_step step = smtp_reply_read(check.text, &reply);

    require(step == smtp_reply_read(check.copy, &other));
    require(step != SMTP_REPLY_MORE || size <= SMTP_REPLY_BYTES_MAX + SMTP_REPLY_LINE_MAX);
    if (step == SMTP_REPLY_WHOLE) {
        struct smtp_features features = smtp_features_read(&reply);

        require_plausible(check.text, &reply, check.arena);
        require_same_reply(check.text, &reply);
        require(is_inside(reply.bytes, features.name));
        require(is_inside(reply.bytes, features.auth));
        require(features.auth.len == 0 || features.extensions & SMTP_AUTH);
        require(reply.code == 250 || features.extensions == 0);
    }
    mail_check_done(&check);
    return 0;
}
