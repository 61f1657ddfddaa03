<?php
/* Webmail: submits under the mailbox's own login, as Roundcube does. */
function ask($server, $line, $expected)
{
    if ($line !== null) {
        fwrite($server, $line . "\r\n");
    }
    do {
        $answer = fgets($server, 2000);
    } while ($answer !== false && ($answer[3] ?? '') === '-');
    if ($answer === false || strncmp($answer, $expected, 3)) {
        http_response_code(502);
        exit("The mail server said: $answer");
    }
}
$user = $_POST['user'] ?? '';
$recipients = preg_split('/\s+/', $_POST['to'] ?? '', -1, PREG_SPLIT_NO_EMPTY);
$server = fsockopen('127.0.0.1', 587, $number, $text, 10) ?: exit('no mail server');
ask($server, null, '220');
ask($server, 'EHLO localhost', '250');
ask($server, 'AUTH PLAIN ' . base64_encode("\0$user\0" . ($_POST['password'] ?? '')), '235');
ask($server, "MAIL FROM:<$user>", '250');
foreach ($recipients as $recipient) {
    ask($server, "RCPT TO:<$recipient>", '250');
}
ask($server, 'DATA', '354');
ask($server, "From: $user\r\nTo: {$recipients[0]}\r\nSubject: " . ($_POST['subject'] ?? 'Hello') .
    "\r\nUser-Agent: Webmail\r\n\r\n" . str_replace("\n", "\r\n", ($_POST['text'] ?? '') . token()) . "\r\n.", '250');
fwrite($server, "QUIT\r\n");
echo 'Sent.';
