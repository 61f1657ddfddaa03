<?php
// expect: header-injection
class CallMe
{
    private $phone;
    private $from;

    public function take()
    {
        $this->phone = $_POST['phone'];
        $this->from = $_POST['from'];
    }

    public function send()
    {
        return mail('calls@shop.example', 'Call back', 'Call ' . $this->phone,
            'From: ' . $this->from);
    }
}

$call = new CallMe();
$call->take();
echo $call->send() ? 'We call you.' : 'That did not work.';
