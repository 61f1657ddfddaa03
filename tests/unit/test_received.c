/*
 * Each row is one Received line as its server writes it. The client chose HELO,
 * ident, recipients and its certificate's names, so half the rows try to make the
 * line say something else.
 */

#include "mail/received.h"

#include "tap.h"

#define DATE "; Thu, 1 Jan 2026 10:00:00 +0100"
#define DATE_S INT64_C(1767258000)

static void
reads_lines_of_all_servers(void)
{
    static const struct {
        const char *value, *by, *helo, *host, *address, *protocol, *queue_id, *login, *user;
        int64_t uid;
    } rows[] = {
        /* Postfix */
        {"from helo.example (name.example [192.0.2.7])\n\t(using TLSv1.3 with cipher X (256/256 "
         "bits)\n\t key-exchange X25519 server-signature ECDSA (P-256) server-digest "
         "SHA256)\n\t(No "
         "client certificate requested)\n\t(Authenticated sender: anna@example.org)\n\tby "
         "mx.example (Postfix) with ESMTPSA id 8CC9C1A2B3\n\tfor <bob@example.net>" DATE,
         "mx.example", "helo.example", "name.example", "192.0.2.7", "ESMTPSA", "8CC9C1A2B3",
         "anna@example.org", "", -1},
        {"from win (unknown [203.0.113.9])\n\tby mx.example (Postfix) with ESMTPA id "
         "8CC9C1A2B3" DATE,
         "mx.example", "win", "", "203.0.113.9", "ESMTPA", "8CC9C1A2B3", "", "", -1},
        {"by web7.example (Postfix, from userid 1005)\n\tid 8CC9C1A2B3" DATE, "web7.example", "",
         "", "", "", "8CC9C1A2B3", "", "", 1005},
        {"by web7.example (Our Mail, from userid 33) id 8CC9C1A2B3" DATE, "web7.example", "", "",
         "", "", "8CC9C1A2B3", "", "", 33},
        {"from a.example (a.example [IPv6:2001:db8::1])\n\tby b.example (Postfix) with LMTP id "
         "4XyZAb1cDz9sPq" DATE,
         "b.example", "a.example", "a.example", "2001:db8::1", "LMTP", "4XyZAb1cDz9sPq", "", "",
         -1},
        {"from mail (localhost [127.0.0.1]) (uid 1005) by web7.example with local" DATE,
         "web7.example", "mail", "localhost", "127.0.0.1", "local", "", "", "", 1005},
        /* Exim */
        {"from acct by web7.example with local (Exim 4.96)\n\t(envelope-from <x@b.example>)\n\tid "
         "1pXyzA-0001Ab-2C\n\tfor bob@example.net" DATE,
         "web7.example", "", "", "", "local", "1pXyzA-0001Ab-2C", "", "acct", -1},
        {"from [203.0.113.9] (port=5123 helo=win)\n\tby web7.example with esmtpsa  (TLS1.3) tls "
         "TLS_AES_256_GCM_SHA384\n\t(Exim 4.97)\n\t(envelope-from <a@b.example>)\n\tid "
         "1wEQYa-00000000aDt-0lKr" DATE,
         "web7.example", "win", "", "203.0.113.9", "esmtpsa", "1wEQYa-00000000aDt-0lKr", "", "",
         -1},
        {"from name.example ([192.0.2.7] helo=helo.example)\n\tby mx.example with esmtp (Exim "
         "4.94)\n\tid 1pXyzA-0001Ab-2C" DATE,
         "mx.example", "helo.example", "name.example", "192.0.2.7", "esmtp", "1pXyzA-0001Ab-2C", "",
         "", -1},
        {"from name.example ([192.0.2.7]:5123)\n\tby mx.example with esmtp (Exim 4.94) id "
         "1pXyzA-0001Ab-2C" DATE,
         "mx.example", "name.example", "name.example", "192.0.2.7", "esmtp", "1pXyzA-0001Ab-2C", "",
         "", -1},
        /* Sendmail */
        {"(from apache@localhost)\n\tby web7.example (8.15.2/8.15.2/Submit) id 3AN5MvXX012345" DATE,
         "web7.example", "", "", "", "", "3AN5MvXX012345", "", "apache", -1},
        {"from helo.example (IDENT:anna@name.example [192.0.2.7] (may be forged))\n\tby "
         "mx.example (8.17.1/8.17.1) with ESMTP id 3AN5MvXX012345" DATE,
         "mx.example", "helo.example", "name.example", "192.0.2.7", "ESMTP", "3AN5MvXX012345", "",
         "", -1},
        /* OpenSMTPD */
        {"from localhost (web7.example [local])\n\tby web7.example (OpenSMTPD) with ESMTPA id "
         "6b0ec4e6\n\tfor <bob@example.net>" DATE,
         "web7.example", "localhost", "web7.example", "local", "ESMTPA", "6b0ec4e6", "", "", -1},
        {"from win (name.example [192.0.2.7])\n\tby web7.example (OpenSMTPD) with ESMTPSA id "
         "6b0ec4e6 (TLSv1.3:TLS_AES_256_GCM_SHA384:256:NO) auth=yes user=anna\n\tfor "
         "<bob@example.net>" DATE,
         "web7.example", "win", "name.example", "192.0.2.7", "ESMTPSA", "6b0ec4e6", "anna", "", -1},
        /* qmail */
        {"(qmail 4711 invoked by uid 1005)" DATE, "", "", "", "", "qmail", "4711", "", "", 1005},
        {"(qmail 4711 invoked by alias)" DATE, "", "", "", "", "qmail", "4711", "", "alias", -1},
        {"(qmail 4711 invoked from network)" DATE, "", "network", "", "", "qmail", "4711", "", "",
         -1},
        {"from unknown (HELO win) (anna@192.0.2.7)\n  by mx.example with ESMTPA" DATE, "mx.example",
         "win", "", "192.0.2.7", "ESMTPA", "", "anna", "", -1},
        /* others */
        {"from win ([192.0.2.7])\n  (AUTH: PLAIN anna@example.org, TLS: TLSv1.3)\n  by mx.example "
         "with ESMTPSA\n  id 0000000000A1B2C3.1" DATE,
         "mx.example", "win", "", "192.0.2.7", "ESMTPSA", "0000000000A1B2C3.1", "anna@example.org",
         "", -1},
        {"from A.example (192.0.2.7) by B.example (192.0.2.8) with Microsoft SMTP Server id "
         "15.2.986.5" DATE,
         "B.example", "A.example", "", "192.0.2.7", "SMTP", "15.2.986.5", "", "", -1},
        {"by 2002:a05:6102:3a0c:: with SMTP id ab12csp123" DATE, "2002:a05:6102:3a0c::", "", "", "",
         "SMTP", "ab12csp123", "", "", -1},
        {"from localhost ([127.0.0.1])\n\tby localhost (mx.example [127.0.0.1]) (amavisd-new, port "
         "10024)\n\twith ESMTP id LeojDijvoiff" DATE,
         "localhost", "localhost", "", "127.0.0.1", "ESMTP", "LeojDijvoiff", "", "", -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct hop hop = received_read(str_from_cstr(rows[i].value));

        CHECK_STR(hop.by, rows[i].by);
        CHECK_STR(hop.from_helo, rows[i].helo);
        CHECK_STR(hop.from_host, rows[i].host);
        CHECK_STR(hop.from_address, rows[i].address);
        CHECK_STR(hop.protocol, rows[i].protocol);
        CHECK_STR(hop.queue_id, rows[i].queue_id);
        CHECK_STR(hop.login, rows[i].login);
        CHECK_STR(hop.user, rows[i].user);
        CHECK_ROW(i, hop.uid == rows[i].uid);
        CHECK_ROW(i, hop.time_s == DATE_S);
    }
}

static void
lets_no_client_write_the_line(void)
{
    static const struct {
        const char *value, *by, *address, *queue_id, *login, *user;
        int64_t uid;
    } rows[] = {
        /* HELO */
        {"from x by evil.example (Postfix, from userid 0) id FAKE (name.example "
         "[203.0.113.9])\n\tby "
         "mx.example (Postfix) with ESMTP id REAL" DATE,
         "mx.example", "203.0.113.9", "REAL", "", "", -1},
        {"from x (Authenticated sender: boss@shop.example) (name.example [203.0.113.9])\n\tby "
         "mx.example (Postfix) with ESMTP id REAL" DATE,
         "mx.example", "203.0.113.9", "REAL", "", "", -1},
        {"from x (Authenticated sender: boss@shop.example) (unknown [unknown])\n\tby mx.example "
         "(Postfix) with ESMTP id REAL" DATE,
         "mx.example", "", "REAL", "", "", -1},
        {"from x (uid 0) (unknown [unknown])\n\tby mx.example (Postfix) with ESMTP id REAL" DATE,
         "mx.example", "", "REAL", "", "", -1},
        {"from ((((x (name.example [203.0.113.9])\n\tby mx.example (Postfix) with ESMTP id "
         "REAL" DATE,
         "mx.example", "203.0.113.9", "REAL", "", "", -1},
        {"from \"x (name.example [203.0.113.9])\n\tby mx.example (Postfix) with ESMTP id REAL" DATE,
         "mx.example", "203.0.113.9", "REAL", "", "", -1},
        /* the names in its certificate, as Postfix balances their brackets */
        {"from x (name.example [203.0.113.9])\n\t(Client CN \"y (Authenticated sender: boss)\", "
         "Issuer \"z\" (not verified))\n\tby mx.example (Postfix) with ESMTPS id REAL" DATE,
         "mx.example", "203.0.113.9", "REAL", "", "", -1},
        {"from x (name.example [203.0.113.9])\n\t(Client CN \"[192.0.2.1]\", Issuer \"z\" (not "
         "verified))\n\tby mx.example (Postfix) with ESMTPS id REAL" DATE,
         "mx.example", "203.0.113.9", "REAL", "", "", -1},
        /* the recipient */
        {"from x (name.example [203.0.113.9])\n\tby mx.example (Postfix) with ESMTP id REAL\n\tfor "
         "<\"a by evil.example id FAKE\"@b.example>" DATE,
         "mx.example", "203.0.113.9", "REAL", "", "", -1},
        {"from x (name.example [203.0.113.9])\n\tby mx.example (OpenSMTPD) with ESMTP id "
         "REAL\n\tfor "
         "<\"a auth=yes user=boss\"@b.example>" DATE,
         "mx.example", "203.0.113.9", "REAL", "", "", -1},
        {"from x (name.example [203.0.113.9]) by mx.example (OpenSMTPD) with ESMTP id REAL for "
         "<\"a "
         "auth=yes user=boss \"@b.example>" DATE,
         "mx.example", "203.0.113.9", "REAL", "", "", -1},
        /* what ident says */
        {"from unknown (HELO x) (boss@203.0.113.9)\n  by mx.example with SMTP" DATE, "mx.example",
         "203.0.113.9", "", "", "", -1},
        {"from x (boss@name.example [203.0.113.9])\n\tby mx.example (8.17.1/8.17.1) with ESMTP id "
         "REAL" DATE,
         "mx.example", "203.0.113.9", "REAL", "", "", -1},
        /* uids that are none */
        {"by web7.example (Postfix, from userid 99999999999) id REAL" DATE, "web7.example", "",
         "REAL", "", "", -1},
        {"by web7.example (Postfix, from userid -1) id REAL" DATE, "web7.example", "", "REAL", "",
         "", -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct hop hop = received_read(str_from_cstr(rows[i].value));

        CHECK_STR(hop.by, rows[i].by);
        CHECK_STR(hop.from_address, rows[i].address);
        CHECK_STR(hop.queue_id, rows[i].queue_id);
        CHECK_STR(hop.login, rows[i].login);
        CHECK_STR(hop.user, rows[i].user);
        CHECK_ROW(i, hop.uid == rows[i].uid);
        CHECK_ROW(i, !received_is_local(&hop));
    }
}

static void
tells_how_it_was_handed_in(void)
{
    static const struct {
        const char *value;
        bool is_local, is_authenticated, is_filter;
    } rows[] = {
        {"by web7.example (Postfix, from userid 1005) id A", true, false, false},
        {"from acct by web7.example with local (Exim 4.96) id A", true, false, false},
        {"from acct by web7.example with local-smtp (Exim 4.96) id A", true, false, false},
        {"(qmail 1 invoked by uid 0)", true, false, false},
        {"(qmail 1 invoked from network)", false, false, false},
        {"from localhost (web7.example [local]) by web7.example with ESMTPA id A", true, true,
         false},
        {"from x (y [192.0.2.7]) by mx.example with esmtpsa id A", false, true, false},
        {"from x (y [192.0.2.7]) by mx.example with ESMTPS id A", false, false, false},
        {"from localhost ([127.0.0.1]) by localhost (amavisd-new) with ESMTP id A", false, false,
         true},
        {"from x (y [192.0.2.7]) by localhost.evil.example with ESMTP id A", false, false, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct hop hop = received_read(str_from_cstr(rows[i].value));

        CHECK_ROW(i, received_is_local(&hop) == rows[i].is_local);
        CHECK_ROW(i, received_is_authenticated(&hop) == rows[i].is_authenticated);
        CHECK_ROW(i, received_is_filter(&hop) == rows[i].is_filter);
    }
}

static void
reads_whom_it_was_for(void)
{
    static const struct {
        const char *value, *recipient;
    } rows[] = {
        {"from x (y [192.0.2.7])\n\tby mx.example (Postfix) with ESMTP id A\n\tfor "
         "<bob@example.net>" DATE,
         "bob@example.net"},
        {"from acct by web7.example with local (Exim 4.96) id A for bob@example.net" DATE,
         "bob@example.net"},
        {"from acct by web7.example with local (Exim 4.96) (envelope-from <a@b> for x@y) id A" DATE,
         ""},
        {"by web7.example (Postfix, from userid 33) id A" DATE, ""},
        {"from x by y with ESMTP id A for <nobody>" DATE, ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(received_read(str_from_cstr(rows[i].value)).recipient, rows[i].recipient);
}

static void
reads_what_is_left_of_a_broken_line(void)
{
    static const char *const rows[] = {"",       ";",  "from",  "by",          "from x by",
                                       "(qmail", "()", "by ()", "from ) by (", "\n\t\n"};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct hop hop = received_read(str_from_cstr(rows[i]));

        CHECK_ROW(i, hop.uid == -1 && hop.time_s == 0 && hop.login.len == 0);
        CHECK_ROW(i, hop.queue_id.len == 0 && hop.user.len == 0);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads lines of all servers", reads_lines_of_all_servers},
        {"lets no client write the line", lets_no_client_write_the_line},
        {"tells how it was handed in", tells_how_it_was_handed_in},
        {"reads whom it was for", reads_whom_it_was_for},
        {"reads what is left of a broken line", reads_what_is_left_of_a_broken_line},
    };

    return tap_main(cases, COUNT(cases));
}
