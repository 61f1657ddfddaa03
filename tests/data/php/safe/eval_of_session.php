<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
session_start();
echo $_SESSION['a'];
