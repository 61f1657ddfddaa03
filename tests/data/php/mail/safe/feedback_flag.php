<?php
// expect: nothing
$is_bad = false;
$email = $_POST['email'];
if (preg_match("/(\r|\n)/", $email)) {
    $is_bad = true;
}
if ($is_bad) {
    echo 'Please type your address.';
} else {
    mail('info@shop.example', 'Feedback', $_POST['text'], "From: " . $email);
}
