#!/usr/bin/env python3
"""dkim.py DKIM_BENCH [SECONDS]: weir's DKIM and ARC beside libcrypto alone, and beside OpenDKIM
where it is installed: its filter in test mode, the same size of mail, CPU time of the process."""

import os
import resource
import shutil
import subprocess
import sys
import tempfile

OPENDKIM = shutil.which("opendkim", path="/usr/sbin:/usr/bin:/usr/local/sbin")
MAILS = 300
HEADER = ("From: Anna <anna@example.org>\r\nTo: bob@example.net\r\nSubject: Rechnung 4711\r\n"
          "Date: Sun, 1 Mar 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\n")
LINE = "{:04d} the quick brown fox jumps over the lazy dog, once more and again\r\n"


def cpu_of(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def opendkim(folder, kind):
    key, mail, config = (os.path.join(folder, name) for name in (kind, "mail", kind + ".conf"))
    options = ["-pkeyopt", "rsa_keygen_bits:2048"] if kind == "rsa" else []
    subprocess.run(["openssl", "genpkey", "-algorithm", kind, *options, "-out", key], check=True,
                   capture_output=True)
    with open(mail, "w", encoding="ascii", newline="") as file:
        file.write(HEADER + "".join(LINE.format(number) for number in range(62)))
    with open(config, "w", encoding="ascii") as file:
        file.write(f"Mode s\nDomain example.org\nSelector s\nKeyFile {key}\nRequireSafeKeys no\n"
                   f"SignatureAlgorithm {kind}-sha256\nCanonicalization relaxed/relaxed\n")
    one = cpu_of([OPENDKIM, "-x", config, "-t", mail])
    many = cpu_of([OPENDKIM, "-x", config, "-t", ",".join([mail] * MAILS)])
    return (many - one) / (MAILS - 1)


def main():
    subprocess.run(sys.argv[1:3], check=True)
    if not OPENDKIM:
        print("opendkim is not installed: no figures beside it")
        return
    with tempfile.TemporaryDirectory(prefix="weir-") as folder:
        for kind, name in (("rsa", "rsa-2048"), ("ed25519", "ed25519")):
            seconds = opendkim(folder, kind)
            print(f"{'opendkim sign ' + name:<28} {1000 * seconds:8.4f} ms  {1 / seconds:9.0f} /s")


main()
