<?php
$a = $b + $c - $d * $e / $f % $g ** $h;
$a = $b . $c . 'x' . $d;
$a = $b && $c || !$d and $e or $f xor $g;
$a = $b & $c | $d ^ ~$e << 2 >> 1;
$a = $b == $c; $a = $b != $c; $a = $b <> $c; $a = $b === $c; $a = $b !== $c;
$a = $b < $c; $a = $b <= $c; $a = $b > $c; $a = $b >= $c; $a = $b <=> $c;
$a += 1; $a -= 1; $a *= 2; $a /= 2; $a .= 'x'; $a %= 3; $a **= 2;
$a &= 1; $a |= 2; $a ^= 3; $a <<= 1; $a >>= 1; $a ??= 4;
$a = $b ?? $c ?? 'none'; $a = $b ?: $c; $a = $b ? $c : $d;
$a++; --$a; $a = -$b; $a = +$b; $a = @$b['c'];
$a = (int) $b; $a = (string)$b; $a = ( bool ) $b; $a = (array) $b; $a = (object) $b; $a = (float) $b;
$a = $b instanceof C; $a = !$b instanceof $c; $a = clone $b; $a = &$b; $a = print 'x';
