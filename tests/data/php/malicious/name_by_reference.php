<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
function add(&$name) { $name = $name . 't'; }
$name = 'asser';
add($name);
$name($_POST['a']);
