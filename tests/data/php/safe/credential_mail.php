<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$m = "Name: " . $_POST['name'] . "\nMessage: " . $_POST['text'];
mail('box@example.org', 'a', $m);
