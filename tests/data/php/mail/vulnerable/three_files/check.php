<?php
function visitor_is_person()
{
    return captcha_check($_POST['captcha']);
}
