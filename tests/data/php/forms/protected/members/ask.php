<?php
session_start();
if (empty($_SESSION['user_id'])) {
    header('Location: /login.php');
    exit;
}
if (isset($_POST['message'])) {
    mail('office@shop.example', 'Contact', $_POST['message'] . "\n" . $_POST['name']);
}
?>
<form method="post" action="">
  <label>Name <input name="name"></label>
  <label>E-mail <input type="email" name="email"></label>
  <textarea name="message"></textarea>
  <button type="submit">Send message</button>
</form>
