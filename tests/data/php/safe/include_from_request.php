<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$pages = array('a', 'b');
if (in_array($_GET['page'], array('a.php', 'b.php'))) {
    include $_GET['page'];
}
