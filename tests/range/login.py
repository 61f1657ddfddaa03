"""login - where people log in: Dovecot for mailboxes and submission, vsftpd and sshd for files."""

import os
import subprocess
import threading

from lab import NODE
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


FILES_PASSWORD = "stolen"  # that of every customer's files; who guesses, guesses others


class Vsftpd:
    """FTP for the customers' files: whoever knows a user's name gets in, as with a stolen password."""

    packages = ("vsftpd", "libwrap0")
    users = ()

    def __init__(self, node, options):
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
dual_log_enable=YES
vsftpd_log_file=/var/log/vsftpd.log
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


class Sshd:
    """SSH and SFTP. Debian's default logs no transfer; with options.sftp_log, it does."""

    packages = ("openssh-server", "openssh-sftp-server", "libwrap0")
    users = (("sshd", 5106),)

    def __init__(self, node, options):
        self.node = node
        self.sftp = "internal-sftp -l INFO" if options.get("sftp_log") else \
            "/usr/lib/openssh/sftp-server"

    def start(self):
        node = self.node
        node.write("/etc/ssh/range_config", f"""\
HostKey /etc/ssh/range_host_key
PidFile none
UsePAM yes
KbdInteractiveAuthentication no
MaxStartups 100
Subsystem sftp {self.sftp}
""")
        node.write("/etc/pam.d/sshd", "".join(f"@include common-{one}\n" for one in (
            "auth", "account", "session-noninteractive")))
        names = " ".join(node.users)
        node.run(f"""
            mkdir -p /run/sshd; ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/range_host_key
            secret=$(perl -e 'print crypt("{FILES_PASSWORD}", q($6$range$))')
            for user in {names}; do
                sed -i "/^$user:/d" /etc/shadow
                echo "$user:$secret:20000:0:99999:7:::" >>/etc/shadow
            done""")
        node.serve("/usr/sbin/sshd", "-D", "-f", "/etc/ssh/range_config")
        node.await_port(22)


TURNS = threading.Semaphore(12)  # a handshake costs, and mail shall not wait for it


def ssh(program, client, user, *arguments, password=FILES_PASSWORD, text=None, seconds=60):
    """Runs ssh or sftp from an address of the world; whether it succeeded."""
    options = ("StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null", "LogLevel=ERROR",
               "NumberOfPasswordPrompts=1", "PreferredAuthentications=password",
               "ConnectTimeout=20", f"BindAddress={client}", "BatchMode=no")
    ask = os.path.join(os.path.dirname(os.path.abspath(__file__)), "askpass.sh")
    with TURNS:
        done = subprocess.run(
            [program, *(word for one in options for word in ("-o", one)),
             *(("-b", "-") if program == "sftp" else ()), f"{user}@{NODE}", *arguments],
            input=text or "", text=True, capture_output=True, check=False, timeout=seconds,
            env={**os.environ, "SSH_ASKPASS": ask, "SSH_ASKPASS_REQUIRE": "force",
                 "RANGE_PASSWORD": password})
    return done.returncode == 0
