<?php
// expect: nothing
session_start();
$friend = filter_var($_POST['femail'], FILTER_VALIDATE_EMAIL);
if (empty($_SESSION['captcha']) || $_POST['captcha'] !== $_SESSION['captcha']) {
    unset($_SESSION['captcha']);
    exit('Please type the letters of the picture.');
}
if ($friend) {
    mail($friend, 'A page for you', 'Somebody thought that you may like https://shop.example/.',
        'From: noreply@shop.example');
}
