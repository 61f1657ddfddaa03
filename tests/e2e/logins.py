#!/usr/bin/env python3
"""logins.py WEIR: what weir says of how an intruder got in, and of whom it does not; prints TAP.

Each case is a golden scenario with the logs of one more server.
"""

import functools
import json
import os
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
sys.dont_write_bytecode = True
import run as golden  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from tap import case  # noqa: E402
from mta import Exim, Postfix  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
SCRIPT = "/srv/www/blog/wp-content/uploads/2026/03/cache_x7.php"
THIEF, OWNER = "203.0.113.9", "192.0.2.50"

# --- building logs ---


def make(abuse, mta, name, with_php=True):
    one = world.World(name, mta, with_php)
    abuse(one)
    one.honest()
    return one


def files_of(one, **more):
    files = {"mail.log": one.mta.text(), "dovecot.log": world.in_order(one.logins),
             "php-mail.log": world.in_order(one.php)}
    files.update({f"access/{site}.log": world.in_order(lines)
                  for site, lines in one.access.items()})
    files["passwd"] = "".join(f"{user}:x:{uid}:{uid}::/srv/www/{site}:/bin/sh\n"
                              for site, (user, uid) in world.USERS.items())
    files.update({name.replace("_log", ".log"): world.in_order(lines)
                  for name, lines in more.items()})
    return {name: text for name, text in files.items() if text}


def stamp(form, when):
    return time.strftime(form, time.gmtime(world.START + when))


def trace(folder, files, *options):
    golden.write_logs(folder, files)
    names = sorted({name.split("/")[0] for name in files if name != "passwd"})
    arguments = [WEIR, "trace", "--no-progress", "--zone", "UTC", "--passwd", "passwd", *options,
                 *names]
    done = golden.subprocess.run(
        arguments, cwd=folder, capture_output=True, text=True, timeout=120, check=False,
        env=dict(os.environ, SOURCE_DATE_EPOCH=str(world.START + 3660), NO_COLOR="1"))
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


def incident(folder, files, route):
    report = json.loads(trace(folder, files, "--json"))
    assert [one["route"] for one in report["incidents"]] == [route], report["incidents"]
    return report["incidents"][0]


def entries(folder, files, route):
    """[(file, line, what it shows)], each checked against the log and the report for people."""
    found = incident(folder, files, route)["entry"]
    text = trace(folder, files)
    assert not found or "How they got in" in text, text
    for one in found:
        line = files[one["path"]].split("\n")[one["line"] - 1]
        assert line.startswith(one["text"].rstrip("…")[:80]), (line, one)
        assert f"{one['path']}:{one['line']} " in text, (one, text)
    return [(one["path"], files[one["path"]].split("\n")[one["line"] - 1], one["says"])
            for one in found]


def blames(found, *wanted):
    """Each entry's log line and words, in this order; and the owner in none."""
    assert len(found) == len(wanted), found
    for (path, line, says), (name, part, words) in zip(found, wanted):
        assert path == name and part in line and words in says, ((path, line, says), wanted)
    for one in found:
        assert OWNER not in " ".join(one), one


# --- the script came by FTP ---


def vsftpd(when, text):
    return world.START + when, stamp("%a %b %e %H:%M:%S %Y", when) + f" [pid 77] {text}"


@case
def guessed_ftp(folder):
    """vsftpd: guesses, login and upload of the script; the owner's are left out"""
    lines = [vsftpd(100, f'[web_blog] OK LOGIN: Client "{OWNER}"'),
             vsftpd(110, f'[web_blog] OK UPLOAD: Client "{OWNER}", "/wp-content/themes/a/x.php", '
                         "9 bytes, 1.00Kbyte/sec")]
    lines += [vsftpd(900 + n, f'[web_blog] FAIL LOGIN: Client "{THIEF}"') for n in range(7)]
    lines += [vsftpd(1000, f'[web_blog] OK LOGIN: Client "{THIEF}"'),
              vsftpd(1005, f'[web_blog] OK UPLOAD: Client "{THIEF}", '
                           f'"{SCRIPT[len("/srv/www/blog"):]}", 9 bytes, 1.00Kbyte/sec'),
              vsftpd(1390, f'[web_blog] OK LOGIN: Client "{OWNER}"')]
    files = files_of(make(world.uploaded_script, Postfix, "ftp"), vsftpd_log=lines)
    blames(entries(folder, files, "uploaded-script"),
           ("vsftpd.log", "FAIL LOGIN", "the first of 7 failed logins as web_blog: guessing"),
           ("vsftpd.log", "OK LOGIN", f"web_blog logged in from {THIEF}"),
           ("vsftpd.log", "cache_x7.php", f"was uploaded from {THIEF} as user web_blog"))


@case
def inferred_script(folder):
    """without PHP's log, the URL names the file"""
    lines = [(world.START + 1005, stamp("%a %b %e %H:%M:%S %Y", 1005) +
              f" 1 {THIEF} 9 {SCRIPT} b _ i r web_blog ftp 0 * c"),
             (world.START + 1006, stamp("%a %b %e %H:%M:%S %Y", 1006) +
              f" 1 {OWNER} 9 /srv/www/shop/cache_x7.php b _ i r web_shop ftp 0 * c")]
    files = files_of(make(world.uploaded_script, Postfix, "ftp", with_php=False),
                     xferlog_log=lines)
    blames(entries(folder, files, "uploaded-script"),
           ("xferlog.log", SCRIPT, f"was uploaded from {THIEF} as user web_blog"))


@case
def pure_ftpd(folder):
    """Pure-FTPd's own log, a doubled slash, and a name without folder"""
    for path in (SCRIPT.replace("/03/", "/03//"), "/cache_x7.php"):
        text = f'{THIEF} - web_blog [{stamp("%d/%b/%Y:%H:%M:%S", 1005)} -0000] "PUT {path}" 200 9'
        files = files_of(make(world.uploaded_script, Postfix, "ftp"),
                         transfer_log=[(world.START + 1005, text)])
        blames(entries(folder, files, "uploaded-script"),
               ("transfer.log", path, f"was uploaded from {THIEF} as user web_blog"))


@case
def namesake(folder):
    """a file of that name, by another user and without folder, proves nothing"""
    when = stamp("%d/%b/%Y:%H:%M:%S", 1005)
    text = f'{OWNER} - web_shop [{when} -0000] "PUT /cache_x7.php" 200 9'
    files = files_of(make(world.uploaded_script, Postfix, "ftp"),
                     transfer_log=[(world.START + 1005, text)])
    blames(entries(folder, files, "uploaded-script"),
           ("access/blog.log", "async-upload.php", "posted here just before it appeared"))


@case
def sftp(folder):
    """SFTP: the process joins the file to its user, whose login sshd tells; renamed after upload"""
    def line(when, text):
        return world.START + when, stamp("%b %e %H:%M:%S", when) + " web7 " + text

    lines = [line(50, f"sshd[70]: Accepted publickey for web_blog from {OWNER} port 5 ssh2: RSA a"),
             line(990, f"sshd[77]: Failed password for root from {THIEF} port 5 ssh2"),
             line(1000, f"sshd-session[77]: Accepted password for web_blog from {THIEF} port 5 "
                        "ssh2"),
             line(1001, "internal-sftp[79]: session opened for local user web_blog from "
                        f"[{THIEF}]"),
             line(1002, f'internal-sftp[79]: open "{SCRIPT}.filepart" flags '
                        "WRITE,CREATE,TRUNCATE mode 0644"),
             line(1003, f'internal-sftp[79]: posix-rename old "{SCRIPT}.filepart" new "{SCRIPT}"')]
    files = files_of(make(world.uploaded_script, Postfix, "ftp"), auth_log=lines)
    blames(entries(folder, files, "uploaded-script"),
           ("auth.log", "Accepted password", f"web_blog logged in from {THIEF}"),
           ("auth.log", "posix-rename", f"was uploaded from {THIEF} as user web_blog"))


@case
def honest_upload(folder):
    """a form that its owner uploaded needs no intruder"""
    lines = [vsftpd(100, f'[web_shop] OK LOGIN: Client "{OWNER}"'),
             vsftpd(110, f'[web_shop] OK UPLOAD: Client "{OWNER}", "/contact.php", 9 bytes, '
                         "1.00Kbyte/sec")]
    files = files_of(make(world.form_abuse, Postfix, "form", with_php=False), vsftpd_log=lines)
    blames(entries(folder, files, "form-abuse"))


# --- the panel ---


@case
def panel(folder):
    """cPanel: the session of a client that drives the script; not the owner's"""
    def line(when, client):
        return (world.START + when,
                f"[{stamp('%Y-%m-%d %H:%M:%S', when)} +0000] info [cpaneld] {client} NEW "
                f"web_blog:Ab3 address={client},app=cpaneld,creator=web_blog,"
                "method=handle_form_login,path=form,possessed=0")

    files = files_of(make(world.uploaded_script, Postfix, "ftp"),
                     session_log=[line(300, OWNER), line(1350, THIEF), line(1380, OWNER)])
    blames(entries(folder, {name.replace("session.log", "session_log"): text
                            for name, text in files.items()}, "uploaded-script"),
           ("session_log", THIEF, f"web_blog logged in from {THIEF}"))


@case
def program(folder):
    """a program's user: who logged in anew, not who comes and goes"""
    def line(when, client):
        return (world.START + when, stamp("%b %e %H:%M:%S", when) +
                f" web7 sshd[77]: Accepted password for dev from {client} port 5 ssh2")

    files = files_of(make(world.rogue_process, Exim, "rogue"),
                     auth_log=[line(-9000, OWNER), line(900, OWNER), line(1350, THIEF)])
    files["passwd"] += "dev:x:1007:1007::/home/dev:/bin/sh\n"
    blames(entries(folder, files, "rogue-process"),
           ("auth.log", THIEF, f"dev logged in from {THIEF}"))


# --- mailboxes ---


def spam_from_mailbox(mta, clients=6):
    """anna's mailbox sends spam; nobody logged a login or a guess yet."""
    one = world.World("mailbox logins", mta)
    thieves = [f"203.0.113.{n + 20}" for n in range(clients)]
    for when in one.during(150):
        one.label(one.mta.smtp(when, one.dice.choice(thieves), "anna@shop.example",
                               [world.Delivery(one.person(9000), one.outcome())
                                for _ in range(one.dice.randint(2, 8))], "anna@shop.example"),
                  "spam")
    one.honest()
    return one, thieves


def signals(one):
    return {signal["name"]: signal["value"] for signal in one["signals"]}


@case
def guessed_by_postfix(folder):
    """Postfix names no user: failures of the clients that send later are guesses"""
    one, thieves = spam_from_mailbox(Postfix)
    files = files_of(one)
    lines = [stamp("%b %e %H:%M:%S", 600 + n) + f" web7 postfix/smtpd[4116]: warning: unknown"
             f"[{thieves[n % 3]}]: SASL LOGIN authentication failed: UGFzc3dvcmQ6\n"
             for n in range(40)]
    lines += [stamp("%b %e %H:%M:%S", 650 + n) + f" web7 postfix/smtpd[4116]: disconnect from "
              f"unknown[{thieves[n]}] ehlo=1 auth=0/{14 - (n > 0)} quit=1 commands=16/30\n"
              for n in range(3)]
    lines += [stamp("%b %e %H:%M:%S", 700) + " web7 postfix/smtpd[4116]: warning: unknown"
              "[198.51.100.77]: SASL LOGIN authentication failed: UGFzc3dvcmQ6\n"]
    files["smtpd.log"] = "".join(lines)
    found = incident(folder, files, "mailbox")
    assert signals(found).get("password-guessing") == 40, (found["signals"], found["entry"])
    del files["dovecot.log"]
    blames(entries(folder, files, "mailbox"),
           ("smtpd.log", "SASL LOGIN", "the first of 40 failed logins: guessing"),
           ("mail.log", "sasl_username=anna", "the first message under its login"))


@case
def guessed_by_exim(folder):
    """Exim: 535 Incorrect authentication data"""
    one, thieves = spam_from_mailbox(Exim)
    files = files_of(one)
    files["mail.log"] = "".join(
        stamp("%Y-%m-%d %H:%M:%S", 1 + n) + f" dovecot_login authenticator failed for (User) "
        f"[{thieves[0]}]:50022: 535 Incorrect authentication data (set_id=anna@shop.example)\n"
        for n in range(30)) + files["mail.log"]
    del files["dovecot.log"]
    found = entries(folder, files, "mailbox")
    blames(found, ("mail.log", "535 Incorrect", "the first of 30 failed logins: guessing"),
           ("mail.log", "A=", "the first message under its login"))


@case
def guessed_by_dovecot(folder):
    """Dovecot 2.4 in syslog: what auth and the login process tell twice counts once"""
    one, thieves = spam_from_mailbox(Postfix)
    files = files_of(one)
    lines = []
    for n in range(12):
        who = f"anna@shop.example,{thieves[n % 4]}"
        front = stamp("%b %e %H:%M:%S", 600 + n) + " web7 dovecot: "
        lines += [(world.START + 600 + n, front + text) for text in
                  (f"auth({who},sasl:plain)<s{n}>: sql: Password mismatch",) * 2 +
                  ("imap-login: Login aborted: Connection closed (auth failed, 2 attempts in 9 "
                   f"secs) (auth_failed): user=<anna@shop.example>, method=PLAIN, "
                   f"rip={thieves[n % 4]}, lip=192.0.2.10, session=<s{n}>",)]
    lines += [(world.START + 700, stamp("%b %e %H:%M:%S", 700) + " web7 dovecot: imap-login: "
               f"Logged in: user=<anna@shop.example>, method=PLAIN, rip={thieves[0]}, "
               "lip=192.0.2.10, session=<x>")]
    del files["dovecot.log"]
    files["dovecot2.log"] = world.in_order(lines)
    blames(entries(folder, files, "mailbox"),
           ("dovecot2.log", "auth(", "the first of 24 failed logins: guessing"),
           ("dovecot2.log", "Logged in", "the first login of a client that sends the spam"))


@case
def owner_mistypes(folder):
    """the owner's own failures are no guesses"""
    one, _ = spam_from_mailbox(Postfix)
    home = f"192.0.2.{100 + len('anna@shop.example')}"
    for n in range(5):
        one.login(world.START + 1 + n, "anna@shop.example", home, False)
        one.login(world.START + 1000 + n, "anna@shop.example", home, False)
    files = files_of(one)
    found = incident(folder, files, "mailbox")
    assert "password-guessing" not in signals(found), found["signals"]
    assert home not in found["origin"]["clients"]
    for path, line, _ in entries(folder, files, "mailbox"):
        assert home not in line, (path, line)


@case
def name_forges_nothing(folder):
    """a name that quotes a success is a failure of who typed it"""
    one, thieves = spam_from_mailbox(Postfix)
    fake = f"anna@shop.example>, method=PLAIN, rip={OWNER}, lip=192.0.2.10, session=<aaa"
    one.logins.append((world.START + 100, stamp("%b %e %H:%M:%S", 100) + " imap-login: Info: "
                       f"Disconnected (auth failed, 1 attempts in 2 secs): user=<{fake}>, "
                       f"method=PLAIN, rip={thieves[0]}, lip=192.0.2.10, session=<b>"))
    one.logins.append((world.START + 101, stamp("%b %e %H:%M:%S", 101) + " imap-login: Info: "
                       "Disconnected (auth failed, 1 attempts in 2 secs): user=<Login: "
                       f"user=<anna@shop.example>, rip={OWNER}>, method=PLAIN, "
                       f"rip={thieves[0]}, lip=192.0.2.10, session=<c>"))
    found = incident(folder, files_of(one), "mailbox")
    assert OWNER not in json.dumps(found), found


def in_a_folder(function):
    with tempfile.TemporaryDirectory() as folder:
        function(folder)


def main():
    return tap.run((name, functools.partial(in_a_folder, function)) for name, function in tap.CASES)


if __name__ == "__main__":
    sys.exit(main())
