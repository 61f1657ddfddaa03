<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
ob_start('assert');
echo 1;
