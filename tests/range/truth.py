"""truth - which mail was what: from the mails themselves, and for those that nobody took,
from their recipients.

The body of every mail of the range ends with TOKEN:label, and the node's own Received line
holds the queue id.
"""

import os
import re
from email.parser import Parser

from lab import HOST

TOKEN = re.compile(r"^TOKEN:([\w-]+)", re.M)


def own_ids(text, pattern):
    """The queue ids that the node gave to this mail, the last hop's first."""
    ids = []
    for line in Parser().parsestr(text, headersonly=True).get_all("Received", []):
        found = pattern.search(line)
        if found:
            ids.append(found.group(1))
    return ids


def is_own_bounce(text):
    """A notice that the node itself wrote about another mail."""
    sender = Parser().parsestr(text, headersonly=True).get("From", "")
    return "mailer-daemon" in sender.lower() and ("@" not in sender or HOST in sender)


def local_mails(folder):
    for root, _, names in os.walk(folder):
        for name in sorted(names):
            if os.path.basename(root) in ("new", "cur"):
                with open(os.path.join(root, name), encoding="utf-8", errors="replace") as file:
                    yield file.read()


class Truth:
    def __init__(self, mta, directory):
        self.mta, self.directory = mta, directory
        self.labels, self.samples = {}, {}
        self.mails = {}  # queue id -> any one id of the same mail, which may have several

    def take(self, text):
        token = TOKEN.search(text)
        if not token or is_own_bounce(text):
            return
        ids = own_ids(text, self.mta.received)
        for one in ids:
            self.labels[one] = token.group(1)
            self.mails.setdefault(one, ids[0])
        kept = self.samples.setdefault(token.group(1), [])
        if len(kept) < 3:
            kept.append(text.removesuffix(".\n"))

    def take_untaken(self, log):
        """Mails that no server took: known by their recipients."""
        mail_to = {}
        for one, recipient in self.mta.deliveries(log):
            label = self.directory.label(recipient.lower())
            if label and one not in self.labels:
                self.labels[one] = label
                self.mails[one] = self.mails.get(mail_to.get(recipient), one)
            mail_to[recipient] = one

    def count(self, label):
        """How many mails there are of this label: some have several queue ids."""
        return len({self.mails[one] for one, said in self.labels.items() if said == label})

    def collect(self, sink, folder, log):
        for _, _, text in sink.messages:
            self.take(text)
        for text in local_mails(folder):
            self.take(text)
        self.take_untaken(log)
        return self.labels
