<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$O0O0O = 0;
$O0O0OO = 1;
$O0O0OOO = 2;
$O0O0OOOO = 3;
$O0O0OOOOO = 4;
$O0O0OOOOOO = 5;
$O0O0OOOOOOO = 6;
$O0O0OOOOOOOO = 7;
