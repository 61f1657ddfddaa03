#!/usr/bin/env python3
"""scan_forms.py WEIR: what `weir scan` says of forms and of the scripts that get them; prints TAP.

Each folder of tests/data/php/forms/open is a site with one hole, told as in OPEN; its twin in
protected has none.
"""

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
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "php", "forms")
THEME = "wp-content/themes/shop/"
OPEN = {
    "comment": ("comment-open", 0.5, "post.tpl", 1, "comment form"),
    "drawn-only": ("check-not-verified", 0.9, "send.php", 2, "draws a bot check (reCAPTCHA)"),
    "friend": ("form-open", 0.5, "friend.php", 2, "tell-a-friend form"),
    "newsletter": ("form-open", 0.5, "footer.twig", 1, "newsletter form"),
    "popup": ("form-without-check", 0.85, "ajax/callback.php", 2, "call-me form"),
    "registration": ("registration-open", 0.5, "register.html", 1, "registration form"),
    "same-file": ("form-without-check", 0.85, "contact.php", 3, "contact form"),
    "two-files": ("form-without-check", 0.85, "send.php", 2, "contact.html:1 has no bot check"),
    "wordpress": ("form-without-check", 0.85, THEME + "functions.php", 7, "quick-order form"),
}


def scan(name):
    """Away from a folder called tests, which speaks for a script."""
    with tempfile.TemporaryDirectory() as folder:
        site = shutil.copytree(os.path.join(DATA, name), os.path.join(folder, "site"))
        done = subprocess.run([WEIR, "scan", "--json", "--no-cache", "--no-logs", "."], cwd=site,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=60,
                              check=False)
        assert done.returncode in (0, 1), (done.returncode, done.stderr[-300:])
        report = json.loads(done.stdout)
        found = [f for f in report["findings"] if f["kind"] == "unprotected-form"]
        accused = any(f["confidence"] >= 0.9 for f in report["findings"])
        assert done.returncode == accused, (done.returncode, report["findings"])
        return found


def is_open(name):
    rule, confidence, path, line, why = OPEN[name]
    found = scan("open/" + name)
    assert len(found) == 1, found
    told = found[0]
    assert (told["rule"], told["path"], told["line"]) == (rule, "./" + path, line), told
    assert abs(told["confidence"] - confidence) < 0.001, told
    assert why in told["why"] and len(told["advice"]) > 40 and told["text"], told


def is_protected(name):
    found = scan("protected/" + name)
    assert not found, found


@case
def every_open_site_has_its_row():
    """Every open site has its row, and a protected twin."""
    assert sorted(OPEN) == sorted(os.listdir(os.path.join(DATA, "open")))
    assert set(OPEN) <= set(os.listdir(os.path.join(DATA, "protected")))


def cases():
    for name in sorted(OPEN):
        yield f"open/{name}: {OPEN[name][0]}", lambda name=name: is_open(name)
    for name in sorted(os.listdir(os.path.join(DATA, "protected"))):
        yield f"protected/{name}: nothing", lambda name=name: is_protected(name)
    yield from tap.CASES


if __name__ == "__main__":
    sys.exit(tap.run(cases()))
