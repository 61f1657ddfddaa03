<?php
$a = <<<TEXT
Dear $name,
  {$list['key']} \x41
TEXT;
$b = <<<'RAW'
$not {$a} \n variable
RAW;
$c = [<<<"QUOTED"
    indented $more
      deeper
    QUOTED, 1];
$d = f(<<<ONE
    one
    ONE . 'middle' . <<<TWO
    two $x
    TWO);
$e = <<<EMPTY
EMPTY;
