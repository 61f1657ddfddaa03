<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$a = 'ech1o;abc(x)[]{}';
echo $a[0] . $a[1];
