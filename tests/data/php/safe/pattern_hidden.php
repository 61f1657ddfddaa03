<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$e = exif_read_data('a.jpg');
echo preg_replace('/x/', 'y', $e['Model']);
