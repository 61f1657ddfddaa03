#!/usr/bin/env python3
"""psl.py PSL_READ: organisations by the public suffix list against ../shared/suites/psl; prints TAP.

One case a line "name organisation". Asked is Debian's list (package publicsuffix), or where it is not
installed the one built into libpsl.
"""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("WEIR_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
SUITE = os.path.join(SHARED, "suites", "psl", "tests.txt")
LISTS = ("/usr/share/publicsuffix/public_suffix_list.dat",)


def rows():
    with open(SUITE, encoding="utf-8") as file:
        for line in file:
            words = line.split()
            if len(words) == 2 and not line.startswith("//"):
                yield words


def main():
    if not os.path.isfile(SUITE):
        print(f"1..0 # SKIP {os.path.normpath(SUITE)} is not here")
        return
    found = list(rows())
    lists = [name for name in LISTS if os.path.exists(name)] or [None]
    names = "".join(f"{'' if name == 'null' else name}\n" for name, _ in found)
    done = subprocess.run([sys.argv[1], *filter(None, lists[:1])], input=names, text=True,
                          capture_output=True, timeout=60, check=True)
    got = done.stdout.splitlines()
    passed = 0
    print(f"1..{len(found)}")
    for number, ((name, want), have) in enumerate(zip(found, got), 1):
        passed += have == want
        if have != want:
            print(f"# {name}: want {want}, got {have}")
        print(f"{'ok' if have == want else 'not ok'} {number} - {name}")
    print(f"# {passed}/{len(found)} organisations are found, by {lists[0] or 'the built-in list'}")


main()
