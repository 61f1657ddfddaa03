<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo preg_replace('/x/i', $_POST['a'], 'x');
