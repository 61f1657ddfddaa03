<?php
function is_our_domain($address)
{
    foreach (array('shop\.example', 'www\.shop\.example') as $domain) {
        if (preg_match('/^[a-z0-9._-]+@(www\.)?shop\.example$/i', $address)) {
            return true;
        }
    }
    return false;
}
