#include "mail/reply.h"

#define REASON_BYTES_MAX 4096 /* of a reason are looked through for words */
#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

static bool
is_word_char(char c)
{
    return str_is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '.' || c == '_';
}

static size_t
digits_at(struct str text, size_t at)
{
    size_t len = 0;

    while (at + len < text.len && len < 4 && str_is_digit(text.data[at + len]))
        len++;
    return len;
}

/* "5.1.1" at `at`, not part of an address like 5.1.1.7 or a version; 0: none. */
static size_t
status_len(struct str text, size_t at)
{
    size_t subject, detail, end;

    if ((text.data[at] != '4' && text.data[at] != '5') ||
        (at > 0 && is_word_char(text.data[at - 1])))
        return 0;
    if (at + 4 >= text.len || text.data[at + 1] != '.')
        return 0;
    subject = digits_at(text, at + 2);
    end = at + 2 + subject;
    if (subject == 0 || subject > 3 || end >= text.len || text.data[end] != '.')
        return 0;
    detail = digits_at(text, end + 1);
    end += 1 + detail;
    if (detail == 0 || detail > 3)
        return 0;
    if (end < text.len && (str_is_digit(text.data[end]) || text.data[end] == '/'))
        return 0;
    if (end + 1 < text.len && text.data[end] == '.' && str_is_digit(text.data[end + 1]))
        return 0;
    return end - at;
}

/* "550 " or "550-" that stands where a server's reply begins. */
static bool
is_code_at(struct str text, size_t at)
{
    char c;

    if (text.len - at < 3 || (text.data[at] != '4' && text.data[at] != '5') ||
        text.data[at + 1] > '7' || digits_at(text, at) != 3)
        return false;
    if (at > 0 && (is_word_char(text.data[at - 1]) || text.data[at - 1] == '-' ||
                   text.data[at - 1] == '/' || text.data[at - 1] == '@'))
        return false;
    if (at + 3 == text.len)
        return true;
    c = text.data[at + 3];
    return c == ' ' || c == '-' || c == '\r' || c == '\n' || c == '"' || c == ',' || c == ';' ||
           c == ':' || c == '\'' || c == ')';
}

bool
reply_is_generic(struct str status)
{
    return status.len == 5 && str_ends(status, STR(".0.0"));
}

struct reply
reply_read(struct str text)
{
    struct reply reply = {STR_EMPTY, 0};
    size_t code_end = 0;
    bool is_led = false; /* the status stands behind a reply code */

    for (size_t i = 0; i < text.len; i++) {
        size_t len;

        if (!str_is_digit(text.data[i]))
            continue;
        len = status_len(text, i);
        if (len) {
            struct str status = {text.data + i, len};
            bool leads = code_end > 0 && i - code_end <= 3;

            if (reply.status.len == 0 || (leads && !is_led) ||
                (reply_is_generic(reply.status) && !reply_is_generic(status))) {
                reply.status = status;
                is_led = leads;
            }
            i += len - 1;
        } else if (is_code_at(text, i)) {
            if (reply.code == 0)
                reply.code = (uint32_t)((text.data[i] - '0') * 100 + (text.data[i + 1] - '0') * 10 +
                                        (text.data[i + 2] - '0'));
            code_end = i + 3;
            i += 2;
        } else {
            i += digits_at(text, i) - 1;
        }
    }
    return reply;
}

/* Words of "no such user" and "no such host" in the languages of servers. */
static const struct str hard_words[] = {
    {"user unknown", 12},
    {"unknown user", 12},
    {"unknown recipient", 17},
    {"recipient unknown", 17},
    {"unknown address", 15},
    {"address unknown", 15},
    {"unknown mailbox", 15},
    {"unknown local", 13},
    {"no such user", 12},
    {"no such person", 14},
    {"no such recipient", 17},
    {"no such mailbox", 15},
    {"no such account", 15},
    {"no mailbox", 10},
    {"no account", 10},
    {"no local mailbox", 16},
    {"mailbox not found", 17},
    {"user not found", 14},
    {"recipient not found", 19},
    {"address not found", 17},
    {"account not found", 17},
    {"user does not exist", 19},
    {"does not exist", 14},
    {"doesn't exist", 13},
    {"doesn't have a", 14},
    {"not exist", 9},
    {"not a known user", 16},
    {"not a valid mailbox", 19},
    {"not a valid user", 16},
    {"invalid recipient", 17},
    {"invalid mailbox", 15},
    {"invalid user", 12},
    {"invalid address", 15},
    {"not listed in", 13},
    {"recipient name is not recognized", 32},
    {"recipientnotfound", 17},
    {"mailbox unavailable", 19},
    {"no valid recipients", 19},
    {"unrouteable address", 19},
    {"unroutable address", 18},
    {"host unknown", 12},
    {"unknown host", 12},
    {"unknown domain", 14},
    {"host not found", 14},
    {"domain not found", 16},
    {"name service error", 18},
    {"couldn't find any host", 22},
    {"null mx", 7},
    {"nullmx", 6},
    {"does not accept mail", 20},
    {"no longer valid", 15},
    {"no longer in use", 16},
    {"has moved", 9},
    {"no such domain", 14},
    {"invalid final delivery userid", 29},
    {"no mx record", 12},
    {"no mx found", 11},
    {"no smtp service", 15},
    {"dns lookup failure: host", 24},
};

/* With these the reason is another one, though some hard word stands beside it. */
static const struct str soft_words[] = {
    {"mailbox full", 12},
    {"mailbox is full", 15},
    {"quota", 5},
    {"blacklisted", 11},
    {"domain of sender", 16},
    {"sender address rejected", 23},
    {"after MAIL FROM", 15},
    {"reply to MAIL FROM", 18},
    {"may not exist", 13},
    {"unexpected name server reply", 28},
};

static bool
has_word(struct str text, const struct str *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_find_nocase(text, words[i]) < text.len)
            return true;
    }
    return false;
}

static bool
is_one_of(struct str status, const struct str *codes, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq(status, codes[i]))
            return true;
    }
    return false;
}

bool
reply_is_hard(struct str status, struct str text)
{
    static const struct str codes[] = {
        {"5.1.1", 5}, {"5.1.2", 5}, {"5.1.3", 5},  {"5.1.6", 5},
        {"5.3.2", 5}, {"5.4.4", 5}, {"5.1.10", 6},
    };
    /* Mailbox full; the sender's address or domain is what does not exist. */
    static const struct str soft_codes[] = {{"5.2.2", 5}, {"5.1.7", 5}, {"5.1.8", 5}};

    text = str_first(text, REASON_BYTES_MAX);
    if (is_one_of(status, soft_codes, COUNT_OF(soft_codes)) ||
        has_word(text, soft_words, COUNT_OF(soft_words)))
        return false;
    /* Exchange Online says so of a recipient that its directory does not hold. */
    if (str_eq(status, STR("5.4.1")) &&
        str_find_nocase(text, STR("recipient address rejected")) < text.len)
        return true;
    return is_one_of(status, codes, COUNT_OF(codes)) ||
           has_word(text, hard_words, COUNT_OF(hard_words));
}

int
reply_class(struct reply reply, struct str text)
{
    static const struct str words[] = {
        {"temporar", 8},         {"delayed", 7},           {"deferred", 8},
        {"will be retried", 15}, {"will keep trying", 16}, {"try again later", 15},
    };

    if (reply.status.len)
        return reply.status.data[0] - '0';
    if (reply.code)
        return (int)(reply.code / 100);
    return has_word(str_first(text, REASON_BYTES_MAX), words, COUNT_OF(words)) ? 4 : 5;
}
