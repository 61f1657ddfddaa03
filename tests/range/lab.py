"""lab - a hosting node in namespaces of its own, and the world around it.

The driver runs in the world's network namespace, which owns every documentation
address; the node has one address and one wire to the world. Both are anonymous
namespaces: when the driver dies, the kernel ends every process of the node and
unmounts what it saw. Nothing of the machine outside is changed.
"""

import glob
import os
import signal
import subprocess
import time

NODE, GATEWAY = "192.0.2.10", "192.0.2.1"
NETWORKS = ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24")
HOST = "web7.hosting.example"
# Folders of the node that start empty, and who may write there.
EMPTY = {"/home": 0o755, "/srv": 0o755, "/run": 0o755, "/var/spool": 0o755, "/var/cache": 0o755,
         "/var/lib": 0o755}
USERS = {"web_shop": 1001, "web_blog": 1002, "web_forum": 1003, "web_webmail": 1004, "dev": 1007,
         "monitor": 1008, "vmail": 5000}


UNSHARE = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"]
SERVERS = ("/usr/sbin/postfix", "/usr/sbin/apache2", "/usr/sbin/dovecot", "/usr/bin/sievec",
           "/usr/bin/php", "/usr/sbin/php-fpm*", "/usr/bin/sftp")


def obstacle():
    """Why the range cannot run on this machine; empty where it can."""
    missing = [path for path in SERVERS if not glob.glob(path)]
    if missing:
        return f"the range needs {', '.join(missing)}, which ./dev range installs"
    overlay = "mount -t tmpfs x /mnt && mkdir /mnt/a /mnt/b && " \
              "mount -t overlay -o lowerdir=/usr,upperdir=/mnt/a,workdir=/mnt/b x /usr"
    if subprocess.run([*UNSHARE, "sh", "-c", overlay], capture_output=True, check=False).returncode:
        return ("the range needs root, and namespaces and overlay mounts, which this machine does "
                "not permit")
    return ""


def in_world(*command):
    """Runs a command in namespaces of its own, which end with it; gives what it prints."""
    # The shell reaps what the node's servers leave behind; Python as the first process would not.
    # unshare complains at its end about nothing, hence the other way for our own complaints.
    reaper = ["sh", "-c", '"$@" 2>&1; exit $?', "range"]
    with subprocess.Popen([*UNSHARE, *reaper, *command], stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as child:
        try:
            output = child.communicate()[0]
        except BaseException:
            child.kill()
            raise
    return child.returncode, output


def make_world():
    """Makes every documentation address an address of this namespace."""
    shell("ip link set lo up", *[f"ip route add local {network} dev lo" for network in NETWORKS])


def shell(*lines):
    subprocess.run(["sh", "-ec", "\n".join(lines)], check=True)


class Node:
    """The hosting server. `folder` gets its logs and mail, `packages` holds unpacked servers."""

    def __init__(self, folder, unpacked=(), users=()):
        self.folder, self.unpacked, self.users = folder, unpacked, {**USERS, **dict(users)}
        self.logs, self.mail = os.path.join(folder, "logs"), os.path.join(folder, "mail")
        self.servers = []
        self.holder = None
        self.pid = 0

    def __enter__(self):
        for path in (self.logs, self.mail, os.path.join(self.folder, "scratch")):
            os.makedirs(path, exist_ok=True)
        self.holder = subprocess.Popen(
            ["unshare", "--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child",
             "--mount-proc", "sh", "-c", "trap '' CHLD; echo ready; exec sleep 7200"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.holder.stdout.readline() == "ready\n"
        with open(f"/proc/{self.holder.pid}/task/{self.holder.pid}/children",
                  encoding="ascii") as file:
            self.pid = int(file.read().split()[0])
        self.wire()
        self.furnish()
        return self

    def __exit__(self, *_):
        for server in reversed(self.servers):
            server.terminate()
        for server in self.servers:
            try:
                server.wait(5)
            except subprocess.TimeoutExpired:
                server.kill()
        os.kill(self.pid, signal.SIGKILL)  # the node's first process: the kernel ends the rest
        self.holder.wait()
        shell("ip link del world0 2>/dev/null || true")

    def wire(self):
        shell(f"ip link add world0 type veth peer name node0 netns {self.pid}",
              "ip link set world0 up",
              f"ip route add {NODE}/32 dev world0 table local")
        self.run(f"""ip link set lo up; ip link set node0 up
            ip addr add {NODE}/32 dev node0
            ip route add {GATEWAY}/32 dev node0; ip route add default via {GATEWAY}
            hostname web7""")

    def furnish(self):
        """Gives the node its own /etc, users, logs and empty folders; all else is the machine's."""
        scratch = os.path.join(self.folder, "scratch")
        lines = [f"mount -t tmpfs -o mode=755 range {scratch}", f"cd {scratch}",
                 "cp -a /etc etc", "mount --bind etc /etc"]
        for path, mode in EMPTY.items():
            name = path.strip("/").replace("/", "-")
            lines.append(f"mkdir {name}; chmod {mode:o} {name}")
            lines.append(f"[ ! -d {path} ] || mount --bind {name} {path}")
        lines += self.own_usr() + self.own_devices()
        lines += [f"mount --bind {self.logs} /var/log", f"mount --bind {self.mail} /var/mail",
                  "chmod 755 /var/log; chmod 1777 /var/mail; mkdir -p /var/lib/dovecot; cd /",
                  f"echo nameserver {GATEWAY} >/etc/resolv.conf",
                  f"printf '127.0.0.1 localhost\\n{NODE} {HOST} web7\\n' >/etc/hosts",
                  f"echo {HOST} >/etc/mailname", "ln -sf /usr/share/zoneinfo/UTC /etc/localtime"]
        for user, uid in self.users.items():
            lines += [f"sed -i '/^[^:]*:[^:]*:{uid}:/d;/^{user}:/d' /etc/passwd /etc/group",
                      f"echo '{user}:x:{uid}:{uid}::/home/{user}:/bin/sh' >>/etc/passwd",
                      f"echo '{user}:x:{uid}:' >>/etc/group",
                      f"mkdir /home/{user}; chown {uid}:{uid} /home/{user}"]
        self.run("\n".join(lines))

    def own_usr(self):
        """Lays unpacked servers over the machine's /usr."""
        if not self.unpacked:
            return []
        copies = "; ".join(f"cp -a {one}/usr/. usr-upper/; [ ! -d {one}/lib ] || "
                           f"cp -a {one}/lib/. usr-upper/lib/" for one in self.unpacked)
        return [f"mkdir -p usr-upper/lib usr-work; {copies}",
                "mount -t overlay -o lowerdir=/usr,upperdir=usr-upper,workdir=usr-work range /usr"]

    def unpacked_of(self, name):
        """The folder of what a part had unpacked."""
        return next(one for one in self.unpacked if os.path.basename(one) == name)

    @staticmethod
    def own_devices():
        """A /dev in which the node may have its own /dev/log."""
        return ["mkdir dev dev/shm; chmod 1777 dev/shm",
                "for name in null zero full random urandom tty; do"
                " touch dev/$name; mount --bind /dev/$name dev/$name; done",
                "mount --rbind dev /dev", "ln -s /proc/self/fd /dev/fd"]

    def enter(self, user=None):
        """The start of a command that runs in the node."""
        command = ["nsenter", "-t", str(self.pid), "-m", "-u", "-i", "-n", "-p"]
        if user:
            uid = self.users.get(user, user)
            command += ["setpriv", f"--reuid={uid}", f"--regid={uid}", "--clear-groups", "env",
                        f"USER={user}", f"LOGNAME={user}", f"HOME=/home/{user}"]
        return command

    def run(self, script, user=None, text=None, check=True, seconds=60):
        """Runs a shell script in the node, and gives what it prints."""
        done = subprocess.run([*self.enter(user), "sh", "-ec", script], input=text, text=True,
                              capture_output=True, check=False, timeout=seconds)
        if check and done.returncode:
            raise RuntimeError(f"in the node: {script[:300]}\n{done.stdout}{done.stderr}")
        return done.stdout

    def serve(self, *command, user=None):
        """Starts a server in the foreground; it is stopped by its process id at the end."""
        name = os.path.basename(command[0])
        output = open(os.path.join(self.folder, f"{name}.out"), "ab")
        self.servers.append(subprocess.Popen([*self.enter(user), *command], stdout=output,
                                             stderr=output, stdin=subprocess.DEVNULL))
        output.close()

    def write(self, path, text, mode="644"):
        self.run(f"mkdir -p $(dirname {path}); cat >{path}; chmod {mode} {path}", text=text)

    def await_port(self, port, seconds=20):
        """Waits until something listens on the port of the node."""
        wanted = f":{port:04X} "
        deadline = time.time() + seconds
        while time.time() < deadline:
            if any(wanted in line and " 0A " in line
                   for line in self.run("cat /proc/net/tcp").splitlines()):
                return
            time.sleep(0.1)
        raise RuntimeError(f"nothing listens on port {port} of the node after {seconds} s")
