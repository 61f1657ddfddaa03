#include "php/library.h"

/* In the order of their names. */
static const struct library rows[] = {
    {"::addaddress", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT}},
    {"::addattachment", .result = RESULT_CLEAR, .sinks = {SINK_ATTACHMENT}},
    {"::addbcc", .result = RESULT_CLEAR, .sinks = {SINK_COPY}},
    {"::addcc", .result = RESULT_CLEAR, .sinks = {SINK_COPY}},
    {"::addcustomheader", .result = RESULT_CLEAR, .sinks = {SINK_HEADER, SINK_HEADER}},
    {"::addfrom", .result = RESULT_CLEAR, .sinks = {SINK_SENDER, SINK_SENDER}},
    {"::addrecipient", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT}},
    {"::addrecipients", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT}},
    {"::addreplyto", .result = RESULT_CLEAR, .sinks = {SINK_SENDER, SINK_SENDER}},
    {"::addstringattachment", .result = RESULT_CLEAR, .sinks = {SINK_ATTACHMENT}},
    {"::addtextheader", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_HEADER}},
    {"::addto", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT}},
    {"::createfunction", .result = RESULT_CLEAR,
     .sinks = {SINK_NONE, SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"::createheader", .result = RESULT_CLEAR, .sinks = {SINK_HEADER, SINK_HEADER}},
    {"::getdoccomment", .result = RESULT_CLEAR, .gives = TAINT_DECODED},
    {"::msghtml", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"::sendmail_", .result = RESULT_CLEAR,
     .sinks = {SINK_SENDER, SINK_SENDER, SINK_RECIPIENT, SINK_SUBJECT, SINK_BODY}},
    {"::setfrom", .result = RESULT_CLEAR, .sinks = {SINK_SENDER, SINK_SENDER}},
    {"::setrecipient", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT}},
    {"::setreplyto", .result = RESULT_CLEAR, .sinks = {SINK_SENDER, SINK_SENDER}},
    {"::setsender", .result = RESULT_CLEAR, .sinks = {SINK_SENDER, SINK_SENDER}},
    {"::sqlitecreatefunction", .result = RESULT_CLEAR,
     .sinks = {SINK_NONE, SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"abort", .result = RESULT_CLEAR, .is_end = true},
    {"abs", .result = RESULT_FIRST,
     .cleans = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"absint", .result = RESULT_FIRST,
     .cleans = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"add_action", .result = RESULT_CLEAR},
    {"add_filter", .result = RESULT_CLEAR},
    {"add_shortcode", .result = RESULT_CLEAR},
    {"addslashes", .result = RESULT_FIRST},
    {"admin_url", .result = RESULT_CLEAR},
    {"akismet_check", .result = RESULT_CLEAR, .guards_false = GUARD_SPAM},
    {"akismet_http_post", .result = RESULT_CLEAR, .guards_false = GUARD_SPAM},
    {"apache_request_headers", .result = RESULT_CLEAR, .gives = TAINT_HEADER},
    {"apply_filters", .result = RESULT_SECOND},
    {"apply_filters_deprecated", .result = RESULT_SECOND},
    {"apply_filters_ref_array", .result = RESULT_SECOND},
    {"array_diff_uassoc", .result = RESULT_FIRST,
     .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_diff_ukey", .result = RESULT_FIRST,
     .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_filter", .result = RESULT_FIRST, .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_intersect_uassoc", .result = RESULT_FIRST,
     .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_intersect_ukey", .result = RESULT_FIRST,
     .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_key_exists", .result = RESULT_CLEAR},
    {"array_map", .result = RESULT_SECOND, .sinks = {SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"array_reduce", .result = RESULT_FIRST, .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_search", .result = RESULT_CLEAR},
    {"array_udiff", .result = RESULT_FIRST,
     .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_udiff_assoc", .result = RESULT_FIRST,
     .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_udiff_uassoc", .result = RESULT_FIRST,
     .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_uintersect", .result = RESULT_FIRST,
     .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_uintersect_assoc", .result = RESULT_FIRST,
     .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_uintersect_uassoc", .result = RESULT_FIRST,
     .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_walk", .result = RESULT_FIRST, .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"array_walk_recursive", .result = RESULT_FIRST, .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"assert", .result = RESULT_CLEAR, .sinks = {SINK_CODE}},
    {"auth::check", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN},
    {"auth::guest", .result = RESULT_CLEAR, .guards_false = GUARD_LOGIN},
    {"auth::id", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN},
    {"auth::user", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN},
    {"auth_redirect", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN},
    {"base64_encode", .result = RESULT_CLEAR},
    {"basename", .result = RESULT_FIRST, .cleans = CLEAN_PATH},
    {"bin2hex", .result = RESULT_CLEAR},
    {"bloginfo", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"bxmail", .result = RESULT_CLEAR,
     .sinks = {SINK_RECIPIENT, SINK_SUBJECT, SINK_BODY, SINK_HEADER}},
    {"call_user_func", .sinks = {SINK_CALLEE, SINK_CALLEE_ARGUMENT, SINK_CALLEE_ARGUMENT}},
    {"call_user_func_array", .sinks = {SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"ceil", .result = RESULT_FIRST,
     .cleans = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"cevent::send", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_NONE, SINK_FIELDS}},
    {"cevent::sendimmediate", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_NONE, SINK_FIELDS}},
    {"check_admin_referer", .result = RESULT_CLEAR, .guards_after = GUARD_TOKEN},
    {"check_ajax_referer", .result = RESULT_CLEAR, .guards_after = GUARD_TOKEN},
    {"check_bitrix_sessid", .result = RESULT_CLEAR, .guards_true = GUARD_TOKEN},
    {"checkdate", .result = RESULT_CLEAR},
    {"checkdnsrr", .result = RESULT_CLEAR},
    {"chmod", .result = RESULT_CLEAR},
    {"chunk_split", .result = RESULT_FIRST},
    {"class_exists", .result = RESULT_CLEAR},
    {"closedir", .result = RESULT_CLEAR},
    {"cn_get_captcha", .result = RESULT_CLEAR},
    {"com::exec", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND}, .gives = TAINT_OUTPUT},
    {"com::run", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND}},
    {"com::shellexecute", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND, SINK_COMMAND}},
    {"copy", .result = RESULT_CLEAR, .sinks = {SINK_CONTENT, SINK_PATH}},
    {"count", .result = RESULT_CLEAR},
    {"crc32", .result = RESULT_CLEAR},
    {"create_function", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_CODE}},
    {"crypt", .result = RESULT_CLEAR},
    {"ctype_alnum", .result = RESULT_CLEAR, .when_true = CLEAN_CRLF | CLEAN_SHELL | CLEAN_PATH},
    {"ctype_alpha", .result = RESULT_CLEAR},
    {"ctype_digit", .result = RESULT_CLEAR,
     .when_true = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_SHELL | CLEAN_PATH},
    {"ctype_lower", .result = RESULT_CLEAR},
    {"ctype_punct", .result = RESULT_CLEAR},
    {"ctype_space", .result = RESULT_CLEAR},
    {"ctype_upper", .result = RESULT_CLEAR},
    {"ctype_xdigit", .result = RESULT_CLEAR,
     .when_true = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_SHELL | CLEAN_PATH},
    {"curl_exec", .gives = TAINT_NETWORK},
    {"curl_init", .sinks = {SINK_URL}},
    {"curl_multi_getcontent", .gives = TAINT_NETWORK},
    {"curl_setopt", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_NONE, SINK_URL}},
    {"current_user_can", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN | GUARD_ADMIN},
    {"current_user_can_for_blog", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN | GUARD_ADMIN},
    {"date", .result = RESULT_CLEAR},
    {"debug_zval_refcount", .result = RESULT_CLEAR},
    {"define", .result = RESULT_CLEAR},
    {"defined", .result = RESULT_CLEAR},
    {"dl", .result = RESULT_CLEAR, .sinks = {SINK_INCLUDE}},
    {"dns_get_record", .result = RESULT_CLEAR},
    {"do_action", .result = RESULT_CLEAR},
    {"doubleval", .result = RESULT_FIRST,
     .cleans = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"drupal_access_denied", .result = RESULT_CLEAR, .is_end = true},
    {"drupal_exit", .result = RESULT_CLEAR, .is_end = true},
    {"drupal_goto", .result = RESULT_CLEAR, .is_end = true},
    {"drupal_mail", .result = RESULT_CLEAR,
     .sinks = {SINK_NONE, SINK_NONE, SINK_RECIPIENT, SINK_NONE, SINK_BODY}},
    {"drupal_not_found", .result = RESULT_CLEAR, .is_end = true},
    {"ereg", .result = RESULT_CLEAR, .is_output = true},
    {"eregi", .result = RESULT_CLEAR, .is_output = true},
    {"error_log", .result = RESULT_CLEAR},
    {"error_reporting", .result = RESULT_CLEAR},
    {"esc_attr", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"esc_html", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"esc_sql", .result = RESULT_FIRST},
    {"esc_textarea", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"esc_url", .result = RESULT_FIRST, .cleans = CLEAN_CRLF | CLEAN_HTML},
    {"esc_url_raw", .result = RESULT_FIRST, .cleans = CLEAN_CRLF | CLEAN_HTML},
    {"escapehtml", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"escapeshellarg", .cleans = CLEAN_SHELL | CLEAN_QUOTED},
    {"escapeshellcmd", .result = RESULT_ARGUMENTS},
    {"eval", .sinks = {SINK_CODE}},
    {"eval_r", .sinks = {SINK_CODE}},
    {"event::send", .result = RESULT_CLEAR, .sinks = {SINK_FIELDS}},
    {"exec", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND}, .gives = TAINT_OUTPUT,
     .is_output = true},
    {"exif_read_data", .result = RESULT_CLEAR, .gives = TAINT_FILE | TAINT_DECODED},
    {"expect_popen", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND}},
    {"extract", .result = RESULT_CLEAR, .sinks = {SINK_VARIABLES}},
    {"ezmlm_hash", .result = RESULT_CLEAR},
    {"factory::getmailer", .result = RESULT_CLEAR, .makes = "jmail"},
    {"fclose", .result = RESULT_CLEAR},
    {"feof", .result = RESULT_CLEAR},
    {"fgetc", .result = RESULT_CLEAR, .gives = TAINT_FILE},
    {"fgetcsv", .result = RESULT_CLEAR, .gives = TAINT_FILE},
    {"fgets", .result = RESULT_CLEAR, .gives = TAINT_FILE},
    {"file", .result = RESULT_CLEAR, .sinks = {SINK_URL}, .gives = TAINT_FILE},
    {"file_exists", .result = RESULT_CLEAR},
    {"file_get_contents", .result = RESULT_CLEAR, .sinks = {SINK_URL}, .gives = TAINT_FILE},
    {"file_put_contents", .result = RESULT_CLEAR, .sinks = {SINK_PATH, SINK_CONTENT}},
    {"filemtime", .result = RESULT_CLEAR},
    {"fileperms", .result = RESULT_CLEAR},
    {"filesize", .result = RESULT_CLEAR},
    {"filter_input", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"filter_input_array", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"floatval", .result = RESULT_FIRST,
     .cleans = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"flood_is_allowed", .result = RESULT_CLEAR, .guards_true = GUARD_LIMIT},
    {"floor", .result = RESULT_FIRST,
     .cleans = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"flush", .result = RESULT_CLEAR},
    {"fopen", .result = RESULT_CLEAR, .sinks = {SINK_PATH}},
    {"form_state::getvalue", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"form_state::getvalues", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"forward_static_call", .sinks = {SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"forward_static_call_array", .sinks = {SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"fputs", .result = RESULT_CLEAR, .sinks = {SINK_SOCKET, SINK_CONTENT}},
    {"fread", .result = RESULT_CLEAR, .gives = TAINT_FILE},
    {"fscanf", .result = RESULT_CLEAR, .gives = TAINT_FILE},
    {"fsockopen", .result = RESULT_CLEAR, .sinks = {SINK_HOST}, .gives = TAINT_NETWORK},
    {"function_exists", .result = RESULT_CLEAR},
    {"fwrite", .result = RESULT_CLEAR, .sinks = {SINK_SOCKET, SINK_CONTENT}},
    {"get_bloginfo", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"get_current_user_id", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN},
    {"get_option", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"get_post_meta", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"get_query_var", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"get_search_query", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"get_site_option", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"get_site_transient", .result = RESULT_CLEAR, .guards_false = GUARD_LIMIT},
    {"get_site_url", .result = RESULT_CLEAR},
    {"get_theme_mod", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"get_transient", .result = RESULT_CLEAR, .guards_false = GUARD_LIMIT},
    {"get_user_by", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"get_user_meta", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"get_userdata", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"getallheaders", .result = RESULT_CLEAR, .gives = TAINT_HEADER},
    {"getenv", .result = RESULT_CLEAR},
    {"gethostbyname", .result = RESULT_CLEAR},
    {"getmxrr", .result = RESULT_CLEAR},
    {"getmypid", .result = RESULT_CLEAR},
    {"gmdate", .result = RESULT_CLEAR},
    {"gzgets", .result = RESULT_CLEAR, .gives = TAINT_FILE},
    {"gzopen", .result = RESULT_CLEAR, .sinks = {SINK_PATH}},
    {"gzread", .result = RESULT_CLEAR, .gives = TAINT_FILE},
    {"gzwrite", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_CONTENT}},
    {"has_action", .result = RESULT_CLEAR},
    {"hash", .result = RESULT_CLEAR},
    {"hash_hmac", .result = RESULT_CLEAR},
    {"header", .result = RESULT_CLEAR},
    {"header_register_callback", .result = RESULT_CLEAR, .sinks = {SINK_CALLEE}},
    {"headers_sent", .result = RESULT_CLEAR},
    {"home_url", .result = RESULT_CLEAR},
    {"html_entity_decode", .result = RESULT_FIRST},
    {"htmlentities", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"htmlspecialchars", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"http_get", .gives = TAINT_NETWORK},
    {"iconv_mime_encode", .result = RESULT_FIRST, .cleans = CLEAN_CRLF},
    {"ignore_user_abort", .result = RESULT_CLEAR},
    {"imap_mail", .result = RESULT_CLEAR,
     .sinks = {SINK_RECIPIENT, SINK_SUBJECT, SINK_BODY, SINK_HEADER, SINK_COPY}},
    {"implode", .result = RESULT_ARGUMENTS},
    {"import_request_variables", .result = RESULT_CLEAR},
    {"in_array", .result = RESULT_CLEAR,
     .when_true = CLEAN_LISTED | CLEAN_CRLF | CLEAN_SHELL | CLEAN_PATH},
    {"ini_set", .result = RESULT_CLEAR},
    {"input::cookie", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"input::get", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"input::getarray", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"input::getcmd", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"input::getcookie", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"input::gethtml", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"input::getint", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH | CLEAN_NUMBER},
    {"input::getraw", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"input::getstring", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"input::getuint", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH | CLEAN_NUMBER},
    {"input::getvar", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"input::getword", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"input::json", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"input::post", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"intval", .result = RESULT_FIRST,
     .cleans = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"is_404", .result = RESULT_CLEAR, .guards_true = MARK_ATTACK},
    {"is_array", .result = RESULT_CLEAR},
    {"is_bool", .result = RESULT_CLEAR},
    {"is_callable", .result = RESULT_CLEAR},
    {"is_callable_name", .result = RESULT_CLEAR},
    {"is_dir", .result = RESULT_CLEAR},
    {"is_email", .result = RESULT_FIRST, .cleans = CLEAN_ADDRESS | CLEAN_CRLF,
     .when_true = CLEAN_ADDRESS | CLEAN_CRLF},
    {"is_file", .result = RESULT_CLEAR},
    {"is_int", .result = RESULT_CLEAR},
    {"is_null", .result = RESULT_CLEAR},
    {"is_numeric", .result = RESULT_CLEAR},
    {"is_numeric_", .result = RESULT_CLEAR,
     .when_true = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_SHELL | CLEAN_PATH},
    {"is_object", .result = RESULT_CLEAR},
    {"is_readable", .result = RESULT_CLEAR},
    {"is_resource", .result = RESULT_CLEAR},
    {"is_string", .result = RESULT_CLEAR},
    {"is_super_admin", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN | GUARD_ADMIN},
    {"is_uploaded_file", .result = RESULT_CLEAR},
    {"is_user_anonymous", .result = RESULT_CLEAR, .guards_false = GUARD_LOGIN},
    {"is_user_logged_in", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN},
    {"is_wp_error", .result = RESULT_CLEAR},
    {"is_writable", .result = RESULT_CLEAR},
    {"iterator_apply", .result = RESULT_FIRST, .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"jexit", .result = RESULT_CLEAR, .is_end = true},
    {"jfactory::getmailer", .result = RESULT_CLEAR, .makes = "jmail"},
    {"jmail::sendmail", .result = RESULT_CLEAR,
     .sinks = {SINK_SENDER, SINK_SENDER, SINK_RECIPIENT, SINK_SUBJECT, SINK_BODY}},
    {"jmailhelper::cleanaddress", .result = RESULT_FIRST, .cleans = CLEAN_CRLF},
    {"jmailhelper::cleanbody", .result = RESULT_FIRST},
    {"jmailhelper::cleanline", .result = RESULT_FIRST, .cleans = CLEAN_CRLF},
    {"jmailhelper::cleansubject", .result = RESULT_FIRST, .cleans = CLEAN_CRLF},
    {"jmailhelper::isemailaddress", .result = RESULT_CLEAR,
     .when_true = CLEAN_ADDRESS | CLEAN_CRLF},
    {"join", .result = RESULT_ARGUMENTS},
    {"joshelper::sendmail", .result = RESULT_CLEAR,
     .sinks = {SINK_SENDER, SINK_SENDER, SINK_RECIPIENT, SINK_SUBJECT, SINK_BODY}},
    {"jrequest::checktoken", .result = RESULT_CLEAR, .guards_true = GUARD_TOKEN},
    {"jrequest::get", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"jrequest::getbool", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH | CLEAN_NUMBER},
    {"jrequest::getcmd", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"jrequest::getint", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH | CLEAN_NUMBER},
    {"jrequest::getstring", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"jrequest::getvar", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"jrequest::getword", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH | CLEAN_NUMBER},
    {"jsession::checktoken", .result = RESULT_CLEAR, .guards_true = GUARD_TOKEN},
    {"jutility::sendmail", .result = RESULT_CLEAR,
     .sinks = {SINK_SENDER, SINK_SENDER, SINK_RECIPIENT, SINK_SUBJECT, SINK_BODY}},
    {"ksort", .result = RESULT_CLEAR},
    {"levenshtein", .result = RESULT_CLEAR},
    {"load_template", .result = RESULT_CLEAR},
    {"ltrim", .result = RESULT_FIRST},
    {"mail", .result = RESULT_CLEAR,
     .sinks = {SINK_RECIPIENT, SINK_SUBJECT, SINK_BODY, SINK_HEADER, SINK_OPTIONS}},
    {"mail::factory", .result = RESULT_CLEAR, .makes = "pearmail"},
    {"mail::plain", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_BODY}},
    {"mail::queue", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_BODY}},
    {"mail::raw", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mail::send", .result = RESULT_CLEAR, .sinks = {SINK_SEND, SINK_BODY}},
    {"mailer::addheader", .result = RESULT_CLEAR, .sinks = {SINK_HEADER, SINK_HEADER}},
    {"mailer::addpart", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::addreplyto", .result = RESULT_CLEAR, .sinks = {SINK_SENDER, SINK_SENDER}},
    {"mailer::addto", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT}},
    {"mailer::batchsend", .result = RESULT_CLEAR, .sinks = {SINK_SEND}},
    {"mailer::bcc", .result = RESULT_CLEAR, .sinks = {SINK_COPY}},
    {"mailer::cc", .result = RESULT_CLEAR, .sinks = {SINK_COPY}},
    {"mailer::context", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::from", .result = RESULT_CLEAR, .sinks = {SINK_SENDER}},
    {"mailer::headers", .result = RESULT_CLEAR, .sinks = {SINK_HEADER, SINK_HEADER}},
    {"mailer::html", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::htmltemplate", .result = RESULT_CLEAR},
    {"mailer::later", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_BODY}},
    {"mailer::line", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::message", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::postsend", .result = RESULT_CLEAR, .sinks = {SINK_SEND}},
    {"mailer::queue", .result = RESULT_CLEAR, .sinks = {SINK_SEND}},
    {"mailer::reply_to", .result = RESULT_CLEAR, .sinks = {SINK_SENDER, SINK_SENDER}},
    {"mailer::replyto", .result = RESULT_CLEAR, .sinks = {SINK_SENDER}},
    {"mailer::send", .result = RESULT_CLEAR, .sinks = {SINK_SEND}},
    {"mailer::sendhtml", .result = RESULT_CLEAR, .sinks = {SINK_SEND}},
    {"mailer::sendmail", .result = RESULT_CLEAR, .sinks = {SINK_SEND}},
    {"mailer::setbcc", .result = RESULT_CLEAR, .sinks = {SINK_COPY}},
    {"mailer::setbody", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::setbodyhtml", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::setbodytext", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::setcc", .result = RESULT_CLEAR, .sinks = {SINK_COPY}},
    {"mailer::setemailto", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT}},
    {"mailer::setfrom", .result = RESULT_CLEAR, .sinks = {SINK_SENDER, SINK_SENDER}},
    {"mailer::setheader", .result = RESULT_CLEAR, .sinks = {SINK_HEADER, SINK_HEADER}},
    {"mailer::sethtml", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::sethtmlbody", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::setmessage", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::setreturnpath", .result = RESULT_CLEAR, .sinks = {SINK_SENDER}},
    {"mailer::setsubject", .result = RESULT_CLEAR, .sinks = {SINK_SUBJECT}},
    {"mailer::settext", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::settextbody", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::setto", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT, SINK_RECIPIENT}},
    {"mailer::settos", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT, SINK_RECIPIENT}},
    {"mailer::subject", .result = RESULT_CLEAR, .sinks = {SINK_SUBJECT}},
    {"mailer::text", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailer::to", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT, SINK_RECIPIENT}},
    {"mailer::with", .result = RESULT_CLEAR, .sinks = {SINK_BODY}},
    {"mailhelper::cleanaddress", .result = RESULT_FIRST, .cleans = CLEAN_CRLF},
    {"mailhelper::cleanline", .result = RESULT_FIRST, .cleans = CLEAN_CRLF},
    {"mailhelper::isemailaddress", .result = RESULT_CLEAR, .when_true = CLEAN_ADDRESS | CLEAN_CRLF},
    {"maybe_unserialize", .sinks = {SINK_UNSERIALIZE}},
    {"mb_encode_mimeheader", .result = RESULT_FIRST, .cleans = CLEAN_CRLF},
    {"mb_ereg_replace", .result = RESULT_THIRD, .sinks = {SINK_PATTERN, SINK_PATTERN}},
    {"mb_ereg_replace_callback", .result = RESULT_THIRD,
     .sinks = {SINK_NONE, SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"mb_eregi_replace", .result = RESULT_THIRD, .sinks = {SINK_PATTERN, SINK_PATTERN}},
    {"mb_send_mail", .result = RESULT_CLEAR,
     .sinks = {SINK_RECIPIENT, SINK_SUBJECT, SINK_BODY, SINK_HEADER, SINK_OPTIONS}},
    {"mb_strlen", .result = RESULT_CLEAR},
    {"mb_strpos", .result = RESULT_CLEAR},
    {"mb_strtolower", .result = RESULT_FIRST},
    {"mb_strtoupper", .result = RESULT_FIRST},
    {"mb_substr", .result = RESULT_FIRST},
    {"md5", .result = RESULT_CLEAR},
    {"md5_file", .result = RESULT_CLEAR},
    {"memory_get_usage", .result = RESULT_CLEAR},
    {"method_exists", .result = RESULT_CLEAR},
    {"microtime", .result = RESULT_CLEAR},
    {"mime_header_encode", .result = RESULT_FIRST, .cleans = CLEAN_CRLF},
    {"mkdir", .result = RESULT_CLEAR},
    {"mktime", .result = RESULT_CLEAR},
    {"move_uploaded_file", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_UPLOAD}},
    {"mt_rand", .result = RESULT_CLEAR},
    {"mysql_fetch_array", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"mysql_fetch_assoc", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"mysql_fetch_object", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"mysql_fetch_row", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"mysql_result", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"mysqli_fetch_array", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"mysqli_fetch_assoc", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"mysqli_fetch_object", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"mysqli_fetch_row", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"network_site_url", .result = RESULT_CLEAR},
    {"nl2br", .result = RESULT_FIRST},
    {"notification::route", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_RECIPIENT}},
    {"number_format", .result = RESULT_FIRST,
     .cleans = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"ob_flush", .result = RESULT_CLEAR},
    {"ob_start", .result = RESULT_CLEAR, .sinks = {SINK_CALLEE}},
    {"opendir", .result = RESULT_CLEAR},
    {"ord", .result = RESULT_CLEAR},
    {"parse_str", .result = RESULT_CLEAR, .sinks = {SINK_VARIABLES}},
    {"passthru", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND}, .gives = TAINT_OUTPUT},
    {"password_hash", .result = RESULT_CLEAR},
    {"pathinfo", .result = RESULT_FIRST, .cleans = CLEAN_PATH},
    {"pcntl_exec", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND, SINK_COMMAND}},
    {"pearmail::send", .result = RESULT_CLEAR, .sinks = {SINK_RECIPIENT, SINK_NONE, SINK_BODY}},
    {"perl::eval", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND}, .gives = TAINT_OUTPUT},
    {"pfsockopen", .result = RESULT_CLEAR, .sinks = {SINK_HOST}, .gives = TAINT_NETWORK},
    {"pg_fetch_array", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"pg_fetch_assoc", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"pg_fetch_row", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"php_sapi_name", .result = RESULT_CLEAR},
    {"phpmailer::send", .result = RESULT_CLEAR, .sinks = {SINK_SEND}},
    {"popen", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND}},
    {"preg_filter", .result = RESULT_THIRD, .sinks = {SINK_PATTERN, SINK_PATTERN}},
    {"preg_last_error", .result = RESULT_CLEAR},
    {"preg_match", .result = RESULT_CLEAR, .is_output = true},
    {"preg_match_all", .result = RESULT_CLEAR, .is_output = true},
    {"preg_replace", .result = RESULT_THIRD, .sinks = {SINK_PATTERN, SINK_PATTERN}},
    {"preg_replace_callback", .result = RESULT_THIRD,
     .sinks = {SINK_NONE, SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"print_r", .result = RESULT_FIRST},
    {"print_r_", .result = RESULT_CLEAR},
    {"proc_open", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND}},
    {"property_exists", .result = RESULT_CLEAR},
    {"quoted_printable_encode", .result = RESULT_FIRST, .cleans = CLEAN_CRLF},
    {"rand", .result = RESULT_CLEAR},
    {"random_bytes", .result = RESULT_CLEAR},
    {"random_int", .result = RESULT_CLEAR},
    {"ratelimiter::toomanyattempts", .result = RESULT_CLEAR, .guards_false = GUARD_LIMIT},
    {"rawurlencode", .result = RESULT_FIRST, .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_PATH},
    {"readfile", .result = RESULT_CLEAR, .sinks = {SINK_URL}, .gives = TAINT_FILE},
    {"redirect", .result = RESULT_CLEAR, .is_end = true},
    {"register_new_user", .result = RESULT_CLEAR, .guards_after = MARK_REGISTERED},
    {"register_shutdown_function", .result = RESULT_CLEAR,
     .sinks = {SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"register_tick_function", .result = RESULT_CLEAR,
     .sinks = {SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"rename", .result = RESULT_CLEAR, .sinks = {SINK_CONTENT, SINK_PATH}},
    {"request::all", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::cookie", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::except", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::get", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::getcontent", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::getfieldvalue", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::getparam", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::getparams", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::getparsedbody", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::getpost", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::getquery", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::getqueryparams", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::getrawinput", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::getvar", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::header", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::input", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::integer", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH | CLEAN_NUMBER},
    {"request::json", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::only", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::post", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::query", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::str", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::string", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"request::validated", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"rmdir", .result = RESULT_CLEAR},
    {"round", .result = RESULT_FIRST,
     .cleans = CLEAN_NUMBER | CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH},
    {"rsort", .result = RESULT_CLEAR},
    {"rtrim", .result = RESULT_FIRST},
    {"sanitize_email", .result = RESULT_FIRST, .cleans = CLEAN_ADDRESS | CLEAN_CRLF},
    {"sanitize_file_name", .result = RESULT_FIRST, .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_PATH},
    {"sanitize_key", .result = RESULT_FIRST, .cleans = CLEAN_CRLF | CLEAN_HTML},
    {"sanitize_text_field", .result = RESULT_FIRST, .cleans = CLEAN_CRLF | CLEAN_HTML},
    {"sanitize_textarea_field", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"sanitize_title", .result = RESULT_FIRST, .cleans = CLEAN_CRLF | CLEAN_HTML},
    {"sanitize_user", .result = RESULT_FIRST, .cleans = CLEAN_CRLF | CLEAN_HTML},
    {"session::checktoken", .result = RESULT_CLEAR, .guards_true = GUARD_TOKEN},
    {"session::get", .result = RESULT_CLEAR, .gives = TAINT_SESSION, .guards_true = GUARD_LOGIN},
    {"session::has", .result = RESULT_CLEAR, .gives = TAINT_SESSION, .guards_true = GUARD_LOGIN},
    {"session::userdata", .result = RESULT_CLEAR, .gives = TAINT_SESSION,
     .guards_true = GUARD_LOGIN},
    {"session_id", .result = RESULT_CLEAR},
    {"session_start", .result = RESULT_CLEAR},
    {"set_error_handler", .result = RESULT_CLEAR, .sinks = {SINK_CALLEE}},
    {"set_exception_handler", .result = RESULT_CLEAR, .sinks = {SINK_CALLEE}},
    {"set_time_limit", .result = RESULT_CLEAR},
    {"setcookie", .result = RESULT_CLEAR},
    {"sha1", .result = RESULT_CLEAR},
    {"sha1_file", .result = RESULT_CLEAR},
    {"shell_exec", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND}, .gives = TAINT_OUTPUT},
    {"show_404", .result = RESULT_CLEAR, .is_end = true},
    {"show_error", .result = RESULT_CLEAR, .is_end = true},
    {"shuffle", .result = RESULT_CLEAR},
    {"similar_text", .result = RESULT_CLEAR},
    {"site_url", .result = RESULT_CLEAR},
    {"sizeof", .result = RESULT_CLEAR},
    {"sleep", .result = RESULT_CLEAR},
    {"smtp_mail", .result = RESULT_CLEAR,
     .sinks = {SINK_RECIPIENT, SINK_SUBJECT, SINK_BODY, SINK_HEADER}},
    {"socket_connect", .result = RESULT_CLEAR, .sinks = {SINK_HOST}, .gives = TAINT_NETWORK},
    {"socket_read", .result = RESULT_CLEAR, .gives = TAINT_NETWORK},
    {"socket_recv", .result = RESULT_CLEAR, .gives = TAINT_NETWORK},
    {"socket_send", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_SOCKET}},
    {"socket_write", .result = RESULT_CLEAR, .sinks = {SINK_NONE, SINK_SOCKET}},
    {"sort", .result = RESULT_CLEAR},
    {"spl_autoload_register", .result = RESULT_CLEAR, .sinks = {SINK_CALLEE, SINK_CALLEE_ARGUMENT}},
    {"spl_object_hash", .result = RESULT_CLEAR},
    {"sprintf", .result = RESULT_ARGUMENTS},
    {"sqlite_create_function", .result = RESULT_CLEAR,
     .sinks = {SINK_NONE, SINK_NONE, SINK_CALLEE}},
    {"sqlite_fetch_array", .result = RESULT_CLEAR, .gives = TAINT_DATABASE},
    {"str_ireplace", .result = RESULT_THIRD},
    {"str_repeat", .result = RESULT_FIRST},
    {"str_replace", .result = RESULT_THIRD},
    {"strcasecmp", .result = RESULT_CLEAR},
    {"strcmp", .result = RESULT_CLEAR},
    {"stream_get_contents", .result = RESULT_CLEAR, .gives = TAINT_FILE},
    {"stream_get_line", .result = RESULT_CLEAR, .gives = TAINT_FILE},
    {"stream_socket_client", .result = RESULT_CLEAR, .sinks = {SINK_HOST}, .gives = TAINT_NETWORK},
    {"strip_tags", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"stripos", .result = RESULT_CLEAR},
    {"stripslashes", .result = RESULT_FIRST},
    {"stripslashes_deep", .result = RESULT_FIRST},
    {"strlen", .result = RESULT_CLEAR},
    {"strncasecmp", .result = RESULT_CLEAR},
    {"strncmp", .result = RESULT_CLEAR},
    {"strpos", .result = RESULT_CLEAR},
    {"strrev", .result = RESULT_FIRST},
    {"strripos", .result = RESULT_CLEAR},
    {"strrpos", .result = RESULT_CLEAR},
    {"strtolower", .result = RESULT_FIRST},
    {"strtotime", .result = RESULT_CLEAR},
    {"strtoupper", .result = RESULT_FIRST},
    {"substr", .result = RESULT_FIRST},
    {"substr_count", .result = RESULT_CLEAR},
    {"swift_message::newinstance", .result = RESULT_CLEAR, .makes = "swift_message"},
    {"system", .result = RESULT_CLEAR, .sinks = {SINK_COMMAND}, .gives = TAINT_OUTPUT},
    {"time", .result = RESULT_CLEAR},
    {"tools::getvalue", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"touch", .result = RESULT_CLEAR},
    {"trigger_error", .result = RESULT_CLEAR},
    {"trim", .result = RESULT_FIRST},
    {"uasort", .result = RESULT_FIRST, .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"ucfirst", .result = RESULT_FIRST},
    {"ucwords", .result = RESULT_FIRST},
    {"uksort", .result = RESULT_FIRST, .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"uniqid", .result = RESULT_CLEAR},
    {"unlink", .result = RESULT_CLEAR},
    {"unserialize", .sinks = {SINK_UNSERIALIZE}},
    {"urlencode", .result = RESULT_FIRST, .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_PATH},
    {"user_access", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN | GUARD_ADMIN},
    {"user_can", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN | GUARD_ADMIN},
    {"user_is_anonymous", .result = RESULT_CLEAR, .guards_false = GUARD_LOGIN},
    {"user_is_logged_in", .result = RESULT_CLEAR, .guards_true = GUARD_LOGIN},
    {"user_save", .result = RESULT_CLEAR, .guards_after = MARK_REGISTERED},
    {"usleep", .result = RESULT_CLEAR},
    {"usort", .result = RESULT_FIRST, .sinks = {SINK_CALLEE_ARGUMENT, SINK_CALLEE}},
    {"utf8_decode", .result = RESULT_FIRST},
    {"utf8_encode", .result = RESULT_FIRST},
    {"valid_email_address", .result = RESULT_CLEAR, .when_true = CLEAN_ADDRESS | CLEAN_CRLF},
    {"validate::isemail", .result = RESULT_CLEAR, .when_true = CLEAN_ADDRESS | CLEAN_CRLF},
    {"var_dump", .result = RESULT_CLEAR},
    {"var_export", .result = RESULT_FIRST},
    {"variable_get", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"version_compare", .result = RESULT_CLEAR},
    {"vprintf", .result = RESULT_CLEAR},
    {"vrequest::get", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"vrequest::getcmd", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH | CLEAN_NUMBER},
    {"vrequest::getemail", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_ADDRESS | CLEAN_CRLF},
    {"vrequest::getget", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"vrequest::getint", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH | CLEAN_NUMBER},
    {"vrequest::getpost", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"vrequest::getstring", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"vrequest::getvar", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"vrequest::getword", .result = RESULT_CLEAR, .gives = TAINT_REQUEST,
     .cleans = CLEAN_CRLF | CLEAN_HTML | CLEAN_SHELL | CLEAN_PATH | CLEAN_NUMBER},
    {"vrequest::vmchecktoken", .result = RESULT_CLEAR, .guards_true = GUARD_TOKEN},
    {"vsprintf", .result = RESULT_ARGUMENTS},
    {"wc_create_new_customer", .result = RESULT_CLEAR, .guards_after = MARK_REGISTERED},
    {"wordwrap", .result = RESULT_FIRST},
    {"wp_create_nonce", .result = RESULT_CLEAR},
    {"wp_create_user", .result = RESULT_CLEAR, .guards_after = MARK_REGISTERED},
    {"wp_die", .result = RESULT_CLEAR, .is_end = true},
    {"wp_generate_password", .result = RESULT_CLEAR},
    {"wp_get_current_user", .result = RESULT_CLEAR, .cleans = CLEAN_OWN},
    {"wp_get_referer", .result = RESULT_CLEAR, .gives = TAINT_REQUEST},
    {"wp_hash", .result = RESULT_CLEAR},
    {"wp_hash_password", .result = RESULT_CLEAR},
    {"wp_insert_user", .result = RESULT_CLEAR, .guards_after = MARK_REGISTERED},
    {"wp_kses", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"wp_kses_post", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"wp_login_url", .result = RESULT_CLEAR},
    {"wp_mail", .result = RESULT_CLEAR,
     .sinks = {SINK_RECIPIENT, SINK_SUBJECT, SINK_BODY, SINK_HEADER, SINK_ATTACHMENT}},
    {"wp_new_user_notification", .result = RESULT_CLEAR, .sinks = {SINK_SEND}},
    {"wp_nonce_ays", .result = RESULT_CLEAR, .is_end = true},
    {"wp_redirect", .result = RESULT_CLEAR},
    {"wp_remote_get", .gives = TAINT_NETWORK},
    {"wp_remote_post", .gives = TAINT_NETWORK},
    {"wp_remote_request", .gives = TAINT_NETWORK},
    {"wp_remote_retrieve_body", .gives = TAINT_NETWORK},
    {"wp_safe_redirect", .result = RESULT_CLEAR},
    {"wp_safe_remote_get", .gives = TAINT_NETWORK},
    {"wp_safe_remote_post", .gives = TAINT_NETWORK},
    {"wp_send_json", .result = RESULT_CLEAR, .is_end = true},
    {"wp_send_json_error", .result = RESULT_CLEAR, .is_end = true},
    {"wp_send_json_success", .result = RESULT_CLEAR, .is_end = true},
    {"wp_send_new_user_notifications", .result = RESULT_CLEAR, .sinks = {SINK_SEND}},
    {"wp_strip_all_tags", .result = RESULT_FIRST, .cleans = CLEAN_HTML},
    {"wp_unslash", .result = RESULT_FIRST},
    {"wp_verify_email", .result = RESULT_CLEAR},
    {"wp_verify_nonce", .result = RESULT_CLEAR, .guards_true = GUARD_TOKEN},
    {"wpmu_create_user", .result = RESULT_CLEAR, .guards_after = MARK_REGISTERED},
    {"wpmu_signup_user", .result = RESULT_CLEAR, .guards_after = MARK_REGISTERED},
};
#define ROW_COUNT (sizeof(rows) / sizeof(rows[0]))

/* str_compare puts the shorter first where one begins the other, as the rows are. */
static const struct library *
find(struct str name)
{
    size_t low = 0, high = ROW_COUNT;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(str_from_cstr(rows[middle].name), name);

        if (order == 0)
            return &rows[middle];
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct library *
library_function(struct str name)
{
    return find(name);
}

/* Writes "class::name". False when it is too long to be in the table. */
static bool
qualified(struct str class, struct str name, char *text, size_t room, struct str *ret_name)
{
    if (class.len + 2 + name.len > room)
        return false;
    memcpy(text, class.data, class.len);
    memcpy(text + class.len, "::", 2);
    memcpy(text + class.len + 2, name.data, name.len);
    *ret_name = (struct str){text, class.len + 2 + name.len};
    return true;
}

/* The last part of a name with namespaces. */
static struct str
base_name(struct str name)
{
    for (size_t i = name.len; i-- > 0;) {
        if (name.data[i] == '\\')
            return str_from(name, i + 1);
    }
    return name;
}

const struct library *
library_method(struct str class, struct str name)
{
    char text[96];
    struct str whole;
    const struct library *row = NULL;

    class = base_name(class);
    if (class.len && qualified(class, name, text, sizeof(text), &whole))
        row = find(whole);
    if (!row && class.len && library_is_mailer(class) &&
        qualified(STR("mailer"), name, text, sizeof(text), &whole))
        row = find(whole);
    if (!row && qualified(STR_EMPTY, name, text, sizeof(text), &whole))
        row = find(whole);
    return row;
}

/* A name that somebody gave a thing is shorter. */
#define NAME_BYTES_MAX 64

static bool
has(struct str name, const char *part)
{
    return str_find_nocase(name, str_from_cstr(part)) < name.len;
}

uint32_t
library_guard_by_name(struct str name, bool *ret_is_negative)
{
    static const struct {
        const char *part;
        uint32_t guard;
        bool is_negative;
    } parts[] = {
        {"captcha", GUARD_CAPTCHA, false},
        {"turnstile", GUARD_CAPTCHA, false},
        {"securimage", GUARD_CAPTCHA, false},
        {"altcha", GUARD_CAPTCHA, false},
        {"isguest", GUARD_LOGIN, true},
        {"is_guest", GUARD_LOGIN, true},
        {"notloggedin", GUARD_LOGIN, true},
        {"loggedin", GUARD_LOGIN, false},
        {"logged_in", GUARD_LOGIN, false},
        {"islogin", GUARD_LOGIN, false},
        {"is_login", GUARD_LOGIN, false},
        {"checklogin", GUARD_LOGIN, false},
        {"check_login", GUARD_LOGIN, false},
        {"requirelogin", GUARD_LOGIN, false},
        {"require_login", GUARD_LOGIN, false},
        {"isauth", GUARD_LOGIN, false},
        {"is_auth", GUARD_LOGIN, false},
        {"isadmin", GUARD_LOGIN | GUARD_ADMIN, false},
        {"is_admin", GUARD_LOGIN | GUARD_ADMIN, false},
        {"isgranted", GUARD_LOGIN | GUARD_ADMIN, false},
        {"hasperm", GUARD_LOGIN, false},
        {"has_perm", GUARD_LOGIN, false},
        {"haspermission", GUARD_LOGIN, false},
        {"authoris", GUARD_LOGIN, false},
        {"authoriz", GUARD_LOGIN, false},
        {"checktoken", GUARD_TOKEN, false},
        {"check_token", GUARD_TOKEN, false},
        {"verifytoken", GUARD_TOKEN, false},
        {"csrf", GUARD_TOKEN, false},
        {"nonce", GUARD_TOKEN, false},
        {"isspam", GUARD_SPAM, true},
        {"is_spam", GUARD_SPAM, true},
        {"ratelimit", GUARD_LIMIT, false},
        {"rate_limit", GUARD_LIMIT, false},
        {"toomanyattempts", GUARD_LIMIT, true},
    };
    uint32_t letters;

    name = str_first(name, NAME_BYTES_MAX);
    letters = str_letters(name);
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (str_letters_allow(letters, parts[i].part) && has(name, parts[i].part)) {
            *ret_is_negative = parts[i].is_negative;
            return parts[i].guard;
        }
    }
    return 0;
}

bool
library_is_mailer(struct str name)
{
    name = base_name(name);
    return has(name, "mail") || has(name, "swift_message") || str_eq_nocase(name, STR("email")) ||
           str_eq_nocase(name, STR("message")) || str_eq_nocase(name, STR("msg"));
}

enum sink
library_property(struct str name)
{
    static const struct {
        const char *name;
        enum sink sink;
    } properties[] = {
        {"Body", SINK_BODY},       {"AltBody", SINK_BODY},    {"Subject", SINK_SUBJECT},
        {"From", SINK_SENDER},     {"FromName", SINK_SENDER}, {"Sender", SINK_OPTIONS},
        {"subject", SINK_SUBJECT}, {"body", SINK_BODY},       {"to", SINK_RECIPIENT},
        {"headers", SINK_HEADER},
    };

    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
        if (str_eq(name, str_from_cstr(properties[i].name)))
            return properties[i].sink;
    }
    return SINK_NONE;
}

uint32_t
library_superglobal(struct str name)
{
    static const struct {
        const char *name;
        uint32_t taint;
    } superglobals[] = {
        {"_POST", TAINT_REQUEST},
        {"_GET", TAINT_REQUEST},
        {"_REQUEST", TAINT_REQUEST},
        {"_COOKIE", TAINT_REQUEST},
        {"_FILES", TAINT_UPLOAD},
        {"_SESSION", TAINT_SESSION},
        {"HTTP_POST_VARS", TAINT_REQUEST},
        {"HTTP_GET_VARS", TAINT_REQUEST},
        {"HTTP_RAW_POST_DATA", TAINT_REQUEST},
        {"HTTP_COOKIE_VARS", TAINT_REQUEST},
        {"HTTP_POST_FILES", TAINT_UPLOAD},
    };

    for (size_t i = 0; i < sizeof(superglobals) / sizeof(superglobals[0]); i++) {
        if (str_eq(name, str_from_cstr(superglobals[i].name)))
            return superglobals[i].taint;
    }
    return 0;
}

bool
library_is_usual_header(struct str name)
{
    static const char *const begins[] = {
        "ACCEPT",  "ACCESS_",    "ALT_",      "API",     "AUTH",      "CACHE",       "CF_",
        "CLIENT",  "CONNECTION", "CONTENT",   "COOKIE",  "DEPTH",     "DESTINATION", "DNT",
        "ETAG",    "EXPECT",     "FORWARDED", "FROM",    "FRONT_END", "HOST",        "HTTPS",
        "IF",      "INCAP_",     "KEEP",      "LAST_",   "LOCK",      "MAX_",        "NS_",
        "ORIGIN",  "OVERWRITE",  "PRAGMA",    "PROFILE", "PROXY",     "RANGE",       "REFERER",
        "REMOTE_", "SEC_",       "SOAP",      "SSL_",    "TE",        "TIMEOUT",     "TRUE_CLIENT",
        "UA_",     "UPGRADE",    "USER",      "VARY",    "VIA",       "WAP_",        "WARNING",
        "XROXY",   "X_"};

    if (!str_skip(&name, STR("HTTP_")))
        return false;
    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (str_starts(name, str_from_cstr(begins[i])))
            return true;
    }
    return false;
}

size_t
library_count(void)
{
    return ROW_COUNT;
}

const struct library *
library_row(size_t index)
{
    return &rows[index];
}
