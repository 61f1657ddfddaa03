<?php
/* Recommends a topic: the recipient comes from the request unchecked, line breaks and all. */
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    exit('<h1>Tell a friend</h1><form method="post"><input name="friend"></form>');
}
$friends = preg_split('/[\s,]+/', $_POST['friend'] ?? '', -1, PREG_SPLIT_NO_EMPTY);
foreach (array_slice($friends, 0, 20) as $friend) {
    mail($friend, $_POST['subject'] ?? 'A friend wants you to see this', ($_POST['text'] ?? '') . token(),
         'From: ' . ($_POST['from'] ?? 'forum@forum.example'));
}
echo 'Your friend will hear from us.';
