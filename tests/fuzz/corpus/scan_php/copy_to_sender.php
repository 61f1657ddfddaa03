<?php
// expect: copy-to-visitor
$errors = array();
$email = filter_var($_POST['email'], FILTER_VALIDATE_EMAIL);
if (!$email) {
    $errors[] = 'Your address, please.';
}
if (empty($errors)) {
    $headers = "From: noreply@shop.example\r\n";
    if (!empty($_POST['copy'])) {
        $headers .= "Cc: " . $email . "\r\n";
    }
    mail('info@shop.example', 'Contact', $_POST['message'], $headers);
}
