#!/usr/bin/env python3
"""cli.py WEIR [CASE...]: what `weir trace` does with its command line and with bad input; prints TAP.

One logs folder is made from the golden scenarios; every case gets a copy of it.
"""

import bz2
import functools
import gzip
import io
import json
import lzma
import os
import pty
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
import threading
import zipfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
sys.dont_write_bytecode = True
import run as golden  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from tap import case  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
LOGS = ("mail.log", "dovecot.log", "php-mail.log", "access")

def weir(folder, *arguments, stdin=None, stdout=subprocess.PIPE, environment=()):
    return subprocess.run([WEIR, *arguments], cwd=folder, input=stdin, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=120, check=False,
                          env=dict(os.environ, SOURCE_DATE_EPOCH=str(world.START + 3660),
                                   TZ="UTC", **dict(environment)))


def on_terminal(folder, *arguments, environment=()):
    """What a terminal shows: standard output and standard error, as they come."""
    master, slave = pty.openpty()
    shown = []

    def read():
        try:
            while data := os.read(master, 65536):
                shown.append(data)
        except OSError:  # the last one closed the other end
            pass

    with subprocess.Popen([WEIR, "trace", *arguments], cwd=folder, stdin=subprocess.DEVNULL,
                          stdout=slave, stderr=slave,
                          env={**os.environ, "TERM": "xterm", "TZ": "UTC", "NO_COLOR": "",
                               **dict(environment)}) as process:
        os.close(slave)
        reader = threading.Thread(target=read)
        reader.start()
        process.wait(timeout=240)
        reader.join()
    os.close(master)
    return b"".join(shown).decode()


def trace(folder, *arguments, **options):
    return weir(folder, "trace", "--passwd", "passwd", *arguments, **options)


def report(folder, *arguments, **options):
    done = trace(folder, "--json", "--queue-ids", *arguments, **options)
    assert done.returncode in (0, 1, 3), done.stderr.decode()
    return json.loads(done.stdout)


def answer(folder, *arguments, **options):
    """What must not depend on how the logs are given."""
    return [(one["route"], one["messages"], one["origin"]["script"], sorted(one["queue_ids"]))
            for one in report(folder, *arguments, **options)["incidents"]]


def says(done, code, *words):
    text = " ".join((done.stderr.decode() + (done.stdout or b"").decode()).split())
    assert done.returncode == code, f"exit {done.returncode}, not {code}: {text[:400]}"
    for word in words:
        assert word in text, f"'{word}' is not said: {text[:600]}"


# --- arguments ---


@case
def no_command(folder):
    """usage without a command, help, version"""
    says(weir(folder), 2, "usage: weir")
    says(weir(folder, "help"), 0, "weir trace")
    says(weir(folder, "--version"), 0, "weir ")
    says(weir(folder, "frobnicate"), 2, "no command 'frobnicate'")
    says(weir(folder, "trace", "--help"), 0, "--explain")


@case
def wrong_options(folder):
    """contradictory and unknown options get one sentence each"""
    for arguments, word in ((("--frob",), "--frob"), (("--json", "--explain", "X"), "--explain"),
                            (("--since", "soon"), "soon"),
                            (("--since", "2026-03-02", "--until", "2026-03-01"), "later"),
                            (("--zone", "Mars/Base"), "Mars/Base"), (("--color", "x"), "--color"),
                            (("--sender", "x"), "--sender"), (("--json", "--senders"), "--json"),
                            (("--config", "none.conf"), "none.conf"),
                            (("--sites", "none"), "none"), (("--html", ""), "empty")):
        done = trace(folder, *arguments, "mail.log")
        says(done, 2, word)
        assert len(done.stderr.decode().strip().split("\n")) == 1, done.stderr
    says(weir(folder, "trace", "mail.log", "--since"), 2, "--since needs a value")
    says(weir(folder, "trace", "--passwd", "mail.log", "mail.log"), 2, "mail.log:1", "passwd")


@case
def configuration(folder):
    """weir.conf: what is wrong is said with its line"""
    for text, word in (("zone = \"UTC\";\nzone = \"UTC\";\n", ":2: "), ("frob = 1;\n", "frob"),
                       ("zone \"UTC\";", "="), ("zone = \"UTC\"", ";"), ("zone = \"UTC", "quotes"),
                       ("relay_clients = [\"192.0.2.0/33\"];", "192.0.2.0/33"),
                       ("relay_clients = [\"192.0.2.1\" \"x\"];", "comma"),
                       ("zone = ;", "value")):
        with open(os.path.join(folder, "weir.conf"), "w", encoding="utf-8") as file:
            file.write(text)
        says(trace(folder, "--config", "weir.conf", "mail.log"), 2, "weir.conf", word)
    with open(os.path.join(folder, "weir.conf"), "w", encoding="utf-8") as file:
        file.write("# ours\nzone = \"UTC\";  local_domains = [\"shop.example\",];\n"
                   "trusted_senders = \"/srv/www/blog/wp-content/uploads/2026/03/cache_x7.php\";\n")
    assert answer(folder, "--config", "weir.conf", *LOGS) == []


@case
def where_pages_go(folder):
    """--html overwrites no log, no folder, no device, and nothing that the report goes into"""
    with open(os.path.join(folder, "mail.log"), "rb") as file:
        before = file.read()
    for name, word in (("mail.log", "does not overwrite"), ("access", "folder"), ("-", "name")):
        done = trace(folder, "--html", name, *LOGS)
        says(done, 2, name, word)
        assert done.stdout == b"" and done.stderr.count(b"\n") == 1, done.stderr
    with open(os.path.join(folder, "mail.log"), "rb") as file:
        assert file.read() == before
    with open(os.path.join(folder, "both"), "wb") as both:
        says(trace(folder, "--json", "--html", "both", *LOGS, stdout=both), 2, "both", "another")
    assert trace(folder, "--html", "/dev/null", *LOGS).returncode == 1
    assert not os.path.isfile("/dev/null")
    for _ in range(2):  # a page may be replaced
        assert trace(folder, "--html", "page.html", *LOGS).returncode == 1
    os.symlink("page.html", os.path.join(folder, "link.html"))
    assert trace(folder, "--html", "link.html", *LOGS).returncode == 1
    assert os.path.islink(os.path.join(folder, "link.html"))
    done = trace(folder, "--html", "/nowhere/page.html", *LOGS)
    says(done, 3, "/nowhere/page.html", "1 source sends spam")


# --- how logs are given ---


@case
def packed(folder):
    """gz, xz, zst, bz2 and plain logs give the same answer"""
    whole = answer(folder, *LOGS)
    assert whole and whole[0][0] == "uploaded-script"
    with open(os.path.join(folder, "mail.log"), "rb") as file:
        text = file.read()
    packers = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress}
    if shutil.which("zstd"):
        packers["zst"] = lambda data: subprocess.run(["zstd", "-qc"], input=data, check=True,
                                                     capture_output=True).stdout
    for ending, pack in packers.items():
        path = os.path.join(folder, f"mail.log.{ending}")
        with open(path, "wb") as file:
            file.write(pack(text))
        os.utime(path, (world.START + 3660,) * 2)
        assert answer(folder, path, *LOGS[1:]) == whole, ending
        os.remove(path)


@case
def any_order(folder):
    """rotated parts in any order, through a folder or standard input, give the same answer"""
    whole = answer(folder, *LOGS)
    with open(os.path.join(folder, "mail.log"), "rb") as file:
        lines = file.read().split(b"\n")
    third = len(lines) // 3
    parts = (lines[:third], lines[third:2 * third], lines[2 * third:])
    for name, part in zip(("mail.log.2.gz", "mail.log.1", "mail.log.0"), parts):
        data = b"\n".join(part) + b"\n" * (part is not parts[2])
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(gzip.compress(data) if name.endswith("gz") else data)
        os.utime(path, (world.START + 3660,) * 2)
    found = answer(folder, "mail.log.0", "mail.log.2.gz", *LOGS[1:], "mail.log.1")
    assert found == whole, [one[:3] for one in found]
    # What lies in a folder twice, plain and packed, counts once.
    os.rename(os.path.join(folder, "passwd"), os.path.join(folder, "..", "users"))
    done = weir(folder, "trace", "--passwd", "../users", "--json", "--queue-ids", ".")
    found = json.loads(done.stdout)["incidents"]
    assert found[0]["messages"] == whole[0][1], [one["messages"] for one in found]
    os.rename(os.path.join(folder, "..", "users"), os.path.join(folder, "passwd"))
    found = answer(folder, "-", *LOGS[1:], stdin=b"\n".join(lines))
    assert found == whole, [one[:3] for one in found]


@case
def overlapping(folder):
    """a copytruncate overlap (the same lines in two files) counts once"""
    whole = answer(folder, *LOGS)
    with open(os.path.join(folder, "mail.log"), "rb") as file:
        lines = file.read().split(b"\n")
    path = os.path.join(folder, "mail.log.1")
    with open(path, "wb") as file:
        file.write(b"\n".join(lines[:len(lines) // 2]) + b"\n")
    os.utime(path, (world.START + 3000,) * 2)
    assert answer(folder, *LOGS, "mail.log.1") == whole


@case
def windows(folder):
    """--since and --until leave out what lies outside"""
    after = answer(folder, "--since", "2026-03-03 08:40Z", *LOGS)
    assert after == [], after
    inside = report(folder, "--until", "2026-03-03T08:28:00Z", *LOGS)["incidents"]
    assert inside and inside[0]["last"] <= "2026-03-03T08:28:00Z", inside
    # The clock of these tests stands at 2026-03-03 09:01 UTC.
    whole = report(folder, "mail.log")["messages"]
    half = report(folder, "--since", "2026-03-03 08:30", "mail.log")["messages"]
    assert 0 < half["total"] < whole["total"], half
    for form in ("2026-03-03T08:30:00Z", "2026-03-03 09:30+01:00", "2026-03-03 09:30 +0100",
                 "08:30", "08:30:00", "31m", "31 minutes ago", "31 min ago", "1860s",
                 str(world.START + 1800), f"@{world.START + 1800}"):
        assert report(folder, "--since", form, "mail.log")["messages"] == half, form
    for form in ("today", "yesterday", "2 hours ago", "2026-03-03", "1d", "1 day ago", "3w"):
        assert report(folder, "--since", form, "mail.log")["messages"] == whole, form
    assert report(folder, "--until", "yesterday", "mail.log")["messages"]["total"] == 0
    assert report(folder, "--since", "now", "mail.log")["messages"]["total"] == 0
    for form in ("2026-02-30", "2026-13-01", "25:00", "2026-03-03 8", "6 parsecs", "ago", "1.5h",
                 "2026-03-03T08:30:00+1", "12"):
        says(trace(folder, "--since", form, "mail.log"), 2, f"'{form}'", "no time")


@case
def several_hosts(folder):
    """--host reads only this server's lines"""
    assert answer(folder, "--host", "web7.hosting.example", *LOGS) == answer(folder, *LOGS)
    assert report(folder, "--host", "mail9", *LOGS)["messages"]["total"] == 0


@case
def mails_beside_logs(folder):
    """a mail that lies among the logs accuses nobody; one that is named is asked about"""
    with open(os.path.join(folder, "mail.log"), encoding="utf-8") as file:
        log = file.read()
    honest = re.search(r" (\w+): to=<ann\d+@[a-z.]+>.* status=sent", log)[1]
    mail = (f"Received: by web7.hosting.example (Postfix, from userid 1001)\n\tid {honest}; "
            "Tue,  3 Mar 2026 08:10:00 +0000 (UTC)\nFrom: sales@shop.example\n"
            "To: ann@mail.example\nSubject: Your order\n"
            "Date: Tue, 03 Mar 2026 08:10:00 +0000\n\nThank you.\n")
    whole = answer(folder, *LOGS)
    for name in ("order.eml", "access/order.eml"):
        with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
            file.write(mail)
    found = report(folder, ".")
    assert [one["messages"] for one in found["incidents"]] == [whole[0][1]], found["incidents"]
    assert [one["found"] for one in found["samples"]] == [True, True], found["samples"]
    says(weir(folder, "trace", "."), 1, "1 source sends spam", "2 mails lie among the logs")
    # Named, but innocent: that does not hide the outbreak.
    named = trace(folder, *LOGS, "order.eml")
    says(named, 1, "order.eml", "1 source sends spam", f"The logs hold it as {honest}")
    # A folder of mails only is handed in like its mails.
    os.mkdir(os.path.join(folder, "spam"))
    with open(os.path.join(folder, "spam", "1"), "w", encoding="utf-8") as file:
        file.write(mail)
    says(trace(folder, *LOGS, "spam"), 1, "spam/1", "The logs hold it")


@case
def given_twice(folder):
    """files that are given twice, also through a folder, count once"""
    whole = answer(folder, *LOGS)
    assert answer(folder, *LOGS, "access", "access/blog.log", "mail.log", "./mail.log") == whole
    assert weir(folder, "trace", ".", "access").returncode == 1


# --- bad input ---


def archive(packed):
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz" if packed else "w") as tar:
        lines = b"Mar  3 08:00:00 web7 postfix/qmgr[1]: 9C0FF1642: removed\n" * 50
        member = tarfile.TarInfo("mail.log")
        member.size = len(lines)
        tar.addfile(member, io.BytesIO(lines))
    return data.getvalue()


def zip_archive():
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mail.log", "Mar  3 08:00:00 web7 postfix/qmgr[1]: 9C0FF1642: removed\n" * 50)
    return data.getvalue()


def database(folder):
    path = os.path.join(folder, "x.sqlite")
    with sqlite3.connect(path) as base:
        base.execute("create table t (a text)")
        base.execute("insert into t values ('Mar  3 08:00:00 web7 sshd[1]: x')")
    base.close()
    with open(path, "rb") as file:
        return file.read()


@case
def no_logs(folder):
    """what is no log gets one clear sentence and exit 3"""
    with open(WEIR, "rb") as file:
        program = file.read(100000)
    kinds = {
        "noise.bin": (bytes(range(256)) * 512, "binary"),
        "essay.txt": (b"A text about logs.\n" * 40, "no log"),
        "photo.jpg": (b"\xff\xd8\xff\xe0\0\x10JFIF\0" + bytes(range(255, 0, -1)) * 30, "binary"),
        "logs.tar": (archive(False), "tar archive; unpack it"),
        "logs.tgz": (archive(True), "tar archive; unpack it"),
        "logs.zip": (zip_archive(), "zip archive; unpack it"),
        "mail.db": (database(folder), "binary"),
        "program": (program, "binary"),
        "wide.log": ("Mar  3 08:00:00 web7 sshd[1]: x\n".encode("utf-16"), "binary"),
        "cut.gz": (gzip.compress(b"Mar  3 08:00:00 web7 sshd[1]: x\n" * 99)[:20], "truncated"),
        "not.gz": (b"\x1f\x8bMar  3 08:00:00 web7 sshd[1]: x\n" * 99, "no log"),
    }
    os.mkdir(os.path.join(folder, "void"))
    os.mkdir(os.path.join(folder, "other"))
    for name, (data, word) in kinds.items():
        with open(os.path.join(folder, "other", name), "wb") as file:
            file.write(data)
        done = trace(folder, f"other/{name}")
        says(done, 3, f"other/{name}", word)
        assert done.stdout == b"" and done.stderr.count(b"\n") == 1, (name, done.stderr)
    for name, word in (("void", "no log"), ("other", "logs.tgz: it is a tar"), ("missing.log", "no such file"),
                       ("/dev/null/x", "/dev/null/x")):
        says(trace(folder, name), 3, name, word)
    done = trace(folder, *LOGS, "other/noise.bin", "--json")
    assert done.returncode == 3 and json.loads(done.stdout)["incidents"], done.stderr
    assert b"binary" in done.stderr
    says(trace(folder, *LOGS, "missing.log", "other/photo.jpg"), 3, "1 source sends spam",
         "missing.log", "photo.jpg")
    done = trace(folder, "missing.log", "--json")
    assert done.returncode == 3, done.returncode
    assert "no such file" in json.loads(done.stdout)["inputs"][0]["problem"]


@case
def empty_logs(folder):
    """an empty log, plain or packed, is no error"""
    for name, data in (("empty.log", b""), ("empty.gz", gzip.compress(b"")),
                       ("empty.xz", lzma.compress(b"")), ("empty.bz2", bz2.compress(b""))):
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
        says(trace(folder, name), 0, "No mail at all")
    assert answer(folder, *LOGS, "empty.gz", "empty.log") == answer(folder, *LOGS)


@case
def named_pipe(folder):
    """a FIFO is read like a file; in a folder it is left alone"""
    path = os.path.join(folder, "mail.fifo")
    os.mkfifo(path)
    with subprocess.Popen(["sh", "-c", "cat mail.log >mail.fifo"], cwd=folder):
        piped = answer(folder, "mail.fifo", *LOGS[1:])
    assert piped == answer(folder, *LOGS), piped
    assert weir(folder, "trace", ".").returncode == 1


@case
def broken_pack(folder):
    """a packed log that breaks off is read up to there, and that is said"""
    with open(os.path.join(folder, "mail.log"), "rb") as file:
        packed_log = gzip.compress(file.read())
    path = os.path.join(folder, "mail.log.gz")
    with open(path, "wb") as file:
        file.write(packed_log[:len(packed_log) // 2])
    os.utime(path, (world.START + 3660,) * 2)
    done = trace(folder, "mail.log.gz", *LOGS[1:])
    says(done, 3, "mail.log.gz")
    assert report(folder, "mail.log.gz", *LOGS[1:])["messages"]["total"] > 50


@case
def unreadable(folder):
    """a file that this user may not read is named; the rest is reported"""
    if os.getuid() == 0:
        command = ["setpriv", "--reuid=65534", "--clear-groups"] if shutil.which("setpriv") else []
    else:
        command = []
    os.chmod(folder, 0o755)
    os.chmod(os.path.join(folder, ".."), 0o755)
    os.chmod(os.path.join(folder, "dovecot.log"), 0o000)
    if os.getuid() == 0 and (not command or not os.access(WEIR, os.X_OK)):
        return
    done = subprocess.run([*command, WEIR, "trace", "mail.log", "dovecot.log"], cwd=folder,
                          capture_output=True, timeout=60, check=False)
    if b"setpriv" in done.stderr or done.returncode in (126, 127):
        return
    says(done, 3, "dovecot.log", "permission")


@case
def endless_line(folder):
    """a line without end is cut, counted and harmless: a gigabyte takes no memory"""
    with open(os.path.join(folder, "mail.log"), "rb") as file:
        log = file.read()
    room = shutil.disk_usage(tempfile.gettempdir()).free
    count = 1024 if room > 4 << 30 else 256
    with open(os.path.join(folder, "out.json"), "wb") as out, subprocess.Popen(
            [WEIR, "trace", "--json", "--passwd", "passwd", "-", *LOGS[1:]], cwd=folder,
            stdin=subprocess.PIPE, stdout=out,
            env=dict(os.environ, SOURCE_DATE_EPOCH=str(world.START + 3660), TZ="UTC")) as process:
        process.stdin.write(log + b"Mar  3 08:59:59 web7 postfix/smtpd[1]: ")
        for _ in range(count):
            process.stdin.write(b"A" * (1 << 20))
        process.stdin.close()
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 1, process.returncode
    # With a sanitizer some 150 MiB.
    assert usage.ru_maxrss < 200 * 1024, f"{usage.ru_maxrss} KiB"
    with open(os.path.join(folder, "out.json"), encoding="utf-8") as file:
        done = json.load(file)
    assert sum(one["cut"] for one in done["inputs"]) == 1, done["inputs"]
    assert done["incidents"][0]["route"] == "uploaded-script"


@case
def unknown_lines(folder):
    """lines that are not understood are counted, and -v says by program"""
    with open(os.path.join(folder, "mail.log"), "ab") as file:
        file.write(b"Mar  3 08:59:58 web7 frobd[1]: what is this\n" * 7)
    os.utime(os.path.join(folder, "mail.log"), (world.START + 3660,) * 2)
    says(trace(folder, *LOGS), 1, "7 lines were not understood")
    says(trace(folder, "-v", *LOGS), 1, "7 of frobd")
    done = report(folder, *LOGS)
    assert [one["unread"] for one in done["inputs"] if one["path"] == "mail.log"] == [7]


NASTY = ("\x1b]0;owned\x07\x1b[2J\x9b31m\u202e\u2066\u200b\u2028<script>alert(1)</script>"
         "<img/src=x\tonerror=alert(2)>&lt;'\"")
RAW = b"\xff\xfe\xc0\xaf"  # no UTF-8


def spoil(folder, name, old, new):
    """Replaces `old` in a log by hostile bytes; the log stays the log of that moment."""
    path = os.path.join(folder, name)
    with open(path, "rb") as file:
        data = file.read()
    assert old.encode() in data, (name, old)
    with open(path, "wb") as file:
        file.write(data.replace(old.encode(), new.encode() + RAW))
    os.utime(path, (world.START + 3660,) * 2)


def is_harmless(text):
    """No control character but line ends, nothing that turns or hides text."""
    return not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]",
                         text)


@case
def hostile_text(folder):
    """what strangers wrote reaches neither terminal nor page nor JSON as more than text"""
    word = NASTY.replace("/", "_").replace(" ", "")
    spoil(folder, "php-mail.log", "cache_x7.php", f"cache_{word}.php")
    spoil(folder, "php-mail.log", "Your parcel", NASTY)
    spoil(folder, "access/blog.log", "Mozilla/5.0 (X11", NASTY.replace('"', ""))
    spoil(folder, "access/blog.log", "cache_x7.php", f"cache_{word}.php".replace('"', ""))
    spoil(folder, "mail.log", "said: 5", f"said: {NASTY} 5")
    spoil(folder, "mail.log", "web7 postfix/qmgr[", f"web7 frob{word}[1]: x\nMar  3 08:30:00 web7 "
          "postfix/qmgr[")
    os.rename(os.path.join(folder, "access/blog.log"),
              os.path.join(folder, "access", f"blog{word}.log"))
    queue_id = report(folder, *LOGS)["incidents"][0]["queue_ids"][0]
    for arguments in ((), ("-v",), ("--senders",), ("--explain", queue_id), ("--list-inputs",),
                      ("--html", "page.html"), ("--json", "--queue-ids"), ("missing" + word,)):
        done = trace(folder, *arguments, *LOGS)
        assert done.returncode in (0, 1, 3), done.stderr
        for shown in (done.stdout, done.stderr):
            text = shown.decode("utf-8")  # strict: nothing but UTF-8
            if arguments and arguments[0] == "--list-inputs":
                continue  # names for programs, as they are
            if "--json" in arguments and shown is done.stdout:
                json.loads(text)
                assert not re.search("[\x00-\x09\x0b-\x1f]", text)
            else:
                assert is_harmless(text), (arguments, ascii(text)[:2000])
    with open(os.path.join(folder, "page.html"), encoding="utf-8") as file:
        page = file.read()
    assert is_harmless(page)
    assert "<script" not in page and "<img" not in page and "&#60;script" in page
    assert "chmod" not in trace(folder, *LOGS).stdout.decode(), "a name that cannot be typed"
    shown = on_terminal(folder, "--color=always", *LOGS)
    assert is_harmless(re.sub("\x1b\\[[0-9;]*m|\r", "", shown)), ascii(shown)[:2000]


@case
def hostile_arguments(folder):
    """an error message shows a hostile argument as text"""
    for arguments in (("--since", NASTY), ("--zone", NASTY), (NASTY,), ("--" + NASTY,),
                      ("--explain", NASTY), ("--html", NASTY + "/x"), ("--passwd", NASTY),
                      ("--queue-ids", "--sender", NASTY)):
        done = trace(folder, *arguments, "mail.log")
        assert is_harmless(done.stderr.decode("utf-8") + done.stdout.decode("utf-8")), arguments


@case
def forged_lines(folder):
    """fields that a client chose cannot name somebody else"""
    before = answer(folder, *LOGS)
    forged = (b"Mar  3 08:26:00 web7 postfix/smtpd[9]: NOQUEUE: reject: RCPT from "
              b"unknown[203.0.113.5]: 554 5.7.1 <x>: Relay access denied; from=<a@x.example> "
              b"to=<b@y.example> proto=ESMTP helo=<9C0FF: uid=0 from=<root>>\n"
              b"Mar  3 08:26:00 web7 postfix/cleanup[9]: ABCDE1642FF: message-id=<x@y: "
              b"uid=1001 from=<web_shop>>\n")
    with open(os.path.join(folder, "mail.log"), "rb") as file:
        lines = file.read().split(b"\n")
    middle = len(lines) // 2
    with open(os.path.join(folder, "mail.log"), "wb") as file:
        file.write(b"\n".join(lines[:middle]) + b"\n" + forged * 300 + b"\n".join(lines[middle:]))
    os.utime(os.path.join(folder, "mail.log"), (world.START + 3660,) * 2)
    assert answer(folder, *LOGS) == before


@case
def full_disk(folder):
    """a report that cannot be written is an error"""
    with open("/dev/full", "wb") as full:
        done = trace(folder, *LOGS, stdout=full)
    says(done, 3, "cannot write", "No space left")
    assert done.stderr.count(b"\n") == 1, done.stderr
    says(trace(folder, "--html", "/dev/full", *LOGS), 3, "/dev/full", "No space left")


@case
def closed_pipe(folder):
    """a reader who has seen enough ends weir without a word"""
    with subprocess.Popen([WEIR, "trace", "--json", "--queue-ids", *LOGS], cwd=folder,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdout.close()
        said = process.stderr.read()
        process.wait()
    assert said == b"" and process.returncode == -signal.SIGPIPE, (process.returncode, said)


# --- a terminal ---


@case
def progress(folder):
    """progress on a terminal says how much, how fast and how long; nowhere else is any"""
    path = os.path.join(folder, "mail.log")
    os.truncate(path, 6 << 30)  # one endless line, and no room taken
    shown = on_terminal(folder, "mail.log")
    assert re.search(r"\r\x1b\[KReading logs: \d+ %, [\d.]+ [MG]B, [\d.]+ [MG]B/s, "
                     r"(\d+ min )?\d+ s left", shown), ascii(shown)[:1000]
    assert "\r\x1b[K" in shown.rsplit("left", 1)[1], "the line is not wiped"
    assert "Reading" not in on_terminal(folder, "--no-progress", "mail.log")
    assert b"Reading" not in trace(folder, "mail.log").stderr


@case
def colours(folder):
    """colours on a terminal, plain text elsewhere, and NO_COLOR and --color are obeyed"""
    assert "\x1b[1;31m" in on_terminal(folder, *LOGS)
    assert "\x1b[" not in on_terminal(folder, *LOGS, environment={"NO_COLOR": "1"})
    assert "\x1b[" not in on_terminal(folder, *LOGS, environment={"TERM": "dumb"})
    assert "\x1b[" not in on_terminal(folder, "--color=never", *LOGS)
    assert "\x1b[" in on_terminal(folder, "--color=always", *LOGS, environment={"NO_COLOR": "1"})
    assert b"\x1b[" not in trace(folder, *LOGS).stdout
    assert b"\x1b[" in trace(folder, "--color=always", *LOGS).stdout


# --- the other questions ---


@case
def explain(folder):
    """--explain tells all that is known of one message"""
    queue_id = answer(folder, *LOGS)[0][3][0]
    says(trace(folder, "--explain", queue_id, *LOGS), 1, queue_id, "uid 1002", "cache_x7.php",
         "uploaded script", "mail.log:")
    says(trace(folder, "--explain", "NOSUCHID", *LOGS), 1, "no message")


@case
def queue_ids(folder):
    """--queue-ids prints ids and nothing else; --sender those that are still queued"""
    (_, count, script, ids), = answer(folder, *LOGS)
    done = trace(folder, "--queue-ids", *LOGS)
    assert sorted(done.stdout.decode().split()) == ids and len(ids) == count
    waiting = trace(folder, "--queue-ids", "--sender", script, *LOGS).stdout.decode().split()
    assert 0 < len(waiting) < count and set(waiting) <= set(ids), len(waiting)
    for name in ("/wp-content/uploads/2026/03/cache_x7.php", "web_blog", "uid 1002", "1002"):
        assert trace(folder, "--queue-ids", "--sender", name,
                     *LOGS).stdout.decode().split() == waiting, name
    done = trace(folder, "--queue-ids", "--sender", "nobody", *LOGS)
    assert done.stdout == b"" and b"no sender nobody" in done.stderr, done.stderr
    done = trace(folder, "--queue-ids", "--sender", "boris@blog.example", *LOGS)
    assert done.stdout == b"" and b"still in the queue" in done.stderr, done.stderr
    assert report(folder, "--sender", script, *LOGS)["incidents"][0]["messages"] == count
    assert report(folder, "--sender", "boris@blog.example", *LOGS)["incidents"] == []


@case
def senders(folder):
    """--senders says of each why it is innocent or not"""
    says(trace(folder, "--senders", *LOGS), 1, "incident", "checkout.php", "VERDICT")
    done = report(folder, *LOGS)
    for one in done["senders"]:
        assert one["bounced"] <= one["recipients"], one
    shown = trace(folder, "--senders", *LOGS).stdout.decode()
    for one in done["senders"]:
        assert one["name"] in shown, one["name"]


@case
def list_inputs(folder):
    """--list-inputs names the logs and reads none"""
    done = trace(folder, "--list-inputs", *LOGS)
    assert done.returncode == 0
    assert sorted(done.stdout.decode().split()) == sorted(
        ["mail.log", "dovecot.log", "php-mail.log", "access/blog.log", "access/forum.log",
         "access/shop.log"])


@case
def sites_given(folder):
    """--sites names vhosts of access logs that name none"""
    with open(os.path.join(folder, "sites"), "w", encoding="utf-8") as file:
        file.write("# ours\nblog.example /srv/www/blog web_blog access/blog.log\n"
                   "shop.example /srv/www/shop web_shop access/shop.log\n")
    found = report(folder, "--sites", "sites", *LOGS)["incidents"]
    assert found[0]["origin"]["vhost"] == "blog.example", found[0]["origin"]
    with open(os.path.join(folder, "sites"), "w", encoding="utf-8") as file:
        file.write("onlyaname\n")
    says(trace(folder, "--sites", "sites", *LOGS), 2, "sites:1")


# --- what comes with the source ---


@case
def sample(folder):
    """the sample is what its script makes, and the README shows its report"""
    for command in (["tools/make-sample.py", "--check"],
                    ["tools/update-readme.sh", "--check", WEIR]):
        done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, timeout=120)
        assert done.returncode == 0, (done.stdout + done.stderr).decode()
    found = weir(folder, "trace", "--json", os.path.join(ROOT, "tests", "data", "sample"))
    assert [one["route"] for one in json.loads(found.stdout)["incidents"]] == ["uploaded-script"]


@case
def counting(folder):
    """what is known to fail or was skipped is not counted as passed, and is named"""
    tests = [
        ("OK", "1..2\nok 1 - a\nok 2 - b\n"),
        ("EXPECTEDFAIL", "1..2\nok 1 - c\nnot ok 2 - d, with: 0.5 # TODO known\n"),
        ("UNEXPECTEDPASS", "1..1\nok 1 - e # TODO known\n"),
        ("FAIL", "1..2\nnot ok 1 - f\n# why\nok 2 - g # SKIP no server\n"),
        ("SKIP", "1..0 # SKIP no data\n"),
        ("ERROR", "1..2\nok 1 - h\n"),
    ]
    path = os.path.join(folder, "testlog.json")
    with open(path, "w", encoding="utf-8") as file:
        for number, (result, text) in enumerate(tests):
            file.write(json.dumps({"name": f"t{number}", "result": result, "stdout": text}) + "\n")
    done = subprocess.run([os.path.join(ROOT, "tools", "count-tests.py"), path],
                          capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "4 passed, 3 failed, 3 skipped\n"), done.stdout
    assert done.stderr.splitlines() == [
        "KNOWN TO FAIL t1: d, with: 0.5", "FAILED t2: passes though it is marked TODO: e",
        "FAILED t3: f", "SKIPPED t3: g", "SKIPPED t4: no data", "FAILED t5: it ended as ERROR",
    ], done.stderr


def main():
    files, _ = world.make("uploaded-script")
    only = sys.argv[2:]

    def on_logs(function):
        with tempfile.TemporaryDirectory() as base:
            folder = os.path.join(base, "logs")
            os.mkdir(folder)
            golden.write_logs(folder, files)
            function(folder)

    return tap.run((name, functools.partial(on_logs, function)) for name, function in tap.CASES
                   if not only or function.__name__ in only)


if __name__ == "__main__":
    sys.exit(main())
