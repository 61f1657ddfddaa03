#!/usr/bin/env python3
"""Counts test cases in the logs of `meson test` and says "N passed, N failed, N skipped".

    tools/count-tests.py build-test/meson-logs/testlog.json [--again LOG]...

A TAP program counts by its points, so that N is the number of cases and not of
programs; one that ends early or by a signal counts as one failure more. What is
marked "# TODO" is known to fail: it counts with what was skipped, and is named;
when it passes it counts as a failure until the mark is taken away. The logs behind
--again are of the same cases built in another way: they add their failures, not
their passes. Exits 1 when something failed, or nothing ran.
"""

import argparse
import json
import re
import sys

POINT = re.compile(r"(not ok|ok)\b([^#]*)(?:#\s*(skip|todo)\b(.*))?", re.IGNORECASE)
PLAN = re.compile(r"1\.\.(\d+)\s*(?:#\s*skip\S*(.*))?", re.IGNORECASE)


class Count:
    """The cases of one program, and what is to be said of some of them."""

    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.planned = None
        self.remarks = []

    def skip(self, why):
        self.skipped += 1
        self.remarks.append(f"SKIPPED {{}}: {why.strip() or 'no reason is given'}")

    def point(self, is_ok, name, directive):
        """One line of TAP; `name` still has its number and dash."""
        name = re.sub(r"^\s*\d*\s*(- )?", "", name).strip()
        if directive == "skip":
            self.skip(name)
        elif directive == "todo" and not is_ok:
            self.skipped += 1
            self.remarks.append(f"KNOWN TO FAIL {{}}: {name}")
        elif directive == "todo":
            self.failed += 1
            self.remarks.append(f"FAILED {{}}: passes though it is marked TODO: {name}")
        elif is_ok:
            self.passed += 1
        else:
            self.failed += 1
            self.remarks.append(f"FAILED {{}}: {name}")

    def read(self, text):
        for line in text.splitlines():
            if plan := PLAN.match(line):
                self.planned = int(plan[1])
                if self.planned == 0:
                    self.skip(plan[2] or "")
            elif point := POINT.match(line):
                self.point(point[1].lower() == "ok", point[2], (point[3] or "").lower())

    def total(self):
        return self.passed + self.failed + self.skipped


def count_test(test):
    """The Count of one line of testlog.json."""
    count = Count()
    count.read(test.get("stdout") or "")
    result = test["result"]
    if count.planned is None and not count.total():
        if result == "SKIP":
            count.skip("")
        elif result in ("OK", "EXPECTEDFAIL"):
            count.passed = 1
    if result not in ("OK", "SKIP", "EXPECTEDFAIL") and not count.failed:
        count.failed = 1
        count.remarks.append(f"FAILED {{}}: it ended as {result}")
    return count


def count_log(path):
    """[passed, failed, skipped], and a line to stderr for each case that is not passed."""
    totals = [0, 0, 0]
    with open(path, encoding="utf-8", errors="replace") as log:
        for line in log:
            test = json.loads(line)
            count = count_test(test)
            totals = [a + b for a, b in
                      zip(totals, (count.passed, count.failed, count.skipped))]
            for remark in count.remarks:
                print(remark.replace("{}", test["name"], 1), file=sys.stderr)
    return totals


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("log")
    parser.add_argument("--again", action="append", default=[])
    arguments = parser.parse_args()
    passed, failed, skipped = count_log(arguments.log)
    for log in arguments.again:
        failed += count_log(log)[1]
    sys.stderr.flush()
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    sys.exit(main())
