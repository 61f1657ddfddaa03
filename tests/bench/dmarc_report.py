#!/usr/bin/env python3
"""dmarc_report.py FILE [ROWS]: a DMARC aggregate report as a large receiver would send it.

Written as it is made, gzip where FILE ends in .gz. The rows are of a domain with two own
servers, a newsletter service without a key, forwarders and a great many strangers; the same
ROWS give the same bytes.
"""

import gzip
import io
import random
import sys

HEAD = """<?xml version="1.0" encoding="UTF-8" ?>
<feedback>
 <report_metadata><org_name>receiver.example</org_name><email>dmarc@receiver.example</email>
  <report_id>bench-{rows}</report_id>
  <date_range><begin>1767225600</begin><end>1767311999</end></date_range></report_metadata>
 <policy_published><domain>example.org</domain><adkim>r</adkim><aspf>r</aspf><p>none</p>
  <sp>none</sp><pct>100</pct></policy_published>
"""
ROW = ("<record><row><source_ip>{ip}</source_ip><count>{count}</count><policy_evaluated>"
       "<disposition>none</disposition><dkim>{dkim}</dkim><spf>{spf}</spf></policy_evaluated></row>"
       "<identifiers><header_from>example.org</header_from></identifiers><auth_results>"
       "{auth}</auth_results></record>\n")
SIGNED = "<dkim><domain>{0}</domain><selector>{1}</selector><result>{2}</result></dkim>"
SPF = "<spf><domain>{0}</domain><result>{1}</result></spf>"


def rows_of(rows):
    dice = random.Random(rows)
    for number in range(rows):
        kind = number % 10
        if kind < 2:
            yield (f"192.0.2.{10 + kind}", "pass", "pass",
                   SIGNED.format("example.org", "s1", "pass") + SPF.format("example.org", "pass"))
        elif kind == 2:
            yield (f"198.51.100.{dice.randrange(256)}", "fail", "fail",
                   SPF.format("bounce.mcsv.net", "pass"))
        elif kind == 3:
            yield (f"203.0.113.{dice.randrange(256)}", "pass", "fail",
                   SIGNED.format("example.org", "s1", "pass") + SPF.format("forward.example", "pass"))
        else:
            ip = f"2001:db8:{dice.randrange(65536):x}:{dice.randrange(65536):x}::1"
            yield ip, "fail", "fail", SPF.format("example.org", "fail")


def write(file, rows):
    file.write(HEAD.format(rows=rows))
    for ip, dkim, spf, auth in rows_of(rows):
        file.write(ROW.format(ip=ip, count=1, dkim=dkim, spf=spf, auth=auth))
    file.write("</feedback>\n")


def main():
    path, rows = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 1000000
    if path.endswith(".gz"):
        with gzip.GzipFile(path, "wb", 6, mtime=0) as packed:
            with io.TextIOWrapper(packed, encoding="ascii") as file:
                write(file, rows)
    else:
        with open(path, "w", encoding="ascii") as file:
            write(file, rows)


if __name__ == "__main__":
    main()
