<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo file_get_contents('images/favicon_x.ico');
