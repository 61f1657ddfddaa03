<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
function run($c) {
    if (is_callable('exec')) { exec($c); }
    elseif (is_callable('system')) { system($c); }
    elseif (is_callable('passthru')) { passthru($c); }
    else { popen($c, 'r'); }
}
