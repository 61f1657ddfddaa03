<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$a = 'abcdefghijklmnopqrstuvwxyz';
$b = $a[1].$a[2].$a[3];
echo $b . getenv('X') . system('true');
