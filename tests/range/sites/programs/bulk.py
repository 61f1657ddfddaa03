#!/usr/bin/python3
"""The same in Python over SMTP to the local mail server: the log shows no user."""

import random
import smtplib
import sys
import time

for to in sys.stdin.read().split():
    sender = f"support{random.randint(1, 90)}@web.example"
    with smtplib.SMTP("127.0.0.1", 25) as server:
        server.sendmail(sender, [to], f"To: {to}\nFrom: {sender}\nSubject: Your account\n\n"
                                      f"Verify it.\n\nTOKEN:{sys.argv[2]}\n")
    time.sleep(float(sys.argv[1]))
