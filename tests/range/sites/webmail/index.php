<?php
echo '<link rel="stylesheet" href="/style.css"><h1>Webmail</h1>';
