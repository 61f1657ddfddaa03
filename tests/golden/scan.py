#!/usr/bin/env python3
"""scan.py SCAN_REPORT [--update]: the reports of weir scan, byte for byte; prints TAP.

SCAN_REPORT makes findings up and reports them; the reports lie in this folder as
scan-SCENARIO.FORM. --update writes them anew; look at what changed before you commit it.
"""

import functools
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
sys.dont_write_bytecode = True
import tap  # noqa: E402

PROGRAM = os.path.abspath(sys.argv[1])
UPDATE = "--update" in sys.argv
FORMS = {"text": "txt", "verbose": "verbose.txt", "json": "json", "html": "html"}
CASES = [(scenario, form) for scenario in ("hacked", "hostile", "quiet") for form in FORMS
         if (scenario, form) != ("quiet", "verbose")]
HARMFUL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def check(scenario, form):
    done = subprocess.run([PROGRAM, scenario, form], stdout=subprocess.PIPE, timeout=60, check=True)
    text = done.stdout.decode("utf-8")  # raises where it is none
    if form == "json":
        assert json.loads(text)["version"] == 1
    else:
        found = HARMFUL.search(text)
        assert not found, f"{found.group()!r} at {text[max(0, found.start() - 60):found.end()]!r}"
    if form == "html":
        assert "<script" not in text and "<img" not in text
    path = os.path.join(HERE, f"scan-{scenario}.{FORMS[form]}")
    if UPDATE:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
    with open(path, encoding="utf-8") as file:
        want = file.read()
    if text != want:
        at = next((i for i, (a, b) in enumerate(zip(text, want)) if a != b), min(len(text), len(want)))
        raise AssertionError(f"differs from {path} at byte {at}: {text[at:at + 200]!r}")


if __name__ == "__main__":
    sys.exit(tap.run((f"the {form} report of {scenario}",
                      functools.partial(check, scenario, form)) for scenario, form in CASES))
