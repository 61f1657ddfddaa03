#include "audit/selectors.h"

static const char *const usual[] = {
    /* programs and panels: OpenDKIM, rspamd, mailcow, cPanel, Plesk, DirectAdmin, Exim's examples */
    "default", "dkim", "mail", "x", "email", "smtp", "mx", "key", "dkim1", "dkim2", "rsa",
    "ed25519", "server", "mta", "s", "d", "k", "dk", "main", "20230601",
    /* numbered keys */
    "s1", "s2", "k1", "k2", "k3", "key1", "key2", "key3", "m1", "m2", "selector1", "selector2",
    /* mailboxes at a specialist */
    "google", "zoho", "zmail", "protonmail", "protonmail2", "protonmail3", "fm1", "fm2", "fm3",
    "mesmtp", "sig1", "gm1", "gm2", "gm3", "mbo0001", "mbo0002", "hostingermail-a",
    /* senders of newsletters and transactions */
    "mandrill", "mte1", "mte2", "mailjet", "everlytickey1", "everlytickey2", "brevo1", "brevo2",
    "sib", "pm", "pic", "krs", "cm", "litesrv", "smtpapi", "sendgrid", "zendesk1", "zendesk2",
    "hs1", "hs2", "mxvault", "turbo-smtp", "elastic", "api",
};

const char *
selectors_usual(size_t index)
{
    return index < sizeof(usual) / sizeof(usual[0]) ? usual[index] : NULL;
}
