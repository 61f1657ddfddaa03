<?php
// expect: nothing
$message = Swift_Message::newInstance('Contact')
    ->setFrom(array('site@shop.example' => 'Shop'))
    ->setTo('info@shop.example')
    ->setReplyTo($_POST['email'])
    ->setBody($_POST['text']);
$mailer->send($message);
