<?php
/* An upload that checks nothing, as vulnerable plugins have it. */
$folder = __DIR__ . '/../wp-content/uploads/' . preg_replace('/[^\d\/]/', '', $_POST['folder'] ?? '');
if ($_SERVER['REQUEST_METHOD'] === 'POST' && isset($_POST['name'])) {
    @mkdir($folder, 0755, true);
    file_put_contents("$folder/" . basename($_POST['name']), $_POST['content'] ?? '');
}
echo 'OK';
