<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = strrev('tressa');
$f('1');
