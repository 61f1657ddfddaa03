"""login - where people log in: Dovecot for mailboxes and submission, vsftpd for files."""

from mta import MAILBOXES, PASSWORD


class Dovecot:
    def __init__(self, node, sieve=()):
        self.node, self.sieve = node, sieve

    def start(self):
        node = self.node
        node.write("/etc/dovecot/users", "".join(
            f"{one}:{{PLAIN}}{PASSWORD}\n" for one in MAILBOXES))
        node.write("/etc/dovecot/dovecot.conf", """\
protocols = imap lmtp
listen = *
log_path = /var/log/dovecot.log
ssl = no
disable_plaintext_auth = no
auth_verbose = yes
mail_location = maildir:/var/mail/virtual/%d/%n
first_valid_uid = 500
auth_failure_delay = 1 secs
passdb {
  driver = passwd-file
  args = username_format=%u /etc/dovecot/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=/var/mail/virtual/%d/%n
}
service auth {
  unix_listener /var/spool/postfix/private/auth {
    mode = 0666
  }
}
service lmtp {
  unix_listener /var/spool/postfix/private/dovecot-lmtp {
    mode = 0666
  }
}
protocol lmtp {
  mail_plugins = sieve
  postmaster_address = postmaster@web7.hosting.example
}
plugin {
  sieve = ~/.dovecot.sieve
}
""")
        node.run("mkdir -p /var/spool/postfix/private /run/dovecot /var/mail/virtual"
                 "; chown vmail:vmail /var/mail/virtual")
        for mailbox, target in self.sieve:
            name, domain = mailbox.split("@")
            home = f"/var/mail/virtual/{domain}/{name}"
            node.write(f"{home}/.dovecot.sieve", f'redirect "{target}";\n')
            node.run(f"chown -R vmail:vmail /var/mail/virtual; sievec {home}/.dovecot.sieve"
                     "; chown -R vmail:vmail /var/mail/virtual")
        node.serve("/usr/sbin/dovecot", "-F")
        node.await_port(143)


class Vsftpd:
    """FTP for the customers' files: whoever knows a user's name gets in, as with a stolen password."""

    packages = ("vsftpd", "libwrap0")

    def __init__(self, node):
        self.node = node

    def start(self):
        self.node.write("/etc/vsftpd.conf", """\
listen=YES
background=NO
anonymous_enable=NO
local_enable=YES
write_enable=YES
xferlog_enable=YES
xferlog_std_format=YES
xferlog_file=/var/log/xferlog
pam_service_name=vsftpd
secure_chroot_dir=/run/vsftpd
local_root=/srv/www
seccomp_sandbox=NO
""")
        self.node.write("/etc/pam.d/vsftpd", "".join(
            f"{one} required pam_permit.so\n" for one in ("auth", "account", "session")))
        self.node.run("mkdir -p /run/vsftpd")
        self.node.serve("/usr/sbin/vsftpd", "/etc/vsftpd.conf")
        self.node.await_port(21)
