<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
if (md5($_POST['p']) == md5(getenv('WORD'))) {
    eval('return 1;');
}
