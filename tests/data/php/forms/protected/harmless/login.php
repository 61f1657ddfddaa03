<form method="post">
  <input name="login"><input type="password" name="password">
  <button>Log in</button> <a href="/register.php">Register</a>
</form>
