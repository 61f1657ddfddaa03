#!/usr/bin/env python3
"""Checks the documents against the code, as TAP.

What stands in a table of the code must stand in the manual and the other way
round: commands, options, signals, kinds of input, routes, verdicts, members of
the JSON, configuration keys. What a document links to or names must exist.
Where a table has another shape than expected, the case fails: a check that
finds nothing checks nothing.
"""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DOCUMENTS = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md", "docs/LENIENCIES.md",
             "docs/BENCHMARKS.md"]


def read(path):
    with open(os.path.join(ROOT, path), encoding="utf-8") as file:
        return file.read()


def section(page, title):
    """The lines of a section (.Sh) or subsection (.Ss) of a man page."""
    lines, inside = [], None
    for line in read(page).splitlines():
        if re.fullmatch(rf"\.S[hs] {re.escape(title)}", line):
            inside = line[:3]
        elif inside and (line.startswith(".Sh ") or line.startswith(inside + " ")):
            break
        elif inside:
            lines.append(line)
    return lines


def items(page, title):
    """What a section documents: the words of its `.It Cm a , Cm b` lines."""
    found = set()
    for line in section(page, title):
        if line.startswith(".It "):
            found.update(re.findall(r"\b(?:Cm|Ev|Pa) ([\w./-]+)", line))
    return found


def flags(page):
    """Long options that a page documents in its `.It` lines, without dashes."""
    found = set()
    for line in read(page).splitlines():
        if line.startswith(".It "):
            found.update(re.findall(r"Fl Fl ([a-z-]+)", line))
    return found


def differences(code, manual, where):
    if not code:
        return ["the table in the code was not found"]
    lines = [f"'{name}' is not in {where}" for name in sorted(code - manual)]
    return lines + [f"'{name}' is in {where} only" for name in sorted(manual - code)]


def check_commands():
    code = set(re.findall(r'^    \{"([a-z]+)",.*cmd_', read("src/cmd/main.c"), re.M))
    return differences(code, items("man/weir.1", "DESCRIPTION"), "weir(1)")


def long_options():
    text = read("src/cmd/trace_options.c")
    return set(re.findall(r'\{"([a-z-]+)", (?:no|required|optional)_argument', text))


def quarantine_options():
    text = read("src/cmd/quarantine.c")
    return set(re.findall(r'\{"([a-z-]+)", (?:no|required|optional)_argument', text))


def quarantine_actions():
    return set(re.findall(r'^    \{"([a-z]+)", [a-z_]+, \d', read("src/cmd/quarantine.c"), re.M))


def check_quarantine():
    """Options and actions in the manual, the help and the completion; members of the JSON."""
    page, text = "man/weir-quarantine.1", read("src/cmd/quarantine.c")
    told = "\n".join(re.findall(r'^ *(?:return )?"(.*)"', text, re.M))
    completion = read("packaging/weir.bash-completion")
    completion = body_of(completion, "_weir_quarantine")
    members = set(re.findall(r'\b(?:json_\w+|write_\w+)\([^,";]+,\s*"([a-z0-9_]+)"',
                             read("src/disk/quarantine_record.c"))) | {"mode"}
    wrong = differences(quarantine_options(), flags(page), "weir-quarantine(1)")
    wrong += differences(quarantine_actions(), items(page, "DESCRIPTION"), "weir-quarantine(1)")
    small = set(re.findall(r"[a-z_]+", " ".join(
        re.findall(r"^\.Cm (.*)", "\n".join(section(page, "JSON")), re.M))))
    wrong += differences((members - {"version"}) | {"file"},
                         items(page, "JSON") | (small & members), "weir-quarantine(1)")
    for name in sorted(quarantine_options()):
        if f"--{name} " not in told and f"--{name}  " not in told:
            wrong.append(f"'--{name}' is not in weir quarantine --help")
        if f"--{name}" not in completion:
            wrong.append(f"'--{name}' is not in the completion")
    for name in sorted(quarantine_actions()):
        if f"weir quarantine {name} " not in told:
            wrong.append(f"'{name}' is not in weir quarantine --help")
        if not re.search(rf"\b{name}\b", completion):
            wrong.append(f"'{name}' is not in the completion")
    return wrong


def check_signatures():
    """weir dkim and weir arc: actions and their options in the manual, the help, the completion."""
    wrong, completion = [], read("packaging/weir.bash-completion")
    for command in ("arc", "dkim"):
        page, text = f"man/weir-{command}.1", read(f"src/cmd/{command}.c")
        told = "".join(re.findall(r'^ +"(.*)\\n"', text, re.M))
        actions = re.findall(r'\{"([a-z]+)",\s+\w+,((?:\s*"[ a-z-]+")+),', text)
        options = {name for _, names in actions for name in names.replace('"', " ").split()}
        words = completion[completion.index(f"_weir_{command}()"):]
        words = words[:words.index("\n}")]
        members = set(re.findall(r'\b(?:json_|write_json_)\w+\([^,";]+,\s*"([a-z0-9_]+)"', text))
        wrong += differences(options | {"help"}, flags(page), f"weir-{command}(1)")
        wrong += differences(options, set(re.findall(r"--([a-z-]+)", words)), "the completion")
        for name in sorted(options):
            if f"--{name}" not in told:
                wrong.append(f"'--{name}' is not in weir {command} --help")
        for name, _ in actions:
            if name not in items(page, "DESCRIPTION") or f"{command} {name}" not in told or \
                    not re.search(rf"\b{name}\b", words):
                wrong.append(f"'{name}' is not told of everywhere")
        told = set(re.findall(r"[a-z_]+", " ".join(
            re.findall(r"^\.(?:Cm|It Cm) (.*)", "\n".join(section(page, "JSON")), re.M))))
        wrong += [f"member '{name}' is not in weir-{command}(1)" for name in sorted(members - told)]
        if not actions or not members:
            wrong.append(f"the tables of weir {command} were not found")
    return wrong


def check_options_in_manual():
    # British spelling is taken too, and need not be told.
    return differences(long_options() - {"colour"}, flags("man/weir-trace.1"), "weir-trace(1)")


def check_options_in_help():
    text = read("src/cmd/trace_options.c")
    told = set(re.findall(r"--([a-z-]+) ", "\n".join(re.findall(r'^ *(?:return )?"(.*)"', text,
                                                               re.M))))
    return [f"'--{name}' is not in weir trace --help"
            for name in sorted(long_options() - {"colour"} - told)]


def check_options_in_completion():
    words = set(re.findall(r"--([a-z-]+)", read("packaging/weir.bash-completion")))
    return [f"'--{name}' is not in the completion"
            for name in sorted(long_options() - {"colour"} - words)]


def check_scan():
    """Options of weir scan in the manual, the help and the completion."""
    text, page = read("src/cmd/scan_options.c"), "man/weir-scan.1"
    code = set(re.findall(r'^\s*\{"([a-z-]+)",', text, re.M)) - {"colour"}
    told = set(re.findall(r"--([a-z-]+) ", "\n".join(re.findall(r'^ *(?:return )?"(.*)"', text,
                                                               re.M))))
    completion = read("packaging/weir.bash-completion")
    completion = body_of(completion, "_weir_scan")
    wrong = differences(code, flags(page), "weir-scan(1)")
    wrong += [f"'--{name}' is not in weir scan --help" for name in sorted(code - told)]
    return wrong + [f"'--{name}' is not in the completion" for name in sorted(code)
                    if not re.search(rf"--{name}\b", completion)]


# Commands whose options stand in tables: where, besides `weir NAME --help` in the same files.
OPTION_TABLES = {
    "audit": "src/cmd/audit_options.c",
    "dmarc": "src/cmd/dmarc_check.c src/cmd/dmarc_evaluate.c src/cmd/resolver_option.h",
    "dmarc-reports": "src/cmd/dmarc_reports_options.c",
    "prvs": "src/cmd/prvs.c",
    "spf": "src/cmd/spf.c src/cmd/resolver_option.h",
}


def body_of(text, name):
    """The function of that name in a shell script."""
    start = text.index(f"\n{name}() {{")
    return text[start:text.index("\n}\n", start)]


def check_option_tables():
    """Options of each such command in its manual, its help and the completion."""
    wrong, completion = [], read("packaging/weir.bash-completion")
    for name, paths in sorted(OPTION_TABLES.items()):
        text, page = "".join(map(read, paths.split())), f"man/weir-{name}.1"
        code = set(re.findall(r'\{"([a-z-]+)", (?:(?:no|required)_argument|OPTION_)', text)) - {"colour"}
        told = set(re.findall(r"--([a-z-]+) ", "\n".join(
            re.findall(r'^ *(?:return |puts\(|fputs\()?"(.*)"', text, re.M))))
        wrong += differences(code, flags(page), f"weir-{name}(1)")
        wrong += [f"'--{option}' is not in weir {name} --help" for option in sorted(code - told)]
        known = set(re.findall(r"--([a-z-]+)", body_of(completion, f"_weir_{name}".replace("-", "_"))))
        wrong += [f"'--{option}' of {name} is not in the completion" for option in sorted(code - known)]
    return wrong


def check_audit_json():
    code = set(re.findall(r'\bjson_\w+\([^,"]+,\s*"([a-z_]+)"', read("src/report/audit_json.c")))
    text = "\n".join(section("man/weir-audit.1", "JSON"))
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"^\.Cm (.*)", text, re.M))))
    return differences(code, items("man/weir-audit.1", "JSON") | (told & code), "weir-audit(1)")


def check_dmarc_json():
    code = set(re.findall(r'\bjson_\w+\([^,"]+,\s*"([a-z_]+)"',
                          read("src/report/dmarc_check.c") + read("src/cmd/dmarc_evaluate.c")))
    text = "\n".join(section("man/weir-dmarc.1", "JSON"))
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"^\.Cm (.*)", text, re.M))))
    return differences(code, items("man/weir-dmarc.1", "JSON") | (told & code), "weir-dmarc(1)")


def check_reports_json():
    code = set(re.findall(r'\b(?:json|write)_\w+\([^,"]+,\s*"([a-z_]+)"|\{"([a-z_]+)", (?:policy|about|complaint)->',
                          read("src/report/dmarc_reports_json.c")))
    names = {name for pair in code for name in pair if name}
    text = "\n".join(section("man/weir-dmarc-reports.1", "JSON"))
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"^\.Cm (.*)", text, re.M))))
    return differences(names, items("man/weir-dmarc-reports.1", "JSON") | (told & names) |
                       {"version"}, "weir-dmarc-reports(1)")


def check_spf_json():
    code = set(re.findall(r'\bjson_\w+\([^,"]+,\s*"([a-z_]+)"', read("src/cmd/spf_output.c"))) | {
        "questions"}
    text = "\n".join(section("man/weir-spf.1", "JSON"))
    told = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"^\.Cm (.*)", text, re.M))))
    return differences(code, items("man/weir-spf.1", "JSON") | (told & code), "weir-spf(1)")


def check_outcomes():
    code = set(re.findall(r'\[AUDIT_[A-Z]+\] = "([a-z]+)"',
                          read("src/audit/finding.c").split("outcome_names")[1].split("};")[0]))
    return differences(code, items("man/weir-audit.1", "OUTCOMES"), "weir-audit(1)")


def check_signals():
    code = set(re.findall(r'X\([A-Z_]+,\s*"([a-z-]+)",', read("src/trace/signals.h")))
    return differences(code, items("man/weir-trace.1", "SIGNALS"), "weir-trace(1)")


def check_kinds():
    code = set(re.findall(r'"([a-z-]+)", RECORD_', read("src/record/record.c")))
    if code:
        code.add("message")  # a mail is no log: it has no frame
    return differences(code, items("man/weir-trace.1", "What is read"), "weir-trace(1)")


def sources(folder):
    return sorted(os.path.join(folder, name) for name in os.listdir(os.path.join(ROOT, folder))
                  if name.endswith(".c"))


def check_routes():
    code = set(re.findall(r'\[ROUTE_[A-Z_]+\] = \{"([a-z-]+)"', read("src/trace/result.c")))
    code.discard("none")
    return differences(code, items("man/weir-trace.1", "Routes"), "weir-trace(1)")


def check_verdicts():
    code = set(re.findall(r'\[VERDICT_[A-Z]+\] = "([a-z]+)"', read("src/trace/result.c")))
    text = "\n".join(section("man/weir-trace.1", "JSON"))
    manual = set(re.findall(r"^\.Ql ([a-z]+)", text[text.index(".It Cm verdict"):], re.M))
    return differences(code, manual, "weir-trace(1)")


def check_json():
    code = set(re.findall(r'\bjson_\w+\([^,"]+,\s*"([a-z_]+)"', read("src/report/json.c")))
    # A member may be written by a helper that is handed its name.
    code |= set(re.findall(r'\bwrite_\w+\([^;"]*"([a-z_]+)"', read("src/report/json.c")))
    # Small objects are told of in a sentence: `objects with .Cm name , .Cm value`.
    told = set(re.findall(r"^\.Cm ([a-z_]+)", "\n".join(section("man/weir-trace.1", "JSON")), re.M))
    return differences(code, items("man/weir-trace.1", "JSON") | (told & code), "weir-trace(1)")


def check_keys():
    code = set()
    for path in sources("src/source") + sources("src/cmd") + sources("src/base"):
        text = read(path)
        if "offsetof(struct config" in text:
            code |= set(re.findall(r'^\s*\{"([a-z_]+)",', text, re.M))
    return differences(code, items("man/weir.conf.5", "KEYS"), "weir.conf(5)")


def check_links():
    wrong = []
    for document in DOCUMENTS:
        for target in re.findall(r"\]\(([^)#]+)", read(document)):
            path = os.path.join(os.path.dirname(document), target)
            if "://" not in target and not os.path.exists(os.path.join(ROOT, path)):
                wrong.append(f"{document} links to {target}, which does not exist")
    return wrong


def check_paths():
    """`src/x/y.c`, `tests/...` and the like that a document names; NAME and * stand for any."""
    wrong = []
    for document in DOCUMENTS:
        for path in re.findall(r"`((?:src|tests|man|tools|docs|packaging)/[\w./-]+)`",
                               read(document)):
            if "NAME" not in path and not os.path.exists(os.path.join(ROOT, path)):
                wrong.append(f"{document} names {path}, which does not exist")
    return wrong


def check_dev():
    usage = subprocess.run([os.path.join(ROOT, "dev")], capture_output=True, text=True,
                           check=False).stdout
    known = set(re.findall(r"^  ([a-z-]+)", usage, re.M))
    told = {name for document in DOCUMENTS
            for name in re.findall(r"\./dev ([a-z-]+)", read(document))}
    return [f"./dev {name} is told of, and unknown" for name in sorted(told - known)]


def check_version():
    version = re.search(r"version: '([^']+)'", read("meson.build"))[1]
    if not re.search(rf"^## {re.escape(version)}\b", read("CHANGELOG.md"), re.M):
        return [f"CHANGELOG.md has no section {version}"]
    return []


CASES = [
    ("weir(1) lists every command", check_commands),
    ("weir-trace(1) documents every option", check_options_in_manual),
    ("weir trace --help lists every option", check_options_in_help),
    ("the completion knows every option", check_options_in_completion),
    ("weir-quarantine(1), help and completion agree with the code", check_quarantine),
    ("weir-dkim(1), weir-arc(1), help and completion agree with the code", check_signatures),
    ("weir-scan(1), help and completion agree with the code", check_scan),
    ("manuals, helps and completion know the options of the other commands", check_option_tables),
    ("weir-audit(1) documents every member of the JSON", check_audit_json),
    ("weir-dmarc(1) documents every member of the JSON", check_dmarc_json),
    ("weir-dmarc-reports(1) documents every member of the JSON", check_reports_json),
    ("weir-audit(1) documents every outcome", check_outcomes),
    ("weir-spf(1) documents every member of the JSON", check_spf_json),
    ("weir-trace(1) documents every signal", check_signals),
    ("weir-trace(1) documents every kind of input", check_kinds),
    ("weir-trace(1) documents every route", check_routes),
    ("weir-trace(1) documents every verdict", check_verdicts),
    ("weir-trace(1) documents every member of the JSON", check_json),
    ("weir.conf(5) documents every key", check_keys),
    ("what the documents link to exists", check_links),
    ("the files that the documents name exist", check_paths),
    ("the ./dev commands that the documents tell of exist", check_dev),
    ("the changelog has a section for this version", check_version),
]


def main():
    print(f"1..{len(CASES)}")
    for number, (name, check) in enumerate(CASES, 1):
        try:
            wrong = check()
        except OSError as error:
            wrong = [f"{error.filename}: {error.strerror}"]
        for line in wrong:
            print(f"# {line}")
        print(f"{'not ok' if wrong else 'ok'} {number} - {name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
