<?php
enum Suit: string { case Spades = 'S'; const Wild = self::Spades; }
$a = "old ${list['key']} and ${'na' . 'me'}";
$b = "maybe $object?->name";
