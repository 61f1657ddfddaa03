<?php
mail('office@shop.example', 'Callback', $_POST['name'] . ' ' . $_POST['phone']);
