#include "scan/htaccess_parts.h"

static bool
is_one_of(struct str word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (str_eq_nocase(word, str_from_cstr(list[i])))
            return true;
    }
    return false;
}
#define IS_ONE_OF(word, list) is_one_of((word), (list), sizeof(list) / sizeof((list)[0]))

static const char *const picture_endings[] = {
    "jpg", "jpeg", "png", "gif",  "ico", "svg", "bmp", "webp", "css",  "txt", "log",
    "pdf", "doc",  "zip", "woff", "ttf", "mp3", "mp4", "gz",   "avif", "jpe", "swf",
};

static const char *const page_endings[] = {
    "html", "htm", "shtml", "shtm", "xhtml", "xml", "rss", "inc",   "module", "tpl",
    "js",   "asp", "aspx",  "phtm", "pht",   "do",  "cms", "phtml", "phar",   "phps",
    "cgi",  "pl",  "py",    "rb",   "fcgi",  "sh",  "jsp", "rhtml",
};

static struct str
ending_of(struct str name)
{
    while (str_index(name, '.') < name.len)
        (void)str_cut(&name, '.');
    return name;
}

static bool
is_hidden_path(struct str path)
{
    size_t at = str_find(path, STR("/."));

    return at < path.len && !str_starts(str_from(path, at), STR("/..")) &&
           !str_starts(str_from(path, at), STR("/./"));
}

static double
prepend_weight(struct str value)
{
    struct str ending = ending_of(value);

    if (str_has(value, STR("php://")) || str_has(value, STR("data:")) ||
        str_starts_nocase(value, STR("http")))
        return 0.97;
    if (str_starts(value, STR("/tmp/")) || str_starts(value, STR("/var/tmp/")) ||
        str_starts(value, STR("/dev/shm/")) || IS_ONE_OF(ending, picture_endings))
        return 0.95;
    if (is_hidden_path(value) || (value.len && value.data[0] == '.' && value.len > 1 &&
                                  value.data[1] != '/' && value.data[1] != '.'))
        return 0.9;
    if (subject_places(value) & (PLACE_UPLOADS | PLACE_CACHE))
        return 0.6;
    return 0.25;
}

void
htaccess_setting(struct htaccess *htaccess, struct str name, struct str value)
{
    bool is_on = str_eq_nocase(value, STR("on")) || str_eq(value, STR("1"));

    if ((str_eq_nocase(name, STR("auto_prepend_file")) ||
         str_eq_nocase(name, STR("auto_append_file"))) &&
        value.len && !str_eq_nocase(value, STR("none")))
        htaccess_sign(htaccess, "prepend-odd", prepend_weight(value),
                      "Every PHP page of the folder runs this file as well.");
    else if (str_eq_nocase(name, STR("allow_url_include")) && is_on)
        htaccess_sign(htaccess, "remote-include", 0.5, "It lets PHP run files from other hosts.");
    else if ((str_eq_nocase(name, STR("exec")) || str_eq_nocase(name, STR("shell_exec"))) && is_on)
        htaccess_sign(htaccess, "limits-off", 0.92,
                      "Lines that only packs of web shells bring, to lift PHP's limits.");
    else if (str_eq_nocase(name, STR("disable_functions")) && str_eq_nocase(value, STR("none")))
        htaccess_sign(htaccess, "limits-off", 0.5, "It lifts PHP's limits.");
}

static bool
is_php_handler(struct str handler)
{
    return str_find_nocase(handler, STR("php")) < handler.len &&
           str_find_nocase(handler, STR("php-source")) == handler.len &&
           str_find_nocase(handler, STR("httpd-phps")) == handler.len;
}

static bool
is_cgi_handler(struct str handler)
{
    return str_eq_nocase(handler, STR("cgi-script")) ||
           str_find_nocase(handler, STR("httpd-cgi")) < handler.len ||
           str_eq_nocase(handler, STR("server-parsed-cgi"));
}

static void
look_at_ending(struct htaccess *htaccess, struct str ending, bool is_cgi)
{
    (void)str_skip(&ending, STR("."));
    if (str_starts_nocase(ending, STR("php")) || !ending.len)
        return;
    if (IS_ONE_OF(ending, picture_endings))
        htaccess_sign(htaccess, "handler-odd", 0.93,
                      "The web server runs files as programs that look like pictures or texts.");
    else if (!IS_ONE_OF(ending, page_endings))
        htaccess_sign(htaccess, "handler-odd", is_cgi ? 0.75 : 0.45,
                      "The web server runs files as programs whose ending nobody uses for that.");
}

/* SetHandler, ForceType: for what the section names, or for all of the folder. */
static void
look_at_section(struct htaccess *htaccess)
{
    struct str section = htaccess->section;
    bool names_php = str_find_nocase(section, STR("ph")) < section.len;

    for (size_t i = 0;
         section.len && !names_php && i < sizeof(picture_endings) / sizeof(picture_endings[0]);
         i++) {
        struct str ending = str_from_cstr(picture_endings[i]);
        size_t at = str_find_nocase(section, ending);

        if (at > 0 && at < section.len && memchr(".|(\\", section.data[at - 1], 4))
            htaccess_sign(
                htaccess, "handler-odd", 0.93,
                "The web server runs files as programs that look like pictures or texts.");
    }
    if (!section.len)
        htaccess_sign(htaccess, "handler-all",
                      (htaccess->subject->places & PLACE_UPLOADS) ? 0.7 : 0.4,
                      "The web server runs every file of the folder as PHP.");
}

void
htaccess_handler(struct htaccess *htaccess, struct str directive, struct str rest)
{
    bool is_add =
        str_eq_nocase(directive, STR("addhandler")) || str_eq_nocase(directive, STR("addtype"));
    bool is_set =
        str_eq_nocase(directive, STR("sethandler")) || str_eq_nocase(directive, STR("forcetype"));
    struct str handler;
    bool is_cgi;

    if (!is_add && !is_set)
        return;
    handler = htaccess_word(&rest);
    is_cgi = is_cgi_handler(handler);
    if (!is_php_handler(handler) && (!is_cgi || htaccess->is_exec_off))
        return;
    if (is_set && !is_cgi)
        look_at_section(htaccess);
    for (struct str ending = htaccess_word(&rest); is_add && ending.len;
         ending = htaccess_word(&rest))
        look_at_ending(htaccess, ending, is_cgi);
}
