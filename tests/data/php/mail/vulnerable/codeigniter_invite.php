<?php
// expect: open-relay
class Invite extends CI_Controller
{
    public function send()
    {
        $this->load->library('email');
        $this->email->from('site@shop.example');
        $this->email->to($this->input->post('to'));
        $this->email->subject('An invitation');
        $this->email->message($this->input->post('text'));
        $this->email->send();
    }
}
