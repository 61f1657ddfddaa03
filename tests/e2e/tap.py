"""tap - cases that hold or not, printed as TAP.

A case is a function marked with @case; its documentation is its name. It fails with what it raises.
"""

WORDS_MAX = 2000  # of what is said of a failure

CASES = []


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
        except Exception as error:  # pylint: disable=broad-except
            wrong = f"{type(error).__name__}: {error}"[:WORDS_MAX]
        bad += bool(wrong)
        for line in wrong.split("\n") if wrong else ():
            print(f"# {line}")
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}", flush=True)
    return int(bad > 0)
