<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
file_put_contents('a.c', $_POST['code']);
system("gcc a.c -o a");
