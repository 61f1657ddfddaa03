<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
array_map('trim', array($_POST['a']));
