#!/usr/bin/python3
"""What a monitor does: it looks whether some mail servers still answer."""

import smtplib
import sys
import time

pause, rounds = float(sys.argv[1]), int(sys.argv[2])
servers = sys.stdin.read().split()
for number in range(rounds):
    for one in servers:
        try:
            with smtplib.SMTP(one, 25, timeout=10) as server:
                server.noop()
        except (OSError, smtplib.SMTPException):
            pass
        time.sleep(pause)
