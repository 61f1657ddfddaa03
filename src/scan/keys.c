#include "scan/keys.h"

#include "scan/command.h"

static bool
is_type(struct str word)
{
    return str_starts(word, STR("ssh-")) || str_starts(word, STR("ecdsa-sha2-")) ||
           str_starts(word, STR("sk-ssh-")) || str_starts(word, STR("sk-ecdsa-"));
}

/* Up to a blank that is in no quotes; leaves the rest in `line`. */
static struct str
cut_word(struct str *line)
{
    bool is_quoted = false;
    struct str word;
    size_t end = 0;

    for (; end < line->len; end++) {
        char c = line->data[end];

        if (c == '\\' && is_quoted)
            end++;
        else if (c == '"')
            is_quoted = !is_quoted;
        else if ((c == ' ' || c == '\t') && !is_quoted)
            break;
    }
    word = str_first(*line, end);
    *line = str_trim(str_from(*line, end));
    return word;
}

bool
keys_read(struct str line, struct key *ret_key)
{
    struct key key = {STR_EMPTY, STR_EMPTY, STR_EMPTY};

    line = str_trim(line);
    if (!line.len || line.data[0] == '#')
        return false;
    key.type = cut_word(&line);
    if (!is_type(key.type)) {
        key.options = key.type;
        key.type = cut_word(&line);
    }
    if (!is_type(key.type) || !cut_word(&line).len)
        return false;
    key.comment = line;
    *ret_key = key;
    return true;
}

struct str
keys_command(struct str options)
{
    size_t at = str_find_nocase(options, STR("command=\""));
    struct str value = str_from(options, at == options.len ? at : at + 9);
    size_t end = 0;

    while (end < value.len && value.data[end] != '"')
        end += value.data[end] == '\\' && end + 1 < value.len ? 2 : 1;
    return str_first(value, end);
}

static void
add(struct signs *signs, uint32_t line, struct str text, const char *rule, double weight,
    const char *why)
{
    signs_add(signs, (struct sign){.rule = rule,
                                   .weight = weight,
                                   .why = why,
                                   .line = line,
                                   .text = str_first(text, FINDING_TEXT_MAX)});
}

/* An account that no person logs in to. */
static bool
is_service_home(struct str path)
{
    static const char *const homes[] = {
        "var/www/.ssh/", "srv/www/.ssh/",   "usr/share/nginx/",   "var/lib/nginx/",
        "nonexistent/",  "var/lib/nobody/", "var/cache/nginx/",   "www-data/.ssh/",
        "nobody/.ssh/",  "apache/.ssh/",    "var/spool/postfix/", "bin/.ssh/"};

    for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
        if (str_has(path, str_from_cstr(homes[i])))
            return true;
    }
    return false;
}

static bool
is_in_web_root(struct str path)
{
    return str_has(path, STR("/public_html/")) || str_has(path, STR("/htdocs/")) ||
           str_has(path, STR("/httpdocs/")) || str_has(path, STR("/var/www/html/"));
}

static bool
look_at_key(const struct key *key, struct str line, uint32_t number, struct arena *arena,
            struct signs *signs)
{
    struct command command = {keys_command(key->options), number};

    /* The comment of a botnet that has added it to servers since 2018. */
    if (str_has(key->comment, STR("mdrfckr")))
        add(signs, number, line, "key-known", 0.97, "A key that a botnet leaves behind.");
    if (str_find_nocase(key->options, STR("LD_PRELOAD")) < key->options.len)
        add(signs, number, line, "preload", 0.9,
            "Who logs in with this key gets a library under every program.");
    if (str_find_nocase(key->options, STR("tunnel=")) < key->options.len ||
        str_find_nocase(key->options, STR("permitlisten=")) < key->options.len)
        add(signs, number, line, "key-tunnel", 0.25,
            "Who has this key may tunnel through the server.");
    return !command.text.len || command_signs(&command, arena, signs);
}

bool
keys_wants(const struct subject *subject)
{
    return persistence_of(subject->path) == PERSISTENCE_KEYS;
}

/* Comments of neighbours that are the same: added by one hand. */
static bool
is_same_comment(struct str a, struct str b)
{
    return a.len > 0 && str_eq(a, b);
}

bool
keys_look(const struct subject *subject, struct arena *arena, struct findings *findings)
{
    struct signs *signs = ARENA_NEW(arena, struct signs);
    struct str rest = subject->source, before = STR_EMPTY;
    uint32_t alike = 0, number = 1;
    bool is_whole = signs != NULL;

    for (; signs && rest.len && number <= KEYS_LINES_MAX; number++) {
        struct str line = str_cut(&rest, '\n');
        struct key key;

        if (!keys_read(line, &key))
            continue;
        is_whole &= look_at_key(&key, line, number, arena, signs);
        if (is_in_web_root(subject->path))
            add(signs, number, line, "key-in-web-root", 0.6,
                "A login key within a web root: whoever can write there can log in.");
        else if (is_service_home(subject->path))
            add(signs, number, line, "key-of-service", 0.5,
                "A login key for an account that runs a server and that nobody logs in to.");
        alike = is_same_comment(before, key.comment) ? alike + 1 : 0;
        if (alike == 4)
            add(signs, number, line, "keys-alike", 0.4, "Many keys with one and the same comment.");
        before = key.comment;
    }
    if (signs)
        persistence_judge(signs, subject, findings);
    return is_whole && !rest.len;
}
