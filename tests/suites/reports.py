#!/usr/bin/env python3
"""reports.py MAIL_READ: complaints (RFC 5965, RFC 6591) against ../shared/suites/reports; prints TAP.

One case a message: every field of the JSON beside it is compared. The suite writes
the enums of its own program ("BodyHash", "Unspecified"), a version as a number,
and folded values with their line ends; these are brought to one form first.
"""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("WEIR_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
SUITE = os.path.join(SHARED, "suites", "reports", "arf")
LISTS = ("authentication_results", "reported_domain", "reported_uri")


def plain(value):
    return "".join(str(value).split()).replace("-", "").lower()


def wanted(name, value):
    """The suite's value in our form; None: it is not stated."""
    if value is None or value == "Unspecified" or (name == "source_port" and value == 0):
        return None
    return plain(value)


def read(name, arf):
    """Our value in the same form; what a report leaves out, the suite fills in."""
    if name == "original_rcpt_to":
        return plain(arf[name][0]) if arf[name] else None
    if name in ("message", "headers"):
        return plain(arf["original"])
    if name == "arrival_date":
        return plain(arf[name]) if arf[name] else None
    if name in ("incidents", "version"):
        return plain(arf[name] or 1)
    return plain(arf[name]) if arf[name] else None


def compare(want, arf):
    wrong = []
    for name, value in want.items():
        if name in LISTS:
            same = [plain(one) for one in value] == [plain(one) for one in arf[name]]
        elif name in ("message", "headers") and value is None:
            same = True  # the suite keeps the original only in one of them, or in none
        else:
            same = wanted(name, value) == read(name, arf)
        if not same:
            wrong.append(f"{name}: want {value!r}, read {arf.get(name)!r}")
    return wrong


def main():
    if not os.path.isdir(SUITE):
        print(f"1..0 # SKIP {os.path.normpath(SUITE)} is not here")
        return
    names = sorted(name for name in os.listdir(SUITE) if name.endswith(".eml"))
    done = subprocess.run([sys.argv[1], *[os.path.join(SUITE, name) for name in names]],
                          capture_output=True, timeout=60, check=True)
    passed = 0
    print(f"1..{len(names)}")
    for number, (name, line) in enumerate(zip(names, done.stdout.splitlines()), 1):
        with open(os.path.join(SUITE, name[:-4] + ".json"), encoding="utf-8") as file:
            want = json.load(file)
        one = json.loads(line)
        wrong = compare(want, one["arf"]) if "arf" in one else ["it is not read as a complaint"]
        if "arf" in one and not one["arf"]["original"]:
            wrong.append("the mail complained about is not found")
        passed += not wrong
        for text in wrong:
            print(f"# {name}: {text}")
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    print(f"# {passed}/{len(names)} complaints are read")


main()
