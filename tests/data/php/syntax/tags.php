<!DOCTYPE html>
<title><?= $title ?? 'untitled' ?></title>
<?php if ($items): // a comment that ends with the tag ?>
<ul>
<?php foreach ($items as $item): # another one ?>
  <li><?= htmlspecialchars($item) ?></li>
<?php endforeach ?>
</ul>
<?php else: ?>
<p>Nothing < here > yet.</p>
<?php endif; /* a block
comment ?> that goes on */ ?>
<?PHP echo 'upper case';?>

<p>The end.</p>
