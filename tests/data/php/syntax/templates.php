<?php
$a = "name $name, index $list[0], key $list[key], minus $list[-1], variable $list[$i]";
$b = "property $object->name, then ->text";
$c = "braces {$list['key']['deep']} {$object->method($x, 'y')->z} {$f('a' . "in $n er")}";
$d = "old ${name}";
$e = `ls $folder {$list[0]}`;
$f = "open [ and $name[0] [0] and $name->";
