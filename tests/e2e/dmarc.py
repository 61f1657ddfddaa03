#!/usr/bin/env python3
"""dmarc.py WEIR: weir dmarc over a real name server on loopback; prints TAP."""

import json
import subprocess
import sys

import tap
from dns_server import DnsServer

WEIR = sys.argv[1]
LONG = "v=DMARC1; p=reject; " + "x=1; " * 12000 + "rua=mailto:a@long.example"

ZONE = {
    "_dmarc.example.com": [("TXT", ["v=DMARC1; p=reject; sp=quarantine; np=reject; ",
                                    "rua=mailto:d@example.com,mailto:d@reports.example.net,"
                                    "mailto:d@stranger.example; pct=50"])],
    "example.com._report._dmarc.reports.example.net": [("TXT", "v=DMARC1")],
    "news.example.com": [("A", "192.0.2.1")],
    "_dmarc.two.example": [("TXT", "v=DMARC1; p=none"), ("TXT", "v=DMARC1; p=reject")],
    "_dmarc.typo.example": [("TXT", "v=DMARC1 p=reject")],
    "_dmarc.bank.example": [("TXT", "v=DMARC1; p=reject; psd=y")],
    "_dmarc.giant.bank.example": [("TXT", "v=DMARC1; p=quarantine; t=y; rua=mailto:a@giant.bank.example")],
    "_dmarc.good.example": [("TXT", "v=DMARC1; p=reject; rua=mailto:a@good.example")],
    "_dmarc.many.example": [("TXT", f"text {i}") for i in range(800)]
                           + [("TXT", "v=DMARC1; p=reject; rua=mailto:a@many.example")],
    "_dmarc.long.example": [("TXT", LONG)],
    "_dmarc.failing.example": ["SERVFAIL"],
    "_dmarc.garbage.example": ["GARBAGE"],
}


def weir(*words):
    done = subprocess.run([WEIR, "dmarc", *words], capture_output=True, text=True, timeout=60,
                          check=False)
    return done.returncode, done.stdout, done.stderr


def check(domain, exit_code):
    with DnsServer(ZONE) as server:
        code, out, err = weir("check", "--json", "--resolver", server.address, domain)
    assert code == exit_code, f"exit {code}: {out}{err}"
    return json.loads(out)


def codes(found):
    return [problem["code"] for problem in found["problems"]]


@tap.case
def names_the_policy():
    """a subdomain that exists takes sp of the organisation's record"""
    found = check("news.example.com", 1)
    assert found["exists"] is True
    assert found["organizational_domain"] == found["listed_domain"] == "example.com"
    assert found["policy"]["domain"] == "example.com", found["policy"]
    assert (found["policy"]["tag"], found["policy"]["published"]) == ("sp", "quarantine")
    assert [one["domain"] for one in found["walk"]] == ["news.example.com", "example.com", "com"]


@tap.case
def tells_absent_names():
    """a name that does not exist takes np"""
    found = check("gone.example.com", 1)
    assert found["exists"] is False
    assert (found["policy"]["tag"], found["policy"]["published"]) == ("np", "reject")


@tap.case
def asks_those_who_get_reports():
    """each destination of reports is asked, and what it must publish is shown"""
    found = check("example.com", 1)
    assert [one["status"] for one in found["reports"]] == ["own", "agreed", "refused"], found["reports"]
    refused = [one for one in found["problems"] if one["code"] == "dmarc-report-refused"]
    assert [(one["name"], one["value"]) for one in refused] == [
        ("example.com._report._dmarc.stranger.example", "v=DMARC1")], refused
    assert any("pct=50 is removed" in one["text"] for one in found["problems"])


@tap.case
def finds_records_that_are_none():
    """several records, and one that is misspelt, are none: the record to keep or publish is shown"""
    found = check("two.example", 1)
    assert codes(found) == ["dmarc-several", "dmarc-missing"], codes(found)
    assert found["problems"][0]["value"] == "v=DMARC1; p=reject" and found["policy"] is None
    found = check("typo.example", 1)
    assert codes(found) == ["dmarc-unreadable", "dmarc-missing"], codes(found)
    assert found["problems"][1]["name"] == "_dmarc.typo.example"
    assert found["problems"][1]["value"].startswith("v=DMARC1; p=none; rua=mailto:")


@tap.case
def knows_public_suffixes():
    """psd=y ends the walk; t=y lowers; two ways that differ are told"""
    found = check("giant.bank.example", 0)
    assert found["organizational_domain"] == "giant.bank.example"
    assert found["listed_domain"] == "bank.example"
    assert (found["policy"]["published"], found["policy"]["applied"]) == ("quarantine", "none")
    assert set(codes(found)) == {"dmarc-organisation", "dmarc-test"}, codes(found)
    found = check("new.bank.example", 0)
    assert codes(found) == ["dmarc-organisation", "dmarc-suffix-policy"], codes(found)


@tap.case
def does_not_guess_a_policy():
    """what the DNS did not answer is not known, and not "none\""""
    with DnsServer(ZONE) as server:
        for domain, words in (("failing.example", "policy        unknown: the DNS"),
                              ("plain.example", "policy        none: no record applies")):
            _, out, err = weir("check", "--resolver", server.address, domain)
            assert words in out, (domain, out, err)


@tap.case
def finds_nothing_to_mend():
    """a good record leaves no problem, among 800 other texts, too"""
    for domain in ("good.example", "many.example"):
        found = check(domain, 0)
        assert not found["problems"] and found["policy"]["published"] == "reject", found


@tap.case
def bears_a_long_record():
    """a record of 60,000 bytes is read, within its limits"""
    found = check("long.example", 1)
    assert found["policy"]["published"] == "reject" and len(found["problems"]) < 40


@tap.case
def says_that_the_dns_failed():
    """SERVFAIL and garbage: exit 3, and no policy is made up"""
    for domain in ("failing.example", "garbage.example"):
        found = check(domain, 3)
        assert codes(found) == ["dmarc-dns"] and found["policy"] is None, found


@tap.case
def judges_mails():
    """evaluate judges by SPF and DKIM results, as text and as JSON"""
    rows = [
        (["--from", "example.com", "--spf", "pass:bounces.example.com"], 0, "pass", "none"),
        (["--from", "example.com", "--spf", "pass:example.net", "--dkim", "fail:example.com"], 1, "fail", "reject"),
        (["--from", "giant.bank.example", "--dkim", "pass:mega.bank.example"], 1, "fail", "none"),
        (["--from", "good.example", "--dkim", "temperror:good.example"], 3, "temperror", "none"),
        (["--from", "nothing.example", "--dkim", "pass:nothing.example"], 0, "none", "none"),
        (["--from", "a@b"], 3, "permerror", "none"),
    ]
    with DnsServer(ZONE) as server:
        for words, exit_code, result, disposition in rows:
            code, out, _ = weir("evaluate", "--json", "--resolver", server.address, *words)
            found = json.loads(out)
            assert (code, found["result"], found["disposition"]) == (exit_code, result, disposition), found
            code, out, _ = weir("evaluate", "--resolver", server.address, *words)
            assert code == exit_code and out.startswith(result), out


@tap.case
def shows_text():
    """the text names policy, organisation and the record to publish, and passes no control bytes"""
    zone = {"_dmarc.evil.example": [("TXT", "v=DMARC1; p=none; x=\x1b[31m; rua=mailto:a@evil.example")]}
    with DnsServer(zone) as server:
        code, out, _ = weir("check", "--resolver", server.address, "evil.example")
    assert code == 1 and "\x1b" not in out and "\\x1b" in out, out
    assert "policy        none, from p= at _dmarc.evil.example" in out, out
    assert 'publish  _dmarc.evil.example  TXT  "v=DMARC1; p=none; rua=mailto:a@evil.example"' in out, out


@tap.case
def refuses_wrong_usage():
    """wrong usage: exit 2 and one sentence"""
    for words in ((), ("nothing",), ("check",), ("check", "a", "b"), ("check", "a..b"),
                  ("check", "--zone", "/nonexistent", "a"), ("evaluate",),
                  ("evaluate", "--from", "a.example", "--spf", "maybe:a.example"),
                  ("check", "--public-suffixes", "/nonexistent", "--zone", "/dev/null", "a")):
        code, out, err = weir(*words)
        assert code == 2 and not out and err, (words, code, out, err)


sys.exit(tap.run(tap.wanted_cases(sys.argv[2:])))
