#!/usr/bin/env python3
"""spf.py WEIR: `weir spf` as it is used: options, output, exit codes, hostile answers over the wire."""

import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import dns_server  # noqa: E402  pylint: disable=wrong-import-position
import tap  # noqa: E402  pylint: disable=wrong-import-position

WEIR = sys.argv[1]
ZONE = """example.com TXT "v=spf1 mx include:_spf.example.net -all exp=why.example.com"
example.com MX 10 mx.example.com
mx.example.com A 192.0.2.1
_spf.example.net TXT "v=spf1 ip4:198.51.100.0/24 a:gone.example.net ~all"
why.example.com TXT "%{c} is no server of %{d}, says \\027[31m%{r} to %{l}"
why2.example.com TXT "%{c} is no server of %{d}, says %{r} to %{l}"
said.example.com TXT "v=spf1 -all exp=why2.example.com"
"""


def run(*arguments, zone=None, code=0):
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as file:
        file.write(zone or "")
        file.flush()
        more = ["--zone", file.name] if zone is not None else []
        done = subprocess.run([WEIR, "spf", *arguments, *more], capture_output=True, timeout=120,
                              check=False)
    assert done.returncode == code, f"exit code {done.returncode}: {done.stderr}"
    return done.stdout.decode(), done.stderr.decode()


def ask(ip, mail_from, *arguments, **options):
    out, _ = run("--json", "--ip", ip, "--helo", "mail.example.com", "--mail-from", mail_from,
                 *arguments, **options)
    return json.loads(out)


@tap.case
def tells_people():
    """people read the result, why, and each term with its questions"""
    out, _ = run("--ip", "192.0.2.9", "--helo", "mail.example.com", "--mail-from",
                 "<anna@example.com>", zone=ZONE)
    lines = out.splitlines()
    assert lines[0] == "fail: this client may not send", out
    for words in ("lookups     3 of 10, without an answer 1 of 2", "-all  ", "A gone.example.net: no such name",
                  "_spf.example.net:", "exp=why.example.com", "cannot be used"):
        assert words in out, f"{words}: {out}"
    assert "\x1b" not in out


@tap.case
def tells_programs():
    """the JSON has the result, the explanation, and every visit in its order"""
    got = ask("198.51.100.7", "anna@example.com", zone=ZONE)
    assert got["version"] == 1 and got["result"] == "pass" and got["explanation"] is None
    assert got["identity"] == "mailfrom" and got["domain"] == "example.com"
    assert [(one["term"], one["domain"], one["depth"], one["outcome"]) for one in got["visits"]] == [
        ("mx", "example.com", 0, "no match"),
        ("include:_spf.example.net", "example.com", 0, "match"),
        ("ip4:198.51.100.0/24", "_spf.example.net", 1, "match")], got["visits"]
    assert [one["type"] for one in got["visits"][0]["questions"]] == ["MX", "A"]
    assert got["lookups"] == 2 and got["voids"] == 0 and got["lost"] == 0


@tap.case
def explains_a_fail():
    """an explanation is expanded, with this host's name where it is given"""
    got = ask("192.0.2.9", "anna@said.example.com", "--receiver", "mx.example.org", zone=ZONE)
    assert got["explanation"] == "192.0.2.9 is no server of said.example.com, says mx.example.org to anna", got
    assert got["explanation_is_default"] is False
    got = ask("192.0.2.9", "anna@example.com", zone=ZONE)
    assert got["explanation"] and got["explanation_is_default"] is True


@tap.case
def checks_helo():
    """without a sender, or with an empty one, HELO is checked"""
    for arguments in ([], ["--mail-from", ""], ["--mail-from", "<>"]):
        out, _ = run("--json", "--ip", "192.0.2.1", "--helo", "example.com", *arguments, zone=ZONE)
        got = json.loads(out)
        assert got["result"] == "pass" and got["identity"] == "helo", got
        assert got["sender"] == "postmaster@example.com"


@tap.case
def refuses_wrong_usage():
    """wrong usage is exit code 2, with words"""
    for arguments, words in (
            ([], "--ip is needed"), (["--ip", "192.0.2.1"], "--helo or --mail-from"),
            (["--ip", "192.0.2.0/24", "--helo", "a.b"], "one address"),
            (["--ip", "mail.example.com", "--helo", "a.b"], "one address"),
            (["--ip", "192.0.2.1", "--helo", "a.b", "more"], "options only"),
            (["--ip", "192.0.2.1", "--helo", "a.b", "--timeout", "0"], "1 to 600"),
            (["--ip", "192.0.2.1", "--helo", "a.b", "--zone", "/nonexistent"], "/nonexistent"),
            (["--ip", "192.0.2.1", "--helo", "a.b", "--resolver", "nobody"], "nobody"),
            (["--what"], "--help")):
        out, told = run(*arguments, code=2)
        assert not out and words in told, f"{arguments}: {told}"
    out, _ = run("--ip", "192.0.2.1", "--helo", "a.b", zone="no record\n", code=2)
    out, _ = run("--help")
    assert out.startswith("usage: weir spf")


@tap.case
def tells_of_a_full_disk():
    """what could not be written is exit code 3, with words"""
    with tempfile.NamedTemporaryFile("w") as keys, open("/dev/full", "wb") as full:
        keys.write("0 secret\n")
        keys.flush()
        for arguments in (["spf", "--ip", "192.0.2.1", "--helo", "a.b", "--zone", "/dev/null"],
                          ["prvs", "sign", "--key-file", keys.name, "anna@example.org"]):
            done = subprocess.run([WEIR, *arguments], stdout=full, stderr=subprocess.PIPE,
                                  timeout=120, check=False)
            assert done.returncode == 3 and b"No space" in done.stderr, (arguments, done)


@tap.case
def survives_hostile_answers():
    """large answers, broken ones, loops and servers that refuse end in a result"""
    table = {
        "big.example.com": [{"TXT": "v=spf1 " + "ip4:192.0.2.1 " * 4400 + "-all"}],
        "many.example.com": [("TXT", "v=spf1 a -all")] +
                            [("A", f"198.51.{i // 250}.{i % 250}") for i in range(1500)],
        "circle.example.com": [("TXT", "v=spf1 include:circle.example.com")],
        "alias.example.com": [("CNAME", "alias2.example.com")],
        "alias2.example.com": [("CNAME", "alias.example.com")],
        "broken.example.com": ["GARBAGE"],
        "refused.example.com": ["REFUSED"],
        "servfail.example.com": [("TXT", "v=spf1 a:x.servfail.example.com -all")],
        "x.servfail.example.com": ["SERVFAIL"],
        "bytes.example.com": [("TXT", b"v=spf1 a:\xff\x00.example.com -all")],
    }
    with dns_server.DnsServer(table) as server:
        for name, result in (("big", "pass"), ("many", "pass"), ("circle", "permerror"),
                             ("alias", "temperror"), ("refused", "temperror"), ("servfail", "temperror"),
                             ("bytes", "permerror"), ("broken", "temperror"), ("nothing", "none")):
            ip = "198.51.5.249" if name == "many" else "192.0.2.1"
            got = ask(ip, f"a@{name}.example.com", "--resolver", server.address, "--timeout", "5")
            assert got["result"] == result, f"{name}: {got['result']} {got['problem']}"
            assert (got["problem"] is None) == (result == "pass")


@tap.case
def ends_in_time():
    """a record whose every name is slow ends with the time that was given"""
    table = {"slow.example.com": [("TXT", "v=spf1 ptr:a.example.com mx -all"),
                                  *[("MX", i, f"m{i}.slow.example.com") for i in range(10)]],
             "1.2.0.192.in-addr.arpa": [("PTR", f"h{i}.slow.example.com") for i in range(10)]}
    table.update({f"{kind}{i}.slow.example.com": ["TIMEOUT"] for i in range(10) for kind in "hm"})
    with dns_server.DnsServer(table) as server:
        start = time.monotonic()
        got = ask("192.0.2.1", "a@slow.example.com", "--resolver", server.address, "--timeout", "2")
        assert got["result"] == "temperror", got
        assert "timed out" in got["problem"]
        assert time.monotonic() - start < 15
        assert len(server.questions) < 200


sys.exit(tap.run(tap.CASES))
