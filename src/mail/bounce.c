#include "mail/bounce.h"

#include "mail/address.h"
#include "mail/evidence.h"
#include "mail/header.h"
#include "mail/reply.h"

/* A header block is looked for at so many lines; a text full of "Name:" lines ends the search. */
#define BLOCKS_MAX 64

bool
bounce_is_notice(struct str text)
{
    static const struct str words[] = {
        {"undeliver", 9},
        {"not be delivered", 16},
        {"not delivered", 13},
        {"not deliver", 11},
        {"unable to deliver", 17},
        {"delivery fail", 13},
        {"failed delivery", 15},
        {"delivery to the following", 25},
        {"delivery problem", 16},
        {"delivery error", 14},
        {"delivery status", 15},
        {"error delivering", 16},
        {"error sending your mail", 23},
        {"trouble delivering", 18},
        {"failure notice", 14},
        {"failure delivery", 16},
        {"permanent fatal errors", 22},
        {"permanent error", 15},
        {"returned mail", 13},
        {"mail system error", 17},
        {"message delivery", 16},
        {"mail delivery", 13},
        {"did not reach", 13},
        {"could not send", 14},
        {"cannot send message", 19},
        {"couldn't be sent", 16},
        {"was rejected by", 15},
        {"have been rejected", 18},
    };

    text = str_first(text, 4096);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_find_nocase(text, words[i]) < text.len)
            return true;
    }
    return false;
}

/* A line that may be the first of the original's header block. */
static bool
may_begin_block(struct str line)
{
    size_t colon = str_index(str_first(line, 64), ':');

    return line.len > 3 && colon < line.len && colon < 64 && line.data[0] >= 'A' &&
           line.data[0] <= 'z' && str_index(str_first(line, colon), ' ') == colon;
}

/* Where the first header block at the start of a line begins; `text.len`: nowhere. */
static size_t
find_original(struct str text)
{
    struct str rest = text, line;
    uint32_t looked = 0;

    while (rest.len && looked < BLOCKS_MAX) {
        struct str at = rest;

        (void)header_line(&rest, &line);
        if (!may_begin_block(line) || str_starts_nocase(line, STR("Reporting-MTA:")))
            continue;
        looked++;
        if (mail_is_message(at))
            return (size_t)(at.data - text.data);
    }
    return text.len;
}

/* "554 <anna@example.org>... User unknown": Sendmail's transcript puts the reply code first. */
static struct str
without_code(struct str line)
{
    struct str rest = str_from(line, 4);
    struct reply reply = reply_read(str_first(line, 3));

    return reply.code && str_starts(rest, STR("<")) && line.data[3] == ' ' ? rest : line;
}

/* Bullets and marks in front of an address. */
static struct str
without_bullet(struct str line)
{
    line = str_trim(line);
    while (line.len && (line.data[0] == '*' || line.data[0] == '>' || line.data[0] == '-' ||
                        line.data[0] == ' ' || line.data[0] == '\t' || line.data[0] == ':'))
        line = str_from(line, 1);
    return without_code(line);
}

static bool
ends_address(char c)
{
    return c == ' ' || c == '\t' || c == '>' || c == ':' || c == ',' || c == ';' || c == '(' ||
           c == ')' || c == '[' || c == ']' || c == '"' || c == '\'' || c == '<' || c == '\r' ||
           c == '\n';
}

/* The address at the front of `s`, in <> or not; empty: none. */
static struct str
address_at(struct str s)
{
    size_t end = 0;

    (void)(str_skip(&s, STR("\"")) || str_skip(&s, STR("'")));
    (void)str_skip(&s, STR("<"));
    if (str_starts_nocase(s, STR("mailto:")) || str_starts_nocase(s, STR("rfc822:")))
        s = str_from(s, 7);
    while (end < s.len && end < 320 && !ends_address(s.data[end]))
        end++;
    s = str_first(s, end);
    while (s.len && s.data[s.len - 1] == '.')
        s.len--;
    return address_is_mailbox(s) ? s : STR_EMPTY;
}

/* Words in front of the recipient's address on its line. */
static struct str
after_label(struct str line)
{
    static const struct str labels[] = {
        {"To:", 3},
        {"RCPT TO:", 8},
        {"Recipient:", 10},
        {"Recipient address:", 18},
        {"Original recipient:", 19},
        {"Failed recipient:", 17},
        {"There was an error delivering your mail to ", 43},
        {"Your message to ", 16},
        {"Delivery to ", 12},
        {"Could not deliver message to the following recipient(s):", 56},
    };

    for (size_t i = 0; i < sizeof(labels) / sizeof(labels[0]); i++) {
        if (str_starts_nocase(line, labels[i]))
            return str_trim(str_from(line, labels[i].len));
    }
    return line;
}

static bool
is_known(const struct bounce *bounce, struct str address)
{
    for (uint32_t i = 0; i < bounce->count; i++) {
        if (str_eq_nocase(bounce->recipients[i].address, address))
            return true;
    }
    return false;
}

/* From the address to the next empty line. */
static struct str
paragraph_at(struct str text)
{
    struct str rest = text, line;

    while (header_line(&rest, &line)) {
        if (str_trim(line).len == 0)
            return str_first(text, (size_t)(line.data - text.data));
    }
    return text;
}

static void
add_recipient(struct bounce *bounce, struct str address, struct str reason)
{
    if (bounce->count < BOUNCE_RECIPIENTS_MAX && !is_known(bounce, address))
        bounce->recipients[bounce->count++] = (struct bounce_recipient){address, reason};
}

static void
find_recipients(struct bounce *bounce, struct str sender)
{
    struct str rest = bounce->notice, line;

    while (rest.len) {
        struct str at = rest, address;

        (void)header_line(&rest, &line);
        address = address_at(after_label(without_bullet(line)));
        if (address.len == 0 || str_eq_nocase(address, sender))
            continue;
        /* The paragraph before ends where another recipient begins. */
        if (bounce->count > 0 && !is_known(bounce, address)) {
            struct str *reason = &bounce->recipients[bounce->count - 1].reason;

            if (reason->data + reason->len > at.data)
                reason->len = (size_t)(at.data - reason->data);
        }
        add_recipient(bounce, address, paragraph_at(at));
    }
}

/* The first address anywhere in `line`; empty: none. */
static struct str
address_in(struct str line)
{
    size_t at = str_index(line, '@');

    while (at < line.len) {
        size_t start = at;
        struct str address;

        while (start > 0 && !ends_address(line.data[start - 1]))
            start--;
        address = address_at(str_from(line, start));
        if (address.len)
            return address;
        at += 1 + str_index(str_from(line, at + 1), '@');
    }
    return STR_EMPTY;
}

/* Whether the line itself tells of a failure, so that an address in it is what failed. */
static bool
tells_of_failure(struct str line)
{
    struct reply reply = reply_read(line);

    return reply.code || reply.status.len || reply_is_hard(STR_EMPTY, line) ||
           bounce_is_notice(line) || str_find_nocase(line, STR("mailbox is full")) < line.len ||
           str_find_nocase(line, STR("permanent errors:")) < line.len;
}

/* "Unknown user: anna@example.org": the address stands behind words that are each server's own. */
static void
find_mentioned(struct bounce *bounce, struct str sender)
{
    struct str rest = bounce->notice, line;

    while (rest.len) {
        struct str at = rest, address;

        (void)header_line(&rest, &line);
        address = address_in(str_first(line, 1024));
        if (address.len && !str_eq_nocase(address, sender) && tells_of_failure(line))
            add_recipient(bounce, address, paragraph_at(at));
    }
}

void
bounce_read(struct str text, struct str sender, struct bounce *ret_bounce)
{
    size_t original = find_original(text);

    *ret_bounce = (struct bounce){.count = 0};
    ret_bounce->original = str_from(text, original);
    ret_bounce->notice = str_first(str_first(text, original), BOUNCE_TEXT_MAX);
    find_recipients(ret_bounce, sender);
    if (ret_bounce->count == 0)
        find_mentioned(ret_bounce, sender);
    if (ret_bounce->count == 0) /* who writes to himself gets his own address back */
        find_recipients(ret_bounce, STR_EMPTY);
}

/* The first line of the notice that names the address and states a code. */
static struct str
line_naming(struct str notice, struct str address)
{
    struct str line;

    while (header_line(&notice, &line)) {
        struct reply reply;

        if (str_find_nocase(line, address) == line.len)
            continue;
        reply = reply_read(line);
        if (reply.status.len || reply.code)
            return line;
    }
    return STR_EMPTY;
}

struct str
bounce_reason(const struct bounce *bounce, struct str address)
{
    struct str line;

    for (uint32_t i = 0; i < bounce->count; i++) {
        struct reply reply;

        if (!str_eq_nocase(bounce->recipients[i].address, address))
            continue;
        reply = reply_read(bounce->recipients[i].reason);
        if (reply.status.len || reply.code)
            return bounce->recipients[i].reason;
    }
    line = line_naming(bounce->notice, address);
    return line.len ? line : bounce->notice;
}
