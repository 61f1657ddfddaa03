<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo preg_replace('/' . preg_quote($_POST['p']) . '/', 'x', 'y');
