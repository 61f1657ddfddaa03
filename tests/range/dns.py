"""dns - the names of the world: a server for *.example and the documentation networks.

Every domain has one mail server, mx.DOMAIN, at an address of 198.51.100.0/24. A third of
the clients have no name, as in real logs.
"""

import socket
import struct
import threading
import zlib

from lab import GATEWAY, HOST, NODE

A, PTR, MX, TXT = 1, 12, 15, 16


def address_of(domain):
    """The mail server of a domain."""
    return f"198.51.100.{zlib.crc32(domain.encode()) % 200 + 20}"


def name_of(address):
    """What a client's address resolves to; empty where it has no name."""
    if address == NODE:
        return HOST
    number = zlib.crc32(address.encode())
    if address.startswith("198.51.100."):
        return f"mail{address.rsplit('.', 1)[1]}.servers.example"
    return f"dyn-{address.replace('.', '-')}.isp.example" if number % 3 else ""


def reverse(name):
    number = name.removesuffix(".in-addr.arpa").split(".")
    return ".".join(reversed(number))


def forward(name):
    if name == HOST:
        return NODE
    label, _, rest = name.partition(".")
    if rest == "isp.example":
        return label.removeprefix("dyn-").replace("-", ".")
    if rest == "servers.example":
        return f"198.51.100.{label.removeprefix('mail')}"
    return address_of(rest) if label == "mx" else ""


def wire_name(name):
    return b"".join(bytes([len(part)]) + part.encode() for part in name.split(".")) + b"\0"


def answer(name, kind):
    """The data of the one record, or nothing."""
    if kind == PTR and name.endswith(".in-addr.arpa"):
        found = name_of(reverse(name))
        return wire_name(found) if found else b""
    if not name.endswith(".example"):
        return b""
    if kind == A:
        found = forward(name)
        return socket.inet_aton(found) if found else b""
    if kind == MX and name.count(".") == 1:
        return struct.pack(">H", 10) + wire_name("mx." + name)
    return b""


def reply(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode("ascii", "replace"))
        at += 1 + query[at]
    question = query[12:at + 5]
    name, kind = ".".join(labels).lower(), struct.unpack(">H", query[at + 1:at + 3])[0]
    data = answer(name, kind)
    missing = kind == PTR and not data
    head = query[:2] + struct.pack(">HHHHH", 0x8583 if missing else 0x8580, 1, bool(data), 0, 0)
    record = b"\xc0\x0c" + struct.pack(">HHIH", kind, 1, 300, len(data)) + data
    return head + question + (record if data else b"")


def serve():
    """Answers until the process ends."""
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind((GATEWAY, 53))

    def loop():
        while True:
            query, client = server.recvfrom(1500)
            try:
                server.sendto(reply(query), client)
            except (IndexError, OSError, struct.error):
                continue

    threading.Thread(target=loop, daemon=True).start()
