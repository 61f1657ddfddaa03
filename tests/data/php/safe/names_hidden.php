<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$a = base64_decode('dHJpbQ==');
echo $a;
