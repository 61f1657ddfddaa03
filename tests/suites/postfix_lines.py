#!/usr/bin/env python3
"""postfix_lines.py SHOW_EVENT: 191 real Postfix lines against ../shared/suites/postfix-lines; prints TAP.

Each YAML file holds one message and every field that a grok pattern finds in it.
What it finds tells which event the line is, and the fields that weir's events
carry are compared; a message of which weir carries nothing must be "none", read
and of no use, and never "unknown". Fragments of lines (delays, a relay, counters,
TLS features) are put into a line where Postfix writes them.
"""

import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("WEIR_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
SUITE = os.path.join(SHARED, "suites", "postfix-lines")

SENT = "7EE668039: to=<a@b.example>, relay=%s, delay=3.6, delays=%s, tls=%s, dsn=2.0.0, status=sent (ok)"
# pattern: (program, the line around the fragment, fields that the fragment itself does not state)
FRAGMENTS = {
    "COMMAND_COUNTER_DATA": ("smtpd", "disconnect from h.example[192.0.2.7] %s", {}),
    "DELAYS": ("smtp", SENT % ("none", "%s", "may"), {"dsn": "2.0.0", "delay_ms": 3600}),
    "RELAY": ("lmtp", SENT % ("%s", "1/1/1/0.6", "may"), {"dsn": "2.0.0", "delay_ms": 3600}),
    "TLS_FEATURES": ("smtp", SENT % ("none", "1/1/1/0.6", "%s"), {"dsn": "2.0.0", "delay_ms": 3600}),
}
PROGRAMS = {"SCRIPT": "postfix-script", "TRIVIAL_REWRITE": "trivial-rewrite"}
STATUSES = {"sent": "sent", "deferred": "deferred", "bounced": "bounced", "expired": "bounced"}
REPLIES = ("postfix_smtp_response", "postfix_local_response", "postfix_pipe_response",
           "postfix_error_response")
# What the patterns find and no event of weir carries: it says nothing of who sent what.
NOT_CARRIED = re.compile(
    r"postfix_(anvil_|scache_|cmd_|tls_|requiretls|postscreen_(?!toobusy)|verify_|delay_|dnsbl_|version$|"
    r"config_path$|termination_signal$|service$|server_|client_port$|client_ip_unknown$|smtp_stage$|"
    r"proxy_smtp_stage$|smtp_lostconn_|smtpd_lostconn_|pix_workaround$|discarded_ehlo_keywords$|"
    r"message_level$|postsuper_summary_|bounce_recipient$|bounce_reason$|milter_data$|"
    r"prepend_(type|value)$|relay_service$|command_counter_data$)")
# Where the suite is held wrong: the field, what it should be, and why.
CORRECTIONS = {
    "smtp_0031.yaml": ("postfix_queueid", "B0ADE20FC7",
                       "the line begins with a queue id, which the pattern passes over"),
}
UNESCAPED = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}


def scalar(text):
    """A YAML scalar on one line: double-quoted, single-quoted or plain."""
    text = text.strip()
    if text.startswith('"'):
        body = re.match(r'"((?:[^"\\]|\\.)*)"', text)[1]
        return re.sub(r"\\(.)", lambda found: UNESCAPED[found[1]], body)
    if text.startswith("'"):
        return text[1:text.rindex("'")].replace("''", "'")
    return re.split(r"\s#", text)[0].strip()


def read_case(path):
    case, results = {}, {}
    with open(path, encoding="utf-8") as file:
        for line in file:
            if not line.strip() or line.lstrip().startswith("#"):
                continue
            key, value = line.split(":", 1)
            (results if line[0] == " " else case)[key.strip()] = scalar(value)
    return re.search(r"%\{POSTFIX_(\w+)\}", case["pattern"])[1], case["data"], results


def key_values(results):
    """What is in postfix_keyvalue_data: to=<a@b>, relay=none, ...; brackets are dropped."""
    text = results.get("postfix_keyvalue_data", "")
    return {key: value.removeprefix("<").removesuffix(">")
            for key, value in re.findall(r"(?:^|,? )([a-z_]+)=(<[^>]*>|[^,\s]*)", text)}


def peer(text):
    """host[address]:port; an address with a slash is a socket of this host."""
    found = re.fullmatch(r"(.*)\[(.*)\](?::(\d+))?", text)
    if not found:
        return text, "", 0
    return found[1], "" if "/" in found[2] else found[2], int(found[3] or 0)


def accept_of(results, given):
    if "uid" in given:
        name = "sender" if "@" in given["from"] else "user"
        return "accept", {"via": "local", "uid": int(given["uid"]), name: given["from"]}
    if "client" in given:
        host, address, _ = peer(given["client"])
        return "accept", {"via": "smtp", "client_host": host, "client_address": address}
    return None


def delivery_of(results, given):
    if results.get("postfix_proxy_result") == "accept":
        reply = results["postfix_proxy_message"]
        return "delivery", {"status": "sent", "reply": reply, "next": "queued as",
                            "next_id": reply.split(" queued as ")[1]}
    relay = given.get("relay", results.get("postfix_relay_service") and
                      "%s[%s]" % (results["postfix_relay_hostname"], results["postfix_relay_service"]))
    if relay is None:
        return None
    want = {"is_local": "/" in relay or relay in ("local", "virtual", "dovecot")}
    want["relay_host"], want["relay_address"], want["relay_port"] = peer(relay)
    if "to" in given:
        want["recipient"] = given["to"]
        want["original_recipient"] = given.get("orig_to", "")
        want["dsn"] = given["dsn"]
        want["delay_ms"] = round(float(given["delay"]) * 1000)
    if "postfix_status" in results:
        want["status"] = STATUSES.get(results["postfix_status"], "other")
    for reply in (results[name] for name in REPLIES if name in results):
        queued = re.search(r"queued as (\w+)$", reply)
        want.update(reply=reply, next="queued as" if queued else "none",
                    next_id=queued[1] if queued else "")
    return "delivery", want


def queued_of(results, given):
    if "size" in given and "nrcpt" in given:
        return "queued", {"sender": given["from"], "size": int(given["size"]),
                          "recipient_count": int(given["nrcpt"])}
    if "postfix_from" in results:
        return "queued", {"sender": results["postfix_from"]}
    return None


def refused_of(results, given):
    words = (results.get("postfix_action"), results.get("postfix_milter_result"),
             results.get("postfix_proxy_result"))
    if not {"reject", "discard", "milter-reject"}.intersection(words) and \
            "postfix_postscreen_toobusy_data" not in results:
        return None
    want = {"sender": given.get("from", ""), "recipient": given.get("to", ""),
            "client_host": results.get("postfix_client_hostname", ""),
            "client_address": results.get("postfix_client_ip", ""),
            "is_relay_denied": results.get("postfix_status_message") == "Relay access denied"}
    if "postfix_milter_message" in results:
        found = re.fullmatch(r"\S+ from (.*?)\[(.*?)\]: (.*)", results["postfix_milter_message"])
        want["client_host"], want["client_address"], want["text"] = found.groups()
    elif "postfix_proxy_message" in results:
        want["text"] = results["postfix_proxy_message"]
    else:
        # The pattern takes the reply apart; all its parts must be in it, in this order.
        parts = [results[name] for name in
                 ("postfix_status_code", "postfix_status_code_enhanced", "postfix_status_data",
                  "postfix_status_message", "postfix_postscreen_toobusy_data") if name in results]
        want["text"] = re.compile(".*?".join(map(re.escape, parts)))
    return "refused", want


def header_of(results, given):
    found = re.fullmatch(r"header ([^:]+): (.*) from (local|\S+\[\S+\])", results.get("postfix_message", ""))
    if found:
        return "header", {"name": found[1], "value": found[2]}
    if results.get("postfix_prepend_type") == "header":
        name, value = results["postfix_prepend_trigger"].split(": ", 1)
        return "header", {"name": name, "value": value}
    return None


def login_of(results, given):
    if "authentication failed" in results.get("postfix_message", "") and "postfix_client_ip" in results:
        return "login", {"client": results["postfix_client_ip"], "is_success": False, "attempts": 1}
    if results.get("postfix_cmd_auth_accepted") == "0":
        return "login", {"client": "192.0.2.7", "is_success": False,
                         "attempts": int(results["postfix_cmd_auth"])}
    return None


def small_of(results, given):
    if "postfix_bounce_queueid" in results:
        return "notice", {"child_id": results["postfix_bounce_queueid"]}
    if "postfix_message-id" in results:
        return "message_id", {"id": results["postfix_message-id"]}
    done = results.get("postfix_postsuper_action", results.get("postfix_message"))
    return {"removed": ("removed", {}), "placed on hold": ("hold", {})}.get(done)


def expectation(pattern, results):
    """(kind, fields) of the event that such a line must be."""
    given = key_values(results)
    for rule in (accept_of, delivery_of, queued_of, refused_of, header_of, login_of, small_of):
        found = rule(results, given)
        if found:
            return found
    return ("delivery" if pattern in ("DELAYS", "TLS_FEATURES") else "none"), {}


def differences(event, kind, want):
    if event["kind"] != kind:
        return [f"is '{event['kind']}', not '{kind}'"]
    lines = []
    for name, value in want.items():
        got = event.get(name, 0 if isinstance(value, int) else "")
        fits = value.search(got) if isinstance(value, re.Pattern) else got == value
        if not fits:
            lines.append(f"{name} is {got!r}, not {getattr(value, 'pattern', value)!r}")
    return lines


# The fields of the YAML that the rules above look at.
CARRIED = {"postfix_" + name for name in (
    "queueid", "keyvalue_data", "client_ip", "client_hostname", "relay_hostname", "relay_ip", "relay_port",
    "message", "status", "status_message", "status_data", "status_code", "status_code_enhanced", "action",
    "message-id", "bounce_queueid", "milter_result", "milter_message", "proxy_result", "proxy_message",
    "proxy_status_code", "proxy_status_code_enhanced", "prepend_trigger", "postsuper_action", "from",
    "postscreen_toobusy_data", "smtp_response", "local_response", "pipe_response", "error_response")}


def prepare(name):
    """The syslog line of a case, the kind of event and the fields that it must have."""
    pattern, data, results = read_case(os.path.join(SUITE, name))
    program = PROGRAMS.get(pattern, pattern.lower())
    extra = {}
    if name in CORRECTIONS:
        field, value, _ = CORRECTIONS[name]
        results[field] = value
    if pattern in FRAGMENTS:
        program, around, extra = FRAGMENTS[pattern]
        data = around % data
    kind, want = expectation(pattern, results)
    want = dict(want, **extra)
    if pattern not in FRAGMENTS:
        queue_id = results.get("postfix_queueid", "")
        want["queue_id"] = "" if queue_id == "NOQUEUE" else queue_id
    strange = [field for field in results if field not in CARRIED and not NOT_CARRIED.match(field)]
    # Postfix itself never lets a control character into its log.
    line = re.sub(r"[\x00-\x1f\x7f]", "?", f"Nov 23 15:21:22 h postfix/{program}[77]: {data}")
    return line, kind, want, [f"nothing is known of {field}" for field in strange]


def main():
    if not os.path.isdir(SUITE):
        print("1..0 # SKIP ../shared/suites/postfix-lines is not here")
        return
    names = sorted(name for name in os.listdir(SUITE) if name.endswith(".yaml"))
    cases = [prepare(name) for name in names]
    done = subprocess.run([sys.argv[1], "syslog"], input="".join(case[0] + "\n" for case in cases).encode(),
                          stdout=subprocess.PIPE, timeout=60, check=True)
    events = [json.loads(line) for line in done.stdout.splitlines()]
    passed = 0
    print(f"1..{len(cases) + 1}")
    for index, (name, (line, kind, want, lines), event) in enumerate(zip(names, cases, events), 1):
        lines = lines + differences(event, kind, want)
        passed += not lines
        print(f"{'not ok' if lines else 'ok'} {index} - {name}: {kind}")
        for text in lines + ([line] if lines else []):
            print(f"# {text}")
    whole = passed == len(cases) == len(events) and passed > 0
    print(f"{'ok' if whole else 'not ok'} {len(cases) + 1} - every line is read as expected")
    print(f"# {passed}/{len(cases)}")


if __name__ == "__main__":
    main()
