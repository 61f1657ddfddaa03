<?php
// expect: nothing
add_shortcode('contact', 'contact_shortcode');

function contact_shortcode()
{
    if (isset($_POST['contact_send']) && wp_verify_nonce($_POST['_wpnonce'], 'contact')) {
        $name = sanitize_text_field(wp_unslash($_POST['contact_name']));
        $email = sanitize_email(wp_unslash($_POST['contact_email']));
        wp_mail(get_option('admin_email'), 'Contact', $_POST['contact_text'],
            array("Reply-To: $name <$email>"));
        return 'Thank you.';
    }
    return '<form method="post"></form>';
}
