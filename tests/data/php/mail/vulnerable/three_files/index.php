<?php
// expect: open-relay
require 'check.php';
require 'post.php';
$post = new Post();
$post->to($_POST['friend']);
$post->text($_POST['message']);
$post->go();
if (!visitor_is_person()) {
    exit('Please type the letters.');
}
