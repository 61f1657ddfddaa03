<?php
// expect: open-relay
$recipient = $_REQUEST['recipient'];
$subject = isset($_REQUEST['subject']) ? $_REQUEST['subject'] : 'Form';
$body = '';
foreach ($_POST as $key => $value) {
    if ($key == 'recipient' || $key == 'subject') {
        continue;
    }
    $body .= $key . ': ' . stripslashes($value) . "\n";
}
mail($recipient, $subject, $body, 'From: forms@shop.example');
header('Location: ' . $_REQUEST['redirect']);
