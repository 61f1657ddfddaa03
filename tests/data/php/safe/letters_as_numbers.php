<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$a = "\xe4\xf6\xfc\xdf";
