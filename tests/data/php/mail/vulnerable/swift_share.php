<?php
// expect: open-relay
$message = Swift_Message::newInstance('A page')
    ->setFrom(array('site@shop.example' => 'Shop'))
    ->setTo($_POST['to'])
    ->setBody($_POST['text']);
$mailer->send($message);
