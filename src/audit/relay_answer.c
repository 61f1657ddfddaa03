#include "audit/relay_answer.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* In the order in which they are looked for: what is said of us may name a list of relays, too. */
static const struct {
    const char *words;
    enum relay_answer answer;
} meanings[] = {
    {"starttls", RELAY_ASKS_TLS},
    {"encryption required", RELAY_ASKS_TLS},
    {"blocked using", RELAY_REFUSED_US},
    {"client host", RELAY_REFUSED_US},
    {"blacklist", RELAY_REFUSED_US},
    {"blocklist", RELAY_REFUSED_US},
    {"block list", RELAY_REFUSED_US},
    {"black list", RELAY_REFUSED_US},
    {"dnsbl", RELAY_REFUSED_US},
    {"spamhaus", RELAY_REFUSED_US},
    {"reputation", RELAY_REFUSED_US},
    {"banned", RELAY_REFUSED_US},
    {"your ip", RELAY_REFUSED_US},
    {"your host", RELAY_REFUSED_US},
    {"your server", RELAY_REFUSED_US},
    {"reverse dns", RELAY_REFUSED_US},
    {"reverse lookup", RELAY_REFUSED_US},
    {"helo command", RELAY_REFUSED_US},
    {"helo name", RELAY_REFUSED_US},
    {"dynamic", RELAY_REFUSED_US},
    {"relay", RELAY_REFUSED},
    {"rcpthosts", RELAY_REFUSED},
    {"non-local", RELAY_REFUSED},
    {"not local", RELAY_REFUSED},
    {"non-accepted domain", RELAY_REFUSED},
    {"authentic", RELAY_ASKS_LOGIN},
    {"smtp auth", RELAY_ASKS_LOGIN},
    {"log in", RELAY_ASKS_LOGIN},
    {"login", RELAY_ASKS_LOGIN},
    {"sender address", RELAY_REFUSED_US},
    {"sender verif", RELAY_REFUSED_US},
    {"sender domain", RELAY_REFUSED_US},
    {"sender rejected", RELAY_REFUSED_US},
    {"sender denied", RELAY_REFUSED_US},
    {"invalid sender", RELAY_REFUSED_US},
    {"spf", RELAY_REFUSED_US},
    {"dmarc", RELAY_REFUSED_US},
    {"5.1.2", RELAY_REFUSED_NAME},
    {"5.4.4", RELAY_REFUSED_NAME},
    {"5.1.10", RELAY_REFUSED_NAME},
    {"nullmx", RELAY_REFUSED_NAME},
    {"null mx", RELAY_REFUSED_NAME},
    {"unrout", RELAY_REFUSED_NAME}, /* unrouteable, unroutable */
    {"does not accept mail", RELAY_REFUSED_NAME},
    {"domain not found", RELAY_REFUSED_NAME},
    {"host unknown", RELAY_REFUSED_NAME},
    {"unresolvable", RELAY_REFUSED_NAME},
};

static bool
has(const struct smtp_reply *reply, const char *words)
{
    return str_find_nocase(reply->bytes, str_from_cstr(words)) < reply->bytes.len;
}

/* A 4xx or 5xx; without words that say more it is `otherwise`. */
static enum relay_answer
meaning_of(const struct smtp_reply *reply, enum relay_answer otherwise)
{
    for (size_t i = 0; i < COUNT_OF(meanings); i++) {
        if (has(reply, meanings[i].words))
            return meanings[i].answer;
    }
    return reply->code == 530 ? RELAY_ASKS_LOGIN : otherwise;
}

/* A soft no of Postfix's defer_unauth_destination is about relaying all the same. */
static enum relay_answer
meaning_of_later(const struct smtp_reply *reply)
{
    enum relay_answer answer = meaning_of(reply, RELAY_LATER);

    return answer == RELAY_REFUSED || answer == RELAY_ASKS_TLS ? answer : RELAY_LATER;
}

enum relay_answer
relay_answer_read(const struct smtp_reply *mail, const struct smtp_reply *rcpt)
{
    switch (smtp_reply_class(mail)) {
    case 2:
        break;
    case 4:
        return meaning_of_later(mail);
    case 5:
        return meaning_of(mail, RELAY_REFUSED_US);
    default:
        return RELAY_BROKEN;
    }
    switch (smtp_reply_class(rcpt)) {
    case 2:
        return RELAY_ACCEPTED;
    case 4:
        return meaning_of_later(rcpt);
    case 5:
        return meaning_of(rcpt, RELAY_REFUSED);
    default:
        return RELAY_BROKEN;
    }
}

enum relay_answer
relay_answer_data(const struct smtp_reply *data)
{
    switch (smtp_reply_class(data)) {
    case 2:
        return RELAY_TAKEN;
    case 4:
        return RELAY_LATER;
    case 5:
        return RELAY_REFUSED_DATA;
    default:
        return RELAY_BROKEN;
    }
}

bool
relay_is_greylisting(const struct smtp_reply *reply)
{
    static const char *const words[] = {"greylist",  "graylist",        "grey list",   "gray list",
                                        "grey-list", "try again later", "please retry"};

    for (size_t i = 0; smtp_reply_class(reply) == 4 && i < COUNT_OF(words); i++) {
        if (has(reply, words[i]))
            return true;
    }
    return false;
}

bool
relay_is_session_limit(const struct smtp_reply *reply)
{
    static const char *const words[] = {"too many errors", "too many bad",     "unproductive",
                                        "too many non",    "too many invalid", "too many unrec",
                                        "too many syntax", "too many failed"};

    for (size_t i = 0; reply->code == 421 && i < COUNT_OF(words); i++) {
        if (has(reply, words[i]))
            return true;
    }
    return false;
}

const char *
relay_answer_name(enum relay_answer answer)
{
    switch (answer) {
    case RELAY_UNTRIED:
        return "not tried";
    case RELAY_REFUSED:
        return "refused";
    case RELAY_ASKS_LOGIN:
        return "asks for a login";
    case RELAY_ASKS_TLS:
        return "asks for TLS";
    case RELAY_REFUSED_US:
        return "refuses this client or sender";
    case RELAY_REFUSED_NAME:
        return "refuses the recipient's domain";
    case RELAY_LATER:
        return "says later";
    case RELAY_ACCEPTED:
        return "accepted, not proven";
    case RELAY_REFUSED_DATA:
        return "refused at the message";
    case RELAY_TAKEN:
        return "message taken, not seen to arrive";
    case RELAY_RETURNED:
        return "message sent back";
    case RELAY_PROVEN:
        return "message arrived";
    case RELAY_BROKEN:
        return "no reply";
    }
    return "?";
}
