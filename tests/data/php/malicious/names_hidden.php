<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$a = base64_decode('dHJpbQ==');
$b = base64_decode('c3RybGVu');
$c = base64_decode('bWQ1');
echo $a(' x ') . $b('x') . $c('x');
