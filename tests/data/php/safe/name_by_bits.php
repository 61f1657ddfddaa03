<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$mask = 1 | 4;
echo $mask;
