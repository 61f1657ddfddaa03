<?php
// expect: tell-a-friend
$friend = filter_var($_POST['femail'], FILTER_VALIDATE_EMAIL);
if ($friend) {
    mail($friend, 'A page for you', 'Somebody thought that you may like https://shop.example/.',
        'From: noreply@shop.example');
    echo 'Your friend has been told.';
}
