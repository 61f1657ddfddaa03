#!/usr/bin/env python3
"""scan_hostile.py WEIR: no file costs `weir scan` more than a second or 64 MB; prints TAP.

The hostile files are made here, in a folder of the test: texts of nothing but structure.
A build with sanitizers is slower and larger: WEIR_SLOW=N gives it N times the time, and
memory is not looked at.
"""

import base64
import gzip
import io
import json
import os
import subprocess
import sys
import tempfile
import time
import zipfile
import zlib

sys.dont_write_bytecode = True
import tap  # noqa: E402

WEIR = os.path.abspath(sys.argv[1])
SLOW = float(os.environ.get("WEIR_SLOW", "0"))
CPU_MAX_S = 1.0 * (SLOW or 1)
MEMORY_MAX_KB = 64 * 1024
MB = 1 << 20


# A process's peak begins with that of who started it: that must be a small one.
LAUNCHER = """
import json, os, subprocess, sys
done = subprocess.run(sys.argv[2:], stdout=open(sys.argv[1], "wb"), stderr=subprocess.DEVNULL)
import resource
usage = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([done.returncode, usage.ru_utime + usage.ru_stime, usage.ru_maxrss]))
"""


def run(folder):
    """(report, processor seconds, peak in kB) of one scan with one thread."""
    out = os.path.join(folder, "..", "report")
    done = subprocess.run(
        [sys.executable, "-S", "-E", "-c", LAUNCHER, out,
         WEIR, "scan", "--json", "--no-cache", "--threads", "1", folder],
        stdout=subprocess.PIPE, timeout=120, check=True)
    code, cpu_s, peak_kb = json.loads(done.stdout)
    assert code in (0, 1), code
    with open(out, "rb") as file:
        report = json.loads(file.read().decode("utf-8", "replace"))
    return report, cpu_s, peak_kb


def cost(name, data):
    """What the file costs beyond a scan of a small one."""
    with tempfile.TemporaryDirectory() as top:
        folder = os.path.join(top, "site")
        os.mkdir(folder)
        with open(os.path.join(folder, "index.php"), "wb") as file:
            file.write(b"<?php echo 1;")
        _, base_s, base_kb = run(folder)
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)
        report, cpu_s, peak_kb = run(folder)
        return report, cpu_s - base_s, peak_kb - base_kb


def bomb():
    """Ever the same bytes, packed and packed again."""
    data = b"A" * (64 * MB)
    for _ in range(2):
        data = zlib.compress(data, 9)[2:-4]
    return base64.b64encode(data)


def layers(depth):
    """eval of eval of eval."""
    code = b"$a = $_POST['a'];"
    for _ in range(depth):
        code = b"eval(base64_decode('" + base64.b64encode(code) + b"'));"
    return b"<?php " + code


def zipped(name):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, b"<?php " + b"$a = 1;\n" * (4 * MB))
    return file.getvalue()


def phar():
    """A phar as PHP reads it: a stub, and behind it what no parser shall take for code."""
    return b"<?php Phar::mapPhar(); include 'phar://a'; __HALT_COMPILER(); ?>\r\n" + zipped("a.php")


PHP = b"<?php eval($_POST['a']); "
FILES = {
    "parentheses.php": PHP + b"$x = " + b"(" * (2 * MB),
    "brackets.php": PHP + b"$x = " + b"[" * (8 * MB - 100),
    "braces.php": PHP + b"{" * (8 * MB - 100),
    "braces-closed.php": PHP + b"{" * 100000 + b"}" * 100000,
    "ifs.php": PHP + b"if ($a) " * MB,
    "else-ifs.php": PHP + b"if ($a) { $b = 1; } " + b"elseif ($a) { $b = $_GET[1]; } " * 200000,
    "minus.php": PHP + b"$x = " + b"-" * (8 * MB - 100),
    "casts.php": PHP + b"$x = " + b"(int)" * MB,
    "ternaries.php": PHP + b"$x = " + b"$a ? $b : " * 700000 + b"1;",
    "concatenation.php": PHP + b"$x = 'a'" + b".'a'" * 2000000 + b";",
    "concatenation-chr.php": PHP + b"$x = ''" + b".chr(65)" * 900000 + b"; $x();",
    "arrow-chain.php": PHP + b"$x" + b"->a()" * 1500000 + b";",
    "index-chain.php": PHP + b"$x" + b"[1]" * 2500000 + b" = 1;",
    "one-line.php": PHP + b"$a='x';" * MB,
    "one-line.js": b"var a='x';" * 800000,
    "one-line.html": b"<a href='x'>" * 600000,
    "tokens.php": PHP + b"$a+$b;" * 1000000,
    "calls.php": PHP + b"f($a);" * 1000000,
    "functions.php": PHP + b"".join(b"function f%d($a){f%d($a);mail($a,$a,$a);}" % (i, i + 1)
                                    for i in range(120000)),
    "functions-two-calls.php": PHP + b"".join(
        b"function f%d($a){return f%d($a).f%d($a);}" % (i, i + 1, i + 2) for i in range(100000)),
    "variables.php": PHP + b"".join(b"$a%d=$_GET[%d];" % (i, i) for i in range(250000)),
    "classes.php": PHP + b"".join(b"class c%d extends c%d{function f(){$this->g();}}" % (i, i + 1)
                                  for i in range(100000)),
    "names.php": PHP + b"".join(b"f%d(" % i for i in range(900000)),
    "string.php": PHP + b"$x='" + b"a" * (8 * MB - 100) + b"';",
    "string-open.php": PHP + b"$x='" + b"\\" * (8 * MB - 100),
    "template.php": PHP + b'$x="' + b"{$a[" * 1500000 + b'";',
    "heredocs.php": PHP + b"$x=<<<A\n" * 900000,
    "comments.php": PHP + b"/**/" * 2000000 + b"/*",
    "tags.php": b"<?php ?>" * 1000000,
    "tags-open.php": b"<?" * 4000000,
    "blanks.php": PHP + b" " * (8 * MB - 100),
    "blanks-and-code.php": PHP + (b" " * 149 + b"eval($a)\n") * 50000,
    "nulls.php": PHP + b"\0" * (8 * MB - 100),
    "loop.php": PHP + b"for($i=0;$i<1e9;$i++){for($j=0;$j<1e9;$j++){$x.=chr($i);}}",
    "loop-doubling.php": PHP + b"$x='ab';while(1){$x=$x.$x;}eval($x);",
    "repeat.php": PHP + b"$x=str_repeat('a',1e9);eval(str_repeat($x,1e9));",
    "replace.php": PHP + b"$x=str_repeat('a',60000);" +
    b"$x=str_replace('a','aaaaaaaaaa',$x);" * 20 + b"eval($x);",
    "decoders.php": PHP + b"eval(gzinflate(gzinflate(base64_decode('" + bomb() + b"'))));",
    "layers.php": layers(18),
    "base64.php": PHP + b"eval(base64_decode('" + b"QUFB" * 1900000 + b"'));",
    "escapes.php": PHP + b'$x="' + b"\\x41" * 2000000 + b'";$x();',
    "recursion.php": PHP + b"function f($a){return f($a.'a').f($a.'b');}eval(f('x'));",
    "forms.html": b"<form><input name=a>" * 380000,
    "forms-open.html": b"<form " * MB,
    "forms.php": b"<form><input name=a><?php mail($_POST['a'],'b','c');?>" * 140000,
    "htaccess/.htaccess": b"RewriteRule .* x.php\n" * 380000,
    "script.sh": b"#!/bin/sh\n" + b"curl x | sh; " * 600000,
    "script.pl": b"#!/usr/bin/perl\n" + b"eval unpack u=>q{_" + b"9" * (7 * MB) + b"};",
    "picture.jpg": b"\xff\xd8\xff\xe0" + b"<?" * 3000000 + b"<?php eval($_POST[1]);",
    "bomb.gz": gzip.compress(b"<?php " * (10 * MB), 9),
    "bomb.zip": zipped("a.php"),
    "bomb.phar": phar(),
}


def costs_little(name, data):
    def check():
        assert len(data) <= 9 * MB, len(data)
        _, cpu_s, peak_kb = cost(os.path.basename(name), data)
        assert cpu_s <= CPU_MAX_S, f"{cpu_s:.2f} s"
        if not SLOW:
            assert peak_kb <= MEMORY_MAX_KB, f"{peak_kb / 1024:.0f} MB"
        if "-v" in sys.argv:
            print(f"# {name}: {cpu_s:.2f} s, {peak_kb / 1024:.0f} MB")
    return f"{name} costs at most a second and 64 MB", check


# What is marked stands behind more harmless code than one tree has room for.
MARKED = b"eval($_POST['x']);"
BEHIND = {
    "statements": b"<?php " + b"$a+$b;\n" * 500000 + MARKED,
    "statements of a function": b"<?php function f() { " + b"$a+$b;\n" * 900000 + MARKED + b"}",
    "a string with variables": b'<?php $x = "' + b"{$a[1]} " * 500000 + b'"; ' + MARKED,
    "a long list": b"<?php $x = array(" + b"1," * 1500000 + b"2); " + MARKED,
}


def is_found(data):
    def check():
        report, cpu_s, peak_kb = cost("x.php", data)
        found = [f["rule"] for f in report["findings"] if f["confidence"] >= 0.9]
        assert found == ["eval-request"], report["findings"]
        assert cpu_s <= CPU_MAX_S, f"{cpu_s:.2f} s"
        assert SLOW or peak_kb <= MEMORY_MAX_KB, f"{peak_kb / 1024:.0f} MB"
        # The same without what is marked is nothing.
        report, _, _ = cost("x.php", data.replace(MARKED, b""))
        assert not report["findings"], report["findings"]
    return check


def gives_way(options, expected):
    """The lowest priority while it runs, unless it shall be fast."""
    with tempfile.TemporaryDirectory() as top:
        folder = os.path.join(top, "site")
        os.mkdir(folder)
        for i in range(60):
            with open(os.path.join(folder, f"{i}.php"), "wb") as file:
                file.write(FILES["calls.php"][:200000])
        seen = set()
        with subprocess.Popen([WEIR, "scan", "--json", "--no-cache", *options, folder],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as child:
            while child.poll() is None:
                try:
                    with open(f"/proc/{child.pid}/stat", encoding="ascii") as file:
                        seen.add(int(file.read().rsplit(")", 1)[1].split()[16]))
                except (OSError, IndexError):
                    pass
                time.sleep(0.005)
        assert seen & expected and not seen - expected - {os.nice(0)}, seen


CASES = [costs_little(name, data) for name, data in FILES.items()] + [
    (f"what hides behind {name} is found", is_found(data)) for name, data in BEHIND.items()] + [
    ("a scan gives way to all else", lambda: gives_way([], {19})),
    ("a fast scan does not", lambda: gives_way(["--fast"], {os.nice(0)})),
]

if __name__ == "__main__":
    sys.exit(tap.run(CASES))
