<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = 'a' . ('rr'^aa^'``') . substr(asserts, 3, 3);
$f('1');
