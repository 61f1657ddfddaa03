<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = strrev('mirt');
echo strlen($f);
