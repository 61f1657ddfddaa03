<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$all = $_GET + $_POST;
echo htmlspecialchars($all['a']);
