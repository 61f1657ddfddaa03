<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo 'id=1 and (select count(*),concat(1,floor(rand(0)*2))x)';
system('true');
