<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$how = 'strcmp';
array_udiff(array($_POST['a']), array(1), $how);
