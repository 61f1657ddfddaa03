<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = gzinflate(base64_decode($undefined));
$f(1);
