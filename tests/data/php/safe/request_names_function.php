<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$known = array('a' => 'trim');
if (in_array($_GET['f'], array('trim', 'rtrim'))) {
    echo $known['a']('x');
}
