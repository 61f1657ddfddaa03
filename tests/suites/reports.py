#!/usr/bin/env python3
"""reports.py MAIL_READ FEEDBACK_READ: complaints (RFC 5965, RFC 6591), DMARC reports (RFC 7489,
RFC 9990) and TLS reports (RFC 8460) against ../shared/suites/reports; prints TAP.

One case a report: every field of the JSON beside it is compared. The suite writes
the enums of its own program ("BodyHash", "Unspecified"), a version as a number,
and folded values with their line ends; these are brought to one form first. A TLS report in
plain JSON is its own expectation.
"""

import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("WEIR_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
SUITE = os.path.join(SHARED, "suites", "reports")
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


def files_of(folder, *ends):
    path = os.path.join(SUITE, folder)
    return [os.path.join(path, name) for name in sorted(os.listdir(path)) if name.endswith(ends)]


def expectation(path):
    with open(os.path.splitext(path)[0] + ".json", encoding="utf-8") as file:
        return json.load(file)


def read_all(program, paths):
    """What the program read of each file: a list of objects by path."""
    done = subprocess.run([program, *paths], capture_output=True, timeout=60, check=True)
    found = {path: [] for path in paths}
    for line in done.stdout.splitlines():
        one = json.loads(line)
        found[one["file"]].append(one)
    return found


def complaints(program):
    paths = files_of("arf", ".eml")
    for path, read_of_it in read_all(program, paths).items():
        one = read_of_it[0]
        wrong = (compare(expectation(path), one["arf"]) if "arf" in one
                 else ["it is not read as a complaint"])
        if "arf" in one and not one["arf"]["original"]:
            wrong.append("the mail complained about is not found")
        yield path, wrong


# The suite's words for what a report says in its own.
MEANS = {"mailfrom": "mfrom", "r": "relaxed", "s": "strict", "n": "false", "y": "true",
         "sampled_out": "other"}


def word(name, value):
    """Both sides in one form; None: it is not stated."""
    if name == "type_" and value == "sampled_out":
        return "other"  # RFC 9990 has it no more, and the suite's program calls it that
    if name == "testing":
        return str(value).lower() in ("y", "true")
    if name == "version":
        return float(value or 0)
    if value is None or value == "" or value == "Unspecified":
        return None
    if isinstance(value, str) and name not in ("org_name", "email", "extra_contact_info",
                                               "report_id", "comment", "generator"):
        value = value.lower().replace("_", "")
        return MEANS.get(value, value) if name in ("scope", "adkim", "aspf") else value
    return value


def differs(want, got, path=""):
    """The fields of the expectation that were read otherwise."""
    if isinstance(want, dict):
        lines = []
        for name, value in want.items():
            lines += differs(value, got.get(name) if isinstance(got, dict) else None,
                             f"{path}.{name}")
        return lines
    if isinstance(want, list):
        got = got or []
        lines = [] if len(want) == len(got) else [f"{path}: want {len(want)}, read {len(got)}"]
        for number, (a, b) in enumerate(zip(want, got)):
            lines += differs(a, b, f"{path}[{number}]")
        return lines
    name = path.rsplit(".", 1)[-1].split("[")[0]
    same = word(name, want) == word(name, got)
    return [] if same else [f"{path}: want {want!r}, read {got!r}"]


def with_list(report):
    """Failures of a TLS report, which come as JSON within JSON."""
    for policy in report.get("policies", []):
        policy["failure-details"] = json.loads(policy.pop("failures"))
    return report


def reports(program, folder, kind, *ends):
    paths = files_of(folder, *ends)
    for path, read_of_it in read_all(program, paths).items():
        if len(read_of_it) != 1 or read_of_it[0]["kind"] != kind or "error" in read_of_it[0]:
            yield path, [f"want one report, read {read_of_it}"[:300]]
            continue
        yield path, differs(expectation(path), with_list(read_of_it[0]))


def main():
    if not os.path.isdir(SUITE):
        print(f"1..0 # SKIP {os.path.normpath(SUITE)} is not here")
        return
    mail_read, feedback_read = sys.argv[1:3]
    cases = [*complaints(mail_read),
             *reports(feedback_read, "dmarc-feedback", "dmarc", ".xml", ".eml"),
             *reports(feedback_read, "tlsrpt", "tls", ".json", ".eml")]
    passed = 0
    print(f"1..{len(cases)}")
    for number, (path, wrong) in enumerate(cases, 1):
        name = os.path.relpath(path, SUITE)
        passed += not wrong
        for text in wrong:
            print(f"# {name}: {text}")
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    print(f"# {passed}/{len(cases)} reports are read")


main()
