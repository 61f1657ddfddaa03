<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$e = exif_read_data('a.jpg');
preg_replace($e['Make'], $e['Model'], '');
