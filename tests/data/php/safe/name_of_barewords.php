<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
echo substr('asserts', 3, 3);
