<?php
mail('office@shop.example', 'Contact', $_POST['message'] . "\n" . $_POST['name']);
