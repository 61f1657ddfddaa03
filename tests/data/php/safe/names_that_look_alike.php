<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$total0 = 0;
$total1 = 1;
$total2 = 2;
$total3 = 3;
$total4 = 4;
$total5 = 5;
$total6 = 6;
$total7 = 7;
