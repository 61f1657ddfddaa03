<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$w = new COM('Word.Application');
echo $w->version;
