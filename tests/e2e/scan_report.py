#!/usr/bin/env python3
"""scan_report.py WEIR: what a person sees of `weir scan` on real files; prints TAP."""

import os
import pty
import re
import select
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import tap  # noqa: E402
from tap import case  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "php")
SHELL = os.path.join(DATA, "malicious", "eval_post.php")
SITES = ("blog", "shop", "wiki")


class Web:
    """Three sites; the blog is hacked once, and twice more by the same bytes."""

    def __init__(self, is_hacked=True):
        self.folder = tempfile.mkdtemp()
        for site in SITES:
            os.makedirs(os.path.join(self.folder, "www", site, "lib"))
            with open(os.path.join(self.folder, "www", site, "index.php"), "w",
                      encoding="utf-8") as file:
                file.write("<?php echo 'hello';\n")
        for name in ("x.php", "y.php", "z.php") if is_hacked else ():
            path = os.path.join(self.folder, "www", "blog", "lib", name)
            shutil.copyfile(SHELL, path)
            os.utime(path, (1500000000,) * 2)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def scan(self, *options, **more):
        return subprocess.run([WEIR, "scan", "--no-cache", *options, "www"], cwd=self.folder,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                              check=False, text=True, **more)


@case
def answers_first():
    """the first line says how many sites are hacked, the site how and since when"""
    with Web() as web:
        done = web.scan("--zone", "UTC")
        lines = done.stdout.split("\n")
        assert done.returncode == 1 and not done.stderr, done
        assert lines[0] == "1 of 3 sites is hacked.", lines[0]
        assert lines[2] == "● www/blog", lines[2]
        now = time.strftime("%Y-%m-%d", time.gmtime())
        assert re.fullmatch(rf"  hacked: 3 web shells, since {now} \d\d:\d\d at the latest",
                            lines[3]), lines[3]
        assert "    lib/x.php:3  web shell" in done.stdout
        assert "though its stamp says 2017-07-14 02:40" in done.stdout
        assert "The same bytes lie in 2 more files: lib/y.php, lib/z.php" in done.stdout
        command = "weir quarantine add www/blog/lib/x.php www/blog/lib/y.php www/blog/lib/z.php"
        assert f"      {command}\n" in done.stdout, done.stdout


@case
def answers_where_there_is_nothing():
    """where nothing is found the first line says so, and of how much"""
    with Web(is_hacked=False) as web:
        done = web.scan()
        assert done.returncode == 0, done
        assert done.stdout.startswith("No malicious script found in 3 sites (3 files, 60 bytes).")


@case
def shows_a_zone():
    """--zone moves the times, and one that does not exist is refused"""
    with Web() as web:
        there = web.scan("--zone", "Asia/Kolkata").stdout
        assert "though its stamp says 2017-07-14 08:10" in there, there
        done = web.scan("--zone", "Nowhere/Land")
        assert done.returncode == 2 and "no time zone 'Nowhere/Land'" in done.stderr, done


@case
def writes_a_page():
    """--html writes a page beside the report, and no file that is no page is overwritten"""
    with Web() as web:
        page = os.path.join(web.folder, "page.html")
        done = web.scan("--html", page)
        assert done.returncode == 1 and done.stdout.startswith("1 of 3 sites"), done
        with open(page, encoding="utf-8") as file:
            text = file.read()
        assert "1 of 3 sites is hacked." in text and "www/blog" in text and "<script" not in text
        assert web.scan("--html", page).returncode == 1
        done = web.scan("--html", os.path.join("www", "blog", "index.php"))
        assert done.returncode == 2 and "does not overwrite" in done.stderr, done
        done = web.scan("--html", os.path.join(web.folder, "no", "page.html"))
        assert done.returncode == 3 and done.stdout.startswith("1 of 3 sites"), done


@case
def tells_all_when_asked():
    """--verbose tells what is too weak to accuse, which otherwise is counted"""
    with Web(is_hacked=False) as web:
        shutil.copytree(os.path.join(DATA, "forms", "open", "comment"),
                        os.path.join(web.folder, "www", "wiki", "post"))
        done = web.scan()
        assert done.returncode == 0 and "1 remark (1 comment-open)" in done.stdout, done.stdout
        assert "post.tpl" not in done.stdout
        done = web.scan("-v")
        assert done.returncode == 0 and "post/post.tpl:1" in done.stdout, done.stdout


def watch(web, *options):
    """What a terminal on standard error shows of a scan that takes a while, and the output."""
    master, slave = pty.openpty()
    output = os.path.join(web.folder, "out")
    with open(output, "wb") as file, subprocess.Popen(
            [WEIR, "scan", "--no-cache", "--threads", "1", *options, "www"], cwd=web.folder,
            stdin=subprocess.DEVNULL, stdout=file, stderr=slave) as process:
        os.close(slave)
        shown, until = b"", time.monotonic() + 120
        while time.monotonic() < until and select.select([master], [], [], 60)[0]:
            try:
                data = os.read(master, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data
        os.close(master)
        process.wait(timeout=60)
    with open(output, encoding="utf-8") as file:
        return shown.decode("utf-8"), file.read()


def fill(web):
    """Enough to look at for a second and more: files that have to be parsed."""
    with open(SHELL, encoding="utf-8") as file:
        body = "<?php\n" + "function f{0}($a) {{ return strrev(base64_decode($a)); }}\n" * 400
        body += file.read().partition("<?php")[2]
    for number in range(2000):
        with open(os.path.join(web.folder, "www", "wiki", "lib", f"{number}.php"), "w",
                  encoding="utf-8") as file:
            file.write(body.replace("{0}", str(number)))


@case
def tells_how_far_it_is():
    """a terminal sees files, bytes and speed, at most five times a second, and nothing is left"""
    with Web() as web:
        fill(web)
        start = time.monotonic()
        shown, out = watch(web)
        took = time.monotonic() - start
        lines = shown.split("\r\x1b[K")
        assert out.startswith("2 of 3 sites are hacked."), out[:200]
        assert took > 1, f"too quick to see anything: {took:.2f} s"
        assert lines[0] == "" and lines[-1] == "", (lines[0], lines[-1])
        assert 1 <= len(lines) - 2 <= took * 5 + 1, (len(lines), took)
        kinds = (r"Looking: [\d,]+ files?, [\d.]+ \w+, [\d.]+ \w+/s(, [\w ]+ left)?",
                 r"Following calls from file to file: [\d,]+ files? looked at")
        for line in lines[1:-1]:
            assert any(re.fullmatch(kind, line) for kind in kinds), line
        assert any(" left" in line for line in lines), lines


@case
def says_nothing_unasked():
    """no progress with --no-progress, nor where standard error is no terminal"""
    with Web() as web:
        fill(web)
        assert watch(web, "--no-progress")[0] == ""
        assert web.scan().stderr == ""


if __name__ == "__main__":
    sys.exit(tap.run(tap.CASES))
