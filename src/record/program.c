#include "record/program.h"

#include "record/access.h"
#include "record/dovecot.h"
#include "record/exim.h"
#include "record/firewall.h"
#include "record/opensmtpd.h"
#include "record/php.h"
#include "record/postfix.h"
#include "record/proftpd.h"
#include "record/pureftpd.h"
#include "record/qmail.h"
#include "record/sendmail.h"
#include "record/signer.h"
#include "record/ssh.h"
#include "record/vsftpd.h"

/* Programs whose lines never say who sent what. */
static void
none_read(struct str message, struct event *event)
{
    (void)message;
    event->kind = EVENT_NONE;
}

/* The number in front of `word`, as in "12 messages lost"; 0 when there is none. */
static uint64_t
number_before(struct str message, struct str word)
{
    size_t end = str_find(message, word), from = end;
    uint64_t number = 0;

    if (end == message.len)
        return 0;
    while (from && message.data[from - 1] >= '0' && message.data[from - 1] <= '9')
        from--;
    return str_u64((struct str){message.data + from, end - from}, &number) ? number : 0;
}

/*
 * What rsyslogd and journald say about lines they did not write:
 *
 *     imuxsock lost 12 messages from pid 4005 due to rate-limiting
 *     imuxsock[pid: 4005, name: x]: 3 messages lost due to rate-limiting (20000 allowed ...)
 *     imuxsock begins to drop messages from pid 4005 due to rate-limiting
 *     Suppressed 12 messages from postfix@-.service
 *     Forwarding to syslog missed 12 messages.
 */
static void
gap_read(struct str message, struct event *event)
{
    static const struct str losses[] = {
        {"rate-limit", 10}, {"Suppressed ", 11}, {"Forwarding to syslog missed ", 28}};
    struct str start = str_first(message, 512);

    event->kind = EVENT_NONE;
    for (size_t i = 0; i < sizeof(losses) / sizeof(losses[0]); i++) {
        if (str_find(start, losses[i]) < start.len) {
            event->kind = EVENT_GAP;
            event->gap = (struct event_gap){.lost = number_before(start, STR(" messages"))};
            return;
        }
    }
}

/* nginx and Apache can send their access log to syslog; the rest they say is of no use. */
static void
web_read(struct str message, struct event *event)
{
    if (access_probe(message))
        access_read(message, event);
    else
        event->kind = EVENT_NONE;
}

struct daemon {
    struct str name;
    program_reader *read;
};

#define POSTFIX(name, reader)                                                                      \
    {                                                                                              \
        {name, sizeof(name) - 1}, reader                                                           \
    }

/*
 * Postfix's daemons and commands, the busy ones first: the last part of
 * "syslog_name/daemon". Those that never hold a mail say nothing of any.
 */
static const struct daemon postfix_daemons[] = {
    POSTFIX("smtpd", postfix_read),
    POSTFIX("qmgr", postfix_read),
    POSTFIX("cleanup", postfix_read),
    POSTFIX("smtp", postfix_read),
    POSTFIX("pickup", postfix_read),
    POSTFIX("local", postfix_read),
    POSTFIX("anvil", none_read),
    POSTFIX("lmtp", postfix_read),
    POSTFIX("pipe", postfix_read),
    POSTFIX("virtual", postfix_read),
    POSTFIX("bounce", postfix_read),
    POSTFIX("error", postfix_read),
    POSTFIX("postscreen", postscreen_read),
    POSTFIX("dnsblog", none_read),
    POSTFIX("scache", none_read),
    POSTFIX("trivial-rewrite", none_read),
    POSTFIX("tlsproxy", none_read),
    POSTFIX("verify", none_read),
    POSTFIX("proxymap", none_read),
    POSTFIX("discard", postfix_read),
    POSTFIX("retry", postfix_read),
    POSTFIX("tlsmgr", none_read),
    POSTFIX("master", none_read),
    POSTFIX("postsuper", postfix_read),
    POSTFIX("flush", none_read),
    POSTFIX("oqmgr", postfix_read),
    POSTFIX("sendmail", postfix_read),
    POSTFIX("postdrop", postfix_read),
    POSTFIX("showq", none_read),
    POSTFIX("spawn", none_read),
    POSTFIX("qmqpd", postfix_read),
    POSTFIX("postfix-script", none_read),
    POSTFIX("postlogd", none_read),
    POSTFIX("postlog", none_read),
    POSTFIX("postqueue", none_read),
    POSTFIX("postcat", none_read),
    POSTFIX("postmap", none_read),
    POSTFIX("postalias", none_read),
    POSTFIX("postconf", none_read),
    POSTFIX("postfix", none_read),
    POSTFIX("postmulti", none_read),
    POSTFIX("postfix-tls-script", none_read),
    POSTFIX("policy-spf", none_read),
};

enum match {
    WHOLE,
    START, /* "php-fpm" also stands for "php-fpm8.2" */
};

struct row {
    struct str name;
    enum match match;
    program_reader *read;
};

#define IS(name, reader)                                                                           \
    {                                                                                              \
        {name, sizeof(name) - 1}, WHOLE, reader                                                    \
    }
#define STARTS(name, reader)                                                                       \
    {                                                                                              \
        {name, sizeof(name) - 1}, START, reader                                                    \
    }

/* The first row that fits counts: what a mail host logs most stands first. */
static const struct row rows[] = {
    STARTS("dovecot", dovecot_message_read),
    IS("auth", dovecot_message_read), /* PAM logs under the name of the process */
    IS("auth-worker", dovecot_message_read),
    STARTS("exim", exim_message_read),
    IS("sendmail", sendmail_read),
    STARTS("sm-", sendmail_read),
    IS("smtpd", opensmtpd_read),
    STARTS("qmail", qmail_message_read),
    IS("sshd", ssh_message_read),
    IS("sshd-session", ssh_message_read),
    IS("sshd-auth", ssh_message_read),
    IS("vsftpd", vsftpd_message_read),
    IS("proftpd", proftpd_message_read),
    IS("pure-ftpd", pureftpd_message_read),
    IS("internal-sftp", ssh_message_read),
    IS("sftp-server", ssh_message_read),
    STARTS("php", php_message_read),
    STARTS("ea-php", php_message_read),
    STARTS("alt-php", php_message_read),
    IS("lsphp", php_message_read),
    STARTS("rsyslogd", gap_read),
    IS("systemd-journald", gap_read),
    IS("systemd-journal", gap_read),
    IS("journal", gap_read),
    IS("nginx", web_read),
    IS("apache2", web_read),
    IS("apache", web_read),
    IS("httpd", web_read),
    IS("CRON", none_read),
    IS("cron", none_read),
    IS("crond", none_read),
    IS("anacron", none_read),
    IS("crontab", none_read),
    IS("kernel", firewall_message_read),
    STARTS("systemd", none_read),
    IS("opendkim", opendkim_message_read),
    IS("opendmarc", none_read),
    IS("spamd", none_read),
    IS("spamc", none_read),
    STARTS("spamass-milter", none_read),
    STARTS("amavis", amavis_message_read),
    IS("rspamd", rspamd_message_read),
    STARTS("clam", none_read),
    IS("freshclam", none_read),
    IS("anvil", none_read),
    IS("postgrey", none_read),
    IS("policyd-spf", none_read),
    IS("postsrsd", none_read),
    IS("postfix", none_read),
    IS("milter-greylist", none_read),
    IS("named", none_read),
    IS("unbound", none_read),
    IS("dbus", none_read),
    IS("dbus-daemon", none_read),
    IS("sudo", none_read),
    IS("su", none_read),
    IS("syslogd", none_read),
    IS("syslog-ng", none_read),
    IS("ntpd", none_read),
    STARTS("chrony", none_read),
    IS("dhclient", none_read),
    IS("NetworkManager", none_read),
    IS("polkitd", none_read),
    STARTS("audit", none_read),
    IS("snapd", none_read),
    STARTS("fail2ban", none_read),
    STARTS("mysqld", none_read),
    STARTS("mariadb", none_read),
    IS("postgres", none_read),
    IS("smartd", none_read),
    STARTS("snmpd", none_read),
    STARTS("zabbix_", none_read),
    STARTS("containerd", none_read),
    STARTS("dockerd", none_read),
    STARTS("rtkit", none_read),
    IS("dbus-broker", none_read),
    IS("multipathd", none_read),
    IS("thermald", none_read),
    IS("irqbalance", none_read),
    IS("useradd", none_read),
    IS("groupadd", none_read),
    IS("logrotate", none_read),
    IS("dnsmasq", none_read),
};

void
program_name(struct str tag, struct event *event)
{
    size_t slash;

    if (tag.len && tag.data[tag.len - 1] == ')')
        tag = str_first(tag, str_index(tag, '('));
    slash = str_index(tag, '/');
    event->program = tag;
    event->instance = slash < tag.len ? str_first(tag, slash) : STR_EMPTY;
}

/* What stands after the last '/'. */
static struct str
base_name(struct str name)
{
    const char *slash = name.len ? memrchr(name.data, '/', name.len) : NULL;

    return slash ? str_from(name, (size_t)(slash - name.data) + 1) : name;
}

static program_reader *
postfix_reader(struct str daemon)
{
    for (size_t i = 0; i < sizeof(postfix_daemons) / sizeof(postfix_daemons[0]); i++) {
        if (str_eq(daemon, postfix_daemons[i].name))
            return postfix_daemons[i].read;
    }
    return NULL;
}

program_reader *
program_find(const struct event *event)
{
    struct str name = base_name(event->program);
    /* "/usr/sbin/sendmail" is a path, "postfix/sendmail" one of Postfix's commands. */
    program_reader *postfix = event->instance.len ? postfix_reader(name) : NULL;

    if (postfix)
        return postfix;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];

        if (name.len == 0 || row->name.data[0] != name.data[0])
            continue;
        if (row->match == WHOLE ? str_eq(name, row->name) : str_starts(name, row->name))
            return row->read;
    }
    return NULL;
}

void
program_read(struct str message, struct event *event)
{
    program_reader *read = program_find(event);

    if (read)
        read(message, event);
    /* syslog.ident gives PHP any name; whoever can write this line could write "php" as well. */
    else if (str_starts(message, STR("mail() on [")))
        php_message_read(message, event);
    else
        firewall_prefixed_read(message, event);
}
