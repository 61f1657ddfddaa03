<form method="post" action="{$url}" id="commentform">
  <input name="author">
  <input name="email">
  <textarea name="comment"></textarea>
  {hook name="comment_form"}
  <button>Post comment</button>
</form>
