<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
if (stripos($_SERVER['HTTP_USER_AGENT'], 'googlebot') !== false) {
    echo 'robot';
}
