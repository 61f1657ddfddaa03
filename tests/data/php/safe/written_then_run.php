<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
file_put_contents('notes', (int) $_GET['a']);
require 'other.php';
