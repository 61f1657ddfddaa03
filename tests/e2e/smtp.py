#!/usr/bin/env python3
"""smtp.py SMTP_SHOW WEIR [WORD...]: servers that are slow, broken, lying or hostile; prints TAP.

Each runs on loopback, in a thread; weir's client must come to a clear end within its time and
memory, and must never send what it was not asked to.
"""

import datetime
import json
import os
import re
import socket
import ssl
import subprocess
import sys
import tempfile
import threading
import time

import tap
from tap import case

SHOW, WEIR = (os.path.abspath(path) for path in sys.argv[1:3])
READ_MS, TOTAL_MS = 600, 2000
MEMORY_KB = 400 * 1024 if os.environ.get("WEIR_SANITIZED") else 64 * 1024


class Server:
    """Listens on a port of its own; `talk` is called with each connection."""

    def __init__(self, talk, family=socket.AF_INET):
        self.talk, self.heard, self.sessions = talk, [], 0
        self.socket = socket.create_server(
            ("::1" if family == socket.AF_INET6 else "127.0.0.1", 0), family=family)
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self.serve, daemon=True).start()

    def close(self):
        self.socket.shutdown(socket.SHUT_RDWR)  # or the thread would take one more
        self.socket.close()

    def serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.sessions += 1
            threading.Thread(target=self.one, args=(connection,), daemon=True).start()

    def one(self, connection):
        try:
            self.talk(self, connection)
        except OSError:
            pass
        finally:
            connection.close()

    def dialogue(self, connection, answer, banner=b"220 mx.example.net ESMTP\r\n"):
        """Replies to each line with what `answer` says of it; None hangs up."""
        connection.sendall(banner)
        with connection.makefile("rb") as lines:
            for line in lines:
                text = line.decode("ascii", "replace").rstrip("\r\n")
                self.heard.append(text)
                said = answer(text)
                if said is None:
                    return
                connection.sendall(said)
                if text == "QUIT":
                    return


def ask(how, talk, *more, read_ms=READ_MS, total_ms=TOTAL_MS):
    """What the client says of the server, and the server."""
    server = Server(talk)
    begin = time.monotonic()
    with subprocess.Popen([SHOW, how, "127.0.0.1", str(server.port), str(read_ms), str(total_ms),
                           *more], stdout=subprocess.PIPE, text=True) as child:
        output = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    server.close()
    seconds = time.monotonic() - begin
    assert child.returncode == 0, f"exit {child.returncode}"
    assert usage.ru_maxrss < MEMORY_KB, f"{usage.ru_maxrss} KB"
    assert seconds < 4 * (total_ms / 1000) + 3, f"took {seconds:.1f} s"
    said = {}
    for line in output.splitlines():
        key, _, value = line.partition(" ")
        said.setdefault(key, value)
    said["seconds"] = seconds
    return said, server


def usual(text, **more):
    """A reply as of a server that serves."""
    verb = text.split(":")[0].split(" ")[0]
    replies = {"EHLO": "250-mx.example.net\r\n250-AUTH PLAIN\r\n250 SIZE 1000", "QUIT": "221 bye",
               "VRFY": "252 perhaps", "EXPN": "502 no", **more}
    return (replies.get(verb, "250 ok") + "\r\n").encode()


def repeated(data, pause=0.0, count=10 ** 9):
    def talk(_, connection):
        for _ in range(count):
            connection.sendall(data)
            time.sleep(pause)
    return talk


@case
def endless_banner():
    """a banner without end ends the dialogue"""
    said, _ = ask("takes", repeated(b"220-welcome\r\n"))
    assert (said["takes"], said["fault"]) == ("unknown", "endless reply"), said
    assert said["seconds"] < 2


@case
def long_line():
    """a reply of ten megabytes in one line ends the dialogue"""
    said, _ = ask("takes", repeated(b"220 " + b"x" * (10 << 20), count=1))
    assert said["fault"] == "endless reply", said


@case
def long_reply_later():
    """so does an endless reply to EHLO"""
    said, _ = ask("takes", lambda server, connection: server.dialogue(
        connection, lambda text: b"250-X\r\n" * 100000))
    assert said["fault"] == "endless reply", said


@case
def slow_drip():
    """a banner that comes byte by byte has its time, all together"""
    said, _ = ask("takes", repeated(b"2", 0.05, 1))
    assert said["fault"] in ("connection closed", "no answer in time")
    def drip(_, connection):
        for byte in b"220 this takes for ever " * 100:
            connection.sendall(bytes([byte]))
            time.sleep(0.05)
    said, _ = ask("takes", drip)
    assert said["fault"] == "no answer in time", said
    assert said["seconds"] < READ_MS / 1000 + 1.5, said


@case
def silence():
    """a server that says nothing is waited for no longer than told"""
    said, _ = ask("takes", lambda _, connection: connection.recv(10) and time.sleep(10))
    assert said["fault"] == "no answer in time", said


@case
def slow_session():
    """a session in which every reply is slow ends in time"""
    def answer(text):
        time.sleep(0.4)
        return usual(text)
    said, server = ask("relay", lambda server, connection: server.dialogue(connection, answer))
    assert said["fault"] == "fine", said
    assert said["stop"] == "3" and "time" in said["stop_seen"] + said.get("seen", ""), said
    assert said["seconds"] < 3 * TOTAL_MS / 1000 + 3, said
    assert server.sessions <= 5


@case
def other_protocol():
    """what is no SMTP is told"""
    for banner in (b"SSH-2.0-OpenSSH_9.2\r\n", b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\0\n",
                   b"+OK POP3\r\n"):
        said, _ = ask("takes", lambda _, connection, banner=banner: (
            connection.sendall(banner), connection.recv(10)))
        assert said["fault"] == "not SMTP", (banner, said)


@case
def two_replies():
    """a reply too many is never taken for the answer to what comes next"""
    def answer(text):
        return usual(text) + (b"250 yes\r\n" if text.startswith("MAIL") else b"")
    said, server = ask("takes", lambda server, connection: server.dialogue(
        connection, lambda text: b"550 no\r\n" if text.startswith("RCPT") else answer(text)))
    assert (said["takes"], said["fault"]) == ("unknown", "not SMTP"), said
    assert not any(text.startswith("RCPT") for text in server.heard), server.heard


@case
def mixed_codes():
    """lines with two codes are no reply"""
    said, _ = ask("takes", lambda server, connection: server.dialogue(
        connection, lambda text: b"250-yes\r\n550 no\r\n" if text.startswith("MAIL")
        else usual(text)))
    assert said["fault"] == "not SMTP", said


@case
def closes_midway():
    """a server that hangs up is told, wherever it does"""
    for verb in ("EHLO", "MAIL", "RCPT"):
        said, _ = ask("takes", lambda server, connection, verb=verb: server.dialogue(
            connection, lambda text: None if text.startswith(verb) else usual(text)))
        assert (said["takes"], said["fault"]) == ("unknown", "connection closed"), (verb, said)


@case
def busy_at_once():
    """421 in the banner: later, and nothing more is asked"""
    talk = lambda server, connection: server.dialogue(  # noqa: E731
        connection, usual, b"421 4.3.2 busy, come back\r\n")
    said, server = ask("takes", talk)
    assert (said["takes"], said["fault"]) == ("later", "fine"), said
    assert said["seen"] == "421 4.3.2 busy, come back", said
    assert server.heard in ([], ["QUIT"]), server.heard
    said, server = ask("relay", talk)
    assert said["stop"] == "1" and said["stop_seen"].startswith("421"), said
    assert server.sessions == 1


@case
def busy_amidst():
    """421 amidst the forms ends the probing"""
    def answer(text):
        return b"421 4.7.0 slow down\r\n" if text.startswith("RCPT") else usual(text)
    said, server = ask("relay", lambda server, connection: server.dialogue(connection, answer))
    assert said["stop"] == "1" and said["stop_seen"] == "421 4.7.0 slow down", said
    assert sum(text.startswith("RCPT") for text in server.heard) == 1, server.heard


@case
def greylisting():
    """three times later, and no more is asked"""
    def answer(text):
        return b"451 4.7.1 greylisted\r\n" if text.startswith("RCPT") else usual(text)
    said, server = ask("relay", lambda server, connection: server.dialogue(connection, answer))
    assert said["stop"] == "2" and said["null-sender"] == "says later", said
    assert sum(text.startswith("RCPT") for text in server.heard) == 3, server.heard


@case
def error_limit():
    """a session that is cut for its errors is begun anew, and no form is asked twice in vain"""
    counts = {}

    def talk(server, connection):
        mine = []

        def answer(text):
            if not text.startswith("RCPT"):
                return usual(text)
            mine.append(text)
            if len(mine) > 5:
                return b"421 4.7.0 too many errors\r\n"
            counts[text] = counts.get(text, 0) + 1
            return b"554 5.7.1 relay access denied\r\n"
        server.dialogue(connection, answer)

    said, server = ask("relay", talk)
    assert said["stop"] == "0", said
    assert said["bang-literal"] == "refused" and said["null-sender"] == "refused", said
    assert max(counts.values()) <= 5  # plain forms share their recipient
    assert counts["RCPT TO:<\"weir-relay-test%example.com\">"] == 1
    assert server.sessions <= 6, server.sessions


@case
def says_yes_to_all():
    """yes to everything is never called proof; no message is sent; every session says goodbye"""
    said, server = ask("relay", lambda server, connection: server.dialogue(connection, usual))
    assert said["fault"] == "fine" and said["stop"] == "0", said
    assert said["null-sender"] == "accepted, not proven", said
    assert said["control-literal"] == "accepted, not proven", said
    verbs = [text.split(" ")[0] for text in server.heard]
    assert "DATA" not in verbs and "BDAT" not in verbs, server.heard
    assert verbs.count("QUIT") == server.sessions and verbs[-1] == "QUIT", server.heard
    pairs, sender = [], ""
    for text in server.heard:
        sender = text if text.startswith("MAIL") else sender
        if text.startswith("RCPT"):
            pairs.append((sender, text))
    assert len(pairs) == len(set(pairs)) and len(pairs) > 15, pairs
    for verb in ("VRFY", "EXPN"):
        assert verbs.count(verb) == 2, server.heard


@case
def takes_answers():
    """yes, no, later"""
    for reply, takes in (("250 ok", "yes"), ("550 5.1.1 no such user", "no"),
                         ("450 4.2.0 greylisted", "later")):
        said, server = ask("takes", lambda server, connection, reply=reply: server.dialogue(
            connection, lambda text: usual(text, RCPT=reply)))
        assert (said["takes"], said["fault"], said["seen"]) == (takes, "fine", reply), said
        assert said["auth"] == "PLAIN"
        assert server.heard == ["EHLO client.example", "MAIL FROM:<anna@example.org>",
                                "RCPT TO:<boris@example.com>", "RSET", "QUIT"], server.heard
    said, _ = ask("takes", lambda server, connection: server.dialogue(
        connection, lambda text: usual(text, MAIL="550 5.7.1 go away")))
    assert said["takes"] == "unknown" and said["seen"] == "550 5.7.1 go away", said


@case
def helo():
    """an old server is greeted with HELO"""
    said, server = ask("takes", lambda server, connection: server.dialogue(
        connection, lambda text: usual(text, EHLO="502 what?")))
    assert said["takes"] == "yes", said
    assert server.heard[:2] == ["EHLO client.example", "HELO client.example"]


def tls_features(text):
    return usual(text, EHLO="250-mx.example.net\r\n250 STARTTLS", STARTTLS="220 go ahead")


@case
def tls_garbage():
    """garbage for a handshake is told, and so is a peer that hangs up in it or says nothing"""
    def after(what):
        def talk(server, connection):
            def answer(text):
                if text != "STARTTLS":
                    return tls_features(text)
                connection.sendall(b"220 go ahead\r\n")
                connection.recv(2000)
                what(connection)
                return None
            server.dialogue(connection, answer)
        return talk
    for what, fault in ((lambda connection: connection.sendall(b"\x16\x03\x01" + b"x" * 500),
                         "TLS failed"),
                        (lambda connection: connection.sendall(os.urandom(5000)), "TLS failed"),
                        (lambda connection: None, "TLS failed"),
                        (lambda connection: time.sleep(3), "no answer in time"),
                        (lambda connection: [(connection.sendall(b"\x16\x03\x03\x40\x00"[i:i + 1]),
                                              time.sleep(0.2)) for i in range(5)], None)):
        said, _ = ask("takes", after(what))
        assert said["takes"] == "unknown", said
        assert said["fault"] == fault or (fault is None and said["fault"] in
                                          ("TLS failed", "no answer in time")), (fault, said)


@case
def tls_injection():
    """what comes in the clear behind the reply to STARTTLS ends the dialogue"""
    said, _ = ask("takes", lambda server, connection: server.dialogue(
        connection, lambda text: tls_features(text) + (b"250 mine\r\n" if text == "STARTTLS"
                                                       else b"")))
    assert (said["takes"], said["fault"]) == ("unknown", "not SMTP"), said


def certificate(folder, name, days=30):
    path = os.path.join(folder, f"{name}.pem")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                    "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", path + ".key", "-out",
                    path, "-days", str(days), "-subj", f"/CN={name}", "-addext",
                    f"subjectAltName=DNS:{name}"], check=True, capture_output=True)
    return path


def tls_server(path, implicit):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, path + ".key")

    def talk(server, connection):
        if implicit:
            with context.wrap_socket(connection, server_side=True) as secured:
                server.dialogue(secured, usual)
            return
        upgraded = []

        def answer(text):
            if text != "STARTTLS":
                return tls_features(text)
            upgraded.append(True)
            connection.sendall(b"220 go ahead\r\n")
            return None
        server.dialogue(connection, answer)
        if upgraded:
            with context.wrap_socket(connection, server_side=True) as secured:
                with secured.makefile("rb") as lines:
                    for line in lines:
                        server.heard.append("S " + line.decode().strip())
                        secured.sendall(usual(line.decode().strip()))
    return talk


@case
def certificates():
    """a certificate is recorded: trusted or not, for the name or not, with STARTTLS and without"""
    with tempfile.TemporaryDirectory() as folder:
        path = certificate(folder, "mx.example.net")
        other = certificate(folder, "other.example.net")
        for implicit in (False, True):
            plus = "+" if implicit else ""
            for name, trust, trusted, matching in (("mx.example.net", path, "1", "1"),
                                                   ("mx.example.com", path, "1", "0"),
                                                   ("mx.example.net", other, "0", "1")):
                said, server = ask("takes", tls_server(path, implicit), plus + name, trust)
                assert (said["takes"], said["fault"]) == ("yes", "fine"), said
                assert said["authorities"] == "1", said
                assert (said["trusted"], said["matching"]) == (trusted, matching), (name, said)
                assert said["protocol"] == "TLSv1.3" and said["self_signed"] == "1", said
                assert said["name"] == "mx.example.net" and said["chain"] == "1", said
                assert "mx.example.net" in said["subject"], said
                days = (int(said["until"]) - datetime.datetime.now().timestamp()) / 86400
                assert 28 < days < 31, said
                assert implicit or "S RCPT TO:<boris@example.com>" in server.heard, server.heard


@case
def no_authorities():
    """a machine that knows no authority says that it cannot judge, not that it is not trusted"""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(tls_server(certificate(folder, "mx.example.net"), False))
        empty = os.path.join(folder, "empty")
        os.mkdir(empty)
        code, output, errors = audit("--relay", f"mx.example.net:{server.port}",
                                     SSL_CERT_FILE=os.path.join(empty, "none"),
                                     SSL_CERT_DIR=empty)
        server.close()
        found = [one for one in json.loads(output)["findings"]
                 if one["check"] == "relay-certificate"]
        assert [one["outcome"] for one in found] == ["unknown"], (code, output, errors)
        assert "ca-certificates" in found[0]["why"], found


@case
def nobody_there():
    """nothing listens there"""
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    server.close()
    done = subprocess.run([SHOW, "takes", "127.0.0.1", str(port), "500", "1000"],
                          capture_output=True, text=True, check=True)
    assert "fault connection refused" in done.stdout, done.stdout


@case
def transcript():
    """what was said is kept, cut at its limit and without control bytes; a command is one line"""
    said, server = ask("talk", lambda server, connection: server.dialogue(
        connection, lambda text: b"250-mx\x1b[31m\x00\r\n250 ok\r\n", b"220 mx\r\n"))
    assert [said[f"line{i}"] for i in range(1, 5)] == [
        "S: 220 mx", "C: EHLO client.example", "S: 250-mx?[31m?", "S: 250 ok"], said
    assert said["fault"] == "system" and "line5" not in said, said
    assert server.heard == ["EHLO client.example"], server.heard
    said, _ = ask("talk", lambda server, connection: server.dialogue(
        connection, lambda text: b"250-" + b"x" * 1500 + b"\r\n250 ok\r\n" if text != "EHLO"
        else b"250 ok", b"220-" + (b"y" * 1000 + b"\r\n220-") * 30 + b"\r\n220 z\r\n"))
    assert int(said["transcript_bytes"]) <= 32 * 1024, said


def audit(*arguments, zone="mx.example.net A 127.0.0.1\n", **environment):
    with tempfile.NamedTemporaryFile("w", suffix=".zone") as file:
        file.write(zone)
        file.flush()
        done = subprocess.run([WEIR, "audit", "--json", "--no-logs", "--zone", file.name,
                               *arguments], capture_output=True, text=True, timeout=100,
                              check=False, env={**os.environ, **environment})
    return done.returncode, done.stdout, done.stderr


def relay_finding(output):
    return next(one for one in json.loads(output)["findings"] if one["check"] == "relay-open")


@case
def own_machine():
    """a server of this very machine that says yes is no find: it may trust its machine alone"""
    for host, family in (("127.0.0.1", socket.AF_INET), ("[::1]", socket.AF_INET6)):
        server = Server(lambda server, connection: server.dialogue(connection, usual), family)
        code, output, _ = audit("--relay", f"{host}:{server.port}")
        found = relay_finding(output)
        assert found["outcome"] == "unknown" and "from another machine" in found["why"], found
        assert found["subject"].endswith(f":{server.port}"), found
        hellos = {text for text in server.heard if text.startswith("EHLO")}
        assert len(hellos) == 1 and re.fullmatch(r"EHLO (\[\S+\]|\S+\.\S+)", hellos.pop()), hellos
        if family == socket.AF_INET6:
            assert any("[IPv6:::1]" in text for text in server.heard), server.heard
        server.close()


@case
def named_server():
    """a name is looked up in the DNS; what refuses all is fine; nobody there is unknown"""
    server = Server(lambda server, connection: server.dialogue(
        connection, lambda text: usual(text, RCPT="554 5.7.1 relay access denied")))
    _, output, _ = audit("--relay", f"mx.example.net:{server.port}")
    assert relay_finding(output)["outcome"] == "fine", output
    server.close()
    time.sleep(0.1)
    code, output, _ = audit("--relay", f"mx.example.net:{server.port}")
    assert relay_finding(output)["why"] == "connection refused" and code == 3, output
    code, output, _ = audit("--relay", "none.example.net")
    assert relay_finding(output)["why"] == "The name has no address." and code == 3, output


@case
def wrong_arguments():
    """what is no server and no address is a usage error, before anything is sent"""
    server = Server(lambda server, connection: server.dialogue(connection, usual))
    for arguments, words in ((("--relay", "mx.example.net:99999"), "no HOST[:PORT]"),
                             (("--relay", "mx.example.net:"), "no HOST[:PORT]"),
                             (("--relay", "[::1"), "no HOST[:PORT]"),
                             (("--relay", "a@mx.example.net"), "no HOST[:PORT]"),
                             (("--relay", f"127.0.0.1:{server.port}", "--deliver-to", "anna"),
                              "no address for --deliver-to"),
                             (("--relay", f"127.0.0.1:{server.port}", "--deliver-to",
                               "a\r\nDATA@example.com"), "no address for --deliver-to")):
        code, _, errors = audit(*arguments)
        assert code == 2 and words in errors, (arguments, code, errors)
    assert server.heard == [] and server.sessions == 0
    server.close()


@case
def deliver_to_own():
    """an address that the probed server itself takes mail for proves nothing: none is sent"""
    server = Server(lambda server, connection: server.dialogue(connection, usual))
    _, output, _ = audit("--relay", f"mx.example.net:{server.port}", "--deliver-to",
                         "anna@example.net", zone="mx.example.net A 127.0.0.1\n"
                         "example.net MX 10 mx.example.net\n")
    assert relay_finding(output)["outcome"] == "unknown", output
    assert not any("DATA" in text or "anna" in text for text in server.heard), server.heard
    server.close()


if __name__ == "__main__":
    sys.exit(tap.run(tap.wanted_cases(sys.argv[3:])))
