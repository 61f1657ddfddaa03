"""sink - the mail servers of the world: they accept, greylist, refuse, and keep what they got.

What becomes of a mail depends on its recipient, which the driver made up: see Directory.
"""

import asyncio
import threading
import time

OUTCOMES = ("sent", "unknown", "spam", "later", "never")
GREY_SECONDS = 4


class Directory:
    """Every address that the driver made up: its label in the truth, and what becomes of mail."""

    def __init__(self, dice):
        self.dice = dice
        self.known = {}
        self.serial = 0

    def add(self, address, label, outcome="sent"):
        labels, _ = self.known.get(address, (set(), ""))
        self.known[address] = (labels | {label}, outcome)
        return address

    def make(self, label, domains, unknown=0.0, spam=0.0, later=0.0):
        """An address that nobody had before."""
        self.serial += 1
        roll = self.dice.random()
        outcome = ("unknown" if roll < unknown else "spam" if roll < unknown + spam else
                   "later" if roll < unknown + spam + later else "sent")
        name = self.dice.choice(("ann", "joe", "kim", "eva", "tom", "li", "max", "zoe"))
        return self.add(f"{name}{self.serial + 1000}@{self.dice.choice(domains)}", label, outcome)

    def outcome(self, address):
        return self.known.get(address, (None, "sent"))[1]

    def label(self, address):
        """The one label of mail to this address, or None."""
        labels = self.known.get(address, ((), ""))[0]
        return next(iter(labels)) if len(labels) == 1 else None


class Sink:
    def __init__(self, directory, on_mail=None):
        self.directory = directory
        self.on_mail = on_mail  # called with (sender, recipients, text) after acceptance
        self.messages = []
        self.grey = {}

    def judge(self, recipient):
        """The reply to RCPT TO."""
        outcome = self.directory.outcome(recipient)
        if outcome == "unknown":
            return f"550 5.1.1 <{recipient}>: Recipient address rejected: User unknown"
        if outcome == "never":
            return f"451 4.7.1 <{recipient}>: Recipient address rejected: Try again later"
        if outcome == "later":
            first = self.grey.setdefault(recipient, time.time())
            if time.time() - first < GREY_SECONDS:
                return f"450 4.2.0 <{recipient}>: Recipient address rejected: Greylisted, see you"
        return "250 2.1.5 Ok"

    async def talk(self, reader, writer):
        async def say(text):
            writer.write(text.encode() + b"\r\n")
            await writer.drain()

        sender, recipients = "", []
        await say("220 mx.example ESMTP ready")
        while line := await reader.readline():
            verb = line.decode("utf-8", "replace").strip()
            word = verb.upper()
            if word.startswith("EHLO"):
                await say("250-mx.example\r\n250-SIZE 20000000\r\n250-8BITMIME\r\n"
                          "250-PIPELINING\r\n250 ENHANCEDSTATUSCODES")
            elif word.startswith("MAIL FROM:"):
                sender, recipients = verb[10:].split(">")[0].strip(" <"), []
                await say("250 2.1.0 Ok")
            elif word.startswith("RCPT TO:"):
                recipient = verb[8:].split(">")[0].strip(" <").lower()
                answer = self.judge(recipient)
                if answer.startswith("250"):
                    recipients.append(recipient)
                await say(answer)
            elif word == "DATA":
                if not recipients:
                    await say("554 5.5.1 Error: no valid recipients")
                    continue
                await say("354 End data with <CR><LF>.<CR><LF>")
                text = await reader.readuntil(b"\r\n.\r\n")
                await say(self.take(sender, recipients, text.decode("utf-8", "replace")))
            elif word == "QUIT":
                await say("221 2.0.0 Bye")
                break
            elif word.split(" ")[0] in ("HELO", "RSET", "NOOP"):
                await say("250 2.0.0 Ok")
            else:
                await say("502 5.5.2 Error: command not recognized")
        writer.close()

    def take(self, sender, recipients, text):
        self.messages.append((sender, recipients, text.replace("\r\n", "\n")))
        if any(self.directory.outcome(one) == "spam" for one in recipients):
            return "554 5.7.1 Message rejected as spam by content scanning"
        if self.on_mail:
            self.on_mail(sender, recipients, text)
        return "250 2.0.0 Ok: queued"

    async def session(self, reader, writer):
        try:
            await self.talk(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            writer.close()

    def serve(self):
        """Answers until the process ends."""
        async def main():
            server = await asyncio.start_server(self.session, "0.0.0.0", 25, limit=1 << 22,
                                                backlog=500)
            async with server:
                await server.serve_forever()

        threading.Thread(target=lambda: asyncio.run(main()), daemon=True).start()
