#!/usr/bin/env python3
"""run.py WEIR [--update] [NAME...]: traces each scenario of world.py, and prints TAP.

A scenario holds when the route, the origin and the messages are those of its
truth, and when the reports are byte for byte those in this folder. --update
writes the reports anew; look at what changed before you commit it.
"""

import difflib
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import world  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
ROUTES = {"local-user": "rogue-process"}  # what the truth calls it, what weir calls it
STATED, INFERRED = (0.99, 0.98), (0.93, 0.90)  # precision, recall


def write_logs(folder, files):
    for name, text in files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        # The logs lack the year: it comes from when they were last written.
        os.utime(path, (world.START + world.SPAN + 60,) * 2)


def trace(weir, folder, *options):
    arguments = [weir, "trace", "--no-progress", "--zone", "UTC", "--passwd", "passwd", *options,
                 *[name for name in ("mail.log", "dovecot.log", "php-mail.log", "access")
                   if os.path.exists(os.path.join(folder, name))]]
    environment = dict(os.environ, SOURCE_DATE_EPOCH=str(world.START + world.SPAN + 60),
                       NO_COLOR="1", TERM="dumb")
    return subprocess.run(arguments, cwd=folder, env=environment, capture_output=True, text=True,
                          timeout=120, check=False)


def judge_origin(truth, origin):
    wrong = []
    for key in ("script", "url", "mailbox", "recipient", "user", "uid"):
        if key in truth and origin.get(key) != truth[key]:
            wrong.append(f"{key} is {origin.get(key)}, not {truth[key]}")
    if "clients" in truth:
        hit = len(set(origin["clients"]) & set(truth["clients"])) / len(truth["clients"])
        if hit < 0.8:
            wrong.append(f"only {hit:.0%} of the clients")
    return wrong


def judge(truth, report, with_php):
    incidents = report["incidents"]
    if truth["route"] is None:
        return [f"accused: {one['route']} of {one['messages']} messages" for one in incidents]
    route = ROUTES.get(truth["route"], truth["route"])
    if [one["route"] for one in incidents] != [route]:
        return ["found: " + (", ".join(one["route"] for one in incidents) or "nothing")]
    incident = incidents[0]
    wrong = judge_origin(truth["origin"], incident["origin"])
    labels = {one: label for one, label in truth["messages"].items() if label != "neutral"}
    named = set(incident["queue_ids"]) & labels.keys()
    bad = {one for one, label in labels.items() if label != "ham"}
    precision = len(named & bad) / len(named) if named else 0
    recall = len(named & bad) / len(bad)
    stated = with_php or truth["route"] in ("mailbox", "open-relay", "backscatter")
    least = STATED if stated else INFERRED
    if precision < least[0] or recall < least[1]:
        wrong.append(f"precision {precision:.3f}, recall {recall:.3f}")
    if len(set(incident["queue_ids"])) != len(incident["queue_ids"]):
        wrong.append("a queue id is listed twice")
    return wrong


def compare(path, text, update):
    if update:
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return []
    try:
        with open(path, encoding="utf-8") as file:
            golden = file.read()
    except FileNotFoundError:
        return [f"{os.path.basename(path)} does not exist: --update writes it"]
    return list(difflib.unified_diff(golden.splitlines(), text.splitlines(),
                                     os.path.basename(path), "now", lineterm="", n=1))[:40]


def check(weir, name, update):
    files, truth = world.make(name)
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        write_logs(folder, files)
        machine = trace(weir, folder, "--json", "--queue-ids")
        people = trace(weir, folder)
        expected = 1 if truth["route"] else 0
        if machine.returncode != expected or people.returncode != expected:
            wrong.append(f"exit {machine.returncode} and {people.returncode}, not {expected}: "
                         f"{machine.stderr.strip()[:300]}")
        if machine.returncode not in (0, 1):
            return wrong
        report = json.loads(machine.stdout)
        wrong += judge(truth, report, "php-mail.log" in files)
        unread = sum(one["unread"] for one in report["inputs"])
        if unread:
            wrong.append(f"{unread} lines were not understood")
        for incident in report["incidents"]:
            incident["queue_ids"] = incident["queue_ids"][:3]
        golden = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
        golden = re.sub(r'("clients": \[\n(?:.*\n){4})(?:\s*".*\n)+', r"\1", golden)
        wrong += compare(os.path.join(HERE, f"{name}.json"), golden, update)
        wrong += compare(os.path.join(HERE, f"{name}.txt"), people.stdout, update)
    return wrong


def main():
    weir = os.path.abspath(sys.argv[1])
    update = "--update" in sys.argv
    names = [one for one in sys.argv[2:] if one != "--update"] or list(world.SCENARIOS)
    print(f"1..{len(names)}")
    bad = 0
    for number, name in enumerate(names, 1):
        wrong = check(weir, name, update)
        bad += bool(wrong)
        for line in wrong:
            print(f"# {line}")
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
