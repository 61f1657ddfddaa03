#include "scan/mend_parts.h"

/* So many pieces of code are written by somebody for a purpose. */
#define WORK_PIECES 60u
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

/* What only a part of something larger does. */
static bool
is_part_of_more(struct str word)
{
    static const struct str words[] = {{"require", 7},       {"require_once", 12}, {"include", 7},
                                       {"include_once", 12}, {"namespace", 9},     {"class", 5},
                                       {"trait", 5},         {"interface", 9},     {"extends", 7}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_eq_nocase(word, words[i]))
            return true;
    }
    return false;
}

static bool
is_page(struct str html)
{
    return html.len >= PAGE_BYTES && str_find_nocase(html, STR("<form")) == html.len &&
           str_find_nocase(html, STR("<textarea")) == html.len &&
           (str_find_nocase(html, STR("<html")) < html.len ||
            str_find_nocase(html, STR("<div")) < html.len ||
            str_find_nocase(html, STR("<p>")) < html.len);
}

bool
mend_is_work(const struct mend_code *code)
{
    uint32_t pieces = 0;

    for (uint32_t at = 0; at < code->count; at++) {
        struct str text = mend_text(code, at);

        if (code->pieces[at].piece.kind == PIECE_HTML && is_page(text))
            return true;
        if (!mend_is_code(code, at))
            continue;
        if (code->pieces[at].piece.kind == PIECE_WORD && is_part_of_more(text))
            return true;
        if (code->pieces[at].piece.kind == PIECE_WORD && is_greeting(text)) {
            at = mend_statement(code, at).last;
            continue;
        }
        pieces++;
    }
    return pieces >= WORK_PIECES;
}
