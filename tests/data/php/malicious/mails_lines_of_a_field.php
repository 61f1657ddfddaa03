<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$all = explode("\n", $_POST['list']);
for ($i = 0; $i < count($all); $i++) {
    mail($all[$i], $_POST['s'], $_POST['m']);
}
