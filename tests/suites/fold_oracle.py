#!/usr/bin/env python3
"""fold_oracle.py [--write] ROWS: what PHP itself gives for the rows of test_fold; prints TAP.

ROWS is tests/unit/fold_rows.h: expressions of functions and operators without effect, written
here, and what fold gives for them. With --write the answers in ROWS are made anew from PHP.
Skips without PHP 8.
"""

import ast
import json
import re
import shutil
import subprocess
import sys

ROW = re.compile(r'^(ROW\()("(?:[^"\\]|\\.)*"),(\s*)("(?:[^"\\]|\\.)*")\)$', re.M)

# A float is shown as fold gives it: a whole number as an integer, any other as text.
SHOW = r"""
function show($value) {
    if (is_null($value)) return 'null';
    if (is_bool($value)) return $value ? 'true' : 'false';
    if (is_int($value)) return (string)$value;
    if (is_float($value)) {
        if (abs($value) < 1e15 && $value == floor($value) && (string)$value !== '-0')
            return (string)(int)$value;
        $value = (string)$value;
    }
    if (is_string($value)) {
        $text = '';
        foreach (unpack('C*', $value) as $byte)
            $text .= $byte >= 32 && $byte < 127 && $byte != 39 && $byte != 92
                ? chr($byte) : sprintf('\x%02x', $byte);
        return "'$text'";
    }
    $items = [];
    foreach ($value as $key => $item)
        $items[] = show($key) . '=>' . show($item);
    return '[' . implode(',', $items) . ']';
}
function step_up($value) { $value++; return $value; }
function step_down($value) { $value--; return $value; }
error_reporting(0);
$answers = [];
foreach (json_decode(stream_get_contents(STDIN)) as $row) {
    try {
        $answers[] = show(eval("return $row;"));
    } catch (\Throwable $error) {
        $answers[] = '?';
    }
}
echo json_encode($answers);
"""


def ask(php, expressions):
    done = subprocess.run([php, "-n", "-r", SHOW], input=json.dumps(expressions),
                          capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


def is_php8(php):
    done = subprocess.run([php, "-n", "-r", "echo PHP_VERSION_ID;"], capture_output=True,
                          text=True, timeout=60, check=False)
    return done.stdout.isdigit() and int(done.stdout) >= 80200


def quote(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def main():
    path = sys.argv[-1]
    php = shutil.which("php")
    if not php or not is_php8(php):
        print("1..0 # SKIP there is no php of 8.2 or newer")
        return
    with open(path, encoding="ascii") as file:
        source = file.read()
    rows = [(ast.literal_eval(row[1]), ast.literal_eval(row[3])) for row in ROW.findall(source)]
    answers = ask(php, [expression for expression, _ in rows])
    if "--write" in sys.argv:
        told = iter(answers)
        source = ROW.sub(lambda row: f"{row[1]}{row[2]}, {quote(next(told))})", source)
        with open(path, "w", encoding="ascii") as file:
            file.write(source)
        return
    print("1..2")
    print("ok 1 - rows were read" if len(rows) > 300 else f"not ok 1 - only {len(rows)} rows")
    wrong = [(row, answer) for row, answer in zip(rows, answers) if row[1] != answer]
    for (expression, expected), answer in wrong:
        print(f"# {expression} is {answer}, not {expected}")
    print(f"{'not ok' if wrong else 'ok'} 2 - PHP gives the same for all of {len(rows)} rows")


main()
