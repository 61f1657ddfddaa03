"""mta - the mail servers of the node: each is configured, started, and its log read for the truth.

`deliveries` finds (queue id, recipient) in the log: the truth needs that for mails which no
remote server took. It is as simple as can be on purpose, and shares nothing with weir.
"""

import os
import re

from lab import HOST, NODE

DOMAINS = ("shop.example", "blog.example", "forum.example")
MAILBOXES = ("anna@shop.example", "sales@shop.example", "info@shop.example", "boris@blog.example",
             "admin@blog.example", "admin@forum.example", "carla@forum.example")
# Forwards to the outside, as customers have them.
FORWARDS = {"office@shop.example": "owner@client.example",
            "press@blog.example": "editor@inbox.example"}
PASSWORD = "correct-horse"


class Postfix:
    received = re.compile(rf"by {re.escape(HOST)} \(Postfix[^)]*\)[^;]*?\bid (\w+)", re.S)
    log = "mail.log"
    services = ""

    def __init__(self, node, options):
        self.node, self.options = node, options

    def settings(self):
        networks = " ".join(["127.0.0.0/8", *self.options.get("relay_networks", [])])
        return f"""\
compatibility_level = 3.6
myhostname = {HOST}
mydestination = $myhostname, localhost
mynetworks = {networks}
inet_protocols = ipv4
maillog_file = /var/log/mail.log
alias_maps = texthash:/etc/aliases
alias_database =
mail_spool_directory = /var/mail/
virtual_mailbox_domains = {", ".join(DOMAINS)}
virtual_mailbox_maps = texthash:/etc/postfix/mailboxes
virtual_alias_maps = texthash:/etc/postfix/forwards
virtual_transport = lmtp:unix:private/dovecot-lmtp
smtpd_sasl_type = dovecot
smtpd_sasl_path = private/auth
smtpd_relay_restrictions = permit_mynetworks permit_sasl_authenticated reject_unauth_destination
smtpd_client_connection_rate_limit = 0
queue_run_delay = 3s
minimal_backoff_time = 3s
maximal_backoff_time = 20s
delay_warning_time = 0
smtp_connect_timeout = 5s
enable_long_queue_ids = {"yes" if self.options.get("long_ids") else "no"}
"""

    def start(self):
        node = self.node
        node.write("/etc/postfix/main.cf", self.settings())
        node.write("/etc/postfix/mailboxes", "".join(f"{one} x\n" for one in MAILBOXES))
        node.write("/etc/postfix/forwards", "".join(
            f"{one} {to}\n" for one, to in FORWARDS.items()))
        node.write("/etc/aliases", self.options.get("aliases", ""))
        node.run("""
            mkdir -p /var/spool/postfix; cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
            postconf -F '*/*/chroot = n'
            postconf -M submission/inet='submission inet n - n - - smtpd'
            postconf -P submission/inet/syslog_name=postfix/submission \\
                submission/inet/smtpd_sasl_auth_enable=yes \\
                submission/inet/smtpd_client_restrictions=permit_sasl_authenticated,reject
            chown postfix:postfix /var/lib/postfix
            postfix set-permissions create-missing 2>/dev/null || true""")
        node.serve("/usr/sbin/postfix", "start-fg")
        node.await_port(587)
        node.await_port(25)

    def flush(self):
        self.node.run("postqueue -f")

    def deliveries(self, text):
        return re.findall(r"postfix[\w/-]*/\w+\[\d+\]: (\w+): to=<([^>]*)>", text)


MTAS = {"postfix": Postfix}
