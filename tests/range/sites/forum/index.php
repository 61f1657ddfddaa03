<?php
echo '<link rel="stylesheet" href="/style.css"><h1>Forum</h1><a href="/topic.php?t=3">Topic</a>';
