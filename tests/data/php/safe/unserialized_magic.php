<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
class T
{
    public $x = 'a';
    function __destruct()
    {
        echo $this->x;
    }
}
unserialize($_GET['o'], array('allowed_classes' => false));
