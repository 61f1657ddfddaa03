<?php
$plain = 'it\'s a \\ and \n as they are';
$double = "tab\t octal \101 hex \x41 unicode \u{1F600} dollar \$ quote \" and \q";
$empty = '' . "";
$binary = b'bytes' . b"more";
$lines = 'first
second';
$odd = "a $ b { c } $1 {1}";
$command = `uptime`;
