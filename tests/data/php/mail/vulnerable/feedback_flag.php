<?php
// expect: header-injection
$is_bad = false;
$email = $_POST['email'];
if (preg_match("/(\r|\n)(to:|from:|cc:|bcc:)/i", $email)) {
    $is_bad = true;
}
if ($is_bad) {
    echo 'Please type your address.';
}
mail('info@shop.example', 'Feedback', $_POST['text'], "From: " . $email);
