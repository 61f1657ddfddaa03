"""people - what honest visitors, customers and machines do on a busy hosting server.

BEHAVIOURS: how often each happens in a minute, and the function that does it. A scenario's
[honest] table changes rates by name; what is rate 0 here happens only where a scenario asks.
"""

import http.client
import imaplib
import os
import random
import smtplib
import socket
import time
import urllib.parse

from lab import HOST, NODE
from login import ssh
from mta import FORWARDS, MAILBOXES, PASSWORD

AGENTS = ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
          "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/129.0 Safari/537.36",
          "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1")
FREE = ("mail.example", "post.example", "inbox.example", "gmx.example", "client.example")
# Who has an account at the real WordPress, each with an address of the same name at FREE[0].
SUBSCRIBERS = tuple(f"subscriber{number}" for number in range(1, 41))


class Web:
    """One visitor: an address, a browser, and the pages it asks for."""

    def __init__(self, lab, site, client=None, agent=None):
        self.lab, self.site = lab, site
        self.client = client or f"192.0.2.{lab.dice.randint(20, 250)}"
        self.agent = agent or lab.dice.choice(AGENTS)
        self.referer = None

    def ask(self, method, path, fields=None, label="ham"):
        """The status of the answer; 0 where there was none."""
        headers = {"Host": f"{self.site}.example", "User-Agent": self.agent, "X-Range": label}
        if self.referer:
            headers["Referer"] = self.referer
        body = None
        if fields is not None:
            body = urllib.parse.urlencode(fields)
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection = http.client.HTTPConnection(NODE, 80, timeout=30,
                                                source_address=(self.client, 0))
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException) as error:
            self.lab.complain(f"{method} {self.site}{path}: {error}")
            return 0
        finally:
            connection.close()
            self.referer = f"http://{self.site}.example{path}"

    def browse(self, *paths):
        for number, path in enumerate(paths):
            if number:
                time.sleep(self.lab.dice.uniform(0.2, 1.5))
            self.ask("GET", path)
            if number == 0:
                self.ask("GET", "/style.css")
        time.sleep(self.lab.dice.uniform(0.2, 1.5))
        return self

    def post(self, path, fields, label=None):
        return self.ask("POST", path, fields, label or self.lab.label(self.site, path))


def submit(lab, client, login, sender, recipients, label, subject="Hello", port=587,
           password=PASSWORD, extra=""):
    """Hands a mail to the node over SMTP; whether it was taken."""
    if login and not lab.logins:
        login, port = None, 25
    number = lab.dice.getrandbits(48)
    text = (f"From: {sender or 'MAILER-DAEMON@mx.example'}\r\nTo: {recipients[0]}\r\n"
            f"Subject: {subject}\r\nMessage-ID: <{number:x}@client.example>\r\n{extra}\r\n"
            f"Good day.\r\n\r\nTOKEN:{label}\r\n")
    try:
        with smtplib.SMTP(NODE, port, local_hostname="pc.example", timeout=30,
                          source_address=(client, 0)) as server:
            if login:
                server.login(login, password)
            server.sendmail(sender, recipients, text)
            return True
    except (OSError, smtplib.SMTPException) as error:
        lab.complain(f"mail of {sender} from {client}: {error}"[:200])
        return False


def reader(lab, label="ham"):
    """Somebody outside: mostly known, seldom mistyped, some behind greylisting."""
    return lab.directory.make(label, FREE, unknown=0.01, later=0.04)


def home(login):
    return f"192.0.2.{30 + MAILBOXES.index(login)}"


def checkout(lab):
    label = lab.label("shop", "/checkout.php")
    Web(lab, "shop").browse("/", f"/item.php?id={lab.dice.randint(1, 9)}", "/checkout.php").post(
        "/checkout.php", {"email": reader(lab, label)})


def contact(lab):
    label = lab.label("shop", "/contact.php")
    fields = {"email": reader(lab, label), "name": lab.dice.choice(("Kim", "Ann", "Joe")),
              "text": "Do you have it in blue?"}
    if lab.dice.random() < 0.5:
        fields["copy"] = "1"
    Web(lab, "shop").browse("/", "/contact.php").post("/contact.php", fields)


def read_blog(lab):
    Web(lab, "blog").browse("/", f"/index.php?p={lab.dice.randint(1, 40)}")


def read_forum(lab):
    Web(lab, "forum").browse("/", f"/topic.php?t={lab.dice.randint(1, 40)}")


def reply(lab):
    label = lab.label("forum", "/reply.php")
    watchers = [reader(lab, label) for _ in range(lab.dice.randint(0, 2))]
    Web(lab, "forum").browse("/", "/topic.php?t=3").post(
        "/reply.php", {"t": lab.dice.randint(1, 40), "watchers": " ".join(watchers)})


def register(lab):
    path = "/wp-login.php?action=register"
    Web(lab, "blog").browse("/", path).post(
        path, {"user_login": f"u{lab.dice.randint(1, 9999)}",
               "user_email": reader(lab, lab.label("blog", path))})


def lost_password(lab):
    path = "/wp-login.php?action=lostpassword"
    fields = {"user_login": lab.dice.choice(SUBSCRIBERS)} if lab.wordpress else {
        "user_login": "u", "user_email": reader(lab, lab.label("blog", path))}
    Web(lab, "blog").browse("/", path).post(path, fields)


def comment(lab):
    """WordPress tells the admin, who is to approve it."""
    path = "/wp-comments-post.php"
    Web(lab, "blog").browse("/", "/?p=1").post(
        path, {"comment_post_ID": "1", "comment_parent": "0", "author": "Kim",
               "email": reader(lab, lab.label("blog", path)),
               "comment": f"I read this {lab.dice.randint(2, 99)} times."})


def tell_a_friend(lab):
    path = "/tell-a-friend.php"
    Web(lab, "forum").browse("/", "/topic.php?t=3", path).post(
        path, {"friend": reader(lab, lab.label("forum", path))})


def submission(lab):
    login = lab.dice.choice(MAILBOXES[:4])
    submit(lab, home(login), login, login,
           [reader(lab) for _ in range(lab.dice.choice((1, 1, 1, 2, 3)))], "ham",
           subject=lab.dice.choice(("Offer", "Re: your question", "Meeting", "Invoice")))


def inbound(lab):
    to = lab.dice.choice(MAILBOXES + tuple(FORWARDS))
    submit(lab, f"198.51.100.{lab.dice.randint(20, 219)}", None,
           f"partner{lab.dice.randint(1, 60)}@client.example", [to], "ham", port=25)


def webmail(lab):
    login = lab.dice.choice(("boris@blog.example", "carla@forum.example"))
    if not lab.logins:
        return
    Web(lab, "webmail", client=home(login)).browse("/").post(
        "/send.php", {"user": login, "password": PASSWORD, "to": reader(lab), "text": "Hello"})


class Imap(imaplib.IMAP4):
    """IMAP from a given address."""

    def __init__(self, client):
        self.client = client
        super().__init__(NODE)

    def _create_socket(self, timeout):
        return socket.create_connection((self.host, self.port), 20, (self.client, 0))


def imap(lab):
    login = lab.dice.choice(MAILBOXES)
    try:
        server = Imap(home(login))
        server.login(login, PASSWORD)
        server.select("INBOX", readonly=True)
        server.logout()
    except (OSError, imaplib.IMAP4.error) as error:
        lab.complain(f"imap of {login}: {error}")


def cron(lab):
    lab.node.run("/usr/sbin/sendmail -i root", text="Subject: Cron <root@web7> run-parts\n\n"
                 "done\n\nTOKEN:ham\n")


def monitor(lab):
    to = lab.directory.add("pager@inbox.example", "ham")
    lab.node.run(f"/usr/sbin/sendmail -i {to}", user="monitor",
                 text=f"To: {to}\nSubject: disk usage of web7 is "
                      f"{lab.dice.randint(60, 90)} %\n\nTOKEN:ham\n")


def scanner(lab):
    """The background noise of every web server."""
    path = lab.dice.choice(("/xmlrpc.php", "/.env", "/wp-config.php.bak", "/admin/", "/phpmyadmin/",
                            "/old/wp-login.php"))
    Web(lab, lab.dice.choice(("shop", "blog", "forum")),
        client=f"203.0.113.{lab.dice.randint(230, 254)}", agent="python-requests/2.32").ask(
        lab.dice.choice(("GET", "POST")), path, {} if lab.dice.random() < 0.5 else None)


def guesser(lab):
    """Passwords are guessed on every server all the time, mostly in vain."""
    if not lab.logins:
        return
    submit(lab, f"203.0.113.{lab.dice.randint(230, 254)}", lab.dice.choice(MAILBOXES),
           "x@bulk.example", ["nobody@mail.example"], "ham", password=f"guess{lab.dice.random()}")


def ssh_guesser(lab):
    """Every sshd of the Internet is asked for these, all the time."""
    ssh("ssh", f"203.0.113.{lab.dice.randint(230, 254)}",
        lab.dice.choice(("root", "admin", "oracle", "test", "web_shop", "web_blog", "dev")), "true",
        password=f"guess{lab.dice.random()}")


def owner_upload(lab):
    """The sites' owners put pictures and pages on their sites by SFTP."""
    site, client = lab.dice.choice((("shop", "192.0.2.31"), ("blog", "192.0.2.33"),
                                    ("forum", "192.0.2.35")))
    if not ssh("sftp", client, f"web_{site}", text=f"put {os.path.abspath(__file__)} "
               f"/srv/www/{site}/picture{lab.dice.randint(1, 9)}.png\n"):
        lab.complain(f"the owner of {site} could not upload")


def front_controller(lab):
    """Log in, search, vote, or write to the office: all of it posts to /index.php."""
    fields = {"option": lab.dice.choice(("com_users", "com_search", "com_poll", "com_contact"))}
    if fields["option"] == "com_contact":
        fields.update(email=reader(lab, lab.label("forum", "/index.php")), text="Hello")
    Web(lab, "forum").browse("/", "/topic.php?t=5").post("/index.php", fields)


BEHAVIOURS = {
    "checkout": (20, checkout), "contact": (8, contact), "read-blog": (30, read_blog),
    "read-forum": (25, read_forum), "reply": (16, reply), "register": (6, register),
    "lost-password": (4, lost_password), "tell-a-friend": (6, tell_a_friend),
    "submission": (40, submission), "inbound": (40, inbound), "webmail": (6, webmail),
    "imap": (20, imap), "cron": (3, cron), "monitor": (4, monitor), "scanner": (20, scanner),
    "guesser": (3, guesser), "front-controller": (0, front_controller),
    "comment": (0, comment), "ssh-guesser": (0, ssh_guesser), "owner-upload": (0, owner_upload),
}


def plan(lab, rates, seconds):
    """[(second, action)] of everybody's honest doings."""
    dice = random.Random(lab.dice.random())
    events = []
    scale = rates.get("all", 1)
    for name, (usual, action) in BEHAVIOURS.items():
        for _ in range(round(rates.get(name, usual * scale) * seconds / 60)):
            events.append((dice.uniform(0, seconds), action))
    return events
