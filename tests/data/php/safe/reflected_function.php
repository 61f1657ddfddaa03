<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = new ReflectionFunction('trim');
echo $f->getName();
