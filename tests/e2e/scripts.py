#!/usr/bin/env python3
"""scripts.py WEIR: what `weir scan` says of scripts and of files that start them; prints TAP.

tests/data/scripts/malicious holds structures of bad files, without what would make them run; safe
holds their twins that mean well.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
import tap  # noqa: E402
from tap import case  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "scripts")
ACCUSES = 0.9

RULES = {
    "site/cgi-bin/bot.pl": "irc-bot",
    "site/cgi-bin/mailer.py": "smtp-loop",
    "site/cgi-bin/status.cgi": "cgi-command",
    "site/images/connect.py": "reverse-shell",
    "site/images/unpack.pl": "runs-decoded",
    "site/load.sh": "loader",
    "site/shell.rb": "runs-decoded",
    "site/shell.js": "reverse-shell",
    "site/wp-content/.htaccess": "access-kept",
    "site/wp-content/uploads/.htaccess": "handler-odd",
    "site/blog/.htaccess": "rewrite-cloaked",
    "site/shop/.user.ini": "prepend-odd",
    "site/shop/php.ini": "limits-off",
    "etc/cron.d/update": "fetch-and-run",
    "etc/rc.local": "runs-hidden",
    "etc/ld.so.preload": "preload",
    "etc/cron.daily/logs": "runs-decoded",
    "var/spool/cron/crontabs/www-data": "runs-hidden",
    "home/anna/.config/systemd/user/session.service": "runs-hidden",
    "home/anna/.bashrc": "reverse-shell",
    "home/anna/.ssh/authorized_keys": "key-known",
}


def scan(folder):
    """The findings of a folder, by the path within it, and the exit code."""
    done = subprocess.run([WEIR, "scan", "--json", "--no-logs", "--fast", folder],
                          capture_output=True,
                          text=True, timeout=120, check=False)
    found = {}
    for one in json.loads(done.stdout)["findings"]:
        found.setdefault(os.path.relpath(one["path"], folder), []).append(one)
    return found, done.returncode


def strongest(findings):
    return max(findings, key=lambda one: one["confidence"])


@case
def accuses():
    """Every malicious script and line is accused, by its rule and in one finding"""
    found, code = scan(os.path.join(DATA, "malicious"))
    assert set(found) == set(RULES), set(found) ^ set(RULES)
    for path, rule in RULES.items():
        assert len(found[path]) == 1, found[path]
        assert found[path][0]["rule"] == rule, found[path]
        assert found[path][0]["confidence"] >= ACCUSES, found[path]
        assert found[path][0]["line"] > 0 and found[path][0]["text"], found[path]
    assert code == 1


@case
def spares():
    """Their twins that mean well are accused of nothing"""
    found, code = scan(os.path.join(DATA, "safe"))
    for path, findings in found.items():
        assert strongest(findings)["confidence"] < ACCUSES, findings
    assert not {path for path in found if not path.startswith("bin/ircbot")}, found
    assert code == 0


@case
def names_matter_not():
    """A script is known by its first line, whatever it is called"""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(os.path.join(DATA, "malicious/site/cgi-bin/bot.pl"),
                    os.path.join(folder, "readme.txt"))
        found, _ = scan(folder)
    assert found["readme.txt"][0]["rule"] == "irc-bot", found


@case
def comments_matter_not():
    """A script that was taken out of use by comments is not accused"""
    with tempfile.TemporaryDirectory() as folder:
        with open(os.path.join(DATA, "malicious/site/load.sh"), encoding="utf-8") as file:
            lines = file.readlines()
        with open(os.path.join(folder, "load.sh"), "w", encoding="utf-8") as file:
            file.writelines([lines[0]] + ["# " + line for line in lines[1:]])
        found, code = scan(folder)
    assert not found and code == 0, found


@case
def hostile_scripts_end():
    """Quotes, here-documents and gaps without an end cost no more than their length"""
    unit = "use IO::Socket;\n<<E \"'` curl curl PRIVMSG =pod\n\"\"\" base64 -d | | |\n"
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("pl", "py", "sh", "rb"):
            with open(os.path.join(folder, "x." + ending), "w", encoding="utf-8") as file:
                file.write(unit * (8_000_000 // len(unit)))
        done = subprocess.run([WEIR, "scan", "--json", "--no-logs", "--threads", "1", folder],
                              capture_output=True, text=True, timeout=60, check=False)
    assert json.loads(done.stdout)["files"] == 4


if __name__ == "__main__":
    sys.exit(tap.run(tap.CASES))
