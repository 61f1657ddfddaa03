#include "mail/claims.h"

/* A reader fills the claim; false when the value states nothing. */
struct row {
    struct str name;
    enum claim_writer writer;
    bool (*read)(struct str value, struct mail_claim *claim);
};

static struct str
first_word(struct str s)
{
    return str_first(s, str_index(s, ' '));
}

/* Digits and nothing else, 32 bits; -1: no user id. */
static int64_t
read_uid(struct str s)
{
    uint64_t uid;

    return s.len && s.len <= 10 && str_u64(s, &uid) && uid <= UINT32_MAX ? (int64_t)uid : -1;
}

/* Where " : eval()'d code" and its kin begin, whole or cut off by the end; `script.len`: nowhere.
 */
static size_t
find_eval(struct str script)
{
    static const struct str marks[] = {
        {" : eval()'d code", 16}, {" : runtime-created function", 27}, {" : assert code", 14}};
    size_t first = script.len;

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t at = str_find(script, marks[i]);

        if (at < first)
            first = at;
    }
    return first == script.len && str_ends(script, STR(") :")) ? script.len - 2 : first;
}

/*
 * "a.php(3) : eval()'d code(1) : eval()'d code" -> "a.php". What was evaluated,
 * and on which line, is the file's own matter; the file can be switched off.
 */
static struct str
without_eval(struct str script, bool *ret_is_eval)
{
    size_t eval = find_eval(script), open;

    *ret_is_eval = eval < script.len;
    script = str_trim(str_first(script, eval));
    if (script.len == 0 || script.data[script.len - 1] != ')')
        return script;
    open = script.len - 1;
    while (open > 0 && script.data[open - 1] >= '0' && script.data[open - 1] <= '9')
        open--;
    if (open > 1 && open < script.len - 1 && script.data[open - 1] == '(')
        script.len = open - 1;
    return script;
}

static bool
read_originating_script(struct str value, struct mail_claim *claim)
{
    struct str rest = value, uid = str_cut(&rest, ':');

    claim->uid = read_uid(str_trim(uid));
    claim->script = without_eval(str_trim(claim->uid >= 0 ? rest : value), &claim->is_eval);
    return claim->script.len > 0;
}

/* "vhost/path for 203.0.113.9, 192.0.2.1": the first address is the client, the others proxies. */
static bool
read_php_script(struct str value, struct mail_claim *claim)
{
    size_t at = str_find(value, STR(" for "));
    struct str clients = str_trim(str_from(value, at + 5));

    claim->url = str_trim(str_first(value, at));
    claim->client = str_trim(str_first(clients, str_index(clients, ',')));
    claim->client = first_word(claim->client);
    return claim->url.len > 0;
}

/*
 * "Originator/Caller UID/GID - [1004 991] / [47 12]": who called Exim, and Exim's
 * own ids. Where both are the same nobody called: it came by SMTP.
 */
static bool
read_antiabuse(struct str value, struct mail_claim *claim)
{
    struct str caller, own;

    if (!str_skip(&value, STR("Originator/Caller UID/GID - [")))
        return false;
    caller = str_cut(&value, ']');
    (void)str_cut(&value, '[');
    own = str_cut(&value, ']');
    if (str_eq(caller, own))
        return false;
    claim->uid = read_uid(first_word(caller));
    return claim->uid >= 0;
}

/*
 * "host: authenticated_id: anna@example.org", "host: web7acct/from_h",
 * "host: web7acct/only user confirmed/virtual account not confirmed".
 */
static bool
read_sender_via(struct str value, struct mail_claim *claim)
{
    struct str rest = value, account;

    (void)str_cut_at(&rest, STR(": "));
    rest = str_trim(rest);
    if (str_skip(&rest, STR("authenticated_id: "))) {
        claim->login = first_word(str_trim(rest));
        claim->login = str_first(claim->login, str_index(claim->login, '/'));
        return claim->login.len > 0;
    }
    account = str_trim(str_first(rest, str_index(rest, '/')));
    if (account.len == 0 || str_index(rest, '/') == rest.len ||
        str_index(account, ' ') < account.len)
        return false;
    claim->user = account;
    return true;
}

/* "host: anna@example.org" is a mailbox, "host: acct" an account. */
static bool
read_authenticated_sender(struct str value, struct mail_claim *claim)
{
    struct str rest = value, who = STR_EMPTY;

    (void)str_cut_at(&rest, STR(": "));
    who = first_word(str_trim(rest.len ? rest : value));
    if (str_index(who, '@') < who.len)
        claim->login = who;
    else
        claim->user = who;
    return who.len > 0;
}

static bool
read_source(struct str value, struct mail_claim *claim)
{
    claim->process = value;
    return value.len > 0;
}

/* "php-fpm: pool blog_example", "/usr/bin/php-cgi /home/acct/public_html/x.php". */
static bool
read_source_args(struct str value, struct mail_claim *claim)
{
    struct str rest = value;

    claim->process = value;
    while (rest.len) {
        struct str word = str_cut(&rest, ' ');

        if (str_ends(word, STR(".php")) && word.data[0] == '/')
            claim->script = word;
    }
    return value.len > 0;
}

/* "blog.example:/public_html/wp-content". */
static bool
read_source_dir(struct str value, struct mail_claim *claim)
{
    size_t colon = str_index(value, ':');

    claim->directory = colon < value.len ? str_trim(str_from(value, colon + 1)) : value;
    return claim->directory.len > 0;
}

static bool
read_client(struct str value, struct mail_claim *claim)
{
    size_t open = str_index(value, '[');

    if (open < value.len) {
        value = str_from(value, open + 1);
        value = str_first(value, str_index(value, ']'));
    }
    claim->client = str_trim(str_first(value, str_index(value, ',')));
    return claim->client.len > 0;
}

static bool
read_login(struct str value, struct mail_claim *claim)
{
    claim->login = first_word(value);
    return claim->login.len > 0;
}

static bool
read_queue_id(struct str value, struct mail_claim *claim)
{
    claim->queue_id = first_word(value);
    return claim->queue_id.len > 0;
}

static bool
read_user(struct str value, struct mail_claim *claim)
{
    claim->user = first_word(value);
    return claim->user.len > 0;
}

static bool
read_script(struct str value, struct mail_claim *claim)
{
    claim->script = value;
    return value.len > 0;
}

/* "host: apache set sender to x using -f", "host: apache owned process doing -bs". */
static bool
read_warning(struct str value, struct mail_claim *claim)
{
    struct str rest = value, user;

    (void)str_cut_at(&rest, STR(": "));
    user = first_word(rest);
    rest = str_from(rest, user.len);
    if (!str_starts(rest, STR(" set sender to ")) && !str_starts(rest, STR(" owned process")))
        return false;
    claim->user = user;
    return user.len > 0;
}

static const struct row rows[] = {
    {{"X-PHP-Originating-Script", 24}, CLAIM_BY_PHP, read_originating_script},
    {{"X-PHP-Script", 12}, CLAIM_BY_PHP, read_php_script},
    {{"X-AntiAbuse", 11}, CLAIM_BY_PANEL, read_antiabuse},
    {{"X-Get-Message-Sender-Via", 24}, CLAIM_BY_PANEL, read_sender_via},
    {{"X-Authenticated-Sender", 22}, CLAIM_BY_PANEL, read_authenticated_sender},
    {{"X-Source", 8}, CLAIM_BY_PANEL, read_source},
    {{"X-Source-Args", 13}, CLAIM_BY_PANEL, read_source_args},
    {{"X-Source-Dir", 12}, CLAIM_BY_PANEL, read_source_dir},
    {{"X-Exim-ID", 9}, CLAIM_BY_RELAY, read_queue_id},
    {{"X-Source-IP", 11}, CLAIM_BY_RELAY, read_client},
    {{"X-Source-Auth", 13}, CLAIM_BY_RELAY, read_login},
    {{"X-Source-Sender", 15}, CLAIM_BY_RELAY, read_client},
    {{"X-EN-CGIUser", 12}, CLAIM_BY_PHP, read_user},
    {{"X-EN-CGIPath", 12}, CLAIM_BY_PHP, read_script},
    {{"X-EN-OrigIP", 11}, CLAIM_BY_PHP, read_client},
    {{"X-EN-Info", 9}, CLAIM_BY_PHP, read_source},
    {{"X-Authentication-Warning", 24}, CLAIM_BY_SENDMAIL, read_warning},
};

bool
claims_read(struct str name, struct str value, struct mail_claim *ret_claim,
            enum claim_writer *ret_writer)
{
    if (name.len < 8 || (name.data[0] | 0x20) != 'x')
        return false;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct mail_claim claim = {.header = rows[i].name.data, .uid = -1};

        if (!str_eq_nocase(name, rows[i].name))
            continue;
        if (!rows[i].read(str_trim(value), &claim))
            return false;
        *ret_claim = claim;
        *ret_writer = rows[i].writer;
        return true;
    }
    return false;
}

struct str
claims_antiabuse_host(struct str value)
{
    value = str_trim(value);
    return str_skip(&value, STR("Primary Hostname - ")) ? first_word(value) : STR_EMPTY;
}

bool
claims_agree(const struct mail_claim *a, const struct mail_claim *b)
{
    return a->uid == b->uid && str_eq(a->script, b->script) && str_eq(a->url, b->url) &&
           str_eq(a->user, b->user) && str_eq(a->login, b->login) && str_eq(a->client, b->client) &&
           str_eq(a->directory, b->directory) && str_eq(a->process, b->process) &&
           str_eq(a->queue_id, b->queue_id);
}
