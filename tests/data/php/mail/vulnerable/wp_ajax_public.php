<?php
// expect: open-relay
/* Plugin Name: Share by mail */
add_action('wp_ajax_share_page', 'share_page_send');
add_action('wp_ajax_nopriv_share_page', 'share_page_send');

function share_page_send()
{
    check_ajax_referer('share_page', 'nonce');
    $to = sanitize_email($_POST['to']);
    if (!is_email($to)) {
        wp_send_json_error('Not an address.');
    }
    wp_mail($to, 'A page', sanitize_textarea_field(wp_unslash($_POST['message'])));
    wp_send_json_success();
}
