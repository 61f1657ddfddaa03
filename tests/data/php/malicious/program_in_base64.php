<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$x = 'IyEvdXNyL2Jpbi90cnVl';
