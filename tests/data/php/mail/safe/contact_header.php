<?php
// expect: nothing
if ($_SERVER['REQUEST_METHOD'] == 'POST') {
    $name = str_replace(array("\r", "\n"), '', strip_tags($_POST['name']));
    $email = trim($_POST['email']);
    $text = htmlspecialchars($_POST['message']);
    if (preg_match('/[\r\n]/', $email)) {
        exit('Bad address.');
    }
    $headers = "From: $name <$email>\r\n";
    $headers .= "Reply-To: $email\r\n";
    if (mail('info@shop.example', 'Contact form', $text, $headers)) {
        echo 'Thank you.';
    }
}
