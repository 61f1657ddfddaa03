<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$name = 'tit' . 'le';
echo ${$name . '_text'};
