<?php
// expect: header-injection
add_shortcode('contact', 'contact_shortcode');

function contact_shortcode()
{
    if (isset($_POST['contact_send']) && wp_verify_nonce($_POST['_wpnonce'], 'contact')) {
        $headers = 'From: ' . $_POST['contact_name'] . ' <' . $_POST['contact_email'] . ">\r\n";
        wp_mail(get_option('admin_email'), 'Contact', $_POST['contact_text'], $headers);
        return 'Thank you.';
    }
    return '<form method="post"></form>';
}
