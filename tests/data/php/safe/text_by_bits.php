<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$a = E_ALL ^ E_NOTICE;
