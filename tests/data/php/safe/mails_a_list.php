<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
foreach (array('a@example.com') as $to) {
    mail($to, 'Report', 'Done');
}
