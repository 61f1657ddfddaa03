/*
 * Each row is what a server said, and what that means.
 */

#include "mail/reply.h"

#include "tap.h"

static void
reads_codes(void)
{
    static const struct {
        const char *text, *status;
        uint32_t code;
    } rows[] = {
        {"550 5.1.1 <a@example.org>... User unknown", "5.1.1", 550},
        {"host mx [192.0.2.20] said: 550-5.7.1 Rejected (in reply to DATA)", "5.7.1", 550},
        {"SMTP error: 451 4.7.650 try later", "4.7.650", 451},
        {"5.0.0 550 5.1.1 unknown", "5.1.1", 550},
        {"5.1.0 - Unknown address error 550-'5.7.1 denied'", "5.7.1", 550},
        {"552 over quota (#5.2.2)", "5.2.2", 552},
        {"smtp;554 no", "", 554},
        {"user is over quota", "", 0},
        /* what only looks like one */
        {"from 5.1.1.7 and [4.2.1.9]", "", 0},
        {"Server 5.1.1/2 is tired", "", 0},
        {"a5.1.1 x550 a-550 550a 5501 593", "", 0},
        {"user550@example.org", "", 0},
        {"2.0.0 250 Ok", "", 0},
        {"", "", 0},
        {"550", "", 550},
        {"5.1.", "", 0},
        {"5.1.1", "5.1.1", 0},
        {"5.1.1234", "", 0},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct reply reply = reply_read(str_from_cstr(rows[i].text));

        CHECK_STR(reply.status, rows[i].status);
        CHECK_ROW(i, reply.code == rows[i].code);
    }
}

static void
tells_unknown_recipients_from_others(void)
{
    static const struct {
        const char *status, *text;
        bool is_hard;
    } rows[] = {
        {"5.1.1", "", true},
        {"5.1.10", "", true},
        {"5.4.4", "no route", true},
        {"5.3.2", "", true},
        {"", "550 No such user here", true},
        {"", "Host or domain name not found: Host unknown", true},
        {"5.0.0", "this account does not exist", true},
        {"5.4.1", "Recipient address rejected: Access denied", true},
        {"5.4.1", "no answer from host", false},
        {"5.7.1", "rejected as spam", false},
        {"5.2.2", "user unknown", false},
        {"5.1.1", "552 mailbox is full", false},
        {"5.1.8", "Domain of sender address x@y.example does not exist", false},
        {"", "553 Domain of sender does not exist", false},
        {"5.1.1", "550 IP blacklisted", false},
        {"", "", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, reply_is_hard(str_from_cstr(rows[i].status), str_from_cstr(rows[i].text)) ==
                         rows[i].is_hard);
}

static void
tells_for_good_from_for_now(void)
{
    static const struct {
        const char *text;
        int class;
    } rows[] = {
        {"450 4.2.0 try again", 4}, {"550 no", 5},    {"421 busy", 4},
        {"it is delayed", 4},       {"no reason", 5}, {"a temporary failure", 4},
        {"5.1.1 after 4 days", 5},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str text = str_from_cstr(rows[i].text);

        CHECK_ROW(i, reply_class(reply_read(text), text) == rows[i].class);
    }
    CHECK(reply_is_generic(STR("5.0.0")) && reply_is_generic(STR("4.0.0")));
    CHECK(!reply_is_generic(STR("5.0.1")) && !reply_is_generic(STR("5.10.0.0")));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads codes", reads_codes},
        {"tells unknown recipients from others", tells_unknown_recipients_from_others},
        {"tells for good from for now", tells_for_good_from_for_now},
    };

    return tap_main(cases, COUNT(cases));
}
