<?php
// expect: nothing
mail('info@shop.example', 'Contact', $_POST['text'], 'From: site@shop.example',
    '-fsite@shop.example');
