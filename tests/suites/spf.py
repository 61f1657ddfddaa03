#!/usr/bin/env python3
"""spf.py WEIR: the 203 cases of openspf's RFC 7208 suite against `weir spf --json`; prints TAP.

Each scenario's zone is served by a name server on loopback, time-outs included, and once more from a
file of answers. Records of type SPF stand for TXT where a name has no TXT of its own, as the suite
says; "TXT: NONE" says that it has none. The suite's DEFAULT is an explanation of weir's own.
"""

import concurrent.futures
import json
import os
import subprocess
import sys
import tempfile

try:
    import yaml
except ImportError:
    yaml = None

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "e2e"))
import dns_server  # noqa: E402  pylint: disable=wrong-import-position

SHARED = os.environ.get("WEIR_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
SUITE = os.path.join(SHARED, "suites", "spf", "rfc7208-tests.yml")
TOTAL, EXPLAINED = 203, 22
TIMEOUT_S = 3  # a question that nobody answers costs this; nothing else takes longer
WORKERS = 8


def latin(value):
    """Text of the suite as bytes: "\\xEF" there is one byte."""
    if isinstance(value, str):
        return value.encode("latin-1")
    return [latin(one) for one in value] if isinstance(value, list) else value


def entries_of(records):
    """(type, values) of a name's records, SPF turned into TXT where TXT is missing."""
    listed = [next(iter(one.items())) if isinstance(one, dict) else (one, None) for one in records]
    has_text = any(kind == "TXT" for kind, _ in listed)
    found = []
    for kind, value in listed:
        if kind == "SPF" and not has_text:
            found.append(("TXT", value))
        elif kind != "SPF" and value != "NONE":
            found.append((kind, value))
    return found


def read_zone(scenario):
    return {str(name): entries_of(records) for name, records in scenario["zonedata"].items()}


def server_table(zone):
    """The zone as dns_server wants it."""
    table = {}
    for name, entries in zone.items():
        rows = table[name] = []
        for kind, value in entries:
            if value is None:
                rows.append(kind)
            elif kind == "TXT":
                rows.append({"TXT": latin(value if isinstance(value, list) else [value])})
            else:
                rows.append((kind, *(value if isinstance(value, list) else [value])))
    return table


def escape(text, plain):
    """With \\DDD for what a line of the file cannot hold."""
    return "".join(chr(byte) if chr(byte).isalnum() and byte < 128 or chr(byte) in plain
                   else f"\\{byte:03}" for byte in latin(text))


def zone_file(zone):
    """The zone as `weir --zone` reads it: a name's time-out stands for all that it has not."""
    lines = []
    for name, entries in zone.items():
        name = escape(name, ".-_")
        for kind, value in entries:
            if kind == "TIMEOUT":
                lines.append(f"{name} ANY timeout")
            elif kind == "TXT":
                parts = value if isinstance(value, list) else [value]
                lines.append(f"{name} TXT " + (" ".join(f'"{escape(part, " ")}"' for part in parts) or '""'))
            elif kind == "MX":
                lines.append(f"{name} MX {value[0]} {escape(value[1], '.-_') or '.'}")
            elif kind in ("A", "AAAA"):
                lines.append(f"{name} {kind} {value}")
            else:
                lines.append(f"{name} {kind} {escape(value, '.-_')}")
    return "\n".join(lines) + "\n"


def ask(weir, test, source):
    done = subprocess.run([weir, "spf", "--json", "--ip", test["host"], "--helo", test["helo"],
                           "--mail-from", test["mailfrom"], "--timeout", str(TIMEOUT_S), *source],
                          capture_output=True, timeout=120, check=False)
    if done.returncode:
        return {"result": f"exit code {done.returncode}: {done.stderr.decode('latin-1')}"}
    return json.loads(done.stdout)


def judge(test, got):
    """What differs, in words; and whether the result and the explanation hold."""
    wanted = test["result"] if isinstance(test["result"], list) else [test["result"]]
    holds = got["result"] in wanted
    words = "" if holds else f"result {got['result']} ({got.get('problem')}), not {'/'.join(wanted)}"
    explanation = test.get("explanation")
    if explanation is None:
        return words, holds, None
    if explanation == "DEFAULT":
        explained = got.get("explanation_is_default") is True and bool(got["explanation"])
    else:
        explained = got.get("explanation") == explanation and not got["explanation_is_default"]
    if not explained:
        words += f" explanation {got.get('explanation')!r}, not {explanation!r}"
    return words, holds, explained


def run_all(weir, cases):
    """(name, words, holds, explained) of (name, test, source)."""
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        answers = list(pool.map(lambda case: ask(weir, case[1], case[2]), cases))
    return [(case[0], *judge(case[1], got)) for case, got in zip(cases, answers)]


def tell(number, where, results):
    """Two lines of TAP; the number of the next."""
    for name, words, _, _ in results:
        if words:
            print(f"# {where}: {name}: {words}")
    good = sum(holds for _, _, holds, _ in results)
    explained = [explained for *_, explained in results if explained is not None]
    print(f"# {where}: {good}/{len(results)} results, {sum(explained)}/{len(explained)} explanations")
    is_good = good == len(results) == TOTAL
    print(f"{'ok' if is_good else 'not ok'} {number} - results, {where}")
    is_good = sum(explained) == len(explained) == EXPLAINED
    print(f"{'ok' if is_good else 'not ok'} {number + 1} - explanations, {where}", flush=True)


def main():
    weir = sys.argv[1]
    if not os.path.exists(SUITE):
        print(f"1..0 # SKIP {os.path.normpath(SUITE)} is not here")
        return
    if yaml is None:
        print("1..0 # SKIP python3-yaml is not installed")
        return
    with open(SUITE, encoding="utf-8") as file:
        scenarios = list(yaml.safe_load_all(file))
    print("1..4")
    served, filed, servers = [], [], []
    with tempfile.TemporaryDirectory(prefix="weir-spf-") as folder:
        for index, scenario in enumerate(scenarios):
            zone = read_zone(scenario)
            server = dns_server.DnsServer(server_table(zone))
            servers.append(server.__enter__())
            path = os.path.join(folder, f"{index}.zone")
            with open(path, "w", encoding="ascii") as file:
                file.write(zone_file(zone))
            for name, test in scenario["tests"].items():
                served.append((name, test, ["--resolver", server.address]))
                filed.append((name, test, ["--zone", path]))
        tell(1, "over a name server", run_all(weir, served))
        tell(3, "from a file of answers", run_all(weir, filed))
        for server in servers:
            server.__exit__()


main()
