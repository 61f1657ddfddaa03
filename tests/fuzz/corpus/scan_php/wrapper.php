<?php
// expect: nothing
require 'letters.php';
$letters = new Letters();
$letters->setTo('info@shop.example');
$letters->setText($_POST['message']);
$letters->send();

class Letters
{
    private $mail;

    public function __construct()
    {
        $this->mail = new PHPMailer(true);
        $this->mail->setFrom('site@shop.example');
    }

    public function setTo($address)
    {
        $this->mail->addAddress($address);
    }

    public function setText($text)
    {
        $this->mail->Body = $text;
    }

    public function send()
    {
        return $this->mail->send();
    }
}
