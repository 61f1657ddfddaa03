"""`weir audit --suggest`: records for the domains, and rules for bounces that real servers take.

The Sieve rule is compiled by Pigeonhole and run in a delivery by Dovecot, the Postfix table is looked up by postmap,
the Exim rule runs in `exim -bh`, unpacked. What is not here is skipped.
"""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import tap
from dns_server import DnsServer

WEIR = sys.argv[1]
SOURCE = sys.argv[2]
HOST = "mail.example.com"
ZONE = {
    "example.com": [("MX", 10, HOST), ("A", "192.0.2.80"), ("TXT", "v=spf1 mx -all")],
    HOST: [("A", "192.0.2.25")],
    "shop.example": [("MX", 10, HOST), ("A", "192.0.2.80")],
    "_dmarc.shop.example": [("TXT", "v=DMARC1; p=none; rua=mailto:d@shop.example")],
    "quiet.example": [("A", "192.0.2.80")],
}
FORGED = """\
Return-Path: <spam@elsewhere.example>
Received: from bot.example.net (bot [203.0.113.66]) by mx.victim.example (Postfix) with SMTP id X1
From: anna@example.com
To: nobody@victim.example
Message-ID: <777@bot.example.net>
Subject: Cheap pills

Buy.
"""
OWN = FORGED.replace("Received: from bot.example.net (bot [203.0.113.66]) by mx.victim.example (Postfix) with SMTP id X1",
                     f"Received: from laptop (client [198.51.100.3])\n\tby {HOST} (Postfix) with ESMTPSA id A1B2")


def bounce(original, sender="MAILER-DAEMON@mx.victim.example"):
    return f"""\
Received: from mx.victim.example (mx.victim.example [203.0.113.9]) by {HOST} (Postfix) with ESMTP id Z9
From: Mail Delivery System <{sender}>
To: anna@example.com
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

I am sorry: user unknown.

--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.victim.example

Final-Recipient: rfc822; nobody@victim.example
Action: failed
Status: 5.1.1

--B
Content-Type: message/rfc822

{original}
--B--
"""


VACATION = f"""\
From: Bert <bert@client.example>
To: anna@example.com
Subject: Out of office
Auto-Submitted: auto-replied

Back on Monday.
"""


def suggest(*words, domains=("example.com",), zone=None, host=HOST):
    with tempfile.TemporaryDirectory() as root, DnsServer(zone or ZONE) as server:
        os.makedirs(f"{root}/etc/postfix")
        os.makedirs(f"{root}/etc/opendkim/keys/example.com")
        with open(f"{root}/etc/postfix/main.cf", "w", encoding="ascii") as file:
            file.write(f"myhostname = {host}\n")
        subprocess.run(["openssl", "genrsa", "-out", f"{root}/etc/opendkim/keys/example.com/mail.private",
                        "2048"], check=True, capture_output=True)
        run = subprocess.run([WEIR, "audit", "--host", "--root", root, "--no-logs", "--suggest",
                              "--no-blocklists", "--resolver", server.address, *words, *domains],
                             capture_output=True, text=True, check=False, timeout=100,
                             env={**os.environ, "SOURCE_DATE_EPOCH": "1772323200"})
    assert run.returncode in (0, 1, 3), run.stderr
    assert "PRIVATE" not in run.stdout
    return run.stdout


def section(text, name):
    """What stands below the heading that has the name, up to the next heading."""
    parts = re.split(r"(?m)^[;#] ---- (.*) ----$", text)
    for heading, body in zip(parts[1::2], parts[2::2]):
        if name in heading:
            return body.strip("\n") + "\n"
    raise AssertionError(f"no {name} in {parts[1::2]}")


def records(fragment):
    """Lines that are no comment."""
    return [line for line in fragment.splitlines() if line and not line.startswith(";")]


@tap.case
def _():
    """the zone of a domain that sends: what is missing, in the shortest form"""
    text = suggest("--address", "192.0.2.25", "--address", "203.0.113.7")
    wanted = records(section(text, "example.com: its zone"))
    assert 'example.com. IN TXT "v=spf1 mx ip4:203.0.113.7 -all"' in wanted, wanted
    assert '_dmarc.example.com. IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"' in wanted, wanted
    key = [line for line in wanted if line.startswith("mail._domainkey.example.com. IN TXT ")]
    assert len(key) == 1 and key[0].count('"') == 4 and "v=DKIM1; k=rsa; p=MII" in key[0], key
    assert '_mta-sts.example.com. IN TXT "v=STSv1; id=1772323200"' in wanted, wanted
    assert "7.113.0.203.in-addr.arpa. IN PTR mail.example.com." in text


@tap.case
def _():
    """a machine whose name nobody can look up: its address gets a name that leads back"""
    text = suggest("--address", "203.0.113.7", host="web7")
    names = re.findall(r"IN PTR (\S+)\.$", text, re.M)
    assert names and all("." in name for name in names), names


@tap.case
def _():
    """a record that says all is left; a new one names mail server, web server and others as they are"""
    assert "It is in order" in section(suggest("--address", "192.0.2.25"), "example.com: its zone")
    text = suggest("--address", "192.0.2.25", "--address", "192.0.2.80", domains=("shop.example",))
    fragment = section(text, "shop.example: its zone")
    assert 'shop.example. IN TXT "v=spf1 mx a ~all"' in records(fragment), fragment
    assert '; _dmarc.shop.example. IN TXT "v=DMARC1; p=quarantine; rua=mailto:d@shop.example"' in fragment
    assert "no key of it was found" in fragment


@tap.case
def _():
    """--json has the same text, and null without --suggest"""
    data = json.loads(suggest("--json", "--address", "203.0.113.7"))
    assert 'v=spf1 mx ip4:203.0.113.7 -all' in section(data["suggestions"], "example.com: its zone")
    with DnsServer(ZONE) as server:
        run = subprocess.run([WEIR, "audit", "--json", "--no-blocklists", "--resolver", server.address,
                              "quiet.example"], capture_output=True, text=True, check=False, timeout=100)
    assert json.loads(run.stdout)["suggestions"] is None


@tap.case
def _():
    """a domain that never mails gets the set that says so"""
    wanted = records(section(suggest(domains=("quiet.example",)), "quiet.example: its zone"))
    assert wanted == ["quiet.example. IN MX 0 .", 'quiet.example. IN TXT "v=spf1 -all"',
                      '_dmarc.quiet.example. IN TXT "v=DMARC1; p=reject; sp=reject; adkim=s; aspf=s"'], wanted


@tap.case
def _():
    """a zone with what was suggested has no finding of SPF, DKIM or DMARC that is serious"""
    text = suggest("--address", "192.0.2.25", domains=("shop.example",))
    added = dict(ZONE)
    for line in records(section(text, "shop.example: its zone")):
        name, value = re.match(r"(\S+)\. IN TXT (.*)", line).groups()
        added[name] = added.get(name, []) + [("TXT", "".join(re.findall(r'"([^"]*)"', value)))]
    text = suggest("--address", "192.0.2.25", domains=("shop.example",), zone=added)
    assert "It is in order" in section(text, "shop.example: its zone"), text


# ---- the rules, run by those they are for ----

LDA = "/usr/lib/dovecot/dovecot-lda"


def deliver(folder, mail, sender, recipient):
    """Has Dovecot deliver a mail, by an ordinary user; whether it went into the folder for unproven bounces."""
    path = os.path.join(folder, "mail.eml")
    with open(path, "w", encoding="utf-8") as file:
        file.write(mail)
    user = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    run = subprocess.run([LDA, "-c", f"{folder}/dovecot.conf", "-f", sender, "-a", recipient, "-r", recipient, "-p",
                          path], capture_output=True, text=True, check=False,
                         env={"PATH": os.environ["PATH"], "HOME": folder, "USER": "somebody"}, **user)
    assert run.returncode == 0, run.stderr
    filed = glob.glob(f"{folder}/mail/.Unproven-Bounces/new/*")
    kept = glob.glob(f"{folder}/mail/new/*")
    assert len(filed) + len(kept) == 1, (filed, kept, run.stderr)
    for one in filed + kept:
        os.remove(one)
    return bool(filed)


def set_up_dovecot(folder, rule):
    """Compiles the rule, and configures a delivery that runs it before all others."""
    os.makedirs(f"{folder}/before.d")
    script = f"{folder}/before.d/weir-bounces.sieve"
    with open(script, "w", encoding="utf-8") as file:
        file.write(rule)
    run = subprocess.run(["sievec", script], capture_output=True, text=True, check=False)
    assert run.returncode == 0 and "error" not in run.stderr, run.stderr
    with open(f"{folder}/dovecot.conf", "w", encoding="utf-8") as file:
        file.write(f"mail_location = maildir:{folder}/mail\npostmaster_address = postmaster@example.com\n"
                   f"base_dir = {folder}/run\nlog_path = /dev/stderr\nstats_writer_socket_path =\n"
                   "namespace inbox {\n  inbox = yes\n  separator = /\n}\n"
                   f"protocol lda {{\n  mail_plugins = sieve\n}}\nplugin {{\n  sieve_before = {folder}/before.d\n"
                   f"  sieve = file:{folder}/own.sieve\n}}\n")
    if os.geteuid() == 0:
        for path in [folder, *glob.glob(f"{folder}/**", recursive=True)]:
            shutil.chown(path, "nobody")


@tap.case
def _():
    """Sieve: forged bounces go into the folder, genuine ones and other mail do not"""
    if not shutil.which("sievec") or not os.path.exists(LDA):
        raise tap.Skip("dovecot-sieve is not installed")
    with tempfile.TemporaryDirectory() as folder:
        set_up_dovecot(folder, section(suggest(), ".sieve"))
        rows = [
            ("forged", bounce(FORGED), "", "anna@example.com", True),
            ("own, by its Received line", bounce(OWN), "", "anna@example.com", False),
            ("own, by its Message-ID", bounce(FORGED.replace("777@bot.example.net", f"8@{HOST}")), "",
             "anna@example.com", False),
            ("tagged", bounce(FORGED), "", "prvs=0123456789=anna@example.com", False),
            ("not a null sender", bounce(FORGED), "x@victim.example", "anna@example.com", False),
            ("out of office", VACATION, "", "anna@example.com", False),
            ("returns nothing", bounce(""), "", "anna@example.com", True),
        ]
        for name, mail, sender, recipient, is_filed in rows:
            assert deliver(folder, mail, sender, recipient) == is_filed, name


@tap.case
def _():
    """Postfix: the table marks addresses without a tag, and nothing else"""
    if not shutil.which("postmap", path="/usr/sbin:/usr/bin"):
        raise tap.Skip("postfix is not installed")
    with tempfile.TemporaryDirectory() as folder:
        table = os.path.join(folder, "weir_bounces")
        with open(table, "w", encoding="utf-8") as file:
            file.write(section(suggest(domains=("example.com", "shop.example")), "/etc/postfix/weir_bounces"))

        def look_up(address):
            run = subprocess.run(["/usr/sbin/postmap", "-q", address, f"regexp:{table}"],
                                 capture_output=True, text=True, check=False)
            assert not run.stderr, run.stderr
            return run.stdout.strip()

        assert look_up("anna@example.com").startswith("PREPEND X-Unproven-Bounce: ")
        assert look_up("anna@shop.example").startswith("PREPEND")
        assert look_up("prvs=0123456789=anna@example.com") == "DUNNO"
        assert look_up("anna@exampleXcom.example.net") == "" and look_up("anna@examplexcom") == ""
        with open(table, encoding="utf-8") as file:
            settings = re.findall(r"(?m)^#   (\w+ = .*)$", file.read())
        os.makedirs(f"{folder}/etc")
        with open(f"{folder}/etc/main.cf", "w", encoding="utf-8") as file:
            file.write("compatibility_level = 3.6\n" + "\n".join(settings) + "\n")
        run = subprocess.run(["/usr/sbin/postconf", "-c", f"{folder}/etc", "-n"], capture_output=True, text=True,
                             check=False)
        assert len(settings) == 3 and "unused" not in run.stderr, run.stderr
        # The null sender leads to the class.
        inline = re.search(r"inline:\{\{.*\}\}", " ".join(settings)).group(0)
        run = subprocess.run(["/usr/sbin/postmap", "-c", f"{folder}/etc", "-q", "<>", inline], capture_output=True,
                             text=True, check=False)
        assert run.stdout.strip() == "weir_bounce", (run.stdout, run.stderr)


def find_exim():
    """(program, environment) of an installed or unpacked Exim."""
    if shutil.which("exim4", path="/usr/sbin:/usr/bin"):
        return "/usr/sbin/exim4", os.environ
    sys.path.insert(0, os.path.join(SOURCE, "tests/range"))
    import mta  # pylint: disable=import-outside-toplevel
    import packages  # pylint: disable=import-outside-toplevel
    try:
        folder = packages.unpack("exim", mta.Exim.packages)
    except (OSError, subprocess.CalledProcessError, IndexError) as error:
        raise tap.Skip(f"Exim could not be unpacked: {error}") from None
    libraries = ":".join(sorted({os.path.dirname(path) for path in glob.glob(f"{folder}/usr/lib/*/*.so*")}))
    return f"{folder}/usr/sbin/exim4", {**os.environ, "LD_LIBRARY_PATH": libraries}


def exim_room(folder):
    """Exim's own user exists only where it is installed: else it sees another /etc/passwd."""
    with open("/etc/passwd", encoding="utf-8") as file:
        users = file.read()
    if "Debian-exim:" in users:
        return []
    if os.geteuid() != 0 or not shutil.which("unshare"):
        raise tap.Skip("an unpacked Exim needs root, and a mount namespace")
    for name, line in (("passwd", "Debian-exim:x:5101:5101::/:/usr/sbin/nologin\n"),
                       ("group", "Debian-exim:x:5101:\n")):
        with open(f"/etc/{name}", encoding="utf-8") as file:
            text = file.read()
        with open(f"{folder}/{name}", "w", encoding="utf-8") as file:
            file.write(text + line)
    return ["unshare", "-m", "sh", "-c",
            f'mount --bind {folder}/passwd /etc/passwd && mount --bind {folder}/group /etc/group && exec "$0" "$@"']


@tap.case
def _():
    """Exim: the rule marks bounces that return nothing of this host's, in `exim -bh`"""
    program, environment = find_exim()
    rule = section(suggest(), "exim")
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        config = os.path.join(folder, "exim.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(f"primary_hostname = {HOST}\nspool_directory = {folder}/spool\n"
                       f"log_file_path = {folder}/%slog\nmessage_body_visible = 32768\n"
                       "keep_environment =\nacl_smtp_rcpt = accept_all\nacl_smtp_data = check_data\n"
                       "tls_advertise_hosts =\nbegin acl\naccept_all:\n  accept\ncheck_data:\n"
                       f"{rule}\n  accept\nbegin routers\nall:\n  driver = accept\n  transport = none\n"
                       "begin transports\nnone:\n  driver = appendfile\n  file = /dev/null\n  user = nobody\n")
        os.makedirs(f"{folder}/spool")
        os.chmod(f"{folder}/spool", 0o777)
        room = exim_room(folder)

        def exim(*words, text=""):
            run = subprocess.run([*room, program, "-C", config, *words], input=text, capture_output=True, text=True,
                                 check=False, env=environment, timeout=60)
            return run.stdout + run.stderr

        said = exim("-bV")
        if "Exim version" not in said:
            raise tap.Skip(f"this Exim does not run here: {said[:200]}")
        assert "error" not in said.lower(), said
        rows = [
            ("forged", bounce(FORGED), "", "anna@example.com", True),
            ("own, by its Received line", bounce(OWN), "", "anna@example.com", False),
            ("own, by its Message-ID", bounce(FORGED.replace("777@bot.example.net", f"8@{HOST}")), "",
             "anna@example.com", False),
            ("tagged", bounce(FORGED), "", "prvs=0123456789=anna@example.com", False),
            ("not a null sender", bounce(FORGED), "x@victim.example", "anna@example.com", False),
        ]
        for name, mail, sender, recipient, is_marked in rows:
            lines = mail.replace("\n", "\r\n")
            said = exim("-bh", "203.0.113.9",
                        text=f"HELO mx.victim.example\r\nMAIL FROM:<{sender}>\r\nRCPT TO:<{recipient}>\r\n"
                             f"DATA\r\n{lines}.\r\nQUIT\r\n")
            assert "250 OK id=" in said, f"{name}: {said[-1500:]}"
            marked = 'warn: condition test succeeded in ACL "check_data"' in said
            assert marked == is_marked, f"{name}: {said[-2500:]}"


sys.exit(tap.run(tap.wanted_cases(sys.argv[3:])))
