<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
header('Content-Type: image/gif');
echo 'GIF89a';
