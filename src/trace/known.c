#include "trace/known.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

struct words {
    const char *const *word;
    size_t count;
};

#define FOLDED_BYTES_MAX 2048

/* Whether any of the words, which are lower case, stands in the beginning of the text. */
static bool
has_any_nocase(struct str text, struct words words)
{
    char bytes[FOLDED_BYTES_MAX];
    struct str folded = {bytes, text.len < sizeof(bytes) ? text.len : sizeof(bytes)};

    str_fold(str_first(text, folded.len), bytes);
    for (size_t i = 0; i < words.count; i++) {
        if (str_find(folded, str_from_cstr(words.word[i])) < folded.len)
            return true;
    }
    return false;
}

static bool
ends_any_nocase(struct str text, struct words words)
{
    for (size_t i = 0; i < words.count; i++) {
        struct str word = str_from_cstr(words.word[i]);

        if (text.len >= word.len && str_eq_nocase(str_from(text, text.len - word.len), word))
            return true;
    }
    return false;
}

#define REPLY_BYTES_MAX 400

bool
known_spam_reply(struct str reply)
{
    static const char *const word[] = {
        "spam",       "blocked",        "blacklist",    "black list",       "blocklist",
        "block list", "reputation",     "unsolicited",  "content rejected", "bulk mail",
        "junk",       "listed in",      "listed by",    "listed at",        "dnsbl",
        "rbl",        "policy reasons", "unusual rate", "suspicious",       "phish",
        "malicious",  "abus",
    };

    return has_any_nocase(str_first(reply, REPLY_BYTES_MAX), (struct words){word, COUNT(word)});
}

bool
known_unknown_recipient(struct str dsn, struct str reply)
{
    static const char *const word[] = {
        "user unknown",
        "unknown user",
        "no such user",
        "does not exist",
        "doesn't exist",
        "no such recipient",
        "unknown recipient",
        "recipient not found",
        "mailbox not found",
        "mailbox unavailable",
        "no mailbox",
        "invalid recipient",
        "unrouteable address",
        "not a known user",
        "no such mailbox",
        "unknown address",
        "user not found",
        "account has been disabled",
        "host or domain name not found",
        "domain not found",
        "address rejected: undeliverable",
    };

    if (str_starts(dsn, STR("5.1.1")) || str_starts(dsn, STR("5.1.2")) ||
        str_starts(dsn, STR("5.1.3")) || str_starts(dsn, STR("5.1.6")) ||
        str_starts(dsn, STR("5.4.4")))
        return true;
    return has_any_nocase(str_first(reply, REPLY_BYTES_MAX), (struct words){word, COUNT(word)});
}

static struct str
without_query(struct str path)
{
    return str_first(path, str_index(path, '?'));
}

bool
known_static_path(struct str path)
{
    static const char *const ending[] = {
        ".css",  ".js",   ".png",   ".jpg", ".jpeg", ".gif",  ".ico", ".svg",  ".webp",
        ".avif", ".woff", ".woff2", ".ttf", ".eot",  ".map",  ".mp4", ".webm", ".mp3",
        ".pdf",  ".zip",  ".gz",    ".txt", ".xml",  ".json", ".rss", ".otf",  ".bmp",
    };
    struct str file = without_query(path);
    size_t from = file.len > 6 ? file.len - 6 : 0;

    if (!memchr(file.data + from, '.', file.len - from))
        return false;
    return ends_any_nocase(file, (struct words){ending, COUNT(ending)});
}

bool
known_script_path(struct str path)
{
    static const char *const ending[] = {
        ".php", ".php3", ".php4", ".php5", ".php7", ".php8", ".phtml", ".phar", ".cgi",
        ".pl",  ".py",   ".asp",  ".aspx", ".jsp",  ".do",   ".pht",   ".inc",
    };
    struct str file = without_query(path);
    size_t at = str_find(file, STR(".php/"));

    return at < file.len || ends_any_nocase(file, (struct words){ending, COUNT(ending)});
}

bool
known_selecting_parameter(struct str name)
{
    static const char *const known[] = {
        "action", "task",       "route",   "option", "view",   "do",   "act",   "mode",
        "op",     "module",     "mod",     "cmd",    "method", "ajax", "r",     "controller",
        "func",   "rest_route", "wc-ajax", "ctrl",   "event",  "sa",   "_task", "_action",
    };

    for (size_t i = 0; i < COUNT(known); i++) {
        if (str_eq(name, str_from_cstr(known[i])))
            return true;
    }
    return false;
}

static bool
may_inject(struct str target)
{
    for (size_t i = 0; i < target.len; i++) {
        char c = target.data[i];

        if (c == '\'' || c == '<' || c == '(' || c == '%' || c == '+')
            return true;
    }
    return false;
}

bool
known_attack_target(struct str target)
{
    static const char *const word[] = {
        "../",           "..%2f",
        "union+select",  "union%20select",
        "union select",  "/etc/passwd",
        "<script",       "%3cscript",
        "base64_decode", "eval(",
        "phpinfo",       "/.env",
        "/.git/",        "wp-config.php",
        "sleep(",        "benchmark(",
        "concat(",       "information_schema",
        "%27%20or",      "'+or+",
        "%00",           "allow_url_include",
        "php://",        "/phpunit/",
        "jndi:",         "select%20",
        "select+",       "or+1=1",
        "or%201=1",      "cmd=",
        "%27--",         "'--",
        "xp_cmdshell",   "/cgi-bin/",
        "/shell",
    };

    /* Honest targets have none of these: the words cost time, this does not. */
    target = str_first(target, 2000);
    if (!str_has(target, STR("..")) && !str_has(target, STR("/.")) &&
        !str_has(target, STR("/cgi")) && !str_has(target, STR("shell")) &&
        !str_has(target, STR("phpinfo")) && !str_has(target, STR("wp-config")) &&
        !str_has(target, STR("php:")) && !str_has(target, STR("phpunit")) &&
        !str_has(target, STR("cmd=")) && !may_inject(target))
        return false;
    return has_any_nocase(target, (struct words){word, COUNT(word)});
}

bool
known_registration(struct str path)
{
    static const char *const word[] = {
        "action=register",
        "wp-signup.php",
        "task=registration",
        "registration.register",
        "/user/register",
        "mode=register",
        "/register.php",
        "/register/",
        "/signup",
        "/sign-up",
        "/sign_up",
        "/registration",
        "account/create",
        "route=account/register",
        "do=register",
        "/users/new",
        "action=signup",
        "special:createaccount",
        "createaccount",
        "create_account",
        "create-account",
        "/join.php",
        "newaccount",
        "login/signup.php",
        "member.php?action=register",
        "action=do_register",
        "view=registration",
        "/reg.php",
        "add_member",
        "newuser",
    };

    if (has_any_nocase(path, (struct words){word, COUNT(word)}))
        return true;
    return ends_any_nocase(without_query(path),
                           (struct words){(const char *const[]){"/register"}, 1});
}

bool
known_registration_subject(struct str subject)
{
    static const char *const word[] = {
        "new user registration",
        "login details",
        "your username and password",
        "activate your account",
        "account activation",
        "confirm your registration",
        "account details for",
        "welcome to",
        "verify your email",
        "registration confirm",
        "complete your registration",
        "new member",
        "nouvel utilisateur",
        "registrierung",
        "neuer benutzer",
    };

    return has_any_nocase(subject, (struct words){word, COUNT(word)});
}

bool
known_entry(struct str path)
{
    static const char *const word[] = {
        "/wp-login.php",   "/xmlrpc.php",      "/wp-comments-post.php",
        "/wp-signup.php",  "/wp-cron.php",     "/admin-ajax.php",
        "/admin-post.php", "/wp-activate.php", "/wp-trackback.php",
        "/ucp.php",        "/memberlist.php",  "/posting.php",
        "/viewtopic.php",  "/register.php",    "/sendmessage.php",
        "/newreply.php",   "/newthread.php",   "/showthread.php",
        "/member.php",     "/profile.php",     "/administrator/index.php",
    };
    struct str file = without_query(path);

    /* An index.php in the root is the site itself; one in a folder may be anybody's. */
    return str_eq_nocase(file, STR("/index.php")) ||
           ends_any_nocase(file, (struct words){word, COUNT(word)});
}

bool
known_login_path(struct str path)
{
    static const char *const word[] = {
        "wp-login.php", "xmlrpc.php", "/administrator", "/admin",      "/login",
        "mode=login",   "do=login",   "action=login",   "/user/login", "signin",
    };

    return has_any_nocase(path, (struct words){word, COUNT(word)});
}

static struct str
base_name(struct str path)
{
    for (size_t i = path.len; i > 0; i--) {
        if (path.data[i - 1] == '/')
            return str_from(path, i);
    }
    return path;
}

bool
known_mail_library(struct str script)
{
    static const char *const file[] = {
        "phpmailer.php",
        "class.phpmailer.php",
        "class-phpmailer.php",
        "pluggable.php",
        "simplemailinvoker.php",
        "mailtransport.php",
        "nativemailerhandler.php",
        "phpmail.php",
        "swift_mailer.php",
        "nativetransport.php",
        "functions_messenger.php",
        "class.smtp.php",
        "jmail.php",
        "mimemail.php",
        "subs-post.php",
        "zend_mail.php",
        "mail_mime.php",
        "htmlmimemail.php",
    };
    static const char *const folder[] = {
        "/phpmailer/",   "/swiftmailer/",           "/symfony/mailer/",
        "/zend-mail/",   "/laminas-mail/",          "/vendor/",
        "/wp-includes/", "/libraries/joomla/mail/", "/core/lib/drupal/core/mail/",
        "/pear/",        "/system/library/mail",
    };
    struct str base = base_name(script);

    if (has_any_nocase(script, (struct words){folder, COUNT(folder)}))
        return true;
    for (size_t i = 0; i < COUNT(file); i++) {
        if (str_eq_nocase(base, str_from_cstr(file[i])))
            return true;
    }
    return false;
}

bool
known_webmail(struct str script)
{
    static const char *const word[] = {
        "roundcube", "rcube",    "squirrelmail", "rainloop", "snappymail",
        "/horde",    "/webmail", "afterlogic",   "/sogo",
    };

    /* A folder's name is chosen by whoever drops a script: nothing of a webmail lies in these. */
    return has_any_nocase(script, (struct words){word, COUNT(word)}) &&
           !known_upload_folder(script) && !known_hidden(script);
}

bool
known_webmail_site(struct str name)
{
    static const char *const word[] = {
        "webmail", "roundcube", "squirrelmail", "rainloop", "snappymail", "horde", "sogo", "zimbra",
    };

    return str_starts_nocase(name, STR("mail.")) ||
           has_any_nocase(name, (struct words){word, COUNT(word)});
}

bool
known_upload_folder(struct str path)
{
    static const char *const word[] = {
        "/uploads/", "/upload/", "/cache/",     "/tmp/",         "/temp/",    "/files/",
        "/images/",  "/img/",    "/media/",     "/wflogs/",      "/backup/",  "/backups/",
        "/logs/",    "/session", "/userfiles/", "/attachments/", "/avatars/", "/css/",
        "/fonts/",   "/js/",     "/dev/shm/",   "/thumbs/",      "/upgrade/",
    };

    return has_any_nocase(without_query(path), (struct words){word, COUNT(word)});
}

bool
known_hidden(struct str path)
{
    struct str rest = without_query(path);

    while (rest.len) {
        size_t at = str_find(rest, STR("/."));

        if (at >= rest.len)
            return false;
        rest = str_from(rest, at + 1);
        if (!str_starts(rest, STR(".well-known/")) && !str_starts(rest, STR("./")) &&
            !str_starts(rest, STR("../")))
            return true;
    }
    return false;
}

bool
known_mail_user(struct str user)
{
    static const char *const users[] = {
        "root",   "postfix", "Debian-exim", "exim",    "mailnull",  "mail",
        "smmta",  "smmsp",   "opensmtpd",   "smtpd",   "opensmtpq", "_smtpd",
        "qmailr", "qmails",  "qmailq",      "courier", "daemon",
    };

    for (size_t i = 0; i < COUNT(users); i++) {
        if (str_eq(user, str_from_cstr(users[i])))
            return true;
    }
    return false;
}

/* SUSE's wwwrun, Debian's www-data, Red Hat's apache. */
bool
known_web_uid(int64_t uid)
{
    return uid == 30 || uid == 33 || uid == 48;
}

bool
known_loopback(struct str address)
{
    return str_starts(address, STR("127.")) || str_eq(address, STR("::1")) ||
           str_eq_nocase(address, STR("localhost")) || str_starts(address, STR("::ffff:127."));
}

bool
known_private_address(struct str address)
{
    if (str_starts(address, STR("::ffff:")))
        address = str_from(address, 7);
    if (str_starts(address, STR("10.")) || str_starts(address, STR("192.168.")) ||
        str_starts(address, STR("169.254.")) || str_starts_nocase(address, STR("fe80:")) ||
        str_starts_nocase(address, STR("fd")) || str_starts_nocase(address, STR("fc")))
        return memchr(address.data, '.', address.len) || memchr(address.data, ':', address.len);
    if (str_starts(address, STR("172."))) {
        struct str rest = str_from(address, 4);
        uint64_t second;

        return str_u64(str_cut(&rest, '.'), &second) && second >= 16 && second <= 31;
    }
    return false;
}

bool
known_robot(struct str agent)
{
    static const char *const word[] = {"googlebot",   "bingbot",  "yandexbot", "duckduckbot",
                                       "baiduspider", "applebot", "slurp"};

    return has_any_nocase(str_first(agent, 300), (struct words){word, COUNT(word)});
}
