<?php
// expect: nothing
require 'lists.php';
$check = 'is_our_domain';
$to = $_POST['recipient'];
if (!$check($to)) {
    exit('Not one of ours.');
}
mail($to, 'Form', $_POST['message'], 'From: site@shop.example');
