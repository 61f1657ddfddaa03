<?php
class Post
{
    private $to = array();
    private $text = '';

    public function to($address)
    {
        $this->to[] = $address;
        return $this;
    }

    public function text($text)
    {
        $this->text = $text;
        return $this;
    }

    public function go()
    {
        return mail(implode(',', $this->to), 'Message', $this->text, 'From: site@shop.example');
    }
}
