<?php
// expect: sendmail-options
$from = $_POST['email'];
mail('info@shop.example', 'Contact', $_POST['text'], 'From: site@shop.example', "-f$from");
