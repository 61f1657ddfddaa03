#!/usr/bin/env python3
# Tells a channel when a build is done.
import socket
s = socket.socket()
s.connect(("irc.example.org", 6667))
s.send(b"NICK builder\r\n")
s.send(b"JOIN #builds\r\n")
s.send(b"PRIVMSG #builds :done\r\n")
