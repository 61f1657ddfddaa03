<?php
enum Suit: string implements I { case Hearts = 'H'; case Spades = 'S'; public static function f(): self { return self::Hearts; } }
enum Plain { case One; case Two; }
$x = match (true) { $a, $b => f(), $c > 1 => 'x', default => throw new E };
$y = Suit::from('H')->name;
