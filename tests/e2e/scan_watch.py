#!/usr/bin/env python3
"""scan_watch.py WEIR [CASE...]: `weir scan --watch` while files are written; prints TAP.

Each case watches a tmpfs in a mount namespace of its own, so that nothing else on this machine
is seen; needs root and fanotify, and skips without.
"""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import tap  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
INERT = b"if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it\n"
SHELL = b"<?php\n" + INERT + b"eval($_POST['a']);\n"
GOOD = b"<?php\n/** The front of the site. */\nrequire __DIR__ . '/header.php';\n"
BURST = 5000


def equal(got, want):
    if got != want:
        raise AssertionError(f"{got!r}, not {want!r}")


def holds(text, *words):
    for word in words:
        if word not in text:
            raise AssertionError(f"{word!r} is not in {text!r}")


def until(is_so, what, seconds=20):
    """The first true answer."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        answer = is_so()
        if answer:
            return answer
        time.sleep(0.02)
    raise AssertionError(f"waited in vain for {what}")


class Room:
    """A watched folder `site`, a folder `beside` on the same file system, and a store."""

    def __init__(self, folder):
        self.folder = folder
        self.site = os.path.join(folder, "site")
        self.store = os.path.join(folder, "store")
        self.process = None
        for name in ("site", "site/sub", "beside"):
            os.mkdir(os.path.join(folder, name))

    def write(self, name, content=SHELL, mode=0o644):
        path = os.path.join(self.folder, name)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode), "wb") as file:
            file.write(content)
        return path

    def start(self, *options, json_lines=True):
        self.out = os.path.join(self.folder, "out")
        self.errors = os.path.join(self.folder, "errors")
        arguments = [WEIR, "scan", "--watch", "--store", self.store, *options, self.site]
        with open(self.out, "wb") as out, open(self.errors, "wb") as errors:
            # A sanitizer holds on to what was freed: for this it may not.
            sanitizer = os.environ.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"
            self.process = subprocess.Popen(
                arguments + (["--json"] if json_lines else []), stdout=out, stderr=errors,
                env={**os.environ, "ASAN_OPTIONS": sanitizer.lstrip(":")})
        until(lambda: "watching what is written" in self.said() or self.process.poll(), "a start")
        return self

    def said(self):
        with open(self.errors, encoding="utf-8") as file:
            return file.read()

    def text(self):
        with open(self.out, encoding="utf-8") as file:
            return file.read()

    def told(self):
        return [json.loads(line) for line in self.text().splitlines()]

    def names(self):
        return [os.path.relpath(each["path"], self.site) for each in self.told() if "path" in each]

    def wait(self, count):
        until(lambda: len(self.names()) >= count, f"{count} findings, not {self.names()}")
        return self

    def end(self, number=signal.SIGTERM):
        """The exit code, and what the last line tells."""
        self.process.send_signal(number)
        return self.process.wait(timeout=30)


@tap.case
def written(room):
    """what is written, or moved in, alone or in a folder, is told of at once, a line of JSON each"""
    os.mkdir(room.folder + "/beside/new")
    room.write("beside/new/c.php")
    room.start()
    room.write("site/good.php", GOOD)
    room.write("site/a.php")
    os.rename(room.write("beside/b.php"), room.site + "/b.php")
    room.write("site/none.php", mode=0)
    os.rename(room.folder + "/beside/new", room.site + "/sub/new")
    room.write("beside/d.php")
    room.wait(4)
    code = room.end()
    equal(sorted(room.names()), ["a.php", "b.php", "none.php", "sub/new/c.php"])
    first, last = room.told()[0], room.told()[-1]
    equal({member: first[member] for member in ("version", "kind", "rule", "line")},
          {"version": 1, "kind": "malicious", "rule": "eval-request", "line": 3})
    equal(abs(first["seen_s"] - time.time()) < 60, True)
    equal((code, last["ended"], last["files"], last["unread"], last["accused"], last["scan"]),
          (1, True, 5, 0, 4, None))


@tap.case
def as_text(room):
    """the text is a block for each, the totals are at the end; nothing found is exit code 0"""
    room.start(json_lines=False)
    room.write("site/a\x1b.php")
    until(lambda: "backdoor" in room.text(), "the block")
    equal(room.end(signal.SIGINT), 1)
    equal("\x1b" in room.text(), False)
    holds(room.text(), r"/site/a\x1b.php:3  eval-request, 9", "\n    eval($_POST['a']);\n    It runs",
          "1 files were written and looked at, 1 are malicious.\n")
    room.start()
    room.write("site/good.php", GOOD)
    time.sleep(0.8)
    equal((room.end(), room.told()[0]["files"]), (0, 1))


@tap.case
def modes_and_times(room):
    """chmod, touch and reading are no writing; writing again is told again"""
    path = room.write("site/a.php")
    room.start()
    os.chmod(path, 0o600)
    os.utime(path)
    with open(path, "rb") as file:
        file.read()
    time.sleep(0.8)
    equal(room.names(), [])
    room.write("site/a.php", SHELL + b"// again\n")
    room.wait(1)
    equal((room.end(), room.names()), (1, ["a.php"]))


@tap.case
def taken_at_once(room):
    """--quarantine takes the file at once, --clean cleans it; the store itself is not looked at"""
    room.store = room.site + "/kept"
    room.start("--quarantine", "--clean")
    room.write("site/sub/x.php")
    room.write("site/index.php", b"<?php @eval($_POST['a']); ?>" + GOOD)
    room.wait(2)
    # What it does itself is not news: a cleaned file is looked at, and is good.
    time.sleep(0.8)
    code, told = room.end(), {os.path.basename(each["path"]): each for each in room.told()[:-1]}
    equal((told["x.php"]["action"], told["index.php"]["action"]), ("quarantined", "cleaned"))
    equal(os.listdir(room.site + "/sub"), [])
    with open(room.site + "/index.php", "rb") as file:
        equal(file.read(), GOOD)
    last = room.told()[-1]
    equal((code, last["accused"], last["quarantined"], last["cleaned"]), (1, 2, 1, 1))
    listed = subprocess.run([WEIR, "quarantine", "list", "--json", "--store", room.store, "--scan",
                             last["scan"]], capture_output=True, check=True)
    equal({each["id"] for each in json.loads(listed.stdout)["quarantine"]},
          {each["id"] for each in told.values()})


@tap.case
def gone_again(room):
    """what is deleted or renamed before it is read is no error"""
    room.start()
    for number in range(200):
        path = room.write(f"site/{number}.tmp")
        if number % 2:
            os.unlink(path)
        else:
            os.rename(path, room.site + "/sub/last.php")
    room.wait(1)
    time.sleep(0.8)
    equal((room.end(), set(room.names())), (1, {"sub/last.php"}))
    equal(room.said().count("\n"), 1)


@tap.case
def many(room):
    """5,000 files at once: each is looked at, and memory stays as it is"""
    def memory():
        with open(f"/proc/{room.process.pid}/status", encoding="utf-8") as file:
            return int(re.search(r"VmRSS:\s+(\d+)", file.read())[1])

    def burst(first):
        for number in range(first, first + BURST):
            room.write(f"site/sub/x{number}.php", GOOD if number % 10 else SHELL)
        room.wait((first + BURST) // 10)

    room.start()
    burst(0)
    before = memory()
    burst(BURST)
    grown = memory() - before
    if grown > 8192:
        raise AssertionError(f"{grown} KiB more than the {before} before")
    code = room.end()
    last = room.told()[-1]
    # One that was being written when the waiting ones were told of is looked at twice.
    equal((code, last["files"] - 2 * BURST in range(100)), (1, True))
    equal(len(set(room.names())), 2 * BURST // 10)


@tap.case
def dropped(room):
    """when the kernel drops events, that is said, and everything is looked through again"""
    with open("/proc/sys/fs/fanotify/max_queued_events", encoding="utf-8") as file:
        most = int(file.read())
    if most > 100000:
        print("# the kernel's queue is too long to be filled here: not tried")
        return
    room.start()
    room.process.send_signal(signal.SIGSTOP)
    for number in range(most + 10):
        os.mknod(f"{room.site}/sub/{number}")
    room.write("site/x.php")
    room.process.send_signal(signal.SIGCONT)
    room.wait(1)
    equal((room.end(), room.names()), (1, ["x.php"]))
    equal(room.said().count("more was written at once than the kernel could tell of"), 1)


@tap.case
def hung_up(room):
    """SIGHUP is no reason to stop"""
    room.start()
    room.process.send_signal(signal.SIGHUP)
    room.write("site/x.php")
    room.wait(1)
    equal(room.end(), 1)


@tap.case
def without_rights(room):
    """who may not watch is told so, and what to do instead"""
    os.chmod(room.folder, 0o755)
    copy = os.path.join(room.folder, "weir")
    shutil.copy(WEIR, copy)
    for arguments, word in (([], "watching needs root"), (["--quarantine"], "--quarantine needs root")):
        done = subprocess.run([copy, "scan", "--watch", *arguments, room.site], user=1234,
                              capture_output=True, check=False, cwd="/", timeout=60)
        equal((done.returncode, done.stdout), (2, b""))
        holds(done.stderr.decode(), word)
    done = subprocess.run([WEIR, "scan", "--watch", room.site + "/none"], capture_output=True,
                          check=False, timeout=60)
    equal(done.returncode, 2)
    holds(done.stderr.decode(), "/site/none': No such file or directory")


def in_room(function):
    """Runs it in a child with a mount namespace and a tmpfs of its own."""
    def run():
        folder = tempfile.mkdtemp(prefix="weir-watch-", dir="/var/tmp")
        os.chmod(folder, 0o755)
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256m,mode=755", "none", folder],
                       check=True)
        room = Room(folder)
        try:
            function(room)
        finally:
            if room.process and room.process.poll() is None:
                room.process.kill()
                room.process.wait()
            subprocess.run(["umount", folder], check=True)
            os.rmdir(folder)
    return run


def main():
    if os.geteuid() != 0:
        print("1..0 # SKIP watching is root's")
        return 0
    if os.environ.get("WEIR_TEST_OWN_MOUNTS") != "1":
        # The mounts of this test are nobody else's.
        os.execvpe("unshare", ["unshare", "-m", sys.executable, *sys.argv],
                   {**os.environ, "WEIR_TEST_OWN_MOUNTS": "1"})
    return tap.run([(name, in_room(function)) for name, function in
                    tap.wanted_cases(sys.argv[2:])])


if __name__ == "__main__":
    sys.exit(main())
