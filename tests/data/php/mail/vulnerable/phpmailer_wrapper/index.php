<?php
// expect: open-relay
require 'letters.php';
$letters = new Letters();
$letters->setTo($_POST['to']);
$letters->setText($_POST['message']);
$letters->send();
