/* How a mail was sent: envelope, From and the signature that fits it best. */

#include "audit/use.h"

#include "audit/provider.h"
#include "base/internet.h"
#include "tap.h"

static void
reads_how_mails_were_sent(void)
{
    static const struct {
        const char *mail, *from, *envelope, *signer, *selector; /* from NULL: none */
    } rows[] = {
        {"Return-Path: <b+7@bounces.example.net>\nDKIM-Signature: v=1; d=example.net;\n s=k1; b=\n"
         "DKIM-Signature: v=1; d=news.example.com; s=k2; b=\nFrom: Anna <anna@example.com>\n\nx",
         "example.com", "bounces.example.net", "news.example.com", "k2"},
        {"From: anna@example.com\nDKIM-Signature: d=example.com; s=a\n"
         "DKIM-Signature: d=example.net; s=b\n\n",
         "example.com", "", "example.com", "a"},
        {"From: anna@example.com\nReturn-Path: <>\n\n", "example.com", "", "", ""},
        {"From: nobody\n\n", NULL, "", "", ""},
        {"Subject: x\n\n", NULL, "", "", ""},
        {"", NULL, "", "", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new((size_t)1 << 20);
        struct domain_use use = {.from = STR("kept")};
        bool is_read = use_read(str_from_cstr(rows[i].mail), STR("a.eml"), arena, &use);

        CHECK_ROW(i, is_read == (rows[i].from != NULL));
        if (is_read && rows[i].from) {
            CHECK_STR(use.from, rows[i].from);
            CHECK_STR(use.envelope, rows[i].envelope);
            CHECK_STR(use.signer, rows[i].signer);
            CHECK_STR(use.selector, rows[i].selector);
            CHECK_STR(use.place, "a.eml");
        } else {
            CHECK_STR(use.from, "kept");
        }
        arena_free(arena);
    }
}

static void
knows_specialists_by_their_servers(void)
{
    static const struct {
        const char *host, *name; /* NULL: nobody */
    } rows[] = {
        {"aspmx.l.google.com", "Google Workspace"},
        {"example-com.mail.protection.outlook.com", "Microsoft 365"},
        {"example-com.a-v1.mx.microsoft", "Microsoft 365"},
        {"mx.zoho.eu", "Zoho Mail"},
        {"mail.protonmail.ch", "Proton Mail"},
        {"in1-smtp.messagingengine.com", "Fastmail"},
        {"mx01.mail.icloud.com", "iCloud Mail"},
        {"mx.yandex.net", "Yandex 360"},
        {"mxext1.mailbox.org", "mailbox.org"},
        {"aspmx1.migadu.com", "Migadu"},
        {"mail.tutanota.de", "Tuta"},
        {"spool.mail.gandi.net", "Gandi"},
        {"mx1.mail.ovh.net", "OVHcloud"},
        {"mx00.ionos.de", "IONOS"},
        {"mx1.emailsrvr.com", "Rackspace Email"},
        {"mailstore1.secureserver.net", "GoDaddy"},
        {"inbound-smtp.eu-west-1.amazonaws.com", "Amazon WorkMail"},
        {"eu-smtp-inbound-1.mimecast.com", "Mimecast"},
        {"mx0a-00112233.pphosted.com", "Proofpoint"},
        {"d1.ess.de.barracudanetworks.com", "Barracuda Email Gateway Defense"},
        {"MX.GOOGLE.COM", "Google Workspace"},
        {"notgoogle.com", NULL},
        {"google.com.example.net", NULL},
        {"mail.example.com", NULL},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct provider *provider = provider_of_host(str_from_cstr(rows[i].host));

        CHECK_ROW(i, (provider == NULL) == (rows[i].name == NULL));
        CHECK_ROW(i, !provider || !rows[i].name || strcmp(provider->name, rows[i].name) == 0);
    }
}

static void
knows_addresses_that_nobody_reaches(void)
{
    static const struct {
        const char *address;
        bool is_unreachable;
    } rows[] = {
        {"10.1.2.3", true},     {"127.0.0.1", true},       {"172.31.0.1", true},
        {"172.32.0.1", false},  {"100.64.0.1", true},      {"169.254.1.1", true},
        {"8.8.8.8", false},     {"224.0.0.1", true},       {"255.1.1.1", true},
        {"::1", true},          {"fe80::1", true},         {"fd00::1", true},
        {"2001:db8::1", false}, {"::ffff:10.0.0.1", true},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new((size_t)1 << 16);
        struct str bytes = STR_EMPTY;

        CHECK_ROW(i, internet_read(str_from_cstr(rows[i].address), arena, &bytes));
        CHECK_ROW(i, (internet_unreachable(bytes) != NULL) == rows[i].is_unreachable);
        arena_free(arena);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads how mails were sent", reads_how_mails_were_sent},
        {"knows specialists by their servers", knows_specialists_by_their_servers},
        {"knows addresses that nobody reaches", knows_addresses_that_nobody_reaches},
    };

    return tap_main(cases, COUNT(cases));
}
