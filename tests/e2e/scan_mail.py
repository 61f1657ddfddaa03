#!/usr/bin/env python3
"""scan_mail.py WEIR: what `weir scan` says of mailing scripts; prints TAP.

Each file and folder of tests/data/php/mail says in its first comment which rule accuses it.
"""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import tap  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "php", "mail")
ACCUSES = 0.9
KINDS = ("vulnerable-mail", "notification", "malicious")


def scan(path):
    """Away from a folder called tests, which speaks for a script."""
    with tempfile.TemporaryDirectory() as folder:
        name = os.path.basename(path)
        copy = os.path.join(folder, name)
        if os.path.isdir(path):
            shutil.copytree(path, copy)
        else:
            shutil.copy(path, copy)
        return scan_here(folder, name)


def scan_here(folder, path):
    done = subprocess.run([WEIR, "scan", "--json", "--no-cache", "--no-logs", path], cwd=folder,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60, check=False)
    assert done.returncode in (0, 1), (done.returncode, done.stderr[-300:])
    return json.loads(done.stdout)


def expected(path):
    script = os.path.join(path, "index.php") if os.path.isdir(path) else path
    with open(script, encoding="utf-8") as file:
        return re.search(r"// expect: (\S+)", file.read())[1]


def judged(path):
    """The rules that accuse, all found in the script where the visitor's text comes in."""
    report = scan(path)
    found = [f for f in report["findings"]
             if f["kind"] in KINDS and f["confidence"] >= ACCUSES]
    want = expected(path)
    rules = sorted({f["rule"] for f in found}) or ["nothing"]
    assert rules == [want], (rules, want, found)
    for finding in found:
        explains(finding)


def explains(finding):
    assert finding["line"] > 1 and finding["text"], finding
    assert re.search(r"\$_\w+\['|the field|all of \$_|a friend", finding["why"]), finding["why"]
    assert "before it is sent" in finding["why"], finding["why"]
    assert len(finding["advice"]) > 40, finding


def cases():
    for kind in ("vulnerable", "safe"):
        for name in sorted(os.listdir(os.path.join(DATA, kind))):
            path = os.path.join(DATA, kind, name)
            yield f"{kind}/{name}: {expected(path)}", lambda path=path: judged(path)


if __name__ == "__main__":
    sys.exit(tap.run(cases()))
