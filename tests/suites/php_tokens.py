#!/usr/bin/env python3
"""php_tokens.py SHOW_TOKENS BUILD [TREE...]: our lexer against tree-sitter's PHP grammar; prints TAP.

Compares where variables, words, numbers, strings, comments and text begin and end, in the files of
tests/data/php/syntax or, given trees of PHP files, in those. The grammar is looked for in
../shared/suites/tree-sitter-php, then in BUILD, then fetched as a package by npm; without it, without
libtree-sitter or without a compiler the test is skipped.
"""

import glob
import hashlib
import os
import subprocess
import sys
import tarfile

HERE = os.path.dirname(os.path.abspath(__file__))
SHARED = os.environ.get("WEIR_SHARED", os.path.join(HERE, "..", "..", "..", "shared"))
SYNTAX = os.path.join(HERE, "..", "data", "php", "syntax")
PACKAGE = "tree-sitter-php@0.23.12"  # the last that the library of Debian 12 reads
PARSER_SHA256 = "dadec13f92c21c67f8dc96f3bcdc550a4be2f6583a67f8492b7d9dbf3bf85158"
# Our own files that the grammar cannot read, PHP can.
REFUSED = {"beyond.php": "it has no constants in enums, no \"$o?->p\" and no \"${list['key']}\""}
SHOWN_MAX = 5
FILES_A_RUN = 500


class Absent(Exception):
    pass


def has_grammar(folder):
    parser = os.path.join(folder, "php", "src", "parser.c")
    if not os.path.isfile(parser):
        return False
    with open(parser, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest() == PARSER_SHA256


def fetched(folder):
    os.makedirs(folder, exist_ok=True)
    try:
        subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, timeout=90,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError) as error:
        raise Absent(f"{PACKAGE} is not here and npm does not bring it") from error
    for name in glob.glob(os.path.join(folder, "*.tgz")):
        with tarfile.open(name) as archive:
            archive.extractall(folder, filter="data") if hasattr(tarfile, "data_filter") \
                else archive.extractall(folder)


def grammar(build):
    mine = os.path.join(build, "tree-sitter-php")
    places = [os.path.join(SHARED, "suites", "tree-sitter-php"), os.path.join(mine, "package")]
    for attempt in range(2):
        for place in places:
            if has_grammar(place):
                return os.path.join(place, "php", "src")
        if attempt == 0:
            fetched(mine)
    raise Absent(f"{PACKAGE} is not what it was")


def compiled(build):
    """The program that prints the grammar's leaves."""
    program = os.path.join(build, "php_leaves")
    source = os.path.join(HERE, "php_leaves.c")
    if os.path.exists(program) and os.path.getmtime(program) > os.path.getmtime(source):
        return program
    folder = grammar(build)
    command = ["cc", "-O1", "-w", "-I", folder, "-o", program, source,
               os.path.join(folder, "parser.c"), os.path.join(folder, "scanner.c"), "-ltree-sitter"]
    try:
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    except (OSError, subprocess.CalledProcessError) as error:
        raise Absent("libtree-sitter-dev is not here, or no compiler") from error
    return program


def pieces(program, paths):
    """For each path the set of its pieces; None where the grammar sees an error."""
    found, current = {}, set()
    for first in range(0, len(paths), FILES_A_RUN):
        text = "".join(path + "\n" for path in paths[first:first + FILES_A_RUN])
        output = subprocess.run([program], input=os.fsencode(text), check=True, capture_output=True).stdout
        for line in output.split(b"\n"):
            if line[:1] in (b"=", b"!"):
                current = set()
                found[os.fsdecode(line[2:])] = current if line[:1] == b"=" else None
            elif line:
                current.add(line)
    return found


def where(path, piece):
    kind, begin, end = piece.split()
    with open(path, "rb") as file:
        content = file.read()
    line = content.count(b"\n", 0, int(begin)) + 1
    return f"{os.path.basename(path)}:{line} {kind.decode()} {content[int(begin):int(end)][:60]!r}"


def php_files(trees):
    if len(trees) == 1 and os.path.isfile(trees[0]):
        return list(trees)
    return sorted(path for tree in trees for path in glob.glob(os.path.join(glob.escape(tree), "**", "*.php"),
                                                               recursive=True) if os.path.isfile(path))


def compare(ours, theirs, paths):
    """Pieces in both, pieces in one only, files that the grammar refuses, and examples."""
    both = single = 0
    refused, examples = [], []
    for path in paths:
        if theirs.get(path) is None:
            refused.append(os.path.basename(path))
            continue
        both += len(ours[path] & theirs[path])
        single += len(ours[path] ^ theirs[path])
        for mark, rest in (("ours only", ours[path] - theirs[path]), ("theirs only", theirs[path] - ours[path])):
            examples += [f"{mark}: {where(path, piece)}" for piece in sorted(rest)[:SHOWN_MAX]]
    return both, single, refused, examples


def main():
    show_tokens, build, trees = sys.argv[1], sys.argv[2], sys.argv[3:]
    try:
        leaves = compiled(build)
    except Absent as reason:
        print(f"1..0 # SKIP {reason}")
        return 0
    paths = php_files(trees or [SYNTAX])
    both, single, refused, examples = compare(pieces(show_tokens, paths), pieces(leaves, paths), paths)
    print("1..3")
    print(f"# {len(paths)} files, {len(refused)} refused by the grammar; {both} pieces agree, {single} do not")
    for example in examples if not trees else examples[:400]:
        print(f"# {example}")
    print(f"{'ok' if paths and both else 'not ok'} 1 - there is something to compare")
    print(f"{'ok' if trees or refused == list(REFUSED) else 'not ok'} 2 - the grammar reads our own files, but for {', '.join(REFUSED)}")
    print(f"{'ok' if single == 0 else 'not ok'} 3 - the same pieces everywhere")
    return 0


if __name__ == "__main__":
    sys.exit(main())
