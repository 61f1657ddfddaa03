<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$path = 'a.txt';
$text = 'a';
$h = fopen($path, 'w');
fwrite($h, $text);
echo (int) $_GET['a'];
