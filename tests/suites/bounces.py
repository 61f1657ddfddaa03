#!/usr/bin/env python3
"""bounces.py MAIL_READ: 629 real bounces against ../shared/suites/bounces; prints TAP.

A row of expect.tsv holds when its recipient is read, with the class of its code
(5: for good, 4: for now), and when hard or soft is as stated. A code is compared
digit by digit only where the bounce states one: 5.0.9xx is the taxonomy's own.
So is "filtered", which is also said of "550 user unknown" after the message: these
rows do not pose the question of hard or soft.
"""

import collections
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("WEIR_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
SUITE = os.path.join(SHARED, "suites", "bounces")
# What is reached today: a change must not make it worse.
FLOOR = {"recipient and class": 0.976, "code": 0.982, "hard or soft": 0.96}
NO_FAILURE = {"delivered", "vacation"}


def read_rows():
    rows = collections.defaultdict(list)
    with open(os.path.join(SUITE, "expect.tsv"), encoding="utf-8") as file:
        for line in file:
            if not line.startswith("#"):
                name, _, code, _, reason, hard = line.rstrip("\n").split("\t")[:6]
                rows[name].append((code, reason, hard == "1"))
    return rows


def read_mails(mail_read, folder):
    paths = sorted(os.path.join(folder, name) for name in os.listdir(folder))
    done = subprocess.run([mail_read, *paths], capture_output=True, timeout=300, check=True)
    return {os.path.basename(one["file"]): one for one in map(json.loads, done.stdout.splitlines())}


def is_own_code(code):
    """Codes that the taxonomy made up because the bounce states none."""
    return not code or (code.split(".")[1] == "0" and len(code.split(".")[2]) == 3)


def judge(mail, index, row):
    """What of the row holds: {question: whether}; questions that it does not pose are left out."""
    code, reason, hard = row
    recipients = mail.get("dsn", {}).get("recipients", [])
    if reason == "feedback":
        return {"recipient and class": "arf" in mail}
    if reason in NO_FAILURE:
        return {"recipient and class": len(recipients) <= index or
                recipients[index]["permanent"] is False}
    if len(recipients) <= index:
        return {"recipient and class": False}
    one = recipients[index]
    holds = {"recipient and class": "@" in one["address"] and
             (is_own_code(code) or one["permanent"] == (code[0] == "5"))}
    if reason != "filtered":
        holds["hard or soft"] = one["hard"] == hard
    if not is_own_code(code):
        holds["code"] = one["status"] == code
    return holds


def main():
    if not os.path.isdir(SUITE):
        print(f"1..0 # SKIP {os.path.normpath(SUITE)} is not here")
        return
    mails, rows = read_mails(sys.argv[1], os.path.join(SUITE, "mail")), read_rows()
    passed, total = collections.Counter(), collections.Counter()
    for name in sorted(rows):
        for index, row in enumerate(rows[name]):
            holds = judge(mails[name], index, row)
            total.update(holds.keys())
            passed.update(key for key, good in holds.items() if good)
            for key in (key for key, good in holds.items() if not good):
                read = mails[name].get("dsn", {}).get("recipients", [])[index:index + 1]
                print(f"# {name}:{index + 1}: {key}: want {row[0]} {row[1]}"
                      f"{' hard' if row[2] else ''}; read "
                      f"{[(one['address'], one['status'], one['reply'], one['hard']) for one in read]}")
    print(f"1..{len(FLOOR) + 2}")
    for number, (key, floor) in enumerate(FLOOR.items(), 1):
        share = passed[key] / total[key]
        print(f"# {key}: {passed[key]}/{total[key]} = {share:.1%}, floor {floor:.1%}")
        print(f"{'ok' if share >= floor else 'not ok'} {number} - {key}")
    wrong = [name for name, mail in read_mails(sys.argv[1], os.path.join(SUITE, "not")).items()
             if "dsn" in mail or "arf" in mail]
    print(*[f"# {name} is no bounce" for name in wrong], sep="\n", end="\n" if wrong else "")
    print(f"{'not ok' if wrong else 'ok'} {len(FLOOR) + 1} - what is no bounce is not called one")
    unread = sorted(name for name in mails if name not in rows)
    none = [name for name in unread if "dsn" not in mails[name] and "arf" not in mails[name]]
    print(f"# {len(unread)} mails without a row: {len(unread) - len(none)} are read as a bounce; "
          f"not: {' '.join(none)}")
    share = 1 - len(none) / len(unread) if unread else 1
    print(f"{'ok' if share >= 0.9 else 'not ok'} {len(FLOOR) + 2} - mails without a row are bounces")


main()
