#!/usr/bin/env python3
"""prvs_exim.py WEIR: tags that Exim makes against those that weir makes, both ways; prints TAP.

Exim is Debian's, unpacked and not installed; it runs once a question in a mount namespace where
its user exists, and reads expressions from its standard input. Needs root.
"""

import os
import random
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, "..", "range")]

import mta  # pylint: disable=wrong-import-position
import packages  # pylint: disable=wrong-import-position
import tap  # pylint: disable=wrong-import-position

WEIR = os.path.abspath(sys.argv[1])
COUNT = 1000
LOCAL = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.+-_=/!#&'*?^~"
DOMAIN = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789-"
SECRET = LOCAL + " @:;()[]<>|"  # no braces, "$" or "\", which Exim would expand
USER = "Debian-exim:x:5101:5101::/nonexistent:/usr/sbin/nologin\n"


def word(dice, letters, least, most):
    return "".join(dice.choices(letters, k=dice.randint(least, most)))


def addresses(dice):
    return [f"{word(dice, LOCAL, 1, 40)}@{word(dice, DOMAIN, 1, 20)}.{word(dice, DOMAIN[:26], 2, 8)}"
            for _ in range(COUNT)]


class Room:
    """An unpacked Exim and a folder for its settings."""

    def __init__(self, folder):
        self.folder = folder
        self.root = packages.unpack("exim", mta.Exim.packages)
        for name, text in (("exim.conf", ""), ("passwd", USER), ("group", "Debian-exim:x:5101:\n")):
            with open(os.path.join(folder, name), "w", encoding="ascii") as file:
                if name != "exim.conf":
                    with open(f"/etc/{name}", encoding="utf-8") as own:
                        file.write("".join(line for line in own if not line.startswith("Debian-exim:")))
                file.write(text)

    def exim(self, expressions):
        """What Exim makes of each."""
        script = (f"mount --bind {self.folder}/passwd /etc/passwd && "
                  f"mount --bind {self.folder}/group /etc/group && "
                  f"exec {self.root}/usr/sbin/exim4 -C {self.folder}/exim.conf -be")
        libraries = os.path.join(self.root, "usr", "lib", f"{os.uname().machine}-linux-gnu")
        done = subprocess.run(["unshare", "-mn", "sh", "-c", script], text=True, timeout=120,
                              input="".join(f"{one}\n" for one in expressions), check=True,
                              capture_output=True, env={**os.environ, "LD_LIBRARY_PATH": libraries})
        # -be prompts with "> " before each.
        return [line.removeprefix("> ") for line in done.stdout.splitlines()][:len(expressions)]

    def weir(self, action, key, *words):
        path = os.path.join(self.folder, "keys")
        with open(path, "w", encoding="ascii") as file:
            file.write(f"{key[0]} {key[1]}\n")
        done = subprocess.run([WEIR, "prvs", action, "--key-file", path, "--", *words], text=True,
                              capture_output=True, timeout=120, check=False)
        return done.returncode, done.stdout.splitlines()


def keys(dice):
    """From the shortest to the longest that Exim takes."""
    for length in (1, 8, 20, 63, 64):
        yield dice.randint(0, 9), "s" + word(dice, SECRET, length - 1, length - 1)


def same_day(function):
    """Once more where midnight came between."""
    day = int(time.time()) // 86400
    result = function()
    return result if int(time.time()) // 86400 == day else function()


@tap.case
def signs_as_exim(room):
    """weir signs 1,000 random addresses as Exim does, byte for byte"""
    dice = random.Random(5)
    all_keys = list(keys(dice))
    names = addresses(dice)
    for i, key in enumerate(all_keys):
        part = names[i::len(all_keys)]
        want, (code, got) = same_day(lambda p=part, k=key: (
            room.exim([f"${{prvs{{{one}}}{{{k[1]}}}{{{k[0]}}}}}" for one in p]),
            room.weir("sign", k, *p)))
        assert code == 0 and len(want) == len(got) == len(part), (code, len(want), len(got))
        assert all(one.startswith(f"prvs={key[0]}") for one in want), want[:3]
        wrong = [(w, g) for w, g in zip(want, got) if w != g]
        assert not wrong, f"{len(wrong)} differ: {wrong[:3]}"


@tap.case
def takes_each_others(room):
    """Exim takes weir's tags, weir takes Exim's, and neither takes one with a changed byte"""
    dice = random.Random(6)
    key = (4, "correct horse")
    names = addresses(dice)[:200]

    def both():
        _, ours = room.weir("sign", key, *names)
        theirs = room.exim([f"${{prvs{{{one}}}{{{key[1]}}}{{{key[0]}}}}}" for one in names])
        broken = [one[:9] + ("0" if one[9] != "0" else "1") + one[10:] for one in ours]

        def check(tags):
            return room.exim([f"${{prvscheck{{{one}}}{{{key[1]}}}{{r$prvscheck_result}}}}"
                              for one in tags])
        return (check(ours), check(broken), room.weir("check", key, *theirs),
                room.weir("check", key, *broken))

    good, bad, (code, taken), (refused_code, refused) = same_day(both)
    assert good == ["r1"] * len(names), [one for one in good if one != "r1"][:3]
    assert bad == ["r"] * len(names), [one for one in bad if one != "r"][:3]
    assert code == 0 and taken == [f"valid {one}" for one in names], taken[:3]
    assert refused_code == 1 and refused == [f"forged {one}" for one in names], refused[:3]


@tap.case
def takes_what_exim_takes(room):
    """what Exim takes of other forms: letters of another case, the older order"""
    key = (0, "secret")

    def both():
        tag = room.weir("sign", key, "anna@example.org")[1][0]
        forms = {"as it is": tag, "prefix": tag.replace("prvs", "PRVS"),
                 "older": f"prvs=anna={tag[5:15]}@example.org",
                 "domain": tag.replace("example", "Example")}
        answers = room.exim([f"${{prvscheck{{{one}}}{{{key[1]}}}{{r$prvscheck_result}}}}"
                             for one in forms.values()])
        ours = [room.weir("check", key, one)[1][0].split()[0] for one in forms.values()]
        return dict(zip(forms, zip(answers, ours)))

    got = same_day(both)
    assert got == {"as it is": ("r1", "valid"), "prefix": ("r1", "valid"),
                   "older": ("", "valid"), "domain": ("r", "valid")}, got


@tap.case
def brackets_are_none_of_the_address(room):
    """an address in angle brackets, as logs and SMTP have it, is signed without them"""
    bare, bracketed = (room.weir("sign", (0, "secret"), one)[1][0] for one in ("anna@example.com", "<anna@example.com>"))
    assert bare == bracketed and "<" not in bare, (bare, bracketed)


def main():
    if os.geteuid() == 0:
        try:
            packages.unpack("exim", mta.Exim.packages)
        except packages.Unavailable as reason:
            print(f"1..0 # SKIP {reason}")
            return 0
    with tempfile.TemporaryDirectory(prefix="weir-") as folder:
        return tap.run_in_rooms(Room, "needs root", sys.argv[2:], folder)


sys.exit(main())
