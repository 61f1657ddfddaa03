<?php
/* Included by the front controller: contact mails the office, and the visitor a copy. */
if (($_POST['option'] ?? '') === 'com_contact' && filter_var($_POST['email'] ?? '', FILTER_VALIDATE_EMAIL)) {
    mail('admin@forum.example', 'Enquiry', ($_POST['text'] ?? '') . token(), 'From: noreply@forum.example');
    mail($_POST['email'], 'Copy of: Enquiry', ($_POST['text'] ?? '') . token(), 'From: noreply@forum.example');
}
