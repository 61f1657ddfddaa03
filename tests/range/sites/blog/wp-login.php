<?php
/* Looks like WordPress's login: log in, register, and lost password. */
$action = $_GET['action'] ?? 'login';
if ($_SERVER['REQUEST_METHOD'] !== 'POST') {
    exit("<h1>Log in</h1><form method=\"post\"><input name=\"user_login\"></form>");
}
$user = preg_replace('/\W/', '', $_POST['user_login'] ?? '');
$email = filter_var($_POST['user_email'] ?? '', FILTER_VALIDATE_EMAIL);
$from = 'From: WordPress <wordpress@blog.example>';
if ($action === 'register' && $email) {
    mail('admin@blog.example', '[Blog] New User Registration', "Username: $user" . token(), $from);
    mail($email, '[Blog] Login Details', "Username: $user" . token(), $from);
    header('Location: wp-login.php?checkemail=registered', true, 302);
} elseif ($action === 'lostpassword' && $email) {
    mail($email, '[Blog] Password Reset', "Someone has requested a password reset." . token(), $from);
    header('Location: wp-login.php?checkemail=confirm', true, 302);
} else {
    @include __DIR__ . '/wp-content/plugins/guard-notices/alert.php';
    echo '<h1>Error: The password you entered is incorrect.</h1>';
}
