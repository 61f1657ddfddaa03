<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
function run($c)
{
    return shell_exec($c);
}
