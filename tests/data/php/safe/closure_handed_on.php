<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
add_action('init', function () { register_menu('main'); });
