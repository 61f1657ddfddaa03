<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
include "/home/shop/cache.php";
echo "\x1b[1mthe site\x1b[0m goes\x20on", preg_match("/[\x41-\x5a]/", '\x41\x42\x43');
