#!/usr/bin/env python3
"""make-sample.py [--check]: writes tests/data/sample, the logs that `./dev run` shows.

One morning of a small hosting server, invented from a seed by tests/golden/world.py:
a shop, mailboxes, a newsletter, and a mailer script dropped into one site. Names and
addresses are those of RFC 2606 and RFC 5737. All stamps name their year, so that the
report is the same whenever the files were unpacked. --check only compares.
"""

import gzip
import os
import sys
import time

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
SAMPLE = os.path.join(ROOT, "tests", "data", "sample")
BYTES_MAX = 150_000
sys.path.insert(0, os.path.join(ROOT, "tests", "golden"))
sys.dont_write_bytecode = True
import mta  # noqa: E402
import world  # noqa: E402

README = """\
Logs of a server that never was, made by tools/make-sample.py: `./dev run` traces them
where a host has none of its own. Do not edit them; change the script and run it.
"""


def newsletter(server):
    for number, when in enumerate(server.during(240, begin=300, length=1000)):
        outcome = "unknown" if number == 77 else "sent"
        server.mta.local(when, 1010, "news", "newsletter@shop.example",
                         [mta.Delivery(f"reader{number}@{world.FREE[number % 4]}", outcome)])


def dovecot_line(when, text):
    """Dovecot's own form, without a year, becomes what rsyslog writes for it."""
    stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(when))
    return when, f"{stamp}.{int(when % 1 * 1e6):06d}+00:00 web7 dovecot: " + text[16:].replace(
        "Info: ", "", 1)


def make():
    """{file name: bytes}"""
    server = world.World("sample", mta.PostfixIso)
    world.uploaded_script(server)
    newsletter(server)
    server.honest()
    texts = {"mail.log": server.mta.text(),
             "dovecot.log": world.in_order(dovecot_line(*one) for one in server.logins),
             "php-mail.log": world.in_order(server.php)}
    for site, lines in server.access.items():
        texts[f"access/{site}.example.log"] = world.in_order(lines)
    files = {f"{name}.gz": gzip.compress(text.encode(), 9, mtime=0)
             for name, text in texts.items()}
    files["README"] = README.encode()
    files["passwd"] = ("news:x:1010:1010::/srv/news:/bin/sh\n" + "".join(
        f"{user}:x:{uid}:{uid}::/srv/www/{site}:/bin/sh\n"
        for site, (user, uid) in world.USERS.items())).encode()
    return files


def unpacked(name, data):
    return gzip.decompress(data) if name.endswith(".gz") else data


def differences(files):
    """What differs once it is unpacked: another zlib packs otherwise."""
    wrong = []
    for name, data in files.items():
        try:
            with open(os.path.join(SAMPLE, name), "rb") as file:
                if unpacked(name, file.read()) != unpacked(name, data):
                    wrong.append(f"{name} is not what tools/make-sample.py makes")
        except OSError as error:
            wrong.append(f"{name}: {error.strerror}")
    return wrong


def main():
    files = make()
    size = sum(len(data) for data in files.values())
    if size > BYTES_MAX:
        sys.exit(f"make-sample.py: {size} bytes are too many for the repository")
    if "--check" in sys.argv:
        wrong = differences(files)
        for line in wrong:
            print(line)
        return bool(wrong)
    for name, data in files.items():
        path = os.path.join(SAMPLE, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    print(f"{len(files)} files, {size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
