#!/usr/bin/env python3
"""arc.py WEIR: RFC 8617 against ../shared/suites/arc, through the program; prints TAP.

Validation: one case a message, its keys in a zone file. Where the suite leaves the result open
(cv: empty), a chain that says cv=fail must not pass. Signing: ARC-Seal, ARC-Message-Signature and
ARC-Authentication-Results must be those of the suite, but for folding.
"""

import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("WEIR_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
SUITE = os.path.join(SHARED, "suites", "arc")
FIELDS = {"AS": "ARC-Seal", "AMS": "ARC-Message-Signature", "AAR": "ARC-Authentication-Results"}


def indent_of(line):
    return len(line) - len(line.lstrip(" "))


def read_block(lines, at, outer):
    """A literal or folded scalar: the lines below that stand further in, or are empty."""
    end = at
    while end < len(lines) and (not lines[end].strip() or indent_of(lines[end]) > outer):
        end += 1
    block = lines[at:end]
    inner = min((indent_of(line) for line in block if line.strip()), default=0)
    text = "\n".join(line[inner:] for line in block)
    return text.rstrip("\n") + "\n" if text.strip("\n") else "", end


def read_mapping(lines, at, indent):
    """The YAML that the suite is written in: mappings, plain, literal and folded scalars."""
    found = {}
    while at < len(lines):
        line = lines[at]
        if not line.strip() or line.lstrip().startswith("#"):
            at += 1
            continue
        if indent_of(line) < indent:
            break
        name, _, value = line.strip().partition(":")
        value = value.strip()
        at += 1
        if value in ("|", ">-"):
            found[name], at = read_block(lines, at, indent_of(line))
        elif value:
            found[name] = value.strip("'\"")
        else:
            below = next((one for one in lines[at:] if one.strip()), "")
            if indent_of(below) > indent_of(line):
                found[name], at = read_mapping(lines, at, indent_of(below))
            else:
                found[name] = ""
    return found, at


def scenarios(name):
    with open(os.path.join(SUITE, name), encoding="utf-8") as file:
        text = file.read()
    for part in re.split(r"^---\s*$", text, flags=re.M):
        found = read_mapping(part.split("\n"), 0, 0)[0]
        if found:
            yield found


def write_zone(path, records):
    with open(path, "w", encoding="utf-8") as file:
        for name, text in records.items():
            file.write(f'{name} TXT "{" ".join(text.split())}"\n' if text.strip()
                       else f'{name} TXT ""\n')


def write_mail(path, text):
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def validate(weir, scenario, room):
    """Yields (name, what is wrong)."""
    zone = os.path.join(room, "zone")
    write_zone(zone, scenario["txt-records"])
    names = list(scenario["tests"])
    for name in names:
        write_mail(os.path.join(room, name), scenario["tests"][name]["message"])
    done = subprocess.run([weir, "arc", "verify", "--json", "--zone", zone, "--", *names], cwd=room,
                          capture_output=True, text=True, timeout=60, check=False)
    found = {one["message"]: one for one in map(json.loads, done.stdout.splitlines())}
    for name in names:
        want = scenario["tests"][name].get("cv", "").strip().lower() or "fail"
        got = found.get(name, {"result": "nothing", "reason": done.stderr})
        yield name, "" if got["result"] == want else f"want {want}, found {got}"


def bare(text):
    """Without blanks: the suite folds where it likes."""
    return "".join(text.split())


def fields_of(mail):
    """The topmost field of each name."""
    found = {}
    for field in re.split(r"\n(?![ \t])", mail.partition("\n\n")[0]):
        name, _, value = field.partition(":")
        found.setdefault(name, value)
    return found


def sign_one(weir, scenario, case, room):
    zone, key, mail = (os.path.join(room, name) for name in ("zone", "key", "mail"))
    write_zone(zone, scenario["txt-records"])
    write_mail(key, scenario["privatekey"])
    write_mail(mail, case["message"])
    done = subprocess.run([weir, "arc", "seal", "--domain", scenario["domain"], "--selector",
                           scenario["sel"], "--key", key, "--server", case["srv-id"], "--headers",
                           case["sig-headers"], "--time", case["t"], "--zone", zone, mail],
                          capture_output=True, text=True, timeout=60, check=False)
    if done.returncode != 0:
        return f"exit code {done.returncode}: {done.stderr}"
    if not case["AS"].strip():
        return "" if done.stdout == case["message"] else "a set was added to a chain that is over"
    if not done.stdout.endswith(case["message"]):
        return "the mail itself was changed"
    fields = fields_of(done.stdout)
    for tag, name in FIELDS.items():
        if bare(fields.get(name, "")) != bare(case[tag]):
            return f"{name}: want {bare(case[tag])}, made {bare(fields.get(name, ''))}"
    return ""


def sign(weir, scenario, room):
    for name, case in scenario["tests"].items():
        yield name, sign_one(weir, scenario, case, room)


def main():
    if not os.path.isdir(SUITE):
        print(f"1..0 # SKIP {os.path.normpath(SUITE)} is not here")
        return
    weir = os.path.abspath(sys.argv[1])
    results = []
    with tempfile.TemporaryDirectory(prefix="weir-") as room:
        for scenario in scenarios("arc-draft-validation-tests.yml"):
            results += [("validate " + name, wrong)
                        for name, wrong in validate(weir, scenario, room)]
        for scenario in scenarios("arc-draft-sign-tests.yml"):
            results += [("sign " + name, wrong)
                        for name, wrong in sign(weir, scenario, room)]
    print(f"1..{len(results)}")
    for number, (name, wrong) in enumerate(results, 1):
        if wrong:
            print(f"# {name}: {wrong}")
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    for kind in ("validate", "sign"):
        of_kind = [wrong for name, wrong in results if name.startswith(kind)]
        print(f"# {kind}: {of_kind.count('')}/{len(of_kind)}")


main()
