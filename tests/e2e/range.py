#!/usr/bin/env python3
"""range.py WEIR: traces what real servers logged during labelled abuse; prints TAP.

The runs lie in ../shared/range beside this repository, and are never copied into it:
without them every case is skipped. score.py there judges route, origin, messages and
the way from a sample to its incident; here the same logs are also given as
administrators give logs: reversed, packed, rotated, copied, without passwd, as a folder.
"""

import bz2
import contextlib
import functools
import gzip
import importlib.util
import json
import lzma
import os
import shutil
import subprocess
import sys
import tempfile

import tap
from tap import case

WEIR = os.path.abspath(sys.argv[1])
HERE = os.path.dirname(os.path.abspath(__file__))


def find_range():
    """../shared/range, seen from this checkout or from the one that it is a worktree of."""
    places = [os.path.join(HERE, "..", "..")]
    with contextlib.suppress(OSError, subprocess.CalledProcessError):
        places.append(os.path.dirname(subprocess.run(
            ["git", "rev-parse", "--path-format=absolute", "--git-common-dir"], cwd=HERE,
            capture_output=True, text=True, check=True).stdout.strip()))
    for place in places:
        folder = os.path.normpath(os.path.join(place, "..", "shared", "range"))
        if os.path.exists(os.path.join(folder, "score.py")):
            return folder
    return None


RANGE = find_range()

def run(folder, *arguments):
    done = subprocess.run([WEIR, "trace", "--json", "--queue-ids", *arguments], cwd=folder,
                          capture_output=True, timeout=120, check=False,
                          env=dict(os.environ, TZ="UTC"))
    assert done.returncode in (0, 1), f"exit {done.returncode}: {done.stderr.decode()[:200]}"
    return json.loads(done.stdout)


def answer(folder, *arguments):
    """What must not depend on how the logs are given."""
    found = run(folder, *arguments)
    return [found["messages"]["total"]] + [
        (one["route"], one["messages"], one["recipients"], one["origin"]["script"],
         one["origin"]["url"], one["origin"]["mailbox"], sorted(one["origin"]["clients"]),
         sorted(one["queue_ids"])) for one in found["incidents"]]


def logs(folder):
    return sorted(os.path.relpath(os.path.join(where, name), folder)
                  for where, _, names in os.walk(folder) for name in names
                  if name.endswith(".log"))


def short(found):
    return [one if isinstance(one, int) else one[:3] for one in found]


def same(found, whole, how):
    assert found == whole, f"{how}: {short(found)}, not {short(whole)}"


@case
def labelled(folder, truth):
    """route, origin and messages with PHP's log"""
    judge_by_score(folder, truth, True)


@case
def inferred(folder, truth):
    """route, origin and messages without PHP's log"""
    judge_by_score(folder, truth, False)


def judge_by_score(folder, truth, with_php):
    spec = importlib.util.spec_from_file_location("score", os.path.join(RANGE, "score.py"))
    score = importlib.util.module_from_spec(spec)
    sys.dont_write_bytecode = True
    spec.loader.exec_module(score)
    is_right, text = score.judge(WEIR, folder, with_php)
    assert is_right, f"{truth['route']}: {text}"


@case
def bare_folder(folder, truth):
    """the bare folder, with mails and all, gives what its logs give"""
    same(answer(folder, "--passwd", "passwd", "."),
         answer(folder, "--passwd", "passwd", *logs(folder)), "the folder")
    assert bool(answer(folder, ".")[1:]) == (truth["route"] is not None)


@case
def quotes(folder, truth):
    """what a quoted line is said to show stands in it"""
    words = {"another server calls it spam": "spam", "it bounces": "bounced",
             "PHP states the script": "mail() on", "the request that made the message": "POST"}
    found = run(folder, *logs(folder))["incidents"]
    seen = [(one["says"], one["text"]) for incident in found for one in incident["evidence"]]
    assert bool(seen) == (truth["route"] is not None)
    for says, text in seen:
        assert words.get(says, "") in text, f"{says}: {text}"


@case
def without_passwd(folder, truth):
    """without passwd the origin is the same"""
    del truth
    same(answer(folder, *logs(folder)), answer(folder, "--passwd", "passwd", *logs(folder)),
         "without passwd")


@case
def samples(folder, truth):
    """each spam leads to the incident, and hides none"""
    whole = answer(folder, *logs(folder))
    spam = [name for name in sorted(os.listdir(os.path.join(folder, "samples")))
            if name.startswith("spam-")]
    assert bool(spam) == (truth["route"] is not None)
    for name in spam:
        path = os.path.join("samples", name)
        same(answer(folder, *logs(folder), path), whole, name)
        found = run(folder, path, *logs(folder))
        assert found["samples"][0]["found"], name
        assert found["samples"][0]["incident"] == found["incidents"][0]["id"], name


@case
def reversed_order(folder, truth):
    """files in reversed order give the same"""
    del truth
    same(answer(folder, *reversed(logs(folder))), answer(folder, *logs(folder)), "reversed")


def zstd(data):
    return subprocess.run(["zstd", "-qc"], input=data, check=True, capture_output=True).stdout


@case
def packed(folder, truth):
    """gz, xz, zst and bz2 give the same"""
    del truth
    whole = answer(folder, *logs(folder))
    packers = {"gz": gzip.compress, "xz": lzma.compress, "bz2": bz2.compress}
    if shutil.which("zstd"):
        packers["zst"] = zstd
    for ending, pack in packers.items():
        with tempfile.TemporaryDirectory() as copy:
            for name in logs(folder):
                put(copy, f"{name}.{ending}", pack(read(folder, name)),
                    os.stat(os.path.join(folder, name)).st_mtime)
            same(answer(copy, "."), whole, ending)


def read(folder, name):
    with open(os.path.join(folder, name), "rb") as file:
        return file.read()


def put(folder, name, data, when):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    os.utime(path, (when, when))


def rotate(folder, copy, is_overlapping):
    """Four parts of each log, as logrotate names them; with copytruncate the oldest
    lines of a part stand at the end of the one before it as well."""
    for name in logs(folder):
        when = os.stat(os.path.join(folder, name)).st_mtime
        lines = read(folder, name).splitlines(keepends=True)
        part = len(lines) // 4 + 1
        for number in range(4):
            end = (number + 1) * part + (part // 8 if is_overlapping else 0)
            data = b"".join(lines[number * part:end])
            age = 3 - number
            put(copy, name + (f".{age}" if age else "") + (".gz" if age > 1 else ""),
                gzip.compress(data) if age > 1 else data, when - age)


@case
def rotated(folder, truth):
    """rotated parts give the same"""
    del truth
    with tempfile.TemporaryDirectory() as copy:
        rotate(folder, copy, False)
        same(answer(copy, "."), answer(folder, *logs(folder)), "rotated")


@case
def overlapping(folder, truth):
    """rotated parts that share lines (copytruncate) give the same"""
    del truth
    with tempfile.TemporaryDirectory() as copy:
        rotate(folder, copy, True)
        same(answer(copy, "."), answer(folder, *logs(folder)), "overlapping")


@case
def copied(folder, truth):
    """a second copy of the mail log counts nothing twice"""
    del truth
    whole = answer(folder, *logs(folder))
    with tempfile.TemporaryDirectory() as copy:
        put(copy, "mail.log.1", read(folder, "mail.log"),
            os.stat(os.path.join(folder, "mail.log")).st_mtime)
        same(answer(folder, *logs(folder), os.path.join(copy, "mail.log.1")), whole, "copied")


def labelled_runs():
    for name in sorted(os.listdir(RANGE)):
        folder = os.path.join(RANGE, name)
        if os.path.exists(os.path.join(folder, "truth.json")):
            with open(os.path.join(folder, "truth.json"), encoding="utf-8") as file:
                yield name, folder, json.load(file)


def main():
    if not RANGE:
        print("1..0 # SKIP ../shared/range is not here")
        return 0
    return tap.run((f"{name}: {what}", functools.partial(function, folder, truth))
                   for name, folder, truth in labelled_runs() for what, function in tap.CASES)


if __name__ == "__main__":
    sys.exit(main())
