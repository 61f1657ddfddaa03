#!/usr/bin/env python3
"""audit_relay.py WEIR [WORD...]: real mail servers, closed and open, probed by `weir audit --relay`; prints TAP.

Each server runs in namespaces of its own (tests/range), and is probed from an address that
it does not trust: once without, once with proof by delivery into the mailbox of another server.
"""

import json
import os
import random
import subprocess
import sys
import tempfile

import tap

HERE = os.path.dirname(os.path.abspath(__file__))
WEIR = os.path.abspath(sys.argv[1])
sys.path.insert(0, os.path.join(HERE, "..", "range"))
sys.dont_write_bytecode = True
os.chdir(os.path.join(HERE, "..", ".."))  # where the range keeps its packages
import dns  # noqa: E402
import lab  # noqa: E402
import packages  # noqa: E402
import relays  # noqa: E402
from login import Dovecot  # noqa: E402
from sink import Directory, Sink  # noqa: E402

STRANGER = "203.0.113.77"
INBOX = "proof@inbox.example"


class Maildir:
    """The mailbox of another server: what the sink takes for it lies in files."""

    def __init__(self, folder):
        self.new = os.path.join(folder, "new")
        os.makedirs(self.new)
        os.makedirs(os.path.join(folder, "cur"))
        self.count = 0

    def take(self, _, recipients, text):
        if INBOX in recipients:
            self.count += 1
            part = os.path.join(self.new, f".{self.count}")
            with open(part, "w", encoding="utf-8") as file:
                file.write(f"Return-Path: <>\nDelivered-To: {INBOX}\n"
                           + text.replace("\r\n", "\n"))
            os.rename(part, os.path.join(self.new, str(self.count)))


def write_zone(path):
    with open(path, "w", encoding="utf-8") as file:
        file.write(f"{lab.HOST} A {lab.NODE}\n"
                   "10.2.0.192.in-addr.arpa PTR " + lab.HOST + "\n"
                   "inbox.example MX 10 mx.inbox.example\n"
                   f"mx.inbox.example A {dns.address_of('inbox.example')}\n")


def probe(folder, *arguments):
    done = subprocess.run([WEIR, "audit", "--json", "--zone", os.path.join(folder, "zone"),
                           "--no-logs", "--relay", lab.HOST, *arguments],
                          capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode in (0, 1, 3), f"exit {done.returncode}: {done.stderr[-500:]}"
    return {"code": done.returncode, **json.loads(done.stdout)}


def unpack(kind):
    """The folders of the server's packages; downloads them when they are not there yet."""
    server = kind.__mro__[-3]  # the class below Mta and object
    return [packages.unpack(server.__name__.lower(), kind.packages)] if kind.packages else []


def inside(name, folder):
    """Within the namespaces: runs the server, probes it, prints what weir said."""
    lab.make_world()
    dns.serve()
    write_zone(os.path.join(folder, "zone"))
    kind = relays.KINDS[name]
    with lab.Node(os.path.join(folder, "node"), unpack(kind), kind.users) as node:
        lab.shell(f"ip route replace {lab.NODE}/32 dev world0 src {STRANGER} table local")
        mailbox = Maildir(os.path.join(folder, "inbox"))
        Sink(Directory(random.Random(name)), mailbox.take).serve()
        node.serve(sys.executable, os.path.join(lab.__file__, "..", "syslogd.py"), "/var/log")
        if name.startswith("postfix"):
            Dovecot(node, ()).start()
        kind(node, {}).start()
        plain = probe(folder)
        before = mailbox.count
        proven = probe(folder, "--deliver-to", INBOX, "--delivered-in",
                       os.path.join(folder, "inbox"))
        print(json.dumps({"plain": plain, "proven": proven, "before": before,
                          "arrived": mailbox.count}))


def run(name):
    with tempfile.TemporaryDirectory(prefix="weir-relay-") as folder:
        os.chmod(folder, 0o755)
        os.mkdir(os.path.join(folder, "node"))
        status, output = lab.in_world(sys.executable, os.path.abspath(__file__), WEIR, "--inside",
                                      name, folder)
        assert status == 0, output[-1500:]
        return json.loads(output.splitlines()[-1])


def findings(report, check, port=25):
    found = [one for one in report["findings"] if one["check"] == check
             and one["subject"] == f"{lab.HOST}:{port}"]
    assert found, f"no finding {check} of port {port}: {report['findings']}"
    return found


def outcome(report, check, port=25):
    return [one["outcome"] for one in findings(report, check, port)]


def check_closed(said, has_submission):
    for report in (said["plain"], said["proven"]):
        assert outcome(report, "relay-open") == ["fine"], findings(report, "relay-open")
        assert "forms were refused" in findings(report, "relay-open")[0]["title"]
        assert not has_submission or outcome(report, "relay-open", 587) == ["fine"], findings(report, "relay-open", 587)
    assert said["arrived"] == 0, "a closed server let mail through"


def check_late(said):
    """Accepting what it cannot deliver is no relaying, and no alarm."""
    assert outcome(said["plain"], "relay-open") == ["note"], findings(said["plain"], "relay-open")
    last = findings(said["proven"], "relay-open")
    assert {one["outcome"] for one in last} <= {"note", "fine"}, last
    assert any("sends it back" in one["title"] for one in last), last


def check_tls(report):
    """Forms are asked under TLS where the server asks for it; a login is offered only there."""
    for port, gravity in ((25, "note"), (587, "weak"), (465, "weak")):
        assert outcome(report, "relay-open", port) == ["fine"], findings(report, "relay-open", port)
        assert outcome(report, "relay-starttls", port) == ["fine"]
        assert "TLSv1.3" in findings(report, "relay-starttls", port)[0]["seen"]
        last = findings(report, "relay-certificate", port)
        assert [one["outcome"] for one in last] == [gravity], last
        assert "not trusted: self-signed certificate" in last[0]["title"], last
        assert f"for {lab.HOST}, by" in last[0]["seen"], last
    assert outcome(report, "relay-login", 587) == ["fine"]
    assert findings(report, "relay-login", 587)[0]["seen"] == "under TLS: AUTH PLAIN"
    assert "Client host rejected" in findings(report, "relay-open", 587)[0]["seen"]


def check_says(said, says):
    """What delivers nothing is never proven, whatever it says."""
    for which, wanted in zip(("plain", "proven"), says):
        found = findings(said[which], "relay-open")
        assert [one["outcome"] for one in found] == [wanted], found
    assert said["arrived"] == 0
    if says[1] == "weak":
        assert "accepted, not proven" in found[0]["title"], found
        assert "it was discarded" in found[0]["why"], found
    else:
        assert "greylisting" in found[0]["title"], found


def check_open(said, opens):
    plain, proven = (findings(said[which], "relay-open") for which in ("plain", "proven"))
    assert plain[0]["outcome"] in ("serious", "weak"), plain
    assert "accepted, not proven" in plain[0]["title"], plain
    assert said["before"] == 0, "weir sent a message that nobody asked for"
    critical = [one for one in proven if one["outcome"] == "critical"]
    assert critical and f"arrived at {INBOX}" in critical[0]["title"], proven
    assert said["proven"]["code"] == 1
    for form in opens:
        assert form in critical[0]["title"], f"{form} is missing: {critical}"
    assert critical[0]["fixes"] and "On the server" in critical[0]["fixes"][0]["value"]


def check(name):
    try:
        unpack(relays.KINDS[name])  # here: the namespaces have no network
    except packages.Unavailable as reason:
        raise tap.Skip(reason) from None
    said = run(name)
    kind = relays.KINDS[name]
    if os.environ.get("SHOW"):
        for which in ("plain", "proven"):
            for one in said[which]["findings"]:
                print("#", which, one["outcome"], one["check"], one["subject"], one["title"], "|",
                      one.get("seen"), "|", one.get("why"))
    if kind.says:
        check_says(said, kind.says)
    elif kind.late:
        check_late(said)
    elif kind.opens:
        check_open(said, kind.opens)
    else:
        check_closed(said, not name.startswith("opensmtpd"))
    if kind.tls:
        check_tls(said["plain"])
    assert outcome(said["plain"], "relay-name") == ["fine"], findings(said["plain"], "relay-name")


def main():
    if sys.argv[2:3] == ["--inside"]:
        inside(*sys.argv[3:5])
        return 0
    obstacle = lab.obstacle()
    if obstacle:
        print(f"1..0 # SKIP {obstacle}")
        return 0
    words = sys.argv[2:]
    names = [name for name in relays.KINDS if not words or any(word in name for word in words)]
    return tap.run((f"{name} is told from the others", lambda name=name: check(name))
                   for name in names)


if __name__ == "__main__":
    sys.exit(main())
