<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = create_function('$a', 'assert($a);');
array_map($f, file('list.txt'));
