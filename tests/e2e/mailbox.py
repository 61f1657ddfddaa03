#!/usr/bin/env python3
"""mailbox.py WEIR [CASE...]: passwords of mailboxes, judged and made; prints TAP.

Hashes are made here, by doveadm and by weir itself, of harmless words. Cases that need Dovecot say
that they are left out where it is missing.
"""

import hashlib
import json
import os
import re
import resource
import shutil
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import tap  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
WEAK_WORD = "anna2024"      # guessed
GOOD_WORD = "vu7-kqz-mellow-x"  # not guessed
SCHEMES = ["PLAIN", "CLEARTEXT", "CRAM-MD5", "DIGEST-MD5", "LDAP-MD5", "PLAIN-MD5", "PLAIN-MD4",
           "SMD5", "SHA", "SHA1", "SSHA", "SHA256", "SSHA256", "SHA512", "SSHA512", "DES-CRYPT",
           "MD5-CRYPT", "SHA256-CRYPT", "SHA512-CRYPT", "BLF-CRYPT", "PBKDF2", "SCRAM-SHA-1",
           "SCRAM-SHA-256", "SSHA.hex", "SHA256.hex", "CRAM-MD5.b64"]
FINE = {"SHA256-CRYPT", "SHA512-CRYPT", "BLF-CRYPT", "PBKDF2", "SCRAM-SHA-1", "SCRAM-SHA-256",
        "ARGON2I", "ARGON2ID"}
HAS_DOVECOT = bool(shutil.which("doveadm"))


def weir(*arguments, stdin=None, **more):
    return subprocess.run([WEIR, *arguments], capture_output=True, input=stdin, check=False,
                          timeout=240, **more)


def audit(*files, seconds=20, options=()):
    """The findings of these stores, after checking that no form of output tells a secret."""
    named = [word for file in files for word in ("--mailboxes", file)]
    done = weir("audit", *named, "--guess-seconds", str(seconds), "--json", "--no-logs", *options)
    if done.returncode not in (0, 1, 3):
        raise AssertionError(done.stderr.decode())
    return json.loads(done.stdout)["findings"], done


def made(scheme, word, user="anna@shop.example"):
    return subprocess.run(["doveadm", "pw", "-s", scheme, "-u", user, "-p", word],
                          capture_output=True, check=True).stdout.decode().strip()


def found(findings, check, outcome=None):
    return [f for f in findings if f["check"] == check and outcome in (None, f["outcome"])]


def counting(findings):
    return [f for f in findings if f["outcome"] in ("weak", "serious", "critical")]


def check(holds, what):
    if not holds:
        raise AssertionError(what)


def silent(done, *secrets):
    """Neither a password nor what is kept of it, in whatever was printed."""
    for text in (done.stdout.decode(), done.stderr.decode()):
        for secret in secrets:
            check(secret not in text, f"a secret is told: {secret[:4]}...")


class Room:
    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="weir-mailbox-")
        os.chmod(self.folder, 0o755)
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.folder)

    def write(self, name, text, mode=0o600):
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        return path


@tap.case
def every_scheme():
    "a passwd-file with every scheme of Dovecot: weak words are guessed, good ones are not"
    if not HAS_DOVECOT:
        return
    with Room() as room:
        weak, good = {}, {}
        for scheme in SCHEMES:
            name = scheme.lower()
            weak[f"anna@{name}.example"] = made(scheme, WEAK_WORD, f"anna@{name}.example")
            good[f"bert@{name}.example"] = made(scheme, GOOD_WORD, f"bert@{name}.example")
        kept = {**weak, **good}
        path = room.write("users", "".join(f"{n}:{h}:1001:1001::/home::\n"
                                           for n, h in kept.items()))
        findings, done = audit(path, seconds=60)
        hashes = [h.split("}", 1)[1] for h in kept.values()]
        silent(done, WEAK_WORD, GOOD_WORD, *hashes)
        guessed = {f["subject"] for f in found(findings, "mailbox-guessed", "serious")}
        check(guessed == set(weak), f"guessed: {guessed ^ set(weak)}")
        titles = " ".join(f["title"] for f in found(findings, "mailbox-scheme", "weak"))
        for scheme in SCHEMES:
            name = scheme.split(".")[0]
            check((f" {name}." in titles) == (name not in FINE), f"{scheme}: {titles}")
        for more in ([], ["--verbose"]):
            silent(weir("audit", "--mailboxes", path, "--no-logs", "--guess-seconds", "5", *more),
                   WEAK_WORD, GOOD_WORD, *hashes)
        page = os.path.join(room.folder, "page.html")
        weir("audit", "--mailboxes", path, "--no-logs", "--guess-seconds", "5", "--html", page)
        with open(page, encoding="utf-8") as file:
            text = file.read()
        check(not any(h in text for h in [WEAK_WORD, GOOD_WORD, *hashes]), "the page tells")


@tap.case
def the_same_twice():
    "the same password twice is seen through salts when it is guessed, and exactly without them"
    if not HAS_DOVECOT:
        return
    with Room() as room:
        path = room.write("users", "\n".join([
            "anna@a.example:" + made("SSHA512", WEAK_WORD), "anna@b.example:" +
            made("SHA512-CRYPT", WEAK_WORD), "carl@a.example:" + made("SHA256", GOOD_WORD),
            "dora@a.example:" + made("SHA256", GOOD_WORD), "emil@a.example:" +
            made("SSHA256", GOOD_WORD)]))
        findings, done = audit(path)
        silent(done, WEAK_WORD, GOOD_WORD)
        groups = sorted(f["seen"] for f in found(findings, "mailbox-same", "weak"))
        check(groups == ["anna@a.example, anna@b.example", "carl@a.example, dora@a.example"],
              str(groups))


@tap.case
def strong_store():
    "a store of strong passwords in good schemes gives no finding that counts"
    if not HAS_DOVECOT:
        return
    with Room() as room:
        text = ""
        for scheme in ("BLF-CRYPT", "SHA512-CRYPT", "ARGON2ID", "ARGON2I", "SCRAM-SHA-256"):
            for i in range(2):
                text += f"user{i}@{scheme.lower()}.example:{made(scheme, f'zk{i}-{GOOD_WORD}')}\n"
        text += "locked@shop.example:!\n"
        findings, done = audit(room.write("users", text), seconds=5)
        check(not counting(findings), str(counting(findings)))
        check(done.returncode == 0, f"exit code {done.returncode}")
        check(found(findings, "mailbox-guessing", "fine"), "no word of what was tried")


@tap.case
def shadow():
    "a shadow file: system users, locked ones, age, an empty password"
    with Room() as room:
        kept = re.search(r"\{CRYPT\}(\S+)", weir(
            "mailbox", "password", "--stdin", "--scheme", "CRYPT",
            stdin=b"Winter2024!\n").stdout.decode()).group(1)
        today = int(time.time() // 86400)
        path = room.write("shadow", f"root:*:19700:0:99999:7:::\nanna:{kept}:{today - 3000}:0:99999"
                          f":7:::\nbert:!{kept}:19700:0:99999:7:::\ncarl::{today}:0:99999:7:::\n")
        findings, done = audit(path, seconds=60)
        silent(done, "Winter2024!", kept)
        check([f["subject"] for f in found(findings, "mailbox-guessed")] == ["anna"], findings)
        check(found(findings, "mailbox-empty", "serious")[0]["seen"] == "carl", "empty")
        check(found(findings, "mailbox-age", "note")[0]["seen"] == "anna", "age")


def tables(word_hash, plain):
    """Dumps of one store each: (name, text, guessed, stored in the clear)."""
    mysql = ("-- MySQL dump 10.19\nCREATE TABLE `{t}` (\n  `id` int NOT NULL AUTO_INCREMENT,\n"
             "  `username` varchar(255) NOT NULL,\n  `password` varchar(255),\n"
             "  `name` varchar(255) DEFAULT 'x, (y',\n  `modified` datetime,\n  `active` "
             "tinyint(1),\n  PRIMARY KEY (`id`)\n) ENGINE=InnoDB;\n")
    postgres = ("-- PostgreSQL database dump\nSET standard_conforming_strings = on;\n"
                "CREATE TABLE public.{t} (\n    username text NOT NULL,\n    password text\n);\n")
    return [
        ("postfixadmin", mysql.format(t="mailbox") +
         f"INSERT INTO `mailbox` VALUES (1,'anna@shop.example','{word_hash}','O\\'Hara','2015-01-01"
         f" 10:00:00',1),(2,'bert@shop.example','{{PLAIN}}{plain}',NULL,NULL,1),"
         f"(3,'carl@shop.example','{{PLAIN}}{plain}x',NULL,NULL,0);\n",
         ["anna@shop.example"]),
        ("ispconfig", "INSERT INTO `mail_user` (`mailuser_id`, `email`, `login`, `password`, "
         f"`name`) VALUES\n(1, 'anna@shop.example', 'anna', '{word_hash}', 'Anna'),\n(2, "
         f"'bert@shop.example', 'bert', '{plain}', 'Bert');\n", ["anna@shop.example"]),
        ("froxlor", "INSERT INTO `mail_users` (`email`,`password`,`password_enc`) VALUES "
         f"('anna@shop.example','','{word_hash}'),('bert@shop.example','{plain}','');\n",
         ["anna@shop.example"]),
        ("iredmail", postgres.format(t="mailbox") + "COPY public.mailbox (username, password) FROM "
         f"stdin;\nanna@shop.example\t{word_hash}\nbert@shop.example\t{{PLAIN}}{plain}\n\\.\n",
         ["anna@shop.example"]),
        ("sqlite", "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE mailbox(username "
         f"text, password text);\nINSERT INTO mailbox VALUES('anna@shop.example','{word_hash}');\n"
         f"INSERT INTO mailbox VALUES('bert@shop.example','{{PLAIN}}{plain}');\nCOMMIT;\n",
         ["anna@shop.example"]),
    ]


@tap.case
def dumps():
    "dumps of panels and databases, packed and not"
    kept = "{SSHA}" + __import__("base64").b64encode(
        hashlib.sha1(b"anna2024salt").digest() + b"salt").decode()
    with Room() as room:
        for name, text, guessed in tables(kept, GOOD_WORD):
            path = room.write(name + ".sql", text)
            subprocess.run(["gzip", "-k", path], check=True)
            for file in (path, path + ".gz"):
                findings, done = audit(file, seconds=5)
                silent(done, WEAK_WORD, GOOD_WORD, kept[6:])
                got = [f["subject"] for f in found(findings, "mailbox-guessed")]
                check(got == guessed, f"{name}: {got}: {done.stdout.decode()}")
                plain = [f["seen"] for f in found(findings, "mailbox-scheme", "weak")
                         if "PLAIN" in f["title"]]
                check(plain == ["bert@shop.example"], f"{name}: {plain}")


@tap.case
def unreadable():
    "what is no list says so: a database itself, a text, nothing"
    with Room() as room:
        database = os.path.join(room.folder, "mail.db")
        with sqlite3.connect(database) as db:
            db.execute("create table mailbox (username, password)")
        os.chmod(database, 0o600)
        for path in (database, room.write("text", "Once upon a time\nthere was a file.\n"),
                     room.write("hash", "\0\1\2" * 2000), os.path.join(room.folder, "none")):
            findings, done = audit(path)
            check(found(findings, "mailbox-list", "unknown"), path)
            check(done.returncode == 3, f"{path}: exit code {done.returncode}")
        findings, done = audit(room.write("empty", ""))
        check(done.returncode == 0, "an empty file is fine")


@tap.case
def open_file():
    "a store that everybody may read is told"
    with Room() as room:
        findings, _ = audit(room.write("users", "anna@shop.example:!\n", 0o644))
        check(found(findings, "mailbox-file", "weak"), findings)
        findings, _ = audit(room.write("users2", "anna@shop.example:!\n", 0o640))
        check(not found(findings, "mailbox-file"), findings)


@tap.case
def nopassword():
    "nopassword is told, and what stands in an extra field of another name is not"
    with Room() as room:
        findings, _ = audit(room.write(
            "users", "anna@shop.example::::::: nopassword=y\nbert@shop.example:!::::::nopasswd\n"))
        check([f["seen"] for f in found(findings, "mailbox-open")] == ["anna@shop.example"],
              findings)


@tap.case
def hostile_names():
    "names that look like commands become none, and control bytes are escaped"
    with Room() as room:
        path = room.write("users", "a;reboot:{PLAIN}a;reboot\n$(id):{PLAIN}$(id)\n"
                          "\x1b[31mx:{PLAIN}123456\n")
        done = weir("audit", "--mailboxes", path, "--no-logs")
        text = done.stdout.decode()
        check("\x1b[31m" not in text, "an escape sequence came through")
        check("password --passwd-file" not in text, text)


@tap.case
def budget():
    "guessing ends with its CPU time, and everybody had a turn"
    with Room() as room:
        done = weir("mailbox", "password", "--stdin", "--scheme", "CRYPT", stdin=b"vu7-kqz-mellow\n")
        kept = re.search(r"(\{CRYPT\}\S+)", done.stdout.decode()).group(1)
        lines = [f"user{i}@shop.example:{kept[:-1]}{c}\n"
                 for i, c in enumerate("./0123456789ABCDEFGHIJKLMNOPQRSTUV")]
        path = room.write("users", "".join(lines))
        for seconds in (1, 3):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            findings, _ = audit(path, seconds=seconds)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            check(seconds * 0.8 < used < seconds + 3, f"{used:.1f} s of {seconds}")
            check("until the time was up" in found(findings, "mailbox-guessing")[0]["title"],
                  findings)
        findings, _ = audit(path, options=["--no-guessing"])
        check(not found(findings, "mailbox-guessing"), "nothing was tried")


@tap.case
def many():
    "100,000 mailboxes without a flood of findings, in bounded memory"
    with Room() as room:
        path = os.path.join(room.folder, "dump.sql")
        with open(path, "w", encoding="ascii") as file:
            file.write("CREATE TABLE `mailbox` (`username` text, `password` text);\n")
            for block in range(100):
                file.write("INSERT INTO `mailbox` VALUES " + ",".join(
                    f"('u{block}x{i}@shop.example','" +
                    hashlib.md5(f"{block}.{i}".encode()).hexdigest() + "')"
                    for i in range(1000)) + ";\n")
            file.write("INSERT INTO `mailbox` VALUES ('weak@shop.example','" +
                       hashlib.md5(b"Willkommen1").hexdigest() + "');\n")
        findings, _ = audit(path, seconds=5)
        check("weak@shop.example" in [f["subject"] for f in found(findings, "mailbox-guessed")],
              "the weak one is lost among many")
        check(len(findings) < 20, f"{len(findings)} findings")
        check("100001 mailboxes" in found(findings, "mailbox-list")[0]["title"], findings)


@tap.case
def logins():
    "logs tell of logins in the clear and of a guesser that got in"
    def line(minute, text):
        return f"2026-11-20T10:{minute:02}:00+00:00 mx dovecot: {text}\n"
    ok = "imap-login: Login: user=<{}>, method=PLAIN, rip={}, lip=198.51.100.1, mpid=7, {}session=<a>"
    bad = ("imap-login: Disconnected (auth failed, 5 attempts in 9 secs): user=<{}>, method=PLAIN, "
           "rip=203.0.113.9, lip=198.51.100.1, TLS, session=<b>")
    with Room() as room:
        log = room.write("mail.log", "".join([
            line(1, ok.format("anna@shop.example", "192.0.2.7", "")),
            line(2, ok.format("bert@shop.example", "192.0.2.7", "TLS, ")),
            *[line(3 + i, bad.format(name)) for i, name in enumerate(["a", "b", "carl"])],
            line(9, ok.format("carl", "203.0.113.9", "TLS, "))]))
        store = room.write("users", "x@shop.example:!\n")
        done = weir("audit", "--mailboxes", store, "--logs", log, "--json")
        findings = json.loads(done.stdout)["findings"]
        check([f["subject"] for f in found(findings, "login-clear")] == ["anna@shop.example"],
              findings)
        check([f["subject"] for f in found(findings, "login-guessed")] == ["carl"], findings)


def password_of(done):
    if done.returncode != 0:
        raise AssertionError(done.stderr.decode())
    text = done.stdout.decode()
    word = re.search(r"^Password +(\S+)$", text, re.M)
    return word and word.group(1), re.search(r"^Kept as +(\S+)$", text, re.M).group(1)


@tap.case
def makes_passwords():
    "made passwords are never the same, and Dovecot verifies every scheme"
    seen = set()
    for scheme in ("BLF-CRYPT", "SHA512-CRYPT", "SHA256-CRYPT", "CRYPT"):
        for more in ([], ["--words"]):
            word, kept = password_of(weir("mailbox", "password", "--scheme", scheme, *more))
            check(word not in seen, "the same twice")
            seen.add(word)
            shape = r"([a-z]{6}-){4}[a-z]{6}" if more else r"([a-km-z2-9]{4}-){4}[a-km-z2-9]{4}"
            check(re.fullmatch(shape, word), f"{len(word)} characters of another shape")
            check(kept.startswith("{" + scheme + "}"), kept[:16])
            if HAS_DOVECOT:
                for given, code in ((word, 0), (word + "x", 1)):
                    done = subprocess.run(["doveadm", "pw", "-t", kept, "-p", given],
                                          capture_output=True, check=False)
                    check((done.returncode != 0) == code, f"{scheme}: doveadm says otherwise")


@tap.case
def takes_a_password():
    "--stdin takes a password, prints it nowhere, and refuses what is none"
    done = weir("mailbox", "password", "--stdin", stdin=GOOD_WORD.encode() + b"\n")
    word, kept = password_of(done)
    check(word is None, "the password is printed")
    silent(done, GOOD_WORD)
    if HAS_DOVECOT:
        subprocess.run(["doveadm", "pw", "-t", kept, "-p", GOOD_WORD], check=True,
                       capture_output=True)
    for name, word, is_told in (("anna@shop.example", WEAK_WORD, True),
                                ("anna@shop.example", GOOD_WORD, False)):
        done = weir("mailbox", "password", "--stdin", name, stdin=word.encode() + b"\n")
        check(done.returncode == 0 and (b"guess" in done.stderr) == is_told, done.stderr.decode())
        silent(done, word)
    for bad in (b"", b"\n", b"a" * 100 + b"\n", b"a\tb\n"):
        done = weir("mailbox", "password", "--stdin", stdin=bad)
        check(done.returncode == 2 and not done.stdout, f"{bad[:4]}: {done.returncode}")


@tap.case
def changes_a_file():
    "--passwd-file changes one field, keeps mode and owner and the file as it was"
    with Room() as room:
        before = "# users\nanna@shop.example:{PLAIN}old:1:1:Anna:/home/anna::x=y\nbert:z\n"
        path = room.write("users", before, 0o640)
        if os.geteuid() == 0:
            os.chown(path, 12345, 12346)
        for _ in range(3):
            _, kept = password_of(weir("mailbox", "password", "--passwd-file", path,
                                       "anna@shop.example"))
            with open(path, encoding="utf-8") as file:
                check(file.read() == before.replace("{PLAIN}old", kept), "another change")
        info = os.stat(path)
        check(stat.S_IMODE(info.st_mode) == 0o640, "the mode changed")
        check(os.geteuid() != 0 or (info.st_uid, info.st_gid) == (12345, 12346), "the owner")
        copies = sorted(f for f in os.listdir(room.folder) if f.startswith("users.weir-"))
        check(len(copies) == 3, str(copies))
        with open(os.path.join(room.folder, copies[0]), encoding="utf-8") as file:
            check("{PLAIN}old" in file.read() or len(set(copies)) == 3, "the copy")
        link = os.path.join(room.folder, "link")
        os.symlink("users", link)
        password_of(weir("mailbox", "password", "--passwd-file", link, "bert"))
        check(os.path.islink(link), "the link was replaced")
        count = len(os.listdir(room.folder))
        for name, code in (("nobody@shop.example", 3), ("a:b", 2), ("", 3)):
            done = weir("mailbox", "password", "--passwd-file", path, name)
            check(done.returncode == code and not done.stdout, f"{name}: {done.returncode}")
        check(len(os.listdir(room.folder)) == count, "something was left behind")


@tap.case
def wrong_usage():
    "wrong words end with 2 and a sentence"
    for words in ([], ["nonsense"], ["password", "--scheme", "ROT13"], ["password", "a", "b"],
                  ["password", "--passwd-file", "/etc/hosts"], ["password", "--words", "--stdin"],
                  ["password", "--nonsense"], ["password", "--scheme"]):
        done = weir("mailbox", *words, stdin=b"x\n")
        check(done.returncode == 2 and not done.stdout and done.stderr, f"{words}")
    check(weir("mailbox", "--help").returncode == 0, "help")
    check(weir("mailbox", "password", "--help").stdout.startswith(b"usage:"), "help")


DOVECOT = """base_dir = {0}/run
state_dir = {0}/state
log_path = {0}/log
protocols =
ssl = no
default_internal_user = nobody
default_login_user = nobody
default_internal_group = nogroup
auth_failure_delay = 0
passdb {{
  driver = passwd-file
  args = {0}/users
}}
userdb {{
  driver = static
  args = uid=nobody gid=nogroup home={0}/home
}}
"""


def logs_in(config, room, word):
    return subprocess.run(["doveadm", "-c", config, "auth", "test", "-a",
                           os.path.join(room.folder, "run", "auth-client"), "anna@shop.example",
                           word], capture_output=True, check=False).returncode == 0


@tap.case
def a_real_login():
    "a new password logs in at a real Dovecot, and the old one no longer does"
    if not HAS_DOVECOT or os.geteuid() != 0:
        return
    with Room() as room:
        config = room.write("dovecot.conf", DOVECOT.format(room.folder), 0o644)
        users = room.write("users", "anna@shop.example:{PLAIN}old-word:1:1::/home::\n", 0o640)
        shutil.chown(users, "root", "nogroup")
        server = subprocess.Popen(["unshare", "-n", "dovecot", "-F", "-c", config],
                                  stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            for _ in range(100):
                if os.path.exists(os.path.join(room.folder, "run", "auth-client")):
                    break
                time.sleep(0.1)
            check(logs_in(config, room, "old-word"), "the old one does not log in at first")
            for scheme in ("BLF-CRYPT", "SHA512-CRYPT", "CRYPT"):
                word, _ = password_of(weir("mailbox", "password", "--scheme", scheme,
                                           "--passwd-file", users, "anna@shop.example"))
                time.sleep(1.1)  # Dovecot looks at the second of the file's change
                check(logs_in(config, room, word), f"{scheme} does not log in")
                check(not logs_in(config, room, "old-word"), "the old one still logs in")
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(tap.run(tap.wanted_cases(sys.argv[2:])))
