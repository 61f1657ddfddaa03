"""packages - Debian's servers that exclude one another: downloaded, and unpacked into a folder.

What is unpacked is laid over the node's own /usr, which the machine never sees.
"""

import glob
import os
import shutil
import subprocess

FOLDER = os.path.abspath("build-range/packages")


def unpack(name, packages):
    """The folder where the packages lie unpacked; downloads them when they do not."""
    folder = os.path.join(FOLDER, name)
    if os.path.exists(os.path.join(folder, "usr")):
        return folder
    archives = os.path.join(FOLDER, "archives")
    os.makedirs(archives, exist_ok=True)
    subprocess.run(["apt-get", "-q", "-o", "APT::Sandbox::User=root", "download", *packages],
                   cwd=archives, check=True, capture_output=True)
    part = folder + ".part"
    shutil.rmtree(part, ignore_errors=True)
    for package in packages:
        subprocess.run(["dpkg", "-x", glob.glob(os.path.join(archives, f"{package}_*.deb"))[0],
                        part], check=True)
    os.rename(part, folder)
    return folder
