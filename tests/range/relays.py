"""relays - the mail servers of the node once closed and, in several ways, once open.

Each is a server of mta.py with one setting changed, as administrators have it. `opens` names the
forms of weir's table that must be found to relay; a closed one has none. A server that is
`late` accepts what it cannot deliver, and sends it back; one with `tls` has a certificate. Of one
that is no server of mail at all, `says` holds the outcomes without and with proof.
"""

import mta

KINDS = {}


def kind(name, opens=(), late=False, tls=False, says=()):
    def keep(cls):
        cls.opens, cls.late, cls.tls, cls.says = opens, late, tls, says
        KINDS[name] = cls
        return cls
    return keep


@kind("postfix-closed")
class PostfixClosed(mta.Postfix):
    pass


@kind("postfix-mynetworks", ("null-sender", "stranger", "own-name", "localhost"))
class PostfixMynetworks(mta.Postfix):
    def relay_networks(self):
        return ["0.0.0.0/0"]


@kind("postfix-permit", ("null-sender", "stranger", "own-name", "localhost"))
class PostfixPermit(mta.Postfix):
    def settings(self):
        return super().settings() + \
            "smtpd_relay_restrictions = check_client_access static:OK, " \
            "reject_unauth_destination\n"


@kind("postfix-sender", ("own-name",))
class PostfixSender(mta.Postfix):
    """Whoever says that he is one of ours may relay: a table of senders in the wrong place."""

    def settings(self):
        return super().settings().replace(
            "smtpd_relay_restrictions = ",
            "smtpd_relay_restrictions = check_sender_access inline:{{" + mta.HOST + "=OK}} ")


@kind("exim-closed")
class EximClosed(mta.Exim):
    pass


@kind("exim-hosts", ("null-sender", "stranger", "own-name", "localhost"))
class EximHosts(mta.Exim):
    def settings(self):
        return super().settings().replace("hostlist relay_from_hosts = <; 127.0.0.0/8",
                                          "hostlist relay_from_hosts = *")


@kind("exim-acl", ("null-sender", "stranger", "own-name", "localhost"))
class EximAcl(mta.Exim):
    def settings(self):
        return super().settings().replace("  deny message = relay not permitted",
                                          "  accept")


# What goes to the node's own name, users or not, is taken at RCPT.
TAKE_OWN = "  accept domains = $primary_hostname\n  deny message = relay not permitted"


@kind("exim-percent", ("percent-name",))
class EximPercent(mta.Exim):
    """The percent hack as it was meant: user%elsewhere@here goes to user@elsewhere."""

    def settings(self):
        return super().settings().replace(
            "  deny message = relay not permitted",
            "  accept domains = $primary_hostname\n    local_parts = ^.*%.*\n"
            "  deny message = relay not permitted").replace(
            "begin routers", "begin routers\npercent:\n  driver = redirect\n"
            "  domains = $primary_hostname\n  local_parts = ^.*%.*\n"
            "  data = ${sg{$local_part}{%}{@}}")


@kind("exim-late", late=True)
class EximLate(mta.Exim):
    """Closed, and finds out late that there is no such mailbox."""

    def settings(self):
        return super().settings().replace("  deny message = relay not permitted", TAKE_OWN)


@kind("sendmail-closed")
class SendmailClosed(mta.Sendmail):
    pass


class SendmailWith(mta.Sendmail):
    feature = ""

    def master(self):
        return super().master().replace("FEATURE(`access_db')dnl",
                                        f"FEATURE(`access_db')dnl\nFEATURE(`{self.feature}')dnl")


@kind("sendmail-promiscuous", ("null-sender", "stranger", "own-name", "localhost"))
class SendmailPromiscuous(SendmailWith):
    feature = "promiscuous_relay"


@kind("sendmail-local-from", ("own-name",))
class SendmailLocalFrom(SendmailWith):
    feature = "relay_local_from"


@kind("opensmtpd-closed")
class OpensmtpdClosed(mta.Opensmtpd):
    pass


@kind("opensmtpd-any", ("null-sender", "stranger", "own-name", "localhost"))
class OpensmtpdAny(mta.Opensmtpd):
    def settings(self):
        return super().settings() + 'match from any for any action "out"\n'


@kind("postfix-tls", tls=True)
class PostfixTls(mta.Postfix):
    """Closed, with a certificate of its own making; nobody speaks to 587 without TLS."""

    def settings(self):
        return super().settings() + """\
smtpd_tls_cert_file = /etc/postfix/cert.pem
smtpd_tls_key_file = /etc/postfix/key.pem
smtpd_tls_security_level = may
smtpd_tls_auth_only = yes
"""

    def start(self):
        self.node.run(f"""mkdir -p /etc/postfix; cd /etc/postfix
            openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 90 \
                -subj /CN={mta.HOST} -addext subjectAltName=DNS:{mta.HOST}""")
        super().start()
        self.node.run("""
            postconf -P submission/inet/smtpd_tls_security_level=encrypt
            postconf -M smtps/inet='smtps inet n - n - - smtpd'
            postconf -P smtps/inet/smtpd_tls_wrappermode=yes \\
                smtps/inet/smtpd_sasl_auth_enable=yes \\
                smtps/inet/smtpd_client_restrictions=permit_sasl_authenticated,reject
            postfix reload""")
        self.node.await_port(465)


class Liar(mta.Mta):
    """Says the same to every recipient, takes every message, and delivers none."""

    answer = "250 2.1.5 Ok"

    def start(self):
        self.node.write("/srv/liar.py", LIAR)
        self.node.serve("/usr/bin/python3", "/srv/liar.py", mta.HOST, self.answer)
        self.node.await_port(25)


@kind("liar-yes", says=("serious", "weak"))
class LiarYes(Liar):
    """As a trap for spammers does, or a filter that decides later: a yes that proves nothing."""


@kind("liar-later", says=("unknown", "unknown"))
class LiarLater(Liar):
    answer = "450 4.2.0 Greylisted, please come back"


LIAR = """\
import socketserver
import sys


class Session(socketserver.StreamRequestHandler):
    def say(self, text):
        self.wfile.write(text.encode() + b"\\r\\n")

    def handle(self):
        self.say(f"220 {sys.argv[1]} ESMTP")
        for line in self.rfile:
            verb = line.decode("ascii", "replace").strip().upper()
            if verb == "DATA":
                self.say("354 go ahead")
                while self.rfile.readline().strip() != b".":
                    pass
            if verb == "QUIT":
                return self.say("221 bye")
            self.say(sys.argv[2] if verb.startswith("RCPT") else "250 ok")


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


Server(("", 25), Session).serve_forever()
"""
