#!/usr/bin/env python3
"""recorded.py WEIR: what weir says about the recorded runs of the range; prints TAP.

tests/data/range/NAME holds what real servers logged (tests/range makes and keeps them). Each must
be solved with PHP's log and without: route, origin, messages, and nobody else accused. Where
../shared/range lies beside the repository, its runs must be solved, too.
"""

import glob
import os
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
sys.path.insert(0, os.path.join(ROOT, "tests", "range"))
sys.dont_write_bytecode = True
import judge  # noqa: E402

# What is answered wrong as yet, by whether PHP's log is given; what is mended must leave this table,
# or the test fails as an unexpected pass.
KNOWN_WRONG = {
    # PHP cannot keep up with the flood: mails come ever later, 16 s at last, and look like a program's
    "wordpress-saturated": (True, False),
}


SEEDS = 6  # runs, each with other hashes


def is_steady(weir, folder):
    """Whether every seed of the hashes gives the same answer."""
    with tempfile.TemporaryDirectory() as copy:
        judge.unpack(folder, copy)
        reports = [judge.trace(weir, copy, True)[0] for _ in range(SEEDS)]
    for report in reports:
        report.pop("generated")
    return all(report == reports[0] for report in reports)


def main():
    weir, number = os.path.abspath(sys.argv[1]), 0
    runs = sorted(glob.glob(os.path.join(ROOT, "tests", "data", "range", "*", "truth.json")))
    runs += sorted(glob.glob(os.path.join(ROOT, "..", "shared", "range", "*", "truth.json")))
    for path in runs:
        folder = os.path.dirname(path)
        name = os.path.basename(folder)
        for with_php in (True, False):
            number += 1
            wrong, words = judge.judge(weir, folder, with_php)
            todo = " # TODO known" if with_php in KNOWN_WRONG.get(name, ()) else ""
            print(f"{'not ok' if wrong else 'ok'} {number} - {name}, "
                  f"{'with' if with_php else 'without'} PHP's log: {words}{todo}")
            for one in wrong:
                print("#  " + one.replace("\n", "\n#  "))
    for path in runs:
        number += 1
        steady = is_steady(weir, os.path.dirname(path))
        print(f"{'ok' if steady else 'not ok'} {number} - "
              f"{os.path.basename(os.path.dirname(path))}: the same answer for every seed")
    print(f"1..{number}")


if __name__ == "__main__":
    main()
