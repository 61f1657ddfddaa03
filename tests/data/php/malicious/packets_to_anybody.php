<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
while (1) {
    $s = fsockopen('udp://' . $_GET['h'], 80);
}
