#!/usr/bin/env python3
"""dmarc_reports.py WEIR: `weir dmarc reports` as it is used, and against hostile input; prints TAP.

Reports are made here, packed in every way that receivers have, and some that attackers have.
WEIR_MANY: how many mails the large Maildir has.
"""

import base64
import bz2
import functools
import gzip
import io
import json
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import zipfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "bench"))
sys.dont_write_bytecode = True
import tap  # noqa: E402
from tap import case  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
GENERATOR = os.path.join(HERE, "..", "bench", "dmarc_report.py")
MANY = int(os.environ.get("WEIR_MANY", "2000"))
DAY = 86400
START = 1767225600

GOOD = ("192.0.2.1", 200, "pass", "pass",
        "<dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>"
        "<spf><domain>example.org</domain><result>pass</result></spf>")
BAD = ("192.0.2.1", 30, "fail", "fail", "<spf><domain>www.example</domain><result>pass</result></spf>")


def row(ip, count, dkim, spf, auth):
    return (f"<record><row><source_ip>{ip}</source_ip><count>{count}</count><policy_evaluated>"
            f"<disposition>none</disposition><dkim>{dkim}</dkim><spf>{spf}</spf></policy_evaluated>"
            f"</row><identifiers><header_from>example.org</header_from></identifiers><auth_results>"
            f"{auth}</auth_results></record>")


def report(number=0, rows=(GOOD,), org="receiver.example", policy="none"):
    begin = START + number * DAY
    return (f"<?xml version=\"1.0\"?>\n<feedback><report_metadata><org_name>{org}</org_name><email>"
            f"d@receiver.example</email><report_id>r{number}</report_id><date_range><begin>{begin}"
            f"</begin><end>{begin + DAY - 1}</end></date_range></report_metadata><policy_published>"
            f"<domain>example.org</domain><p>{policy}</p></policy_published>"
            f"{''.join(row(*one) for one in rows)}</feedback>\n").encode()


def mail(data, name="report.xml.gz", kind="application/gzip", encoding="base64"):
    body = base64.encodebytes(data).decode() if encoding == "base64" else data.decode()
    return (f"From: d@receiver.example\nTo: dmarc@reports.example\nDate: Thu, 1 Jan 2026 10:00:00 "
            f"+0000\nMessage-ID: <{hash(data)}@receiver.example>\nSubject: Report Domain: "
            f"example.org\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n"
            f"Content-Type: text/plain\n\nA report.\n--b\nContent-Type: {kind}; name=\"{name}\"\n"
            f"Content-Transfer-Encoding: {encoding}\n\n{body}\n--b--\n").encode()


def zipped(**members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return data.getvalue()


def put(folder, name, data):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    return path


def run(folder, *arguments, stdin=None, before=None):
    environment = dict(os.environ, NO_COLOR="1", TERM="dumb", SOURCE_DATE_EPOCH=str(START))
    return subprocess.run([WEIR, "dmarc", "reports", *arguments], cwd=folder, env=environment,
                          input=stdin, capture_output=True, timeout=300, preexec_fn=before,
                          check=False)


def read(folder, code, *arguments, **others):
    """The JSON; the exit code is as wanted."""
    done = run(folder, "--json", *arguments, **others)
    assert done.returncode == code, f"exit {done.returncode}: {done.stderr.decode()}{done.stdout.decode()[:1500]}"
    return json.loads(done.stdout)


def counts(told, *names):
    return tuple(told["inputs"][name] for name in names)


def fails(folder, sentence, *arguments, **others):
    """Nothing is reported but a sentence."""
    done = run(folder, *arguments, **others)
    words = done.stderr.decode()
    assert done.returncode in (2, 3) and sentence in words, f"exit {done.returncode}: {words}"
    assert words.count("\n") == 1, words


@case
def every_form(folder):
    """a report in every form that receivers send"""
    forms = {
        "plain.xml": lambda x: x,
        "bom.xml": lambda x: b"\xef\xbb\xbf\n" + x,
        "utf16.xml": lambda x: x.decode().encode("utf-16"),
        "packed.xml.gz": gzip.compress,
        "twice.xml.gz": lambda x: gzip.compress(gzip.compress(x)),
        "bz2.bin": bz2.compress,
        "one.zip": lambda x: zipped(**{"a.xml": x}),
        "within.zip": lambda x: zipped(**{"a.xml.gz": gzip.compress(x)}),
        "zip.gz": lambda x: gzip.compress(zipped(**{"a.xml": x})),
        "text.xml": lambda x: base64.encodebytes(gzip.compress(x)),
        "mail.eml": lambda x: mail(gzip.compress(x)),
        "zip.eml": lambda x: mail(zipped(**{"a.xml": x}), "a.zip", "application/zip"),
        "octets.eml": lambda x: mail(gzip.compress(x), "a", "application/octet-stream"),
        "wrong.eml": lambda x: mail(gzip.compress(x), "a.pdf", "application/pdf"),
        "text.eml": lambda x: mail(x, "a.xml", "text/xml", "7bit"),
        "double.eml": lambda x: mail(base64.encodebytes(gzip.compress(x)), "a.xml", "text/xml"),
        "forwarded.eml": lambda x: mail(mail(gzip.compress(x)), "x", "message/rfc822", "7bit"),
        "mails.zip": lambda x: zipped(**{"a.eml": mail(gzip.compress(x))}),
        "box.mbox": lambda x: b"From a Thu Jan  1 10:00:00 2026\n" + mail(gzip.compress(x)) + b"\n",
    }
    for number, (name, pack) in enumerate(forms.items()):
        path = put(folder, name, pack(report(number)))
        told = read(folder, 0, path)
        assert counts(told, "dmarc_reports", "rows", "problems") == (1, 1, 0), (name, told["inputs"], told["problems"])
        assert told["domains"][0]["messages"] == 200, name
    told = read(folder, 0, folder)
    assert counts(told, "dmarc_reports", "known", "problems") == (len(forms), 0, 0), told["inputs"]
    with open(os.path.join(folder, "packed.xml.gz"), "rb") as file:
        assert counts(read(folder, 0, "-", stdin=file.read()), "dmarc_reports") == (1,)


@case
def many_in_one(folder):
    """an archive and an mbox with several reports, and files that are none among them"""
    archive = zipped(**{f"{n}.xml": report(n) for n in range(5)}, **{"read.me": b"hello"})
    box = b"".join(b"From a Thu Jan  1 10:00:00 2026\n" + mail(gzip.compress(report(n))) + b"\n"
                   for n in range(3, 300))
    put(folder, "in/a.zip", archive)
    put(folder, "in/b.mbox", box)
    put(folder, "in/notes.txt", b"nothing")
    told = read(folder, 0, "in")
    assert counts(told, "dmarc_reports", "known", "passed_over") == (300, 2, 2), told["inputs"]
    assert told["domains"][0]["reports"] == 300 and len(told["domains"][0]["days"]) == 300


@case
def counts_once(folder):
    """a report that comes again counts once, across runs; a whole one replaces one cut off"""
    whole = report(0, [GOOD] * 50)
    put(folder, "cut.xml", whole[:len(whole) // 2])
    put(folder, "whole.xml", whole)
    told = read(folder, 3, "--database", "r.db", "cut.xml")
    some = told["domains"][0]["messages"]
    assert 0 < some < 50 * 200 and "cut off or broken after" in told["problems"][0], told["problems"]
    told = read(folder, 0, "--database", "r.db", "whole.xml")
    assert told["domains"][0]["messages"] == 50 * 200 and told["domains"][0]["reports"] == 1
    told = read(folder, 0, "--database", "r.db", "cut.xml", "whole.xml")
    assert counts(told, "known", "dmarc_reports") == (2, 0), told["inputs"]
    told = read(folder, 0, "--database", "r.db")
    assert told["domains"][0]["messages"] == 50 * 200 and told["domains"][0]["reports"] == 1


@case
def answers(folder):
    """who sends, what fails, and which record comes next"""
    for number in range(20):
        put(folder, f"in/{number}.eml", mail(gzip.compress(report(number, [GOOD]))))
    told = read(folder, 0, "in")["domains"][0]
    assert told["reject"]["answer"] == "yes" and told["reject"]["days"] == 20, told["reject"]
    assert told["reject"]["record"] == "v=DMARC1; p=quarantine; t=y; rua=mailto:dmarc@reports.example"
    put(folder, "in/bad.xml", report(20, [GOOD, BAD]))
    told = read(folder, 1, "in")["domains"][0]
    assert told["reject"] == {"answer": "not-yet", "would_be_lost": 30, "forwarded_lost": 0,
                              "tolerated": 0, "days": 21, "record": None}, told["reject"]
    sender = told["senders"][0]
    assert sender["verdict"] == "partly" and sender["faults"]["no_signature"] == 30
    assert "weir dkim keygen example.org" in sender["fix"]
    text = run(folder, "in").stdout.decode()
    for words in ("Not yet: 30 messages of yours would be lost, from 192.0.2.1.",
                  "30 of 4,230 fail: no signature; SPF passes for www.example",
                  "Yours, but some mails fail · 4,230 messages"):
        assert words in text, f"{words!r} is not in {text}"
    told = read(folder, 0, "--domain", "Other.example", "in")
    assert told["domains"] == []
    assert read(folder, 1, "--domain", "Example.ORG", "in")["domains"][0]["messages"] == 4230


@case
def own_networks(folder):
    """--own makes an address the domain's own"""
    lost = ("198.51.100.9", 70, "fail", "fail", "<spf><domain>example.org</domain><result>fail</result></spf>")
    put(folder, "a.xml", report(0, [GOOD, lost]))
    told = read(folder, 0, "a.xml")["domains"][0]
    assert [one["verdict"] for one in told["senders"]] == ["right", "stranger"]
    told = read(folder, 1, "--own", "198.51.100.0/28", "a.xml")["domains"][0]
    assert [one["verdict"] for one in told["senders"]] == ["right", "partly"]
    assert "ip4:198.51.100.9" in told["senders"][1]["fix"]
    fails(folder, "is no address and no network", "--own", "198.51.100.0/99", "a.xml")


@case
def tls(folder):
    """TLS reports: what failed and what to do"""
    text = json.dumps({"organization-name": "receiver.example", "report-id": "t1", "date-range": {
        "start-datetime": "2026-01-01T00:00:00Z", "end-datetime": "2026-01-01T23:59:59Z"},
        "policies": [{"policy": {"policy-type": "sts", "policy-domain": "example.org"}, "summary": {
            "total-successful-session-count": 5, "total-failure-session-count": 2},
            "failure-details": [{"result-type": "certificate-expired", "failed-session-count": 2,
                                 "receiving-mx-hostname": "mx.example.org"}]}]}).encode()
    put(folder, "a.json.gz", gzip.compress(text))
    put(folder, "b.eml", mail(gzip.compress(text), "a.json.gz", "application/tlsrpt+gzip"))
    told = read(folder, 1, "a.json.gz", "b.eml")
    assert counts(told, "tls_reports", "known") == (1, 1)
    one = told["tls"][0]
    assert (one["domain"], one["successes"], one["failures"]) == ("example.org", 5, 2), one
    assert one["details"][0]["host"] == "mx.example.org" and "Renew" in one["details"][0]["fix"]


@case
def page(folder):
    """the page needs nothing else, and what strangers wrote does not act in it"""
    evil = "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&gt;"
    text = report(0, [GOOD], org=evil).replace(b"example.org</domain><p>", evil.encode() + b"</domain><p>")
    put(folder, "a.xml", text)
    assert run(folder, "--html", "p.html", "a.xml").returncode == 0
    with open(os.path.join(folder, "p.html"), encoding="utf-8") as file:
        html = file.read()
    assert "<script" not in html and "<svg" in html and "http-equiv=\"Content-Security-Policy\"" in html
    assert "&#60;script&#62;alert(1)" in html
    put(folder, "b.xml", report(1, org="\x1b[31mred").replace(b"192.0.2.1<", b"\xc2\x9b31m<"))
    done = run(folder, "b.xml")
    assert b"\x1b" not in done.stdout and b"\xc2\x9b" not in done.stdout


def bomb():
    """A gigabyte of blanks within a report, in gzip."""
    data = io.BytesIO()
    with gzip.GzipFile(fileobj=data, mode="wb") as file:
        file.write(report()[:-12])
        for _ in range(1024):
            file.write(b" " * (1 << 20))
    return data.getvalue()


def limited():
    resource.setrlimit(resource.RLIMIT_CPU, (60, 60))


@case
def bombs(folder):
    """bombs end with a sentence, and what is beside them is read"""
    layers = report(1)
    for _ in range(40):
        layers = gzip.compress(layers)
    entity = "<!DOCTYPE x [<!ENTITY a0 \"ha\">" + "".join(
        f"<!ENTITY a{n} \"{f'&a{n - 1};' * 10}\">" for n in range(1, 20)) + "]><feedback>&a19;</feedback>"
    zip_in_zip = zipped(**{"a.zip": zipped(**{"b.zip": zipped(**{"c.zip": zipped(
        **{"d.zip": zipped(**{"e.zip": zipped(**{"f.xml": report(3)})})})})})})
    bad = {
        "in/bomb.xml.gz": (bomb(), "unpacks to more than 200 times"),
        "in/layers.gz": (layers, "too many filters"),
        "in/entity.xml": (entity.encode(), "DOCTYPE"),
        "in/deep.xml": (b"<feedback>" + b"<a>" * 100000, "nested too deep"),
        "in/tag.xml": (b"<feedback><a b='" + b"x" * 10000000, "does not end"),
        "in/zips.zip": (zip_in_zip, "packed more than 4 times"),
        "in/deep.json": (b"{\"policies\":" + b"[" * 100000, "nested too deep"),
        "in/cut.gz": (gzip.compress(report(4) * 20)[:60], ""),
        "in/members.zip": (zipped(**{f"{n}": b"x" for n in range(10050)}), "more than 10000 files"),
    }
    for name, (data, _) in bad.items():
        put(folder, name, data)
    put(folder, "in/good.xml", report(9))
    put(folder, "in/bomb.eml", mail(bomb()))
    started = time.monotonic()
    told = read(folder, 3, "in", before=limited)
    assert time.monotonic() - started < 120
    for name, (_, words) in bad.items():
        said = [line for line in told["problems"] if line.startswith(name)]
        assert said and words in said[0], f"{name}: {said or told['problems']}"
    assert [line for line in told["problems"] if line.startswith("in/bomb.eml")], told["problems"]
    assert "r9" not in str(told["problems"]) and told["inputs"]["dmarc_reports"] >= 1


@case
def names_in_archives(folder):
    """names within archives are never written to"""
    room = os.path.join(folder, "room")
    os.mkdir(room)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("../../evil.xml", report(1))
        archive.writestr("/tmp/weir-evil.xml", report(2))
        archive.writestr("a/../../x\x1b[2J.xml", report(3))
    put(room, "a.zip", data.getvalue())
    told = read(room, 0, "a.zip")
    assert counts(told, "dmarc_reports") == (3,)
    assert sorted(os.listdir(room)) == ["a.zip"] and os.listdir(folder) == ["room"]
    assert not os.path.exists("/tmp/weir-evil.xml")


@case
def what_cannot_be_read(folder):
    """what cannot be read is told of, and the rest is read"""
    put(folder, "good.xml", report())
    put(folder, "in/x.xml.gz", gzip.compress(report(1))[:-30])
    put(folder, "empty.xml", b"")
    put(folder, "page.xml", b"<html>no report</html>")
    os.mkfifo(os.path.join(folder, "in/pipe"))
    os.symlink("/", os.path.join(folder, "in/root"))
    told = read(folder, 3, "good.xml", "missing.xml", "empty.xml", "page.xml", "in")
    assert counts(told, "dmarc_reports", "problems")[0] >= 1, told["inputs"]
    for words in ("missing.xml: it could not be opened: No such file", "empty.xml: there is no report",
                  "page.xml: there is no report", "in/x.xml.gz"):
        assert any(words in line for line in told["problems"]), (words, told["problems"])


@case
def wrong_usage(folder):
    """wrong usage ends in a sentence"""
    fails(folder, "name the reports")
    fails(folder, "there is no such option", "--nonsense", "x")
    fails(folder, "--html writes a file", "--html", "-", "x")
    done = run(folder, "--help")
    assert done.returncode == 0 and b"--database FILE" in done.stdout


@case
def databases(folder):
    """a database that cannot be used ends in a sentence, and stays as it is"""
    put(folder, "a.xml", report())
    put(folder, "text.db", b"no database at all, but long enough to look at" * 50)
    fails(folder, "it is no database", "--database", "text.db", "a.xml")
    fails(folder, "cannot be opened or made", "--database", "none/here.db", "a.xml")
    other = sqlite3.connect(os.path.join(folder, "other.db"))
    other.execute("CREATE TABLE x(y)")
    other.commit()
    other.close()
    fails(folder, "database of another program", "--database", "other.db", "a.xml")
    read(folder, 0, "--database", "r.db", "a.xml")
    later = sqlite3.connect(os.path.join(folder, "r.db"))
    assert later.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    later.execute("PRAGMA user_version = 99")
    later.close()
    fails(folder, "a later weir wrote it", "--database", "r.db", "a.xml")
    again = sqlite3.connect(os.path.join(folder, "r.db"), isolation_level=None)
    again.execute("PRAGMA user_version = 1")
    again.execute("BEGIN IMMEDIATE")
    fails(folder, "another program is writing", "--database", "r.db", "a.xml")
    again.execute("ROLLBACK")
    again.close()
    with open(os.path.join(folder, "r.db"), "r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * 8192)
    done = run(folder, "--database", "r.db", "a.xml")
    assert done.returncode in (2, 3) and b"damaged" in done.stderr, done.stderr


@case
def full_disk(folder):
    """a full disk ends in a sentence, and what was committed stays"""
    if os.geteuid() != 0 or not shutil.which("unshare"):
        return
    subprocess.run([sys.executable, GENERATOR, os.path.join(folder, "big.xml.gz"), "30000"], check=True)
    put(folder, "a.xml", report())
    script = (f"mount -t tmpfs -o size=1m none mnt && {WEIR} dmarc reports --database mnt/r.db a.xml "
              f">/dev/null; {WEIR} dmarc reports --database mnt/r.db big.xml.gz; echo exit $?; "
              f"{WEIR} dmarc reports --json --database mnt/r.db")
    os.mkdir(os.path.join(folder, "mnt"))
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], cwd=folder, capture_output=True,
                          timeout=120, check=False)
    if b"exit" not in done.stdout:
        return  # no mounting here
    assert b"the disk is full" in done.stderr and b"exit 3" in done.stdout, done.stderr
    told = json.loads(done.stdout.split(b"exit 3\n")[1])
    assert told["domains"][0]["messages"] == 200


@case
def flat_memory(folder):
    """a large report is read in memory that does not grow"""
    asan = "asan" in subprocess.run(["ldd", WEIR], capture_output=True, check=False).stdout.decode()
    peaks = []
    for rows in (2000, 60000):
        path = os.path.join(folder, f"{rows}.xml.gz")
        subprocess.run([sys.executable, GENERATOR, path, str(rows)], check=True)
        with open(os.devnull, "wb") as null:
            child = subprocess.Popen([WEIR, "dmarc", "reports", path], stdout=null)
            _, status, usage = os.wait4(child.pid, 0)
        assert os.waitstatus_to_exitcode(status) == 0
        peaks.append(usage.ru_maxrss)
    told = read(folder, 0, os.path.join(folder, "60000.xml.gz"))
    assert counts(told, "rows") == (60000,) and told["domains"][0]["messages"] == 60000
    assert asan or (peaks[1] < 64 * 1024 and peaks[1] - peaks[0] < 24 * 1024), peaks


@case
def large_maildir(folder):
    """a Maildir with many mails, its hidden folders too, and none of what is in tmp"""
    for name in ("cur", "new", "tmp", ".DMARC/cur", ".DMARC/new"):
        os.makedirs(os.path.join(folder, "M", name))
    for number in range(MANY):
        put(folder, f"M/cur/{number}.x:2,S", mail(gzip.compress(report(number % 500, org=f"r{number}"))))
    put(folder, "M/.DMARC/new/1.x", mail(gzip.compress(report(700))))
    put(folder, "M/tmp/1.x", mail(gzip.compress(report(701))))
    put(folder, "M/dovecot.index", b"\0\1\2")
    told = read(folder, 0, "M")
    assert counts(told, "dmarc_reports", "passed_over", "problems") == (MANY + 1, 1, 0), told["inputs"]
    assert told["domains"][0]["reporters"] == MANY + 1


def in_a_folder(function):
    folder = tempfile.mkdtemp(prefix="weir-")
    try:
        function(folder)
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    sys.exit(tap.run((name, functools.partial(in_a_folder, function)) for name, function in tap.CASES))
