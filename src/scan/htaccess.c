#include "scan/htaccess.h"

#include "scan/htaccess_parts.h"

void
htaccess_sign(struct htaccess *htaccess, const char *rule, double weight, const char *why)
{
    signs_add(htaccess->signs, (struct sign){.rule = rule,
                                             .weight = weight,
                                             .why = why,
                                             .line = htaccess->line,
                                             .text = str_first(htaccess->text, FINDING_TEXT_MAX)});
}

struct str
htaccess_word(struct str *rest)
{
    struct str word;
    char quote;

    *rest = str_trim(*rest);
    if (!rest->len)
        return STR_EMPTY;
    quote = rest->data[0];
    if (quote == '"' || quote == '\'') {
        *rest = str_from(*rest, 1);
        return str_cut(rest, quote);
    }
    word = str_first(*rest, str_index_any(*rest, STR(" \t")));
    *rest = str_from(*rest, word.len);
    return word;
}

static uint32_t
count_php_names(struct str names)
{
    uint32_t count = 0;

    for (size_t at; (at = str_find_nocase(names, STR("php"))) < names.len;
         names = str_from(names, at + 3)) {
        bool is_ending = at > 0 && (names.data[at - 1] == '.' || names.data[at - 1] == '\\');

        count += is_ending;
    }
    return count;
}

/* Names that protective plugins let through by themselves. */
static bool
is_allowed_often(struct str names)
{
    static const char *const often[] = {"index.php", "index\\.php", "admin-ajax", "async-upload",
                                        "xmlrpc",    "wp-tinymce",  "timthumb",   "ms-files",
                                        "captcha",   "thumb",       "\\.php$",    "server.php"};

    for (size_t i = 0; i < sizeof(often) / sizeof(often[0]); i++) {
        if (str_has(names, str_from_cstr(often[i])))
            return true;
    }
    return false;
}

static bool
is_allowing(struct str directive, struct str rest)
{
    if (str_eq_nocase(directive, STR("allow")))
        return str_find_nocase(rest, STR("all")) < rest.len;
    return str_eq_nocase(directive, STR("require")) &&
           str_find_nocase(rest, STR("all granted")) < rest.len;
}

static bool
is_denying(struct str directive, struct str rest)
{
    if (str_eq_nocase(directive, STR("deny")))
        return str_find_nocase(rest, STR("all")) < rest.len;
    return str_eq_nocase(directive, STR("require")) &&
           str_find_nocase(rest, STR("all denied")) < rest.len;
}

/* All PHP shut out but for a few names: who shuts out others' shells keeps one. */
static void
look_at_access(struct htaccess *htaccess, struct str directive, struct str rest)
{
    struct str section = htaccess->section;
    uint32_t names;

    if (!section.len)
        return;
    if (is_denying(directive, rest) && (str_find_nocase(section, STR("php")) < section.len ||
                                        str_find_nocase(section, STR("suspected")) < section.len))
        htaccess->denies_php = true;
    if (!is_allowing(directive, rest) || !htaccess->denies_php)
        return;
    names = count_php_names(section);
    if (names >= 3 && str_has(section, STR("|")))
        htaccess_sign(htaccess, "access-kept", 0.92,
                      "It shuts out every PHP file but a list of names: who broke in keeps others "
                      "out.");
    else if (names && !is_allowed_often(section))
        htaccess_sign(htaccess, "access-kept", 0.4, "It shuts out every PHP file but one.");
}

static void
look_at_php_flag(struct htaccess *htaccess, struct str rest)
{
    struct str name = htaccess_word(&rest), value = htaccess_word(&rest);

    htaccess_setting(htaccess, name, value);
    if (str_eq_nocase(name, STR("engine")) &&
        (str_eq_nocase(value, STR("on")) || str_eq(value, STR("1"))) &&
        (htaccess->subject->places & PLACE_UPLOADS))
        htaccess_sign(htaccess, "engine-on", 0.5, "It lets PHP run among uploaded files.");
}

static void
enter_section(struct htaccess *htaccess, struct str line)
{
    struct str rest = str_from(line, 1), directive = htaccess_word(&rest), names;

    if (directive.len && directive.data[0] == '/') {
        htaccess->section = STR_EMPTY;
        return;
    }
    if (!str_eq_nocase(directive, STR("files")) && !str_eq_nocase(directive, STR("filesmatch")))
        return;
    names = htaccess_word(&rest);
    if (str_eq(names, STR("~")))
        names = htaccess_word(&rest);
    htaccess->section = str_first(names, str_index(names, '>'));
}

static void
look_at_directive(struct htaccess *htaccess, struct str line)
{
    struct str rest = line, directive = htaccess_word(&rest);

    look_at_access(htaccess, directive, rest);
    if (str_starts_nocase(directive, STR("php_")))
        look_at_php_flag(htaccess, rest);
    else if (str_eq_nocase(directive, STR("rewritecond")))
        htaccess_rewrite_condition(htaccess, rest);
    else if (str_eq_nocase(directive, STR("rewriterule")))
        htaccess_rewrite_rule(htaccess, rest);
    else if (str_eq_nocase(directive, STR("secruleengine")) ||
             str_eq_nocase(directive, STR("secfilterengine")))
        htaccess_sign(htaccess, "filter-off", 0.2, "It turns off the web server's filter.");
    else
        htaccess_handler(htaccess, directive, rest);
}

static void
look_at_setting_line(struct htaccess *htaccess, struct str line)
{
    struct str value = line, name = str_trim(str_cut(&value, '='));
    struct str word;

    value = str_trim(value);
    word = htaccess_word(&value);
    htaccess_setting(htaccess, name, str_trim(str_first(word, str_index(word, ';'))));
}

static bool
has_exec_off(struct str source)
{
    return str_find_nocase(source, STR("-ExecCGI")) < source.len;
}

bool
htaccess_wants(const struct subject *subject)
{
    enum persistence is = persistence_of(subject->path);

    return is == PERSISTENCE_HTACCESS || is == PERSISTENCE_PHP_INI;
}

bool
htaccess_look(const struct subject *subject, struct arena *arena, struct findings *findings)
{
    bool is_ini = persistence_of(subject->path) == PERSISTENCE_PHP_INI;
    struct htaccess htaccess = {.subject = subject,
                                .signs = ARENA_NEW(arena, struct signs),
                                .section = STR_EMPTY,
                                .is_exec_off = has_exec_off(subject->source)};
    struct str rest = subject->source;

    for (htaccess.line = 1; htaccess.signs && rest.len && htaccess.line <= HTACCESS_LINES_MAX;
         htaccess.line++) {
        struct str line = str_trim(str_cut(&rest, '\n'));

        htaccess.text = line;
        if (!line.len || line.data[0] == '#' || line.data[0] == ';')
            continue;
        if (is_ini)
            look_at_setting_line(&htaccess, line);
        else if (line.data[0] == '<')
            enter_section(&htaccess, line);
        else
            look_at_directive(&htaccess, line);
    }
    if (htaccess.signs)
        persistence_judge(htaccess.signs, subject, findings);
    return htaccess.signs && !rest.len;
}
