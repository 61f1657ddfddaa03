#!/usr/bin/env python3
"""real_logs.py WEIR SHOW_EVENT: two real logs of ../shared/suites/logs, end to end; prints TAP.

The truth is worked out here from the lines themselves, by other means than
weir's: which queue ids are one mail, which went out, who handed what in; and for
the access log what each of its 10,000 requests was.
"""

import collections
import datetime
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("WEIR_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
MAIL = os.path.join(SHARED, "suites", "logs", "postfix-3days.log.gz")
WEB = os.path.join(SHARED, "suites", "logs", "apache-combined-10000.log.gz")
CASES = []


def case(function):
    CASES.append((function.__doc__, function))
    return function


def read(path):
    with gzip.open(path, "rb") as file:
        return file.read()


def run(*arguments, stdin=None):
    return subprocess.run([os.path.abspath(sys.argv[1]), "trace", *arguments], input=stdin,
                          capture_output=True, timeout=300, check=False,
                          env=dict(os.environ, TZ="UTC"))


def report(*arguments):
    done = run("--json", *arguments)
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr.decode()[:400]}"
    return json.loads(done.stdout)


class Mails:
    """The mails of the log: a queue id that another id's delivery names is no mail of its own."""

    def __init__(self, text):
        self.lines = collections.defaultdict(list)
        self.next = {}
        for line in text.decode("utf-8", "replace").splitlines():
            found = re.match(r"\S+ \S+ (postfix\S*)\[\d+\]: (\w{14,16}): (.*)", line)
            if not found or "z" not in found[2]:
                continue
            program, queue_id, rest = found.groups()
            self.lines[queue_id].append((program, rest))
            carried = re.search(r"status=sent \((?:forwarded|.* queued) as (\w+)\)$", rest)
            if carried and carried[1] != queue_id:
                self.next[queue_id] = carried[1]
        self.lines = {queue_id: lines for queue_id, lines in self.lines.items()
                      if any("message-id=" in rest for _, rest in lines)}
        self.roots = set(self.lines) - set(self.next.values())

    def chain(self, queue_id):
        """The lines of a mail under all its ids."""
        while queue_id:
            yield from self.lines.get(queue_id, ())
            queue_id = self.next.get(queue_id)

    def is_outgoing(self, queue_id):
        """Handed to another host, or meant to be: smtp gave up before it knew which."""
        for program, rest in self.chain(queue_id):
            relay = re.search(r", relay=([^,]*),", rest)
            if relay and program == "postfix/smtp" and "[127.0.0.1]" not in relay[1]:
                return True
        return False

    def starting(self, words):
        return [queue_id for queue_id in self.roots
                if any(rest.startswith(words) for _, rest in self.lines[queue_id])]


def copies(folder, text):
    """The log as rotation leaves it: cut in three, one copied twice, names that mislead the order."""
    lines = text.splitlines(keepends=True)
    third = len(lines) // 3
    parts = {"a.log": lines[2 * third:], "b.log.2.gz": lines[:third], "c.log.1": lines[third:2 * third],
             "d.log": lines[2 * third:len(lines) - 5000]}
    for name, part in parts.items():
        data = b"".join(part)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(gzip.compress(data) if name.endswith(".gz") else data)
    return [os.path.join(folder, name) for name in parts]


@case
def every_line_of_the_mail_log():
    """each line of the mail log is read, none is left unread"""
    source = report(MAIL)["inputs"][0]
    lines = read(MAIL).count(b"\n")
    assert source["kind"] == "syslog" and source["lines"] == lines == 69861, source
    assert source["unread"] == 0 and source["cut"] == 0 and source["problem"] is None, source
    assert source["first"] == "2023-03-13T23:00:31Z" and source["last"] == "2023-03-16T22:59:31Z", source


@case
def counted_once():
    """a mail that amavis handed back, or that was forwarded, is counted once"""
    mails = Mails(read(MAIL))
    assert len(mails.lines) > 360 and len(mails.next) == 183, (len(mails.lines), len(mails.next))
    got = report(MAIL)["messages"]
    want = {"total": len(mails.roots), "outgoing": sum(map(mails.is_outgoing, mails.roots)),
            "attributed": len(mails.roots)}
    assert got == want, f"{got}, not {want}"


@case
def counted_once_from_parts():
    """the same from rotated parts in any order, of which one was copied twice"""
    with tempfile.TemporaryDirectory() as folder:
        paths = copies(folder, read(MAIL))
        want = report(MAIL)["messages"]
        for order in (paths, paths[::-1]):
            got = report(*order)["messages"]
            assert got == want, f"{got}, not {want}"


@case
def logins_are_counted():
    """a mailbox has as many messages as its logins handed in"""
    mails = Mails(read(MAIL))
    want = collections.Counter()
    for queue_id in mails.starting("client="):
        for _, rest in mails.lines[queue_id]:
            login = re.search(r", sasl_username=(\S+)$", rest)
            want.update([login[1]] if login else [])
    got = {one["name"]: one["messages"] for one in report(MAIL)["senders"]
           if one["kind"] == "mailbox"}
    assert want and got == dict(want), f"{got}, not {dict(want)}"


@case
def redirects_are_innocent():
    """sieve redirects, which the vmail user hands in for strangers, are forwards and accuse nobody"""
    redirects = Mails(read(MAIL)).starting("uid=2000 ")
    assert len(redirects) == 3, redirects
    assert report(MAIL)["incidents"] == []
    for queue_id in redirects:
        said = " ".join(run("--explain", queue_id, MAIL).stdout.decode().split())
        assert "It is a forward of mail that came in, and accuses nobody." in said, said[:400]


@case
def every_request_of_the_access_log():
    """10,000 requests are read out of order, each as it stands there"""
    text = read(WEB)
    done = subprocess.run([sys.argv[2], "combined"], input=text, capture_output=True, timeout=60, check=True)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    lines = text.decode("utf-8", "replace").splitlines()
    assert len(events) == len(lines) == 10000, (len(events), len(lines))
    stamps = []
    for line, event in zip(lines, events):
        found = re.match(r'(\S+) \S+ \S+ \[([^]]+)\] "(\S+) (.*?)(?: HTTP/[\d.]+)?" (\d+) ', line)
        client, stamp, method, target, status = found.groups()
        stamps.append(datetime.datetime.strptime(stamp, "%d/%b/%Y:%H:%M:%S %z").timestamp())
        known = method if method in ("GET", "HEAD", "POST", "PUT") else "other"
        got = (event["kind"], event.get("client"), event.get("stamp_us"), event.get("method"),
               event.get("target"), event.get("status"))
        want = ("request", client, int(stamps[-1]) * 1000000, known, target, int(status))
        assert got == want, f"{got}, not {want}, of {line}"
    back = sum(one < before for before, one in zip(stamps, stamps[1:]))
    assert back > 4000, back
    source = report(WEB)["inputs"][0]
    assert (source["kind"], source["lines"], source["unread"]) == ("combined", 10000, 0), source
    for name, moment in (("first", min(stamps)), ("last", max(stamps))):
        said = datetime.datetime.strptime(source[name], "%Y-%m-%dT%H:%M:%S%z").timestamp()
        assert abs(said - moment) < 60, (name, source[name], moment)


def main():
    if not (os.path.exists(MAIL) and os.path.exists(WEB)):
        print("1..0 # SKIP ../shared/suites/logs is not here")
        return
    print(f"1..{len(CASES)}")
    for index, (name, function) in enumerate(CASES, 1):
        try:
            function()
            print(f"ok {index} - {name}")
        except Exception as problem:  # whatever it is, the case has failed
            print(f"not ok {index} - {name}\n# {type(problem).__name__}: {str(problem)[:600]!r}")


if __name__ == "__main__":
    main()
