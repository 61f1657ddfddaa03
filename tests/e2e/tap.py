"""tap - cases that hold or not, printed as TAP.

A case is a function marked with @case; its documentation is its name. It fails with what it raises.
"""

import os
import shutil
import tempfile

WORDS_MAX = 2000  # of what is said of a failure

CASES = []


class Skip(Exception):
    """Raised by a case that cannot be run here; says why."""


def case(function):
    CASES.append((function.__doc__, function))
    return function


def run(named):
    """Runs pairs of a name and a function without arguments; the exit code."""
    named = list(named)
    bad = 0
    print(f"1..{len(named)}")
    for number, (name, function) in enumerate(named, 1):
        try:
            function()
            wrong = ""
        except Skip as reason:
            print(f"ok {number} - {name} # SKIP {reason}", flush=True)
            continue
        except Exception as error:  # pylint: disable=broad-except
            wrong = f"{type(error).__name__}: {error}"[:WORDS_MAX]
        bad += bool(wrong)
        for line in wrong.split("\n") if wrong else ():
            print(f"# {line}")
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}", flush=True)
    return int(bad > 0)


def wanted_cases(words):
    """Those whose name has one of the words in it; all without words."""
    return [(name, function) for name, function in CASES
            if not words or any(word in name for word in words)]


def run_in_rooms(make, why_root, words=(), folder=None):
    """Runs each case on make(a folder of its own below `folder`), as root; else says why not."""
    if os.geteuid() != 0:
        print(f"1..0 # SKIP {why_root}")
        return 0

    def in_room(function):
        def run_one():
            room = tempfile.mkdtemp(prefix="weir-", dir=folder)
            try:
                function(make(room))
            finally:
                shutil.rmtree(room)
        return run_one

    return run((name, in_room(function)) for name, function in wanted_cases(words))
