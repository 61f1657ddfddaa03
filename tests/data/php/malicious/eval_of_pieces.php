<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$a = 'ech1o;abc(x)[]{}';
eval($a[0] . $a[1] . $a[2] . $a[4] . ' ' . chr(49) . $a[5]);
