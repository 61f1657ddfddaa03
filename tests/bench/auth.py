#!/usr/bin/env python3
"""auth.py BUILD [--smoke] [--record]: mail authentication, beside OpenDKIM, libcrypto alone and pyspf.

CPU time of the process, warm keys and answers: what it costs without the DNS. `./dev bench --auth` runs it.
pyspf evaluates the same senders over the same answers, handed to it in memory; opendkim signs the same size of
mail in its filter's test mode. A peer that is not installed has no row.
"""

import argparse
import os
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import bench

try:
    import spf as pyspf
except ImportError:
    pyspf = None

OPENDKIM = shutil.which("opendkim", path="/usr/sbin:/usr/bin:/usr/local/sbin")
MAILS = 300
HEADER = ("From: Anna <anna@example.org>\r\nTo: bob@example.net\r\nSubject: Rechnung 4711\r\n"
          "Date: Sun, 1 Mar 2026 10:00:00 +0000\r\nMessage-ID: <1@example.org>\r\n\r\n")
LINE = "{:04d} the quick brown fox jumps over the lazy dog, once more and again\r\n"
BEGIN, END = "<!-- auth -->", "<!-- /auth -->"

# What is promised: the row, and its ceiling in milliseconds of CPU.
BARS = (("spf evaluation", 0.01), ("dkim verify rsa-2048", 0.1), ("dkim sign rsa-2048", 0.5))


def cpu_of(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def opendkim_ms(folder, kind):
    """One signature: what many mails take more than one, so that its start does not count."""
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
    return 1000 * (many - one) / (MAILS - 1)


def read_answers(text):
    """(name, type) → what pyspf wants of its DNS: the forms of its own test driver."""
    answers = {}
    for line in text.splitlines():
        name, kind, data = line.split(" ", 2)
        if kind == "TXT":
            data = (data.strip('"').encode(),)
        elif kind == "MX":
            number, host = data.split()
            data = (int(number), host)
        answers.setdefault((name, kind), []).append(data)
    return answers


def pyspf_ms(auth_bench, seconds):
    zone, senders = subprocess.run([auth_bench, "--show"], check=True, capture_output=True,
                                   text=True).stdout.split("\n\n", 1)
    answers = read_answers(zone)
    pyspf.DNSLookup = lambda name, kind, *_, **__: [
        ((name, kind), one) for one in answers.get((name.rstrip(".").lower(), kind), [])]
    rows = [line.split() for line in senders.split("\n") if line]
    count, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        for sender, wanted in rows:
            result = pyspf.check2("192.0.2.1", sender, "mail.example")[0]
            assert result == wanted, f"pyspf says {result} of {sender}, not {wanted}"
            count += 1
    return 1000 * (time.process_time() - start) / count


def weir_rows(build, seconds):
    """[(name, milliseconds)] of weir and of libcrypto alone."""
    said = subprocess.run([os.path.join(build, "auth_bench"), str(seconds)], check=True,
                          capture_output=True, text=True).stdout
    rows = [("spf evaluation", 1000 / float(re.match(r"spf (\d+) evaluations/s", said)[1]))]
    said = subprocess.run([os.path.join(build, "dkim_bench"), str(seconds)], check=True,
                          capture_output=True, text=True).stdout
    for line in said.splitlines():
        name, milliseconds = re.match(r"(.*?)\s{2,}([\d.]+) ms", line).groups()
        rows.append((name.replace("bare", "libcrypto alone,"), float(milliseconds)))
    return rows


def medians(build, seconds, runs):
    found = {}
    for _ in range(runs):
        for name, milliseconds in weir_rows(build, seconds):
            found.setdefault(name, []).append(milliseconds)
    rows = [(name, statistics.median(values)) for name, values in found.items()]
    if pyspf:
        rows.insert(1, ("pyspf, the same senders", pyspf_ms(os.path.join(build, "auth_bench"), seconds)))
    if OPENDKIM:
        with tempfile.TemporaryDirectory(prefix="weir-") as folder:
            for kind, name in (("rsa", "rsa-2048"), ("ed25519", "ed25519")):
                at = [row[0] for row in rows].index(f"dkim sign {name}") + 1
                rows.insert(at, (f"opendkim, sign {name}", opendkim_ms(folder, kind)))
    return rows


def table(rows):
    lines = ["| what | ms of CPU | a second of CPU |", "| --- | ---: | ---: |"]
    return lines + [f"| {name} | {value:.4f} | {1000 / value:,.0f} |" for name, value in rows]


def record(lines):
    path = os.path.join(bench.ROOT, "docs", "BENCHMARKS.md")
    with open(path, encoding="utf-8") as file:
        head, rest = file.read().split(BEGIN, 1)
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + BEGIN + "\n" + "\n".join(lines) + "\n" + END + rest.split(END, 1)[1])


def main():
    parser = argparse.ArgumentParser(prog="./dev bench --auth")
    parser.add_argument("build", help="the folder of auth_bench and dkim_bench")
    parser.add_argument("--smoke", action="store_true", help="a moment, no verdict")
    parser.add_argument("--record", action="store_true", help="write docs/BENCHMARKS.md")
    arguments = parser.parse_args()
    seconds, runs = (0.05, 1) if arguments.smoke else (1, 5)
    rows = medians(arguments.build, seconds, runs)
    lines = [f"{bench.version()}, {time.strftime('%Y-%m-%d')}, {bench.machine()}.", "", *table(rows)]
    print("\n".join(lines))
    if arguments.record:
        record(lines)
    if arguments.smoke:
        return 0
    values = dict(rows)
    missed = [f"{name}: {values[name]:.4f} ms, the bar is {bar} ms" for name, bar in BARS
              if values[name] > bar]
    print("\n".join(["", *missed]) if missed else "\nEvery bar is met.")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
