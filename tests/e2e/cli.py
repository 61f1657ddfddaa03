#!/usr/bin/env python3
"""cli.py WEIR: what `weir trace` does with its command line and with bad input; prints TAP.

One logs folder is made from the golden scenarios; every case gets a copy of it.
"""

import bz2
import gzip
import json
import lzma
import os
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
sys.dont_write_bytecode = True
import run as golden  # noqa: E402
import world  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
LOGS = ("mail.log", "dovecot.log", "php-mail.log", "access")
CASES = []


def case(function):
    CASES.append((function.__doc__, function))
    return function


def weir(folder, *arguments, stdin=None, stdout=subprocess.PIPE, environment=()):
    return subprocess.run([WEIR, *arguments], cwd=folder, input=stdin, stdout=stdout,
                          stderr=subprocess.PIPE, timeout=120, check=False,
                          env=dict(os.environ, SOURCE_DATE_EPOCH=str(world.START + 3660),
                                   TZ="UTC", **dict(environment)))


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


@case
def several_hosts(folder):
    """--host reads only this server's lines"""
    assert answer(folder, "--host", "web7.hosting.example", *LOGS) == answer(folder, *LOGS)
    assert report(folder, "--host", "mail9", *LOGS)["messages"]["total"] == 0


# --- bad input ---


@case
def no_logs(folder):
    """what is no log gets one clear sentence and exit 3"""
    os.mkdir(os.path.join(folder, "void"))
    with open(os.path.join(folder, "noise.bin"), "wb") as file:
        file.write(bytes(range(256)) * 512)
    with open(os.path.join(folder, "essay.txt"), "w", encoding="utf-8") as file:
        file.write("A text about logs.\n" * 40)
    open(os.path.join(folder, "empty.log"), "w", encoding="utf-8").close()
    for name, word in (("void", "no log"), ("noise.bin", "binary"), ("essay.txt", "no log"),
                       ("missing.log", "missing.log"), ("/dev/null/x", "x")):
        says(trace(folder, name), 3, word)
    says(trace(folder, "empty.log"), 0, "No mail at all")
    done = trace(folder, *LOGS, "noise.bin", "--json")
    assert done.returncode == 3 and json.loads(done.stdout)["incidents"], done.stderr
    assert b"binary" in done.stderr


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
    """a line without end is cut, counted and harmless"""
    with open(os.path.join(folder, "mail.log"), "ab") as file:
        file.write(b"Mar  3 08:59:59 web7 postfix/smtpd[1]: " + b"A" * 5_000_000 + b"\n")
    os.utime(os.path.join(folder, "mail.log"), (world.START + 3660,) * 2)
    done = report(folder, *LOGS)
    assert done["inputs"][0]["cut"] == 1, done["inputs"][0]
    assert done["incidents"][0]["route"] == "uploaded-script"


@case
def unknown_lines(folder):
    """lines that are not understood are counted, and -v says by program"""
    with open(os.path.join(folder, "mail.log"), "ab") as file:
        file.write(b"Mar  3 08:59:58 web7 frobd[1]: what is this\n" * 7)
    os.utime(os.path.join(folder, "mail.log"), (world.START + 3660,) * 2)
    says(trace(folder, *LOGS), 1, "7 lines were not understood")
    says(trace(folder, "-v", *LOGS), 1, "7 of frobd")


@case
def hostile_text(folder):
    """what strangers wrote reaches neither terminal nor page nor JSON as more than text"""
    nasty = "\x1b]0;owned\x07\x1b[2J\u202e<script>alert(1)</script>"
    with open(os.path.join(folder, "php-mail.log"), encoding="utf-8") as file:
        text = file.read().replace("cache_x7.php", "cache_" + nasty.replace("/", "_") + ".php")
    with open(os.path.join(folder, "php-mail.log"), "w", encoding="utf-8") as file:
        file.write(text)
    done = trace(folder, "--html", "page.html", *LOGS)
    with open(os.path.join(folder, "page.html"), encoding="utf-8") as file:
        page = file.read()
    for shown in (done.stdout.decode(), page):
        assert "\x1b" not in shown and "\x07" not in shown and "\u202e" not in shown
    assert "<script" not in page and "&#60;script" in page
    assert "chmod" not in done.stdout.decode(), "a command with a name that cannot be shown"
    assert report(folder, *LOGS)["incidents"][0]["messages"] > 300


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
    says(done, 3, "cannot write")
    done = trace(folder, "--html", "/nowhere/page.html", *LOGS)
    says(done, 3, "/nowhere/page.html")


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
    assert trace(folder, "--queue-ids", "--sender", "nobody", *LOGS).stdout == b""


@case
def senders(folder):
    """--senders says of each why it is innocent or not"""
    says(trace(folder, "--senders", *LOGS), 1, "incident", "checkout.php", "VERDICT")


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


def main():
    files, _ = world.make("uploaded-script")
    bad = 0
    print(f"1..{len(CASES)}")
    for number, (name, function) in enumerate(CASES, 1):
        with tempfile.TemporaryDirectory() as base:
            folder = os.path.join(base, "logs")
            os.mkdir(folder)
            golden.write_logs(folder, files)
            try:
                function(folder)
                wrong = ""
            except Exception as error:  # pylint: disable=broad-except
                wrong = f"{type(error).__name__}: {error}"
        bad += bool(wrong)
        for line in wrong.split("\n") if wrong else ():
            print(f"# {line}")
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
