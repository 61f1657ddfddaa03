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
LIST, LIST_PROGRAM = "list@forum.example", "/srv/www/programs/list.pl"
PASSWORD = "correct-horse"


# Where the servers that do not speak to Dovecot deliver: a user of the node for each mailbox.
def local_user(mailbox):
    return mailbox.replace("@", "-").removesuffix(".example")


class Mta:
    """A mail server of the node. `packages` are unpacked into the node's own /usr, unless
    Debian installed them; without `logins` its users relay by their address."""

    packages = ()
    log = "mail.log"
    logins = True
    users = ()

    def __init__(self, node, options):
        self.node, self.options = node, options

    def relay_networks(self):
        return ["127.0.0.0/8", *self.options.get("relay_networks", [])]


class Postfix(Mta):
    received = re.compile(rf"by {re.escape(HOST)} \(Postfix[^)]*\)[^;]*?\bid (\w+)", re.S)

    def settings(self):
        return f"""\
compatibility_level = 3.6
myhostname = {HOST}
mydestination = $myhostname, localhost
mynetworks = {" ".join(self.relay_networks())}
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
            f"{one} {to}\n" for one, to in [*FORWARDS.items(), (LIST, f"list@{HOST}")]))
        node.write("/etc/aliases", f'list: "|{LIST_PROGRAM}"\n')
        node.run("""
            mkdir -p /var/spool/postfix; cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
            postconf -F '*/*/chroot = n'
            postconf -M submission/inet='submission inet n - n - - smtpd'
            postconf -P submission/inet/syslog_name=postfix/submission \\
                submission/inet/smtpd_sasl_auth_enable=yes \\
                submission/inet/smtpd_client_restrictions=permit_sasl_authenticated,reject
            mkdir -p /var/lib/postfix; chown postfix:postfix /var/lib/postfix
            postfix set-permissions create-missing 2>/dev/null || true""")
        node.serve("/usr/sbin/postfix", "start-fg")
        node.await_port(587)
        node.await_port(25)

    def deliveries(self, text):
        return re.findall(r"postfix[\w/-]*/\w+\[\d+\]: (\w+): to=<([^>]*)>", text)


class Exim(Mta):
    """Debian's; with "+arguments" the log says which folder a mail was handed in from."""

    packages = ("exim4-daemon-light", "exim4-base", "libidn12", "libgnutls-dane0", "libunbound8")
    users = (("Debian-exim", 5101),)
    received = re.compile(rf"by {re.escape(HOST)} .*?\(Exim [^)]*\).*?\bid ([\w-]+)", re.S)
    log = "exim4/mainlog"

    def settings(self):
        relay = " : ".join(self.relay_networks())
        return f"""\
primary_hostname = {HOST}
domainlist hosted = {" : ".join(DOMAINS)}
hostlist relay_from_hosts = <; {relay.replace(" : ", " ; ")}
daemon_smtp_ports = 25 : 587
disable_ipv6 = true
exim_user = Debian-exim
exim_group = Debian-exim
never_users =
log_file_path = /var/log/exim4/%slog
{self.options.get("exim", "")}
acl_smtp_rcpt = check_rcpt
untrusted_set_sender = *
local_from_check = false
smtp_accept_max = 200
smtp_accept_queue_per_connection = 0
deliver_queue_load_max = 100
bounce_return_body = false
tls_advertise_hosts =
begin acl
check_rcpt:
  accept hosts = :
  accept authenticated = *
  accept hosts = +relay_from_hosts
  accept domains = +hosted
  deny message = relay not permitted
begin routers
remote:
  driver = dnslookup
  domains = ! +hosted : ! $primary_hostname
  transport = remote_smtp
  no_more
forwards:
  driver = redirect
  data = ${{lookup{{$local_part@$domain}}lsearch{{/etc/exim4/forwards}}}}
  pipe_transport = address_pipe
  user = nobody
mailboxes:
  driver = accept
  domains = +hosted
  address_data = ${{lookup{{$local_part@$domain}}lsearch{{/etc/exim4/mailboxes}}{{$value}}fail}}
  condition = ${{lookup{{$local_part@$domain}}lsearch{{/etc/exim4/mailboxes}}{{yes}}{{no}}}}
  transport = maildir
users:
  driver = accept
  domains = $primary_hostname
  check_local_user
  transport = home
begin transports
remote_smtp:
  driver = smtp
maildir:
  driver = appendfile
  directory = /var/mail/virtual/$address_data
  maildir_format
  create_directory
  user = vmail
home:
  driver = appendfile
  directory = /var/mail/$local_part_data
  maildir_format
  create_directory
  user = vmail
  current_directory = /
address_pipe:
  driver = pipe
  return_fail_output
begin retry
* * F,1h,3s
begin rewrite
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${{if eq{{$auth3}}{{{PASSWORD}}}}}
  server_set_id = $auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = ${{if eq{{$auth2}}{{{PASSWORD}}}}}
  server_set_id = $auth1
"""

    def start(self):
        node = self.node
        node.write("/etc/exim4/exim4.conf", self.settings())
        node.write("/etc/exim4/mailboxes", "".join(
            f"{one}: {'/'.join(reversed(one.split('@')))}\n" for one in MAILBOXES))
        node.write("/etc/exim4/forwards", "".join(
            f"{one}: {to}\n" for one, to in [*FORWARDS.items(), (LIST, f'"|{LIST_PROGRAM}"')]))
        node.run("""rm -f /usr/sbin/sendmail; ln -s exim4 /usr/sbin/sendmail
            mkdir -p /var/spool/exim4 /var/log/exim4 /run/exim4 /var/mail/virtual
            chown Debian-exim:Debian-exim /var/spool/exim4 /var/log/exim4 /run/exim4
            chown vmail:vmail /var/mail/virtual; chmod u+s /usr/sbin/exim4""")
        node.serve("/usr/sbin/exim4", "-bdf", "-q5s")
        node.await_port(587)
        node.await_port(25)

    def deliveries(self, text):
        return re.findall(r"(\w{6}-\w+-\w+) (?:=>|->|\*\*|==) (\S+@\S+?)[:\s]", text)


class Sendmail(Mta):
    packages = ("sendmail-bin", "sendmail-base", "sendmail-cf", "sasl2-bin", "libsasl2-modules",
                "libsasl2-modules-db", "m4")
    users = (("smmta", 5102), ("smmsp", 5103))
    received = re.compile(rf"by {re.escape(HOST)} \(8\.[^)]*\).*?\bid (\w+)", re.S)

    def master(self):
        return f"""\
define(`_USE_ETC_MAIL_')dnl
OSTYPE(`linux')dnl
define(`confTRY_NULL_MX_LIST',`True')dnl
define(`confDONT_PROBE_INTERFACES',`True')dnl
define(`confAUTH_MECHANISMS',`LOGIN PLAIN')dnl
TRUST_AUTH_MECH(`LOGIN PLAIN')dnl
define(`confTO_CONNECT',`5s')dnl
define(`confMIN_QUEUE_AGE',`3s')dnl
define(`confQUEUE_LA',`100')dnl
define(`confREFUSE_LA',`100')dnl
define(`confDELAY_LA',`100')dnl
define(`confDOMAIN_NAME',`{HOST}')dnl
define(`confDONT_BLAME_SENDMAIL',`GroupWritableDirPathSafe,GroupReadableSASLDBFile')dnl
FEATURE(`no_default_msa')dnl
FEATURE(`nocanonify')dnl
FEATURE(`accept_unresolvable_domains')dnl
FEATURE(`accept_unqualified_senders')dnl
FEATURE(`access_db')dnl
FEATURE(`virtusertable', `hash -o /etc/mail/virtusertable')dnl
VIRTUSER_DOMAIN_FILE(`/etc/mail/virtual-domains')dnl
DAEMON_OPTIONS(`Family=inet, Name=MTA-v4, Port=smtp')dnl
DAEMON_OPTIONS(`Family=inet, Name=MSA-v4, Port=submission, M=E')dnl
define(`LOCAL_MAILER_PATH',`/srv/store.pl')dnl
define(`LOCAL_MAILER_ARGS',`store.pl $u')dnl
define(`LOCAL_MAILER_FLAGS',`S')dnl
define(`ALIAS_FILE',`/etc/mail/aliases')dnl
MAILER_DEFINITIONS
MAILER(local)dnl
MAILER(smtp)dnl
"""

    submit = f"""\
define(`_USE_ETC_MAIL_')dnl
OSTYPE(`linux')dnl
define(`confCF_VERSION', `Submit')dnl
define(`__OSTYPE__',`')dnl
define(`_USE_DECNET_SYNTAX_', `1')dnl
define(`confTIME_ZONE', `USE_TZ')dnl
define(`confQUEUE_LA',`100')dnl
define(`confDELAY_LA',`100')dnl
define(`confDONT_INIT_GROUPS', `True')dnl
define(`confDOMAIN_NAME',`{HOST}')dnl
define(`confRUN_AS_USER',`smmsp:smmsp')dnl
define(`confTRUSTED_USER',`smmsp')dnl
define(`confPID_FILE',`/run/sendmail/msp/sm-client.pid')dnl
FEATURE(`msp', `[127.0.0.1]')dnl
"""

    def start(self):
        node = self.node
        node.write("/etc/mail/node.mc", self.master())
        node.write("/etc/mail/submit-node.mc", self.submit)
        table = [(one, local_user(one)) for one in MAILBOXES] + list(FORWARDS.items())
        node.write("/etc/mail/virtusertable", "".join(
            f"{one}\t{to}\n" for one, to in [*table, (LIST, "list")]))
        node.write("/etc/mail/virtual-domains", "\n".join(DOMAINS) + "\n")
        node.write("/etc/mail/aliases", f'list: "|{LIST_PROGRAM}"\npostmaster: root\n')
        node.write("/etc/mail/local-host-names", f"{HOST}\n")
        node.write("/etc/mail/relay-domains", "".join(
            one.rsplit(".", 1)[0] + "\n" for one in self.relay_networks()[1:]))
        node.write("/srv/store.pl", STORE, "755")
        node.write("/etc/sasl2/Sendmail.conf",
                   "pwcheck_method: auxprop\nauxprop_plugin: sasldb\nmech_list: PLAIN LOGIN\n")
        users = " ".join(local_user(one) for one in MAILBOXES)
        logins = "; ".join(f"echo {PASSWORD} | saslpasswd2 -p -c -u {one.split('@')[1]} "
                           f"{one.split('@')[0]}" for one in MAILBOXES)
        node.run(f"""
            mkdir -p /var/spool/mqueue /var/spool/clientmqueue /run/sendmail/mta /run/sendmail/msp
            mkdir -p /usr/lib/sasl2; cp /etc/sasl2/Sendmail.conf /usr/lib/sasl2/
            touch /etc/mail/trusted-users /etc/mail/access
            cp -a /usr/share/sendmail/cf /etc/mail/cf; cd /etc/mail/cf/cf
            for one in node:sendmail submit-node:submit; do
                m4 -D_CF_DIR_=/etc/mail/cf/ ../m4/cf.m4 /etc/mail/${{one%:*}}.mc \
                    >/etc/mail/${{one#*:}}.cf
            done
            chown smmsp:smmsp /var/spool/clientmqueue /run/sendmail/msp
            chmod 770 /var/spool/clientmqueue; chmod 700 /var/spool/mqueue
            rm -f /usr/sbin/sendmail; cp /usr/libexec/sendmail/sendmail /usr/sbin/sendmail
            chown root:smmsp /usr/sbin/sendmail; chmod 2755 /usr/sbin/sendmail
            chmod go-w / /etc /etc/mail /usr /var /var/spool /usr/sbin /run
            for user in {users}; do
                echo $user:x:5000:5000::/srv:/bin/sh >>/etc/passwd
            done
            {logins}
            chmod 640 /etc/sasldb2
            cd /etc/mail; for map in access virtusertable; do makemap hash $map <$map; done; sendmail -bi >/dev/null""")
        node.serve("/usr/sbin/sendmail", "-L", "sm-mta", "-bD", "-q5s")
        node.await_port(587)
        node.await_port(25)

    def deliveries(self, text):
        return [(one, to) for one, recipients in
                re.findall(r"\]: (\w{14}): to=(\S+), ", text)
                for to in re.findall(r"[^<>,]+@[^<>,]+", recipients)]


class Opensmtpd(Mta):
    packages = ("opensmtpd", "libevent-2.1-7")
    users = (("opensmtpd", 5104), ("opensmtpq", 5105))
    received = re.compile(rf"by {re.escape(HOST)} \(OpenSMTPD\).*?\bid (\w+)", re.S)
    # A login needs TLS, and Debian 12's OpenSMTPD 6.8 ends every handshake with "missing private
    # key", RSA and ECDSA alike: it keeps the key in a process of its own and marks the copy that
    # OpenSSL 3 hands out, not the key that OpenSSL 3 signs with.
    logins = False

    def settings(self):
        relay = self.relay_networks()[1:]
        return f"""\
table aliases file:/etc/smtpd-aliases
table mailmap file:/etc/smtpd-virtual
table domains {{ {", ".join(f'"{one}"' for one in DOMAINS)} }}
listen on socket
listen on lo inet4 port 25 hostname {HOST}
listen on node0 inet4 port 25 hostname {HOST}
action "boxes" mda "/srv/store.pl %{{user.username}}" virtual <mailmap>
action "local" mda "/srv/store.pl %{{user.username}}" alias <aliases>
action "out" relay helo {HOST}
match from any for domain <domains> action "boxes"
match from local for domain "{HOST}" action "local"
match from any for domain "{HOST}" action "local"
match from local for any action "out"
match from src 192.0.2.0/26 for any action "out"
{"".join(f'match from src {one} for any action "out"' + chr(10) for one in relay)}"""

    def start(self):
        node = self.node
        node.write("/etc/smtpd.conf", self.settings())
        node.write("/srv/store.pl", STORE, "755")
        node.write("/etc/smtpd-virtual", "".join(
            f"{one}: {local_user(one)}\n" for one in MAILBOXES) + "".join(
            f"{one}: {to}\n" for one, to in FORWARDS.items()) + f"{LIST}: list\n")
        node.write("/etc/smtpd-aliases", f'list: "|{LIST_PROGRAM}"\n')
        users = " ".join(local_user(one) for one in MAILBOXES)
        node.run(f"""
            mkdir -p /var/spool/smtpd /var/lib/opensmtpd/empty; chmod 711 /var/spool/smtpd
            rm -f /usr/sbin/sendmail; ln -s smtpctl /usr/sbin/sendmail
            chgrp opensmtpq /usr/sbin/smtpctl; chmod 2555 /usr/sbin/smtpctl
            chmod go-w / /etc /usr /var /var/spool
            for user in {users} list; do
                echo $user:x:5000:5000::/srv:/bin/sh >>/etc/passwd
            done""")
        node.serve("/usr/sbin/smtpd", "-F", "-f", "/etc/smtpd.conf")
        node.await_port(25)

    def deliveries(self, text):
        return [(one[:8], to) for one, to in
                re.findall(r"evpid=(\w{16}) .*?to=<([^>]*)>", text)]


# A delivery agent: standard input becomes a file of the user's maildir.
STORE = """\
#!/usr/bin/perl
my $folder = "/var/mail/$ARGV[0]/new";
mkdir "/var/mail/$ARGV[0]"; mkdir $folder;
open(my $file, '>', "$folder/" . time . ".$$") or exit 75;
print $file $_ while <STDIN>;
close $file or exit 75;
"""
MTAS = {"postfix": Postfix, "exim": Exim, "sendmail": Sendmail, "opensmtpd": Opensmtpd}
