<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = 'trim';
forward_static_call_array($f, array($_REQUEST['a']));
