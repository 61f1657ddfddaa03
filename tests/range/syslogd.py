#!/usr/bin/env python3
"""syslogd.py FOLDER: writes what servers say to /dev/log into FOLDER, in the traditional form."""

import os
import socket
import sys

NAMES = {2: "mail.log", 4: "auth.log", 10: "auth.log"}  # by facility

server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind("/dev/log")
os.chmod("/dev/log", 0o666)
files = {name: open(os.path.join(sys.argv[1], name), "ab", buffering=0)
         for name in set(NAMES.values())}
while True:
    record = server.recv(65536).rstrip(b"\0\n")
    priority, _, text = record.removeprefix(b"<").partition(b">")
    name = NAMES.get(int(priority) >> 3) if priority.isdigit() else None
    # "Nov 25 01:00:00 " is what libc's syslog() sends before the program; the host is added.
    if name and len(text) > 16:
        files[name].write(text[:16] + b"web7 " + text[16:] + b"\n")
