<?php
/* A front controller: every action of the site is a request of this one file. */
if ($_SERVER['REQUEST_METHOD'] === 'POST') {
    require __DIR__ . '/components/contact.php';
    exit('Thank you.');
}
echo '<link rel="stylesheet" href="/style.css"><h1>Forum</h1><a href="/topic.php?t=3">Topic</a>';
