"""judge - what `weir trace` says about a run, held against the truth of that run.

A run is a folder with the logs and truth.json: `route` and `origin` of the outbreak (null where
everybody is innocent), `also_right` other routes that are no mistake,
`entry` texts, each to be found in a line that tells how the intruder got in (where there are any,
nobody else's login may be named), `also` for further outbreaks, each with the `label` of its messages, and
`connections` how many there were past the mail server, whose mails are in no log,
`mails` how many there are of a label, and `messages`: queue id -> ham, neutral or the label of an outbreak. `neutral` counts neither way.
"""

import glob
import gzip
import json
import os
import re
import shutil
import subprocess
import tempfile

STATED, INFERRED = (0.99, 0.98), (0.93, 0.90)  # least precision and recall
LOGS = ("mail.log", "dovecot.log", "auth.log", "vsftpd.log", "xferlog", "firewall.log")
LOGINS = re.compile(r"Accepted \w+ for |OK LOGIN|OK UPLOAD")
ROUTES = {"local-user": "rogue-process"}  # what the truth calls it, what weir calls it
COUNT_OFF = 0.15


def logs(folder, with_php):
    names = [*LOGS, "access/*.log"] + (["php-mail.log"] if with_php else [])
    return [path for name in names for path in sorted(glob.glob(os.path.join(folder, name)))]


def trace(weir, folder, with_php, *more):
    """The report, or None and the complaint."""
    done = subprocess.run(
        [weir, "trace", "--json", "--queue-ids", "--no-progress", "--zone", "UTC", "--passwd",
         os.path.join(folder, "passwd"), *logs(folder, with_php), *more],
        capture_output=True, text=True, timeout=120, check=False)
    if done.returncode not in (0, 1):
        return None, f"exit {done.returncode}: {done.stderr.strip()[:200]}"
    return json.loads(done.stdout), ""


def outbreaks(truth):
    """The outbreaks of a run; that of `route` has every label that no other claims."""
    if truth["route"] is None:
        return []
    others = truth.get("also", [])
    claimed = {one["label"] for one in others} | {"ham", "neutral"}
    labels = set(truth["messages"].values()) - claimed
    return [{**truth, "labels": labels}] + [{**one, "labels": {one["label"]}} for one in others]


def origin_wrong(expected, origin, with_php):
    """What of the named origin is not so."""
    wrong, truth = [], expected["origin"]
    exact = ["mailbox", "recipient"]
    exact += ["script"] if with_php else ["url"]
    if expected["route"] in ("local-user", "rogue-process"):
        exact += ["uid" if "uid" in truth else "user"]
    for key in exact:
        if key in truth and origin.get(key) != truth[key]:
            wrong.append(f"{key} {origin.get(key)}")
    if truth.get("clients"):
        hit = len(set(origin.get("clients") or []) & set(truth["clients"])) / len(truth["clients"])
        if hit < 0.8:
            wrong.append(f"{hit:.0%} of the clients")
    return wrong


def figures(expected, incident, labels):
    """Precision and recall of the messages, neutral ones aside."""
    named = {one for one in incident["queue_ids"] if labels.get(one, "neutral") != "neutral"}
    bad = {one for one, label in labels.items() if label in expected["labels"]}
    hit = len(named & bad)
    return (hit / len(named) if named else 0.0), (hit / len(bad) if bad else 0.0), len(bad)


def entry_wrong(expected, lines):
    """What is not so of how the intruder got in."""
    if not expected:
        return []
    wrong = [f"does not tell how the intruder got in: {text}" for text in expected
             if not any(text in line for line in lines)]
    return wrong + [f"takes for the intruder's: {line[:120]}" for line in lines
                    if LOGINS.search(line) and not any(text in line for text in expected)]


def pick(expected, incidents, with_php):
    """The incident that is this outbreak: of its route, with the fewest things wrong."""
    routes = {ROUTES.get(one, one) for one in
              [expected["route"], *expected.get("also_right", [])]}
    own = [one for one in incidents if one["route"] in routes]
    return min(own, default=None, key=lambda one: (
        len(origin_wrong(expected, one["origin"], with_php)), -one["messages"]))


def connections(incident):
    """How many went past the mail server."""
    return next((int(one["value"]) for one in incident["signals"]
                 if one["name"] == "past-the-server"), 0)


def words_of(incident):
    return f"{connections(incident)} connections"


def count_connections(expected, incident):
    """Of mails that no log holds, only the connections count."""
    off = abs(connections(incident) - expected["connections"])
    return [f"counts {words_of(incident)} of {expected['connections']}"] \
        if off > expected["connections"] * 0.02 else []


def judge_outbreak(truth, expected, incidents, with_php):
    """Whether it is right, and the figures in words."""
    incident = pick(expected, incidents, with_php)
    if not incident:
        said = ", ".join(f"{one['route']} of {one['messages']}" for one in incidents)
        return None, [f"{expected['route']} not found: {said or 'no incident'}"], ""
    wrong = origin_wrong(expected, incident["origin"], with_php)
    if "connections" in expected:
        return incident, wrong + count_connections(expected, incident), words_of(incident)
    precision, recall, count = figures(expected, incident, truth["messages"])
    if "mails" in truth:
        count = sum(truth["mails"][label] for label in expected["labels"])
    stated = with_php or "script" not in expected["origin"]
    least = STATED if stated else INFERRED
    if precision < least[0] or recall < least[1]:
        wrong.append("too few or too many messages")
    neutral = truth.get("mails", {}).get("neutral", 0)  # nobody can tell them from the others
    if not count * (1 - COUNT_OFF) <= incident["messages"] <= count * (1 + COUNT_OFF) + neutral:
        wrong.append(f"counts {incident['messages']} of {count}")
    wrong += entry_wrong(expected.get("entry"), [one["text"] for one in incident["entry"]])
    return incident, wrong, f"precision {precision:.3f} recall {recall:.3f}"


def judge_report(truth, report, with_php):
    """(what is wrong, the figures)."""
    expected = outbreaks(truth)
    incidents = report["incidents"]
    wrong, words, used = [], [], []
    for one in expected:
        incident, bad, text = judge_outbreak(truth, one, [i for i in incidents if i not in used],
                                             with_php)
        wrong += bad
        words.append(text)
        used.append(incident)
    for one in incidents:
        if one not in used:
            name = next((one["origin"][key] for key in
                         ("script", "url", "mailbox", "recipient", "user") if one["origin"][key]),
                        "")
            wrong.append(f"ACCUSED {one['route']} {name} of {one['messages']}")
    return wrong, ", ".join(words) if expected else "innocent" if not wrong else ""


def unpack(folder, into, sizes=None):
    """Copies a run's logs, plain or .gz, as far as `sizes` says."""
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            inner = os.path.relpath(path, folder).removesuffix(".gz")
            if not inner.endswith(("log", "passwd")):
                continue
            with (gzip.open if name.endswith(".gz") else open)(path, "rb") as file:
                data = file.read()
            if sizes is not None and inner.endswith("log"):
                data = data[:sizes.get(inner, 0)]
            target = os.path.join(into, inner)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as file:
                file.write(data)


def judge(weir, folder, with_php):
    """(what is wrong, the figures) of a run's folder."""
    with open(os.path.join(folder, "truth.json"), encoding="utf-8") as file:
        truth = json.load(file)
    with tempfile.TemporaryDirectory() as copy:
        unpack(folder, copy)
        dated(copy, truth["end"])
        report, complaint = trace(weir, copy, with_php)
        if not report:
            return [complaint], ""
        wrong, words = judge_report(truth, report, with_php)
        unread = sum(one["unread"] for one in report["inputs"]
                     if os.path.basename(one["path"]) != "auth.log")  # everybody writes there
        if unread:
            wrong.append(f"{unread} lines not understood")
        samples = sorted(glob.glob(os.path.join(folder, "samples", "spam-0.eml")))
        if samples and truth["route"] not in (None, "backscatter") and not wrong:
            wrong += judge_sample(weir, copy, truth, with_php, samples[0])
        return wrong, words


def judge_sample(weir, copy, truth, with_php, sample):
    """One of the messages, handed in with the logs, must lead to the same origin."""
    report, complaint = trace(weir, copy, with_php, sample)
    if not report:
        return [complaint]
    expected = outbreaks(truth)[0]
    incident = pick(expected, report["incidents"], with_php)
    if not incident or origin_wrong(expected, incident["origin"], with_php):
        return ["a sample together with the logs leads elsewhere"]
    return []


def dated(folder, when):
    """Logs without a year are dated from when they were last written."""
    for root, _, names in os.walk(folder):
        for name in names:
            os.utime(os.path.join(root, name), (when, when))


def seconds_to_name(weir, folder, with_php):
    """(seconds, messages) from the first spam until the log alone names the origin, or None."""
    with open(os.path.join(folder, "truth.json"), encoding="utf-8") as file:
        truth = json.load(file)
    with open(os.path.join(folder, "sizes.json"), encoding="utf-8") as file:
        steps = [(when, sizes) for when, sizes in json.load(file) if when >= truth["start"]]
    expected = outbreaks(truth)[0]
    bad = {one for one, label in truth["messages"].items() if label in expected["labels"]}

    def named(step):
        copy = tempfile.mkdtemp()
        try:
            unpack(folder, copy, step[1])
            dated(copy, step[0])
            report, _ = trace(weir, copy, with_php)
            incident = report and pick(expected, report["incidents"], with_php)
            if not incident or [wrong for wrong in
                                origin_wrong(expected, incident["origin"], with_php)
                                if "clients" not in wrong]:
                return None
            if "connections" in expected:
                return connections(incident)
            with open(os.path.join(copy, "mail.log"), encoding="utf-8", errors="replace") as file:
                text = file.read()
            return sum(one in text for one in bad)
        finally:
            shutil.rmtree(copy)

    low, high, best = 0, len(steps) - 1, None
    while low <= high:
        middle = (low + high) // 2
        count = named(steps[middle])
        if count is None:
            low = middle + 1
        else:
            best, high = (steps[middle][0] - truth["start"], count), middle - 1
    return best
