#include "scan/mailing_words.h"

const char *
mailing_words_field(const struct mailing_part *part, struct arena *arena)
{
    struct str origin = part->origin;
    size_t at = str_index(origin, '[');
    struct str text;

    if (!origin.len)
        return "a field of the request";
    if (at == origin.len && origin.data[0] == '_')
        text = arena_printf(arena, "all of $" STR_FMT "%c", STR_ARG(origin), '\0');
    else if (at == origin.len)
        text = arena_printf(arena, "the field \"" STR_FMT "\"%c", STR_ARG(origin), '\0');
    else if (at == 0)
        text = arena_printf(arena, "the field \"" STR_FMT "\"%c",
                            STR_ARG(str_first(str_from(origin, 1), origin.len - 2)), '\0');
    else
        text =
            arena_printf(arena, "$" STR_FMT "['" STR_FMT "']%c", STR_ARG(str_first(origin, at)),
                         STR_ARG(str_first(str_from(origin, at + 1), origin.len - at - 2)), '\0');
    return text.len ? text.data : "a field of the request";
}

struct str
mailing_words_checks(const struct mailing_mail *mail, struct arena *arena)
{
    static const struct {
        uint32_t guard;
        const char *name;
    } names[] = {
        {GUARD_LOGIN, "a login"},
        {GUARD_CAPTCHA, "a captcha"},
        {GUARD_HONEYPOT, "a trap field"},
        {GUARD_LIMIT, "a limit per hour"},
        {GUARD_SPAM, "a spam check"},
        {GUARD_PASSWORD, "a secret"},
        {GUARD_TOKEN, "a form token (which every visitor gets with the form)"},
    };
    struct str seen = STR_EMPTY, missing = STR_EMPTY;
    size_t count = sizeof(names) / sizeof(names[0]);

    for (size_t i = 0; i < count; i++) {
        bool is_seen = (mail->guards & names[i].guard) != 0;
        struct str *list = is_seen ? &seen : &missing;

        /* Only what would close the door is missed. */
        if (!is_seen && i > 3)
            continue;
        *list = arena_printf(arena, STR_FMT "%s%s", STR_ARG(*list), list->len ? ", " : "",
                             names[i].name);
    }
    if (!seen.len)
        return arena_printf(arena, " Nothing is checked before it is sent: not " STR_FMT ".",
                            STR_ARG(missing));
    return arena_printf(arena, " Checked before it is sent: " STR_FMT "; not " STR_FMT ".",
                        STR_ARG(seen), STR_ARG(missing.len ? missing : STR("more")));
}

struct str
mailing_words_place(const struct mailing_mail *mail, struct str path, struct arena *arena)
{
    if (!mail->path.len || str_eq(mail->path, path))
        return STR_EMPTY;
    return arena_printf(arena, " It is sent in " STR_FMT ":%u, by " STR_FMT "().",
                        STR_ARG(mail->path), mail->path_line, STR_ARG(mail->function));
}

bool
mailing_words_is_raw(struct str function)
{
    static const char *const names[] = {"mail",      "wp_mail", "mb_send_mail", "imap_mail",
                                        "smtp_mail", "bxmail",  "fputs",        "fwrite"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(function, str_from_cstr(names[i])))
            return true;
    }
    return false;
}

/* Rows by the beginning of the function that sends; the last fits all. */
static const struct {
    const char *function;
    const char *header, *recipient;
} fixes[] = {
    {"wp_mail",
     "Pass it through sanitize_email() or sanitize_text_field() before it gets into $headers, or "
     "leave it out.",
     "Send to get_option('admin_email') or a fixed address. If visitors must choose, let the field "
     "be a key of a list; or check is_user_logged_in() or a captcha in the handler that calls "
     "wp_mail(), not where the form is shown."},
    {"drupal_mail", "Strip \\r and \\n before it gets into $message['headers'].",
     "Send to variable_get('site_mail'), or check user_access() or a captcha in the submit "
     "function."},
    {"addrecipient", "Strip \\r and \\n before the header is added.",
     "Joomla: check the captcha or JFactory::getUser()->id in the task that sends, not in the view "
     "that shows the form; a token alone is no check. Turn the feature off where it is not used."},
    {"add", "Strip \\r and \\n before the header is added.",
     "Give addAddress() a fixed address and put the visitor's into addReplyTo(); or check a login "
     "or captcha before send()."},
    {"mail",
     "Before the header is built: if (preg_match('/[\\r\\n]/', $value)) exit; or hand headers to "
     "mail() as an array (PHP 7.2 and later), which refuses line breaks.",
     "Give mail() a fixed recipient, and put the visitor's address, checked by filter_var($a, "
     "FILTER_VALIDATE_EMAIL), into Reply-To. If visitors must choose, let the field be a key of a "
     "list; or check a login or captcha in the script that sends."},
    {"", "Refuse values with \\r or \\n before they get into a header.",
     "Fix the recipient, or let visitors choose from a list; or check a login or captcha in the "
     "code that sends, not where the form is shown."},
};

static size_t
fix_of(struct str function)
{
    size_t i = 0;

    while (!str_starts_nocase(function, str_from_cstr(fixes[i].function)))
        i++;
    return i;
}

struct str
mailing_words_header_advice(struct str function)
{
    return str_from_cstr(fixes[fix_of(function)].header);
}

struct str
mailing_words_recipient_advice(struct str function)
{
    return str_from_cstr(fixes[fix_of(function)].recipient);
}

/* Holds `text` one of the words, their blanks standing for any one of " -_" or nothing? */
static bool
speaks(struct str text, const char *const *words, size_t count)
{
    char squeezed[512];
    struct str plain;
    size_t len = 0;

    for (size_t i = 0; i < text.len && len < sizeof(squeezed); i++) {
        if (!strchr(" -_.\t", text.data[i]) || text.data[i] == '\0')
            squeezed[len++] = text.data[i];
    }
    plain = (struct str){squeezed, len};
    for (size_t i = 0; i < count; i++) {
        if (str_find_nocase(plain, str_from_cstr(words[i])) < len)
            return true;
    }
    return false;
}

/* The last two parts of a path: a folder higher up says nothing of the script. */
static struct str
tail_of(struct str path)
{
    int slashes = 0;

    for (size_t i = path.len; i-- > 0;) {
        if (path.data[i] == '/' && ++slashes == 2)
            return str_from(path, i + 1);
    }
    return path;
}

bool
mailing_words_any(const struct subject *subject, const struct mailing_mail *mail,
                  const char *const *words, size_t count)
{
    return speaks(tail_of(subject->inside.len ? subject->inside : subject->path), words, count) ||
           speaks(mail->inside, words, count) || speaks(mail->recipient.origin, words, count) ||
           speaks(mail->subject.text, words, count);
}

bool
mailing_words_is_recommendation(const struct subject *subject, const struct mailing_mail *mail)
{
    static const char *const words[] = {
        "tellafriend",   "tellfriend",   "recommend",    "sendtofriend",   "sendtoafriend",
        "emailfriend",   "emailafriend", "mailtofriend", "referafriend",   "referfriend",
        "emailthis",     "friendemail",  "friendmail",   "friend[",        "emailtofriend",
        "sendtoafriend", "empfehlen",    "weiterempf",   "tellyourfriend", "mailtoafriend",
        "sharebyemail",  "sharebymail",  "mailfriend"};

    return mailing_words_any(subject, mail, words, sizeof(words) / sizeof(words[0]));
}

bool
mailing_words_is_confirmation(const struct subject *subject, const struct mailing_mail *mail)
{
    static const char *const words[] = {
        "regist",  "signup",  "subscri", "order",    "checkout",   "activat",   "confirm", "reset",
        "welcome", "newuser", "adduser", "lostpass", "forgot",     "recover",   "passwor", "verif",
        "booking", "reserv",  "payment", "invoice",  "autorespon", "autoreply", "thank",   "invit"};

    return mailing_words_any(subject, mail, words, sizeof(words) / sizeof(words[0]));
}
