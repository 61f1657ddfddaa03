<?php
// expect: nothing
$allowed = array('sales' => 'sales@shop.example', 'help' => 'help@shop.example');
$key = $_REQUEST['recipient'];
if (!isset($allowed[$key])) {
    exit('No such recipient.');
}
$body = '';
foreach ($_POST as $name => $value) {
    $body .= $name . ': ' . stripslashes($value) . "\n";
}
mail($allowed[$key], 'Form', $body, 'From: forms@shop.example');
