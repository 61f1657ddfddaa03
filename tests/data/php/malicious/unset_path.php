<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$h = fopen($path, 'w');
fwrite($h, $text);
echo $_GET['a'];
