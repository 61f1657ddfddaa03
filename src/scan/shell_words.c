#include "scan/shell_words.h"

/*
 * In the order of their text. A weight is about the logarithm of how much more often
 * the word occurs in web shells than in ordinary PHP files.
 */
static const struct shell_word {
    const char *text;
    uint8_t weight;
    bool is_called; /* weighs only where "(" follows */
    uint32_t mark;
} words[] = {
    {"_cookie", 0, false, MARK_REQUEST},
    {"_files", 0, false, MARK_REQUEST},
    {"_get", 0, false, MARK_REQUEST},
    {"_post", 0, false, MARK_REQUEST},
    {"_request", 0, false, MARK_REQUEST},
    {"_server", 0, false, MARK_REQUEST},
    {"allow_url_fopen", 1, false, 0},
    {"assert", 0, false, MARK_RUN},
    {"aux", 3, false, 0},
    {"b374k", 5, false, 0},
    {"back_connect", 5, false, 0},
    {"backconnect", 4, false, 0},
    {"backdoor", 4, false, 0},
    {"baiduspider", 0, false, MARK_ROBOT},
    {"base64_decode", 0, false, MARK_DECODER},
    {"bash_history", 5, false, 0},
    {"bind_port", 3, false, 0},
    {"bingbot", 0, false, MARK_ROBOT},
    {"bordercolorlight", 4, false, 0},
    {"brute", 2, false, 0},
    {"bruteforce", 2, false, 0},
    {"c99shell", 5, false, 0},
    {"call_user_func", 0, false, MARK_RUN},
    {"cgitelnet", 4, false, 0},
    {"chdir", 2, false, 0},
    {"chkrootkit", 5, false, 0},
    {"chown", 1, false, 0},
    {"chunk_size", 1, false, 0},
    {"cmdline", 4, false, 0},
    {"cpanel", 3, false, 0},
    {"cpuinfo", 4, false, 0},
    {"crack", 3, false, 0},
    {"crc32", 2, false, 0},
    {"create_function", 2, false, MARK_RUN},
    {"curl_exec", 2, false, MARK_FETCH},
    {"curl_version", 3, false, 0},
    {"darkshadow", 4, false, 0},
    {"datapipe", 5, false, 0},
    {"ddos", 3, false, 0},
    {"ddosing", 3, false, 0},
    {"deface", 3, false, 0},
    {"defacement", 2, false, 0},
    {"disable_functions", 2, false, 0},
    {"disk_free_space", 3, false, 0},
    {"disk_total_space", 4, false, 0},
    {"diskfreespace", 4, false, 0},
    {"dl", 2, true, 0},
    {"document_root", 2, false, 0},
    {"drive", 2, false, 0},
    {"drives", 3, false, 0},
    {"eggdrop", 2, false, 0},
    {"enable_dl", 4, false, 0},
    {"ereg", 3, false, 0},
    {"eregi", 4, false, 0},
    {"eval", 0, false, MARK_RUN},
    {"exec", 0, false, MARK_EXEC},
    {"exploit", 2, false, 0},
    {"exploit_db", 2, false, 0},
    {"exploits", 3, false, 0},
    {"file_get_contents", 0, false, MARK_FETCH},
    {"file_put_contents", 0, false, MARK_WRITE},
    {"fileatime", 3, false, 0},
    {"filectime", 3, false, 0},
    {"filegroup", 3, false, 0},
    {"fileowner", 3, false, 0},
    {"fileperms", 3, false, 0},
    {"filesman", 5, false, 0},
    {"flood", 1, false, 0},
    {"fopen", 0, false, MARK_FETCH},
    {"fputs", 3, false, MARK_WRITE},
    {"fsockopen", 0, false, MARK_CONNECTION},
    {"fstab", 5, false, 0},
    {"ftp_connect", 3, false, 0},
    {"ftp_login", 3, false, 0},
    {"fwrite", 0, false, MARK_WRITE},
    {"gcc", 5, false, 0},
    {"get_current_user", 4, false, 0},
    {"get_magic_quotes_gpc", 2, false, 0},
    {"gethostbyname", 3, false, 0},
    {"getmygid", 4, false, 0},
    {"getmypid", 1, false, 0},
    {"getmyuid", 4, false, 0},
    {"gif89a", 1, false, 0},
    {"googlebot", 0, false, MARK_ROBOT},
    {"goto", 0, false, MARK_GOTO},
    {"grep", 3, false, 0},
    {"gzinflate", 3, false, MARK_DECODER},
    {"gzuncompress", 2, false, MARK_DECODER},
    {"hacked", 2, false, 0},
    {"hacker", 3, false, 0},
    {"hacktool", 3, false, 0},
    {"hexdump", 5, false, 0},
    {"highlight_file", 4, false, 0},
    {"htaccess", 0, false, MARK_HTACCESS},
    {"htpasswd", 4, false, 0},
    {"http_get_vars", 0, false, MARK_REQUEST},
    {"http_post_files", 4, false, MARK_REQUEST},
    {"http_post_vars", 0, false, MARK_REQUEST},
    {"http_raw_post_data", 0, false, MARK_REQUEST},
    {"http_referer", 0, false, MARK_AGENT},
    {"http_server_vars", 2, false, 0},
    {"http_user_agent", 0, false, MARK_AGENT},
    {"httpd", 2, false, MARK_HTTPD},
    {"iamroot", 3, false, 0},
    {"ifconfig", 3, false, 0},
    {"ignore_user_abort", 2, false, 0},
    {"imap_body", 4, false, 0},
    {"imap_open", 4, false, 0},
    {"include", 0, false, MARK_RUN},
    {"indoxploit", 5, false, 0},
    {"ini_restore", 2, false, 0},
    {"ipconfig", 5, false, 0},
    {"iptables", 4, false, 0},
    {"is_executable", 2, false, 0},
    {"lsattr", 5, false, 0},
    {"lwp", 3, false, 0},
    {"lynx", 4, false, 0},
    {"mail", 2, true, MARK_MAIL},
    {"milw0rm", 3, false, 0},
    {"mkfile", 5, false, 0},
    {"motd", 5, false, 0},
    {"move_uploaded_file", 2, false, 0},
    {"mssql_connect", 5, false, 0},
    {"mssql_query", 4, false, 0},
    {"mysql_connect", 4, false, 0},
    {"mysql_create_db", 4, false, 0},
    {"mysql_drop_db", 4, false, 0},
    {"mysql_error", 3, false, 0},
    {"mysql_fetch_row", 4, false, 0},
    {"mysql_field_name", 5, false, 0},
    {"mysql_get_server_info", 3, false, 0},
    {"mysql_history", 5, false, 0},
    {"mysql_list_dbs", 5, false, 0},
    {"mysql_list_tables", 4, false, 0},
    {"mysql_num_fields", 5, false, 0},
    {"mysql_query", 3, false, 0},
    {"mysql_select_db", 4, false, 0},
    {"mysqldump", 1, false, 0},
    {"netcat", 4, false, 0},
    {"netstat", 5, false, 0},
    {"newfile", 1, false, 0},
    {"nobr", 2, false, 0},
    {"nod32", 5, false, 0},
    {"noshade", 3, false, 0},
    {"ob_get_contents", 2, false, 0},
    {"oci_connect", 4, false, 0},
    {"ocilogon", 5, false, 0},
    {"open_basedir", 2, false, 0},
    {"passthru", 3, false, MARK_PASSTHRU},
    {"passwd", 2, false, 0},
    {"pclose", 4, false, 0},
    {"pcntl_exec", 2, false, 0},
    {"perl", 3, false, 0},
    {"perms", 2, false, 0},
    {"pfsockopen", 0, false, MARK_CONNECTION},
    {"pg_connect", 5, false, 0},
    {"php_auth_user", 2, false, 0},
    {"php_eval", 5, false, 0},
    {"php_uname", 3, false, 0},
    {"phpinfo", 3, false, 0},
    {"phpshell", 4, false, 0},
    {"popen", 4, false, MARK_POPEN},
    {"ports", 3, false, 0},
    {"portscan", 4, false, 0},
    {"portscanner", 2, false, 0},
    {"posix_getegid", 4, false, 0},
    {"posix_geteuid", 4, false, 0},
    {"posix_getgrgid", 4, false, 0},
    {"posix_getpwuid", 4, false, 0},
    {"posix_getuid", 2, false, 0},
    {"posix_kill", 2, false, 0},
    {"posix_uname", 2, false, 0},
    {"preg_replace", 0, false, MARK_RUN},
    {"priv8", 4, false, 0},
    {"proc_close", 2, false, 0},
    {"proc_open", 2, false, MARK_PROC_OPEN},
    {"proftpd", 4, false, 0},
    {"psybnc", 4, false, 0},
    {"pwd", 2, false, 0},
    {"r57shell", 5, false, 0},
    {"rcpt", 0, false, MARK_RECIPIENT},
    {"readfile", 3, false, 0},
    {"readlink", 3, false, 0},
    {"register_globals", 2, false, 0},
    {"request_method", 0, false, MARK_REQUEST},
    {"rootkit", 3, false, 0},
    {"safe_mode_exec_dir", 2, false, 0},
    {"safemode", 3, false, 0},
    {"scandir", 1, false, 0},
    {"scanner", 1, false, 0},
    {"script_filename", 1, false, 0},
    {"scrollbar", 2, false, 0},
    {"selfremove", 5, false, 0},
    {"server_addr", 3, false, 0},
    {"server_admin", 4, false, 0},
    {"server_name", 2, false, 0},
    {"server_software", 3, false, 0},
    {"set_magic_quotes_runtime", 2, false, 0},
    {"sgid", 5, false, 0},
    {"shadow", 2, false, 0},
    {"shell_exec", 3, false, MARK_SHELL_EXEC},
    {"show_source", 3, false, 0},
    {"slurp", 0, false, MARK_ROBOT},
    {"socket_create", 2, false, MARK_CONNECTION},
    {"str_rot13", 4, false, MARK_DECODER},
    {"stream_socket_client", 1, false, MARK_CONNECTION},
    {"strrev", 0, false, MARK_DECODER},
    {"suid", 3, false, 0},
    {"symlink", 1, false, 0},
    {"symlinker", 3, false, 0},
    {"sysctl", 5, false, 0},
    {"sysinfo", 2, false, 0},
    {"system", 4, true, MARK_SYSTEM},
    {"system32", 3, false, 0},
    {"tahoma", 3, false, 0},
    {"telnet", 2, false, 0},
    {"topmargin", 3, false, 0},
    {"udp", 2, false, 0},
    {"uname", 3, false, 0},
    {"unzip", 1, false, 0},
    {"uploader", 1, false, 0},
    {"urldecode", 0, false, MARK_DECODER},
    {"victim", 1, false, 0},
    {"webadmin", 1, false, 0},
    {"webdings", 5, false, 0},
    {"webshell", 5, false, 0},
    {"wget", 3, false, 0},
    {"whmcs", 3, false, 0},
    {"whoami", 3, false, 0},
    {"win32_create_service", 3, false, 0},
    {"wingdings", 4, false, 0},
    {"winnt", 3, false, 0},
    {"wscript", 4, false, 0},
    {"wsoshell", 5, false, 0},
    {"x6000", 4, false, 0},
    {"xa000", 4, false, 0},
    {"xc000", 4, false, 0},
};
#define WORD_COUNT (sizeof(words) / sizeof(words[0]))
#define WORD_LEN_MAX 24
#define SLOT_COUNT 1024 /* a power of two, more than twice the words */

struct slots {
    uint16_t word[SLOT_COUNT]; /* plus 1 */
};

static bool
is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

/* Of the word in small letters; 32 sets the case bit and leaves digits alone. */
static uint32_t
hash_of(struct str word)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < word.len; i++)
        hash = (hash ^ (uint32_t)((unsigned char)word.data[i] | 32)) * 16777619u;
    return hash ^ hash >> 15;
}

static void
fill_slots(struct slots *slots)
{
    memset(slots, 0, sizeof(*slots));
    for (size_t i = 0; i < WORD_COUNT; i++) {
        uint32_t at = hash_of(str_from_cstr(words[i].text)) & (SLOT_COUNT - 1);

        while (slots->word[at])
            at = (at + 1) & (SLOT_COUNT - 1);
        slots->word[at] = (uint16_t)(i + 1);
    }
}

static size_t
find_word(const struct slots *slots, struct str word)
{
    for (uint32_t at = hash_of(word) & (SLOT_COUNT - 1); slots->word[at];
         at = (at + 1) & (SLOT_COUNT - 1)) {
        if (str_eq_nocase(word, str_from_cstr(words[slots->word[at] - 1].text)))
            return slots->word[at] - 1u;
    }
    return WORD_COUNT;
}

static bool
is_called(struct str rest)
{
    size_t at = 0;

    while (at < rest.len && (rest.data[at] == ' ' || rest.data[at] == '\t'))
        at++;
    return at < rest.len && rest.data[at] == '(';
}

static void
note(struct shell_words *found, bool *is_seen, size_t word, struct str code, size_t begin,
     size_t end)
{
    bool is_call = is_called(str_from(code, end));

    if (words[word].mark & MARK_COMMANDS) {
        /* "$this->exec(" and "Foo::exec(" are something else. */
        if (is_call &&
            (begin == 0 || (code.data[begin - 1] != '>' && code.data[begin - 1] != ':')) &&
            !(found->marks & words[word].mark)) {
            found->command_at = found->command_at ? found->command_at : begin;
            found->marks |= words[word].mark;
        }
    } else {
        found->marks |= words[word].mark;
    }
    if (is_seen[word] || (words[word].is_called && !is_call))
        return;
    is_seen[word] = true;
    found->score += words[word].weight;
    if (words[word].weight >= 4 && !found->at)
        found->at = begin;
}

struct shell_words
shell_words_find(struct str code)
{
    struct shell_words found = {0};
    bool is_seen[WORD_COUNT] = {false};
    struct slots slots;

    fill_slots(&slots);
    for (size_t at = 0; at < code.len;) {
        size_t begin = at, word;

        if (!is_name_byte(code.data[at])) {
            at++;
            continue;
        }
        while (at < code.len && is_name_byte(code.data[at]))
            at++;
        if (at - begin < 2 || at - begin > WORD_LEN_MAX)
            continue;
        word = find_word(&slots, (struct str){code.data + begin, at - begin});
        if (word < WORD_COUNT)
            note(&found, is_seen, word, code, begin, at);
    }
    return found;
}
