<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo "system('true');";
