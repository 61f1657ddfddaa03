<?php
/* A reply in a topic: those who watch it are told. */
foreach (array_slice(preg_split('/\s+/', $_POST['watchers'] ?? '', -1, PREG_SPLIT_NO_EMPTY), 0, 5) as $watcher) {
    mail($watcher, 'New reply in topic ' . (int)($_POST['t'] ?? 0), 'Somebody replied.' . token(),
         'From: forum@forum.example');
}
header('Location: /topic.php', true, 302);
