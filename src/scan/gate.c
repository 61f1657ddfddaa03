#include "scan/gate.h"

const struct gate_pattern gate_patterns[] = {
    {"<\\?(php|=)|<script\\s+language", GATE_PHP},
    {"\\$_(post|get|request|cookie|files)\\b", GATE_SOURCE},
    {"http_(post|get|raw_post|cookie)_", GATE_SOURCE},
    {"\\$_server\\s*\\[\\s*['\"]http_", GATE_SOURCE},
    {"php://input", GATE_SOURCE},
    {"ob_start\\s*\\(\\s*['\"](assert|system|exec|shell_exec|passthru)", GATE_CODE},
    {"(include|require)(_once)?\\s*\\(?\\s*['\"]([^'\"]*\\.(ico|jpe?g|png|gif)['\"]|php:|data:|"
     "http)",
     GATE_CODE},
    {"application/x-httpd-", GATE_CODE},
    {"\\$(o|0){5}|\\$(i|l|1){5}", GATE_CODE},
    {"(\\\\x[4-7][0-9a-f]){6}|(\\\\1[0-7]{2}){8}", GATE_CODE},
    {"goto\\s+\\w+;\\s*\\w+:", GATE_CODE},
    {"^\\s*(gif8|\\x89png)[^<]{0,64}<\\?", GATE_CODE},
    {"googlebot", GATE_ROBOT},
    {"getenv\\s*\\(\\s*['\"]http_", GATE_SOURCE},
    {"['\"](iyevdxnyl2jpbi9|i2luy2x1zgug|f0vmr|tvqqaa|zxzhbc|qgv2ywwo|pd9wah|4d5a90)", GATE_CODE},
    {"getallheaders|apache_request_headers|filter_input", GATE_SOURCE},
    {"[jv]request::|jinput|->input->|request->|tools::getvalue|input::get", GATE_SOURCE},
    {"globals", GATE_DYNAMIC},
    {"\\beval\\s*[(/#]", GATE_CODE},
    {"\\bassert\\s*\\(|create_function", GATE_CODE},
    {"(str_rot13|strrev)\\s*\\(\\s*['\"]", GATE_CODE},
    {"gz(inflate|uncompress)\\s*\\(\\s*base64_decode", GATE_CODE},
    {"exif_read_data", GATE_SOURCE},
    {"(\\$\\w+[\\[{]\\d+[\\]}]\\s*\\.\\s*){8}", GATE_CODE},
    {"\\*/\\s*[({.\\[]", GATE_CODE},
    {"\\$\\s*\\{\\s*['\"\\\\]", GATE_CODE},
    {"\\$\\{\\s*\\$", GATE_BUILDER},
    {"preg_(replace|filter)\\s*\\(\\s*\"[^\"\\n]*\\\\(x|1)", GATE_CODE},
    {"(include|require)(_once)?\\s*\\(?\\s*['\"][^'\"\\n]*\\\\(x[0-9a-f]{2}|[0-7]{2})", GATE_CODE},
    {"\\$\\w+\\+\\+;\\s*\\$\\w+\\+\\+;", GATE_CODE},
    {"[=.(]\\s*~\\s*[('\"$]", GATE_BUILDER},
    {"=\\s*['\"]?(assert|system|exec|shell_exec|passthru|popen|create_function)['\"]?\\s*;",
     GATE_CODE},
    {"pack\\s*\\(\\s*['\"]c\\*", GATE_DECODER},
    {"substr\\s*\\(\\s*['\"]", GATE_BUILDER},
    {"['\"][a-z0-9+/]{300}", GATE_BUILDER},
    {"ini_set\\s*\\(\\s*['\"](error_log|log_errors)['\"]\\s*,\\s*(null|0)", GATE_CODE},
    {"new\\s+com\\s*\\(|eval_r\\s*\\(|registerphpfunctions", GATE_COMMAND},
    {"register_tick_function|forward_static_call|__wakeup|__tostring", GATE_CALLBACK},
    {"unserialize\\s*\\(\\s*@?(\\$_|base64|stripslashes\\s*\\(\\s*\\$_)", GATE_CODE},
    {"filter_callback|createfunction|->invoke|array_(u?diff|u?intersect)_?u|__destruct",
     GATE_CALLBACK},
    {"preg_replace\\s*\\(\\s*['\"](.)[^'\"]*\\W[imsxADSUXJu]*e[imsxADSUXJu]*['\"]", GATE_CODE},
    {"\\b(shell_exec|exec|system|passthru|popen|proc_open|pcntl_exec|expect_popen)\\s*\\(",
     GATE_COMMAND},
    {"`[^`\\n]*\\$", GATE_COMMAND},
    {"base64_decode|gzinflate|gzuncompress|gzdecode|str_rot13|convert_uu|hex2bin|pack\\s*\\(\\s*['"
     "\"]h\\*",
     GATE_DECODER},
    {"\\$\\w+\\s*\\(", GATE_DYNAMIC},
    {"[\\]})]\\s*\\(\\s*[\\$'\"]", GATE_DYNAMIC},
    {"\\$\\s*\\{|\\$\\$\\w", GATE_DYNAMIC},
    {"\\bextract\\s*\\(|\\bparse_str\\s*\\(|import_request_variables", GATE_DYNAMIC},
    {"reflectionfunction|newinstance", GATE_DYNAMIC},
    {"\\bmail\\s*\\(|mb_send_mail|imap_mail|wp_mail|drupal_mail", GATE_MAIL},
    {"addaddress|addrecipient|addcc\\b|addbcc|addreplyto|->setto\\b|sendmail|phpmailer|swift_",
     GATE_MAIL},
    {"\\bmail::(to|raw|send|queue|plain|factory)\\b|->(email|mail|mailer)->|cevent::send|zend_mail|"
     "symfony\\\\component\\\\mime|wp_(send_)?new_user_notification",
     GATE_MAIL},
    {"file_put_contents|fwrite|fputs|move_uploaded_file|\\bcopy\\s*\\(", GATE_WRITE},
    {"(file_get_contents|fopen|copy)\\s*\\(\\s*['\"]https?:", GATE_NETWORK},
    {"fsockopen|pfsockopen|stream_socket_client|socket_create|curl_exec", GATE_NETWORK},
    {"\\bchr\\s*\\(|strrev\\s*\\(|(\\\\x[0-9a-f]{2}){4}|(\\\\[0-7]{3}){4}", GATE_BUILDER},
    {"['\")]\\s*[\\^|&]\\s*['\"(~]|\\(\\s*~", GATE_BUILDER},
    {"['\"]\\s*\\^\\s*\\w", GATE_BUILDER},
    {"str_i?replace\\s*\\(\\s*['\"][^'\"]{0,12}['\"]\\s*,\\s*['\"]{2}\\s*,\\s*['\"]", GATE_BUILDER},
    {"(\\$\\w+[\\[{]\\d+[\\]}]\\s*\\.\\s*){3}", GATE_BUILDER},
    {"['\"][a-z0-9_/]{1,8}['\"]\\s*\\.\\s*['\"][a-z0-9_/]{1,8}['\"]", GATE_BUILDER},
    {"preg_replace\\s*\\(\\s*\\$|preg_filter|ereg_replace|eregi_replace", GATE_CALLBACK},
    {"call_user_func|array_map|array_filter|array_walk|usort|uasort|uksort|array_reduce|register_"
     "shutdown|preg_replace_callback|ob_start\\s*\\(\\s*\\$|iterator_apply|array_u",
     GATE_CALLBACK},
    {"(include|require)(_once)?\\s*\\(?\\s*(@?\\$|['\"][^'\"]*\\.(ico|jpe?g|png|gif|txt|log)['\"]|["
     "'\"]\\\\|base64|urldecode)",
     GATE_INCLUDE},
    {"<form|<input|wp_create_user|register_new_user", GATE_FORM},
    {"c99|r57|b374k|wso|webshell|web shell|backdoor|filesman|safe_mode|reverse "
     "shell|/etc/passwd|uname -a|milw0rm|hacked by|bypass|symlink|mailer|spammer|inbox|defac",
     GATE_SHELL_WORD},
    {"captcha|is_user_logged_in|turnstile|nonce", GATE_GUARD},
};
const size_t gate_pattern_count = sizeof(gate_patterns) / sizeof(gate_patterns[0]);

/* So many blanks, and then code: out of sight. */
#define BLANKS_MIN 150

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Looks at every BLANKS_MIN-th byte, and at all of them only where that is a blank. */
uint32_t
gate_groups_beyond(struct str source)
{
    size_t at = 0;

    while (source.len > BLANKS_MIN && at < source.len - BLANKS_MIN) {
        size_t end = at + BLANKS_MIN;
        char c;

        while (end > at && is_blank(source.data[end - 1]))
            end--;
        if (end > at) {
            at = end;
            continue;
        }
        for (at += BLANKS_MIN; at < source.len && is_blank(source.data[at]);)
            at++;
        c = at < source.len ? source.data[at] : '\n';
        if (!memchr("\n\r\v\f/*", c, 6))
            return GATE_CODE;
    }
    return 0;
}

bool
gate_wants_parse(uint32_t groups, uint32_t places)
{
    uint32_t arrival = GATE_CODE | GATE_COMMAND | GATE_MAIL;
    uint32_t beside_source = GATE_WRITE | GATE_CALLBACK | GATE_DYNAMIC | GATE_INCLUDE |
                             GATE_NETWORK | GATE_BUILDER | GATE_DECODER | GATE_SHELL_WORD;
    uint32_t weak = GATE_WRITE | GATE_CALLBACK | GATE_DYNAMIC | GATE_INCLUDE | GATE_NETWORK;

    /* Nothing with PHP in it belongs where visitors put files. */
    if (places & (PLACE_UPLOADS | PLACE_TEMPORARY | PLACE_CACHE | PLACE_HIDDEN))
        return true;
    if (groups & arrival)
        return true;
    if ((groups & (GATE_BUILDER | GATE_DECODER)) && (groups & (GATE_DYNAMIC | GATE_CALLBACK)))
        return true;
    if ((groups & GATE_DECODER) && (groups & weak))
        return true;
    if ((groups & GATE_NETWORK) && (groups & (GATE_WRITE | GATE_ROBOT)))
        return true;
    if ((groups & GATE_SOURCE) && (groups & beside_source))
        return true;
    return (groups & GATE_SHELL_WORD) && (groups & (GATE_WRITE | GATE_NETWORK));
}

bool
gate_wants_forms(uint32_t groups, uint32_t places)
{
    return (groups & GATE_FORM) && !(places & (PLACE_LIBRARY | PLACE_TESTS | PLACE_CACHE));
}
