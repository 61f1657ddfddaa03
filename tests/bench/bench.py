#!/usr/bin/env python3
"""Measures weir against grep, pflogsumm and GoAccess on generated logs, and beside YARA and ClamAV on
a generated web root.

    ./dev bench [--quick | --smoke] [--flat] [--record]

Whole processes, LC_ALL=C, warm cache; runs of the things compared alternate, and
the median of each is taken. CPU is user + system. The peak is what the kernel
counted for the process; nothing reads as less than this script's own size at the
time of the fork, which is printed. Output goes to a file: GNU grep stops at the
first match when it writes to /dev/null.

--quick   50 MB of mail log and 100 MB of access log instead of 500 MB and 1 GB, 4,000 files for 40,000
--smoke   5 MB, 10 MB and 400 files, once: does it run at all? No verdict.
--scan    the web root only
--flat    also traces a log twice as long (and of the same density): does memory grow?
--record  writes the result into docs/BENCHMARKS.md
Exits 1 when a bar of the project is missed.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import webroot  # noqa: E402

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
CACHE = os.path.join(ROOT, "build", "bench")
WEIR = os.path.join(ROOT, "build", "weir")
GENERATE = os.path.join(ROOT, "build", "tests", "bench", "generate")
QUEUE_ID_REGEX = r"postfix/(pickup|smtpd|qmgr)\[[0-9]+\]: [0-9A-Za-z]{10,}: "
BEGIN, END = "<!-- bench -->", "<!-- /bench -->"

MAIL_PEAK_MIB = 64
ACCESS_MB_S_CORE = 500
SCAN_MB_S_CORE = 100
SCAN_PEAK_MIB = 128

# What both peers are given: a handful of the words that shells are known by. Neither looks further.
SIGNATURES = ("eval(base64_decode(", "eval(gzinflate(", "assert($_POST[", "system($_GET[", "FilesMan",
              "c99shell", "r57shell", "preg_replace('/.*/e'")


class Run:
    """One run of one process."""

    def __init__(self, command):
        start = time.monotonic()
        with open(os.path.join(CACHE, "output"), "wb") as output:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.PIPE,
                cwd=CACHE, env={**os.environ, "LC_ALL": "C"},
            )
            errors = process.stderr.read()
            _, status, usage = os.wait4(process.pid, 0)
        self.wall = time.monotonic() - start
        self.cpu = usage.ru_utime + usage.ru_stime
        self.peak_mib = usage.ru_maxrss / 1024
        self.status = os.waitstatus_to_exitcode(status)
        process.returncode = self.status
        self.errors = errors.decode(errors="replace")


class Subject:
    """A command to measure, and what its runs took."""

    def __init__(self, name, command, size_bytes, good=(0,)):
        self.name, self.command, self.size_mb = name, command, size_bytes / 1e6
        self.good, self.runs = good, []

    def run(self):
        run = Run(self.command)
        if run.status not in self.good:
            sys.exit(f"bench: {self.name} ended with {run.status}: {run.errors.strip()[-500:]}")
        self.runs.append(run)
        return run

    def median(self, what):
        return statistics.median(getattr(run, what) for run in self.runs)

    wall = property(lambda self: self.median("wall"))
    cpu = property(lambda self: self.median("cpu"))
    peak_mib = property(lambda self: max(run.peak_mib for run in self.runs))


def generate(mail_mb, access_mb, days):
    """The directory with these logs, made once and kept under build/bench."""
    stamp = int(os.path.getmtime(GENERATE))
    name = f"{mail_mb}-{access_mb}-{days}"
    directory = os.path.join(CACHE, name)
    mark = os.path.join(directory, "made-by")
    if os.path.exists(mark) and open(mark, encoding="ascii").read() == str(stamp):
        return directory
    os.makedirs(directory, exist_ok=True)
    note(f"Generating {mail_mb} MB of mail log and {access_mb} MB of access log")
    subprocess.run(
        [GENERATE, "--out", directory, "--mail-mb", str(mail_mb), "--access-mb", str(access_mb),
         "--days", str(days)],
        check=True, stdout=subprocess.DEVNULL,
    )
    with open(mark, "w", encoding="ascii") as file:
        file.write(str(stamp))
    return directory


def note(text):
    print(text, file=sys.stderr, flush=True)


def warm(*paths):
    for path in paths:
        with open(path, "rb") as file:
            while file.read(1 << 22):
                pass


def measure(subjects, runs):
    """Runs them in turn, so that whatever else the machine does hits all alike."""
    for number in range(runs):
        for subject in subjects:
            if number and subject.runs[0].wall * runs > 120:
                continue  # minutes each: once is enough to tell 30 times from 1
            note(f"  {number + 1}/{runs} {subject.name}")
            subject.run()


def table(title, subjects, base):
    """Lines of a Markdown table, aligned so that it reads on a terminal too."""
    rows = [("what", "wall s", "CPU s", "MB/s", "MB/s of CPU", f"time of {base.name}", "peak MiB",
             "runs")]
    for subject in subjects:
        rows.append((
            subject.name, f"{subject.wall:.2f}", f"{subject.cpu:.2f}",
            f"{subject.size_mb / subject.wall:.0f}",
            f"{subject.size_mb / max(subject.cpu, 1e-3):.0f}",
            f"{subject.wall / base.wall:.2f}", f"{subject.peak_mib:.0f}", str(len(subject.runs)),
        ))
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines = [title, ""]
    for number, row in enumerate(rows):
        cells = [row[0].ljust(widths[0])] + [c.rjust(w) for c, w in zip(row[1:], widths[1:])]
        lines.append("| " + " | ".join(cells) + " |")
        if number == 0:
            rule = ["-" * widths[0]] + ["-" * (w - 1) + ":" for w in widths[1:]]
            lines.append("| " + " | ".join(rule) + " |")
    return lines + [""]


def weir(*arguments):
    return [WEIR, "trace", "--no-progress", "--color=never", "--zone", "UTC", *arguments]


def peers_of_mail(mail, size):
    found = []
    if shutil.which("pflogsumm"):
        found.append(Subject("pflogsumm", ["pflogsumm", mail], size))
    return found


def peers_of_access(access, size):
    found = []
    if shutil.which("goaccess"):
        command = ["goaccess", access, "--log-format=COMBINED", "--no-global-config",
                   "--no-progress", "-o", os.path.join(CACHE, "goaccess.html")]
        found.append(Subject("GoAccess", command, size))
    return found


def generate_web(files):
    """(directory, bytes) of a web root of so many files, made once."""
    directory = os.path.join(CACHE, f"web-{files}")
    mark = os.path.join(directory, "made-by")
    stamp = str(int(os.path.getmtime(webroot.__file__)))
    if os.path.exists(mark):
        made_by, size = open(mark, encoding="ascii").read().split()
        if made_by == stamp:
            return os.path.join(directory, "www"), int(size)
    shutil.rmtree(directory, ignore_errors=True)
    note(f"Generating a web root of {files} files")
    size = webroot.make(os.path.join(directory, "www"), files)
    with open(mark, "w", encoding="ascii") as file:
        file.write(f"{stamp} {size}")
    return os.path.join(directory, "www"), size


def peers_of_web(root, size):
    found = []
    if shutil.which("yara"):
        rules = os.path.join(CACHE, "shells.yar")
        strings = "".join("  $s%d = \"%s\"\n" % pair for pair in enumerate(SIGNATURES))
        with open(rules, "w", encoding="ascii") as file:
            file.write("rule shells {\n strings:\n" + strings + " condition:\n  any of them\n}\n")
        found.append(Subject("yara, one rule", ["yara", "-r", "-w", "-p", "1", rules, root], size))
    if shutil.which("clamscan"):
        database = os.path.join(CACHE, "shells.ndb")
        with open(database, "w", encoding="ascii") as file:
            for number, text in enumerate(SIGNATURES):
                file.write(f"Test.Shell-{number}:0:*:{text.encode().hex()}\n")
        found.append(Subject("clamscan, eight signatures",
                             ["clamscan", "-r", "-i", "-d", database, root], size, (0, 1)))
    return found


def measure_scan(files, runs, with_peers):
    """The table of a scan beside its peers, and its subject."""
    root, size = generate_web(files)
    for folder, _, names in os.walk(root):
        warm(*(os.path.join(folder, name) for name in names))
    scan = Subject("weir scan", [WEIR, "scan", "--json", "--no-cache", "--no-logs", "--threads", "1", root],
                   size, (1,))
    subjects = [scan] + (peers_of_web(root, size) if with_peers else [])
    measure(subjects, runs)
    return table(f"A web root of {files} files, {size / 1e6:.0f} MB, one thread:", subjects, scan), scan


def scan_verdicts(scan):
    speed = scan.size_mb / scan.cpu
    return [
        (speed >= SCAN_MB_S_CORE, f"scan: {speed:.0f} MB/s a core (bar: {SCAN_MB_S_CORE})"),
        (scan.peak_mib <= SCAN_PEAK_MIB,
         f"scan, peak memory: {scan.peak_mib:.0f} MiB (bar: {SCAN_PEAK_MIB})"),
    ]


def machine():
    model = "an unnamed processor"
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                model = line.split(":", 1)[1].strip()
                break
    return f"{os.cpu_count()} cores of {model}, load {os.getloadavg()[0]:.1f} at the start"


def version():
    text = subprocess.run([WEIR, "--version"], check=False, capture_output=True, text=True)
    return text.stdout.strip() or "weir"


def verdicts(mail_weir, mail_grep, access_weir):
    """(holds, sentence) of each bar."""
    speed = access_weir.size_mb / access_weir.cpu
    return [
        (mail_weir.wall <= mail_grep.wall,
         f"mail log, join and report: {mail_weir.wall / mail_grep.wall:.2f} times the time of grep "
         "(bar: 1.00)"),
        (mail_weir.peak_mib <= MAIL_PEAK_MIB,
         f"mail log, peak memory: {mail_weir.peak_mib:.0f} MiB (bar: {MAIL_PEAK_MIB})"),
        (speed >= ACCESS_MB_S_CORE,
         f"access log: {speed:.0f} MB/s a core (bar: {ACCESS_MB_S_CORE})"),
    ]


def measure_flat(mail_mb, access_mb):
    """Peak memory on logs of one length and of twice that length, same density."""
    lines = ["Peak memory by the length of the log, at the same density:", ""]
    for factor in (1, 2):
        directory = generate(mail_mb * factor, access_mb * factor, 7 * factor)
        logs = [os.path.join(directory, name) for name in
                ("mail.log", "access.log", "php-mail.log")]
        one = Subject("weir", weir(*logs), sum(map(os.path.getsize, logs)), (0, 1))
        note(f"  {7 * factor} days")
        one.run()
        lines.append(f"- {7 * factor} days, {one.size_mb:.0f} MB: peak {one.peak_mib:.0f} MiB")
    return lines + [""]


def record(lines):
    path = os.path.join(ROOT, "docs", "BENCHMARKS.md")
    with open(path, encoding="utf-8") as file:
        text = file.read()
    head, rest = text.split(BEGIN, 1)
    tail = rest.split(END, 1)[1]
    with open(path, "w", encoding="utf-8") as file:
        file.write(head + BEGIN + "\n" + "\n".join(lines).rstrip() + "\n" + END + tail)
    note(f"Recorded in {os.path.relpath(path, ROOT)}")


def measure_logs(arguments, mail_mb, access_mb, runs):
    """The lines about logs, and the verdicts on them."""
    directory = generate(mail_mb, access_mb, 7)
    mail, access, php, passwd = (os.path.join(directory, name) for name in
                                 ("mail.log", "access.log", "php-mail.log", "passwd"))
    warm(mail, access, php)
    mail_size, access_size = os.path.getsize(mail), os.path.getsize(access)

    mail_weir = Subject("weir trace", weir(mail), mail_size, (0, 1))
    mail_grep = Subject("grep -cE", ["grep", "-cE", QUEUE_ID_REGEX, mail], mail_size)
    mail_all = [mail_weir, mail_grep]
    access_weir = Subject("weir trace", weir(access), access_size, (0, 1))
    access_grep = Subject("grep -c POST", ["grep", "-c", "POST", access], access_size)
    access_all = [access_weir, access_grep]
    joint_weir = Subject("weir trace, all logs", weir("--passwd", passwd, mail, access, php),
                         mail_size + access_size + os.path.getsize(php), (0, 1))
    if not arguments.no_peers:
        mail_all += peers_of_mail(mail, mail_size)
        access_all += peers_of_access(access, access_size)
    for subjects in (mail_all, access_all, [joint_weir]):
        measure(subjects, runs)

    floor = Run(["true"]).peak_mib
    lines = table(f"Mail log, {mail_size / 1e6:.0f} MB:", mail_all, mail_grep)
    lines += table(f"Access log, {access_size / 1e6:.0f} MB:", access_all, access_weir)
    lines += table("Mail log, access log and PHP's mail.log together:", [joint_weir], joint_weir)
    lines += [f"The grep: `grep -cE '{QUEUE_ID_REGEX}'`. Peaks below {floor:.0f} MiB read as "
              f"{floor:.0f}.", ""]
    if arguments.flat:
        lines += measure_flat(mail_mb, access_mb)
    return lines, verdicts(mail_weir, mail_grep, access_weir)


def main():
    parser = argparse.ArgumentParser(prog="./dev bench", description=__doc__.splitlines()[0])
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--quick", action="store_true", help="50 MB and 100 MB")
    size.add_argument("--smoke", action="store_true", help="5 MB and 10 MB, once, no verdict")
    parser.add_argument("--scan", action="store_true", help="the web root only")
    parser.add_argument("--flat", action="store_true", help="does memory grow with the log?")
    parser.add_argument("--no-peers", action="store_true", help="weir and grep only, no other programs")
    parser.add_argument("--record", action="store_true", help="write docs/BENCHMARKS.md")
    arguments = parser.parse_args()

    mail_mb, access_mb, files, runs = 500, 1000, 40000, 5
    if arguments.quick:
        mail_mb, access_mb, files = 50, 100, 4000
    if arguments.smoke:
        mail_mb, access_mb, files, runs = 5, 10, 400, 1
    os.makedirs(CACHE, exist_ok=True)
    header = f"{version()}, {time.strftime('%Y-%m-%d')}, {machine()}."
    lines, bars = [header, ""], []
    if not arguments.scan:
        logs, bars = measure_logs(arguments, mail_mb, access_mb, runs)
        lines += logs
    web, scan = measure_scan(files, runs, not arguments.no_peers)
    lines += web
    bars = [] if arguments.smoke else bars + scan_verdicts(scan)
    lines += [f"- {'reached' if holds else 'MISSED '}: {text}" for holds, text in bars]
    print("\n".join(lines))
    if arguments.record:
        record(lines)
    return 0 if all(holds for holds, _ in bars) else 1


if __name__ == "__main__":
    sys.exit(main())
