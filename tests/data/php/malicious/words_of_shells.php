<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$x = $_POST['a'] == 1;
// posix_getpwuid
// posix_getgrgid
// php_uname
// disk_total_space
// bash_history
// back_connect
// backdoor
// netstat
// lsattr
// webshell
// exploit
// safe_mode
// passthru
