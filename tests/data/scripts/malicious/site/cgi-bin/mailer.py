#!/usr/bin/env python3
# Inert: the list does not exist and nothing is sent.
import random
import smtplib
senders = ["anna@example.org", "boris@example.org"]
for to in open("emails.txt"):
    sender = random.choice(senders)
    command = "MAIL FROM:<%s>" % sender
    command = "RCPT TO:<%s>" % to
    text = "Subject: nothing"
