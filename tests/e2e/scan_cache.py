#!/usr/bin/env python3
"""scan_cache.py WEIR: a second scan reads what changed and finds the same; prints TAP."""

import json
import os
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import tap  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
PASSED_BY = "<?php echo 'a page';\n"
SENDER = "<?php function notify($to, $text) { mail($to, 'Hello', $text); }\n"
BUILDER = "<?php function notify($to, $text) { log_it($to); }\n"
CALLER = "<?php include 'lib.php'; notify($_POST['to'], $_POST['text']);\n"
FILES = {"index.php": PASSED_BY, "lib.php": SENDER, "caller.php": CALLER,
         "style.css": "a { color: red }\n", "bad.php": "<?php eval($_POST['x']);\n",
         "page.php": PASSED_BY}


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


class Box:
    """A site of FILES, and a home with a cache in it; all so old that it may be remembered."""

    def __enter__(self):
        self.top = tempfile.TemporaryDirectory()
        self.site = os.path.join(self.top.name, "www")
        self.cache = os.path.join(self.top.name, "cache", "weir", "scan.cache")
        os.makedirs(self.site)
        os.makedirs(os.path.dirname(self.cache))
        for name, text in FILES.items():
            write(os.path.join(self.site, name), text)
        time.sleep(3.2)
        return self

    def __exit__(self, *_):
        self.top.cleanup()

    def path(self, name):
        return os.path.join(self.site, name)

    def scan(self, *options):
        """(bytes read, findings, stderr)"""
        env = dict(os.environ, XDG_CACHE_HOME=os.path.join(self.top.name, "cache"))
        done = subprocess.run([WEIR, "scan", "--json", *options, self.site], env=env, timeout=60,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)
        assert done.returncode in (0, 1), (done.returncode, done.stderr)
        report = json.loads(done.stdout)
        found = sorted((os.path.basename(f["path"]), f["line"], f["rule"], f["confidence"])
                       for f in report["findings"])
        return report["bytes"], found, done.stderr.decode()


def rules(found, name):
    return [f[2] for f in found if f[0] == name]


@tap.case
def reads_less():
    """a second scan reads only what it has to, and finds the same"""
    with Box() as box:
        first, found, _ = box.scan()
        assert first == sum(len(text) for text in FILES.values()), first
        assert "open-relay" in rules(found, "caller.php") and rules(found, "bad.php"), found
        second, again, _ = box.scan()
        assert again == found, (found, again)
        # Who has a finding or a function for others is read again.
        assert second == sum(len(FILES[n]) for n in ("lib.php", "caller.php", "bad.php")), second
        everything, again, _ = box.scan("--no-cache")
        assert (everything, again) == (first, found), everything


@tap.case
def sees_changes_dated_back():
    """a changed file with its old time is read again"""
    with Box() as box:
        box.scan()
        times = os.stat(box.path("page.php"))
        write(box.path("page.php"), "<?php eval($_GET[1]);")
        os.utime(box.path("page.php"), ns=(times.st_atime_ns, times.st_mtime_ns))
        _, found, _ = box.scan()
        assert rules(found, "page.php"), found


@tap.case
def sees_what_others_change():
    """a caller that did not change is told of when the function it calls begins to mail"""
    with Box() as box:
        write(box.path("lib.php"), BUILDER)
        _, found, _ = box.scan()
        assert not rules(found, "caller.php"), found
        box.scan()
        write(box.path("lib.php"), SENDER)
        _, found, _ = box.scan()
        assert "open-relay" in rules(found, "caller.php"), found


def not_believed(spoil):
    with Box() as box:
        first, found, _ = box.scan()
        spoil(box.cache)
        read, again, said = box.scan()
        assert (read, again) == (first, found), (read, again)
        assert "not used" in said, said
        read, again, said = box.scan()  # it was written anew
        assert read < first and again == found and "not used" not in said, (read, said)


@tap.case
def ignores_a_cache_others_can_write():
    """a cache that others can write is not believed"""
    not_believed(lambda path: os.chmod(path, 0o666))


@tap.case
def ignores_a_damaged_cache():
    """a cache that is cut or overwritten is not believed"""
    not_believed(lambda path: os.truncate(path, os.path.getsize(path) - 5))
    not_believed(lambda path: write(path, "something else, of some length"))


if os.geteuid() == 0:  # root's cache is the host's own
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    if not os.access(WEIR, os.X_OK):
        print("1..0 # SKIP nobody may not run this build")
        sys.exit(0)
sys.exit(tap.run(tap.CASES))
