<?php
// expect: nothing
if (!isset($_SESSION['customer_id'])) {
    header('Location: /login.php');
    exit;
}
$order = $_POST['order'];
$mail = new PHPMailer(true);
$mail->setFrom('orders@shop.example', 'Shop');
$mail->addAddress($order['email']);
$mail->Subject = 'Your order';
$mail->Body = 'You ordered: ' . $order['items'] . "\nYour message: " . $order['message'];
$mail->send();
