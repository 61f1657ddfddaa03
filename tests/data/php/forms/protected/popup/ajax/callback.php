<?php
session_start();
if ($_POST['code'] !== $_SESSION['captcha']) {
    exit;
}
mail('office@shop.example', 'Callback', $_POST['name'] . ' ' . $_POST['phone']);
