#!/usr/bin/env python3
"""quarantine.py WEIR [CASE...]: `weir quarantine` as an administrator uses it; prints TAP.

Each case works in a temporary folder, with a store of its own; needs root, and skips without.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import tap  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
BAD = b"<?php harmless('bad');\n"
ACTIONS = ["add", "list", "show", "restore", "delete"]


def weir(*arguments, user=None):
    return subprocess.run([WEIR, "quarantine", *arguments], capture_output=True, check=False,
                          user=user, timeout=60)


class Room:
    """A folder with a site and a store."""

    def __init__(self, folder):
        self.folder = folder
        self.site = os.path.join(folder, "site")
        self.store = os.path.join(folder, "store")
        os.mkdir(self.site)

    def path(self, name):
        return os.path.join(self.site, name)

    def write(self, name, content=BAD):
        with open(self.path(name), "wb") as file:
            file.write(content)
        return self.path(name)

    def run(self, action, *arguments):
        return weir(action, "--store", self.store, *arguments)

    def listed(self):
        return json.loads(must(self.run("list", "--json")))["quarantine"]


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


def look(path):
    """All of a file but its ctime."""
    status = os.lstat(path)
    attributes = {name: os.getxattr(path, name) for name in sorted(os.listxattr(path))}
    with open(path, "rb") as file:
        content = file.read()
    return (status.st_ino, status.st_uid, status.st_gid, status.st_mode, status.st_mtime_ns,
            attributes, content)


@tap.case
def there_and_back(room):
    """add takes a file away and prints its id; restore gives it back, and the allow-list has it"""
    path = room.write("x.php")
    os.chown(path, 1234, 5678)
    os.chmod(path, 0o640)
    os.utime(path, ns=(1600000000123456789, 1500000000987654321))
    os.setxattr(path, "trusted.note", b"a\0b")
    before = look(path)
    file_id, told = must(room.run("add", path)).split()
    equal(told, path)
    equal(os.path.exists(path), False)
    equal(re.fullmatch("[0-9a-f]{16}", file_id) is not None, True)
    holds(must(room.run("list")), file_id, path, f"{len(BAD)}  /")
    holds(must(room.run("restore", file_id)), file_id, path, "but for ctime")
    equal(look(path), before)
    with open(os.path.join(room.store, "allow"), encoding="utf-8") as file:
        equal(file.read(), f"{hashlib.sha256(BAD).hexdigest()}  {path}\n")
    equal(must(room.run("list")), "Nothing is in quarantine.\n")


@tap.case
def as_json(room):
    """list --json and show --json give each member that the manual names"""
    path = room.write("a\xff\"b\x1b[31m.php".encode("latin-1").decode("utf-8", "surrogateescape"))
    must(room.run("add", path))
    entry = room.listed()[0]
    equal(bytes.fromhex(entry["path_hex"]), os.fsencode(path))
    equal(entry["sha256"], hashlib.sha256(BAD).hexdigest())
    equal((entry["rules"], entry["scan"], entry["cleaned_sha256"]), ([], None, None))
    equal((entry["size"], entry["owner"], entry["mode"]), (len(BAD), 0, "0644"))
    equal(os.path.exists(entry["file"]), True)
    shown = json.loads(must(room.run("show", "--json", entry["id"])))
    equal(shown.pop("version"), 1)
    equal(shown, entry)
    text = must(room.run("show", entry["id"]))
    holds(text, entry["id"], entry["sha256"], "taken by hand", r"\x1b[31m.php", "0:0, mode 0644")
    equal("\x1b" in text, False)


@tap.case
def nobody_else_reaches_it(room):
    """the store is root's alone, and so is each file in it"""
    os.chmod(room.folder, 0o755)
    path = room.write("x.php")
    os.chown(path, 1234, 1234)
    must(room.run("add", path))
    entry = room.listed()[0]
    equal(os.stat(room.store).st_mode & 0o7777, 0o700)
    equal((os.stat(entry["file"]).st_uid, os.stat(entry["file"]).st_mode & 0o7777), (0, 0o400))
    done = subprocess.run(["cat", entry["file"]], capture_output=True, check=False, user=1234)
    equal(done.returncode, 1)


@tap.case
def some_of_several(room):
    """of several files those are taken that can be; the exit code says that one was not"""
    good, other = room.write("x.php"), room.write("y.php")
    missing = room.path("missing.php")
    os.link(other, room.path("z.php"))
    done = room.run("add", good, missing, other)
    equal(len(must(done, 3).splitlines()), 1)
    holds(done.stderr.decode(), "missing.php", "No such file", "y.php' is not taken: it has 2 names")
    equal([entry["path"] for entry in room.listed()], [good])


@tap.case
def by_scan(room):
    """restore --scan gives back what a run took, list --scan lists it, and nothing else"""
    for name in ("a.php", "b.php", "c.php"):
        must(room.run("add", room.write(name, BAD + name.encode())))
    for entry in room.listed()[:2]:
        record = os.path.join(room.store, entry["id"] + ".json")
        with open(record, encoding="utf-8") as file:
            text = file.read()
        with open(record, "w", encoding="utf-8") as file:
            file.write(text.replace('"scan":null', '"scan":"run-7"'))
    scanned = [entry["path"] for entry in room.listed() if entry["scan"] == "run-7"]
    equal(len(must(room.run("list", "--scan", "run-7")).splitlines()), 2)
    must(room.run("restore", "--scan", "run-7"))
    equal(sorted(scanned), sorted(path for path in (room.path(n) for n in os.listdir(room.site))))
    equal(len(room.listed()), 1)
    holds(must(room.run("restore", "--scan", "run-7")), "Nothing of this scan")


@tap.case
def overwritten_never(room):
    """restore refuses to overwrite, and says so; the file stays in quarantine"""
    path = room.write("x.php")
    file_id = must(room.run("add", path)).split()[0]
    room.write("x.php", b"new")
    done = room.run("restore", file_id)
    must(done, 3)
    holds(done.stderr.decode(), "there is another file at")
    equal(look(path)[-1], b"new")
    equal([entry["id"] for entry in room.listed()], [file_id])


@tap.case
def deleted_by_id(room):
    """delete takes ids and no patterns, and then the bytes are gone"""
    file_id = must(room.run("add", room.write("x.php"))).split()[0]
    for wrong in ("*", file_id[:15], file_id[:15] + "?", "../store/" + file_id):
        done = room.run("delete", wrong)
        must(done, 3)
        holds(done.stderr.decode(), "is no id of a file in quarantine")
    equal(must(room.run("delete", file_id)), f"{file_id}  deleted\n")
    equal(sorted(os.listdir(room.store)), ["journal"])


@tap.case
def journal(room):
    """the journal tells each step, and is only appended to"""
    path = room.write("x.php")
    file_id = must(room.run("add", path)).split()[0]
    must(room.run("restore", file_id))
    again = must(room.run("add", path)).split()[0]
    must(room.run("delete", again))
    with open(os.path.join(room.store, "journal"), encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    equal([(line["did"], line["id"]) for line in lines],
          [("take", file_id), ("kept", file_id), ("restore", file_id), ("restored", file_id),
           ("take", again), ("kept", again), ("delete", again), ("deleted", again)])
    equal({line["path"] for line in lines}, {path})


@tap.case
def torn_records(room):
    """a record or journal that is damaged is told of, and harms no other file"""
    first = must(room.run("add", room.write("x.php"))).split()[0]
    second = must(room.run("add", room.write("y.php"))).split()[0]
    with open(os.path.join(room.store, first + ".json"), "w", encoding="utf-8") as file:
        file.write('{"version":1,"id":"')
    with open(os.path.join(room.store, "journal"), "a", encoding="utf-8") as file:
        file.write('{"at":"half')
    done = room.run("list")
    must(done, 3)
    holds(done.stdout.decode(), second)
    holds(done.stderr.decode(), first, "it is no JSON")
    holds(must(room.run("restore", second), 3), second)
    equal(look(room.path("y.php"))[-1], BAD)
    equal(os.path.exists(os.path.join(room.store, first + ".file")), True)
    with open(os.path.join(room.store, "journal"), encoding="utf-8") as file:
        holds(file.read(), '{"at":"half\n{"at":"2')


@tap.case
def through_links(room):
    """a path through a symbolic link is refused, with the real one"""
    room.write("x.php")
    os.symlink("site", os.path.join(room.folder, "turned"))
    done = room.run("add", os.path.join(room.folder, "turned", "x.php"))
    must(done, 3)
    holds(done.stderr.decode(), "a symbolic link stands in the path", f"real folder, {room.site}")
    # Relative paths and dots are read as usual.
    equal(len(must(room.run("add", os.path.join(room.site, "..", "site", ".", "x.php"))).split()), 2)
    equal(room.listed()[0]["path"], room.path("x.php"))


@tap.case
def wrong_usage(room):
    """what is wrong on the command line is said, and nothing is done"""
    path = room.write("x.php")
    for arguments, word in [((), "usage: weir quarantine add"), (("nothing",), "usage:"),
                            (("add",), "which file?"), (("show",), "which id?"),
                            (("restore",), "which id?"), (("delete",), "which id?"),
                            (("show", "a", "b"), "'b' is one too many"),
                            (("list", path), "is one too many"),
                            (("add", "--json", path), "takes no --json"),
                            (("delete", "--scan", "x", path), "takes no --scan"),
                            (("add", "--force", path), "unrecognized option")]:
        done = weir(*arguments)
        must(done, 2)
        holds(done.stderr.decode(), word)
    equal(look(path)[-1], BAD)
    for arguments in (("--help",), ("add", "--help"), ("-h",)):
        holds(must(weir(*arguments)), *(f"weir quarantine {action} " for action in ACTIONS))


@tap.case
def not_root(room):
    """who is not root is told so, and nothing is done"""
    path = room.write("x.php")
    os.chmod(room.folder, 0o755)
    weir_copy = os.path.join(room.folder, "weir")
    shutil.copy(WEIR, weir_copy)
    done = subprocess.run([weir_copy, "quarantine", "add", path], capture_output=True, check=False,
                          user=1234, cwd="/")
    must(done, 2)
    holds(done.stderr.decode(), "run this as root")
    equal(look(path)[-1], BAD)


if __name__ == "__main__":
    sys.exit(tap.run_in_rooms(Room, "the quarantine is root's", sys.argv[2:]))
