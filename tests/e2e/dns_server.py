"""dns_server - a small name server on loopback, for tests: what a table says, and nothing else.

    zone = {"example.com": [("TXT", "v=spf1 mx -all"), ("MX", 10, "mx.example.com")],
            "slow.example.com": ["TIMEOUT"]}
    with DnsServer(zone) as server:
        run("--resolver", server.address)          # "127.0.0.1@40001"

The form of the zone is that of openspf's test suites: an entry may also be {"TXT": [...]}, and text may be
a list of strings. TIMEOUT: no answer to what is not listed before it. Also: "SERVFAIL", "REFUSED", "GARBAGE".
TXT strings longer than 255 bytes are split. Answers over UDP are cut at 1232 bytes; TCP has all.
"""

import ipaddress
import socket
import socketserver
import struct
import threading

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33,
         "TLSA": 52, "SPF": 99, "CAA": 257}
UDP_MAX = 1232
TTL_S = 60
CHAIN_MAX = 10
SILENT = "silent"


def to_bytes(text):
    return text if isinstance(text, bytes) else text.encode("utf-8", "surrogateescape")


def wire_name(name):
    wire = b""
    for label in to_bytes(name).rstrip(b".").split(b"."):
        if label:
            wire += bytes([min(len(label), 63)]) + label[:63]
    return wire + b"\0"


def wire_text(strings):
    wire = b""
    # A TXT record has one string at least (RFC 1035 section 3.3.14), if an empty one.
    for string in ([strings] if isinstance(strings, (str, bytes)) else strings or [b""]):
        string = to_bytes(string)
        for start in range(0, max(len(string), 1), 255):
            piece = string[start:start + 255]
            wire += bytes([len(piece)]) + piece
    return wire


def wire_data(kind, values):
    """The data of a record as it stands on the wire."""
    if kind in ("TXT", "SPF"):
        return wire_text(values[0] if len(values) == 1 else list(values))
    if kind in ("A", "AAAA"):
        return ipaddress.ip_address(values[0]).packed
    if kind == "MX":
        return struct.pack("!H", int(values[0])) + wire_name(values[1])
    if kind == "SRV":
        return struct.pack("!HHH", *(int(value) for value in values[:3])) + wire_name(values[3])
    if kind in ("CNAME", "NS", "PTR"):
        return wire_name(values[0])
    if kind == "TLSA":
        return bytes(int(value) for value in values[:3]) + bytes.fromhex(values[3])
    if kind == "SOA":
        return wire_name(values[0]) + wire_name(values[1]) + struct.pack("!IIIII", *values[2:7])
    return to_bytes(values[0])


def read_entry(entry):
    """(type, values) of an entry in any of its forms."""
    if isinstance(entry, str):
        return entry, None
    if isinstance(entry, dict):
        (kind, values), = entry.items()
    else:
        kind, values = entry[0], entry[1:]
        values = list(values)
    if not isinstance(values, (list, tuple)):
        values = [values]
    elif isinstance(entry, dict) and kind in ("TXT", "SPF"):
        values = [list(values)]
    return kind, values


class Zone:
    """Answers questions from a table of names."""

    def __init__(self, table):
        self.names = {}
        for name, entries in table.items():
            self.names[to_bytes(name).lower().rstrip(b".")] = [read_entry(entry) for entry in entries]

    def exists(self, name):
        return any(other == name or other.endswith(b"." + name) for other in self.names)

    def answer(self, name, kind):
        """(rcode, [(name, type, data)]); SILENT as rcode: no answer at all."""
        records = []
        for _ in range(CHAIN_MAX):
            entries = self.names.get(name, [])
            alias = None
            found = []
            for entry, values in entries:
                if values is None:
                    if entry == "TIMEOUT" and not found and not alias:
                        return SILENT, []
                    if entry in ("SERVFAIL", "REFUSED", "GARBAGE") and not found:
                        return entry, []
                elif entry == "CNAME":
                    alias = values[0]
                    if kind == "CNAME":
                        found.append(values)
                elif entry == kind:
                    found.append(values)
            if found or not alias:
                records += [(name, kind, wire_data(kind, values)) for values in found]
                return (0 if found or records or self.exists(name) else 3), records
            records.append((name, "CNAME", wire_data("CNAME", [alias])))
            name = to_bytes(alias).lower().rstrip(b".")
        return 0, records


def read_question(packet):
    at, labels = 12, []
    while packet[at]:
        labels.append(packet[at + 1:at + 1 + packet[at]])
        at += 1 + packet[at]
    kind, = struct.unpack("!H", packet[at + 1:at + 3])
    return b".".join(labels).lower(), kind, packet[12:at + 5]


def reply(server, packet, size_max):
    """The answer's bytes; None: there is none."""
    try:
        name, number, question = read_question(packet)
    except (IndexError, struct.error):
        return None
    kind = next((kind for kind, value in TYPES.items() if value == number), None)
    server.questions.append((name.decode("latin-1"), kind or str(number)))
    rcode, records = server.zone.answer(name, kind)
    if rcode == SILENT:
        return None
    if rcode == "GARBAGE":
        return packet[:2] + b"\x81\x80" + b"\xff" * 40
    code = {"SERVFAIL": 2, "REFUSED": 5}.get(rcode, rcode)
    body = b""
    for owner, owner_kind, data in records:
        body += wire_name(owner) + struct.pack("!HHIH", TYPES[owner_kind], 1, TTL_S, len(data)) + data
    flags, count = 0x8580 | code, len(records)
    if 12 + len(question) + len(body) > size_max:
        flags, count, body = flags | 0x0200, 0, b""
    return packet[:2] + struct.pack("!HHHHH", flags, 1, count, 0, 0) + question + body


class UdpHandler(socketserver.BaseRequestHandler):
    def handle(self):
        packet, sock = self.request
        answer = reply(self.server.owner, packet, UDP_MAX)
        if answer:
            sock.sendto(answer, self.client_address)


class TcpHandler(socketserver.BaseRequestHandler):
    def handle(self):
        while True:
            head = self.request.recv(2, socket.MSG_WAITALL)
            if len(head) < 2:
                return
            packet = self.request.recv(struct.unpack("!H", head)[0], socket.MSG_WAITALL)
            answer = reply(self.server.owner, packet, 65535)
            if not answer:
                return
            self.request.sendall(struct.pack("!H", len(answer)) + answer)


class UdpServer(socketserver.ThreadingUDPServer):
    daemon_threads = True
    allow_reuse_address = False


class TcpServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = False


class DnsServer:
    """Serves a zone on a free port of 127.0.0.1 while it is entered."""

    def __init__(self, table, host="127.0.0.1", port=0):
        self.zone = Zone(table)
        self.questions = []
        self.udp, self.tcp = self.bind(host, port)
        for one in (self.udp, self.tcp):
            one.owner = self
        self.port = self.udp.server_address[1]
        self.address = f"{host}@{self.port}"

    @staticmethod
    def bind(host, port):
        """Both protocols on one port: another one is tried while the second is taken."""
        for _ in range(50):
            udp = UdpServer((host, port), UdpHandler)
            try:
                return udp, TcpServer((host, udp.server_address[1]), TcpHandler)
            except OSError:
                udp.server_close()
        raise OSError("no free port for both UDP and TCP")

    def __enter__(self):
        for one in (self.udp, self.tcp):
            threading.Thread(target=one.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_):
        for one in (self.udp, self.tcp):
            one.shutdown()
            one.server_close()
