<?php
echo '<link rel="stylesheet" href="/style.css"><h1>Blog</h1><p>' . (int)($_GET['p'] ?? 0);
