<?php
// expect: nothing
class Contact extends CI_Controller
{
    public function send()
    {
        $this->load->library('email');
        $this->email->from('site@shop.example');
        $this->email->to('info@shop.example');
        $this->email->reply_to($this->input->post('email'));
        $this->email->message($this->input->post('text'));
        $this->email->send();
    }
}
