<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$f = ('!'|'A').('3'|'R').('3'|'R').'ert';
$f('1');
