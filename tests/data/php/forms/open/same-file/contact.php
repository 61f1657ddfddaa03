<?php
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    mail('office@shop.example', 'Contact', $_POST['message'] . "\n" . $_POST['name']);
    echo 'Thank you';
}
?>
<form method="post" action="<?php echo $_SERVER['PHP_SELF']; ?>">
  <label>Name <input name="name"></label>
  <label>E-mail <input type="email" name="email"></label>
  <textarea name="message"></textarea>
  <button type="submit">Send message</button>
</form>
