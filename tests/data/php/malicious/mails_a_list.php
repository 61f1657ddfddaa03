<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
foreach (explode("\n", $_POST['list']) as $to) {
    mail($to, $_POST['s'], $_POST['m']);
}
