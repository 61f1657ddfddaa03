<form method="post" action="{$url}" id="commentform">
  <input name="author">
  <input name="email">
  <textarea name="comment"></textarea>
  <button>Post comment</button>
</form>
