"""firewall - a rule of the node that logs who connects to port 25 elsewhere, as administrators have it.

The kernel's own log would show it to the machine outside, so that nftables hands the packets
to ulogd, which writes them in the same form.
"""

GROUP = 5


class Firewall:
    users = ()
    packages = ("ulogd2", "libnetfilter-log1", "libnfnetlink0", "nftables", "libnftables1",
                "libnftnl11", "libmnl0", "libjansson4", "libxtables12", "libedit2", "libbsd0",
                "libgmp10")

    def __init__(self, node, _options):
        self.node = node

    def start(self):
        node = self.node
        node.write("/etc/range.nft", f"""\
table inet range {{
  chain out {{
    type filter hook output priority 0;
    tcp dport 25 oifname != "lo" ct state new log prefix "smtp-out: " group {GROUP}
  }}
}}
""")
        plugins = node.run("ls /usr/lib/*/ulogd/*.so").split()
        wanted = ("inppkt_NFLOG", "raw2packet_BASE", "filter_IFINDEX", "filter_IP2STR",
                  "filter_PRINTPKT", "output_LOGEMU")
        node.write("/etc/range-ulogd.conf", "[global]\nlogfile=\"/run/ulogd.log\"\n" + "".join(
            f'plugin="{one}"\n' for one in plugins if one.endswith(tuple(f"{w}.so" for w in wanted)))
                   + f"""\
stack=log1:NFLOG,base1:BASE,ifi1:IFINDEX,ip2str1:IP2STR,print1:PRINTPKT,emu1:LOGEMU
[log1]
group={GROUP}
[emu1]
file="/var/log/firewall.log"
sync=1
""")
        node.serve("/usr/sbin/ulogd", "-c", "/etc/range-ulogd.conf")
        node.run("""nft -f /etc/range.nft
            until [ -e /var/log/firewall.log ]; do sleep 0.1; done""", seconds=20)
