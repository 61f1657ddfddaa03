"""innocents - what looks like an outbreak and is none: the [[innocent]] tables of the scenarios.

Each function gets the lab and its table, and gives [(second, action)], like those of abuse.
"""

from mta import MAILBOXES
from people import FREE, Web, home, reader, submit


def newsletter(lab, table):
    """Cron starts the customer's newsletter: many mails at once, hardly any unknown."""
    count, length = table.get("mails", 700), table.get("length", 40)
    targets = [lab.directory.make("ham", FREE, unknown=0.003, later=table.get("later", 0.02))
               for _ in range(count)]

    def act(lab):
        lab.node.run(f"/srv/www/programs/newsletter.pl {length / count:.3f} "
                     f"{table.get('sender', 'newsletter@shop.example')}",
                     user=table.get("user", "news"), text="\n".join(targets) + "\n",
                     seconds=length * 3 + 30)

    return [(table.get("begin", 30), act)]


def web_newsletter(lab, table):
    """The shop's owner presses a button: one request, hundreds of mails."""
    targets = [lab.directory.make("ham", FREE, unknown=0.003, later=0.02)
               for _ in range(table.get("mails", 500))]

    def act(lab):
        Web(lab, "shop", client=home("sales@shop.example")).browse("/", "/newsletter.php").post(
            "/newsletter.php", {"to": "\n".join(targets)})

    return [(table.get("begin", 30), act)]


def mailing_list(lab, table):
    """Mail to the list goes out to its members."""
    members = [lab.directory.add(f"member{number}@{FREE[number % 3]}", "ham")
               for number in range(table.get("members", 40))]
    lab.node.write("/etc/list-members", "\n".join(members) + "\n")

    def act(lab):
        submit(lab, f"198.51.100.{lab.dice.randint(20, 219)}", None,
               lab.dice.choice(members), ["list@forum.example"], "ham", port=25,
               subject="[list] Re: question")

    return [(lab.dice.uniform(5, 80), act) for _ in range(table.get("mails", 25))]


def forwards(lab, table):
    """Much mail comes in for forwarded addresses, notices and newsletters among it."""
    def act(lab):
        submit(lab, f"198.51.100.{lab.dice.randint(20, 219)}", None,
               lab.dice.choice((f"news{lab.dice.randint(1, 30)}@post.example",
                                f"bounces@mail{lab.dice.randint(1, 9)}.example")),
               [lab.dice.choice(table["to"])], "ham", port=25, subject="Your weekly digest")

    return [(lab.dice.uniform(25, 75), act) for _ in range(table.get("mails", 200))]


def sixty_people(lab, table):
    """A user mails the club once, each member alone."""
    login = table.get("mailbox", MAILBOXES[0])
    targets = [reader(lab) for _ in range(60)]

    def mail(to):
        return lambda lab: submit(lab, home(login), login, login, [to], "ham",
                                  subject="Invitation to the summer party")

    return [(40 + number * 0.4, mail(to)) for number, to in enumerate(targets)]


def password_mails(lab, table):
    """A site moved: its owner has every user's password mail sent again, on the command line."""
    targets = [lab.directory.make("ham", FREE, unknown=0.02, later=0.02)
               for _ in range(table.get("mails", 500))]

    def act(lab):
        lab.node.run("php -d mail.log=/var/log/php-mail.log -d mail.add_x_header=1 "
                     "-d auto_prepend_file=/srv/www/token.php /srv/www/blog/wp-resend.php",
                     user="web_blog", text="\n".join(targets) + "\n", seconds=200)

    return [(table.get("begin", 30), act)]


def probes(lab, table):
    """Programs that connect to port 25 elsewhere: a monitor watches some servers, and a site hands
    its mail to a provider's."""
    watched = [f"mx.firm{number}.example" for number in range(table.get("servers", 12))]

    def watch(lab):
        lab.node.run(f"/srv/www/programs/probe.py 0.4 {table.get('rounds', 14)}", user="monitor",
                     text="\n".join(watched) + "\n", seconds=200)

    def relay(lab):
        lab.node.run("/srv/www/programs/probe.py 0.5 60", user="web_shop",
                     text="mx.provider.example\n", seconds=200)

    return [(2, watch), (table.get("begin", 30), relay)]


KINDS = {function.__name__.replace("_", "-"): function for function in (
    newsletter, web_newsletter, mailing_list, forwards, sixty_people, password_mails, probes)}
