#include "scan/shell_words.h"

/*
 * In the order of their text. A weight is about the logarithm of how much more often
 * the word occurs in web shells than in ordinary PHP files.
 */
static const struct shell_word {
    const char *text;
    uint8_t weight;
    bool is_called; /* only where "(" follows */
} words[] = {
    {"allow_url_fopen", 1, false},
    {"aux", 3, false},
    {"b374k", 5, false},
    {"back_connect", 5, false},
    {"backconnect", 4, false},
    {"backdoor", 4, false},
    {"bash_history", 5, false},
    {"bind_port", 3, false},
    {"bordercolorlight", 4, false},
    {"brute", 2, false},
    {"bruteforce", 2, false},
    {"c99shell", 5, false},
    {"cgitelnet", 4, false},
    {"chdir", 2, false},
    {"chkrootkit", 5, false},
    {"chown", 1, false},
    {"chunk_size", 1, false},
    {"cmdline", 4, false},
    {"cpanel", 3, false},
    {"cpuinfo", 4, false},
    {"crack", 3, false},
    {"crc32", 2, false},
    {"create_function", 2, false},
    {"curl_exec", 2, false},
    {"curl_version", 3, false},
    {"darkshadow", 4, false},
    {"datapipe", 5, false},
    {"ddos", 3, false},
    {"ddosing", 3, false},
    {"deface", 3, false},
    {"defacement", 2, false},
    {"disable_functions", 2, false},
    {"disk_free_space", 3, false},
    {"disk_total_space", 4, false},
    {"diskfreespace", 4, false},
    {"dl", 2, true},
    {"document_root", 2, false},
    {"drive", 2, false},
    {"drives", 3, false},
    {"eggdrop", 2, false},
    {"enable_dl", 4, false},
    {"ereg", 3, false},
    {"eregi", 4, false},
    {"exploit", 2, false},
    {"exploit_db", 2, false},
    {"exploits", 3, false},
    {"fileatime", 3, false},
    {"filectime", 3, false},
    {"filegroup", 3, false},
    {"fileowner", 3, false},
    {"fileperms", 3, false},
    {"filesman", 5, false},
    {"flood", 1, false},
    {"fputs", 3, false},
    {"fstab", 5, false},
    {"ftp_connect", 3, false},
    {"ftp_login", 3, false},
    {"gcc", 5, false},
    {"get_current_user", 4, false},
    {"get_magic_quotes_gpc", 2, false},
    {"gethostbyname", 3, false},
    {"getmygid", 4, false},
    {"getmypid", 1, false},
    {"getmyuid", 4, false},
    {"gif89a", 1, false},
    {"grep", 3, false},
    {"gzinflate", 3, false},
    {"gzuncompress", 2, false},
    {"hacked", 2, false},
    {"hacker", 3, false},
    {"hacktool", 3, false},
    {"hexdump", 5, false},
    {"highlight_file", 4, false},
    {"htpasswd", 4, false},
    {"http_post_files", 4, false},
    {"http_server_vars", 2, false},
    {"httpd", 2, false},
    {"iamroot", 3, false},
    {"ifconfig", 3, false},
    {"ignore_user_abort", 2, false},
    {"imap_body", 4, false},
    {"imap_open", 4, false},
    {"indoxploit", 5, false},
    {"ini_restore", 2, false},
    {"ipconfig", 5, false},
    {"iptables", 4, false},
    {"is_executable", 2, false},
    {"lsattr", 5, false},
    {"lwp", 3, false},
    {"lynx", 4, false},
    {"mail", 2, true},
    {"milw0rm", 3, false},
    {"mkfile", 5, false},
    {"motd", 5, false},
    {"move_uploaded_file", 2, false},
    {"mssql_connect", 5, false},
    {"mssql_query", 4, false},
    {"mysql_connect", 4, false},
    {"mysql_create_db", 4, false},
    {"mysql_drop_db", 4, false},
    {"mysql_error", 3, false},
    {"mysql_fetch_row", 4, false},
    {"mysql_field_name", 5, false},
    {"mysql_get_server_info", 3, false},
    {"mysql_history", 5, false},
    {"mysql_list_dbs", 5, false},
    {"mysql_list_tables", 4, false},
    {"mysql_num_fields", 5, false},
    {"mysql_query", 3, false},
    {"mysql_select_db", 4, false},
    {"mysqldump", 1, false},
    {"netcat", 4, false},
    {"netstat", 5, false},
    {"newfile", 1, false},
    {"nobr", 2, false},
    {"nod32", 5, false},
    {"noshade", 3, false},
    {"ob_get_contents", 2, false},
    {"oci_connect", 4, false},
    {"ocilogon", 5, false},
    {"open_basedir", 2, false},
    {"passthru", 3, false},
    {"passwd", 2, false},
    {"pclose", 4, false},
    {"pcntl_exec", 2, false},
    {"perl", 3, false},
    {"perms", 2, false},
    {"pg_connect", 5, false},
    {"php_auth_user", 2, false},
    {"php_eval", 5, false},
    {"php_uname", 3, false},
    {"phpinfo", 3, false},
    {"phpshell", 4, false},
    {"popen", 4, false},
    {"ports", 3, false},
    {"portscan", 4, false},
    {"portscanner", 2, false},
    {"posix_getegid", 4, false},
    {"posix_geteuid", 4, false},
    {"posix_getgrgid", 4, false},
    {"posix_getpwuid", 4, false},
    {"posix_getuid", 2, false},
    {"posix_kill", 2, false},
    {"posix_uname", 2, false},
    {"priv8", 4, false},
    {"proc_close", 2, false},
    {"proc_open", 2, false},
    {"proftpd", 4, false},
    {"psybnc", 4, false},
    {"pwd", 2, false},
    {"r57shell", 5, false},
    {"readfile", 3, false},
    {"readlink", 3, false},
    {"register_globals", 2, false},
    {"rootkit", 3, false},
    {"safe_mode_exec_dir", 2, false},
    {"safemode", 3, false},
    {"scandir", 1, false},
    {"scanner", 1, false},
    {"script_filename", 1, false},
    {"scrollbar", 2, false},
    {"selfremove", 5, false},
    {"server_addr", 3, false},
    {"server_admin", 4, false},
    {"server_name", 2, false},
    {"server_software", 3, false},
    {"set_magic_quotes_runtime", 2, false},
    {"sgid", 5, false},
    {"shadow", 2, false},
    {"shell_exec", 3, false},
    {"show_source", 3, false},
    {"socket_create", 2, false},
    {"str_rot13", 4, false},
    {"stream_socket_client", 1, false},
    {"suid", 3, false},
    {"symlink", 1, false},
    {"symlinker", 3, false},
    {"sysctl", 5, false},
    {"sysinfo", 2, false},
    {"system", 4, true},
    {"system32", 3, false},
    {"tahoma", 3, false},
    {"telnet", 2, false},
    {"topmargin", 3, false},
    {"udp", 2, false},
    {"uname", 3, false},
    {"unzip", 1, false},
    {"uploader", 1, false},
    {"victim", 1, false},
    {"webadmin", 1, false},
    {"webdings", 5, false},
    {"webshell", 5, false},
    {"wget", 3, false},
    {"whmcs", 3, false},
    {"whoami", 3, false},
    {"win32_create_service", 3, false},
    {"wingdings", 4, false},
    {"winnt", 3, false},
    {"wscript", 4, false},
    {"wsoshell", 5, false},
    {"x6000", 4, false},
    {"xa000", 4, false},
    {"xc000", 4, false},
};
#define WORD_COUNT (sizeof(words) / sizeof(words[0]))
#define WORD_LEN_MAX 24

static bool
is_name_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static size_t
find_word(struct str lower)
{
    size_t low = 0, high = WORD_COUNT;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = str_compare(lower, str_from_cstr(words[middle].text));

        if (order == 0)
            return middle;
        if (order < 0)
            high = middle;
        else
            low = middle + 1;
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

uint32_t
shell_words_score(struct str code, size_t *ret_at)
{
    bool is_seen[WORD_COUNT] = {false};
    uint32_t score = 0, heaviest = 0;
    char lower[WORD_LEN_MAX];

    *ret_at = 0;
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
        str_fold((struct str){code.data + begin, at - begin}, lower);
        word = find_word((struct str){lower, at - begin});
        if (word == WORD_COUNT || is_seen[word] ||
            (words[word].is_called && !is_called(str_from(code, at))))
            continue;
        is_seen[word] = true;
        score += words[word].weight;
        if (words[word].weight > heaviest) {
            heaviest = words[word].weight;
            *ret_at = begin;
        }
    }
    return score;
}
