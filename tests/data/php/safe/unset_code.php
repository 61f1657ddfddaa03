<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$code = 'return 1;';
eval($code);
