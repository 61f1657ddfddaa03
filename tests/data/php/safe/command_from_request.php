<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
system('ls ' . escapeshellarg($_GET['c']));
