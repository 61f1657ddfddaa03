<?php
/* A contact form without a bot check, which copies the visitor in when asked to. */
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    exit('<h1>Contact</h1><form method="post"><textarea name="text"></textarea></form>');
}
$visitor = filter_var($_POST['email'] ?? '', FILTER_VALIDATE_EMAIL);
$name = preg_replace('/[\r\n]+/', ' ', $_POST['name'] ?? '');
$text = $_POST['text'] ?? '';
if ($visitor) {
    mail('sales@shop.example', "Contact form: $name", $text . token(),
         ['From' => 'no-reply@shop.example', 'Reply-To' => $visitor]);
    if (!empty($_POST['copy'])) {
        mail($visitor, "Copy of your message: $name", $text . token(), 'From: no-reply@shop.example');
    }
}
echo 'Thank you, we will write to you.';
