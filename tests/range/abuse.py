"""abuse - how spam leaves the node: one function a kind, named as the scenario files name it.

Each gets the lab and its table of the scenario file, gives [(second, action)], and says through
`lab.blame` what the truth is. Everything that an abuse sends is inert text to addresses which
exist in the lab only.
"""

import ftplib
import io
import os

from lab import NODE
from login import FILES_PASSWORD, ssh
from people import FREE, Web, submit

HERE = os.path.dirname(os.path.abspath(__file__))
BULK = FREE + ("yahoo.example", "web.example", "outlook.example")


def victim(lab, table, label):
    """A recipient from a bought list: many are unknown, some refuse the spam."""
    return lab.directory.make(label, BULK, unknown=table.get("unknown", 0.22), spam=0.04,
                              later=0.04)


def clients(lab, count):
    return [f"203.0.113.{number}" for number in lab.dice.sample(range(1, 230), count)]


def moments(lab, table, count):
    begin, length = table.get("begin", 35), table.get("length", 40)
    return sorted(begin + lab.dice.uniform(0, length) for _ in range(count))


def subject(lab, table):
    return f"{table.get('subject', 'Cheap pills')} {lab.dice.randint(100, 999)}"


def bring(lab, table, client):
    """How the file gets there: through a hole in the site, or by FTP or SSH with a user's password,
    guessed or stolen. Gives the actions of that, and what in the logs tells of it."""
    site, path = table["site"], table["path"]
    with open(os.path.join(HERE, "sites", "tools", "mailer.php"), "rb") as file:
        content = file.read()

    def by_web(lab):
        Web(lab, site, client=client, agent="Mozilla/5.0").ask(
            "POST", "/wp-admin/async-upload.php",
            {"folder": os.path.dirname(path).removeprefix("/wp-content/uploads/"),
             "name": os.path.basename(path), "content": content.decode()})

    def by_ftp(lab):
        with ftplib.FTP(source_address=(client, 0), timeout=20) as server:
            server.connect(NODE)
            server.login(f"web_{site}", FILES_PASSWORD)
            server.cwd(f"{site}{os.path.dirname(path)}")
            server.storbinary(f"STOR {os.path.basename(path)}", io.BytesIO(content))

    def by_ssh(lab):
        target = f"/srv/www/{site}{path}"
        source = os.path.join(HERE, "sites", "tools", "mailer.php")
        if not ssh("sftp", client, f"web_{site}", text=f"put {source} {target}\n"):
            lab.complain(f"{client} could not bring {target}")

    return {"web": (by_web, ["POST /wp-admin/async-upload.php"]),
            "ftp": (by_ftp, [f'[web_{site}] OK LOGIN: Client "{client}"', f"/srv/www/{site}{path}"]),
            "ssh": (by_ssh, [f"Accepted password for web_{site} from {client} port"] +
                    [f'open "/srv/www/{site}{path}" flags WRITE'] * bool(lab.scenario.get("options", {}).get("sftp_log")))
            }[table["arrival"]]


def guesses(lab, table, user, client):
    """The tries before, when a password is guessed: [(second, action)]."""
    def guess(lab):
        ssh("ssh", client, user, "true", password=f"guess{lab.dice.random()}")

    return [(table.get("begin", 35) - 24 + lab.dice.uniform(0, 10), guess)
            for _ in range(table.get("guesses", 0))]


def uploaded_script(lab, table):
    site, path, label = table["site"], table["path"], table.get("label", "spam")
    group = clients(lab, table.get("clients", 4))
    events = []
    if "arrival" in table:
        carrier = table.get("carrier", group[0])
        action, entry = bring(lab, table, carrier)
        table = {**table, "entry": entry}
        events = guesses(lab, table, f"web_{site}", carrier) + [
            (table.get("begin", 35) - 8, action)]
    lab.blame(table, site=site, script=f"/srv/www/{site}{path}", url=path, clients=group)

    def act(lab):
        Web(lab, site, client=lab.one_of(group), agent="Mozilla/5.0").ask(
            "POST", path, {"to": "\n".join(victim(lab, table, label) for _ in
                                           range(table.get("each", 3))),
                           "subject": subject(lab, table), "text": "Click http://pills.example/",
                           "from": f"info{lab.dice.randint(1, 9)}@{site}.example"}, label)

    return events + [(when, act) for when in moments(lab, table, table.get("requests", 120))]


def form_abuse(lab, table):
    site, path, label = "shop", "/contact.php", table.get("label", "spam")
    group = clients(lab, table.get("clients", 180))
    lab.blame(table, site=site, script=f"/srv/www/{site}{path}", url=path,
              abused=[(site, path)])

    def act(lab):
        Web(lab, site, client=lab.one_of(group)).post(
            path, {"email": victim(lab, table, label), "name": "Win now", "copy": "1",
                   "text": "Claim your prize at http://pills.example/"}, label)

    return [(when, act) for when in moments(lab, table, table.get("requests", 220))]


def vulnerable_script(lab, table):
    site, path, label = "forum", "/tell-a-friend.php", table.get("label", "spam")
    group = clients(lab, table.get("clients", 40))
    lab.blame(table, site=site, script=f"/srv/www/{site}{path}", url=path,
              abused=[(site, path)])

    def act(lab):
        friends = [victim(lab, table, label) for _ in range(table.get("each", 2))]
        Web(lab, site, client=lab.one_of(group)).post(
            path, {"friend": ",".join(friends), "subject": subject(lab, table),
                   "text": "Buy watches"}, label)

    return [(when, act) for when in moments(lab, table, table.get("requests", 160))]


def registration_flood(lab, table):
    """Of the blog that looks like WordPress, or of a real one."""
    site, path, label = "blog", "/wp-login.php?action=register", table.get("label", "spam")
    group = clients(lab, table.get("clients", 200))
    lab.blame(table, site=site, script=f"/srv/www/{site}/wp-login.php", url=path,
              abused=[(site, path)])

    def act(lab):
        Web(lab, site, client=lab.one_of(group)).post(
            path, {"user_login": f"bot{lab.dice.randint(1, 99999)}",
                   "user_email": victim(lab, table, label)}, label)

    return [(when, act) for when in moments(lab, table, table.get("requests", 200))]


def notice_flood(lab, table):
    site, label = "blog", table.get("label", "attack")
    group = clients(lab, table.get("clients", 120))
    owner = lab.directory.add("owner@client.example", label)
    script = f"/srv/www/{site}/wp-content/plugins/guard-notices/alert.php"
    lab.blame(table, site=site, script=script, recipient=owner, neutral=())
    lab.node.run(f"mkdir -p $(dirname {script}); cp /srv/www/alert.php {script}")

    def act(lab):
        Web(lab, site, client=lab.one_of(group)).post(
            "/wp-login.php", {"log": "admin", "pwd": str(lab.dice.random())}, label)

    return [(when, act) for when in moments(lab, table, table.get("requests", 260))]


def front_controller(lab, table):
    """A contact form behind the one /index.php of a site; bodies are not logged."""
    site, path, label = "forum", "/index.php", table.get("label", "spam")
    group = clients(lab, table.get("clients", 60))
    lab.blame(table, site=site, script=f"/srv/www/{site}/components/contact.php", url=path,
              abused=[(site, path)])

    def act(lab):
        Web(lab, site, client=lab.one_of(group)).post(
            path, {"option": "com_contact", "email": victim(lab, table, label),
                   "text": "Claim your prize"}, label)

    return [(when, act) for when in moments(lab, table, table.get("requests", 200))]


def open_relay(lab, table):
    label, group = table.get("label", "spam"), clients(lab, table.get("clients", 6))
    lab.blame(table, clients=group)

    def act(lab):
        submit(lab, lab.one_of(group), None, f"promo{lab.dice.randint(1, 40)}@bulk.example",
               [victim(lab, table, label) for _ in range(lab.dice.randint(1, 6))], label,
               subject=subject(lab, table), port=25)

    return [(when, act) for when in moments(lab, table, table.get("mails", 200))]


def mailbox(lab, table):
    label, login = table.get("label", "spam"), table["mailbox"]
    group = clients(lab, table.get("clients", 25))
    lab.blame(table, mailbox=login, clients=group if not table.get("webmail") else None)

    def guess(lab):
        submit(lab, lab.one_of(group), login, login, ["x@mail.example"], label,
               password=f"guess{lab.dice.random()}")

    def act(lab):
        recipients = [victim(lab, table, label) for _ in range(lab.dice.randint(2, 8))]
        if table.get("webmail"):
            from mta import PASSWORD
            Web(lab, "webmail", client=lab.one_of(group)).post(
                "/send.php", {"user": login, "password": PASSWORD, "to": " ".join(recipients),
                              "subject": subject(lab, table), "text": "Claim now"}, label)
        else:
            submit(lab, lab.one_of(group), login,
                   login if not table.get("forged") else f"info{lab.dice.randint(1, 99)}@"
                   f"{lab.dice.choice(BULK)}", recipients, label, subject=subject(lab, table))

    guesses = [(table.get("begin", 35) - 20 + lab.dice.uniform(0, 18), guess)
               for _ in range(table.get("guesses", 30))]
    return guesses + [(when, act) for when in moments(lab, table, table.get("mails", 150))]


def rogue_process(lab, table):
    """A program that a user's crontab or shell started: no web request explains it."""
    label, user = table.get("label", "spam"), table.get("user", "dev")
    carrier = clients(lab, 1)[0] if table.get("arrival") == "ssh" else None
    if carrier:
        table = {**table, "entry": [f"Accepted password for {user} from {carrier} port"]}
    lab.blame(table, user=user)
    program = f"/home/{user}/.cache/{table['program']}"
    count = table.get("mails", 300)
    length = table.get("length", 40)
    lab.node.run(f"mkdir -p $(dirname {program}); cp /srv/www/programs/{table['program']} "
                 f"{program}; chmod 755 {program}")

    def act(lab):
        targets = "\n".join(victim(lab, table, label) for _ in range(count)) + "\n"
        command = f"cd $(dirname {program}) && {program} {length / count:.3f} {label}"
        if carrier:
            ssh("ssh", carrier, user, command, text=targets, seconds=length * 3 + 30)
        else:
            lab.node.run(command, user=user, text=targets, seconds=length * 3 + 30)

    tries = guesses(lab, table, user, carrier) if carrier else []
    return tries + [(table.get("begin", 35), act)]


def direct_bot(lab, table):
    """A program speaks SMTP straight to other servers; no log of the mail server knows of it. Of what
    those accept, some comes back as bounces to the sender that it made up."""
    label, user = table.get("label", "spam"), table.get("user", "dev")
    sender = table.get("sender", "info@shop.example")
    count, length = table.get("mails", 300), table.get("length", 40)
    domains = BULK + tuple(f"firm{number}.example" for number in range(table.get("domains", 60)))
    program = f"/home/{user}/.cache/direct.py"
    if not table.get("unseen"):
        lab.blame(table, user=user)
        lab.blamed[-1].update(route="rogue-process", connections=count)
    lab.node.run(f"mkdir -p $(dirname {program}); cp /srv/www/programs/direct.py {program}"
                 f"; chmod 755 {program}")

    def act(lab):
        targets = [lab.directory.make(label, domains, unknown=0.22) for _ in range(count)]
        lab.node.run(f"cd $(dirname {program}) && {program} {length / count:.3f} {label} {sender}",
                     user=user, text="\n".join(targets) + "\n", seconds=length * 3 + 30)

    def bounce(lab):
        submit(lab, f"198.51.100.{lab.dice.randint(20, 219)}", None, "", [sender], "neutral",
               port=25, subject="Undelivered Mail Returned to Sender",
               extra="Auto-Submitted: auto-replied\r\n")

    return [(table.get("begin", 35), act)] + [
        (when + 2, bounce) for when in moments(lab, table, table.get("bounces", 0))]


def backscatter(lab, table):
    label, forged = table.get("label", "attack"), table["recipient"]
    lab.blame(table, recipient=forged)

    def act(lab):
        number = lab.dice.randint(20, 219)
        submit(lab, f"198.51.100.{number}", None, "", [forged], label, port=25,
               subject="Undelivered Mail Returned to Sender",
               extra="Auto-Submitted: auto-replied\r\n")

    return [(when, act) for when in moments(lab, table, table.get("mails", 250))]


KINDS = {function.__name__.replace("_", "-"): function for function in (
    uploaded_script, form_abuse, vulnerable_script, front_controller, registration_flood, notice_flood, open_relay,
    mailbox, rogue_process, direct_bot, backscatter)}
