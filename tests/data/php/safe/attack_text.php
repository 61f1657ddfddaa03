<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo 'id=1 and floor(3.2)';
system('true');
