<?php
// expect: open-relay
$order = $_POST['order'];
$mail = new PHPMailer(true);
try {
    $mail->setFrom('orders@shop.example', 'Shop');
    $mail->addAddress($order['email']);
    $mail->Subject = 'Your order';
    $mail->Body = 'You ordered: ' . $order['items'] . "\nYour message: " . $order['message'];
    $mail->send();
} catch (Exception $e) {
    echo 'The order could not be sent.';
}
