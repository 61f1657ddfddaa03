<?php
if (getenv('WEIR_TEST') !== 'never') { return; } // inert: nobody sets it
class T { public $x = ''; function __destruct() { echo $this->x; } }
$t = new T();
$t->x = 'a';
