#!/usr/bin/env python3
"""dkim.py WEIR [CASE...]: `weir dkim` and `weir arc` as they are used; prints TAP.

Keys come from a name server on loopback, or from a file. What is signed with which algorithms, and how it
fails, is for the unit tests, the suites and the peers.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import tap  # noqa: E402
from dns_server import DnsServer  # noqa: E402
from tap import case  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
MAIL = b"From: anna@example.org\nTo: bob@example.net\nSubject: Rechnung\n\nHello\n"


class Room:
    """A folder with a key, its record and a mail."""

    def __init__(self, folder):
        self.folder = folder
        self.told = self.weir("dkim", "keygen", "--selector", "s", "--type", "ed25519", "--out",
                              "key", "example.org").stdout.decode()
        self.record = re.search(r"^v=DKIM1.*$", self.told, re.M).group(0)
        self.write("zone", f's._domainkey.example.org TXT "{self.record}"\n'.encode())
        self.write("mail", MAIL)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return name

    def weir(self, *arguments, stdin=b""):
        return subprocess.run([WEIR, *arguments], cwd=self.folder, input=stdin, capture_output=True,
                              check=False, timeout=120)

    def sign(self, *arguments, mail="mail"):
        done = self.weir("dkim", "sign", "--domain", "example.org", "--selector", "s", "--key",
                         "key", *arguments, mail)
        assert done.returncode == 0, done
        return done.stdout

    def seal(self, name):
        done = self.weir("arc", "seal", "--domain", "example.org", "--selector", "s", "--key", "key",
                         "--server", "mx.example.org", "--zone", "zone", name)
        assert done.returncode == 0, done
        return done.stdout

    def verify(self, *arguments, stdin=b""):
        done = self.weir("dkim", "verify", "--json", *arguments, stdin=stdin)
        return done.returncode, [json.loads(line) for line in done.stdout.splitlines()]


@case
def signs_and_verifies(room):
    """a mail is signed, and its signature passes"""
    mail = room.sign()
    assert mail.endswith(MAIL) and mail.startswith(b"DKIM-Signature: v=1; a=ed25519-sha256;"), mail
    assert b"\r" not in mail and b"h=From:From:To:To:Subject:Subject:" in mail, mail
    code, found = room.verify("--zone", "zone", "-", stdin=mail)
    assert code == 0 and found[0]["result"] == "pass", found
    assert found[0]["signatures"][0]["headers"][:4] == ["From", "From", "To", "To"], found


@case
def asks_a_name_server(room):
    """keys come from the name server that is named; one that does not answer is a temporary error"""
    room.write("signed", room.sign())
    zone = {"s._domainkey.example.org": [("TXT", room.record)]}
    with DnsServer(zone) as server:
        code, found = room.verify("--resolver", server.address, "signed")
    assert code == 0 and found[0]["result"] == "pass", found
    with DnsServer({"s._domainkey.example.org": ["SERVFAIL"]}) as server:
        code, found = room.verify("--resolver", server.address, "signed")
    assert code == 3 and found[0]["result"] == "temperror", (code, found)
    with DnsServer({}) as server:
        code, found = room.verify("--resolver", server.address, "signed")
    assert code == 1 and found[0]["signatures"][0]["reason"] == "there is no key at its name", found


@case
def tells_for_each_message(room):
    """several messages at once: each has its line, and one that fails decides the exit code"""
    room.write("signed", room.sign())
    room.write("changed", room.sign() + b"more\n")
    code, found = room.verify("--zone", "zone", "signed", "changed", "mail")
    assert code == 1, code
    assert [one["result"] for one in found] == ["pass", "fail", "none"], found
    done = room.weir("dkim", "verify", "--zone", "zone", "signed", "changed", "nowhere")
    assert done.returncode == 3 and b"nowhere" in done.stderr, done
    assert done.stdout.startswith(b"signed: pass\n  pass       example.org, selector s"), done.stdout
    assert b"the body is not the one that was signed" in done.stdout, done.stdout


@case
def escapes_what_is_foreign(room):
    """what a signature says cannot move the cursor"""
    room.write("bad", b"DKIM-Signature: v=\x1b[2J; d=\x1b]0;\x07\nFrom: a@example.org\n\n")
    for options in ((), ("--json",)):
        done = room.weir("dkim", "verify", "--zone", "zone", *options, "bad")
        assert done.returncode == 1 and b"\x1b" not in done.stdout, done


@case
def makes_keys(room):
    """a key is for its owner alone, is never written over, and comes with what to paste where"""
    assert os.stat(room.path("key")).st_mode & 0o777 == 0o600
    before = open(room.path("key"), "rb").read()
    done = room.weir("dkim", "keygen", "--selector", "s", "--out", "key", "example.org")
    assert done.returncode == 3 and b"File exists" in done.stderr, done
    assert open(room.path("key"), "rb").read() == before
    assert "tail -c 32 | base64 > " + room.path("key.rspamd") in room.told, room.told
    done = room.weir("dkim", "keygen", "--time", "1772366400", "example.org")
    told = done.stdout.decode()
    assert os.path.exists(room.path("example.org.weir202603.key")), told
    for words in ("weir202603._domainkey.example.org. IN TXT ( \"v=DKIM1; k=rsa; p=", "KeyTable",
                  "dkim_signing.conf", "dkim_private_key = ", "weir dkim sign --domain example.org"):
        assert words in told, (words, told)
    strings = re.search(r"IN TXT \( (.*?) \)", told, re.S).group(1)
    strings = re.findall(r'"([^"]*)"', strings)
    assert len(strings) == 2 and all(len(one) <= 255 for one in strings), strings
    assert "".join(strings) in told.splitlines(), told


@case
def refuses_wrong_usage(room):
    """wrong usage is said, with exit code 2"""
    for arguments, words in (
            ((), b"usage"), (("frob",), b"usage"), (("verify",), b"which message"),
            (("verify", "--key", "key", "mail"), b"takes no --key"),
            (("verify", "--frob", "mail"), b"--frob"),
            (("verify", "--zone", "nowhere", "mail"), b"nowhere"),
            (("verify", "--zone", "zone", "--resolver", "127.0.0.1", "mail"), b"exclude"),
            (("verify", "--time", "today", "--zone", "zone", "mail"), b"--time"),
            (("sign", "--time", "9223372036854775807", "--lifetime", "7d", "mail"), b"--time"),
            (("keygen", "--selector", "s" * 60, ".".join(["a" * 60] * 3)), b"together"),
            (("sign", "mail"), b"are needed"),
            (("sign", "--domain", "example.org", "--selector", "s", "--key", "mail", "mail"),
             b"no private key"),
            (("sign", "--lifetime", "0", "mail"), b"--lifetime"),
            (("sign", "--header-canonicalization", "nowsp", "mail"), b"nowsp"),
            (("keygen",), b"which domain"), (("keygen", "a", "b"), b"one too many"),
            (("keygen", "exa mple.org"), b"no name"), (("keygen", "../../etc"), b"no name"),
            (("keygen", "--bits", "512", "example.org"), b"RFC 8301"),
            (("keygen", "--type", "dsa", "example.org"), b"dsa"),
            (("keygen", "--type", "ed25519", "--bits", "2048", "example.org"), b"RSA")):
        done = room.weir("dkim", *arguments)
        assert done.returncode == 2 and words in done.stderr, (arguments, done)
    for arguments in (("dkim", "--help"), ("dkim", "verify", "--help"), ("arc", "-h")):
        done = room.weir(*arguments)
        assert done.returncode == 0 and done.stdout.startswith(b"usage: weir "), done
    done = room.weir("arc", "seal", "mail")
    assert done.returncode == 2 and b"are needed" in done.stderr, done


@case
def does_not_sign_what_nobody_should(room):
    """a mail without From, or with two, is not signed"""
    for name, mail in (("none", b"To: bob@example.net\n\nHello\n"), ("two", b"From: a\n" + MAIL),
                       ("empty", b""), ("body", b"\n" + MAIL)):
        room.write(name, mail)
        done = room.weir("dkim", "sign", "--domain", "example.org", "--selector", "s", "--key", "key",
                         name)
        assert done.returncode == 3 and not done.stdout and b"From" in done.stderr, (name, done)


@case
def keeps_a_separator_in_front(room):
    """the "From " line of an mbox stays the first line"""
    room.write("mbox", b"From anna Sun Mar  1 10:00:00 2026\n" + MAIL)
    mail = room.sign(mail="mbox")
    assert mail.startswith(b"From anna Sun Mar  1 10:00:00 2026\nDKIM-Signature:"), mail
    assert room.verify("--zone", "zone", "-", stdin=mail)[1][0]["result"] == "pass"


@case
def takes_hostile_mails(room):
    """a line of 100 MB, NULs and a thousand signatures end soon"""
    room.write("line", MAIL + b"x" * 100_000_000)
    room.write("nul", MAIL + b"\0 \0\r\0\n\0" * 1000)
    for name in ("line", "nul"):
        room.write("signed", room.sign(mail=name))
        code, found = room.verify("--zone", "zone", "signed")
        assert code == 0 and found[0]["result"] == "pass", (name, found)
    field = room.sign()[:-len(MAIL)].replace(b"bh=", b"bh=AA")
    room.write("many", field * 900 + MAIL)
    code, found = room.verify("--zone", "zone", "many")
    assert code == 1 and found[0]["lost"] == 880 and len(found[0]["signatures"]) == 20, code


@case
def refuses_what_does_not_end(room):
    """a file without an end is refused, and not read for ever"""
    for command in ("dkim", "arc"):
        done = room.weir(command, "verify", "--zone", "zone", "/dev/zero")
        assert done.returncode == 3 and b"more than" in done.stderr, done


@case
def seals_chains(room):
    """a mail that is passed on twice has a chain that holds, until it is changed"""
    room.write("once", room.seal("mail"))
    room.write("twice", room.seal("once"))
    room.write("changed", open(room.path("twice"), "rb").read() + b"more\n")
    done = room.weir("arc", "verify", "--json", "--zone", "zone", "twice", "changed", "mail")
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1, done
    assert [one["result"] for one in found] == ["pass", "fail", "none"], found
    assert [one["chain"] for one in found[0]["sets"]] == ["none", "pass"], found
    assert found[0]["sets"][0]["results"] == "mx.example.org; none", found
    room.write("broken", room.seal("changed"))
    assert room.seal("broken") == open(room.path("broken"), "rb").read()
    done = room.weir("arc", "verify", "--zone", "zone", "broken")
    assert b"the seal of set 3 says cv=fail" in done.stdout, done.stdout


def in_room(function):
    def run_one():
        with tempfile.TemporaryDirectory(prefix="weir-") as folder:
            function(Room(folder))
    return run_one


sys.exit(tap.run((name, in_room(function)) for name, function in tap.wanted_cases(sys.argv[2:])))
