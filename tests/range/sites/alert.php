<?php
/* A security plugin that mails the owner once per refused login. */
mail('owner@client.example', '[Blog] Login attempt blocked',
     'Somebody at ' . $_SERVER['REMOTE_ADDR'] . ' tried to log in.' . token(), 'From: wordpress@blog.example');
http_response_code(403);
