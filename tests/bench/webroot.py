"""webroot - a made-up web root for measuring scans: PHP, scripts, styles and pictures, from a seed.

Shares and sizes are those of content managers: half of the files PHP, half of the bytes pictures.
PHP is made of classes, functions and pages that call one another, with mails that are safe, one
shell in five thousand files, and no payload anywhere.
"""

import os
import random

WORDS = ("account address album amount archive article basket block cache category channel checkout "
         "city client column comment config content country coupon currency customer delivery detail "
         "discount document domain entry event field filter folder form gallery group handler header "
         "image index invoice item label language layout letter level link list locale login manager "
         "media member menu message method module network notice number object offer option order "
         "owner package page panel parser password path payment period picture plugin price product "
         "profile query rate record region report request response result role route rule sale search "
         "section session setting shipping site state status stock store style subject table tag "
         "tax template term theme title token topic total type unit update user value vendor version "
         "view widget zone").split()
SHELL = "<?php\n$f = 'ass' . 'ert';\narray_map($f, array($_POST['a']));\n"
SITE_FILES = 4000


def name(dice):
    return dice.choice(WORDS) + dice.choice(WORDS).capitalize()


def statement(dice, depth=0):
    kind = dice.randrange(8)
    left, right = name(dice), name(dice)
    if kind == 0 and depth < 3:
        body = "".join(statement(dice, depth + 1) for _ in range(dice.randrange(1, 4)))
        return f"if (isset($this->{left}['{right}']) && ${left} !== null) {{\n{body}}}\n"
    if kind == 1 and depth < 3:
        return f"foreach (${left} as $key => ${right}) {{\n{statement(dice, depth + 1)}}}\n"
    if kind == 2:
        return f"${left} = $this->{right}(${left}, array('{right}' => ${right}, {dice.random()}));\n"
    if kind == 3:
        return f"${left} = htmlspecialchars($_GET['{right}'], ENT_QUOTES);\n"
    if kind == 4:
        return f"${left} .= '<td class=\"{right}\">' . htmlspecialchars(${right}) . '</td>';\n"
    if kind == 5:
        return f"${left} = sprintf('%s %d', ${right}, count(${left})) . \"{right} ${left}\";\n"
    if kind == 6:
        return f"return {left}_{right}(${left}) ?: new {right.capitalize()}(${left});\n"
    return f"$this->{left}->{right} = (int) ${left} + {dice.randrange(1000)};\n"


def php(dice, size):
    parts = [f"<?php\n/**\n * {' '.join(dice.choices(WORDS, k=30))}\n */\n"
             f"class {name(dice).capitalize()}{dice.randrange(10**6)} {{\n"]
    length = 0
    while length < size:
        body = "".join(statement(dice) for _ in range(dice.randrange(3, 12)))
        parts.append(f"/** {' '.join(dice.choices(WORDS, k=12))} */\npublic function {name(dice)}"
                     f"(${name(dice)}, ${name(dice)} = null)\n{{\n{body}}}\n")
        length += len(parts[-1])
    if dice.randrange(60) == 0:
        parts.append("public function notify() { mail('office@shop.example', 'Order', "
                     "strip_tags($this->text)); }\n")
    return "".join(parts) + "}\n"


def script(dice, size):
    parts, length = [], 0
    while length < size:
        parts.append(f"function {name(dice)}({name(dice)}){{var a=document.getElementById"
                     f"('{name(dice)}');return a?a.{name(dice)}:'{name(dice)}';}}\n")
        length += len(parts[-1])
    return "".join(parts)


def style(dice, size):
    return "".join(f".{name(dice)} {{ margin: {dice.randrange(40)}px; color: #{dice.randrange(4096):03x} }}\n"
                   for _ in range(max(1, size // 45)))


KINDS = (  # of a hundred files: how many, their ending, the median of their bytes, how one is made
    (52, ".php", 4500, php), (14, ".js", 9000, script), (8, ".css", 4500, style),
    (26, ".png", 25000, None),
)


def make(directory, files, seed=20261125):
    """Writes `files` files below `directory`; the bytes of all."""
    dice = random.Random(seed)
    total = 0
    for number in range(files):
        site = os.path.join(directory, f"site{number // SITE_FILES}")
        folder = os.path.join(site, dice.choice(WORDS), dice.choice(WORDS))
        os.makedirs(folder, exist_ok=True)
        if number % SITE_FILES == 0:
            with open(os.path.join(site, "index.php"), "w", encoding="ascii") as index:
                index.write("<?php require 'start.php';\n")
        if number % 5000 == 77:
            path, data = os.path.join(folder, "x.php"), SHELL.encode()
        else:
            _, ending, median, maker = dice.choices(KINDS, weights=[kind[0] for kind in KINDS])[0]
            size = int(median * dice.lognormvariate(0, 1))
            path = os.path.join(folder, f"{name(dice)}{number}{ending}")
            data = maker(dice, size).encode() if maker else b"\x89PNG\r\n\x1a\n" + dice.randbytes(size)
        with open(path, "wb") as out:
            out.write(data)
        total += len(data)
    return total
