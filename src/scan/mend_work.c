#include "scan/mend_parts.h"

/* So many pieces of code are written by somebody for a purpose. */
#define WORK_PIECES 100u
/* A function of the site's is seldom what somebody writes into; a shell is made of functions. */
#define WORK_PIECES_AROUND 600u
#define PAGE_BYTES 200u

/* They begin a program that does something, and say nothing of what. */
static bool
is_greeting(struct str word)
{
    static const struct str words[] = {{"error_reporting", 15},
                                       {"ini_set", 7},
                                       {"set_time_limit", 14},
                                       {"session_start", 13},
                                       {"header", 6},
                                       {"ignore_user_abort", 17},
                                       {"ob_start", 8},
                                       {"http_response_code", 18},
                                       {"date_default_timezone_set", 25}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_eq_nocase(word, words[i]))
            return true;
    }
    return false;
}

/* What only a part of something larger does; in quotes where a constant is asked for. */
static bool
is_part_of_more(struct str text)
{
    static const char *const words[] = {"require",
                                        "require_once",
                                        "include",
                                        "include_once",
                                        "namespace",
                                        "class",
                                        "trait",
                                        "interface",
                                        "extends",
                                        "add_action",
                                        "add_filter",
                                        "get_header",
                                        "get_template_part",
                                        "get_footer",
                                        "'ABSPATH'",
                                        "\"ABSPATH\"",
                                        "'_JEXEC'",
                                        "\"_JEXEC\"",
                                        "'B_PROLOG_INCLUDED'"};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_eq_nocase(text, str_from_cstr(words[i])))
            return true;
    }
    return false;
}

/* Pages ask for nothing: what has a form may be the face of a shell. */
static bool
has_form(struct str html)
{
    static const struct str words[] = {{"<form", 5}, {"<textarea", 9}, {"<input", 6}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_find_nocase(html, words[i]) < html.len)
            return true;
    }
    return false;
}

static bool
is_page(struct str html)
{
    return html.len >= PAGE_BYTES && (str_find_nocase(html, STR("<html")) < html.len ||
                                      str_find_nocase(html, STR("<div")) < html.len ||
                                      str_find_nocase(html, STR("<p>")) < html.len);
}

/* Without these nothing of a site answers. Whoever names a shell so does not write this in it. */
static const struct {
    const char *name, *text;
} needed[] = {
    {"wp-config.php", "DB_PASSWORD"},    {"wp-config.php", "table_prefix"},
    {"wp-settings.php", "ABSPATH"},      {"wp-load.php", "wp-config.php"},
    {"index.php", "wp-blog-header.php"}, {"index.php", "_JEXEC"},
    {"index.php", "DrupalKernel"},       {"index.php", "vendor/autoload.php"},
    {"index.php", "bootstrap"},          {"functions.php", "add_action"},
    {"functions.php", "add_filter"},     {"configuration.php", "class JConfig"},
    {"settings.php", "$databases"},      {"config.php", "DB_PASSWORD"},
    {"settings.inc.php", "_DB_"},        {"parameters.php", "database_password"},
    {"LocalSettings.php", "$wgDB"},      {"dbconn.php", "$DBPassword"},
};

bool
mend_is_needed(const struct subject *subject)
{
    if (subject->places & (PLACE_UPLOADS | PLACE_TEMPORARY | PLACE_CACHE))
        return false;
    for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        struct str name = str_from_cstr(needed[i].name);

        if (!str_ends(subject->path, name) ||
            !str_has(subject->source, str_from_cstr(needed[i].text)))
            continue;
        if (subject->path.len == name.len ||
            subject->path.data[subject->path.len - name.len - 1] == '/')
            return true;
    }
    return false;
}

/* Pieces of code behind the greeting; UINT32_MAX where it is a part of something larger. */
static uint32_t
count_work(const struct mend_code *code)
{
    uint32_t pieces = 0;

    for (uint32_t at = 0; at < code->count; at++) {
        bool is_word = code->pieces[at].piece.kind == PIECE_WORD;

        if (!mend_is_code(code, at))
            continue;
        if (is_part_of_more(mend_text(code, at)))
            return UINT32_MAX;
        if (is_word && is_greeting(mend_text(code, at)))
            at = mend_statement(code, at).last;
        else
            pieces++;
    }
    return pieces;
}

bool
mend_is_work(const struct mend_code *code, bool was_inside)
{
    bool is_a_page = false, is_form = false;

    if (was_inside)
        return code->count >= WORK_PIECES_AROUND;
    for (uint32_t at = 0; at < code->count; at++) {
        if (code->pieces[at].piece.kind != PIECE_HTML)
            continue;
        is_a_page |= is_page(mend_text(code, at));
        is_form |= has_form(mend_text(code, at));
    }
    return (is_a_page && !is_form) || count_work(code) >= WORK_PIECES;
}
