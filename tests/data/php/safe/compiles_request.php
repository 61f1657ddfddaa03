<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
file_put_contents('a.txt', (int) $_POST['code']);
system("gzip a.txt");
