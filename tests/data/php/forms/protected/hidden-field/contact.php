<?php
if (isset($_POST['message'])) {
    if (!empty($_POST['website'])) {
        exit;
    }
    mail('office@shop.example', 'Contact', $_POST['message'] . "\n" . $_POST['name']);
}
?>
<form method="post" action="">
  <label>Name <input name="name"></label>
  <label>E-mail <input type="email" name="email"></label>
  <textarea name="message"></textarea>
  <input name="website" style="display:none">
  <button type="submit">Send message</button>
</form>
