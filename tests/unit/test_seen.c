/* Logs as Postfix, Exim and OpenDKIM write them, and what they show of this host's own mail. */

#include "audit/seen.h"
#include "record/record.h"
#include "tap.h"

#define STAMP "Nov 23 15:21:22 web7 "

static void
feed(struct seen *seen, const char *const *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct event event;

        event_init(&event);
        record_read(record_frame(STR("syslog")), str_from_cstr(lines[i]), &event);
        event.key = event_key(&event);
        seen_event(seen, &event);
    }
}

static void
counts_what_began_here(void)
{
    static const char *const lines[] = {
        /* two recipients are one mail */
        STAMP "postfix/pickup[1]: A1B2C3D4E5: uid=1001 from=<anna@Shop.example>",
        STAMP
        "postfix/qmgr[1]: A1B2C3D4E5: from=<anna@Shop.example>, size=9, nrcpt=2 (queue active)",
        STAMP
        "postfix/smtp[1]: A1B2C3D4E5: to=<b@example.net>, relay=mx.example.net[198.51.100.7]:25, "
        "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)",
        STAMP
        "postfix/smtp[1]: A1B2C3D4E5: to=<c@example.net>, relay=mx.example.net[198.51.100.7]:25, "
        "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)",
        /* forwarded: came from outside without a login */
        STAMP "postfix/smtpd[1]: B1B2C3D4E5: client=mail.example.org[203.0.113.5]",
        STAMP
        "postfix/qmgr[1]: B1B2C3D4E5: from=<x@stranger.example>, size=9, nrcpt=1 (queue active)",
        STAMP
        "postfix/smtp[1]: B1B2C3D4E5: to=<d@example.net>, relay=mx.example.net[198.51.100.7]:25, "
        "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)",
        /* under a login */
        STAMP "postfix/smtpd[1]: C1B2C3D4E5: client=dsl.example.org[203.0.113.9], "
              "sasl_method=PLAIN, sasl_username=bob@club.example",
        STAMP
        "postfix/qmgr[1]: C1B2C3D4E5: from=<bob@club.example>, size=9, nrcpt=1 (queue active)",
        STAMP
        "postfix/smtp[1]: C1B2C3D4E5: to=<d@example.net>, relay=out.relay.example[192.0.2.25]:587, "
        "delay=1, delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)",
        /* never left */
        STAMP "postfix/pickup[1]: D1B2C3D4E5: uid=0 from=<root@host.example>",
        STAMP "postfix/local[1]: D1B2C3D4E5: to=<root@host.example>, relay=local, delay=1, "
              "delays=0/0/0/1, dsn=2.0.0, status=sent (delivered to mailbox)",
        STAMP "opendkim[2]: A1B2C3D4E5: DKIM-Signature field added (s=mail, d=shop.example)",
    };
    struct seen *seen = seen_new();
    const struct seen_domain *domains;
    const struct seen_selector *selectors;
    const struct seen_relay *relays;
    uint32_t count;

    feed(seen, lines, COUNT(lines));
    domains = seen_domains(seen, &count);
    CHECK(count == 2 && seen_outgoing(seen) == 2 && seen_lost(seen) == 0);
    CHECK_STR(domains[0].name, "club.example");
    CHECK_STR(domains[1].name, "shop.example");
    CHECK(domains[1].messages == 1);
    relays = seen_relays(seen, &count);
    CHECK(count == 2);
    CHECK_STR(relays[0].host, "mx.example.net");
    CHECK_STR(relays[1].host, "out.relay.example");
    selectors = seen_selectors(seen, &count);
    CHECK(count == 1);
    CHECK_STR(selectors[0].domain, "shop.example");
    CHECK_STR(selectors[0].selector, "mail");
    seen_free(seen);
}

static void
reads_mails_that_were_sent(void)
{
    static const char mail[] =
        "Received: x\r\nDKIM-Signature: v=1; a=rsa-sha256; d=Shop.example;\r\n"
        "\ts=k2026; h=from; bh=; b=\r\nFrom: \"x, @evil.example\" "
        "<anna@news.shop.example>\r\n\r\nDKIM-Signature: d=no.example; s=no\r\n";
    struct seen *seen = seen_new();
    const struct seen_domain *domains;
    const struct seen_selector *selectors;
    uint32_t count;

    seen_message(seen, (struct str){mail, sizeof(mail) - 1});
    selectors = seen_selectors(seen, &count);
    CHECK(count == 1);
    CHECK_STR(selectors[0].domain, "shop.example");
    CHECK_STR(selectors[0].selector, "k2026");
    domains = seen_domains(seen, &count);
    CHECK(count == 1 && domains[0].messages == 0 && domains[0].from_messages == 1);
    CHECK_STR(domains[0].name, "news.shop.example");
    seen_free(seen);
}

static void
names_are_bounded(void)
{
    struct seen *seen = seen_new();
    uint32_t count;

    for (unsigned i = 0; i < SEEN_NAMES_MAX + 100; i++) {
        char mail[128];

        snprintf(mail, sizeof(mail), "From: a@d%u.example\n\n", i);
        seen_message(seen, str_from_cstr(mail));
    }
    (void)seen_domains(seen, &count);
    CHECK(count == SEEN_NAMES_MAX && seen_lost(seen) == 100);
    seen_free(seen);
}

static const struct tap_case cases[] = {
    {"what began here and left is counted by its envelope sender's domain", counts_what_began_here},
    {"a mail that was sent shows its keys and its From", reads_mails_that_were_sent},
    {"names are bounded, and what does not fit is counted", names_are_bounded},
};

int
main(void)
{
    return tap_main(cases, COUNT(cases));
}
