#!/usr/bin/env python3
"""scan_yara.py WEIR: `weir scan --rules`: rules that hit, rules that are wrong, files and rules that
would stop a scan; prints TAP.

Rules and files are made here, and harmless: what is told is where they match.
"""

import contextlib
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
import tap  # noqa: E402
from tap import case  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
DATA = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "data", "php", "mail")
with open(WEIR, "rb") as program:
    HAS_SANITIZER = b"__asan_init" in program.read()

WORD = 'rule Word { meta: description = "names the word" strings: $a = "kumquat" condition: $a }\n'
# Some seconds of processor time for a file that begins with "slow", none for others.
LONG = ("rule Long { condition: uint32(0) == 0x776f6c73 and "
        "for all i in (1..%d) : (for all j in (1..1000) : (i + j > 0)) }\n")
SECONDS = 2.0
LIMIT_S = 5


@contextlib.contextmanager
def room(**files):
    """A folder with rules in `rules` and a site in `site`: the texts by name, _ for the dot."""
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(os.path.join(folder, "site"))
        for name, text in files.items():
            place = folder if name.endswith("_yar") else os.path.join(folder, "site")
            write(os.path.join(place, name.replace("_", ".")), text)
        yield folder


def write(path, text):
    with open(path, "wb") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def command(folder, *rules, options=("--json", "--no-logs")):
    words = [WEIR, "scan", "--no-cache", *options]
    for rule in rules:
        words += ["--rules", rule]
    return words + ["site"]


def run(folder, *rules, options=("--json", "--no-logs")):
    return subprocess.run(command(folder, *rules, options=options), cwd=folder,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=120, check=False)


def told(done):
    """Findings by file name: (rule, line, confidence, text, why)."""
    found = {}
    for one in json.loads(done.stdout)["findings"]:
        if one["rule"].startswith("yara:"):
            assert one["kind"] == "malicious", one
            found.setdefault(os.path.basename(one["path"]), []).append(one)
    return found


def refuses(folder, *rules):
    """Exit code 2, nothing on stdout; the sentence."""
    done = run(folder, *rules)
    assert done.returncode == 2 and not done.stdout, (done.returncode, done.stdout[:200])
    return done.stderr.decode()


@case
def a_rule_accuses():
    """A rule of the administrator's accuses a file that no gate wants, with line, text and reason."""
    with room(r_yar=WORD, a_txt="one\ntwo kumquat three\n", b_txt="nothing\n") as folder:
        done = run(folder, "r.yar")
        assert done.returncode == 1, (done.returncode, done.stderr)
        found = told(done)
        assert list(found) == ["a.txt"] and len(found["a.txt"]) == 1, found
        one = found["a.txt"][0]
        assert (one["rule"], one["line"], one["text"]) == ("yara:Word", 2, "two kumquat three"), one
        assert one["why"] == "names the word" and one["confidence"] == 0.9, one
        assert "Word of r.yar" in one["advice"] and "weir quarantine add" in one["advice"], one
        assert run(folder).returncode == 0


@case
def a_rule_says_how_sure_it_is():
    """meta confidence, in percent, makes a remark of a rule; out of range it is refused."""
    rule = 'rule Weak { meta: confidence = %d strings: $a = "kumquat" condition: $a }'
    with room(r_yar=rule % 40, s_yar=rule % 101, t_yar=rule.replace("%d", '"high"'),
              a_txt="kumquat\n") as folder:
        done = run(folder, "r.yar")
        one = told(done)["a.txt"][0]
        assert done.returncode == 0 and one["confidence"] == 0.4, (done.returncode, one)
        assert one["why"] == "It matches your rule Weak of r.yar.", one
        said = refuses(folder, "s.yar")
        assert "s.yar: rule Weak: confidence is in percent, from 0 to 100, not 101" in said, said
        assert told(run(folder, "t.yar"))["a.txt"][0]["confidence"] == 0.9


@case
def several_files_of_rules():
    """--rules twice: both speak, and the same name in both is no error."""
    second = WORD.replace("names the word", "says it too")
    with room(r_yar=WORD, s_yar=second, a_txt="kumquat\n") as folder:
        whys = sorted(one["why"] for one in told(run(folder, "r.yar", "s.yar"))["a.txt"])
        assert whys == ["names the word", "says it too"], whys
        assert len(told(run(folder, "r.yar", "r.yar"))["a.txt"]) == 1


@case
def private_and_global_rules():
    """A private rule is not told of; a global one limits its own file and accuses nobody."""
    private = ('private rule Has { strings: $a = "kumquat" condition: $a }\n'
               "rule Two { condition: Has and filesize < 100 }\n")
    small = "global rule Small { condition: filesize < 20 }\n" + WORD
    with room(r_yar=private, s_yar=small, a_txt="kumquat\n", b_txt="kumquat" + "\n" * 50) as folder:
        found = told(run(folder, "r.yar"))
        assert {name: [one["rule"] for one in ones] for name, ones in found.items()} == {
            "a.txt": ["yara:Two"], "b.txt": ["yara:Two"]}, found
        # No string matches, so that there is no line either.
        assert found["a.txt"][0]["line"] == 0 and found["a.txt"][0]["text"] == "", found
        found = told(run(folder, "r.yar", "s.yar"))
        assert sorted(one["rule"] for one in found["a.txt"]) == ["yara:Two", "yara:Word"], found
        assert [one["rule"] for one in found["b.txt"]] == ["yara:Two"], found


@case
def errors_of_rules_name_file_and_line():
    """A rule that does not compile: exit code 2, file, line and what libyara says."""
    with room(r2_yar=WORD, r_yar="rule A {\n  condition:\n    fruit\n}\n", s_yar="rule {\n",
              t_yar='import "magic"\nrule M { condition: magic.type() contains "x" }\n',
              a_txt="x") as folder:
        for rules, words in ((("r.yar",), "r.yar:3: undefined identifier \"fruit\""),
                             (("s.yar",), "s.yar:1: syntax error"),
                             (("r2.yar", "t.yar"), "t.yar: the module magic reads files"),
                             (("s.yar", "r.yar"), "s.yar:1:")):
            said = refuses(folder, *rules)
            assert words in said and said.startswith("weir scan: YARA rules: "), said


@case
def files_that_are_no_rules():
    """What is missing, a folder, compiled or binary is refused with a sentence."""
    with room(c_yar=b"YARA\x0e\x00\x00rest", n_yar=b"rule A { condition: true }\x00", a_txt="x"
              ) as folder:
        for name, words in (("missing.yar", "No such file"), ("site", "no regular file"),
                            ("c.yar", "compiled rules"), ("n.yar", "NUL bytes")):
            said = refuses(folder, name)
            assert f"'{name}'" in said and words in said, said


@case
def includes():
    """Files are included from the same folder and below, and from nowhere else."""
    with room(r_yar='include "s.yar"\n', s_yar='include "below/t.yar"\n',
              u_yar='include "../out.yar"\n', v_yar='rule V { condition: true }\ninclude "no.yar"\n',
              w_yar='include "bad.yar"\n', bad_yar="rule B {\n\n condition: fruit }\n",
              a_txt="kumquat\n") as folder:
        os.mkdir(os.path.join(folder, "below"))
        write(os.path.join(folder, "below", "t.yar"), WORD)
        write(os.path.join(folder, "out.yar"), WORD)
        os.mkdir(os.path.join(folder, "rules"))
        os.rename(os.path.join(folder, "u.yar"), os.path.join(folder, "rules", "u.yar"))
        assert told(run(folder, "r.yar"))["a.txt"][0]["rule"] == "yara:Word"
        for name, words in (("rules/u.yar", "rules/u.yar:1:"), ("v.yar", "v.yar:2:")):
            said = refuses(folder, name)
            assert words in said and "or below, is included" in said, said
        said = refuses(folder, "w.yar")
        assert "bad.yar:3: undefined identifier" in said, said


@case
def names_of_any_bytes():
    """A file whose name is no UTF-8 is looked at; rules see name, path and extension."""
    rule = ('rule Name { condition: filename == "caf\\xe9.txt" and extension == ".txt" and '
            'filepath == "site/caf\\xe9.txt" }')
    with room(r_yar=rule + "\n" + WORD) as folder:
        write(os.path.join(folder.encode(), b"site", b"caf\xe9.txt"), "kumquat\n")
        done = run(folder, "r.yar")
        rules = sorted(one["rule"] for ones in told(done).values() for one in ones)
        assert rules == ["yara:Name", "yara:Word"], (rules, done.stderr)


@case
def foreign_text_is_escaped():
    """A description cannot write to the terminal."""
    rule = WORD.replace("names the word", "red \\x1b[31m text")
    with room(r_yar=rule, a_txt="kumquat\n") as folder:
        done = run(folder, "r.yar", options=())
        assert b"Your rule Word" in done.stdout and b"[31m text" in done.stdout, done.stdout
        assert b"\x1b" not in done.stdout, done.stdout


@case
def large_files():
    """Of a file over 8 MiB the first and the last 4 MiB are looked at, and its size is the true one."""
    rule = WORD + "rule Size { condition: filesize == 12582912 and uint8(12582911) == 0x7a }\n"
    half, whole = 4 << 20, 12 << 20
    begin, middle, end = bytearray(b"." * whole), bytearray(b"." * whole), bytearray(b"." * whole)
    begin[half - 7:half] = middle[half:half + 7] = b"kumquat"
    end[-9:] = b"kumquat z"
    with room(r_yar=rule, begin_txt=bytes(begin), middle_txt=bytes(middle), end_txt=bytes(end)
              ) as folder:
        found = told(run(folder, "r.yar"))
        rules = {name: sorted(one["rule"] for one in ones) for name, ones in found.items()}
        assert rules == {"begin.txt": ["yara:Word"], "end.txt": ["yara:Size", "yara:Word"]}, rules
        word = [one for one in found["end.txt"] if one["rule"] == "yara:Word"][0]
        assert word["line"] == 0 and word["text"].endswith("kumquat z"), word
        assert found["begin.txt"][0]["line"] == 1, found["begin.txt"]


@case
def many_matches():
    """So many rules that match one file are told, and no more."""
    rules = "".join(f"rule R{i} {{ condition: true }}\n" for i in range(100))
    with room(r_yar=rules, a_txt="x", b_txt="y") as folder:
        found = told(run(folder, "r.yar"))
        assert [len(found[name]) for name in ("a.txt", "b.txt")] == [32, 32], found


@case
def every_kind_of_module():
    """Modules that need no file work in the child: hash, math, pe, elf, time."""
    rule = ('import "hash"\nimport "math"\nimport "pe"\nimport "elf"\nimport "time"\n'
            'rule M { condition: hash.md5(0, filesize) == "9dd4e461268c8034f5c8564e155c67a6" and '
            'hash.sha256(0, 1) == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"'
            " and math.entropy(0, filesize) < 1.0 and not pe.is_pe and not defined elf.type and "
            "time.now() > 0 }\n")
    with room(r_yar=rule, a_txt="x") as folder:
        assert told(run(folder, "r.yar"))["a.txt"][0]["rule"] == "yara:M"


@case
def own_findings_stay():
    """Rules add to what weir finds by itself in a site of many files, and take nothing from it."""
    rule = 'rule Php { strings: $a = "<?php" condition: $a }'
    with room(r_yar=rule) as folder:
        site = os.path.join(folder, "site")
        shutil.copytree(DATA, site, dirs_exist_ok=True)
        scripts = sum(name.endswith(".php") for _, _, names in os.walk(site) for name in names)
        alone = json.loads(run(folder).stdout)["findings"]
        done = run(folder, "r.yar")
        added = told(done)
        rest = [one for one in json.loads(done.stdout)["findings"]
                if not one["rule"].startswith("yara:")]
        assert rest == alone and len(alone) > 20, (len(rest), len(alone))
        assert sum(len(ones) for ones in added.values()) == scripts > 20, (added, scripts)


# What would stop a scan.

def children(pid):
    """Pids of the children that scan, with the processor time that each has used, in seconds."""
    found = {}
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        with contextlib.suppress(OSError):
            with open(f"/proc/{name}/stat", encoding="ascii", errors="replace") as file:
                rest = file.read().rsplit(") ", 1)[1].split()
            if int(rest[1]) == pid and rest[0] != "Z":
                used = (int(rest[11]) + int(rest[12])) / os.sysconf("SC_CLK_TCK")
                found[int(name)] = used
    return found


def busy_child(scan, seen=(), used=0.2, wait=60):
    """A child not seen before that has been at work for a while; None when the scan is over."""
    for _ in range(wait * 100):
        if scan.poll() is not None:
            return None
        for pid, cpu in children(scan.pid).items():
            if pid not in seen and cpu >= used:
                return pid
        time.sleep(0.01)
    raise AssertionError("no child is busy")


def start(folder, *rules, options=("--json", "--no-logs")):
    return subprocess.Popen(command(folder, *rules, options=options), cwd=folder,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE)


def finish(scan):
    out, said = scan.communicate(timeout=120)
    return subprocess.CompletedProcess(scan.args, scan.returncode, out, said)


def cost(text, rounds):
    """The processor time of a scan of one file, its children's included."""
    with room(r_yar=LONG % rounds, a_txt=text) as folder:
        begin = os.times()
        done = run(folder, "r.yar")
        end = os.times()
    assert b"YARA" not in done.stderr, done.stderr
    return end.children_user + end.children_system - begin.children_user - begin.children_system


@functools.lru_cache(None)
def rounds_for(seconds):
    """So many rounds of the rule Long take about so long on this machine."""
    rounds = 5000
    own = cost("other", rounds)
    while (spent := cost("slow", rounds) - own) < 0.3:
        rounds *= 2
    return int(rounds * seconds / spent)


@case
def a_slow_rule_is_stopped():
    """A file that takes too long is named with the limit; all others are judged; exit code 3."""
    with room(r_yar=WORD + LONG % rounds_for(400), a_txt="slow kumquat", b_txt="kumquat",
              c_txt="kumquat") as folder:
        begin = time.monotonic()
        done = run(folder, "r.yar")
        spent = time.monotonic() - begin
        assert done.returncode == 3 and spent < 60, (done.returncode, spent)
        assert sorted(told(done)) == ["b.txt", "c.txt"], told(done)
        assert json.loads(done.stdout)["unread"] == 1
        said = done.stderr.decode()
        assert f"site/a.txt: the YARA rules need more than {LIMIT_S} s of processor time" in said


@case
def a_slow_regular_expression_is_stopped():
    """A regular expression that a hostile file makes costly ends with a sentence, in seconds."""
    rule = r"rule Re { strings: $a = /a[a-z ]{1,4000}b[a-z ]{1,4000}c[a-z ]{1,4000}Q/ condition: $a }"
    with room(r_yar=rule, s_yar=WORD, a_txt="abc abd abx qwe " * 20000, b_txt="kumquat") as folder:
        begin = time.monotonic()
        done = run(folder, "r.yar", "s.yar")
        assert done.returncode == 3 and time.monotonic() - begin < 60, done.returncode
        assert b"site/a.txt: the YARA rules" in done.stderr, done.stderr
        assert list(told(done)) == ["b.txt"], told(done)


@case
def a_memory_bomb_is_stopped():
    """Rules that take memory without end are stopped at their limit, and the scan goes on."""
    if HAS_SANITIZER:
        print("# left out: the address sanitizer cannot be held to a limit of memory")
        return
    strings = " ".join(f"$s{i} = /{'a' * i}./" for i in range(1, 20))
    counts = " and ".join(f"#s{i} > 1" for i in range(1, 20))
    with room(r_yar=f"rule Bomb {{ strings: {strings} condition: {counts} }}\n" + WORD,
              a_txt="a" * 1500000, b_txt="kumquat") as folder:
        done = run(folder, "r.yar")
        assert done.returncode == 3, done.returncode
        assert b"site/a.txt: the YARA rules need more than 256 MiB" in done.stderr, done.stderr
        assert list(told(done)) == ["b.txt"], told(done)


@case
def a_killed_child_is_started_anew():
    """A child that is killed in the middle of a file is replaced, and the file is looked at again."""
    with room(r_yar=LONG % rounds_for(SECONDS), a_txt="slow", b_txt="other") as folder:
        # --fast: a scan that gives way to everything else may not get a turn within the time.
        scan = start(folder, "r.yar", options=("--json", "--no-logs", "--threads", "1", "--fast"))
        pid = busy_child(scan)
        os.kill(pid, signal.SIGKILL)
        second = busy_child(scan, {pid})
        done = finish(scan)
        assert second and second != pid, (pid, second)
        assert done.returncode == 1 and list(told(done)) == ["a.txt"], (done.returncode, done.stderr)
        assert b"YARA" not in done.stderr, done.stderr


@case
def a_child_that_dies_twice():
    """A file of which two children die is named as unread, with the signal."""
    with room(r_yar=LONG % rounds_for(SECONDS) + WORD, a_txt="slow kumquat", b_txt="kumquat"
              ) as folder:
        # --fast: a scan that gives way to everything else may not get a turn within the time.
        scan = start(folder, "r.yar", options=("--json", "--no-logs", "--threads", "1", "--fast"))
        first = busy_child(scan)
        os.kill(first, signal.SIGKILL)
        os.kill(busy_child(scan, {first}), signal.SIGKILL)
        done = finish(scan)
        assert done.returncode == 3 and list(told(done)) == ["b.txt"], (done.returncode, done.stderr)
        assert b"site/a.txt: the child that runs the YARA rules died of it twice, killed by " \
               b"signal 9" in done.stderr, done.stderr


@case
def a_child_that_is_silent():
    """A child that is stopped, and neither answers nor works, is replaced by another."""
    with room(r_yar=LONG % rounds_for(SECONDS) + WORD, a_txt="slow kumquat", b_txt="kumquat"
              ) as folder:
        # --fast: a scan that gives way to everything else may not get a turn within the time.
        scan = start(folder, "r.yar", options=("--json", "--no-logs", "--threads", "1", "--fast"))
        os.kill(busy_child(scan), signal.SIGSTOP)
        done = finish(scan)
        assert done.returncode == 3 and list(told(done)) == ["b.txt"], (done.returncode, done.stderr)
        assert b"a.txt: the child that runs the YARA rules did nothing about it for 10 s" \
            in done.stderr, done.stderr


@case
def children_are_heeded_where_nobody_else_does():
    """An inherited SIGCHLD that is ignored changes nothing."""
    with room(r_yar=LONG % rounds_for(400) + WORD, a_txt="slow kumquat", b_txt="kumquat") as folder:
        done = subprocess.run(command(folder, "r.yar"), cwd=folder, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, timeout=60, check=False,
                              preexec_fn=lambda: signal.signal(signal.SIGCHLD, signal.SIG_IGN))
        assert done.returncode == 3 and list(told(done)) == ["b.txt"], done.stderr


@case
def rules_that_cost_every_child_are_given_up():
    """After five files in a row that cost children the rules are given up, and it is said once."""
    files = {f"f{i}_txt": "slow" for i in range(9)}
    with room(r_yar=LONG % rounds_for(SECONDS), **files) as folder:
        # --fast: a scan that gives way to everything else may not get a turn within the time.
        scan = start(folder, "r.yar", options=("--json", "--no-logs", "--threads", "1", "--fast"))
        seen = set()
        while (pid := busy_child(scan, seen, used=0.05)) is not None:
            seen.add(pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        done = finish(scan)
        report = json.loads(done.stdout)
        assert done.returncode == 3 and (report["files"], report["unread"]) == (9, 9), report
        said = done.stderr.decode()
        assert said.count("died of it twice") == 5, said
        assert said.count("5th file in a row that cost a child: the rules are asked no more") == 1
        assert len(seen) == 10, seen


@case
def a_child_has_no_privileges():
    """The child is nobody, may open, connect and start nothing, and has limits."""
    with room(r_yar=LONG % rounds_for(SECONDS), a_txt="slow") as folder:
        scan = start(folder, "r.yar")
        pid = busy_child(scan)
        with open(f"/proc/{pid}/status", encoding="ascii") as file:
            status = dict(line.rstrip("\n").split(":\t", 1) for line in file if ":\t" in line)
        with open(f"/proc/{pid}/limits", encoding="ascii") as file:
            limits = {line[:26].strip(): line[26:].split()[:2] for line in file}
        finish(scan)
    if os.geteuid() == 0:
        assert status["Uid"].split() == ["65534"] * 4 == status["Gid"].split(), status
        assert not status["Groups"].strip() and int(status["CapEff"], 16) == 0, status
    assert status["NoNewPrivs"] == "1" and status["Name"] == "weir-yara", status
    if os.uname().machine in ("x86_64", "aarch64"):
        assert status["Seccomp"] == "2", status
    for name in ("Max core file size", "Max file size", "Max processes"):
        assert limits[name] == ["0", "0"], (name, limits)
    assert limits["Max cpu time"] == ["660", "660"], limits
    assert HAS_SANITIZER or int(limits["Max address space"][0]) < 1 << 30, limits


@case
def a_child_does_not_outlive_the_scan():
    """When weir is killed, its children end by themselves."""
    with room(r_yar=LONG % rounds_for(SECONDS), a_txt="slow") as folder:
        scan = start(folder, "r.yar")
        pid = busy_child(scan)
        scan.kill()
        finish(scan)
        for _ in range(300):
            with contextlib.suppress(FileNotFoundError):
                with open(f"/proc/{pid}/stat", encoding="ascii") as file:
                    if file.read().rsplit(") ", 1)[1][0] != "Z":
                        time.sleep(0.1)
                        continue
            return
        raise AssertionError("the child is still there")


@case
def ten_thousand_small_files():
    """10,000 small files are looked at in seconds, each of them."""
    with room(r_yar=WORD) as folder:
        for i in range(10000):
            write(os.path.join(folder, "site", f"{i}.txt"),
                  f"line {i}\n" * 20 + ("kumquat\n" if i % 1000 == 7 else ""))
        begin = time.monotonic()
        done = run(folder, "r.yar")
        spent = time.monotonic() - begin
        print(f"# {spent / 10000 * 1e6:.0f} µs a file")
        assert sorted(told(done)) == sorted(f"{i}.txt" for i in range(7, 10000, 1000)), told(done)
        assert spent < 30, spent


@case
def the_child_is_not_for_people():
    """Called by hand, the child says who calls it."""
    done = subprocess.run([WEIR, "yara-child", "scan"], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, timeout=20, check=False)
    assert done.returncode == 2 and b"weir scan --rules starts this" in done.stderr, done
    listed = subprocess.run([WEIR, "help"], stdout=subprocess.PIPE, timeout=20, check=False).stdout
    assert b"yara-child" not in listed, listed


@case
def several_threads_ask_at_the_same_time():
    """Four threads, each with a child of its own, say what one says."""
    files = {f"f{i}_txt": "kumquat\n" * (i % 7) for i in range(300)}
    with room(r_yar=WORD, **files) as folder:
        one = run(folder, "r.yar", options=("--json", "--no-logs", "--threads", "1"))
        four = run(folder, "r.yar", options=("--json", "--no-logs", "--threads", "4"))
        assert one.stdout == four.stdout and len(told(one)) == 257, len(told(one))


if __name__ == "__main__":
    sys.exit(tap.run(tap.CASES))
