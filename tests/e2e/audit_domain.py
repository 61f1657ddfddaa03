"""`weir audit DOMAIN` against servers of the test's own: DNS, HTTPS, SMTP, and NSD with signed zones.

As root everything runs in a network namespace, whose loopback has the addresses of the zones. Without
root the cases that need ports 25 and 443, or NSD, are skipped.
"""

import contextlib
import json
import os
import shutil
import socket
import socketserver
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import tap
from dns_server import DnsServer

WEIR = sys.argv[1]
INSIDE = "WEIR_AUDIT_DOMAIN_INSIDE"
ADDRESSES = ("192.0.2.25/32", "192.0.2.80/32", "198.51.100.25/32", "203.0.113.44/32")
OWN = "198.51.100.77"  # the address that mail of this machine leaves from
COUNTS = ("weak", "serious", "critical")
POLICY = "version: STSv1\r\nmode: enforce\r\nmx: *.example.com\r\nmax_age: 604800\r\n"
LISTS = {"2.0.0.127.zen.spamhaus.org": [("A", "127.0.0.2")],
         "dbltest.com.dbl.spamhaus.org": [("A", "127.0.1.2")],
         "2.0.0.127.bl.spamcop.net": [("A", "127.0.0.2")],
         "2.0.0.127.b.barracudacentral.org": [("A", "127.0.0.2")],
         "2.0.0.127.psbl.surriel.com": [("A", "127.0.0.2")],
         "2.0.0.127.dnsbl-1.uceprotect.net": [("A", "127.0.0.2")]}


def key(bits=2048):
    """The p= of a new key."""
    pem = subprocess.run(["openssl", "genrsa", str(bits)], check=True, capture_output=True).stdout
    der = subprocess.run(["openssl", "rsa", "-pubout", "-outform", "DER"], input=pem, check=True,
                         capture_output=True).stdout
    return subprocess.run(["base64", "-w0"], input=der, check=True, capture_output=True).stdout.decode()


def good_zone():
    """A domain that is kept well; cases take away and add."""
    return {
        "example.com": [("MX", 10, "mx1.example.com"), ("A", "192.0.2.80"), ("TXT", "v=spf1 mx -all")],
        "mx1.example.com": [("A", "192.0.2.25")],
        "25.2.0.192.in-addr.arpa": [("PTR", "mx1.example.com")],
        "mail._domainkey.example.com": [("TXT", f"v=DKIM1; k=rsa; p={key()}")],
        "_dmarc.example.com": [("TXT", "v=DMARC1; p=reject; rua=mailto:dmarc@example.com")],
        "_smtp._tls.example.com": [("TXT", "v=TLSRPTv1; rua=mailto:tls@example.com")],
        **LISTS,
    }


def audit(server, *words, domain="example.com", environment=(), wait_s=100):
    """(exit code, findings by check, seconds)."""
    began = time.monotonic()
    address = server if isinstance(server, str) else server.address
    run = subprocess.run([WEIR, "audit", domain, "--json", "--resolver", address, *words],
                         capture_output=True, timeout=wait_s, text=True, check=False,
                         env={**os.environ, **dict(environment)})
    assert run.returncode in (0, 1, 3), f"exit code {run.returncode}: {run.stderr}"
    findings = {}
    for finding in json.loads(run.stdout)["findings"]:
        findings.setdefault(finding["check"], []).append(finding)
    return run.returncode, findings, time.monotonic() - began


def outcomes(findings, *wanted):
    return sorted((one["outcome"], one["check"], one["title"]) for many in findings.values() for one in many
                  if one["outcome"] in wanted)


def only(findings, check, outcome):
    """The one finding of this check with this outcome."""
    found = [one for one in findings.get(check, []) if one["outcome"] == outcome]
    assert len(found) == 1, f"{check} {outcome}: {findings.get(check)}"
    return found[0]


def need_inside():
    if INSIDE not in os.environ:
        raise tap.Skip("needs root, and a network namespace")


# ---- the DNS alone ----

@tap.case
def _():
    """a domain that is kept well: nothing that counts, nothing unknown"""
    with DnsServer(good_zone()) as server:
        code, findings, _ = audit(server, "--address", "192.0.2.25")
    assert not outcomes(findings, "unknown", *COUNTS), outcomes(findings, "unknown", *COUNTS)
    assert code == 0, code
    fine = {one["check"] for many in findings.values() for one in many if one["outcome"] == "fine"}
    assert fine >= {"mx", "spf", "spf-senders", "dkim", "dmarc-policy", "tls-rpt", "reverse-dns",
                    "wildcard", "subdomains", "blocklist"}, fine


@tap.case
def _():
    """what is wrong is said with the record that mends it"""
    zone = good_zone()
    zone["example.com"] = [("MX", 10, "mx1.example.com"), ("TXT", "v=spf1 a:gone.example.com ?all"),
                           ("TXT", "v=spf1 mx +all")]
    zone["_dmarc.example.com"] = [("TXT", "v=DMARC1; p=none; rua=mailto:dmarc@example.com")]
    zone["mail._domainkey.example.com"] = [("TXT", f"v=DKIM1; p={key(512)}")]
    zone["25.2.0.192.zen.spamhaus.org"] = [("A", "127.0.0.4")]
    with DnsServer(zone) as server:
        code, findings, _ = audit(server)
    assert code == 1
    spf = only(findings, "spf", "serious")
    assert "has 2 SPF records" in spf["title"], spf
    assert spf["fixes"][0]["value"] in ("v=spf1 a:gone.example.com mx ~all",
                                        "v=spf1 mx a:gone.example.com ~all"), spf["fixes"]
    assert spf["fixes"][0]["where"] == "example.com" and spf["fixes"][0]["name"] == "TXT"
    policy = only(findings, "dmarc-policy", "weak")
    assert policy["fixes"][-1]["value"] == "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com", policy
    assert "512 bits" in only(findings, "dkim-bits", "serious")["title"]
    listed = only(findings, "blocklist", "serious")
    assert listed["subject"] == "192.0.2.25" and "XBL" in listed["title"], listed


@tap.case
def _():
    """a domain that never mails, and says so; and one that says nothing"""
    quiet = {"example.com": [("MX", 0, "."), ("TXT", "v=spf1 -all")],
             "_dmarc.example.com": [("TXT", "v=DMARC1; p=reject")]}
    with DnsServer(quiet) as server:
        code, findings, _ = audit(server, "--no-blocklists")
    assert code == 0 and only(findings, "silent", "fine"), findings
    with DnsServer({"example.com": [("A", "192.0.2.80")]}) as server:
        code, findings, _ = audit(server, "--no-blocklists")
    fixes = {(fix["name"], fix["value"]) for fix in only(findings, "silent", "weak")["fixes"]}
    assert code == 1 and fixes >= {("MX", "0 ."), ("TXT", "v=spf1 -all")}, fixes


@tap.case
def _():
    """a blocklist that does not answer this resolver is unknown, never a listing"""
    zone = good_zone()
    zone["2.0.0.127.zen.spamhaus.org"] = [("A", "127.255.255.254")]
    zone["25.2.0.192.zen.spamhaus.org"] = [("A", "127.255.255.254")]
    zone["1.0.0.127.psbl.surriel.com"] = [("A", "127.0.0.2")]
    with DnsServer(zone) as server:
        code, findings, _ = audit(server)
        asked = [name for name, _ in server.questions]
        audit(server, "--no-blocklists")
        later = [name for name, _ in server.questions][len(asked):]
    unknown = [one for one in findings["blocklist"] if one["outcome"] == "unknown"]
    assert code == 3 and len(unknown) == 2, findings["blocklist"]
    assert any("public" in one["why"] for one in unknown) and any("closed" in one["why"] for one in unknown)
    assert not [one for one in findings["blocklist"] if one["outcome"] in COUNTS]
    assert any("spamhaus" in name for name in asked) and not any("spamhaus" in name for name in later)


@tap.case
def _():
    """name servers that never answer: over within a minute, and said once"""
    with DnsServer({"example.com": ["TIMEOUT"]}) as server:
        code, findings, seconds = audit(server)
    assert code == 3 and seconds < 60, (code, seconds)
    assert only(findings, "domain", "unknown")["why"], findings


@tap.case
def _():
    """a name server that answers nothing at all: two domains are waited for, not fifty"""
    names = [f"d{number}.example" for number in range(48)]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        code, findings, seconds = audit(f"127.0.0.1@{silent.getsockname()[1]}", "--no-blocklists", *names)
    assert code == 3 and seconds < 95, (code, seconds)
    assert "47 more domains" in only(findings, "domains", "unknown")["title"], findings


@tap.case
def _():
    """name servers that answer for the domain and for nothing below it: over within a minute"""
    zone = {"example.com": [("MX", 10, "mx1.example.com"), ("TXT", "v=spf1 include:a.example.net -all"),
                            ("A", "192.0.2.80"), ("AAAA", "2001:db8::1")]}
    zone.update({f"{name}.example.com": ["TIMEOUT"] for name in (
        "mx1", "_dmarc", "_mta-sts", "_smtp._tls", "mail._domainkey", "www", "_25._tcp.mx1")})
    zone["a.example.net"] = ["TIMEOUT"]
    zone["zen.spamhaus.org"] = zone["2.0.0.127.zen.spamhaus.org"] = ["TIMEOUT"]
    with DnsServer(zone) as server:
        code, findings, seconds = audit(server)
    assert code in (1, 3) and seconds < 65, (code, seconds)
    assert only(findings, "dmarc", "unknown"), findings


@tap.case
def _():
    """hostile answers: thousands of records, a text of 60 KB, loops, garbage"""
    zone = good_zone()
    zone["example.com"] = [("MX", number, f"m{number}.example.com") for number in range(1200)]
    zone["_dmarc.example.com"] = [("TXT", "v=DMARC1; p=none; rua=mailto:" + "a" * 60000)]
    zone["mail._domainkey.example.com"] = [("TXT", f"v=DKIM1; p={number}") for number in range(1000)]
    zone["m0.example.com"] = [("CNAME", "m1.example.com")]
    zone["m1.example.com"] = [("CNAME", "m0.example.com")]
    zone["_mta-sts.example.com"] = ["GARBAGE"]
    zone["_smtp._tls.example.com"] = ["SERVFAIL"]
    with DnsServer(zone) as server:
        code, findings, seconds = audit(server, "--no-blocklists")
    assert code == 1 and seconds < 65, (code, seconds)
    assert findings.get("mx-address") and findings.get("dmarc-policy"), outcomes(findings, *COUNTS)
    assert "1000 keys" in str(findings["dkim"]), findings["dkim"]
    assert all(len(one["seen"] or "") < 700 for many in findings.values() for one in many)


# ---- HTTPS ----

class PolicyHandler(socketserver.StreamRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError, ssl.SSLError):
            while self.rfile.readline().strip():
                pass
            self.wfile.write(self.server.answer)


class PolicyServer(socketserver.ThreadingTCPServer):
    """HTTPS at 192.0.2.80, with a certificate of an authority of its own."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, folder, name, answer):
        super().__init__(("192.0.2.80", 443), PolicyHandler)
        self.answer = answer
        self.trust = os.path.join(folder, f"{name}.pem")
        keys = os.path.join(folder, f"{name}.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", keys, "-out",
                        self.trust, "-days", "2", "-subj", f"/CN={name}", "-addext",
                        f"subjectAltName=DNS:{name}"], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.trust, keys)

    def get_request(self):
        sock, address = super().get_request()
        return self.context.wrap_socket(sock, server_side=True), address

    def handle_error(self, request, client_address):
        pass

    def __enter__(self):
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


def http(body, status="200 OK", more=""):
    return (f"HTTP/1.1 {status}\r\nContent-Type: text/plain\r\n{more}Content-Length: {len(body)}\r\n"
            f"Connection: close\r\n\r\n{body}").encode()


def audit_policy(answer, name="mta-sts.example.com", trusts=True):
    need_inside()
    zone = good_zone()
    zone["_mta-sts.example.com"] = [("TXT", "v=STSv1; id=20260301")]
    zone["mta-sts.example.com"] = [("A", "192.0.2.80")]
    with tempfile.TemporaryDirectory() as folder, PolicyServer(folder, name, answer) as policy, \
            DnsServer(zone) as server:
        return audit(server, "--no-blocklists",
                     environment={"SSL_CERT_FILE": policy.trust} if trusts else {})[1]


@tap.case
def _():
    """an MTA-STS policy is fetched and held against the mail servers"""
    found = audit_policy(http(POLICY))
    assert "enforced" in only(found, "mta-sts", "fine")["title"], found
    found = audit_policy(http(POLICY.replace("*.example.com", "mx9.example.com")))
    assert "mx1.example.com" in only(found, "mta-sts-mx", "serious")["title"], found


@tap.case
def _():
    """a policy behind a bad certificate, a redirect, or of a megabyte is none"""
    found = audit_policy(http(POLICY), trusts=False)
    assert "certificate" in only(found, "mta-sts-policy", "weak")["seen"], found
    found = audit_policy(http(POLICY), name="www.example.com")
    assert only(found, "mta-sts-policy", "weak")["fixes"][-1]["value"].startswith("The web server needs")
    found = audit_policy(http("", "302 Found", "Location: https://mta-sts.example.com/other\r\n"))
    assert "302" in only(found, "mta-sts-policy", "weak")["seen"], found
    found = audit_policy(http(POLICY + "x" * 1000000))
    assert "64 KB" in only(found, "mta-sts-policy", "weak")["seen"], found


# ---- what the logs show ----

def mail_log(folder, sender, count, relay="mx.client.example[203.0.113.5]:25"):
    """The log of Postfix about mails that began here and left."""
    path = os.path.join(folder, "mail.log")
    with open(path, "w", encoding="ascii") as file:
        for number in range(count):
            head, key = f"2026-03-01T10:00:{number:02}.000000+00:00 web7 postfix", f"4Rk3bC{number:02}zZyz9vQx"
            file.write(f"{head}/pickup[7]: {key}: uid=1001 from=<web_shop>\n"
                       f"{head}/cleanup[8]: {key}: message-id=<{number}@web7>\n"
                       f"{head}/qmgr[9]: {key}: from=<{sender}>, size=500, nrcpt=1 (queue active)\n"
                       f"{head}/smtp[10]: {key}: to=<a{number}@client.example>, relay={relay}, delay=1, "
                       f"delays=0/0/0/1, dsn=2.0.0, status=sent (250 ok)\n{head}/qmgr[9]: {key}: removed\n")
    return path


@tap.case
def _():
    """SPF lacks the address that the logs show to send; through a smarthost it is not held against it"""
    need_inside()
    with tempfile.TemporaryDirectory() as folder, DnsServer(good_zone()) as server:
        words = ("--host", "--no-blocklists", "--logs", mail_log(folder, "info@example.com", 3))
        _, findings, _ = audit(server, *words)
        lacks = only(findings, "spf-senders", "serious")
        assert OWN in lacks["seen"] and lacks["fixes"][0]["value"] == f"v=spf1 mx ip4:{OWN} -all", lacks
        words = (*words[:-1], mail_log(folder, "info@other.example", 3))
        _, findings, _ = audit(server, *words)
        assert "spf-senders" not in findings, findings["spf-senders"]
        words = (*words[:-1], mail_log(folder, "info@example.com", 30, "smart.example.net[203.0.113.6]:587"))
        _, findings, _ = audit(server, *words)
        assert "spf-senders" not in findings, findings["spf-senders"]


@tap.case
def _():
    """a mail that was given shows its selector, and whether it passes DMARC"""
    with tempfile.TemporaryDirectory() as folder, DnsServer(good_zone()) as server:
        path = os.path.join(folder, "a.eml")
        with open(path, "w", encoding="ascii") as file:
            file.write("Return-Path: <b@bounces.example.net>\nFrom: Shop <info@example.com>\n"
                       "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=gone; h=from; bh=x; b=y\n\nHello\n")
        _, findings, _ = audit(server, "--no-blocklists", "--sample", path)
        assert "selector gone, which has no key" in only(findings, "dkim", "serious")["title"]
        assert only(findings, "alignment", "fine"), findings
        with open(path, "w", encoding="ascii") as file:
            file.write("Return-Path: <b@bounces.example.net>\nFrom: Shop <info@example.com>\n"
                       "DKIM-Signature: v=1; a=rsa-sha256; d=example.net; s=k1; h=from; bh=x; b=y\n\nHello\n")
        code, findings, _ = audit(server, "--no-blocklists", "--sample", path)
        assert code == 1 and "d=example.com" in only(findings, "alignment", "serious")["fixes"][0]["value"]


# ---- SMTP ----

class MailHandler(socketserver.StreamRequestHandler):
    def handle(self):
        self.wfile.write(b"220 mx1.example.com ESMTP\r\n")
        for line in self.rfile:
            line = line.decode("latin-1").strip()
            self.server.lines.append(line)
            word = line.upper()
            if word.startswith("RCPT"):
                takes = any(local in line for local in self.server.taken)
                self.wfile.write(b"250 2.1.5 Ok\r\n" if takes else b"550 5.1.1 No such user\r\n")
            elif word == "QUIT":
                self.wfile.write(b"221 2.0.0 Bye\r\n")
                return
            else:
                self.wfile.write(b"250 Ok\r\n")


class MailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address, taken):
        super().__init__((address, 25), MailHandler)
        self.taken, self.lines = taken, []

    __enter__ = PolicyServer.__enter__
    __exit__ = PolicyServer.__exit__


@tap.case
def _():
    """--probe finds a catch-all and a host that still takes the mail, and sends nothing"""
    need_inside()
    with MailServer("192.0.2.25", ["@"]) as mail, MailServer("192.0.2.80", ["postmaster"]) as old, \
            DnsServer(good_zone()) as server:
        _, findings, _ = audit(server, "--no-blocklists", "--probe")
        assert only(findings, "catch-all", "note"), findings
        assert "192.0.2.80 still takes" in only(findings, "old-host", "weak")["title"]
        said = [line.split()[0].upper() for line in mail.lines + old.lines]
        assert "RCPT" in said and "DATA" not in said and "BDAT" not in said, said


@tap.case
def _():
    """servers that refuse what they should are found in order; without --probe none is asked"""
    need_inside()
    with MailServer("192.0.2.25", ["postmaster"]) as mail, MailServer("203.0.113.44", []) as old, \
            DnsServer(good_zone()) as server:
        _, findings, _ = audit(server, "--no-blocklists")
        assert not mail.lines and "catch-all" not in findings
        code, findings, _ = audit(server, "--no-blocklists", "--old-host", "203.0.113.44")
        assert only(findings, "old-host", "fine") and not mail.lines and old.lines
        code, findings, _ = audit(server, "--no-blocklists", "--probe")
        assert code == 0 and only(findings, "catch-all", "fine"), findings


# ---- DNSSEC and DANE, by NSD ----

ZONE = """\
$ORIGIN {name}.
$TTL 60
@ SOA ns.{name}. hostmaster.{name}. 1 3600 600 86400 60
@ NS ns
ns A 127.0.0.1
@ MX 10 mx
@ TXT "v=spf1 mx -all"
mx A 192.0.2.25
mail._domainkey TXT ( {key} )
_dmarc TXT "v=DMARC1; p=reject; rua=mailto:dmarc@{name}"
_smtp._tls TXT "v=TLSRPTv1; rua=mailto:tls@{name}"
{more}
"""


class Nsd:
    """NSD on loopback with zones that are signed, unsigned, or broken after signing."""

    def __init__(self, folder):
        if not all(shutil.which(tool, path="/usr/sbin:/usr/bin") for tool in ("nsd", "ldns-keygen",
                                                                             "ldns-signzone")):
            raise tap.Skip("nsd and ldnsutils are not installed: ./dev test says how")
        self.folder, self.zones, self.anchors = folder, [], []

    def run(self, *words):
        return subprocess.run(words, cwd=self.folder, check=True, capture_output=True, text=True).stdout

    def add(self, name, more="", is_signed=True, spoil=None):
        text = key()
        strings = " ".join(f'"{part}"' for part in ("v=DKIM1; p=" + text[:200], text[200:]))
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(ZONE.format(name=name, key=strings, more=more))
        if is_signed:
            pair = self.run("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", name).strip()
            self.run("ldns-signzone", "-n", name, pair)
            path += ".signed"
            with open(os.path.join(self.folder, f"{pair}.key"), encoding="ascii") as file:
                self.anchors.append(file.read())
        if spoil:
            with open(path, encoding="ascii") as file:
                text = file.read()
            assert spoil[0] in text, spoil
            with open(path, "w", encoding="ascii") as file:
                file.write(text.replace(*spoil))
        self.zones.append((name, path))

    def __enter__(self):
        anchor = os.path.join(self.folder, "anchors")
        with open(anchor, "w", encoding="ascii") as file:
            file.write("".join(self.anchors))
        self.anchor = anchor
        zones = "".join(f'zone:\n  name: "{name}"\n  zonefile: "{path}"\n' for name, path in self.zones)
        with open(os.path.join(self.folder, "nsd.conf"), "w", encoding="ascii") as file:
            file.write(f'server:\n  ip-address: 127.0.0.1@5300\n  username: ""\n  chroot: ""\n'
                       f'  zonesdir: "{self.folder}"\n  pidfile: "{self.folder}/nsd.pid"\n  database: ""\n'
                       f'  xfrdfile: "{self.folder}/xfrd"\n  zonelistfile: "{self.folder}/list"\n'
                       f'  xfrdir: "{self.folder}"\n  hide-version: yes\n  server-count: 1\n'
                       f'remote-control:\n  control-enable: no\n{zones}')
        self.process = subprocess.Popen(["/usr/sbin/nsd", "-d", "-c", f"{self.folder}/nsd.conf"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        time.sleep(1)
        assert self.process.poll() is None, self.process.stderr.read()
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def audit(self, name, *words):
        return audit("127.0.0.1@5300", "--no-blocklists", "--trust-anchor", self.anchor, *words, domain=name)


DIGEST = "a" * 64


@tap.case
def _():
    """DNSSEC and DANE: signed, unsigned and broken zones of NSD are told apart"""
    need_inside()
    with tempfile.TemporaryDirectory() as folder:
        nsd = Nsd(folder)
        tlsa = f"_25._tcp.mx TLSA 3 1 1 {DIGEST}"
        nsd.add("signed.example", tlsa)
        nsd.add("bare.example")
        nsd.add("2.0.192.in-addr.arpa", "25 PTR mx.signed.example.", is_signed=False)
        nsd.add("unsigned.example", tlsa, is_signed=False)
        nsd.add("usage.example", f"_25._tcp.mx TLSA 1 1 1 {DIGEST}")
        nsd.add("broken.example", tlsa, spoil=("\tMX\t10 mx", "\tMX\t20 mx"))
        nsd.add("forged.example", tlsa, spoil=(DIGEST, "b" * 64))
        with nsd:
            code, found, _ = nsd.audit("signed.example")
            assert code == 0 and only(found, "dnssec", "fine") and only(found, "dane", "fine"), found
            assert "TLSA 3 1 1 " + DIGEST in only(found, "dane", "fine")["seen"]
            code, found, _ = nsd.audit("bare.example")
            assert code == 0 and only(found, "dnssec", "fine") and only(found, "dane", "note"), found
            code, found, _ = nsd.audit("unsigned.example")
            assert code == 1 and only(found, "dnssec", "note"), found
            assert "not signed" in only(found, "dane", "weak")["title"]
            code, found, _ = nsd.audit("usage.example")
            assert "neither 2 nor 3" in only(found, "dane", "weak")["title"], found
            code, found, _ = nsd.audit("broken.example")
            assert code == 1 and only(found, "dnssec", "serious")["seen"], found
            code, found, _ = nsd.audit("forged.example")
            assert only(found, "dnssec", "fine") and only(found, "dane", "serious")["seen"], found


@tap.case
def _():
    """DANE is held against the certificate that the mail server shows"""
    need_inside()
    with tempfile.TemporaryDirectory() as folder:
        nsd = Nsd(folder)
        mail = TlsMailServer(folder)
        nsd.add("right.example", f"_25._tcp.mx TLSA 3 1 1 {mail.digest}")
        nsd.add("wrong.example", f"_25._tcp.mx TLSA 3 1 1 {DIGEST}")
        with nsd, mail:
            _, found, _ = nsd.audit("right.example", "--probe")
            assert "names the certificate" in only(found, "dane", "fine")["title"], found
            _, found, _ = nsd.audit("wrong.example", "--probe")
            wrong = only(found, "dane", "serious")
            assert wrong["fixes"][0]["value"] == f"3 1 1 {mail.digest}", wrong


class TlsMailHandler(socketserver.StreamRequestHandler):
    def handle(self):
        with contextlib.suppress(OSError, ssl.SSLError):
            self.talk()

    def talk(self):
        self.wfile.write(b"220 mx ESMTP\r\n")
        while line := self.rfile.readline():
            word = line.decode("latin-1").strip().upper()
            if word.startswith("EHLO"):
                self.wfile.write(b"250-mx\r\n250 STARTTLS\r\n")
            elif word == "STARTTLS":
                self.wfile.write(b"220 Go\r\n")
                tls = self.server.context.wrap_socket(self.connection, server_side=True)
                self.rfile, self.wfile = tls.makefile("rb"), tls.makefile("wb", buffering=0)
            elif word.startswith("RCPT"):
                self.wfile.write(b"550 5.1.1 No such user\r\n")
            elif word == "QUIT":
                self.wfile.write(b"221 Bye\r\n")
                return
            else:
                self.wfile.write(b"250 Ok\r\n")


class TlsMailServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, folder):
        super().__init__(("192.0.2.25", 25), TlsMailHandler)
        cert, keys = os.path.join(folder, "mx.pem"), os.path.join(folder, "mx.key")
        subprocess.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", keys, "-out",
                        cert, "-days", "2", "-subj", "/CN=mx.right.example"], check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(cert, keys)
        self.digest = subprocess.run(
            f"openssl x509 -in {cert} -pubkey -noout | openssl pkey -pubin -outform DER | sha256sum",
            shell=True, check=True, capture_output=True, text=True).stdout.split()[0]

    __enter__ = PolicyServer.__enter__
    __exit__ = PolicyServer.__exit__


# ---- running ----

def main():
    if os.geteuid() == 0 and INSIDE not in os.environ and shutil.which("unshare"):
        setup = " && ".join(["ip link set lo up", *(f"ip addr add {one} dev lo" for one in ADDRESSES),
                             "ip link add out type veth peer name far", "ip link set far up", f"ip addr add {OWN}/24 dev out", "ip link set out up",
                             "ip route add default dev out"])
        test = subprocess.run(["unshare", "-n", "sh", "-c", setup], capture_output=True, check=False)
        if test.returncode == 0:
            os.environ[INSIDE] = "1"
            os.execvp("unshare", ["unshare", "-n", "sh", "-c", f'{setup} && exec "$0" "$@"', sys.executable,
                                  *sys.argv])
    return tap.run(tap.wanted_cases(sys.argv[2:]))


sys.exit(main())
