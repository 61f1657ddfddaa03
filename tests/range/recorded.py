"""recorded - a run as test data: its logs compressed, so that attribution is tested without servers."""

import glob
import gzip
import json
import os
import shutil

import judge

SAMPLES_MAX = 1


def pack(path, target):
    """The same bytes for the same log: gzip keeps no name and no time."""
    with open(path, "rb") as file:
        data = file.read()
    os.makedirs(os.path.dirname(target), exist_ok=True)
    with open(target + ".gz", "wb") as file:
        file.write(gzip.compress(data, 9, mtime=0))


def keep(run, folder):
    """Lays a run down in `folder`."""
    shutil.rmtree(folder, ignore_errors=True)
    for pattern in (*judge.LOGS, "php-mail.log", "passwd", "access/*.log"):
        for path in sorted(glob.glob(os.path.join(run, pattern))):
            if os.path.getsize(path):
                pack(path, os.path.join(folder, os.path.relpath(path, run)))
    for sample in sorted(glob.glob(os.path.join(run, "samples", "spam-*.eml")))[:SAMPLES_MAX]:
        os.makedirs(os.path.join(folder, "samples"), exist_ok=True)
        shutil.copy(sample, os.path.join(folder, "samples"))
    with open(os.path.join(run, "truth.json"), encoding="utf-8") as file:
        truth = json.load(file)
    truth["messages"] = dict(sorted(truth["messages"].items()))
    with open(os.path.join(folder, "truth.json"), "w", encoding="utf-8") as file:
        json.dump(truth, file, indent=0, sort_keys=True)
        file.write("\n")
