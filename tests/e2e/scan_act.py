#!/usr/bin/env python3
"""scan_act.py WEIR ROOT [CASE...]: `weir scan --quarantine` and `--clean`; prints TAP.

Each case works in a temporary folder, with a store of its own; needs root, and skips without.
"""

import fcntl
import glob
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import tap  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
DATA = os.path.join(os.path.abspath(sys.argv[2]), "tests", "data", "php")
INERT = b"if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it\n"
SHELL = b"<?php\n" + INERT + b"eval($_POST['a']);\n"
GOOD = (b"<?php\n/** The front of the site. */\ndefine('USE_THEMES', true);\n"
        b"require __DIR__ . '/header.php';\n")
INJECTED = b"<?php @eval($_POST['a']); ?>" + GOOD


class Room:
    """A folder with a site and a store."""

    def __init__(self, folder):
        self.folder = folder
        self.site = os.path.join(folder, "site")
        self.store = os.path.join(folder, "store")
        os.mkdir(self.site)

    def path(self, name):
        return os.path.join(self.site, name)

    def write(self, name, content=SHELL):
        os.makedirs(os.path.dirname(self.path(name)), exist_ok=True)
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def arguments(self, *arguments):
        return [WEIR, "scan", "--no-logs", "--store", self.store, *arguments, self.site]

    def scan(self, *arguments):
        return subprocess.run(self.arguments(*arguments), capture_output=True, check=False,
                              timeout=120)

    def acted(self, *arguments, code=1):
        """The actions by name of file: (action, id, refused)."""
        report = json.loads(must(self.scan("--json", *arguments), code))
        self.last = report["scan"]
        return {os.path.relpath(each["path"], self.site):
                (each["action"], each["id"], each["refused"]) for each in report["actions"]}

    def quarantine(self, *arguments):
        return subprocess.run([WEIR, "quarantine", arguments[0], "--store", self.store,
                               *arguments[1:]], capture_output=True, check=False, timeout=60)

    def listed(self):
        return json.loads(must(self.quarantine("list", "--json")))["quarantine"]

    def files(self):
        """Every file of the site with its bytes."""
        found = {}
        for folder, _, names in os.walk(self.site):
            for name in names:
                path = os.path.join(folder, name)
                found[os.path.relpath(path, self.site)] = read(path)
        return found


def read(path):
    with open(path, "rb") as file:
        return file.read()


def must(done, code=0):
    """What it printed, when it ended so."""
    if done.returncode != code:
        raise AssertionError(f"exit code {done.returncode}, not {code}: {done.stderr.decode()}")
    return done.stdout.decode()


def equal(got, want):
    if got != want:
        raise AssertionError(f"{got!r}, not {want!r}")


def holds(text, *words):
    for word in words:
        if word not in text:
            raise AssertionError(f"{word!r} is not in {text!r}")


def until(is_so, what):
    """Waits ten seconds at most."""
    for _ in range(1000):
        if is_so():
            return
        time.sleep(0.01)
    raise AssertionError(f"waited in vain for {what}")


@tap.case
def reports_by_default(room):
    """without --quarantine and --clean nothing is changed, and no actions are told"""
    room.write("a.php")
    report = json.loads(must(room.scan("--json"), 1))
    equal("actions" in report or "scan" in report, False)
    equal(list(room.files()), ["a.php"])
    equal(os.path.exists(room.store), False)


@tap.case
def fixtures(room):
    """of our own fixtures the accused ones are taken, and no safe twin is"""
    for kind in ("malicious", "safe"):
        shutil.copytree(os.path.join(DATA, kind), room.path(kind))
    before = room.files()
    accused = {os.path.relpath(each["path"], room.site)
               for each in json.loads(must(room.scan("--json"), 1))["findings"]
               if each["kind"] == "malicious" and each["confidence"] >= 0.9}
    acted = room.acted("--quarantine")
    equal(set(acted), accused)
    taken = {name for name, action in acted.items() if action[0] == "quarantined"}
    equal(len(accused) > 40, True)
    equal(accused - taken, set())
    equal(room.files(), {name: text for name, text in before.items() if name not in taken})
    equal({each["path"] for each in room.listed()}, {room.path(name) for name in taken})


@tap.case
def and_back(room):
    """the text names each id and how to undo; restore --scan does, and no scan takes it again"""
    path = room.write("up/x.php")
    os.chown(path, 1234, 5678)
    os.chmod(path, 0o640)
    os.utime(path, ns=(1600000000123456789, 1500000000987654321))
    before = os.stat(path)
    text = must(room.scan("--quarantine"), 1)
    file_id = re.search(rf"^quarantined  {re.escape(path)} -> ([0-9a-f]{{16}})$", text, re.M)[1]
    holds(text, "1 quarantined. To undo all of it: weir quarantine restore --store ")
    undo = re.search(r"--scan (\S+)\n", text)[1]
    equal([(each["id"], each["scan"], each["rules"]) for each in room.listed()],
          [(file_id, undo, ["eval-request"])])
    must(room.quarantine("restore", "--scan", undo))
    after = os.stat(path)
    for member in ("st_ino", "st_uid", "st_gid", "st_mode", "st_mtime_ns", "st_size"):
        equal(getattr(after, member), getattr(before, member))
    report = json.loads(must(room.scan("--quarantine", "--json")))
    equal((report["actions"], report["allowed"], read(path)), ([], 1, SHELL))


@tap.case
def cleaned(room):
    """an injected file of the site's own is not taken: it is cleaned, with all its attributes"""
    path = room.write("index.php", INJECTED)
    shell = room.write("x.php")
    os.chown(path, 1234, 5678)
    os.chmod(path, 0o640)
    os.setxattr(path, "trusted.note", b"a\0b")
    acted = room.acted("--quarantine")
    equal(acted["index.php"][:2], ("left", None))
    holds(acted["index.php"][2], "use --clean")
    equal((read(path), os.path.exists(shell)), (INJECTED, False))
    acted = room.acted("--clean")
    equal((acted["index.php"][0], read(path)), ("cleaned", GOOD))
    status = os.stat(path)
    equal((status.st_uid, status.st_gid, status.st_mode & 0o7777), (1234, 5678, 0o640))
    equal(os.getxattr(path, "trusted.note"), b"a\0b")
    # A cache of compiled programs must see that it is another file.
    equal(abs(status.st_mtime - time.time()) < 60, True)
    must(room.scan(), 0)
    must(room.quarantine("restore", "--scan", room.last))
    equal(read(path), INJECTED)


@tap.case
def both(room):
    """--clean --quarantine cleans what can be cleaned and takes the rest; --clean leaves it"""
    room.write("index.php", INJECTED)
    room.write("x.php")
    acted = room.acted("--clean")
    equal((acted["index.php"][0], acted["x.php"][0]), ("cleaned", "left"))
    holds(acted["x.php"][2], "use --quarantine")
    room.write("index.php", INJECTED + b"// again\n")
    acted = room.acted("--clean", "--quarantine")
    equal((acted["index.php"][0], acted["x.php"][0]), ("cleaned", "quarantined"))
    equal(room.files(), {"index.php": GOOD + b"// again\n"})


@tap.case
def a_site_stays_up(room):
    """what a site does not run without is left where it cannot be cleaned; so are shared files"""
    config = b"<?php\ndefine('DB_PASSWORD', eval($_POST['a']));\n"
    htaccess = (b"AddHandler application/x-httpd-php .jpg\n"
                b"php_value auto_prepend_file /tmp/.x/sess_1.jpg\nRewriteEngine On\n")
    files = {"wp-config.php": config, "up/.htaccess": htaccess}
    for name, content in files.items():
        room.write(name, content)
    acted = room.acted("--quarantine", "--clean")
    equal({name: action[0] for name, action in acted.items()},
          {"wp-config.php": "left", "up/.htaccess": "left"})
    # What a package owns, in a mount namespace of its own.
    done = subprocess.run(["unshare", "-m", "sh", "-c", f"""
        mount -t tmpfs none /usr/share || exit 77
        cp {room.write("x.php")} /usr/share/x.php
        {WEIR} scan --store {room.store} --quarantine --json /usr/share; code=$?
        test -e /usr/share/x.php && exit $code"""], capture_output=True, check=False, timeout=60)
    os.unlink(room.path("x.php"))
    action = json.loads(must(done, 1))["actions"][0]
    holds(action["refused"], "it belongs to the system")
    holds(acted["wp-config.php"][2], "does not run without it")
    holds(acted["up/.htaccess"][2], "by hand")
    equal(room.files(), files)


@tap.case
def hard_links(room):
    """a file with two names is refused with the reason; the others are taken"""
    os.link(room.write("a.php"), room.path("b.txt"))
    room.write("c.php", SHELL + b"// c\n")
    done = room.scan("--quarantine")
    holds(must(done, 3), "1 quarantined, ", "refused")
    holds(done.stderr.decode(), "a.php' is not taken: it has 2 names (hard links)")
    equal(sorted(room.files()), ["a.php", "b.txt"])


@tap.case
def changed_meanwhile(room):
    """what is rewritten between the scan and the taking stays, new, where it is"""
    for name in ("a.php", "b.php", "c.php", "d.php"):
        room.write(name, SHELL + name.encode())
    must(room.quarantine("add", room.write("first.php")))
    with open(os.path.join(room.store, "journal"), "rb") as journal, subprocess.Popen(
            room.arguments("--quarantine", "--json"), stdout=subprocess.PIPE,
            stderr=subprocess.PIPE) as process:
        # It has read all files, and waits for the store before it takes the first.
        fcntl.flock(journal, fcntl.LOCK_EX)
        if process.poll() is None:
            until(lambda: re.search(rf"-> FLOCK .* {process.pid} ", read("/proc/locks").decode()),
                  "the scan to wait")
        room.write("a.php", GOOD)
        room.write("b.php", GOOD)
        os.unlink(room.path("d.php"))
        fcntl.flock(journal, fcntl.LOCK_UN)
        out, _ = process.communicate(timeout=60)
    acted = {os.path.basename(each["path"]): each for each in json.loads(out)["actions"]}
    equal({name: each["action"] for name, each in acted.items()},
          {"a.php": "refused", "b.php": "refused", "c.php": "quarantined", "d.php": "left"})
    holds(acted["b.php"]["refused"], "its content changed since it was scanned")
    equal(room.files(), {"a.php": GOOD, "b.php": GOOD})


@tap.case
def not_whole(room):
    """a file that was not seen whole is never taken"""
    path = room.write("big.php", SHELL + b"\n// " + b"x" * (9 << 20))
    report = json.loads(must(room.scan("--json", "--quarantine"), 1))
    equal([each["confidence"] >= 0.9 for each in report["findings"]], [True])
    equal(report["actions"][0]["action"], "left")
    holds(report["actions"][0]["refused"], "look at it yourself")
    equal(os.path.exists(path), True)


@tap.case
def behind_filler(room):
    """code that is too much to be followed keeps neither a shell nor an injection safe"""
    filler = b"".join(b"include __DIR__ . '/part%d.php';\n" % i for i in range(5000))
    shell = room.write("uploads/shell.php", SHELL + filler)
    site = room.write("plugin.php", GOOD + filler)
    clean = room.files()["plugin.php"]
    room.write("plugin.php", INJECTED[:-len(GOOD)] + clean)
    report = json.loads(must(room.scan("--json", "--quarantine", "--clean"), 1))
    equal(report["cut"] >= 2, True)
    equal({each["path"]: each["action"] for each in report["actions"]},
          {shell: "quarantined", site: "cleaned"})
    equal(room.files(), {"plugin.php": clean})


@tap.case
def honest_scripts(room):
    """an honest script that visitors can mail through is told of, and not touched"""
    shutil.copytree(os.path.join(DATA, "mail", "vulnerable"), room.path("mail"))
    before = room.files()
    report = json.loads(must(room.scan("--json", "--quarantine", "--clean"), 1))
    equal([each for each in report["findings"] if each["confidence"] >= 0.9] != [], True)
    equal((report["actions"], room.files()), ([], before))


@tap.case
def not_root(room):
    """who is not root is told so before anything is read"""
    room.write("a.php")
    os.chmod(room.folder, 0o755)
    copy = os.path.join(room.folder, "weir")
    shutil.copy(WEIR, copy)
    for option in ("--quarantine", "--clean"):
        done = subprocess.run([copy, "scan", option, "--store", room.store, "/no/such"],
                              capture_output=True, check=False, user=1234, cwd="/", timeout=60)
        equal(must(done, 2), "")
        equal(done.stderr.decode(),
              f"weir scan: {option} needs root: without it, scan and report only\n")
    equal(list(room.files()), ["a.php"])


@tap.case
def vouched_for(room):
    """--allow lists are believed beside the usual one; one that others can write is not"""
    lists = [os.path.join(room.folder, name) for name in ("one", "two")]
    for name, path in zip(("a.php", "b.php"), lists):
        room.write(name, SHELL + name.encode())
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"{hashlib.sha256(read(room.path(name))).hexdigest()}  ours\n")
    allow = [word for path in lists for word in ("--allow", path)]
    report = json.loads(must(room.scan("--json", "--quarantine", *allow)))
    equal((report["allowed"], report["findings"], report["actions"]), (2, [], []))
    os.chmod(lists[1], 0o666)
    for arguments in (allow, [*allow, "--quarantine"], ["--allow", "/no/such"]):
        done = room.scan(*arguments)
        must(done, 2)
        holds(done.stderr.decode(), "weir scan: ", arguments[-1] if len(arguments) == 2 else "two'")
    # The usual list: the sentence is enough where nothing is taken.
    os.mkdir(room.store, 0o700)
    shutil.copy(lists[0], os.path.join(room.store, "allow"))
    equal(json.loads(must(room.scan("--json"), 1))["allowed"], 1)
    os.chmod(os.path.join(room.store, "allow"), 0o622)
    done = room.scan("--json")
    equal(json.loads(must(done, 1))["allowed"], 0)
    holds(done.stderr.decode(), "can be written by others")
    must(room.scan("--quarantine"), 2)
    equal(sorted(room.files()), ["a.php", "b.php"])


@tap.case
def no_hiding_place(room):
    """the quarantine is passed by, and a folder of somebody else's by its name is not"""
    for name in (".weir-quarantine/x.php", "site/.weir-quarantine/y.php"):
        os.chown(os.path.dirname(room.write(name)), 1234, 1234)
    equal({each["path"] for each in json.loads(must(room.scan("--json"), 1))["findings"]},
          {room.path(".weir-quarantine/x.php"), room.path("site/.weir-quarantine/y.php")})
    room.store = room.path("kept")
    room.acted("--quarantine")
    equal(len(room.listed()), 2)
    equal(json.loads(must(room.scan("--json")))["findings"], [])


@tap.case
def disk_full(room):
    """where the store has no room the file stays, and the reason is told"""
    script = f"""
        mount -t tmpfs -o size=1m,mode=755 none {room.site} || exit 77
        cp {room.folder}/x.php {room.site}/x.php
        dd if=/dev/zero of={room.site}/full bs=4k 2>/dev/null
        {WEIR} scan --store {room.store} --quarantine --json {room.site}; code=$?
        cmp {room.folder}/x.php {room.site}/x.php >&2 || exit 78
        exit $code"""
    with open(os.path.join(room.folder, "x.php"), "wb") as file:
        file.write(SHELL)
    done = subprocess.run(["unshare", "-m", "sh", "-c", script], capture_output=True, check=False,
                          timeout=60)
    action = json.loads(must(done, 3))["actions"][0]
    equal(action["action"], "refused")
    holds(action["refused"], "No space left on device")


@tap.case
def killed(room):
    """killed in the middle, each file is in one place; the next run does the rest; all comes back"""
    for number in range(400):
        room.write(f"x{number}.php", SHELL + str(number).encode())
    before = room.files()
    for kept in (10, 60, 130):
        with subprocess.Popen(room.arguments("--quarantine"), stdout=subprocess.DEVNULL) as process:
            until(lambda: len(glob.glob(room.store + "/*.file")) > kept, "the first files")
            process.send_signal(signal.SIGKILL)
        here, there = set(room.files()), {os.path.basename(each["path"]) for each in room.listed()}
        equal((here & there, here | there), (set(), set(before)))
    room.acted("--quarantine")
    equal((room.files(), len(room.listed())), ({}, 400))
    for scan in {each["scan"] for each in room.listed()}:
        must(room.quarantine("restore", "--scan", scan))
    equal(room.files(), before)


if __name__ == "__main__":
    sys.exit(tap.run_in_rooms(Room, "the quarantine is root's", sys.argv[3:], "/var/tmp"))
