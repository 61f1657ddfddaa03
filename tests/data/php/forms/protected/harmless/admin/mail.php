<form method="post">
  <label>Name <input name="name"></label>
  <label>E-mail <input type="email" name="email"></label>
  <textarea name="message"></textarea>
  <button type="submit">Send message</button>
</form>
