#!/usr/bin/env python3
"""Counts test cases in the logs of `meson test` and says "N passed, N failed".

    tools/count-tests.py build-test/meson-logs/testlog.json [--again LOG]... [--steps P F]

A TAP program counts by its points, so that N is the number of cases and not of
programs; one that ends early or by a signal counts as one failure more. The
logs behind --again are of the same cases built in another way: they add their
failures, not their passes. --steps adds what a caller has counted itself.
Exits 1 when something failed, or nothing ran.
"""

import argparse
import json
import re
import sys

POINT = re.compile(r"^(not ok|ok)\b[^#]*(#\s*(skip|todo)\b)?", re.IGNORECASE)
PLAN = re.compile(r"^1\.\.(\d+)")


def count_points(text):
    """(passed, failed, skipped, planned) of a TAP stream; planned is None without a plan."""
    passed = failed = skipped = 0
    planned = None
    for line in text.splitlines():
        if plan := PLAN.match(line):
            planned = int(plan[1])
        elif point := POINT.match(line):
            directive = (point[3] or "").lower()
            if directive == "skip":
                skipped += 1
            elif point[1] == "ok" or directive == "todo":
                passed += 1
            else:
                failed += 1
    return passed, failed, skipped, planned


def count_test(test):
    """(passed, failed, skipped) of one line of testlog.json."""
    passed, failed, skipped, planned = count_points(test.get("stdout") or "")
    good = test["result"] in ("OK", "SKIP", "EXPECTEDFAIL")
    if planned is None and not passed + failed + skipped:
        if test["result"] == "SKIP":
            return 0, 0, 1
        return (1, 0, 0) if good else (0, 1, 0)
    if planned == 0:
        skipped = max(skipped, 1)
    if not good and failed == 0:
        failed = 1
    return passed, failed, skipped


def count_log(path):
    totals = [0, 0, 0]
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            test = json.loads(line)
            counts = count_test(test)
            totals = [a + b for a, b in zip(totals, counts)]
            if counts[1]:
                print(f"FAILED {test['name']}: {counts[1]} of {sum(counts)} cases", file=sys.stderr)
    return totals


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log")
    parser.add_argument("--again", action="append", default=[])
    parser.add_argument("--steps", nargs=2, type=int, default=(0, 0))
    arguments = parser.parse_args()
    passed, failed, skipped = count_log(arguments.log)
    for log in arguments.again:
        failed += count_log(log)[1]
    passed += arguments.steps[0]
    failed += arguments.steps[1]
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
