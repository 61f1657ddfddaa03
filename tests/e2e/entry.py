#!/usr/bin/env python3
"""entry.py SCAN_ENTRY: how malicious files came, by recorded logs and by small ones; prints TAP.

The runs of tests/data/range say in their truth which lines show the way in. When the file changed
is not recorded: every second from that line to the file's first use must give the same answer.
"""

import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import tap  # noqa: E402
from tap import case  # noqa: E402

SCAN = os.path.abspath(sys.argv[1])
RANGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "range")
DAY = 1795564800  # 2026-11-25T00:00:00Z
SHELL = "/srv/www/blog/wp-content/uploads/x.php"


def at(clock):
    hours, minutes, seconds = (int(word) for word in clock.split(":"))
    return DAY + hours * 3600 + minutes * 60 + seconds


def ask(folder, *suspects):
    """The report on (path, user, mtime, ctime[, vhost, docroot]), paths of logs without folder."""
    words = []
    for suspect in suspects:
        words += [str(word) for word in suspect] + ["-", "-"][len(suspect) - 4:]
    done = subprocess.run([SCAN, folder, "--", *words], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.replace(folder + "/", ""))


def findings(logs, *suspects):
    """The findings by logs that are given as {name: text}."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in logs.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as log:
                log.write(text)
            os.utime(os.path.join(folder, name), (DAY + 86400, DAY + 86400))
        report = ask(folder, *suspects)
    assert report["problems"] == [], report
    return report["findings"]


def access(client, clock, request, status=200):
    return f'{client} - - [25/Nov/2026:{clock} +0000] "{request} HTTP/1.1" {status} 9 "-" "test"\n'


def requires(condition, what):
    if not condition:
        raise AssertionError(json.dumps(what, indent=1))


# --- recorded runs ---


def recorded(name, first, last, rule, least):
    """Every second of change from `first` to `last` must be told by a line that the truth names."""
    with open(os.path.join(RANGE, name, "truth.json"), encoding="utf-8") as file:
        truth = json.load(file)
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, "logs")
        shutil.copytree(os.path.join(RANGE, name), copy,
                        ignore=shutil.ignore_patterns("truth.json", "samples", "passwd.gz"))
        for changed in range(at(first), at(last) + 1):
            found = ask(copy, (truth["origin"]["script"], truth["origin"]["user"], changed,
                               changed))["findings"]
            requires(found[0]["rule"] == rule and found[0]["confidence"] >= least, found)
            requires(any(words in found[0]["text"] for words in truth["entry"]), found)
            place = re.match(r"([^:]+):(\d+): (.*)", found[0]["text"])
            requires(place, found)
            with gzip.open(os.path.join(copy, place[1]), "rt", encoding="utf-8") as log:
                line = log.read().split("\n")[int(place[2]) - 1]
            requires(line.startswith(place[3]), [line, place[3]])
            requires("First used at 2026-11-25T04:" in found[0]["why"], found)


@case
def by_ftp():
    "recorded: an upload by FTP, by the file's name"
    recorded("upload-by-ftp", "04:05:02", "04:05:09", "entry-ftp", 0.95)


@case
def by_sftp():
    "recorded: an upload by SFTP, whose line names neither user nor client"
    recorded("upload-by-sftp", "04:01:29", "04:01:36", "entry-ssh", 0.95)


@case
def by_ssh():
    "recorded: a login by SSH, from an address that used the file afterwards"
    recorded("upload-by-ssh", "04:02:48", "04:02:55", "entry-ssh", 0.6)


@case
def by_guess():
    "recorded: a login by SSH whose password was guessed"
    recorded("upload-by-guess", "04:03:16", "04:03:23", "entry-ssh", 0.6)


@case
def by_web():
    "recorded: an upload through the site"
    recorded("upload-by-web", "04:16:05", "04:16:12", "entry-upload", 0.7)


# --- small ones ---


@case
def not_in_these_logs():
    "what the logs do not show, word for word"
    logs = {"blog-access.log": access("192.0.2.7", "03:00:00", "GET /a.php") +
            access("192.0.2.7", "05:00:00", "GET /b.php")}
    covered = findings(logs, (SHELL, "web_blog", at("04:00:00"), at("04:00:00")))
    requires(covered == [{
        "kind": "entry", "rule": "entry-unknown", "confidence": 0, "path": SHELL, "line": 0,
        "text": "",
        "why": "How it came is not in these logs. It changed at 2026-11-25T04:00:00Z. Those of web "
               "requests cover 2026-11-25T03:00:00Z to 2026-11-25T05:00:00Z, and show nothing that "
               "brought it. There is no log of logins and transfers.",
        "advice": "Look in older logs and backups of logs (weir scan --logs FOLDER); keep logs for "
                  "longer than a break-in takes to be noticed."}], covered)
    late = findings(logs, (SHELL, "web_blog", at("02:00:00"), at("02:00:00")))
    requires("cover 2026-11-25T03:00:00Z to 2026-11-25T05:00:00Z, not that moment."
             in late[0]["why"], late)


@case
def logs_of_another_time():
    "a log of another month is not read"
    text = access("192.0.2.7", "03:00:00", "GET /a.php").replace("25/Nov", "25/Sep")
    with tempfile.TemporaryDirectory() as folder:
        for name, log in (("old-access.log", text),
                          ("blog-access.log", access("192.0.2.7", "03:00:00", "GET /a.php"))):
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(log)
        report = ask(folder, (SHELL, "web_blog", at("03:00:00"), at("03:00:00")))
    requires(report["logs"] == 1 and report["passed_over"] == 1, report)


@case
def one_request_for_many():
    "files of one burst share the request that brought the first"
    logs = {"blog-access.log":
            access("203.0.113.5", "03:59:59", "POST /wp-admin/update.php?action=upload-plugin") +
            access("203.0.113.5", "04:30:00", "GET /wp-content/plugins/p/a.php")}
    paths = [f"/srv/www/blog/wp-content/plugins/p/{name}.php" for name in "abc"]
    found = findings(logs, *((path, "web_blog", at("04:00:00"), at("04:00:00") + i)
                             for i, path in enumerate(paths)))
    requires([one["path"] for one in found] == paths, found)
    requires(all(one["rule"] == "entry-upload" and "blog-access.log:1: " in one["text"]
                 for one in found), found)


@case
def a_shell_makes_shells():
    "a request to another malicious file goes before a request to a page"
    shell = "/srv/www/blog/old.php"
    logs = {"blog-access.log": access("203.0.113.5", "04:00:00", "POST /old.php") +
            access("192.0.2.9", "04:00:00", "POST /contact.php")}
    found = findings(logs, (SHELL, "web_blog", at("04:00:00"), at("04:00:00")),
                     (shell, "web_blog", at("01:00:00"), at("01:00:00")))
    requires(found[0]["rule"] == "entry-shell" and shell in found[0]["why"], found)
    requires(found[-1]["path"] == shell and found[-1]["rule"] == "entry-unknown", found)


@case
def another_site():
    "a request to another site brings nothing here"
    logs = {"shop.example-access.log":
            access("203.0.113.5", "04:00:00", "POST /wp-admin/async-upload.php"),
            "blog.example-access.log": access("203.0.113.6", "03:59:00", "GET /") +
            access("203.0.113.6", "04:01:00", "GET /")}
    blog = ("/srv/a/x.php", "www-data", at("04:00:00"), at("04:00:00"), "blog.example", "/srv/a")
    shop = ("/srv/b/x.php", "www-data", at("04:00:00"), at("04:00:00"), "shop.example", "/srv/b")
    found = {one["path"]: one["rule"] for one in findings(logs, blog, shop)}
    requires(found == {"/srv/a/x.php": "entry-unknown", "/srv/b/x.php": "entry-upload"}, found)


@case
def what_cannot_be_read():
    "a log that cannot be read is a problem, not a silence"
    with tempfile.TemporaryDirectory() as folder:
        report = ask(os.path.join(folder, "none.log"), (SHELL, "web_blog", DAY, DAY))
    requires(len(report["problems"]) == 1 and report["findings"][0]["rule"] == "entry-unknown",
             report)


if __name__ == "__main__":
    sys.exit(tap.run(tap.CASES))
