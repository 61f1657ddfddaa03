<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
extract(array('a' => 1));
echo $a;
