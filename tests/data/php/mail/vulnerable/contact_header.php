<?php
// expect: header-injection
if ($_SERVER['REQUEST_METHOD'] == 'POST') {
    $name = strip_tags($_POST['name']);
    $email = trim($_POST['email']);
    $text = htmlspecialchars($_POST['message']);
    $headers = "From: $name <$email>\r\n";
    $headers .= "Reply-To: $email\r\n";
    $headers .= "Content-Type: text/plain; charset=utf-8\r\n";
    if (mail('info@shop.example', 'Contact form', $text, $headers)) {
        echo 'Thank you.';
    }
    if (preg_match('/[\r\n]/', $email)) {
        exit('Bad address.');
    }
}
