#!/usr/bin/env python3
"""run.py WEIR [--out FOLDER] [--score] [NAME...]: runs scenarios of the range, and scores weir.

Each scenario of scenarios/NAME.toml runs real servers in namespaces of their own for a minute or
two, and leaves FOLDER/NAME with the logs and truth.json; --score only scores what is there.
Exit code: 0 every answer is right, 1 some are wrong, 77 this machine permits no namespaces.
"""

import argparse
import json
import os
import random
import shutil
import sys
import threading
import time
import tomllib
from concurrent.futures import ThreadPoolExecutor

sys.dont_write_bytecode = True
import abuse  # noqa: E402
import dns  # noqa: E402
import innocents  # noqa: E402
import judge  # noqa: E402
import lab as laboratory  # noqa: E402
import packages  # noqa: E402
import people  # noqa: E402
import recorded  # noqa: E402
from firewall import Firewall  # noqa: E402
from login import Dovecot, Sshd, Vsftpd  # noqa: E402
from mta import MTAS  # noqa: E402
from sink import Directory, Sink  # noqa: E402
from truth import Truth  # noqa: E402
from web import WEBS  # noqa: E402
from wordpress import Wordpress  # noqa: E402

HERE = os.path.dirname(os.path.abspath(__file__))
SETTLE_SECONDS = 10
OPTIONAL = {"ftp": Vsftpd, "ssh": Sshd, "wordpress": Wordpress, "firewall": Firewall}  # by the option that wants them
COMPLAINTS_MAX = 400


class Lab:
    """One run: the node, the addresses, the truth so far, and everybody's next doings."""

    def __init__(self, name, scenario, node):
        self.name, self.scenario, self.node = name, scenario, node
        self.dice = random.Random(f"range {name}")
        self.directory = Directory(self.dice)
        self.abused, self.blamed, self.complaints = set(), [], []
        self.begin, self.logins, self.wordpress, self.seen = 0, True, False, set()

    def label(self, site, path):
        """What honest use of this endpoint counts as."""
        return "neutral" if (site, path) in self.abused else "ham"

    def blame(self, table, site=None, user=None, abused=(), neutral=(), **origin):
        self.abused |= set(abused) | set(neutral)
        user = user or (f"web_{site}" if site else None)
        if site and self.scenario.get("web", "").endswith("www-data"):
            user = "www-data"
        if user:
            origin["user"] = user
            origin["uid"] = laboratory.USERS.get(user, 33)
        origin = {key: value for key, value in origin.items() if value}
        if table.get("silent"):  # nothing in these logs names the file
            origin.pop("script", None)
        if table.get("nameless"):  # nor the user
            del origin["user"], origin["uid"]
        label = table.get("label", "spam")
        origin.update(table.get("origin", {}))
        self.blamed.append({"route": table.get("route", table["kind"]), "origin": origin,
                            "label": label, "also_right": table.get("also_right", []),
                            "entry": table.get("entry", []), "begin": table.get("begin", 35)})

    def one_of(self, clients):
        """One of an abuse's clients; those that never had a turn are no part of the truth."""
        client = self.dice.choice(clients)
        self.seen.add(client)
        return client

    def complain(self, text):
        if len(self.complaints) < COMPLAINTS_MAX:
            self.complaints.append(f"{time.time() - self.begin:.1f} {text}")


def sizes_of(folder):
    sizes = {}
    for root, _, names in os.walk(folder):
        for name in names:
            path = os.path.join(root, name)
            sizes[os.path.relpath(path, folder)] = os.path.getsize(path)
    return sizes


def act(lab, mail_log, seconds):
    """Carries out the plan; gives the sizes of the logs at every second."""
    events = []
    for table in lab.scenario.get("abuse", []):
        events += abuse.KINDS[table["kind"]](lab, table)
    for table in lab.scenario.get("innocent", []):
        events += innocents.KINDS[table["kind"]](lab, table)
    scripted = {id(action) for _, action in events}
    # Last: what honest people do counts as neutral where it is abused.
    events += people.plan(lab, lab.scenario.get("honest", {}), seconds)
    events.sort(key=lambda event: event[0])
    steps, stop = [], threading.Event()

    def watch():
        while not stop.wait(1):
            sizes = sizes_of(lab.node.logs)
            sizes["mail.log"] = sizes.get(mail_log, 0)
            steps.append((time.time(), sizes))

    lab.begin = time.time()
    watcher = threading.Thread(target=watch)
    watcher.start()
    with ThreadPoolExecutor(80) as pool:
        doings = []
        for when, action in events:
            time.sleep(max(0, lab.begin + when - time.time()))
            doings.append((action, pool.submit(action, lab)))
        for action, doing in doings:
            if doing.exception() and id(action) in scripted:
                raise doing.exception()  # what the scenario is about did not happen
            if doing.exception():
                lab.complain(f"{action.__name__}: {doing.exception()!r}")
    time.sleep(SETTLE_SECONDS)
    stop.set()
    watcher.join()
    return steps


def keep(lab, folder, mail_log, truth, steps):
    """Lays the run down: logs, samples, passwd, truth."""
    shutil.copytree(lab.node.logs, folder, dirs_exist_ok=True,
                    ignore=lambda _, names: [one for one in names if one not in
                                             (*judge.LOGS, "php-mail.log", "access")
                                             and not one.endswith("example.log")
                                             and one.removesuffix(".log") not in
                                             ("shop", "blog", "forum", "webmail")])
    if mail_log != "mail.log":
        shutil.copy(os.path.join(lab.node.logs, mail_log), os.path.join(folder, "mail.log"))
    with open(os.path.join(folder, "passwd"), "w", encoding="utf-8") as file:
        names = {*lab.node.users, "root", "news", "www-data", "postfix"}
        file.write("".join(line + "\n" for line in lab.node.run("cat /etc/passwd").splitlines()
                           if line.split(":")[0] in names))
    os.makedirs(os.path.join(folder, "samples"), exist_ok=True)
    for label, texts in truth.samples.items():
        for number, text in enumerate(texts):
            if label != "ham":
                with open(os.path.join(folder, "samples", f"{label}-{number}.eml"), "w",
                          encoding="utf-8") as file:
                    file.write(text)
    for one in lab.blamed:
        if "clients" in one["origin"]:
            one["origin"]["clients"] = [c for c in one["origin"]["clients"] if c in lab.seen]
    first = lab.blamed[0] if lab.blamed else {"route": None, "origin": {}, "begin": 0}
    counts = [sum(label == "ham" for label in truth.labels.values()),
              sum(label not in ("ham", "neutral") for label in truth.labels.values())]
    with open(os.path.join(folder, "truth.json"), "w", encoding="utf-8") as file:
        json.dump({"scenario": lab.name, "route": first["route"], "origin": first["origin"],
                   "also_right": first.get("also_right", []),
                   "entry": first.get("entry", []),
                   **{key: first[key] for key in ("connections",) if key in first},
                   "also": [{key: one[key] for key in
                             ("route", "origin", "label", "also_right", "entry")}
                            for one in lab.blamed[1:]],
                   "start": lab.begin + first["begin"], "end": time.time(),
                   "messages": truth.labels,
                   "mails": {label: truth.count(label) for label in set(truth.labels.values())},
                   "spam": counts[1], "ham": counts[0]}, file, indent=0)
    with open(os.path.join(folder, "sizes.json"), "w", encoding="utf-8") as file:
        json.dump(steps, file)
    with open(os.path.join(folder, "complaints.txt"), "w", encoding="utf-8") as file:
        file.write("\n".join(lab.complaints) + "\n")


def read(name):
    """The scenario's file, and the types of its mail server, web server and what else it wants."""
    with open(os.path.join(HERE, "scenarios", f"{name}.toml"), "rb") as file:
        scenario = tomllib.load(file)
    options = scenario.get("options", {})
    return (scenario, MTAS[scenario.get("mta", "postfix")], WEBS[scenario.get("web", "apache-fpm")],
            [part for name, part in OPTIONAL.items() if options.get(name)])


def unpacked(name):
    """The folders of what its servers need beyond what is installed."""
    _, mta, web, more = read(name)
    return [packages.unpack(part.__name__.lower(), part.packages) for part in (mta, web, *more)
            if part.packages]


def record(name, folder):
    """Runs the scenario and leaves its folder."""
    scenario, mta_type, web_type, more = read(name)
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    users = [user for part in (mta_type, *more) for user in part.users]
    with laboratory.Node(folder, unpacked(name), users) as node:
        lab = Lab(name, scenario, node)
        options = scenario.get("options", {})
        mta = mta_type(node, options)
        lab.logins, lab.wordpress = mta.logins, options.get("wordpress", False)
        sink = Sink(lab.directory)
        sink.serve()
        web = web_type(node, options)
        web.sites.lay()
        node.serve(sys.executable, os.path.join(HERE, "syslogd.py"), "/var/log")
        for part in (Dovecot(node, options.get("sieve", ())), mta,
                     *(one(node, options) for one in more), web):
            part.start()
        steps = act(lab, mta.log, scenario.get("seconds", 90))
        with open(os.path.join(node.logs, mta.log), encoding="utf-8", errors="replace") as file:
            log = file.read()
        truth = Truth(mta, lab.directory)
        truth.collect(sink, node.mail, log)
        keep(lab, folder, mta.log, truth, steps)
    for leftover in ("logs", "mail", "scratch"):
        shutil.rmtree(os.path.join(folder, leftover), ignore_errors=True)


def record_in_world(name, folder):
    """The same in namespaces of its own; gives what went wrong."""
    status, output = laboratory.in_world(sys.executable, os.path.abspath(__file__), "--inside",
                                         name, folder)
    return "" if status == 0 else output.strip()[-600:] or f"exit {status}"


def score(weir, name, folder):
    """[(name, what is wrong, in words)]: with PHP's log, and without."""
    answers = []
    for with_php in (True, False):
        wrong, words = judge.judge(weir, folder, with_php)
        if not wrong and words != "innocent":
            seconds, messages = judge.seconds_to_name(weir, folder, with_php)
            words += f", named after {seconds:.0f} s and {messages} messages"
        answers.append((f"{name}, {'with' if with_php else 'without'} PHP's log", wrong, words))
    return answers


def run(arguments, name):
    folder = os.path.abspath(os.path.join(arguments.out, name))
    complaint = "" if arguments.score else record_in_world(name, folder)
    if complaint:
        return [(name, [f"the servers did not run: {complaint}"], "")]
    answers = score(arguments.weir, name, folder)
    if arguments.keep:
        recorded.keep(folder, os.path.join(arguments.keep, name))
    return answers


def show(number, answer, tap):
    name, wrong, words = answer
    if tap:
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}: {words}")
        for one in wrong:
            print("#  " + one.replace("\n", "\n#  "))
    else:
        print(f"{'WRONG' if wrong else 'right':7}{name:42}{words}"
              f"{'; ' * bool(words and wrong)}{'; '.join(wrong)}")
    sys.stdout.flush()


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("weir")
    parser.add_argument("--out", default="build-range/runs", help="where the runs are left")
    parser.add_argument("--keep", help="where to lay the runs down as test data, compressed")
    parser.add_argument("--score", action="store_true", help="only score what is in --out")
    parser.add_argument("--jobs", type=int, default=2, help="how many run at a time")
    parser.add_argument("--tap", action="store_true")
    parser.add_argument("names", nargs="*")
    arguments = parser.parse_intermixed_args()
    arguments.names = arguments.names or sorted(
        one.removesuffix(".toml") for one in os.listdir(os.path.join(HERE, "scenarios")))
    return arguments


def main():
    if sys.argv[1:2] == ["--inside"]:
        laboratory.make_world()
        dns.serve()
        record(*sys.argv[2:4])
        return
    arguments = parse()
    obstacle = "" if arguments.score else laboratory.obstacle()
    if obstacle:
        print(f"1..0 # SKIP {obstacle}" if arguments.tap else f"Skipped: {obstacle}.")
        sys.exit(0 if arguments.tap else 77)
    if not arguments.score:
        for name in arguments.names:
            unpacked(name)
    number = failed = 0
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for answers in pool.map(lambda name: run(arguments, name), arguments.names):
            for answer in answers:
                number += 1
                failed += bool(answer[1])
                show(number, answer, arguments.tap)
    print(f"1..{number}" if arguments.tap else f"{number - failed} passed, {failed} failed")
    sys.exit(0 if arguments.tap else failed > 0)


if __name__ == "__main__":
    main()
