<?php
// expect: nothing
$email = filter_var($_POST['email'], FILTER_VALIDATE_EMAIL);
if (!$email) {
    exit('Your address, please.');
}
$token = bin2hex(random_bytes(16));
$query = $db->prepare('INSERT INTO newsletter (address, token) VALUES (?, ?)');
$query->execute(array($email, $token));
mail($email, 'Please confirm', 'https://shop.example/confirm.php?t=' . $token,
    'From: news@shop.example');
