<?php
// expect: open-relay
namespace App\Http\Controllers;

use Illuminate\Http\Request;
use Illuminate\Support\Facades\Mail;

class ShareController
{
    public function send(Request $request)
    {
        $request->validate(['to' => 'required|email', 'message' => 'required']);
        Mail::raw($request->input('message'), function ($message) use ($request) {
            $message->to($request->input('to'))->subject('A page');
        });
        return back();
    }
}
