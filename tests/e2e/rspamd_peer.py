#!/usr/bin/env python3
"""rspamd_peer.py FOLDER RECORDS DOMAIN: Debian's rspamd, asked over lines of JSON.

Runs in a namespace of its own, in which the packages that are unpacked in FOLDER lie over /usr and
/etc: they exclude weir's own libraries. RECORDS is a file of JSON, selector → [record, key file]. Says
"ready", then answers each line {"mail": base64, "sign": bool} with
{"pass": bool, "fields": [...]}. Ends with its input.
"""

import base64
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
from dns_server import DnsServer  # noqa: E402

ADDRESS = "127.0.0.1:11399"
START_S = 40


def run(*command):
    subprocess.run(command, check=True, timeout=60)


def lay_over(folder, room):
    """The packages over /usr, and over /etc what may be written to."""
    run("ip", "link", "set", "lo", "up")
    run("mount", "-t", "overlay", "overlay", "-o", f"lowerdir={folder}/usr:/usr", "/usr")
    for name in ("upper", "work"):
        os.mkdir(os.path.join(room, name))
    run("mount", "-t", "overlay", "overlay", "-o",
        f"lowerdir={folder}/etc:/etc,upperdir={room}/upper,workdir={room}/work", "/etc")


def configure(room, port, domain, records):
    keys = " ".join(f'{{ path = "{key}"; selector = "{selector}"; }}'
                    for selector, (_, key) in records.items())
    files = {
        "options.inc": f'dns {{ nameserver = ["127.0.0.1:{port}:1"]; timeout = 1s; }}\n'
                       f'local_addrs = [];\npidfile = "{room}/pid";\nhs_cache_dir = "{room}";\n'
                       f'control_socket = "{room}/control.sock mode=0600";\n',
        "logging.inc": f'type = "file"; filename = "{room}/log"; level = "info";\n',
        "worker-normal.inc": f'bind_socket = "{ADDRESS}"; count = 1;\n',
        "dkim_signing.conf": "allow_username_mismatch = true; use_esld = false;\n"
                             f"domain {{ {domain} {{ selectors [ {keys} ] }} }}\n",
    }
    for name in ("worker-controller.inc", "worker-proxy.inc", "worker-fuzzy.inc"):
        files[name] = "enabled = false; count = 0;\n"
    for name, text in files.items():
        with open("/etc/rspamd/local.d/" + name, "w", encoding="ascii") as file:
            file.write(text)


def wait_until_up():
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"http://{ADDRESS}/ping", timeout=2).read()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    raise TimeoutError("rspamd does not answer")


def ask(question):
    headers = {"From": "anna@example.org", "Rcpt": "bob@example.net"}
    if question["sign"]:
        headers["User"] = "anna@example.org"
    else:
        headers["IP"] = "192.0.2.1"
    request = urllib.request.Request(f"http://{ADDRESS}/checkv2", headers=headers,
                                     data=base64.b64decode(question["mail"]))
    with urllib.request.urlopen(request, timeout=30) as answer:
        found = json.loads(answer.read())
    fields = found.get("dkim-signature", [])
    return {"pass": "R_DKIM_ALLOW" in found["symbols"],
            "fields": fields if isinstance(fields, list) else [fields]}


def serve(room, records, domain):
    zone = {f"{selector}._domainkey.{domain}": [("TXT", record)]
            for selector, (record, _) in records.items()}
    with DnsServer(zone) as server, open(room + "/out", "wb") as out:
        configure(room, server.port, domain, records)
        process = subprocess.Popen(["rspamd", "-f", "-i", "-c", "/etc/rspamd/rspamd.conf"],
                                   stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            wait_until_up()
            print("ready", flush=True)
            for line in sys.stdin:
                print(json.dumps(ask(json.loads(line))), flush=True)
        finally:
            process.terminate()
            process.wait()


def main():
    folder, records, domain = sys.argv[1:4]
    with open(records, encoding="ascii") as file:
        records = json.load(file)
    with tempfile.TemporaryDirectory(prefix="weir-") as room:
        lay_over(folder, room)
        serve(room, records, domain)


main()
