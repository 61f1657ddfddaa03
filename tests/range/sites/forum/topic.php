<?php
echo '<link rel="stylesheet" href="/style.css"><h1>Topic ' . (int)($_GET['t'] ?? 0) . '</h1>';
