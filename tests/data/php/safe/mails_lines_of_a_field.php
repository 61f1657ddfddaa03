<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
$all = array('a@example.com', 'b@example.com');
for ($i = 0; $i < count($all); $i++) {
    mail($all[$i], 'Report', 'Done');
}
