#!/usr/bin/env python3
"""audit_host.py WEIR APPLY_ONE [WORD...]: real mail servers, closed and open, judged by
`weir audit --host`, and their settings changed by --apply; prints TAP.

Each server runs in namespaces of its own (tests/range), set up as the range does, then opened in
one way after the other: weir must tell each from the closed one, and alarm nobody about that.
"""

import json
import os
import pty
import subprocess
import sys
import tempfile

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "range"))
sys.dont_write_bytecode = True
import lab  # noqa: E402
import mta  # noqa: E402
import packages  # noqa: E402

WEIR, APPLY_ONE = (os.path.abspath(path) for path in sys.argv[1:3])
AUDIT = f"{WEIR} audit --host --zone /srv/zone --no-blocklists --no-guessing"
BAD = ("weak", "serious", "critical")


class Host:
    """A node with one mail server, and what weir says of it."""

    def __init__(self, node):
        self.node = node
        # The DNS is nobody's concern here.
        node.write("/srv/zone", "")

    def audit(self, *words):
        out = self.node.run(f"cd /; {AUDIT} --json --no-logs {' '.join(words)} || "
                            "[ $? -ne 2 ]")
        return json.loads(out)["findings"]

    def outcomes(self, prefix):
        """The worst outcome of each check whose name begins so."""
        order = ("fine", "unknown", "note", *BAD)
        worst = {}
        for finding in self.audit():
            name = finding["check"]
            if name.startswith(prefix):
                worst[name] = max(worst.get(name, "fine"), finding["outcome"], key=order.index)
        return worst

    def expect(self, prefix, **wanted):
        """What is told of these checks; of all others, nothing that is open."""
        found = self.outcomes(prefix)
        for name, outcome in wanted.items():
            name = name.replace("_", "-")
            assert found.get(name) == outcome, f"{name}: {found.get(name)}, not {outcome}: {found}"
        return found

    def files(self, folder):
        return self.node.run(f"cd {folder}; find . -type f | sort | xargs sha256sum; "
                             "find . -type f | sort | xargs stat -c '%n %a %u %g %i %Y'")

    def apply_one(self, *words):
        quoted = " ".join("'" + word + "'" for word in words)
        return self.node.run(f"{APPLY_ONE} {quoted}")


def no_relay(found):
    """No finding says that strangers may send."""
    wrong = {name: outcome for name, outcome in found.items()
             if outcome in BAD and ("relay" in name or "access" in name or "networks" in name)}
    assert not wrong, f"a closed server is alarmed about: {wrong}"


# --- Postfix ---

def postfix_stock(host):
    """Postfix as Debian sets it up: nothing is open"""
    found = host.outcomes("postfix")
    wrong = {name: outcome for name, outcome in found.items() if outcome in (*BAD, "unknown")}
    assert found["postfix-relay"] == "fine" and not wrong, f"{wrong} of {found}"


def postfix_closed_and_open(host):
    """Postfix: closed, then opened in nine ways"""
    node = host.node
    mta.Postfix(node, {}).start()
    no_relay(host.expect("postfix", postfix_relay="fine", postfix_mynetworks="fine"))
    saved = node.run("cat /etc/postfix/main.cf")
    ways = [
        ("postconf -e 'mynetworks=0.0.0.0/0'", {"postfix_relay": "critical",
                                                "postfix_mynetworks": "critical"}),
        ("postconf -e 'mynetworks=127.0.0.0/8 203.0.0.0/16'", {"postfix_relay": "fine",
                                                               "postfix_mynetworks": "serious"}),
        ("postconf -e 'smtpd_relay_restrictions=permit_mynetworks permit'",
         {"postfix_relay": "critical"}),
        ("echo 'boss@shop.example OK' >/etc/postfix/senders; postconf -e 'smtpd_relay_restrictions="
         "check_sender_access texthash:/etc/postfix/senders reject_unauth_destination'",
         {"postfix_relay": "critical"}),
        ("echo 'boss@shop.example REJECT' >/etc/postfix/senders; postconf -e "
         "'smtpd_relay_restrictions=check_sender_access texthash:/etc/postfix/senders "
         "reject_unauth_destination'", {"postfix_relay": "fine"}),
        ("postconf -e 'smtpd_relay_restrictions=permit_mx_backup reject_unauth_destination'",
         {"postfix_relay": "weak"}),
        ("postconf -e 'relay_domains=example'", {"postfix_relay_domains": "serious"}),
        ("postconf -e 'local_recipient_maps='", {"postfix_local_recipients": "weak"}),
        ("postconf -e 'smtpd_milters=inet:127.0.0.1:8891'", {"postfix_milter_tcp": "note"}),
    ]
    for script, wanted in ways:
        node.run(script)
        host.expect("postfix", **wanted)
        node.write("/etc/postfix/main.cf", saved)
    node.run("postconf -P 'submission/inet/smtpd_relay_restrictions=permit' "
             "'submission/inet/smtpd_client_restrictions='")
    host.expect("postfix", postfix_relay="critical")


def postfix_quotes(host):
    """A finding quotes its line, and proposes the line that closes it"""
    host.node.run("postconf -e 'mynetworks=127.0.0.0/8 0.0.0.0/0'")
    line = host.node.run("grep -n ^mynetworks /etc/postfix/main.cf").split(":")[0]
    found = [one for one in host.audit() if one["check"] == "postfix-mynetworks"]
    assert found[0]["place"] == f"/etc/postfix/main.cf:{line}", found
    assert "0.0.0.0/0" in found[0]["seen"] and found[0]["why"], found
    assert found[0]["fixes"][0]["name"] == "mynetworks", found
    assert "0.0.0.0/0" not in found[0]["fixes"][0]["value"], found


def another_root(host):
    """--root reads another system's files, and runs none of its programs"""
    node = host.node
    node.run("""mkdir -p /srv/other/etc/postfix; cp /etc/postfix/master.cf /srv/other/etc/postfix/
        printf 'mynetworks = 0.0.0.0/0\\n' >/srv/other/etc/postfix/main.cf""")
    out = node.run(f"cd /; {AUDIT} --json --no-logs --root /srv/other || [ $? -ne 2 ]")
    found = {one["check"]: one for one in json.loads(out)["findings"]}
    assert found["postfix-mynetworks"]["outcome"] == "critical", found.keys()
    assert found["postfix-mynetworks"]["place"] == "/etc/postfix/main.cf:1", found
    assert not [one for one in found if one.startswith(("dovecot", "port-25", "php"))], found.keys()


def audit_changes_nothing(host):
    """Without --apply nothing is changed"""
    before = host.files("/etc")
    host.audit()
    assert host.files("/etc") == before


def prepare_postfix(node):
    """What `postfix check` wants to find: the node's folders start empty."""
    node.run("""mkdir -p /var/spool/postfix /var/lib/postfix
        chown postfix:postfix /var/lib/postfix
        postfix set-permissions create-missing 2>/dev/null || true""")


def postfix_apply(host):
    """--apply --yes makes what is safe, keeps the old file, and leaves the rest alone"""
    node = host.node
    prepare_postfix(node)
    node.run("chmod 640 /etc/postfix/main.cf; chgrp mail /etc/postfix/main.cf; "
             "setfattr -n user.note -v x /etc/postfix/main.cf 2>/dev/null || true")
    before = node.run("cat /etc/postfix/main.cf")
    owner = node.run("stat -c '%a %u %g' /etc/postfix/main.cf")
    out = node.run(f"cd /; {AUDIT} --apply --yes --no-logs --color never || "
                   "[ $? -ne 2 ]", seconds=120)
    after = node.run("cat /etc/postfix/main.cf")
    assert "+enable_long_queue_ids = yes" in out and " failed" in out, out
    assert "enable_long_queue_ids = yes" in after and after.startswith(before), after
    assert "strict_rfc821_envelopes" not in after, "changed what is not safe"
    assert ", 0 failed" in out, out
    assert node.run("postconf -h enable_long_queue_ids") == "yes\n"
    assert node.run("stat -c '%a %u %g' /etc/postfix/main.cf") == owner
    kept = node.run("ls /etc/postfix/main.cf.weir-* | head -1").strip()
    assert node.run(f"cat {kept}") == before
    assert node.run("ls -A /etc/postfix | grep draft || true") == ""
    assert "header_checks.weir" in after
    assert node.run("cat /etc/postfix/header_checks.weir") == "/^X-PHP-Originating-Script:/ INFO\n"
    again = node.run(f"cd /; {AUDIT} --apply --yes --no-logs --color never || "
                     "[ $? -ne 2 ]", seconds=120)
    assert "Changes: 0 made" in again, again[-500:]


def answered(node, command, answer):
    """What the command prints when it is given this answer, on a terminal, to all it asks."""
    master, slave = pty.openpty()
    try:
        os.write(master, f"{answer}\n".encode() * 60)
        return subprocess.run([*node.enter(), "sh", "-c", f"cd /; {command}"], stdin=slave,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                              timeout=200, check=False).stdout
    finally:
        os.close(master)
        os.close(slave)


def apply_asks(host):
    """--apply asks on a terminal: n leaves all as it is, y makes the change, no terminal is refused"""
    node = host.node
    prepare_postfix(node)
    before = host.files("/etc")
    command = f"{AUDIT} --apply --no-logs --color never"
    out = node.run(f"cd /; {command} </dev/null 2>&1 || echo code $?")
    assert "terminal" in out and out.rstrip().endswith("code 2"), out[-300:]
    out = answered(node, command, "n")
    assert "Make this change? [y/N]" in out and "0 made" in out, out[-600:]
    changed = set(host.files("/etc").splitlines()) ^ set(before.splitlines())
    assert not changed, changed
    out = answered(node, command, "y")
    assert "strict_rfc821_envelopes = yes" in node.run("cat /etc/postfix/main.cf"), out[-600:]
    assert node.run("cat /etc/nftables-port-25.nft").count("skuid") >= 2, out[-600:]
    assert "nftables-port-25.nft" in node.run("cat /etc/nftables.conf")
    assert "This may change what works today." in out, out[-600:]


def postfix_reloads(host):
    """--reload runs the command that makes the server read its files"""
    node = host.node
    mta.Postfix(node, {}).start()
    out = node.run(f"cd /; {AUDIT} --apply --yes --reload --no-logs --color never || "
                   "[ $? -ne 2 ]", seconds=120)
    assert "Reloaded: /usr/sbin/postfix reload" in out, out[-600:]
    assert node.run("cat /var/log/mail.log").count("reload -- version") >= 1


def postfix_rolls_back(host):
    """A change that breaks Postfix is taken back, byte for byte, the same inode"""
    prepare_postfix(host.node)
    before = host.files("/etc/postfix")
    out = host.apply_one("postfix", "/etc/postfix/main.cf", "smtpd_relay_restrictions", "${x")
    assert out.startswith("rolled back: "), out
    assert host.files("/etc/postfix") == before
    out = host.apply_one("postfix", "/etc/postfix/main.cf", "disable_vrfy_command", "yes")
    assert out.startswith("done"), out
    host.node.run("echo 'mynetworks = ${x' >>/etc/postfix/main.cf")
    before = host.files("/etc/postfix")
    out = host.apply_one("postfix", "/etc/postfix/main.cf", "soft_bounce", "no")
    assert out.startswith("refused: ") and "already" in out, out
    assert host.files("/etc/postfix") == before


def apply_refuses_tricks(host):
    """Links, folders of others and second names are refused, and nothing is written"""
    node = host.node
    prepare_postfix(node)
    node.run("""mkdir -p /etc/t; cp /etc/postfix/main.cf /etc/t/real.cf
        ln -s /etc/t/real.cf /etc/t/link.cf; ln /etc/t/real.cf /etc/t/second.cf
        mkdir -m 777 /etc/t/open; cp /etc/postfix/main.cf /etc/t/open/main.cf
        mkfifo /etc/t/pipe""")
    before = host.files("/etc/t")
    for path in ("/etc/t/link.cf", "/etc/t/real.cf", "/etc/t/open/main.cf", "/etc/t/pipe",
                 "/etc/t", "etc/t/real.cf", "/etc/t/../t/real.cf"):
        out = host.apply_one("postfix", path, "soft_bounce", "yes")
        assert out.startswith("refused: "), f"{path}: {out}"
    assert host.files("/etc/t") == before
    out = host.apply_one("postfix", "/etc/postfix/main.cf", "soft_bounce", "no\nmynetworks = x")
    assert out.startswith("refused: "), out


def apply_survives_full_disk_and_kill(host):
    """A full disk and kill -9 leave the old file or the new one, whole"""
    node = host.node
    node.run("""mkdir /etc/small; mount -t tmpfs -o size=64k,mode=755 x /etc/small
        cp /etc/postfix/main.cf /etc/small/; dd if=/dev/zero of=/etc/small/fill bs=4k 2>/dev/null ||
        true""")
    before = host.files("/etc/small")
    out = host.apply_one("postfix", "/etc/small/main.cf", "soft_bounce", "no")
    assert out.startswith("refused: "), out
    assert host.files("/etc/small") == before
    old = node.run("cat /etc/postfix/main.cf")
    for delay in range(1, 16):
        value = f"v{delay}"
        node.run(f"timeout -s KILL {delay * 0.03} {APPLY_ONE} postfix /etc/postfix/main.cf "
                 f"mail_name {value} >/dev/null", check=False)
        now = node.run("cat /etc/postfix/main.cf")
        new = [line for line in now.splitlines() if not line.startswith("mail_name")]
        assert new == [line for line in old.splitlines() if not line.startswith("mail_name")], now
    out = host.apply_one("postfix", "/etc/postfix/main.cf", "mail_name", "last")
    assert out.startswith("done"), out


# --- Exim ---

def exim_closed_and_open(host):
    """Exim: closed, then opened in five ways; changes that break it are taken back"""
    node = host.node
    server = mta.Exim(node, {})
    server.start()
    no_relay(host.expect("exim", exim_relay="fine", exim_relay_hosts="fine"))
    text = node.run("cat /etc/exim4/exim4.conf")
    ways = [
        ("check_rcpt:\n", "check_rcpt:\n  accept\n", {"exim_relay": "critical"}),
        ("check_rcpt:\n", "check_rcpt:\n  accept senders = *@shop.example\n",
         {"exim_relay": "critical"}),
        ("  accept domains = +hosted\n", "  accept domains = *\n", {"exim_relay": "critical"}),
        ("<; 127.0.0.0/8", "<; 0.0.0.0/0", {"exim_relay": "critical",
                                            "exim_relay_hosts": "critical"}),
        ("  accept domains = +hosted\n", "  require domains = +hosted\n  accept\n",
         {"exim_relay": "fine"}),
        ("trusted_users", "trusted_users", {}),
    ]
    for old, new, wanted in ways:
        node.write("/etc/exim4/exim4.conf", text.replace(old, new))
        host.expect("exim", **wanted)
    node.write("/etc/exim4/exim4.conf", text)
    out = host.apply_one("exim", "/etc/exim4/exim4.conf", "log_selector", "+arguments")
    assert out.startswith("done"), out
    host.expect("exim", exim_log="fine")
    before = host.files("/etc/exim4")
    out = host.apply_one("exim", "/etc/exim4/exim4.conf", "log_selector", "+no_such_thing")
    assert out.startswith("rolled back: "), out
    assert host.files("/etc/exim4") == before


def exim_stock(host):
    """Exim as Debian sets it up, for the internet and for this machine alone: nothing is open"""
    node = host.node
    folder = node.unpacked_of("exim4-config")
    for kind in ("internet", "local"):
        node.run(f"""rm -rf /etc/exim4; cp -a {folder}/etc/exim4 /etc/exim4
            mkdir -p /var/lib/exim4 /var/spool/exim4 /var/log/exim4
            chown Debian-exim:Debian-exim /var/spool/exim4 /var/log/exim4
            printf "dc_eximconfig_configtype='{kind}'\\ndc_other_hostnames='web7.example'\\n\
dc_local_interfaces=''\\ndc_readhost=''\\ndc_relay_domains=''\\ndc_minimaldns='false'\\n\
dc_relay_nets=''\\ndc_smarthost=''\\nCFILEMODE='644'\\ndc_use_split_config='false'\\n\
dc_hide_mailname=''\\ndc_mailname_in_oh='true'\\ndc_localdelivery='mail_spool'\\n" \
                >/etc/exim4/update-exim4.conf.conf
            /usr/sbin/update-exim4.conf""")
        found = host.outcomes("exim")
        wrong = {name: outcome for name, outcome in found.items() if outcome in BAD}
        assert found["exim-relay"] == "fine" and not wrong, f"{kind}: {wrong} of {found}"
    fix = next(one for one in host.audit() if one["check"] == "exim-log")["fixes"][0]
    assert fix["where"] == "/etc/exim4/exim4.conf.localmacros", fix
    node.run("touch /etc/exim4/exim4.conf.localmacros")
    out = host.apply_one("exim", fix["where"], fix["name"], fix["value"])
    assert out.startswith("done"), out
    node.run("/usr/sbin/update-exim4.conf")
    host.expect("exim", exim_log="fine")
    before = host.files("/etc/exim4")
    out = host.apply_one("exim", fix["where"], "MAIN_LOG_SELECTOR", "+no_such_thing")
    assert out.startswith("rolled back: "), out
    assert host.files("/etc/exim4") == before


# --- Sendmail ---

def sendmail_closed_and_open(host):
    """Sendmail: as Debian sets it up, closed, then opened in four ways"""
    node = host.node
    mta.Sendmail(node, {}).start()
    made = node.run("cat /etc/mail/sendmail.cf")
    node.run("""mkdir -p /etc/mail/tls /etc/mail/sasl /etc/mail/m4; touch /etc/mail/tls/starttls.m4
        touch /etc/mail/sasl/sasl.m4 /etc/mail/m4/dialup.m4 /etc/mail/m4/provider.m4
        cd /etc/mail/cf/cf; m4 -D_CF_DIR_=/etc/mail/cf/ ../m4/cf.m4 \
            /usr/share/sendmail/cf/debian/sendmail.mc >/etc/mail/sendmail.cf""")
    assert node.run("grep -c PrivacyOptions /etc/mail/sendmail.cf").strip() != "0"
    found = host.outcomes("sendmail")
    wrong = {name: outcome for name, outcome in found.items() if outcome in BAD}
    assert found["sendmail-relay"] == "fine" and not wrong, f"{wrong} of {found}"
    node.write("/etc/mail/sendmail.cf", made)
    no_relay(host.expect("sendmail", sendmail_relay="fine", sendmail_access="fine"))
    source = node.run("cat /etc/mail/node.mc")
    make = "cd /etc/mail/cf/cf; m4 -D_CF_DIR_=/etc/mail/cf/ ../m4/cf.m4 /etc/mail/node.mc " \
           ">/etc/mail/sendmail.cf"
    for feature, wanted in (
            ("promiscuous_relay", {"sendmail_relay": "critical"}),
            ("relay_local_from", {"sendmail_relay_from": "critical"}),
            ("relay_based_on_MX", {"sendmail_relay_mx": "weak"}),
            ("relay_entire_domain", {"sendmail_relay": "fine", "sendmail_relay_domain": "note"})):
        node.write("/etc/mail/node.mc", source.replace(
            "FEATURE(`nocanonify')dnl", f"FEATURE(`nocanonify')dnl\nFEATURE(`{feature}')dnl"))
        node.run(make)
        host.expect("sendmail", **wanted)
    node.write("/etc/mail/node.mc", source)
    node.run(make + "; echo 'Connect:203 RELAY' >>/etc/mail/access")
    host.expect("sendmail", sendmail_relay="fine", sendmail_access="serious")


# --- OpenSMTPD ---

def opensmtpd_closed_and_open(host):
    """OpenSMTPD: as Debian sets it up, closed, then opened in three ways"""
    node = host.node
    stock = os.path.join(node.unpacked_of("opensmtpd"), "etc", "smtpd.conf")
    node.run(f"cp {stock} /etc/smtpd.conf")
    no_relay(host.expect("opensmtpd", opensmtpd_relay="fine"))
    mta.Opensmtpd(node, {}).start()
    no_relay(host.expect("opensmtpd", opensmtpd_relay="fine"))
    text = node.run("cat /etc/smtpd.conf")
    for line, outcome in (('match from any for any action "out"', "critical"),
                          ('match from src 0.0.0.0/0 for any action "out"', "critical"),
                          ('match from any mail-from "@shop.example" for any action "out"',
                           "critical"),
                          ('match auth from any for any action "out"', "fine")):
        node.write("/etc/smtpd.conf", f"{text}{line}\n")
        node.run("smtpd -n -f /etc/smtpd.conf")
        host.expect("opensmtpd", opensmtpd_relay=outcome)


# --- Dovecot, and the firewall ---

def dovecot_settings(host):
    """Dovecot: as Debian sets it up, opened, mended, and a breaking change taken back"""
    node = host.node
    found = host.outcomes("dovecot")
    wrong = {name: outcome for name, outcome in found.items() if outcome in (*BAD, "unknown")}
    assert found and not wrong, f"{wrong} of {found}"
    node.run("printf 'disable_plaintext_auth = no\\nauth_debug_passwords = yes\\n' "
             ">>/etc/dovecot/dovecot.conf")
    host.expect("dovecot", dovecot_clear_passwords="serious",
                dovecot_debugged_passwords="serious")
    out = host.apply_one("dovecot", "/etc/dovecot/dovecot.conf", "disable_plaintext_auth", "yes")
    assert out.startswith("done"), out
    host.expect("dovecot", dovecot_clear_passwords="fine")
    before = host.files("/etc/dovecot")
    out = host.apply_one("dovecot", "/etc/dovecot/dovecot.conf", "ssl", "perhaps")
    assert out.startswith("rolled back: "), out
    assert host.files("/etc/dovecot") == before


def php_pool_is_changed(host):
    """PHP: a pool gets its mail log, and a change that breaks it is taken back"""
    node = host.node
    node.run("mkdir -p /run/php")
    fix = next(one for one in host.audit() if one["check"] == "php-mail-log")["fixes"][0]
    out = host.apply_one("php", fix["where"], fix["name"], fix["value"])
    assert out.startswith("done"), out
    host.expect("php", php_mail_log="fine")
    before = host.files("/etc/php")
    out = host.apply_one("php", fix["where"], "[www] pm", "perhaps")
    assert out.startswith("rolled back: "), out
    assert host.files("/etc/php") == before


def firewall_is_walked(host):
    """Port 25: open, closed by the rules that weir proposes, and open again"""
    node = host.node
    found = [one for one in host.audit() if one["check"] == "port-25"]
    assert found[0]["outcome"] in ("weak", "note"), found
    rules = found[0]["fixes"][0]["value"]
    node.write("/etc/nftables-port-25.nft", rules)
    node.run("nft -c -f /etc/nftables-port-25.nft; nft -f /etc/nftables-port-25.nft; "
             "nft -f /etc/nftables-port-25.nft")
    host.expect("port-25", port_25="fine")
    node.run("nft flush ruleset")
    node.run("nft add table ip6 x; nft 'add chain ip6 x o { type filter hook output priority 0; "
             "policy drop; }'")
    assert host.outcomes("port-25")["port-25"] in ("weak", "note")
    node.run("nft flush ruleset")


def sites_are_looked_into(host):
    """PHP and web server: a site that hands out its passwords, and its closed twin"""
    node = host.node
    for name, extra in (("good", "RedirectMatch 404 /\\."), ("bad", "")):
        node.run(f"""rm -rf /etc/apache2/sites-enabled /etc/nginx /srv/site
            mkdir -p /etc/apache2/sites-enabled /srv/site/.git /srv/site/wp-content/uploads
            echo 'ref: refs/heads/main' >/srv/site/.git/HEAD
            echo 'MAIL_PASSWORD=x' >/srv/site/.env""")
        node.write("/etc/apache2/sites-enabled/site.conf", "<VirtualHost *:80>\n"
                   f"ServerName shop.example\nDocumentRoot /srv/site\n{extra}\n</VirtualHost>\n")
        if name == "good":
            node.run("echo 'php_flag engine off' >/srv/site/wp-content/uploads/.htaccess")
            found = host.outcomes("web")
            assert found == {"web-exposure": "fine"}, found
        else:
            host.expect("web", web_git="weak", web_env="serious", web_uploads="weak")


SERVERS = {
    "postfix": (mta.Postfix, [postfix_stock, audit_changes_nothing, postfix_apply,
                              postfix_rolls_back]),
    "postfix-open": (mta.Postfix, [postfix_closed_and_open, postfix_quotes, another_root]),
    "tricks": (mta.Postfix, [apply_refuses_tricks, apply_survives_full_disk_and_kill]),
    "exim": (mta.Exim, [exim_closed_and_open]),
    "exim-stock": (mta.Exim, [exim_stock]),
    "sendmail": (mta.Sendmail, [sendmail_closed_and_open]),
    "opensmtpd": (mta.Opensmtpd, [opensmtpd_closed_and_open]),
    "asking": (mta.Postfix, [apply_asks]),
    "reload": (mta.Postfix, [postfix_reloads]),
    "machine": (mta.Postfix, [dovecot_settings, php_pool_is_changed, firewall_is_walked, sites_are_looked_into]),
}
# What a server needs besides its own packages.
EXTRA = {"exim-stock": ("exim4-config", )}


def unpack(name):
    """The folders of its servers; downloaded where they are not yet, which namespaces forbid."""
    server = SERVERS[name][0]
    folders = [packages.unpack(server.__name__.lower(), server.packages)] if server.packages else []
    return folders + [packages.unpack(one, (one, )) for one in EXTRA.get(name, ())]


def inside(name, folder):
    """Within the namespaces: sets the server up, and answers for each case in JSON."""
    lab.make_world()
    server, cases = SERVERS[name]
    answers = {}
    with lab.Node(os.path.join(folder, "node"), unpack(name), server.users) as node:
        for function in cases:
            try:
                function(Host(node))
                answers[function.__doc__] = ""
            except Exception as error:  # pylint: disable=broad-except
                answers[function.__doc__] = f"{type(error).__name__}: {error}"[:1800]
    with open(os.path.join(folder, "answers"), "w", encoding="utf-8") as file:
        json.dump(answers, file)


def of_server(name):
    """The cases of one server, each a function that raises what was wrong."""
    try:
        unpack(name)
    except (OSError, subprocess.CalledProcessError) as error:
        print(f"# left out: {name}: its packages cannot be had: {error}")
        return []
    folder = tempfile.mkdtemp(prefix="weir-host-")
    code, output = lab.in_world(sys.executable, os.path.abspath(__file__), WEIR, APPLY_ONE,
                                "--inside", name, folder)
    path = os.path.join(folder, "answers")
    answers = {}
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            answers = json.load(file)
    subprocess.run(["rm", "-rf", folder], check=False)

    def check(document):
        def run():
            assert document in answers, f"the node ended with {code}: {output[-1500:]}"
            assert not answers[document], answers[document]
        return run
    return [(function.__doc__, check(function.__doc__)) for function in SERVERS[name][1]]


def main():
    if len(sys.argv) > 3 and sys.argv[3] == "--inside":
        inside(*sys.argv[4:6])
        return 0
    why_not = lab.obstacle()
    if why_not:
        print(f"1..0 # SKIP {why_not}")
        return 0
    cases = []
    for name in SERVERS:
        if not sys.argv[3:] or name in sys.argv[3:]:
            cases += of_server(name)
    return tap.run(cases)


if __name__ == "__main__":
    sys.exit(main())
