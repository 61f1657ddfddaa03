<?php
// expect: nothing
class CallMe
{
    private $phone;

    public function take()
    {
        $this->phone = preg_replace('/[^0-9+ ]/', '', $_POST['phone']);
    }

    public function send()
    {
        return mail('calls@shop.example', 'Call back', 'Call ' . $this->phone,
            'From: site@shop.example');
    }
}

$call = new CallMe();
$call->take();
echo $call->send() ? 'We call you.' : 'That did not work.';
