<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$x = $_POST['a'] == 1;
// system passwd
