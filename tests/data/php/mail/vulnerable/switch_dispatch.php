<?php
// expect: open-relay
switch ($_GET['do']) {
    case 'form':
        if (!captcha_is_ready()) {
            exit('Later, please.');
        }
        echo '<form method="post" action="?do=send"></form>';
        break;
    case 'send':
        mail($_POST['to'], 'A page', $_POST['text'], 'From: site@shop.example');
        break;
}
