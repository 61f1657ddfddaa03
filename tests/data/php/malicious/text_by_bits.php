<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$a = 'a'^'b'; $b = 'c'^'d'; $c = 'e'^'f'; $d = 'g'^'h'; $e = 'i'^'j';
eval(base64_decode('ZWNobyAxOw=='));
