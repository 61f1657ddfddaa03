#!/usr/bin/env python3
"""samples.py WEIR: messages and complaints given to `weir trace`; prints TAP.

The logs are those of golden scenarios; the messages are made from their queue ids
and Message-IDs, as the receiver, a complaint or a bounce would show them.
"""

import functools
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "golden"))
sys.dont_write_bytecode = True
import run as golden  # noqa: E402
import tap  # noqa: E402
import world  # noqa: E402
from tap import case  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
LOGS = ("mail.log", "dovecot.log", "php-mail.log", "access")

class Mail:
    """One message of the abuse, as the logs of its scenario know it."""

    def __init__(self, queue_id, when, message_id, recipient, uid):
        self.queue_id, self.when, self.message_id = queue_id, when, message_id
        self.recipient, self.uid = recipient, uid

    def date(self, later=0):
        return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(self.when + later))


class Scene:
    """The logs of a scenario, and what they answer without any message."""

    def __init__(self, name):
        self.files, self.truth = world.make(name)
        self.spam = [one for one, label in self.truth["messages"].items() if label == "attack"]
        self.spam = self.spam or [one for one, label in self.truth["messages"].items()
                                  if label == "spam"]

    def write(self, folder):
        golden.write_logs(folder, self.files)

    def postfix(self, number):
        queue_id = self.spam[number]
        lines = [line for line in self.files["mail.log"].split("\n") if queue_id in line]
        text = "\n".join(lines)
        stamp = time.strptime("2026 " + lines[0][:15], "%Y %b %d %H:%M:%S")
        uid = re.search(r"uid=(\d+)", text)
        return Mail(queue_id, int(time.mktime(stamp)), re.search(r"message-id=<(.*?)>", text)[1],
                    re.search(r" to=<(.*?)>", text)[1], uid and uid[1])


def own_line(mail, queue_id=None, uid=None):
    return (f"Received: by web7 (Postfix, from userid {uid or mail.uid})\n"
            f"\tid {queue_id or mail.queue_id}; {mail.date()}\n")


def receiver_line(mail, client="web7 (web7 [192.0.2.10])"):
    return (f"Received: from {client}\n\tby mx.receiver.example (Postfix) with ESMTPS id R1\n"
            f"\tfor <{mail.recipient}>; {mail.date(1)}\n")


def headers(mail, message_id=None, to=None):
    return (f"From: \"Bank\" <info@blog.example>\nTo: {to or mail.recipient}\nSubject: Cheap "
            f"pills\nDate: {mail.date()}\nMessage-ID: <{message_id or mail.message_id}>\n")


def spam(mail):
    return (receiver_line(mail) + own_line(mail) + "X-PHP-Originating-Script: 1002:cache_x7.php\n" +
            headers(mail) + "\nbuy\n")


def complaint(mail, original, kind="message/rfc822"):
    return (f"From: abuse@receiver.example\nTo: abuse@web7.example\nSubject: FW\nMIME-Version: 1.0\n"
            f"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\n\nA "
            f"complaint.\n--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\n"
            f"User-Agent: x\nVersion: 1\nSource-IP: 192.0.2.10\nOriginal-Rcpt-To: "
            f"<{mail.recipient}>\nArrival-Date: {mail.date(1)}\n\n--b\nContent-Type: {kind}\n\n"
            f"{original}\n--b--\n")


def bounce(mail, original, kind):
    return (f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.receiver.example\nTo: info@blog.example\n"
            f"Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\nContent-Type: "
            f"multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\n"
            f"<{mail.recipient}>: user unknown\n--b\nContent-Type: message/delivery-status\n\n"
            f"Reporting-MTA: dns; mx.receiver.example\n\nFinal-Recipient: rfc822; {mail.recipient}\n"
            f"Action: failed\nStatus: 5.1.1\n\n--b\nContent-Type: {kind}\n\n{original}\n--b--\n")


def put(folder, name, text):
    path = os.path.join(folder, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8", newline="") as file:
        file.write(text)


def trace(folder, *arguments):
    environment = dict(os.environ, SOURCE_DATE_EPOCH=str(world.START + world.SPAN + 60), TZ="UTC",
                       NO_COLOR="1", TERM="dumb", COLUMNS="100")
    return subprocess.run([WEIR, "trace", "--no-progress", "--zone", "UTC", "--passwd", "passwd",
                           *arguments], cwd=folder, env=environment, capture_output=True,
                          timeout=120, check=False)


def report(folder, code, *arguments):
    done = trace(folder, "--json", "--queue-ids", *arguments)
    assert done.returncode == code, f"exit {done.returncode}, not {code}: {done.stderr.decode()}"
    return json.loads(done.stdout)


def says(folder, code, arguments, *words):
    done = trace(folder, *arguments)
    text = " ".join(done.stdout.decode().split())
    assert done.returncode == code, f"exit {done.returncode}, not {code}: {text[:300]}"
    for word in words:
        assert word in text, f"'{word}' is not said: {text}"
    return text


def logs_of(folder):
    return [name for name in LOGS if os.path.exists(os.path.join(folder, name))]


def leads_to_the_incident(folder, scene, path, how, count=1):
    """The message is found so, and the answer is the incident that the logs alone give."""
    alone = report(folder, 1, *logs_of(folder))["incidents"]
    told = report(folder, 1, path, *logs_of(folder))
    assert len(told["samples"]) == count, told["samples"]
    for sample in told["samples"]:
        assert sample["found"], f"{sample['path']} is not found"
        assert sample["incident"] == told["incidents"][0]["id"], sample["incident"]
    assert [one["route"] for one in told["incidents"]] == [scene.truth["route"]]
    assert sorted(told["incidents"][0]["queue_ids"]) == sorted(alone[0]["queue_ids"])
    says(folder, 1, [path, *logs_of(folder)], f"found {how}", "part of the incident above")


# --- every form in which a message comes ---


@case
def a_message(folder, scene):
    """a message as its receiver has it, found by its queue id"""
    put(folder, "spam.eml", spam(scene.postfix(3)))
    leads_to_the_incident(folder, scene, "spam.eml", "by its queue id")


@case
def with_carriage_returns(folder, scene):
    """the same with CR LF, a byte order mark, and nothing in its name"""
    put(folder, "message", "\ufeff" + spam(scene.postfix(4)).replace("\n", "\r\n"))
    leads_to_the_incident(folder, scene, "message", "by its queue id")


@case
def an_mbox(folder, scene):
    """an mbox of three messages"""
    put(folder, "spam.mbox", "".join(f"From x Tue Mar  3 08:30:00 2026\n{spam(scene.postfix(n))}\n"
                                     for n in (1, 5, 9)))
    leads_to_the_incident(folder, scene, "spam.mbox", "by its queue id", 3)


@case
def a_maildir(folder, scene):
    """a Maildir of two messages"""
    put(folder, "Maildir/cur/1772526000.M1P1.web7:2,S", spam(scene.postfix(2)))
    put(folder, "Maildir/new/1772526001.M1P1.web7", spam(scene.postfix(6)))
    os.makedirs(os.path.join(folder, "Maildir/tmp"))
    leads_to_the_incident(folder, scene, "Maildir", "by its queue id", 2)


@case
def a_complaint(folder, scene):
    """a complaint that encloses the message, or its headers alone"""
    mail = scene.postfix(7)
    put(folder, "arf.eml", complaint(mail, spam(mail)))
    leads_to_the_incident(folder, scene, "arf.eml", "by its queue id")
    put(folder, "headers.eml", complaint(mail, spam(mail).split("\n\n")[0], "text/rfc822-headers"))
    leads_to_the_incident(folder, scene, "headers.eml", "by its queue id")
    says(folder, 1, ["arf.eml", *logs_of(folder)], "arf.eml: a complaint about a message from",
         "+ Source-IP 192.0.2.10 (the complaining receiver", "complaint's Source-IP")


@case
def a_complaint_among_reports(folder, scene):
    """a complaint that `weir dmarc reports` joins to the logs, and the command where it has none"""
    mail = scene.postfix(7)
    put(folder, "arf.eml", complaint(mail, spam(mail)))
    put(folder, "other.eml", complaint(mail, headers(mail, message_id="no@mail.example", to="x@y.example"))
        .replace(mail.recipient, "x@y.example"))

    def reports(*arguments):
        return subprocess.run([WEIR, "dmarc", "reports", *arguments, "arf.eml", "other.eml"],
                              cwd=folder, capture_output=True, timeout=60, check=False)

    logs = [word for log in logs_of(folder) for word in ("--logs", log)]
    done = reports("--json", *logs)
    assert done.returncode == 1, done.stderr
    told = {one["path"]: one for one in json.loads(done.stdout)["complaints"]}
    assert told["arf.eml"]["traced"] and "cache_x7.php" in told["arf.eml"]["trace"], told
    assert told["other.eml"]["trace"], told
    assert b"weir trace arf.eml" in reports().stdout


@case
def a_bounce(folder, scene):
    """a bounce that quotes the message or its headers, as a report or as text"""
    mail = scene.postfix(8)
    # Whoever bounces it adds no line of his own to what he quotes.
    original = own_line(mail) + headers(mail) + "\nbuy"
    texts = {
        "full": bounce(mail, original, "message/rfc822"),
        "headers": bounce(mail, original.split("\n\n")[0], "text/rfc822-headers"),
        "qmail": (f"Return-Path: <>\nFrom: MAILER-DAEMON@mx.receiver.example\nTo: info@blog.example\n"
                  f"Subject: failure notice\n\nHi. This is the qmail-send program at "
                  f"mx.receiver.example.\nI'm afraid I wasn't able to deliver your message to the "
                  f"following addresses.\n\n<{mail.recipient}>:\nSorry, no mailbox here by that "
                  f"name. (#5.1.1)\n\n--- Below this line is a copy of the message.\n\n{original}\n"),
        "exim": (f"Return-path: <>\nFrom: Mail Delivery System <Mailer-Daemon@mx.receiver.example>\n"
                 f"To: info@blog.example\nX-Failed-Recipients: {mail.recipient}\nSubject: Mail "
                 f"delivery failed: returning message to sender\n\nThe following address(es) "
                 f"failed:\n\n  {mail.recipient}\n    550 no such user\n\n------ This is a copy of "
                 f"the message, including all the headers. ------\n\n{original}\n"),
    }
    for name, text in texts.items():
        put(folder, f"{name}.eml", text)
        leads_to_the_incident(folder, scene, f"{name}.eml", "by its queue id")
        says(folder, 1, [f"{name}.eml", *logs_of(folder)], "a bounce of a message from")


# --- found by less and less ---


@case
def by_message_id(folder, scene):
    """no Received line of the host is left: found by its Message-ID"""
    mail = scene.postfix(10)
    put(folder, "spam.eml", receiver_line(mail) + headers(mail) + "\nbuy\n")
    leads_to_the_incident(folder, scene, "spam.eml", "by its Message-ID")


@case
def by_another_line(folder, scene):
    """the chain of Received lines is broken: found by the id of one that nobody vouches for"""
    mail = scene.postfix(11)
    text = (receiver_line(mail, "gate.example (gate.example [198.51.100.200])") + own_line(mail) +
            headers(mail))
    put(folder, "spam.eml", re.sub("Message-ID.*\n", "", text) + "\nbuy\n")
    leads_to_the_incident(folder, scene, "spam.eml", "by the id of that Received line")


@case
def by_recipient(folder, scene):
    """a complaint without any id: found by recipient and time"""
    mail = scene.postfix(12)
    put(folder, "arf.eml", complaint(mail, "From: info@blog.example\nSubject: Cheap pills"))
    leads_to_the_incident(folder, scene, "arf.eml", "by its recipient and time alone")


@case
def by_the_recipient_of_the_envelope(folder, scene):
    """a blind copy: the recipient stands in a Received line alone"""
    mail = scene.postfix(12)
    text = receiver_line(mail) + headers(mail, to="undisclosed-recipients:;")
    put(folder, "spam.eml", re.sub("Message-ID.*\n", "", text) + "\nbuy\n")
    leads_to_the_incident(folder, scene, "spam.eml", "by its recipient and time alone")
    page = trace(folder, "--html", "page.html", "spam.eml", *logs_of(folder))
    with open(os.path.join(folder, "page.html"), encoding="utf-8") as file:
        assert f"The logs hold it as {mail.queue_id}, found by its recipient" in file.read(), page


@case
def by_recipient_but_not_against_an_id(folder, scene):
    """recipient and time do not find a message whose Message-ID is another one"""
    mail = scene.postfix(12)
    put(folder, "arf.eml", complaint(mail, headers(mail, message_id="other@mail.example")))
    told = report(folder, 1, "arf.eml", *logs_of(folder))
    assert not told["samples"][0]["found"] and told["samples"][0]["incident"] is None


@case
def a_used_queue_id(folder, scene):
    """a queue id of another day is no find"""
    mail = scene.postfix(13)
    mail.when -= 30 * 86400
    put(folder, "old.eml", receiver_line(mail) + own_line(mail) +
        headers(mail, message_id="old@web7", to="nobody@mail.example") + "\nbuy\n")
    told = report(folder, 1, "old.eml", *logs_of(folder))
    assert not told["samples"][0]["found"]
    says(folder, 1, ["old.eml", *logs_of(folder)], "old.eml is not in these logs",
         "These logs show 1 other source of spam")


# --- what is not in the logs, or comes without any ---


@case
def not_in_the_logs(folder, scene):
    """a message that no log holds and that names no origin: said, and nothing is hidden"""
    mail = scene.postfix(0)
    mail.recipient, mail.queue_id = "stranger@mail.example", "FFFFF1"
    put(folder, "other.eml", receiver_line(mail, "x (x.example [203.0.113.77])") +
        headers(mail, message_id="other@mail.example") + "\nhi\n")
    told = report(folder, 1, "other.eml", *logs_of(folder))
    assert [one["route"] for one in told["incidents"]] == ["uploaded-script"]
    assert told["samples"][0]["found"] is False and told["samples"][0]["incident"] is None
    says(folder, 1, ["other.eml", *logs_of(folder)], "other.eml is not in these logs")


@case
def an_honest_message(folder, scene):
    """an honest message: found, and part of no incident"""
    queue_id = next(one for one, label in scene.truth["messages"].items() if label == "ham")
    scene.spam.insert(0, queue_id)
    mail = scene.postfix(0)
    mail.uid = mail.uid or "0"
    put(folder, "ham.eml", own_line(mail) + headers(mail) + "\nhi\n")
    told = report(folder, 1, "ham.eml", *logs_of(folder))
    assert told["samples"][0]["found"] and told["samples"][0]["incident"] is None
    says(folder, 1, ["ham.eml", *logs_of(folder)], "part of no incident",
         f"weir trace --explain {queue_id}")


@case
def without_logs(folder, scene):
    """a message alone: the origin that its headers state, and what is not believed"""
    mail = scene.postfix(3)
    put(folder, "spam.eml", receiver_line(mail) + own_line(mail) + own_line(mail, "F00D", "0") +
        "X-PHP-Originating-Script: 1002:cache_x7.php(3) : eval()'d\n code\n" + headers(mail) + "\nx\n")
    told = report(folder, 1, "spam.eml")
    one = told["incidents"][0]
    assert one["route"] == "uploaded-script" and one["origin"]["script"] == "cache_x7.php"
    assert one["origin"]["uid"] == 1002 and one["confidence"] <= 0.8
    assert [line["trusted"] for line in told["samples"][0]["headers"]] == [True, True, False, False]
    says(folder, 1, ["spam.eml"], "1 message and no logs: only its headers speak",
         "local uid 0, id F00D (not believed: below the line of web7",
         "not believed: the script itself could have written the same",
         "find / -xdev -type f -name cache_x7.php")


@case
def forged_without_logs(folder, scene):
    """headers that blame an innocent script, below a login from the network"""
    mail = scene.postfix(3)
    put(folder, "spam.eml", receiver_line(mail) +
        f"Received: from win (unknown [203.0.113.9])\n\t(Authenticated sender: anna@shop.example)\n"
        f"\tby web7 (Postfix) with ESMTPSA id L1; {mail.date()}\n" + own_line(mail, "F00D", "0") +
        "X-PHP-Originating-Script: 1003:innocent.php\n" + headers(mail) + "\nx\n")
    one = report(folder, 1, "spam.eml")["incidents"][0]
    assert one["route"] == "mailbox" and one["origin"]["mailbox"] == "anna@shop.example"
    assert one["origin"]["script"] is None and one["origin"]["clients"] == ["203.0.113.9"]
    says(folder, 1, ["spam.eml"], "login anna@shop.example",
         "script innocent.php, uid 1003 (not believed: the mail came in from 203.0.113.9 over the "
         "network")


@case
def two_scripts_without_logs(folder, scene):
    """two headers that name different scripts: neither is named"""
    mail = scene.postfix(3)
    put(folder, "spam.eml", receiver_line(mail) + own_line(mail) + "X-PHP-Originating-Script: "
        "1002:a.php\nX-PHP-Originating-Script: 1003:b.php\n" + headers(mail) + "\nx\n")
    one = report(folder, 1, "spam.eml")["incidents"][0]
    assert one["origin"]["script"] is None and one["origin"]["uid"] == 1002
    says(folder, 1, ["spam.eml"], "two headers of this name disagree: one is forged")


@case
def hearsay_without_logs(folder, scene):
    """headers that nobody vouches for are a hint and no more"""
    mail = scene.postfix(3)
    put(folder, "spam.eml", "X-PHP-Script: blog.example/wp-content/uploads/x.php for 203.0.113.9\n" +
        headers(mail) + "\nx\n")
    assert report(folder, 1, "spam.eml")["incidents"][0]["confidence"] <= 0.3
    says(folder, 1, ["spam.eml"], "take it for a hint", "anybody can write this header")


@case
def nothing_stated(folder, scene):
    """a message that states no origin, and control characters in its subject"""
    put(folder, "plain.eml", "From: a@mail.example\nTo: b@mail.example\nSubject: "
        "=?utf-8?Q?a=1B[2J=0Ab?=\n\nx\n")
    done = trace(folder, "plain.eml")
    assert done.returncode == 0 and b"\x1b" not in done.stdout and b"\\x1b[2J" in done.stdout
    report(folder, 0, "plain.eml")


@case
def the_host_in_question(folder, scene):
    """--host says whose line counts"""
    mail = scene.postfix(3)
    put(folder, "spam.eml", receiver_line(mail) + own_line(mail) + headers(mail) + "\nx\n")
    says(folder, 1, ["--host", "web7.example", "spam.eml"], "the topmost line by this host")
    says(folder, 0, ["--host", "web9", "spam.eml"], "no line was written by the host in question")


@case
def what_cannot_be_read(folder, scene):
    """a message that is damaged: exit 3, said why, and the others are reported"""
    put(folder, "spam.eml", spam(scene.postfix(3)))
    with gzip.open(os.path.join(folder, "cut.eml.gz"), "wb") as file:
        file.write(spam(scene.postfix(4)).encode() * 50)
    with open(os.path.join(folder, "cut.eml.gz"), "r+b") as file:
        file.truncate(200)
    told = report(folder, 3, "spam.eml", "cut.eml.gz", *logs_of(folder))
    problems = [one for one in told["inputs"] if one.get("problem")]
    assert [one["path"] for one in problems] == ["cut.eml.gz"], problems
    assert any(one["path"] == "spam.eml" and one["incident"] for one in told["samples"])


@case
def too_many(folder, _):
    """more messages than are looked at: exit 3, and said"""
    put(folder, "many.mbox", "From x Tue Mar  3 08:30:00 2026\nFrom: a@b.example\nTo: c\n\n" * 5001)
    told = report(folder, 3, "many.mbox")
    assert len(told["samples"]) == 5000, len(told["samples"])
    says(folder, 3, ["many.mbox"], "only the first 5000 messages")


@case
def an_exim_host(folder, _):
    """Exim: its line and its Message-ID name the queue id"""
    scene = Scene("vulnerable-script")
    scene.write(folder)
    queue_id = scene.spam[3]
    line = next(one for one in scene.files["mail.log"].split("\n") if f"{queue_id} <=" in one)
    when = int(time.mktime(time.strptime(line[:19], "%Y-%m-%d %H:%M:%S")))
    mail = Mail(queue_id, when, f"E{queue_id}@web7", "bob@receiver.example", None)
    own = (f"Received: from web_shop by web7 with local (Exim 4.97)\n\t(envelope-from "
           f"<web_shop@web7>)\n\tid {queue_id}\n\tfor bob@receiver.example; {mail.date()}\n")
    put(folder, "spam.eml", receiver_line(mail) + own + headers(mail) + "\nx\n")
    leads_to_the_incident(folder, scene, "spam.eml", "by its queue id")
    says(folder, 1, ["spam.eml", *logs_of(folder)], "the Message-ID holds its id")
    put(folder, "bare.eml", headers(mail) + "\nx\n")
    leads_to_the_incident(folder, scene, "bare.eml", "by its queue id")


@case
def a_mailbox(folder, _):
    """a hijacked mailbox: the login is not in the headers, the logs know it"""
    scene = Scene("mailbox")
    scene.write(folder)
    mail = scene.postfix(4)
    put(folder, "spam.eml", receiver_line(mail) + "Received: from win (unknown [203.0.113.9])\n\tby "
        f"web7 (Postfix) with ESMTPSA id {mail.queue_id}; {mail.date()}\n" + headers(mail) + "\nx\n")
    leads_to_the_incident(folder, scene, "spam.eml", "by its queue id")


def in_a_scene(function):
    with tempfile.TemporaryDirectory() as folder:
        scene = Scene("uploaded-script")
        scene.write(folder)
        function(folder, scene)


def main():
    os.environ["TZ"] = "UTC"
    time.tzset()
    return tap.run((name, functools.partial(in_a_scene, function)) for name, function in tap.CASES)


if __name__ == "__main__":
    sys.exit(main())
