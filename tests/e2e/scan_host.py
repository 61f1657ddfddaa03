#!/usr/bin/env python3
"""scan_host.py WEIR SOURCE: what `weir scan` looks at besides files that are named; prints TAP.

Logs that tell how a file came, running programs, feeds of weaknesses, and this host as a whole,
which is a folder of the test in a mount namespace.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import tap  # noqa: E402
from tap import case  # noqa: E402

WEIR, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
SHELL = os.path.join(SOURCE, "tests", "data", "php", "malicious", "assert_callback.php")
FEED = [{"id": "GHSA-test-0001", "modified": "2026-01-01T00:00:00Z", "summary": "It runs mails",
         "affected": [{"package": {"ecosystem": "Packagist", "name": "example/mailer"},
                       "ranges": [{"type": "ECOSYSTEM",
                                   "events": [{"introduced": "0"}, {"fixed": "2.1.0"}]}]}]}]


def run(*words, cwd=None, before=()):
    done = subprocess.run([*before, WEIR, "scan", *words], cwd=cwd, stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=120, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def report(*words, codes=(0, 1), **more):
    code, out, errors = run("--json", "--no-cache", *words, **more)
    assert code in codes, (code, errors)
    return json.loads(out)


def of_kind(told, kind):
    return [f for f in told["findings"] if f["kind"] == kind]


def xferlog(path):
    """A line of an FTP server that took that file just now."""
    stamp = time.strftime("%a %b %d %H:%M:%S %Y")
    return (f"{stamp} 1 203.0.113.55 {os.path.getsize(path)} {path} b _ i r web_shop ftp 0 * c\n")


def site(folder):
    root = os.path.join(folder, "shop")
    os.mkdir(root)
    shutil.copy(SHELL, os.path.join(root, "stats.php"))
    with open(os.path.join(root, "index.php"), "w", encoding="utf-8") as index:
        index.write("<?php echo 'welcome';\n")
    return root


@case
def entry_is_quoted():
    """The upload that brought a malicious file is quoted, under the path as it was scanned"""
    with tempfile.TemporaryDirectory() as folder:
        folder = os.path.realpath(folder)
        site(folder)
        log = os.path.join(folder, "xferlog")
        with open(log, "w", encoding="utf-8") as out:
            out.write(xferlog(os.path.join(folder, "shop", "stats.php")))
        told = report("--logs", log, "shop", cwd=folder)
        entries = of_kind(told, "entry")
        assert [e["path"] for e in entries] == ["shop/stats.php"], entries
        assert entries[0]["rule"] == "entry-ftp" and "web_shop" in entries[0]["text"], entries
        assert "203.0.113.55" in entries[0]["why"], entries
        assert not of_kind(report("--no-logs", "shop", cwd=folder), "entry")


@case
def entry_is_not_known():
    """Logs that say nothing of a file are said to say nothing"""
    with tempfile.TemporaryDirectory() as folder:
        root = site(folder)
        log = os.path.join(folder, "xferlog")
        with open(log, "w", encoding="utf-8") as out:
            out.write(xferlog(os.path.join(root, "index.php")))
        entries = of_kind(report("--logs", log, root), "entry")
        assert len(entries) == 1 and entries[0]["rule"] == "entry-unknown", entries


@case
def entry_needs_an_accusation():
    """Of a site in which nothing is malicious no log is read"""
    with tempfile.TemporaryDirectory() as folder:
        root = site(folder)
        os.unlink(os.path.join(root, "stats.php"))
        told = report("--logs", os.path.join(folder, "no-such-log"), root, codes=(0,))
        assert not told["findings"], told


@case
def logs_that_are_missing():
    """A log that is named and is not there is complained of, and what was found is told"""
    with tempfile.TemporaryDirectory() as folder:
        root = site(folder)
        code, out, errors = run("--json", "--logs", os.path.join(folder, "no-such-log"), root)
        assert code == 3 and "no-such-log" in errors, (code, errors)
        assert of_kind(json.loads(out), "malicious"), out


@case
def a_link_that_is_named():
    """A path that is a link is followed, as a site's folder often is one"""
    with tempfile.TemporaryDirectory() as folder:
        root = site(folder)
        os.symlink(root, os.path.join(folder, "current"))
        told = report("--no-logs", os.path.join(folder, "current"))
        assert told["files"] == 2 and of_kind(told, "malicious"), told


@case
def what_is_not_looked_into():
    """Archives are counted and said; this program itself, and objects for a linker, are no bots"""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        for name in ("backup.zip", "old.TAR.GZ", "zip", "index.html"):
            with open(os.path.join(folder, name), "wb") as out:
                out.write(b"PK\3\4 nothing")
        own = shutil.copy(WEIR, os.path.join(folder, "weir"))
        header = bytearray(64)
        header[:18] = b"\x7fELF\2\1\1" + bytes(9) + b"\1\0"  # of 64 bits, relocatable
        for name, kind in (("bot.o", 1), ("bot", 2)):
            header[16] = kind
            with open(os.path.join(folder, name), "wb") as out:
                out.write(bytes(header) + b"stratum+tcp donate-level")
            os.chmod(os.path.join(folder, name), 0o755)
        done = subprocess.run([own, "scan", "--json", "--no-logs", "--no-cache", folder],
                              capture_output=True, timeout=60, check=False)
        told = json.loads(done.stdout)
        assert told["archives"] == 2 and told["files"] == 7, told
        assert [f["path"] for f in told["findings"]] == [os.path.join(folder, "bot")], told
        code, out, _ = run("--no-logs", "--no-cache", folder)
        assert "2 archives were not looked into." in out, out


@case
def what_stands_out_in_a_folder():
    """What the owner of the files around it did not put there says so, and weighs more"""
    if os.geteuid() != 0:
        return
    with tempfile.TemporaryDirectory() as folder:
        for name in ("index.php", "wp-load.php", *(f"part{n}.php" for n in range(10))):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as part:
                part.write("<?php echo 'part';\n")
            os.chown(os.path.join(folder, name), 1001, 1001)
        shell = os.path.join(folder, "wp-vcd.php")
        with open(shell, "w", encoding="utf-8") as out:
            out.write("<?php $f = $_GET['f']; $f('a');\n")
        before = of_kind(report("--no-logs", shell), "malicious")[0]
        os.chown(shell, 33, 33)
        after = of_kind(report("--no-logs", folder), "malicious")
        assert [f["path"] for f in after] == [shell], after
        assert after[0]["confidence"] > before["confidence"], (before, after)
        assert "owner is not that of" in after[0]["why"], after
        assert "called like a file of WordPress" in after[0]["why"], after


@case
def weaknesses_from_a_feed():
    """A feed is made a database, and software in its ranges is told of"""
    with tempfile.TemporaryDirectory() as folder:
        feed, base = os.path.join(folder, "feed.json"), os.path.join(folder, "base.tsv")
        with open(feed, "w", encoding="utf-8") as out:
            json.dump(FEED[0], out)
        code, out, errors = run("--import-database", "--database", base, feed)
        assert code == 0 and "1 records" in out, (code, out, errors)
        root = os.path.join(folder, "app")
        os.mkdir(root)
        for version, outdated in (("2.0.9", 1), ("2.1.0", 0)):
            with open(os.path.join(root, "composer.lock"), "w", encoding="utf-8") as lock:
                json.dump({"packages": [{"name": "example/mailer", "version": version}]}, lock)
            told = report("--database", base, root)
            assert len(of_kind(told, "outdated")) == outdated, (version, told)


@case
def a_feed_that_is_none():
    """What holds no feed leaves the database as it was, and is said"""
    with tempfile.TemporaryDirectory() as folder:
        junk, base = os.path.join(folder, "junk.json"), os.path.join(folder, "base.tsv")
        with open(junk, "w", encoding="utf-8") as out:
            out.write("<html>502 Bad Gateway</html>")
        code, out, errors = run("--import-database", "--database", base, junk)
        assert code == 3 and (out or errors), (code, out, errors)
        code, _, errors = run("--database", base + ".none", folder)
        assert code == 3 and base + ".none" in errors, (code, errors)


@case
def running_programs():
    """A running program whose file is gone is told of, with its process"""
    if os.geteuid() != 0:
        return
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, "update")
        shutil.copy("/bin/sleep", program)
        with subprocess.Popen([program, "60"]) as running:
            try:
                time.sleep(0.2)
                os.unlink(program)
                told = report("--processes")
                found = [f for f in of_kind(told, "process") if f"Process {running.pid} " in f["why"]]
                assert found and program in found[0]["path"], of_kind(told, "process")
                assert told["processes"] > 1 and told["files"] == 0, told["processes"]
                assert not of_kind(report("--no-logs", folder), "process")
            finally:
                running.kill()


@case
def a_whole_host():
    """Without a path the sites of the web server's configuration and temporary folders are read"""
    if os.geteuid() != 0:
        return
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        folder = os.path.realpath(folder)
        for name in ("sites", "web", "temporary", "program"):
            os.mkdir(os.path.join(folder, name))
        root = site(os.path.join(folder, "web"))
        shutil.copy(SHELL, os.path.join(folder, "temporary", ".cache.php"))
        with open(os.path.join(folder, "sites", "shop.conf"), "w", encoding="utf-8") as conf:
            conf.write(f"<VirtualHost *:80>\nServerName shop.example\nDocumentRoot {root}\n"
                       "</VirtualHost>\n")
        script = ("mount --make-rprivate / && mkdir -p /etc/apache2/sites-enabled && "
                  f"mount --bind {folder}/sites /etc/apache2/sites-enabled && "
                  f"mount --bind {folder}/temporary /dev/shm && "
                  "mount -t tmpfs none /tmp && mount -t tmpfs none /home && "
                  f"shift && exec {folder}/program/weir \"$@\"")
        shutil.copy(WEIR, os.path.join(folder, "program"))
        made = not os.path.isdir("/etc/apache2")
        try:
            told = report("--no-logs", codes=(0, 1, 3),
                          before=("unshare", "-m", "sh", "-ec", script, "sh"))
        finally:
            if made:
                shutil.rmtree("/etc/apache2", ignore_errors=True)
        paths = {f["path"] for f in of_kind(told, "malicious")}
        assert os.path.join(root, "stats.php") in paths, paths
        assert "/dev/shm/.cache.php" in paths, paths
        assert told["processes"] > 0, told["processes"]


@case
def options_that_contradict():
    """What contradicts is refused before anything is read"""
    for words, says in ((("--logs", "x", "--no-logs", "."), "exclude"),
                        (("--import-database",), "needs feeds"),
                        (("--threads", "0", "."), "from 1 to"),
                        (("--color", "red", "."), "auto, always or never"),
                        (("--logs=", "."), "empty"),
                        (("--nothing", "."), "no option --nothing")):
        code, out, errors = run(*words)
        assert code == 2 and says in errors and not out, (words, code, errors)


sys.exit(tap.run(tap.CASES))
