#!/usr/bin/env python3
"""audit_cli.py WEIR: what a person and a program meet of `weir audit`; prints TAP."""

import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import tap  # noqa: E402
from tap import case  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data")
SHELL = os.path.join(DATA, "php", "malicious", "eval_post.php")
ZONE = "; nothing is known\nnothing.example A 192.0.2.1\n"


class Folder:
    """A folder with an empty zone, so that no question leaves this machine."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="weir-")
        self.write("zone", ZONE)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.path)

    def write(self, name, text):
        path = os.path.join(self.path, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path

    def audit(self, *options, **more):
        return subprocess.run([WEIR, "audit", "--zone", os.path.join(self.path, "zone"),
                               "--no-blocklists", *options],
                              cwd=self.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              timeout=120, check=False, **more)


@case
def refuses_what_makes_no_sense():
    """options that contradict, lack a value or do not exist end with 2 and a sentence"""
    rows = (
        (("--nonsense",), "there is no option --nonsense; see weir audit --help"),
        (("--html",), "needs a value"),
        (("--html", ""), "needs a value"),
        (("--json=1",), "--json takes no value"),
        (("--root", "/nonexistent/disk"), "--root: '/nonexistent/disk' is no folder that can be read"),
        (("--yes",), "--yes and --reload go with --apply"),
        (("--deliver-to", "a@example.com"), "--deliver-to goes with --relay"),
        (("--relay", "mail.example", "--delivered-in", "/tmp"), "--delivered-in goes with --deliver-to"),
        (("--apply", "--json"), "does not go with --json"),
        (("--logs", "x", "--no-logs"), "exclude each other"),
        (("--guess-seconds", "soon"), "is no number above 0"),
        (("--color", "blue"), "blue"),
        (("--html", "/nowhere/page.html", "example.com"), "/nowhere"),
        (("--config", "/nowhere/weir.conf", "example.com"), "/nowhere/weir.conf"),
        (("--resolver", "127.0.0.1", "example.com"), "--zone and --resolver exclude each other"),
        (("--domain-list",), "there is no option"),
    )
    with Folder() as folder:
        for options, words in rows:
            done = folder.audit(*options)
            assert done.returncode == 2 and not done.stdout, (options, done)
            assert done.stderr.startswith("weir audit: ") and words in done.stderr, (options, done.stderr)
            assert done.stderr.count("\n") == 1, (options, done.stderr)


@case
def helps():
    """--help names the exit codes and fits a terminal"""
    with Folder() as folder:
        done = folder.audit("--help")
        assert done.returncode == 0 and "Exit code: 0 nothing found" in done.stdout, done
        assert max(len(line) for line in done.stdout.split("\n")) <= 100


@case
def tells_the_owner_of_a_hacked_site():
    """--site tells what was found in plain words, as text, JSON and a page that holds nothing foreign"""
    with Folder() as folder:
        site = os.path.join(folder.path, "shop")
        folder.write("shop/index.php", "<?php echo 'hello';\n")
        os.makedirs(os.path.join(site, "uploads"))
        shutil.copyfile(SHELL, os.path.join(site, "uploads", "<b>x.php"))
        page = os.path.join(folder.path, "page.html")
        done = folder.audit("--no-logs", "--site", site, "--html", page)
        assert done.returncode == 1 and not done.stderr, done
        assert "1 thing lets strangers send through this server now." in done.stdout, done.stdout
        assert f"● {site}: an intruder has put programs into this site" in done.stdout, done.stdout
        assert "uploads/<b>x.php:" in done.stdout and "Change every password" in done.stdout
        with open(page, encoding="utf-8") as file:
            text = file.read()
        assert "an intruder has put programs into this site" in text and "close it now" in text
        assert "<b>x.php" not in text and "&#60;b&#62;x.php" in text
        found = json.loads(folder.audit("--no-logs", "--site", site, "--json").stdout)
        assert found["version"] == 1 and found["host"] is None and found["subjects"] == [site], found
        assert found["counts"]["critical"] == 1, found["counts"]
        assert {"malicious" in one["check"] for one in found["findings"]
                if one["outcome"] == "critical"} == {True}, found


@case
def finds_nothing_in_a_clean_site():
    """a clean site is in order: exit code 0, and --verbose says what was looked at"""
    with Folder() as folder:
        folder.write("shop/index.php", "<?php echo 'hello';\n")
        done = folder.audit("--no-logs", "--site", "shop")
        assert done.returncode == 0 and "Nothing is open." in done.stdout, done
        done = folder.audit("--no-logs", "--site", "shop", "--verbose")
        assert "1 file was looked at, and nothing was found" in done.stdout, done.stdout


@case
def says_what_could_not_be_looked_at():
    """a missing site, log or mail is said, and the exit code is 3"""
    with Folder() as folder:
        done = folder.audit("--no-logs", "--site", "missing")
        assert done.returncode == 3 and "there is none of that name" in done.stdout, done
        folder.write("clean/index.php", "<?php echo 'hello';\n")
        done = folder.audit("--site", "clean", "--logs", "nowhere.log", "--sample", "nowhere.eml")
        assert done.returncode == 3, done
        assert "nowhere.log" in done.stdout and "nowhere.eml" in done.stdout, done.stdout


@case
def tells_what_was_not_read():
    """a file of another root that is none, and a folder that may not be read, are said to be unread"""
    with Folder() as folder:
        folder.write("disk/etc/php/8.2/fpm/php.ini", "expose_php = Off\n")
        pools = os.path.dirname(folder.write("disk/etc/php/8.2/fpm/pool.d/www.conf", "[www]\nuser = www\n"))
        os.remove(os.path.join(pools, "www.conf"))
        os.mkfifo(os.path.join(pools, "www.conf"))
        run = folder.audit("--host", "--no-logs", "--json", "--root", os.path.join(folder.path, "disk"))
        found = [f for f in json.loads(run.stdout)["findings"] if f["check"] == "unread"]
        assert len(found) == 1 and found[0]["outcome"] == "unknown", run.stdout
        assert found[0]["title"] == "Not read: /etc/php/8.2/fpm/pool.d/www.conf", found


@case
def cannot_be_printed():
    """a full disk under the report or the page is an error, not a success"""
    with Folder() as folder, open("/dev/full", "w", encoding="utf-8") as full:
        folder.write("shop/index.php", "<?php echo 'hello';\n")
        done = subprocess.run([WEIR, "audit", "--zone", "zone", "--no-logs", "--site", "shop"],
                              cwd=folder.path, stdout=full, stderr=subprocess.PIPE, check=False, text=True,
                              timeout=60)
        assert done.returncode != 0 and "No space left" in done.stderr, done


if __name__ == "__main__":
    sys.exit(tap.run(tap.CASES))
