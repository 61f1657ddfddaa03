<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
file_put_contents('x.html', '<p>Hello</p>');
