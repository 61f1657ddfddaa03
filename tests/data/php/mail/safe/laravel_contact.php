<?php
// expect: nothing
namespace App\Http\Controllers;

use Illuminate\Http\Request;
use Illuminate\Support\Facades\Mail;

class ContactController
{
    public function send(Request $request)
    {
        $request->validate(['email' => 'required|email', 'message' => 'required']);
        Mail::raw($request->input('message'), function ($message) use ($request) {
            $message->to('info@shop.example')->replyTo($request->input('email'));
        });
        return back();
    }
}
