#!/usr/bin/env python3
"""syslogd.py FILE: writes what servers say to /dev/log into FILE, in the traditional form."""

import os
import socket
import sys

FACILITY_MAIL = 2

server = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
server.bind("/dev/log")
os.chmod("/dev/log", 0o666)
with open(sys.argv[1], "ab", buffering=0) as file:
    while True:
        record = server.recv(65536).rstrip(b"\0\n")
        priority, _, text = record.removeprefix(b"<").partition(b">")
        # "Nov 25 01:00:00 " is what libc's syslog() sends before the program; the host is added.
        if priority.isdigit() and int(priority) >> 3 == FACILITY_MAIL and len(text) > 16:
            file.write(text[:16] + b"web7 " + text[16:] + b"\n")
