#!/usr/bin/python3
"""What a bot does that needs no mail server: it speaks SMTP straight to those of its recipients."""

import smtplib
import sys
import time

pause, label, sender = float(sys.argv[1]), sys.argv[2], sys.argv[3]
for to in sys.stdin.read().split():
    try:
        with smtplib.SMTP("mx." + to.split("@")[1], 25, timeout=10) as server:
            server.sendmail(sender, [to], f"To: {to}\nFrom: {sender}\nSubject: Your account\n\n"
                                          f"Verify it.\n\nTOKEN:{label}\n")
    except (OSError, smtplib.SMTPException):
        pass
    time.sleep(pause)
