"""world - one small hosting server, an hour of honest traffic, and one abuse.

make(name) gives the logs of a scenario and its truth: which queue ids are the
abuse's, by which route, from where. The same name always gives the same bytes.
"""

import random
import time

from mta import Delivery, Exim, Opensmtpd, Postfix, PostfixIso, Qmail, Sendmail

START = 1772524800  # 2026-03-03 08:00:00 UTC
SPAN = 3600
AGENTS = ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/129.0 Safari/537.36",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1")
FREE = ("mail.example", "post.example", "web.example", "inbox.example")
USERS = {"shop": ("web_shop", 1001), "blog": ("web_blog", 1002), "forum": ("web_forum", 1003)}


class World:
    """`shared`: all sites run as www-data; `loopback`: PHP speaks SMTP to localhost;
    `zone_h`: the web server's clock; `slow`: requests take their time, and are logged
    in the order in which they end."""

    def __init__(self, name, mta, with_php=True, shared=False, loopback=False, zone_h=0,
                 slow=False):
        self.dice = random.Random(f"weir {name}")
        self.mta = mta(self.dice, "web7")
        self.shared, self.loopback, self.zone_h, self.slow = shared, loopback, zone_h, slow
        self.access = {site: [] for site in USERS}
        self.php, self.logins = [], []
        self.with_php = with_php
        self.truth = {"route": None, "origin": {}, "messages": {}}

    # --- what everybody does ---

    def request(self, when, site, client, method, path, status=200, referer="-", agent=None):
        stamp = time.strftime("%d/%b/%Y:%H:%M:%S", time.gmtime(when + 3600 * self.zone_h))
        stamp += f" {self.zone_h:+03d}00"
        agent = agent or self.dice.choice(AGENTS)
        ended = when + (self.dice.expovariate(0.1) if self.slow else 0)
        self.access[site].append((ended, f'{client} - - [{stamp}] "{method} {path} HTTP/1.1" '
                                        f'{status} {self.dice.randint(300, 9000)} "{referer}" '
                                        f'"{agent}"'))

    def label(self, ids, label):
        for one in ids if isinstance(ids, tuple) else (ids,):
            self.truth["messages"][one] = label

    def script(self, when, site, script, to, subject, sender, label, outcome="sent", local=False,
               folder=None):
        """A PHP script calls mail() once."""
        user, uid = ("www-data", 33) if self.shared else USERS[site]
        if self.with_php:
            stamp = time.strftime("%d-%b-%Y %H:%M:%S UTC", time.gmtime(when))
            self.php.append((when, f"[{stamp}] mail() on [/srv/www/{site}{script}:12]: To: {to} -- "
                                   f"Headers: From: {sender} -- Subject: {subject}"))
        size = 900 + len(subject) * 7 + len(to)
        if self.loopback:
            ids = self.mta.smtp(when, "127.0.0.1", sender, [Delivery(to, outcome, local)], size=size)
        else:
            ids = self.mta.local(when, uid, user, sender, [Delivery(to, outcome, local)], size=size,
                                 folder=folder or f"/srv/www/{site}")
        self.label(ids, label)

    def client(self):
        return f"192.0.2.{self.dice.randint(1, 250)}"

    def person(self, number=400):
        return f"{self.dice.choice(('ann', 'joe', 'kim', 'eva', 'tom', 'li'))}" \
               f"{self.dice.randint(1, number)}@{self.dice.choice(FREE)}"

    def outcome(self, unknown=0.22, spam=0.04, later=0.04):
        roll = self.dice.random()
        return ("unknown" if roll < unknown else "spam" if roll < unknown + spam else
                "later" if roll < unknown + spam + later else "sent")

    def visit(self, when, site, pages):
        client, agent = self.client(), self.dice.choice(AGENTS)
        for page in pages:
            self.request(when, site, client, "GET", page, agent=agent)
            self.request(when + 0.4, site, client, "GET", "/style.css", agent=agent)
            when += self.dice.uniform(3, 40)
        return client, agent, when

    def honest(self):
        for _ in range(60):
            when = START + self.dice.uniform(0, SPAN)
            client, agent, at = self.visit(when, "shop", ["/", "/item.php?id=7", "/checkout.php"])
            self.request(at, "shop", client, "POST", "/checkout.php", 302, agent=agent)
            number = self.dice.randint(10000, 99999)
            self.script(at + 0.2, "shop", "/checkout.php", self.person(), f"Your order #{number}",
                        "sales@shop.example", "ham")
            self.script(at + 0.25, "shop", "/checkout.php", "sales@shop.example",
                        f"New order #{number}", "no-reply@shop.example", "ham", local=True)
        for _ in range(25):
            when = START + self.dice.uniform(0, SPAN)
            client, agent, at = self.visit(when, "shop", ["/", "/contact.php"])
            self.request(at, "shop", client, "POST", "/contact.php", agent=agent)
            label = "neutral" if self.truth["origin"].get("url") == "/contact.php" else "ham"
            self.script(at + 0.2, "shop", "/contact.php", "sales@shop.example", "Contact form",
                        "no-reply@shop.example", label, local=True)
        for _ in range(60):
            self.visit(START + self.dice.uniform(0, SPAN), "blog", ["/", "/index.php?p=4"])
        for _ in range(40):
            client, agent, at = self.visit(START + self.dice.uniform(0, SPAN), "forum",
                                           ["/", "/topic.php?t=3"])
            self.request(at, "forum", client, "POST", "/reply.php", 302, agent=agent)
            for _ in range(self.dice.randint(0, 2)):
                self.script(at + 0.3, "forum", "/reply.php", self.person(60), "New reply in topic",
                            "forum@forum.example", "ham")
        for number in range(60):
            login = self.dice.choice(("anna@shop.example", "boris@blog.example",
                                      "sales@shop.example", "admin@forum.example"))
            when = START + self.dice.uniform(0, SPAN)
            home = f"192.0.2.{100 + len(login)}"
            self.login(when - 1, login, home)
            self.label(self.mta.smtp(when, home, login, [Delivery(f"partner{number}@client.example")],
                                     login), "ham")
        for number in range(60):
            to = self.dice.choice(("anna@shop.example", "boris@blog.example", "sales@shop.example"))
            self.label(self.mta.smtp(START + self.dice.uniform(0, SPAN), f"198.51.100.{number + 1}",
                                     f"partner{number}@client.example", [Delivery(to, local=True)]),
                       "ham")
        for number in range(3):
            self.label(self.mta.local(START + 600 + number * 900, 0, "root", "root@web7.example",
                                      [Delivery("root@web7.example", local=True)]), "ham")

    def login(self, when, user, client, success=True):
        stamp = time.strftime("%b %e %H:%M:%S", time.gmtime(when))
        what = (f"imap-login: Info: Login: user=<{user}>, method=PLAIN, rip={client}, "
                f"lip=192.0.2.10, mpid={self.dice.randint(2000, 9000)}, TLS, "
                f"session=<{self.dice.getrandbits(40):x}>") if success else (
            f"auth: Info: passwd-file({user},{client}): Password mismatch")
        self.logins.append((when, f"{stamp} {what}"))

    def during(self, count, begin=1500, length=420):
        """`count` moments of the outbreak, in order."""
        return sorted(START + begin + self.dice.uniform(0, length) for _ in range(count))

    def blame(self, route, **origin):
        """`script` is known where PHP tells it, `uid` where the mail server does."""
        if not self.with_php:
            origin.pop("script", None)
        if "uid" in origin and route != "local-user":
            origin["uid"] = 33 if self.shared else origin["uid"]
            if self.loopback or isinstance(self.mta, Opensmtpd):
                del origin["uid"]
        self.truth["route"], self.truth["origin"] = route, origin


# --- the abuses: one function each, named like the route ---


def uploaded_script(world):
    path = "/wp-content/uploads/2026/03/cache_x7.php"
    clients = [f"203.0.113.{n}" for n in (9, 44, 101, 178)]
    world.blame("uploaded-script", script="/srv/www/blog" + path, url=path, uid=1002,
                clients=clients)
    world.request(START + 1400, "blog", clients[0], "POST", "/wp-admin/async-upload.php")
    for when in world.during(140):
        world.request(when, "blog", world.dice.choice(clients), "POST", path)
        for number in range(3):
            world.script(when + 0.1 + number * 0.05, "blog", path, world.person(9000),
                         f"Your parcel {world.dice.randint(1, 900)} waits", "info@blog.example",
                         "spam", world.outcome())


def vulnerable_script(world):
    world.blame("vulnerable-script", url="/tell-a-friend.php", uid=1003)
    for _ in range(12):
        client, agent, at = world.visit(START + world.dice.uniform(0, SPAN), "forum",
                                        ["/", "/topic.php?t=3", "/tell-a-friend.php"])
        world.request(at, "forum", client, "POST", "/tell-a-friend.php", agent=agent)
        world.script(at + 0.2, "forum", "/tell-a-friend.php", world.person(), "A friend wants you",
                     "forum@forum.example", "neutral")
    for when in world.during(160):
        world.request(when, "forum", f"203.0.113.{world.dice.randint(1, 60)}", "POST",
                      "/tell-a-friend.php")
        for number in range(2):
            world.script(when + 0.1 + number * 0.05, "forum", "/tell-a-friend.php",
                         world.person(9000), "Cheap watches", "forum@forum.example", "spam",
                         world.outcome())


def form_abuse(world):
    world.blame("form-abuse", url="/contact.php", uid=1001)
    for when in world.during(220):
        world.request(when, "shop", f"203.0.113.{world.dice.randint(1, 200)}", "POST",
                      "/contact.php")
        world.script(when + 0.1, "shop", "/contact.php", "sales@shop.example", "Contact form",
                     "no-reply@shop.example", "spam", local=True)
        world.script(when + 0.15, "shop", "/contact.php", world.person(9000),
                     "Copy of your message: win now", "no-reply@shop.example", "spam",
                     world.outcome())


def registration_flood(world):
    url = "/wp-login.php?action=register"
    world.blame("registration-flood", url=url, uid=1002)
    for _ in range(8):
        client, agent, at = world.visit(START + world.dice.uniform(0, SPAN), "blog", ["/", url])
        world.request(at, "blog", client, "POST", url, 302, agent=agent)
        registration(world, at, "neutral", "sent")
    for when in world.during(200):
        world.request(when, "blog", f"203.0.113.{world.dice.randint(1, 200)}", "POST", url, 302)
        registration(world, when, "spam", world.outcome())


def registration(world, when, label, outcome):
    world.script(when + 0.1, "blog", "/wp-includes/PHPMailer/PHPMailer.php", "admin@blog.example",
                 "[Blog] New User Registration", "wordpress@blog.example", label, local=True)
    world.script(when + 0.15, "blog", "/wp-includes/PHPMailer/PHPMailer.php", world.person(9000),
                 "[Blog] Login Details", "wordpress@blog.example", label, outcome)


def notice_flood(world):
    script = "/wp-content/plugins/guard-notices/alert.php"
    world.blame("notice-flood", recipient="owner@client.example", uid=1002)
    for when in world.during(300):
        world.request(when, "blog", f"203.0.113.{world.dice.randint(1, 120)}", "POST",
                      "/wp-login.php", 403)
        world.script(when + 0.1, "blog", script, "owner@client.example",
                     "[Blog] Login attempt blocked", "wordpress@blog.example", "attack")


def open_relay(world):
    clients = [f"203.0.113.{n}" for n in (21, 29, 121, 212)]
    world.blame("open-relay", clients=clients)
    for when in world.during(200):
        world.label(world.mta.smtp(when, world.dice.choice(clients),
                                   f"promo{world.dice.randint(1, 40)}@bulk.example",
                                   [Delivery(world.person(9000), world.outcome())
                                    for _ in range(world.dice.randint(1, 6))]), "spam")


def mailbox(world):
    clients = [f"203.0.113.{n}" for n in range(20, 50)]
    world.blame("mailbox", mailbox="anna@shop.example")
    for when in world.during(80, begin=900, length=500):
        world.login(when, "anna@shop.example", world.dice.choice(clients), False)
    for when in world.during(150):
        client = world.dice.choice(clients)
        world.login(when - 1, "anna@shop.example", client)
        world.label(world.mta.smtp(when, client, "anna@shop.example",
                                   [Delivery(world.person(9000), world.outcome())
                                    for _ in range(world.dice.randint(2, 8))],
                                   "anna@shop.example"), "spam")


def webmail(world, when, client, login, deliveries, label):
    """Roundcube hands the mail in on loopback; only its access log knows the client."""
    world.request(when, "webmail", client, "POST", "/?_task=mail&_lock=1&_action=send",
                  referer="https://webmail.example/?_task=mail&_action=compose")
    world.label(world.mta.smtp(when + 0.3, "127.0.0.1", login, deliveries, login), label)


def mailbox_webmail(world):
    """A stolen mailbox that both its owner and the thief use through the webmail."""
    clients = ["203.0.113.46", "203.0.113.186"]
    world.access["webmail"] = []
    world.blame("mailbox", mailbox="boris@blog.example", clients=clients)
    for number, when in enumerate(world.during(60, 0, 3600)):
        login, home = (("boris@blog.example", "192.0.2.33"),
                       ("anna@shop.example", "192.0.2.36"))[number % 2]
        webmail(world, when, home, login, [Delivery(f"partner{number}@client.example")], "ham")
    for when in world.during(120):
        webmail(world, when, world.dice.choice(clients), "boris@blog.example",
                [Delivery(world.person(9000), world.outcome()) for _ in range(3)], "spam")


def rogue_process(world):
    world.blame("local-user", user="dev", uid=1007)
    for when in world.during(350):
        world.label(world.mta.local(when, 1007, "dev", f"support{world.dice.randint(1, 90)}@"
                                    f"{world.dice.choice(FREE)}",
                                    [Delivery(world.person(9000), world.outcome())],
                                    folder="/home/dev/.cache/x"), "spam")


def backscatter(world):
    world.blame("backscatter", recipient="info@shop.example")
    for when in world.during(260, length=1500):
        world.label(world.mta.smtp(when, f"198.51.100.{world.dice.randint(1, 250)}", "",
                                   [Delivery("info@shop.example", local=True)], size=4200),
                    "attack")


def notice_probes(world):
    """Each probe asks for something else; a plugin reports every one."""
    script = "/wp-content/plugins/guard-notices/alert.php"
    world.blame("notice-flood", recipient="owner@client.example", uid=1002)
    for when in world.during(240):
        path = world.dice.choice(("/wp-config.php.bak", "/backup.php", "/.env",
                                  f"/x{world.dice.randint(1, 300)}.php"))
        world.request(when, "blog", f"203.0.113.{world.dice.randint(1, 120)}", "GET", path, 404)
        world.script(when + 0.1, "blog", script, "owner@client.example", "[Blog] Attack blocked",
                     "wordpress@blog.example", "attack")


def backscatter_several(world):
    world.blame("backscatter", recipient="info@shop.example")
    for number, when in enumerate(world.during(240, length=1500)):
        to = "info@shop.example" if number % 2 else \
            f"{('anna', 'boris')[number % 4 // 2]}@shop.example"
        world.label(world.mta.smtp(when, f"198.51.100.{world.dice.randint(1, 250)}", "",
                                   [Delivery(to, local=True)], size=4200), "attack")


def rogue_by_cron(world):
    """Every few minutes some dozens of mails, beside busy pages that have no part in it."""
    world.blame("local-user", user="dev", uid=1007)
    for start in range(600, 3000, 300):
        for number in range(25):
            world.label(world.mta.local(START + start + 1 + number * 0.2, 1007, "dev",
                                        "dev@web7.example",
                                        [Delivery(world.person(9000), world.outcome())]), "spam")


def mailbox_all_along(world):
    """The logs hold no time before it, and the owner mails as ever."""
    clients = [f"203.0.113.{n}" for n in (5, 7, 9, 44, 81)]
    world.blame("mailbox", mailbox="eva@shop.example", clients=clients)
    for when in world.during(200, begin=5, length=SPAN - 10):
        world.label(world.mta.smtp(when, world.dice.choice(clients), "eva@shop.example",
                                   [Delivery(world.person(9000), world.outcome())],
                                   "eva@shop.example"), "spam")
    for when in world.during(20, begin=5, length=SPAN - 10):
        world.label(world.mta.smtp(when, "192.0.2.61", "eva@shop.example",
                                   [Delivery(f"partner{world.dice.randint(1, 99)}@client.example")],
                                   "eva@shop.example"), "ham")


def batches(world):
    """One request, and the script sends for minutes."""
    path = "/wp-content/themes/old/send.php"
    world.blame("uploaded-script", url=path, uid=1002, clients=["203.0.113.9"])
    for begin in (1200, 1700, 2300):
        world.request(START + begin, "blog", "203.0.113.9", "POST", path)
        when = START + begin
        for _ in range(70):
            when += world.dice.uniform(0.3, 2.5)
            world.script(when, "blog", path, world.person(9000), "Offer", "info@blog.example",
                         "spam", world.outcome())


def newsletter(world):
    for number, when in enumerate(world.during(900, begin=600, length=2400)):
        world.label(world.mta.local(when, 1001, "web_shop", "newsletter@shop.example",
                                    [Delivery(f"reader{number}@{FREE[number % 4]}",
                                              "unknown" if number % 400 == 7 else "sent")]), "ham")


def quiet(world):
    del world


SCENARIOS = {  # name: abuse, mail server, whether PHP's log is kept, what else is special
    "uploaded-script": (uploaded_script, Postfix, True),
    "vulnerable-script": (vulnerable_script, Exim, True),
    "form-abuse": (form_abuse, PostfixIso, False),
    "registration-flood": (registration_flood, Sendmail, True),
    "notice-flood": (notice_flood, Postfix, True),
    "open-relay": (open_relay, Opensmtpd, True),
    "mailbox": (mailbox, Postfix, True),
    "mailbox-webmail": (mailbox_webmail, Postfix, False),
    "rogue-process": (rogue_process, Exim, True),
    "backscatter": (backscatter, PostfixIso, True),
    "newsletter": (newsletter, Sendmail, True),
    "quiet": (quiet, Exim, True),
    # One user for all sites: only the script's path or the time of requests tells them apart.
    "shared-user": (uploaded_script, Postfix, True, {"shared": True}),
    "shared-user-inferred": (form_abuse, Postfix, False, {"shared": True}),
    # No pickup line and no call of mail(): a library speaks SMTP to localhost.
    "loopback": (vulnerable_script, Postfix, False, {"loopback": True}),
    # The web server's clock is elsewhere, its log is sorted by the ends of slow requests.
    "other-zone": (uploaded_script, Sendmail, False, {"zone_h": 5, "slow": True}),
    "qmail": (uploaded_script, Qmail, True),
    "notice-probes": (notice_probes, Exim, False),
    "backscatter-several": (backscatter_several, Sendmail, True),
    "rogue-by-cron": (rogue_by_cron, Postfix, False),
    "mailbox-all-along": (mailbox_all_along, PostfixIso, True),
    "batches": (batches, Postfix, False),
    "inferred-opensmtpd": (registration_flood, Opensmtpd, False),
}


def in_order(lines):
    return "".join(text + "\n" for _, text in sorted(lines, key=lambda line: line[0]))


def make(name):
    """{file name: text} and the truth."""
    abuse, mta, with_php, *special = SCENARIOS[name]
    world = World(name, mta, with_php, **(special[0] if special else {}))
    abuse(world)
    world.honest()
    files = {"mail.log": world.mta.text(), "dovecot.log": in_order(world.logins)}
    for site, lines in world.access.items():
        files[f"access/{site}.log"] = in_order(lines)
    if with_php:
        files["php-mail.log"] = in_order(world.php)
    files["passwd"] = "root:x:0:0::/root:/bin/sh\ndev:x:1007:1007::/home/dev:/bin/sh\n" + "".join(
        f"{user}:x:{uid}:{uid}::/var/qmail:/bin/false\n" for user, uid in Qmail.UIDS.items()) + "".join(
        f"{user}:x:{uid}:{uid}::/srv/www/{site}:/bin/sh\n" for site, (user, uid) in USERS.items())
    return files, world.truth
