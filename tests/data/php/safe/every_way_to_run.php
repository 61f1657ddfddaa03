<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
function run($c) {
    $this->exec($c);
    Db::system($c);
}
