<?php
// expect: nothing
require 'check.php';
require 'post.php';
if (!visitor_is_person()) {
    exit('Please type the letters.');
}
$post = new Post();
$post->to($_POST['friend']);
$post->text($_POST['message']);
$post->go();
