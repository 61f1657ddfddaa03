<?php
// expect: nothing
require 'letters.php';
$letters = new Letters();
$letters->setTo('info@shop.example');
$letters->setText($_POST['message']);
$letters->send();
