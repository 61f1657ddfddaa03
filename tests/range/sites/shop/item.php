<?php
echo '<link rel="stylesheet" href="/style.css"><h1>Item ' . (int)($_GET['id'] ?? 0) . '</h1>';
