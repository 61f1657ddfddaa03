<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = 'trim';
echo $f($_POST['a']);
