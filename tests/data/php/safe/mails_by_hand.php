<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$s = fsockopen('192.0.2.1', 25);
fwrite($s, 'RCPT TO: <a@example.com>');
