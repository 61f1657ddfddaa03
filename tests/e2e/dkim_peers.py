#!/usr/bin/env python3
"""dkim_peers.py WEIR: what weir signs others verify, and the other way round; prints TAP.

Peers: OpenDKIM (its filter in test mode, keys from a file), dkimpy (Debian's python3-dkim, in a
python of Debian's own), and rspamd (tests/e2e/rspamd_peer.py, unpacked: as root, with apt-get). Each
peer, kind of key and form is a case, in which mails are changed, too: a peer that passes
everything proves nothing. What is not there is left out, and said.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

for folder_of in ("", "../range"):
    sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), folder_of))
sys.dont_write_bytecode = True
import packages  # noqa: E402
import tap  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
OPENDKIM = shutil.which("opendkim", path="/usr/sbin:/usr/bin:/usr/local/sbin")
PYTHON = "/usr/bin/python3"  # Debian's, which has Debian's modules
DOMAIN = "example.org"
KINDS = ("rsa", "ed25519")  # the names of their selectors, too
HERE = os.path.dirname(os.path.abspath(__file__))
FORMS = ("simple", "relaxed")
BODIES = {
    "plain": b"Hello,\r\nworld\r\n",
    "blanks": b"a  b \t \r\n \r\n\tc\r\n\r\n\r\n",
    "empty": b"",
    "long": b"x" * 3000 + b"\r\n" + b"y z " * 300 + b"\r\n",
}
HEADER = (b"From: Anna <anna@example.org>\r\nTo: bob@example.net,\r\n carol@example.com\r\n"
          b"Subject: Rechnung   4711\r\n\t und mehr\r\nDate: Fri, 11 Jul 2003 21:00:37 -0700\r\n"
          b"Message-ID: <1@example.org>\r\nMIME-Version: 1.0\r\n\r\n")

DKIMPY = r"""
import sys, dkim
record = open(sys.argv[2], "rb").read().strip()
mail = sys.stdin.buffer.read()
def dns(name, timeout=5):
    return record
if sys.argv[1] == "verify":
    try:
        print(dkim.verify(mail, dnsfunc=dns))
    except dkim.DKIMException as error:
        print(False, error)
else:
    key, kind, forms = open(sys.argv[3], "rb").read(), sys.argv[4].encode(), sys.argv[5]
    field = dkim.sign(mail, kind, b"%s", key, signature_algorithm=kind + b"-sha256",
                      canonicalize=tuple(form.encode() for form in forms.split("/")))
    sys.stdout.buffer.write(field + mail)
""" % DOMAIN


class Room:
    """A folder with a key of each kind, its record, and what weir and a peer make of mails."""

    def __init__(self, folder):
        self.folder = folder
        self.records = {}
        for kind in KINDS:
            out = subprocess.run([WEIR, "dkim", "keygen", "--type", kind, "--selector", kind,
                                  "--out", self.path(kind + ".key"), DOMAIN], capture_output=True,
                                 text=True, check=True, timeout=60).stdout
            self.records[kind] = re.search(r"^v=DKIM1.*$", out, re.M).group(0)
            self.write(kind + ".zone",
                       f'{kind}._domainkey.{DOMAIN} TXT "{self.records[kind]}"\n'.encode())
            self.write(kind + ".keys",
                       f"{kind}._domainkey.{DOMAIN} {self.records[kind]}\n".encode())
            self.write(kind + ".txt", self.records[kind].encode())
        # dkimpy wants Ed25519 keys as their 32 bytes in base64, the last ones of PKCS#8.
        pem = self.read("ed25519.key").decode()
        der = base64.b64decode("".join(pem.splitlines()[1:-1]))
        self.write("ed25519.seed", base64.b64encode(der[-32:]))

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, data):
        with open(self.path(name), "wb") as file:
            file.write(data)
        return self.path(name)

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def weir_sign(self, kind, header_form, body_form, mail):
        return subprocess.run([WEIR, "dkim", "sign", "--domain", DOMAIN, "--selector", kind,
                               "--key", self.path(kind + ".key"), "--header-canonicalization",
                               header_form, "--body-canonicalization", body_form, "-"], input=mail,
                              capture_output=True, check=True, timeout=60).stdout

    def weir_verify(self, kind, mail):
        done = subprocess.run([WEIR, "dkim", "verify", "--json", "--zone",
                               self.path(kind + ".zone"), "-"], input=mail, capture_output=True,
                              check=False, timeout=60)
        return json.loads(done.stdout)


# ---- the peers: sign(room, kind, header form, body form, mail), verify(room, kind, mail) ----

def opendkim(room, settings, mail):
    config = room.write("opendkim.conf", settings.encode())
    path = room.write("mail.eml", mail)
    return subprocess.run([OPENDKIM, "-x", config, "-t", path, "-vvv"], capture_output=True,
                          text=True, check=False, timeout=60)


def opendkim_sign(room, kind, header_form, body_form, mail):
    done = opendkim(room, f"Mode s\nDomain {DOMAIN}\nSelector {kind}\nRequireSafeKeys no\n"
                          f"KeyFile {room.path(kind + '.key')}\nOversignHeaders From\n"
                          f"SignatureAlgorithm {kind}-sha256\n"
                          f"Canonicalization {header_form}/{body_form}\n", mail)
    found = re.search(r"hname='DKIM-Signature' hvalue='([^']*)'", done.stdout)
    assert found, done.stdout + done.stderr
    field = "DKIM-Signature: " + found.group(1).lstrip(" ")
    return field.replace("\n", "\r\n").encode() + b"\r\n" + mail


def opendkim_verify(room, kind, mail):
    done = opendkim(room, f"Mode v\nTestPublicKeys {room.path(kind + '.keys')}\n"
                          "RequireSafeKeys no\nAlwaysAddARHeader yes\n", mail)
    found = re.search(r"dkim=(\w+)", done.stdout)
    assert found, done.stdout + done.stderr
    return found.group(1) == "pass"


def dkimpy(room, *arguments, mail):
    script = room.write("peer.py", DKIMPY.encode())
    return subprocess.run([PYTHON, script, *arguments], input=mail, capture_output=True, check=True,
                          timeout=60, cwd=room.folder).stdout


def dkimpy_sign(room, kind, header_form, body_form, mail):
    key = room.path("ed25519.seed" if kind == "ed25519" else "rsa.key")
    return dkimpy(room, "sign", room.path(kind + ".txt"), key, kind,
                  f"{header_form}/{body_form}", mail=mail)


def dkimpy_verify(room, kind, mail):
    return dkimpy(room, "verify", room.path(kind + ".txt"), mail=mail).startswith(b"True")


def has_dkimpy():
    return subprocess.run([PYTHON, "-c", "import dkim, nacl"], capture_output=True,
                          check=False).returncode == 0 if os.path.exists(PYTHON) else False


class Rspamd:
    """rspamd in a namespace; a question is a mail."""

    PACKAGES = ("rspamd", "libhyperscan5", "libluajit-5.1-2", "libluajit-5.1-common")

    def __init__(self, room):
        packages.FOLDER = os.path.join(HERE, "..", "..", "build-range", "packages")
        folder = os.path.abspath(packages.unpack("rspamd", self.PACKAGES))
        # Ed25519 it takes as the key's 32 bytes in base64, as keygen says, and not from PEM.
        keys = {"rsa": "rsa.key", "ed25519": "ed25519.seed"}
        records = {kind: [room.records[kind], room.path(keys[kind])] for kind in KINDS}
        path = room.write("records.json", json.dumps(records).encode())
        self.process = subprocess.Popen(
            ["unshare", "-n", "-m", sys.executable, os.path.join(HERE, "rspamd_peer.py"), folder, path,
             DOMAIN], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            text=True)
        if self.process.stdout.readline() != "ready\n":
            self.close()
            raise OSError("rspamd did not start")

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)

    def ask(self, mail, sign):
        question = {"mail": base64.b64encode(mail).decode(), "sign": sign}
        self.process.stdin.write(json.dumps(question) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def verify(self, _room, _kind, mail):
        return self.ask(mail, False)["pass"]

    def sign(self, mail):
        """The mail with a signature of each key."""
        fields = self.ask(mail, True)["fields"]
        assert len(fields) == len(KINDS), fields
        return "".join(f"DKIM-Signature: {field}\r\n" for field in fields).encode() + mail


def start_rspamd(room):
    """None, and why is said: not root, no packages, no namespaces."""
    if os.geteuid() != 0:
        print("# not root: the cases of rspamd are left out")
        return None
    try:
        return Rspamd(room)
    except (OSError, subprocess.SubprocessError, IndexError) as error:
        print(f"# rspamd: {error}: its cases are left out")
        return None


# ---- cases ----

def combinations():
    for kind in KINDS:
        for header_form in FORMS:
            for body_form in FORMS:
                yield kind, header_form, body_form


def peer_verifies(room, verify, kind, header_form, body_form):
    for name, body in BODIES.items():
        mail = room.weir_sign(kind, header_form, body_form, HEADER + body)
        assert verify(room, kind, mail), f"{name}: not verified: {mail!r}"
        assert not verify(room, kind, mail + b"more\r\n"), f"{name}: verified with a longer body"
        changed = mail.replace(b"4711", b"4712")
        assert not verify(room, kind, changed), f"{name}: verified with another Subject"


def peer_signs(room, sign, verify, kind, header_form, body_form):
    for name, body in BODIES.items():
        mail = sign(room, kind, header_form, body_form, HEADER + body)
        found = room.weir_verify(kind, mail)
        # OpenDKIM 2.11's Ed25519 over a simple header is wrong by its own verifier, too.
        if kind == "ed25519" and header_form == "simple" and not verify(room, kind, mail):
            print("# the peer does not verify what it signed itself, and neither may weir")
            assert found["result"] == "fail", f"{name}: {found}"
            continue
        assert found["result"] == "pass", f"{name}: {found}: {mail!r}"
        found = room.weir_verify(kind, mail + b"more\r\n")
        assert found["result"] == "fail", f"{name}, longer: {found}"
        found = room.weir_verify(kind, mail.replace(b"4711", b"4712"))
        assert found["result"] == "fail", f"{name}, another Subject: {found}"


def rspamd_signs(room, rspamd):
    """Both keys at once, relaxed, as it does."""
    with open(room.path("both.zone"), "wb") as file:
        file.write(b"".join(room.read(kind + ".zone") for kind in KINDS))
    for name, body in BODIES.items():
        mail = rspamd.sign(HEADER + body)
        for changed, want in ((mail, "pass"), (mail + b"more\r\n", "fail"),
                              (mail.replace(b"4711", b"4712"), "fail")):
            found = room.weir_verify("both", changed)["signatures"]
            assert [one["result"] for one in found] == [want, want], f"{name}: {found}: {mail!r}"


def rspamd_cases(room, rspamd):
    for one in combinations():
        yield (f"rspamd verifies weir's: {one[0]}, {one[1]}/{one[2]}",
               lambda one=one: peer_verifies(room, rspamd.verify, *one))
    yield "weir verifies rspamd's: both keys, relaxed", lambda: rspamd_signs(room, rspamd)


def main():
    peers = []
    if OPENDKIM:
        peers.append(("OpenDKIM", opendkim_sign, opendkim_verify))
    else:
        print("# opendkim is not installed: its cases are left out")
    if has_dkimpy():
        peers.append(("dkimpy", dkimpy_sign, dkimpy_verify))
    else:
        print("# python3-dkim or python3-nacl is not installed: the cases of dkimpy are left out")
    with tempfile.TemporaryDirectory(prefix="weir-") as folder:
        room = Room(folder)
        cases = []
        for name, sign, verify in peers:
            for one in combinations():
                words = f"{one[0]}, {one[1]}/{one[2]}"
                cases.append((f"{name} verifies weir's: {words}",
                              lambda verify=verify, one=one: peer_verifies(room, verify, *one)))
                cases.append((f"weir verifies {name}'s: {words}",
                              lambda sign=sign, verify=verify, one=one:
                              peer_signs(room, sign, verify, *one)))
        rspamd = start_rspamd(room)
        if rspamd:
            cases += list(rspamd_cases(room, rspamd))
        if not cases:
            print("1..0 # SKIP neither opendkim nor python3-dkim is installed, nor rspamd unpacked")
            return 0
        try:
            return tap.run(cases)
        finally:
            if rspamd:
                rspamd.close()


sys.exit(main())
