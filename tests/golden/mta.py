"""mta - how each mail server writes the life of a message into its log.

Every class takes the same calls and writes the lines of its own server; the
queue ids that it hands out are what the truth is keyed by. Addresses are those
of RFC 5737 and names those of RFC 2606.
"""

import time

UNKNOWN = "550 5.1.1 <%s>: Recipient address rejected: User unknown in virtual mailbox table"
SPAM = "554 5.7.1 Message rejected as spam: content looks like bulk advertising"
LATER = "451 4.7.1 Try again later"
OURS = ("shop.example", "blog.example", "forum.example", "web7", "web7.example")
BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


class Delivery:
    """What becomes of one recipient: sent, unknown, spam, later; or local."""

    def __init__(self, address, outcome="sent", local=False):
        self.address, self.outcome, self.local = address, outcome, local


class Mta:
    def __init__(self, dice, host):
        self.dice, self.host = dice, host
        self.lines = []
        self.serial = 0

    def write(self, when, text):
        self.lines.append((when, len(self.lines), text))

    def text(self):
        return "".join(text + "\n" for _, _, text in sorted(self.lines))

    def reply(self, delivery):
        return {"unknown": UNKNOWN % delivery.address, "spam": SPAM, "later": LATER}[
            delivery.outcome]

    def relay(self, address):
        domain = address.split("@")[1]
        return f"mx.{domain}", "198.51.100.%d" % (sum(domain.encode()) % 200 + 1)


class Syslog(Mta):
    """RFC 3164 stamps: neither year nor zone."""

    def log(self, when, program, text):
        stamp = time.strftime("%b %e %H:%M:%S", time.gmtime(when))
        self.write(when, f"{stamp} {self.host} {program}: {text}")


class Postfix(Syslog):
    pids = {"pickup": 4005, "smtpd": 4116, "cleanup": 4127, "qmgr": 4006, "smtp": 4170,
            "virtual": 4171, "bounce": 4180}

    def daemon(self, when, name, text):
        self.log(when, f"postfix/{name}[{self.pids[name]}]", text)

    def new_id(self, when):
        self.serial += 1
        return "%05X%X" % (int(when % 1 * 1e6), 0x1642000 + self.serial % 700)

    def enter(self, when, queue_id, sender, deliveries, size):
        message_id = f"{self.serial}.{int(when)}@{self.host}"
        self.daemon(when + 0.001, "cleanup", f"{queue_id}: message-id=<{message_id}>")
        self.daemon(when + 0.002, "qmgr", f"{queue_id}: from=<{sender}>, size={size}, "
                                          f"nrcpt={len(deliveries)} (queue active)")

    def deliver(self, when, queue_id, sender, deliveries):
        at, open_ones, failed = when + 0.01, False, False
        for one in deliveries:
            at += 0.01
            head = f"{queue_id}: to=<{one.address}>, relay="
            tail = "delay=0.2, delays=0.05/0/0.05/0.1, dsn="
            if one.local:
                self.daemon(at, "virtual", f"{head}virtual, {tail}2.0.0, status=sent (delivered to "
                                           "maildir)")
                continue
            name, address = self.relay(one.address)
            head += f"{name}[{address}]:25, {tail}"
            if one.outcome == "sent":
                self.daemon(at, "smtp", f"{head}2.0.0, status=sent (250 2.0.0 Ok: queued as "
                                        f"R{self.serial:08X})")
            elif one.outcome == "later":
                open_ones = True
                self.daemon(at, "smtp", f"{head}4.7.1, status=deferred (host {name}[{address}] "
                                        f"said: {LATER} (in reply to RCPT TO command))")
            else:
                failed = True
                reply = self.reply(one)
                self.daemon(at, "smtp", f"{head}{reply[4:9]}, status=bounced (host "
                                        f"{name}[{address}] said: {reply} (in reply to RCPT TO "
                                        "command))")
        if failed and sender:
            notice = self.new_id(at)
            self.daemon(at + 0.01, "cleanup", f"{notice}: message-id=<n{self.serial}@{self.host}>")
            self.daemon(at + 0.01, "bounce", f"{queue_id}: sender non-delivery notification: "
                                             f"{notice}")
            self.daemon(at + 0.01, "qmgr", f"{notice}: from=<>, size=2600, nrcpt=1 (queue active)")
            if sender.split("@")[-1] in OURS:
                self.daemon(at + 0.02, "virtual", f"{notice}: to=<{sender}>, relay=virtual, "
                            "delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (delivered to maildir)")
            else:
                name, address = self.relay(sender)
                self.daemon(at + 0.02, "smtp", f"{notice}: to=<{sender}>, relay={name}[{address}]"
                            ":25, delay=0, delays=0/0/0/0, dsn=2.0.0, status=sent (250 2.0.0 Ok)")
            self.daemon(at + 0.02, "qmgr", f"{notice}: removed")
        if not open_ones:
            self.daemon(at + 0.03, "qmgr", f"{queue_id}: removed")

    def local(self, when, uid, user, sender, deliveries, size=1200, **_):
        queue_id = self.new_id(when)
        shown = user if sender.startswith(user + "@") else sender
        self.daemon(when, "pickup", f"{queue_id}: uid={uid} from=<{shown}>")
        self.enter(when, queue_id, sender, deliveries, size)
        self.deliver(when, queue_id, sender, deliveries)
        return queue_id

    def smtp(self, when, client, sender, deliveries, login=None, size=1200):
        queue_id = self.new_id(when)
        extra = f", sasl_method=PLAIN, sasl_username={login}" if login else ""
        self.daemon(when - 0.05, "smtpd", f"connect from unknown[{client}]")
        self.daemon(when, "smtpd", f"{queue_id}: client=unknown[{client}]{extra}")
        self.enter(when, queue_id, sender, deliveries, size)
        self.deliver(when, queue_id, sender, deliveries)
        self.daemon(when + 0.3, "smtpd", f"disconnect from unknown[{client}] ehlo=1 mail=1 "
                                         "rcpt=1 data=1 quit=1 commands=5")
        return queue_id


class PostfixIso(Postfix):
    """rsyslog's own stamps."""

    def log(self, when, program, text):
        stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when))
        self.write(when, f"{stamp}.{int(when % 1 * 1e6):06d}+00:00 {self.host} {program}: {text}")


class Exim(Mta):
    """Exim's own main log, 23-character ids."""

    def log(self, when, text):
        self.write(when, time.strftime("%Y-%m-%d %H:%M:%S ", time.gmtime(when)) + text)

    def new_id(self, when):
        self.serial += 1
        first, number = "", int(when)
        for _ in range(6):
            number, digit = divmod(number, 62)
            first = BASE62[digit] + first
        return f"{first}-{self.serial:011d}-{self.serial % 10000:04d}"

    def deliver(self, when, queue_id, deliveries):
        at, open_ones = when, False
        for one in deliveries:
            at += 0.02
            if one.local:
                self.log(at, f"{queue_id} => {one.address.split('@')[0]} <{one.address}> "
                             "R=local_user T=mail_spool")
                continue
            name, address = self.relay(one.address)
            where = f"R=dnslookup T=remote_smtp H={name} [{address}]"
            if one.outcome == "sent":
                self.log(at, f"{queue_id} => {one.address} {where} C=\"250 2.0.0 Ok: queued\"")
            elif one.outcome == "later":
                open_ones = True
                self.log(at, f"{queue_id} == {one.address} R=dnslookup T=remote_smtp defer (-44) "
                             f"H={name} [{address}]: SMTP error from remote mail server after RCPT "
                             f"TO:<{one.address}>: {LATER}")
            else:
                self.log(at, f"{queue_id} ** {one.address} {where}: SMTP error from remote mail "
                             f"server after RCPT TO:<{one.address}>: {self.reply(one)}")
        if not open_ones:
            self.log(at + 0.01, f"{queue_id} Completed")

    def local(self, when, uid, user, sender, deliveries, size=1200, folder=None, **_):
        queue_id = self.new_id(when)
        if folder:
            self.log(when - 0.01, f"cwd={folder} 3 args: /usr/sbin/sendmail -t -i")
        self.log(when, f"{queue_id} <= {sender} U={user} P=local S={size} "
                       f"id={self.serial}@{self.host}")
        self.deliver(when, queue_id, deliveries)
        return queue_id

    def smtp(self, when, client, sender, deliveries, login=None, size=1200):
        queue_id = self.new_id(when)
        how = f"P=esmtpsa A=plain_login:{login}" if login else "P=esmtp"
        self.log(when, f"{queue_id} <= {sender or '<>'} H=([{client}]) [{client}] {how} S={size} "
                       f"id={self.serial}@client.example")
        self.deliver(when, queue_id, deliveries)
        return queue_id


class Sendmail(Syslog):
    """Two ids a local message: the submission's and the daemon's."""

    def new_id(self, when):
        self.serial += 1
        return "6AO" + time.strftime("%H", time.gmtime(when)).replace("0", "F") + \
            f"{self.serial:07d}"

    def deliver(self, when, queue_id, deliveries, controller):
        at = when
        for one in deliveries:
            at += 0.02
            name, address = self.relay(one.address)
            head = f"{queue_id}: to=<{one.address}>, {controller}delay=00:00:00, " \
                   "xdelay=00:00:00, "
            if one.local:
                self.log(at, "sm-mta[812]", f"{head}mailer=local, pri=31200, dsn=2.0.0, stat=Sent")
                continue
            head += f"mailer=esmtp, pri=121200, relay={name}. [{address}], "
            if one.outcome == "sent":
                self.log(at, "sm-mta[812]", f"{head}dsn=2.0.0, stat=Sent (2.0.0 Ok: queued as "
                                            f"R{self.serial:08X})")
            elif one.outcome == "later":
                self.log(at, "sm-mta[812]", f"{head}dsn=4.7.1, stat=Deferred: {LATER}")
            elif one.outcome == "unknown":
                self.log(at, "sm-mta[812]", f"{head}dsn=5.1.1, stat=User unknown")
            else:
                self.log(at, "sm-mta[812]", f"{head}dsn=5.7.1, reply={SPAM}, stat=Service "
                                            "unavailable")

    def local(self, when, uid, user, sender, deliveries, size=1200, **_):
        first, second = self.new_id(when), self.new_id(when)
        count = len(deliveries)
        self.log(when, "sendmail[5123]", f"{first}: from={user}, size={size}, class=0, "
                 f"nrcpts={count}, msgid=<{self.serial}@{self.host}>, relay={user}@localhost")
        self.log(when + 0.001, "sm-mta[5124]", f"{second}: from=<{sender}>, size={size + 200}, "
                 f"class=0, nrcpts={count}, msgid=<{self.serial}@{self.host}>, proto=ESMTP, "
                 "daemon=MTA-v4, relay=localhost [127.0.0.1]")
        to = ",".join(one.address for one in deliveries)
        self.log(when + 0.002, "sendmail[5123]", f"{first}: to={to}, ctladdr={user} ({uid}/{uid}), "
                 f"delay=00:00:00, xdelay=00:00:00, mailer=relay, pri=30{size}, relay=[127.0.0.1] "
                 f"[127.0.0.1], dsn=2.0.0, stat=Sent ({second} Message accepted for delivery)")
        self.deliver(when + 0.003, second, deliveries,
                     f"ctladdr=<{user}@{self.host}> ({uid}/{uid}), ")
        return first, second

    def smtp(self, when, client, sender, deliveries, login=None, size=1200):
        queue_id = self.new_id(when)
        child = f"sm-mta[{20000 + self.serial}]"  # each connection has a process of its own
        if login:
            self.log(when - 0.01, child, f"AUTH=server, relay=[{client}], authid={login}, "
                                                  "mech=PLAIN, bits=0")
        self.log(when, child, f"{queue_id}: from=<{sender}>, size={size}, class=0, "
                 f"nrcpts={len(deliveries)}, msgid=<{self.serial}@client.example>, proto=ESMTP, "
                 f"daemon=MTA-v4, relay=[{client}]")
        self.deliver(when + 0.001, queue_id, deliveries, "")
        return queue_id


class Opensmtpd(Syslog):
    def new_id(self, when):
        self.serial += 1
        return f"{0x5a000000 + self.serial:08x}"

    def session(self, when, origin, sender, deliveries, login, size):
        session, message = f"{0x91ab000000000000 + self.serial:016x}", self.new_id(when)
        self.log(when, "smtpd[611]", f"{session} smtp connected {origin}")
        if login:
            self.log(when, "smtpd[611]", f"{session} smtp authentication user={login} result=ok")
        self.log(when + 0.001, "smtpd[611]", f"{session} smtp message msgid={message} size={size} "
                 f"nrcpt={len(deliveries)} proto=ESMTP")
        envelopes = []
        for number, one in enumerate(deliveries):
            envelopes.append(f"{message}{number + 0x1000:08x}")
            self.log(when + 0.002, "smtpd[611]", f"{session} smtp envelope evpid={envelopes[-1]} "
                     f"from=<{sender}> to=<{one.address}>")
        self.log(when + 0.003, "smtpd[611]", f"{session} smtp disconnected reason=quit")
        for envelope, one in zip(envelopes, deliveries):
            name, address = self.relay(one.address)
            if one.local:
                self.log(when + 0.01, "smtpd[611]", f"{session} mda delivery evpid={envelope} "
                         f"from=<{sender}> to=<{one.address}> rcpt=<{one.address}> user=vmail "
                         "delay=0s result=Ok stat=Delivered")
                continue
            result, stat = {"sent": ("Ok", "250 2.0.0 Ok: queued"),
                            "later": ("TempFail", LATER)}.get(
                one.outcome, ("PermFail", self.reply(one) if one.outcome != "sent" else ""))
            self.log(when + 0.01, "smtpd[611]", f"{session} mta delivery evpid={envelope} "
                     f"from=<{sender}> to=<{one.address}> rcpt=<-> source=\"192.0.2.10\" "
                     f"relay=\"{address} ({name})\" delay=0s result=\"{result}\" stat=\"{stat}\"")
        return message

    def local(self, when, uid, user, sender, deliveries, size=1200, **_):
        return self.session(when, f"address=local host={self.host}", sender, deliveries, None, size)

    def smtp(self, when, client, sender, deliveries, login=None, size=1200):
        return self.session(when, f"address={client} host=client.example", sender, deliveries,
                            login, size)
