/*
 * Each row is the Received lines of one mail from the top, what is asked, and which
 * line is the host's own. The forger owns every line below the first honest one.
 */

#include "mail/chain.h"

#include "mail/received.h"
#include "tap.h"

#define LINES_MAX 5

/* Lines that come again and again. */
#define RECEIVER                                                                                   \
    "from web7.example (web7.example [192.0.2.7]) by mx.receiver.example with ESMTPS id R1"
#define RECEIVER_HELO                                                                              \
    "from web7.example (unknown [192.0.2.7]) by mx.receiver.example with ESMTPS id R1"
#define RECEIVER_RENAMED                                                                           \
    "from web7.example (static.provider.example [192.0.2.7]) by mx.receiver.example with ESMTPS "  \
    "id R1"
#define PICKUP "by web7.example (Postfix, from userid 1005) id P1"
#define FORGED_ROOT "by web7.example (Postfix, from userid 0) id F0"
#define LOGIN                                                                                      \
    "from win (unknown [203.0.113.9]) (Authenticated sender: anna@example.org) by web7.example "   \
    "with ESMTPSA id L1"
#define QUIET_LOGIN "from win (unknown [203.0.113.9]) by web7.example with ESMTPSA id L2"
#define RELAYED "from web7.example (evil.example [203.0.113.9]) by web7.example with ESMTP id O1"
#define LOOPBACK "from localhost (localhost [127.0.0.1]) by web7.example (Postfix) with ESMTP id B1"
#define AMAVIS                                                                                     \
    "from localhost ([127.0.0.1]) by localhost (web7.example [127.0.0.1]) with ESMTP id V1"

struct row {
    const char *lines[LINES_MAX];
    const char *host, *source_ip;
    int32_t own;
    const char *says; /* part of the reason at the own line, or at the first without one */
};

static void
check_row(size_t row, const struct row *want, struct arena *arena)
{
    struct hop hops[LINES_MAX];
    uint32_t count = 0;
    int32_t own;

    while (count < LINES_MAX && want->lines[count]) {
        hops[count] = received_read(str_from_cstr(want->lines[count]));
        count++;
    }
    own = chain_judge(hops, count, str_from_cstr(want->host ? want->host : ""),
                      str_from_cstr(want->source_ip ? want->source_ip : ""), arena);
    CHECK_ROW(row, own == want->own);
    for (uint32_t i = 0; i < count; i++) {
        enum hop_trust trust = own < 0             ? HOP_FORGEABLE
                               : (int32_t)i == own ? HOP_OWN
                               : (int32_t)i < own  ? HOP_ABOVE
                                                   : HOP_FORGEABLE;

        CHECK_ROW(row, hops[i].trust == trust);
        CHECK_ROW(row, hops[i].says.len > 0);
    }
    CHECK_ROW(row, str_has(hops[own < 0 ? 0 : own].says, str_from_cstr(want->says)));
}

static void
check_rows(const struct row *rows, size_t count)
{
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < count; i++)
        check_row(i, &rows[i], arena);
    arena_free(arena);
}

static void
finds_the_own_line(void)
{
    static const struct row rows[] = {
        {{PICKUP}, NULL, NULL, 0, "states who handed the mail in"},
        {{RECEIVER, PICKUP}, NULL, NULL, 1, "every line above follows"},
        {{RECEIVER, LOGIN}, NULL, NULL, 1, "every line above follows"},
        {{RECEIVER, QUIET_LOGIN}, NULL, NULL, 1, "every line above follows"},
        {{LOOPBACK}, NULL, NULL, 0, "states who handed the mail in"},
        {{RECEIVER, LOOPBACK}, NULL, NULL, 1, "states who handed the mail in"},
        {{RECEIVER, "(qmail 47 invoked by uid 1005)"}, NULL, NULL, 1, "states who"},
        {{"by 2002:a05:: with SMTP id g1", RECEIVER, PICKUP}, NULL, NULL, 2, "every line above"},
        /* a filter on loopback is passed down to the line that the mail came in with */
        {{RECEIVER, LOOPBACK, AMAVIS, PICKUP}, NULL, NULL, 3, "2 lines of its filter"},
        {{RECEIVER, LOOPBACK, AMAVIS, PICKUP}, "web7.example", NULL, 3, "2 lines of its filter"},
        /* the receiver's own filter says nothing of where the mail began */
        {{"from localhost (localhost [127.0.0.1]) by mx.receiver.example with ESMTP id R2",
          RECEIVER, PICKUP},
         NULL,
         NULL,
         2,
         "states who"},
        /* asked for */
        {{RECEIVER, PICKUP}, "web7.example", NULL, 1, "the topmost line by this host"},
        {{RECEIVER, PICKUP}, "web7", NULL, 1, "the topmost line by this host"},
        {{RECEIVER, PICKUP}, "WEB7.Example", NULL, 1, "the topmost line by this host"},
        {{RECEIVER, PICKUP}, "mx.receiver.example", NULL, 0, "the topmost line by this host"},
        {{RECEIVER, PICKUP}, "other.example", NULL, -1, "no line was written by the host"},
        /* a complaint names the address that the receiver saw */
        {{RECEIVER, PICKUP}, NULL, "192.0.2.7", 1, "complaint's Source-IP"},
        {{RECEIVER, RELAYED}, NULL, "192.0.2.7", 1, "complaint's Source-IP"},
        {{RECEIVER}, NULL, "192.0.2.7", -1, "no line can be tied"},
        /* one line, and nothing to choose from */
        {{RELAYED}, NULL, NULL, 0, "the only line"},
        {{NULL}, NULL, NULL, -1, ""},
    };

    check_rows(rows, COUNT(rows) - 1);
}

static void
believes_no_line_below_the_own_one(void)
{
    static const struct row rows[] = {
        /* the host's own name, below its real line */
        {{PICKUP, FORGED_ROOT}, NULL, NULL, 0, "states who"},
        {{RECEIVER, PICKUP, FORGED_ROOT}, NULL, NULL, 1, "states who"},
        {{RECEIVER, LOGIN, FORGED_ROOT}, NULL, NULL, 1, "states who"},
        {{RECEIVER, QUIET_LOGIN, FORGED_ROOT}, NULL, NULL, 1, "states who"},
        {{RELAYED, FORGED_ROOT}, NULL, NULL, 0, "states who"},
        {{RELAYED, FORGED_ROOT}, "web7.example", NULL, 0, "the topmost line"},
        {{LOOPBACK, FORGED_ROOT}, NULL, NULL, 0, "states who"},
        {{LOOPBACK, FORGED_ROOT}, "web7.example", NULL, 0, "the topmost line"},
        {{RECEIVER, RELAYED, "by web7 (Postfix, from userid 0) id F0"},
         NULL,
         NULL,
         1,
         "states who"},
        /* a filter made up below */
        {{RELAYED, AMAVIS, FORGED_ROOT}, "web7.example", NULL, 0, "the topmost line"},
        /* lines of another host that do not follow */
        {{"from x (evil.example [203.0.113.9]) by mx.receiver.example with ESMTP id R1",
          FORGED_ROOT},
         NULL,
         NULL,
         -1,
         "no line can be tied"},
        {{"from x (evil.example [203.0.113.9]) by mx.receiver.example with ESMTP id R1",
          FORGED_ROOT},
         NULL,
         "203.0.113.9",
         -1,
         "no line can be tied"},
        {{"from a.co.uk (a.co.uk [203.0.113.9]) by mx.receiver.example with ESMTP id R1",
          "by b.co.uk (Postfix, from userid 0) id F0"},
         NULL,
         NULL,
         -1,
         "no line can be tied"},
    };

    check_rows(rows, COUNT(rows));
}

static void
says_when_only_a_greeting_ties_the_lines(void)
{
    static const struct row rows[] = {
        {{RECEIVER_HELO, PICKUP}, NULL, NULL, 1, "its client called itself"},
        {{RECEIVER_RENAMED, PICKUP}, NULL, NULL, 1, "its client called itself"},
        {{RECEIVER, "by localhost (Postfix, from userid 33) id P1"},
         NULL,
         NULL,
         1,
         "its client called itself"},
        {{RECEIVER_RENAMED, PICKUP}, "web7.example", NULL, 1, "the topmost line"},
        /* the same name in the same domain, looked up */
        {{"from out3.provider.example (out3.provider.example [192.0.2.7]) by mx.receiver.example "
          "with "
          "ESMTP id R1",
          "from win ([203.0.113.9]) by smtp.provider.example with ESMTPA id L1"},
         NULL,
         NULL,
         1,
         "every line above follows"},
    };

    check_rows(rows, COUNT(rows));
}

static void
compares_names_of_hosts(void)
{
    static const struct {
        const char *a, *b;
        bool is_host;
    } rows[] = {
        {"web7.example", "web7.example", true},
        {"web7.example", "WEB7.EXAMPLE", true},
        {"web7", "web7.example", true},
        {"web7.example", "web7", true},
        {"web7.example", "web7.other", false},
        {"web", "web7.example", false},
        {"", "", false},
        {"web7", "", false},
        {"web7.example", "x.web7.example", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, chain_is_host(str_from_cstr(rows[i].a), str_from_cstr(rows[i].b)) ==
                         rows[i].is_host);
}

static void
knows_private_addresses(void)
{
    static const struct {
        const char *address;
        bool is_private;
    } rows[] = {
        {"127.0.0.1", true},  {"::1", true},        {"10.1.2.3", true},    {"192.168.0.1", true},
        {"172.16.0.1", true}, {"172.31.9.9", true}, {"172.32.0.1", false}, {"172.15.0.1", false},
        {"fd00::1", true},    {"fe80::1", true},    {"192.0.2.1", false},  {"2001:db8::1", false},
        {"local", true},      {"", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, chain_is_private(str_from_cstr(rows[i].address)) == rows[i].is_private);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"finds the own line", finds_the_own_line},
        {"believes no line below the own one", believes_no_line_below_the_own_one},
        {"says when only a greeting ties the lines", says_when_only_a_greeting_ties_the_lines},
        {"compares names of hosts", compares_names_of_hosts},
        {"knows private addresses", knows_private_addresses},
    };

    return tap_main(cases, COUNT(cases));
}
