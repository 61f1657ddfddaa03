<?php
declare(strict_types=1);
function f(int $a, ?string $b = null, array|bool $c = [], A&B $d, (A&B)|null $e = null, &$f, ...$g): ?int { return 1; }
function &reference(): int|false { static $n = 0, $m; return $n; }
$a = function ($x) use ($y, &$z): void { }; $b = static function &() { }; $c = fn($x) => $x * 2;
$d = static fn&(array &$x, int ...$y): int => fn() => $x[0] + $y[0];
function generate() { yield; $x = yield 1; yield 'k' => 2; yield from f(); }
function ends(): never { throw new E('x'); }
$e = $f ?? throw new E;
