#include "scan/htaccess_parts.h"

static bool
names_search(struct str text)
{
    static const char *const names[] = {"google", "yahoo", "bing",     "msn",  "yandex",
                                        "baidu",  "aol",   "duckduck", "slurp"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_find_nocase(text, str_from_cstr(names[i])) < text.len)
            return true;
    }
    return false;
}

void
htaccess_rewrite_condition(struct htaccess *htaccess, struct str rest)
{
    struct htaccess_conditions *conditions = &htaccess->conditions;
    struct str tested = htaccess_word(&rest), pattern = htaccess_word(&rest);
    bool is_referer = str_find_nocase(tested, STR("HTTP_REFERER")) < tested.len;
    bool is_agent = str_find_nocase(tested, STR("HTTP_USER_AGENT")) < tested.len;

    if ((pattern.len && pattern.data[0] == '!') || (!is_referer && !is_agent))
        return;
    conditions->asks_referer |= is_referer;
    conditions->asks_agent |= is_agent;
    conditions->is_of_search |= names_search(pattern);
}

/* Written out, so that it is another host than the one that was asked. */
static bool
is_foreign(struct str target)
{
    if (!str_starts_nocase(target, STR("http://")) && !str_starts_nocase(target, STR("https://")))
        return false;
    (void)str_cut_at(&target, STR("//"));
    return target.len && target.data[0] != '%' && target.data[0] != '$' &&
           !str_starts(target, STR("127.0.0.1")) && !str_starts(target, STR("localhost")) &&
           !names_search(str_first(target, str_index(target, '/')));
}

/* A script among uploads or in a hidden folder. */
static bool
is_hidden_script(struct str target)
{
    struct str path = str_first(target, str_index_any(target, STR("?")));

    if (str_find_nocase(path, STR(".php")) == path.len)
        return false;
    return (subject_places(path) & (PLACE_UPLOADS | PLACE_HIDDEN)) != 0 &&
           !str_starts(path, STR("./"));
}

void
htaccess_rewrite_rule(struct htaccess *htaccess, struct str rest)
{
    struct htaccess_conditions conditions = htaccess->conditions;
    struct str target;

    htaccess->conditions = (struct htaccess_conditions){0};
    (void)htaccess_word(&rest);
    target = htaccess_word(&rest);
    if (is_foreign(target) && conditions.is_of_search)
        htaccess_sign(htaccess, "rewrite-cloaked", 0.93,
                      "Who comes from a search engine, or is one, is sent to another host.");
    else if (is_foreign(target) && conditions.asks_referer)
        htaccess_sign(htaccess, "rewrite-cloaked", 0.4,
                      "Who comes from certain pages is sent to another host.");
    else if (is_foreign(target) && conditions.asks_agent)
        htaccess_sign(htaccess, "rewrite-cloaked", 0.25,
                      "Certain browsers are sent to another host.");
    if (is_hidden_script(target))
        htaccess_sign(htaccess, "rewrite-hidden", conditions.is_of_search ? 0.92 : 0.3,
                      "Requests are handed to a script among uploads or in a hidden folder.");
}
