#include "audit/suggest.h"

#define DOMAINS_MAX 50 /* that a rule names */

/*
 * What proves a bounce: the mail that it returns went through this host. Each host writes its own
 * name behind "by" into a Received line of each mail that it takes, and mail that was forged
 * elsewhere has none. The Message-ID helps where such lines are taken off. A From or Return-Path of
 * ours proves nothing: that is what was forged.
 */

/* The name as a regular expression: its dots, all else in a plain name means itself. */
static void
add_pattern(struct buf *out, struct str name, const char *dot)
{
    for (size_t i = 0; i < name.len; i++) {
        if (name.data[i] == '.')
            buf_add_cstr(out, dot);
        else
            buf_add_char(out, name.data[i]);
    }
}

/* (example\.com|example\.net|mail\.example\.com) */
static void
add_alternatives(struct buf *out, struct str host, const struct str *domains, uint32_t count,
                 const char *dot)
{
    buf_add_char(out, '(');
    for (uint32_t i = 0; i < count && i < DOMAINS_MAX; i++) {
        if (!suggest_is_plain_name(domains[i]))
            continue;
        add_pattern(out, domains[i], dot);
        buf_add_char(out, '|');
    }
    add_pattern(out, host, dot);
    buf_add_char(out, ')');
}

static void
write_sieve(struct str host, const struct str *domains, uint32_t count, struct buf *out)
{
    buf_add_cstr(out,
                 "# ---- /var/lib/dovecot/sieve/before.d/weir-bounces.sieve ----\n"
                 "# Bounces that nothing proves to be about mail from here go into a folder of "
                 "their own; none\n"
                 "# is lost, because some genuine ones return nothing of the mail they are about.\n"
                 "# Dovecot: plugin { sieve_before = /var/lib/dovecot/sieve/before.d }, then\n"
                 "#   sievec /var/lib/dovecot/sieve/before.d/weir-bounces.sieve\n"
                 "require [\"envelope\", \"body\", \"fileinto\", \"mailbox\", \"regex\"];\n"
                 "\n"
                 "if allof (\n"
                 "    envelope :is \"from\" \"\",\n"
                 "    anyof (\n"
                 "        header :contains \"Content-Type\" [\"report-type=delivery-status\", "
                 "\"report-type=\\\"delivery-status\"],\n"
                 "        address :localpart :is \"From\" [\"mailer-daemon\", \"postmaster\"],\n"
                 "        exists \"X-Failed-Recipients\"\n"
                 "    ),\n"
                 "    not envelope :contains \"to\" \"prvs=\",\n"
                 "    not body :raw :contains \"by ");
    buf_add(out, host);
    buf_add_cstr(out, " \",\n    not body :raw :regex \"message-id:[[:space:]]*<[^>@]*@");
    add_alternatives(out, host, domains, count, "\\\\.");
    buf_add_cstr(out, ">\"\n"
                      ") {\n"
                      "    fileinto :create \"Unproven-Bounces\";\n"
                      "    stop;\n"
                      "}\n\n");
}

static void
write_postfix(struct str host, const struct str *domains, uint32_t count, struct buf *out)
{
    buf_add_cstr(
        out,
        "# ---- /etc/postfix/weir_bounces ----\n"
        "# Marks mail with a null sender to an address without a prvs tag. Postfix looks at one "
        "line "
        "at a\n"
        "# time and cannot see that something is missing in a mail: so it marks, and the Sieve "
        "rule "
        "above\n"
        "# (or a rule on X-Unproven-Bounce) files. With senders that are tagged, HOLD in place of "
        "PREPEND and\n"
        "# its text keeps them in the queue (postqueue -p, postsuper -H) instead. Never REJECT: "
        "genuine bounces\n"
        "# come late, to addresses from before the tags. In main.cf (package postfix-pcre not "
        "needed):\n"
        "#   smtpd_restriction_classes = weir_bounce\n"
        "#   weir_bounce = check_recipient_access regexp:/etc/postfix/weir_bounces\n"
        "#   smtpd_data_restrictions = check_sender_access inline:{{<> = weir_bounce}}\n"
        "/^prvs=/    DUNNO\n"
        "/@");
    add_alternatives(out, host, domains, count, "\\.");
    buf_add_cstr(out, "$/    PREPEND X-Unproven-Bounce: no prvs tag\n\n");
}

static void
write_exim(struct str host, const struct str *domains, uint32_t count, struct buf *out)
{
    buf_add_cstr(
        out, "# ---- exim: the ACL of acl_smtp_data ----\n"
             "# Marks bounces that return nothing that went through this host. Needs, in the main "
             "part:\n"
             "#   message_body_visible = 32768\n"
             "# A user's filter or Sieve rule on X-Unproven-Bounce files them. `control = "
             "freeze/no_tell` in place of\n"
             "# add_header keeps them in the queue instead. Never deny: genuine bounces may return "
             "nothing at all.\n"
             "  warn\n"
             "    senders = :\n"
             "    condition = ${if !match{$recipients}{\\N(?i)(^|[ ,])prvs=\\N}}\n"
             "    condition = ${if !match{$message_body $message_body_end}{\\N(?i)by ");
    add_pattern(out, host, "\\.");
    buf_add_cstr(out, "\\s\\N}}\n"
                      "    condition = ${if !match{$message_body $message_body_end}"
                      "{\\N(?i)message-id:\\s*<[^>@]*@");
    add_alternatives(out, host, domains, count, "\\.");
    buf_add_cstr(out,
                 ">\\N}}\n"
                 "    add_header = X-Unproven-Bounce: nothing of it went through this host\n\n");
}

void
suggest_rules(struct str host, const struct str *domains, uint32_t count, struct buf *out)
{
    /* A name without a dot is said by many machines, and proves nothing. */
    if (!suggest_is_plain_name(host) || str_index(host, '.') == host.len) {
        buf_add_cstr(out, "# No rules for bounces: the mail server's full name is not known.\n");
        return;
    }
    write_sieve(host, domains, count, out);
    write_postfix(host, domains, count, out);
    write_exim(host, domains, count, out);
}
