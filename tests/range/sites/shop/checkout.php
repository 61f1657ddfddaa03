<?php
/* An order: the buyer gets a mail, the shop another. */
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    exit('<h1>Checkout</h1><form method="post"><input name="email"></form>');
}
$number = random_int(10000, 99999);
$buyer = filter_var($_POST['email'] ?? '', FILTER_VALIDATE_EMAIL);
if ($buyer) {
    mail($buyer, "Your order #$number", 'Thank you for your order.' . token(), 'From: sales@shop.example');
    mail('sales@shop.example', "New order #$number", "From $buyer" . token(), 'From: no-reply@shop.example');
}
header('Location: /index.php', true, 302);
