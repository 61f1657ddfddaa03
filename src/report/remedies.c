#include "report/advice.h"

/*
 * The order is the order in which they are read: what stops it comes first. A
 * remedy changes as little as does the job, can be undone, and keeps the evidence.
 */

#define POSTFIX ADVICE_MTA(MTA_POSTFIX)
#define EXIM ADVICE_MTA(MTA_EXIM)
#define SENDMAIL ADVICE_MTA(MTA_SENDMAIL)
#define OPENSMTPD ADVICE_MTA(MTA_OPENSMTPD)
#define QMAIL ADVICE_MTA(MTA_QMAIL)

#define UPLOADED ADVICE_ROUTE(ROUTE_UPLOADED_SCRIPT)
#define ROGUE ADVICE_ROUTE(ROUTE_ROGUE_PROCESS)
#define VULNERABLE ADVICE_ROUTE(ROUTE_VULNERABLE_SCRIPT)
#define FORM ADVICE_ROUTE(ROUTE_FORM_ABUSE)
#define REGISTRATION ADVICE_ROUTE(ROUTE_REGISTRATION_FLOOD)
#define NOTICE ADVICE_ROUTE(ROUTE_NOTICE_FLOOD)
#define RELAY ADVICE_ROUTE(ROUTE_OPEN_RELAY)
#define MAILBOX ADVICE_ROUTE(ROUTE_MAILBOX)
#define BACKSCATTER ADVICE_ROUTE(ROUTE_BACKSCATTER)
#define REQUEST ADVICE_ROUTE(ROUTE_WEB_REQUEST)
#define SENT_FROM_HERE (ADVICE_ANY & ~BACKSCATTER)
#define WEB (UPLOADED | VULNERABLE | FORM | REGISTRATION | NOTICE | REQUEST)

#define NOW(routes, mtas, condition, text, command)                                                \
    {                                                                                              \
        routes, mtas, ACTION_CONTAIN, condition, text, command                                     \
    }
#define LATER(routes, mtas, condition, text, command)                                              \
    {                                                                                              \
        routes, mtas, ACTION_PREVENT, condition, text, command                                     \
    }

const struct remedy remedies[] = {
    /* --- stop the origin --- */
    NOW(UPLOADED, ADVICE_ANY, WHEN_ALWAYS,
        "Take the script out of service; it stays on disk as evidence.", "chmod 000 -- {script}"),
    NOW(WEB, ADVICE_ANY, WHEN_ALWAYS,
        "Find the script, of which only the name is known, and take its permissions away.",
        "find / -xdev -type f -name {file}"),
    NOW(UPLOADED, ADVICE_ANY, WHEN_NO_SCRIPT,
        "Find the file behind {vhost}{path} and take its permissions away (chmod 000); until then "
        "deny the URL in the web server.",
        NULL),
    NOW(VULNERABLE, ADVICE_ANY, WHEN_ALWAYS, "Take the script out of service until it is mended.",
        "chmod 000 -- {script}"),
    NOW(VULNERABLE | REQUEST, ADVICE_ANY, WHEN_NO_SCRIPT,
        "Deny {path} on {vhost} until the script behind it is mended. Apache: <Location "
        "\"{path}\"> Require all denied </Location>; nginx: location = {path} {{ return 403; }",
        NULL),
    NOW(REQUEST, ADVICE_ANY, WHEN_ALWAYS,
        "weir knows the URL, but not which of the actions behind it sends: look into the site's "
        "own log or plugins before you deny the whole of {path}.",
        NULL),
    NOW(FORM, ADVICE_ANY, WHEN_ALWAYS,
        "Switch off the copy that the form sends to the visitor; where it has none, take the form "
        "off the site or deny POST to {path} until a bot check stands.",
        NULL),
    NOW(REGISTRATION, ADVICE_ANY, WHEN_WORDPRESS,
        "Switch registration off until a bot check stands.",
        "wp --path={root} option update users_can_register 0 --allow-root"),
    NOW(REGISTRATION, ADVICE_ANY, WHEN_ALWAYS,
        "Switch registration off on {vhost} until a bot check stands, or at least the mail to the "
        "administrator at each registration. WordPress: Settings, General, Membership.",
        NULL),
    NOW(NOTICE, ADVICE_ANY, WHEN_ALWAYS,
        "Switch the notices to {recipient} off in the plugin, or to one digest a day: each attack "
        "request makes a mail.",
        NULL),
    NOW(ROGUE, ADVICE_ANY, WHEN_PAST_SERVER,
        "Refuse its connections to other mail servers: no queue holds what it sends. For IPv6 the "
        "same with ip6tables.",
        "iptables -I OUTPUT -p tcp --dport 25 ! -o lo -m owner --uid-owner {who} -j REJECT"),
    NOW(ROGUE, ADVICE_ANY, WHEN_ALWAYS,
        "See what runs as {who}, and since when, before you stop it.",
        "ps -u {who} -o pid,ppid,lstart,args --forest"),
    NOW(ROGUE, ADVICE_ANY, WHEN_ALWAYS, "See how it is started.",
        "crontab -l -u {user}; ls -la ~{user}/.config/systemd/user ~{user}/.ssh 2>/dev/null"),
    NOW(ROGUE, ADVICE_ANY, WHEN_ALWAYS,
        "Freeze its processes: they stop, and can still be looked into. This stops the user's web "
        "site as well, if it has one.",
        "pkill -STOP -u {who}"),
    NOW(ROGUE, POSTFIX, WHEN_ALWAYS, "Refuse what {user} submits, while you look.",
        "postconf -e 'authorized_submit_users = !'{user}', '\"$(postconf -h "
        "authorized_submit_users)\" && postfix reload"),
    NOW(MAILBOX, ADVICE_ANY, WHEN_VIRTUAL_MAILBOX,
        "Set a new password for {mailbox} where the mailboxes are kept, then end its sessions.",
        "doveadm auth cache flush {mailbox}; doveadm kick {mailbox}"),
    NOW(MAILBOX, ADVICE_ANY, WHEN_SYSTEM_MAILBOX, "Set a new password, then end its sessions.",
        "passwd {mailbox} && doveadm kick {mailbox}"),
    NOW(MAILBOX, POSTFIX, WHEN_ALWAYS,
        "To stop it before a new password is set: an entry in a table that "
        "smtpd_sender_restrictions = check_sasl_access names.",
        "printf '%s REJECT your password was stolen\\n' {mailbox} >> /etc/postfix/sasl_access\n"
        "postmap /etc/postfix/sasl_access && postconf -e 'smtpd_sender_restrictions = "
        "check_sasl_access hash:/etc/postfix/sasl_access, '\"$(postconf -h "
        "smtpd_sender_restrictions)\" && postfix reload"),
    NOW(RELAY, POSTFIX, WHEN_ALWAYS, "See which rule lets strangers relay.",
        "postconf mynetworks smtpd_relay_restrictions smtpd_recipient_restrictions relay_domains"),
    NOW(RELAY, POSTFIX, WHEN_ALWAYS,
        "Close the relay. If the clients above lie within mynetworks, narrow mynetworks as well.",
        "postconf -e 'smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, "
        "reject_unauth_destination' && postfix reload"),
    NOW(RELAY, EXIM, WHEN_ALWAYS, "See which hosts and domains may relay, and take strangers out.",
        "grep -E '^dc_relay_(nets|domains)' /etc/exim4/update-exim4.conf.conf; exim -bP "
        "+relay_from_hosts"),
    NOW(RELAY, SENDMAIL, WHEN_ALWAYS,
        "See which rule lets strangers relay: a RELAY row too wide, or promiscuous_relay.",
        "grep -n RELAY /etc/mail/access; grep -n 'promiscuous_relay\\|relay_entire_domain' "
        "/etc/mail/sendmail.mc"),
    NOW(RELAY, OPENSMTPD, WHEN_ALWAYS,
        "See which rule lets strangers relay: \"from any\" together with \"for any\".",
        "grep -n '^match' /etc/smtpd.conf"),
    NOW(RELAY, QMAIL, WHEN_ALWAYS,
        "See who may relay: clients with RELAYCLIENT, and a missing rcpthosts lets everybody.",
        "ls -l /var/qmail/control/rcpthosts; grep -n RELAYCLIENT /etc/tcp.smtp"),
    NOW(BACKSCATTER, ADVICE_ANY, WHEN_ALWAYS,
        "Nothing was sent from here: somebody writes {recipient} into mail that leaves elsewhere. "
        "There is no script to look for, and no password to change.",
        NULL),
    NOW(BACKSCATTER, POSTFIX, WHEN_ALWAYS,
        "If the mailbox drowns, refuse bounces to it for a while. Bounces of its own mail are "
        "refused, too.",
        "printf '%s reject_bounces\\n' {recipient} >> /etc/postfix/no_bounces\n"
        "postmap /etc/postfix/no_bounces && postconf -e 'smtpd_restriction_classes = "
        "reject_bounces' 'reject_bounces = check_sender_access inline:{{<>=REJECT}' && postconf -e "
        "'smtpd_data_restrictions = check_recipient_access hash:/etc/postfix/no_bounces, "
        "'\"$(postconf "
        "-h smtpd_data_restrictions)\" && postfix reload"),

    /* --- hold what waits --- */
    NOW(SENT_FROM_HERE, POSTFIX, WHEN_QUEUED,
        "Hold what is still in the queue ({queued} messages); postsuper -H releases, -d deletes.",
        "weir trace --queue-ids --sender {name} | postsuper -h -"),
    NOW(SENT_FROM_HERE, EXIM, WHEN_QUEUED,
        "Freeze what is still in the queue ({queued} messages); -Mt thaws, -Mrm deletes.",
        "weir trace --queue-ids --sender {name} | xargs -r exim -Mf"),
    NOW(SENT_FROM_HERE, SENDMAIL, WHEN_QUEUED,
        "Quarantine what is still in the queue ({queued} messages); -Q without a reason releases.",
        "weir trace --queue-ids --sender {name} | xargs -r -I ID sendmail -Qspam -qIID"),
    NOW(SENT_FROM_HERE, OPENSMTPD, WHEN_QUEUED,
        "Pause what is still in the queue ({queued} messages); smtpctl resume releases.",
        "weir trace --queue-ids --sender {name} | xargs -r -n 1 smtpctl pause envelope"),
    NOW(SENT_FROM_HERE, QMAIL, WHEN_QUEUED,
        "Stop qmail-send while {queued} messages wait: it must not run while its queue is changed. "
        "qmail-qread lists them by the numbers that weir trace --queue-ids gives.",
        "svc -d /service/qmail-send && qmail-qread"),
    NOW(WEB | RELAY | MAILBOX, ADVICE_ANY, WHEN_FEW_CLIENTS,
        "Shut out who drives it. They will come back from elsewhere: this buys time only.",
        "{block}"),

    /* --- so that it does not come back --- */
    LATER(
        WEB, ADVICE_ANY, WHEN_ALWAYS,
        "Look through the site for what else is hidden in it, and for other scripts that visitors "
        "can mail through.",
        "weir scan {site}"),
    LATER(ROGUE, ADVICE_ANY, WHEN_ALWAYS, "Look at what lies where it was started.",
          "weir scan {folder}"),
    LATER(ROGUE, ADVICE_ANY, WHEN_ALWAYS,
          "Look for what it left where {user} and everybody can write.",
          "weir scan ~{user} /tmp /var/tmp /dev/shm"),
    LATER(UPLOADED, ADVICE_ANY, WHEN_ALWAYS,
          "See what else came in around that time: one script is seldom alone.",
          "find {root} -type f -newermt {from} ! -newermt {until} -ls"),
    LATER(UPLOADED, ADVICE_ANY, WHEN_ALWAYS,
          "Update the site's software and plugins, then change its passwords: administrators, FTP, "
          "SSH, database. Without that it is back within days.",
          NULL),
    LATER(UPLOADED, ADVICE_ANY, WHEN_ALWAYS,
          "Let no PHP run in folders for uploads. Apache: RedirectMatch 403 "
          "(?i)/(uploads|cache|images|media)/.*\\.ph(p[0-9]?|tml|ar)$ and nginx: "
          "location ~* /(uploads|cache|images|media)/.*\\.ph {{ return 403; }",
          NULL),
    LATER(VULNERABLE, ADVICE_ANY, WHEN_ALWAYS,
          "Let the script choose the recipient from a fixed list, never from the request, and "
          "refuse line breaks in whatever goes into a header.",
          NULL),
    LATER(FORM | REGISTRATION | VULNERABLE, ADVICE_ANY, WHEN_ALWAYS,
          "Put a bot check before it that the server verifies (a hidden field alone does not "
          "stop robots for long), and limit posts for each client and hour.",
          NULL),
    LATER(FORM, ADVICE_ANY, WHEN_ALWAYS,
          "Never send the visitor's own text back to an address that nobody confirmed: that copy "
          "is what the spammer is after.",
          NULL),
    LATER(REGISTRATION, ADVICE_ANY, WHEN_ALWAYS,
          "Delete the accounts that the robots made, and mail the administrator a digest instead "
          "of one message for each.",
          NULL),
    LATER(NOTICE, ADVICE_ANY, WHEN_ALWAYS,
          "Stop the attack before PHP sees it: deny what is attacked and not needed (often "
          "/xmlrpc.php), limit log-in attempts in the web server, or let fail2ban ban the clients.",
          NULL),
    LATER(MAILBOX, ADVICE_ANY, WHEN_ALWAYS,
          "Look for what the intruder left in the mailbox: forwarding rules, and mail that helps "
          "to reset other passwords.",
          "doveadm sieve list -u {mailbox}"),
    LATER(MAILBOX, ADVICE_ANY, WHEN_ALWAYS,
          "Let fail2ban watch the log-ins of IMAP and submission, limit what one mailbox may send "
          "in an hour, and have the owner's computer checked if no guessing was seen.",
          NULL),
    LATER(RELAY, ADVICE_ANY, WHEN_ALWAYS,
          "Then test from an address outside your networks that a foreign recipient is refused, "
          "and ask the blocklists for removal.",
          NULL),
    LATER(ROGUE, ADVICE_ANY, WHEN_ALWAYS,
          "Change the user's password and SSH keys, and see how it logged in.",
          "last -w -F {user}; grep -a 'Accepted.* for {user} ' /var/log/auth.log*"),
    LATER(ROGUE, POSTFIX, WHEN_ALWAYS, "Let nothing but the MTA speak to port 25 elsewhere.",
          "iptables -A OUTPUT -p tcp --dport 25 ! -o lo -m owner ! --uid-owner postfix -j REJECT"),
    LATER(ROGUE, EXIM, WHEN_ALWAYS, "Let nothing but the MTA speak to port 25 elsewhere.",
          "iptables -A OUTPUT -p tcp --dport 25 ! -o lo -m owner ! --uid-owner Debian-exim -j "
          "REJECT"),
    LATER(ROGUE, SENDMAIL, WHEN_ALWAYS, "Let nothing but the MTA speak to port 25 elsewhere.",
          "iptables -A OUTPUT -p tcp --dport 25 ! -o lo -m owner ! --uid-owner root -j REJECT"),
    LATER(ROGUE, OPENSMTPD, WHEN_ALWAYS, "Let nothing but the MTA speak to port 25 elsewhere.",
          "iptables -A OUTPUT -p tcp --dport 25 ! -o lo -m owner ! --uid-owner opensmtpd -j "
          "REJECT"),
    LATER(ROGUE, QMAIL, WHEN_ALWAYS, "Let nothing but the MTA speak to port 25 elsewhere.",
          "iptables -A OUTPUT -p tcp --dport 25 ! -o lo -m owner ! --uid-owner qmailr -j REJECT"),
    LATER(BACKSCATTER, ADVICE_ANY, WHEN_ALWAYS,
          "Publish SPF ending in -all, sign with DKIM, and set DMARC to p=reject for {domain}, so "
          "that others refuse the forged mail instead of bouncing it. This is what it says now:",
          "dig +short TXT {domain} _dmarc.{domain}"),
    LATER(WEB, ADVICE_ANY, WHEN_NO_SCRIPT,
          "Let PHP name the file next time: php_admin_value[mail.log] = /var/log/php-mail.log and "
          "php_admin_flag[mail.add_x_header] = on in the site's pool.",
          NULL),
};

const uint32_t remedy_count = sizeof(remedies) / sizeof(remedies[0]);
