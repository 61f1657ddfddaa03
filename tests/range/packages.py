"""packages - Debian's servers that exclude one another: downloaded, and unpacked into a folder.

What is unpacked is laid over the node's own /usr, which the machine never sees.
"""

import contextlib
import fcntl
import glob
import os
import shutil
import subprocess

FOLDER = os.path.abspath("build-range/packages")


class Unavailable(Exception):
    """The packages could not be downloaded; says why."""


@contextlib.contextmanager
def alone():
    """One download at a time: two into one folder spoil each other's files."""
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, "lock"), "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def unpack(name, packages):
    """The folder where the packages lie unpacked; downloads them when they do not."""
    folder = os.path.join(FOLDER, name)
    with alone():
        if not os.path.exists(os.path.join(folder, "usr")):
            fetch(folder, packages)
    return folder


def fetch(folder, packages):
    archives = os.path.join(FOLDER, "archives")
    os.makedirs(archives, exist_ok=True)
    done = subprocess.run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *packages],
                          cwd=archives, check=False, capture_output=True, text=True)
    if done.returncode:
        raise Unavailable(f"{' '.join(packages)} could not be downloaded: {done.stderr.strip()[-200:]}")
    part = folder + ".part"
    shutil.rmtree(part, ignore_errors=True)
    for package in packages:
        subprocess.run(["dpkg", "-x", glob.glob(os.path.join(archives, f"{package}_*.deb"))[0],
                        part], check=True)
    os.rename(part, folder)
