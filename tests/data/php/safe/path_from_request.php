<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$h = fopen(basename('log.txt'), 'w');
fwrite($h, 'x');
