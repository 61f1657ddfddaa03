#!/usr/bin/env python3
"""scan_rules.py WEIR SOURCE: every rule on malicious PHP, on a file that it is for and on a harmless twin; prints TAP.

tests/data/php/malicious/NAME.php is accused by the rule of the table, alone or among others, with at
least that confidence; of its twin in tests/data/php/safe nothing malicious is said.
"""

import json
import os
import re
import subprocess
import sys

sys.dont_write_bytecode = True
import tap  # noqa: E402

WEIR, SOURCE = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
DATA = os.path.join(SOURCE, "tests", "data", "php")

# File: the rule, and the least confidence.
FILES = {
    "argument_of_built_call": ("call-argument", 0.9),
    "array_union": ("eval-request", 0.9),
    "assert_callback": ("eval-request", 0.9),
    "attack_text": ("attack-text", 0.9),
    "callback_made": ("callback-that-runs", 0.9),
    "callback_that_runs": ("callback-that-runs", 0.9),
    "closure_handed_on": ("eval-request", 0.9),
    "code_by_xml": ("code-by-xml", 0.9),
    "command_attack": ("command-attack", 0.9),
    "command_by_com": ("command-request", 0.9),
    "command_fetched": ("command-network", 0.9),
    "command_from_request": ("command-request", 0.9),
    "command_hidden": ("command-decoded", 0.8),
    "command_in_text": ("command-in-text", 0.9),
    "compiles_request": ("compiles-request", 0.9),
    "credential_mail": ("credential-mail", 0.9),
    "drops_program": ("drop-program", 0.9),
    "drops_script": ("drop-script", 0.9),
    "eval_fetched": ("eval-network", 0.9),
    "eval_of_file": ("eval-file", 0.4),
    "eval_of_pieces": ("eval-built", 0.9),
    "eval_of_session": ("eval-stored", 0.4),
    "eval_post": ("eval-request", 0.9),
    "eval_unpacked": ("eval-decoded", 0.9),
    "every_way_to_run": ("command-ladder", 0.8),
    "far_to_the_right": ("code-out-of-sight", 0.8),
    "handler_for_pictures": ("handler-for-files", 0.8),
    "header_names_function": ("call-request", 0.9),
    "hidden_name_handed_on": ("hidden-name", 0.9),
    "hidden_page": ("hidden-page", 0.9),
    "include_from_request": ("include-request", 0.9),
    "include_hidden_name": ("include-hidden", 0.9),
    "include_picture": ("include-picture", 0.9),
    "include_spelled": ("include-hidden", 0.9),
    "include_stream": ("include-stream", 0.9),
    "letters_as_numbers": ("escaped-text", 0.8),
    "long_packed_text": ("packed-code", 0.9),
    "mails_a_list": ("mail-bomb", 0.9),
    "mails_by_hand": ("mail-by-hand", 0.7),
    "mails_lines_of_a_field": ("mail-bomb", 0.9),
    "name_by_bits": ("hidden-name", 0.9),
    "name_by_reference": ("eval-request", 0.9),
    "name_decoded_from_unknown": ("call-built", 0.9),
    "name_of_barewords": ("hidden-name", 0.9),
    "name_reversed": ("hidden-name", 0.9),
    "names_hidden": ("hidden-calls", 0.9),
    "names_that_look_alike": ("unreadable-names", 0.9),
    "packets_to_anybody": ("flood", 0.9),
    "password_in_code": ("password-in-code", 0.9),
    "path_from_request": ("path-request", 0.9),
    "pattern_from_request": ("pattern-request", 0.9),
    "pattern_hidden": ("pattern-hidden", 0.9),
    "pattern_unset": ("pattern-unset", 0.9),
    "picked_letters": ("picked-letters", 0.9),
    "picture_with_code": ("picture-with-code", 0.8),
    "program_in_base64": ("program-in-base64", 0.8),
    "property_flow": ("eval-request", 0.9),
    "reflected_function": ("call-request", 0.9),
    "replace_evaluates": ("eval-request", 0.9),
    "request_extracted": ("call-request", 0.7),
    "request_names_function": ("call-request", 0.9),
    "runs_parameter": ("runs-parameter", 0.9),
    "scattered_by_goto": ("scattered-code", 0.8),
    "script_tag": ("eval-request", 0.9),
    "shell_on_a_connection": ("reverse-shell", 0.9),
    "superglobal_built": ("eval-request", 0.9),
    "text_by_bits": ("text-by-bits", 0.9),
    "two_faces": ("cloaking", 0.7),
    "unserialized_magic": ("magic-code", 0.9),
    "unset_callee": ("call-unset", 0.9),
    "unset_code": ("eval-unset", 0.9),
    "unset_command": ("command-unset", 0.9),
    "unset_path": ("write-unset", 0.9),
    "upload_becomes_program": ("upload-program", 0.9),
    "uploads_anything": ("upload-any", 0.9),
    "words_of_shells": ("shell-words", 0.9),
    "writes_what_is_sent": ("write-request", 0.9),
    "writes_what_it_fetches": ("write-network", 0.9),
    "written_then_run": ("include-written", 0.9),
}


def scan(folder):
    """What is malicious in a folder: file name -> findings."""
    done = subprocess.run([WEIR, "scan", "--json", "--no-cache", "--no-logs",
                           os.path.join(DATA, folder)],
                          capture_output=True, text=True, check=False, timeout=60)
    found = {}
    for finding in json.loads(done.stdout)["findings"]:
        if finding["kind"] == "malicious":
            found.setdefault(os.path.basename(finding["path"]), []).append(finding)
    return found


def rules_of(finding):
    """Its rule, and those that its reason names behind "Also:"."""
    also = re.search(r" Also: (.*)", finding["why"])
    return {finding["rule"], *re.findall(r"([a-z0-9-]+) \(line", also.group(1) if also else "")}


def accuses(name, rule, least):
    findings = MALICIOUS.get(name + ".php", [])
    rules = set().union(*map(rules_of, findings)) if findings else set()
    assert rule in rules, f"{rule} is not in {sorted(rules)}"
    best = max(finding["confidence"] for finding in findings)
    assert best >= least, f"{best} is less than {least}"


def is_silent(name):
    assert os.path.exists(os.path.join(DATA, "safe", name + ".php")), "no twin"
    said = SAFE.get(name + ".php", [])
    assert not said, [(finding["rule"], finding["confidence"]) for finding in said]


def all_rules_have_files():
    """Each rule in the source has a file here."""
    rules = set()
    for folder, _, names in os.walk(os.path.join(SOURCE, "src", "scan")):
        for name in names:
            if name.startswith("malicious") or name == "structure.c":
                with open(os.path.join(folder, name), encoding="utf-8") as file:
                    rules |= set(re.findall(r'add\(\s*(?:malicious,\s*event|signs,\s*code,[^"]*?),'
                                            r'\s*"([a-z0-9-]+)"', file.read()))
    assert rules, "no rule found in the source"
    missing = rules - {rule for rule, _ in FILES.values()}
    assert not missing, sorted(missing)


def all_files_are_listed():
    """Each file lies in both folders and in the table."""
    for folder in ("malicious", "safe"):
        names = {name[:-4] for name in os.listdir(os.path.join(DATA, folder))}
        assert names == set(FILES), sorted(names ^ set(FILES))


MALICIOUS, SAFE = scan("malicious"), scan("safe")
CASES = [(f"{name}: {rule}", lambda name=name, rule=rule, least=least: accuses(name, rule, least))
         for name, (rule, least) in FILES.items()]
CASES += [(f"{name}: silent on its twin", lambda name=name: is_silent(name)) for name in FILES]
CASES += [(one.__doc__, one) for one in (all_rules_have_files, all_files_are_listed)]
sys.exit(tap.run(CASES))
