#include "audit/relay_message.h"

#include "base/civil.h"
#include "mail/header.h"

#define HEADER_NAME "X-Weir-Relay-Test"

static void
write_date(int64_t now_s, struct buf *out)
{
    static const char *const days[] = {"Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil when = civil_from_seconds(now_s);

    buf_printf(out, "Date: %s, %d %s %d %02d:%02d:%02d +0000\n", days[(now_s / 86400) % 7],
               when.day, months[when.month - 1], when.year, when.hour, when.minute, when.second);
}

void
relay_message_write(const struct relay_message *message, struct buf *out)
{
    write_date(message->now_s, out);
    buf_printf(out, "From: weir relay test <" STR_FMT ">\n", STR_ARG(message->to));
    buf_printf(out, "To: <" STR_FMT ">\n", STR_ARG(message->to));
    buf_printf(out, "Subject: [weir relay test] " STR_FMT " " STR_FMT " by " STR_FMT "\n",
               STR_ARG(message->nonce), STR_ARG(message->form), STR_ARG(message->server));
    buf_printf(out, "Message-ID: <" STR_FMT "." STR_FMT "@weir.invalid>\n", STR_ARG(message->nonce),
               STR_ARG(message->form));
    buf_printf(out, HEADER_NAME ": " STR_FMT "/" STR_FMT "\n", STR_ARG(message->nonce),
               STR_ARG(message->form));
    buf_add_cstr(out, "Auto-Submitted: auto-generated\nMIME-Version: 1.0\n"
                      "Content-Type: text/plain; charset=us-ascii\n\n");
    buf_printf(out,
               "This is a test, not spam. `weir audit` on " STR_FMT " was told to check whether\n"
               "the mail server\n\n    " STR_FMT "\n\n"
               "relays mail for strangers, and to use this address (--deliver-to) for the proof.\n"
               "That this message arrived means that it does: anybody can send through it, with\n"
               "an envelope of the form \"" STR_FMT "\".\n\nTest: " STR_FMT "\n",
               STR_ARG(message->client), STR_ARG(message->server), STR_ARG(message->form),
               STR_ARG(message->nonce));
}

/* "NONCE/form" at the start of the value. */
static bool
names_run(struct str value, struct str nonce, struct str *ret_form)
{
    struct str rest = str_trim(value);
    size_t end = 0;

    if (nonce.len != RELAY_NONCE_LEN || !str_skip(&rest, nonce) || !str_skip(&rest, STR("/")))
        return false;
    while (end < rest.len &&
           (rest.data[end] == '-' || (rest.data[end] >= 'a' && rest.data[end] <= 'z')))
        end++;
    *ret_form = str_first(rest, end);
    return true;
}

enum relay_mail
relay_message_read(struct str text, struct str nonce, struct str *ret_form)
{
    struct str own = header_find(text, STR(HEADER_NAME));
    struct str body = header_body(text);
    size_t at;

    if (names_run(own, nonce, ret_form))
        return RELAY_MAIL_ARRIVED;
    at = str_find_nocase(body, STR(HEADER_NAME ":"));
    if (at < body.len &&
        names_run(str_from(body, at + sizeof(HEADER_NAME ":") - 1), nonce, ret_form))
        return RELAY_MAIL_RETURNED;
    return RELAY_MAIL_OTHER;
}
