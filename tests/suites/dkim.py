#!/usr/bin/env python3
"""dkim.py WEIR: DKIM against ../shared/suites/dkim, through the program; prints TAP.

mail-dkim: every row of expect.tsv, with --allow-old, for the corpus is of the time of rsa-sha1, short
keys and g=. "invalid" there is what RFC 8601 calls neutral, permerror or temperror.
The same once more without: what passes then must not need history. dkimpy: the messages of RFC 6376
and RFC 8463, the private keys, and records with one thing wrong each.
"""

import json
import os
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("WEIR_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
CORPUS = os.path.join(SHARED, "suites", "dkim", "mail-dkim")
DKIMPY = os.path.join(SHARED, "suites", "dkim", "dkimpy")
INVALID = ("neutral", "permerror", "temperror")
NOW = "1700000000"


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def fake_dns():
    """Mail::DKIM's list of answers as a zone file of weir's."""
    lines = []
    with open(os.path.join(CORPUS, "FAKE_DNS.dat"), encoding="utf-8") as file:
        for line in file:
            if not line.strip() or line.startswith("#"):
                continue
            name, text = line.rstrip("\n").split(None, 1)
            if text.startswith("~~"):
                lines.append(f"{name} TXT {'timeout' if 'timed' in text else 'failed'}")
            elif text != "NXDOMAIN":
                lines.append(f"{name} TXT {quoted('' if text == chr(34) * 2 else text)}")
    return "\n".join(lines) + "\n"


def verify(weir, zone, messages, *options, folder=None):
    done = subprocess.run([weir, "dkim", "verify", "--json", "--zone", zone, *options, "--",
                           *messages], cwd=folder, capture_output=True, text=True, timeout=60,
                          check=False)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(found) == len(messages), done.stderr
    return found


def corpus(weir, zone):
    with open(os.path.join(CORPUS, "expect.tsv"), encoding="utf-8") as file:
        rows = [line.split() for line in file if line.strip() and not line.startswith("#")]
    messages = [name for name, _ in rows]
    folder = os.path.join(CORPUS, "corpus")
    old = verify(weir, zone, messages, "--allow-old", folder=folder)
    new = verify(weir, zone, messages, folder=folder)
    for (name, want), one in zip(rows, old):
        good = one["result"] in INVALID if want == "invalid" else one["result"] == want
        yield name, "" if good else f"want {want}, found {one['result']}: {one['signatures']}"
    for one in new:
        if one["result"] != "pass":
            continue
        weak = [signature for signature in one["signatures"] if signature["result"] == "pass" and
                (signature["algorithm"] == "rsa-sha1" or
                 (signature["algorithm"] == "rsa-sha256" and signature["key_bits"] < 1024))]
        yield f"{one['message']} passes by RFC 8301", str(weak) if weak else ""


def read(name):
    with open(os.path.join(DKIMPY, name), encoding="utf-8") as file:
        return file.read()


def sign(weir, room, message, selector, key, domain, *options):
    done = subprocess.run([weir, "dkim", "sign", "--domain", domain, "--selector", selector, "--key",
                           os.path.join(DKIMPY, key), "--time", NOW, *options,
                           os.path.join(DKIMPY, message)], capture_output=True, timeout=60,
                          check=False)
    path = os.path.join(room, f"{message}.{selector}.signed")
    with open(path, "wb") as file:
        file.write(done.stdout)
    return path, done


def dkimpy_zone(room):
    rsa = read("test.txt").strip()
    path = os.path.join(room, "dkimpy.zone")
    records = {
        "brisbane._domainkey.football.example.com":
            "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "test._domainkey.football.example.com": rsa,
        "sed._domainkey.test.ex": read("eximtest.dns").strip(),
        "test._domainkey.example.com": rsa,
        "test2._domainkey.example.com": read("test2.txt").strip(),
        "ed._domainkey.example.com": read("ed25519test.dns").strip(),
        "badk._domainkey.example.com": read("badk.txt").strip(),
        "badversion._domainkey.example.com": read("badversion.txt").strip(),
        "bad._domainkey.example.com": read("test_bad.txt").strip(),
        "tlsrpt._domainkey.example.com": read("test_tlsrpt.txt").strip(),
    }
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(f"{name} TXT {quoted(text)}\n" for name, text in records.items())
    return path


def expect(weir, zone, path, results):
    one = verify(weir, zone, [path], "--time", NOW)[0]
    found = [signature["result"] for signature in one["signatures"]]
    return "" if found == results else f"want {results}, found {one}"


def dkimpy(weir, room):
    zone = dkimpy_zone(room)
    for name, results in (("rfc6376.signed.msg", ["pass", "pass"]), ("ed25519test2.msg", ["pass"])):
        yield name, expect(weir, zone, os.path.join(DKIMPY, name), results)
    for message in ("rfc6376.msg", "test.message", "test_extra.message", "ed25519test.msg",
                    "test2.message", "message.mbox"):
        path, done = sign(weir, room, message, "test", "test.private", "example.com")
        results = ["pass"] + ["permerror"] * read(message).count("\nDKIM-Signature:")
        wrong = done.stderr.decode() or expect(weir, zone, path, results)
        yield f"{message}, signed by test.private", wrong
    path, done = sign(weir, room, "test_nofrom.message", "test", "test.private", "example.com")
    yield "test_nofrom.message is not signed", "" if done.returncode == 3 else str(done)
    for selector, key, results in (("ed", "ed25519test.key", ["pass"]),
                                   ("test2", "test2.private", ["pass"]),
                                   ("badk", "test.private", ["permerror"]),
                                   ("badversion", "test.private", ["permerror"]),
                                   ("bad", "test.private", ["permerror"]),
                                   ("tlsrpt", "test.private", ["permerror"])):
        path, done = sign(weir, room, "test.message", selector, key, "example.com")
        yield f"{key} and its record {selector}", expect(weir, zone, path, results)
    path, _ = sign(weir, room, "rfc6376.msg", "brisbane", "rfc8032_7_1.key",
                   "football.example.com", "--headers", "from:to:subject:date:message-id")
    yield "rfc8032_7_1.key", expect(weir, zone, path, ["pass"])


def main():
    weir = os.path.abspath(sys.argv[1])
    if not os.path.isdir(CORPUS):
        print(f"1..0 # SKIP {os.path.normpath(CORPUS)} is not here")
        return
    with tempfile.TemporaryDirectory(prefix="weir-") as room:
        zone = os.path.join(room, "zone")
        with open(zone, "w", encoding="utf-8") as file:
            file.write(fake_dns())
        results = list(corpus(weir, zone)) + list(dkimpy(weir, room))
    print(f"1..{len(results)}")
    for number, (name, wrong) in enumerate(results, 1):
        for line in wrong.splitlines():
            print(f"# {name}: {line}")
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    passed = sum(not wrong for _, wrong in results)
    print(f"# {passed}/{len(results)}")


main()
