<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
preg_replace($pattern, $_POST['a'], 'x');
