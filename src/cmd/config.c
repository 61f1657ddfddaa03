#include "cmd/config.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "source/whole.h"

enum key_kind {
    KEY_TEXT,
    KEY_LIST,
};

static const struct key {
    const char *name;
    enum key_kind kind;
    size_t offset;
} keys[] = {
    {"zone", KEY_TEXT, offsetof(struct config, zone)},
    {"host", KEY_TEXT, offsetof(struct config, host)},
    {"since", KEY_TEXT, offsetof(struct config, since)},
    {"local_domains", KEY_LIST, offsetof(struct config, local_domains)},
    {"relay_clients", KEY_LIST, offsetof(struct config, relay_clients)},
    {"trusted_senders", KEY_LIST, offsetof(struct config, trusted_senders)},
    {"libraries", KEY_LIST, offsetof(struct config, libraries)},
};
#define KEY_COUNT (sizeof(keys) / sizeof(keys[0]))

struct parser {
    struct str rest;
    const char *path;
    unsigned line;
    struct arena *arena;
    struct err *err;
};

static bool
complain(struct parser *parser, const char *what, struct str detail)
{
    return err_set(parser->err, ERR_SYNTAX, "%s:%u: %s" STR_FMT, parser->path, parser->line, what,
                   STR_ARG(str_first(detail, 100)));
}

/* Blanks, line ends and comments. */
static void
skip_blank(struct parser *parser)
{
    while (parser->rest.len) {
        char c = parser->rest.data[0];

        if (c == '#') {
            parser->rest = str_from(parser->rest, str_index(parser->rest, '\n'));
            continue;
        }
        if (c == '\n')
            parser->line++;
        else if (c != ' ' && c != '\t' && c != '\r')
            return;
        parser->rest = str_from(parser->rest, 1);
    }
}

static bool
is_next(struct parser *parser, char c)
{
    skip_blank(parser);
    if (parser->rest.len == 0 || parser->rest.data[0] != c)
        return false;
    parser->rest = str_from(parser->rest, 1);
    return true;
}

static bool
read_quoted(struct parser *parser, struct str *ret_text)
{
    char *text = arena_array(parser->arena, parser->rest.len + 1, 1);
    size_t len = 0, at = 0;

    if (!text)
        return complain(parser, "the configuration is too large", STR_EMPTY);
    for (; at < parser->rest.len && parser->rest.data[at] != '"'; at++) {
        char c = parser->rest.data[at];

        if (c == '\\' && at + 1 < parser->rest.len)
            c = parser->rest.data[++at];
        if (c == '\n')
            return complain(parser, "a text in quotes does not end on its line", STR_EMPTY);
        text[len++] = c;
    }
    if (at == parser->rest.len)
        return complain(parser, "a text in quotes does not end", STR_EMPTY);
    parser->rest = str_from(parser->rest, at + 1);
    *ret_text = (struct str){text, len};
    return true;
}

static bool
is_bare(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           memchr("._-+:/@", c, 7) != NULL;
}

static bool
read_text(struct parser *parser, struct str *ret_text)
{
    size_t len = 0;

    if (is_next(parser, '"'))
        return read_quoted(parser, ret_text);
    while (len < parser->rest.len && is_bare(parser->rest.data[len]))
        len++;
    if (len == 0)
        return complain(parser, "a value is missing before: ",
                        str_first(parser->rest, str_index(parser->rest, '\n')));
    *ret_text = str_first(parser->rest, len);
    parser->rest = str_from(parser->rest, len);
    return true;
}

static bool
read_list(struct parser *parser, struct config_list *ret_list)
{
    struct config_list list = {arena_array(parser->arena, CONFIG_LIST_MAX, sizeof(struct str)), 0};

    if (!list.items)
        return complain(parser, "the configuration is too large", STR_EMPTY);
    if (!is_next(parser, '[')) {
        list.count = 1;
        *ret_list = list;
        return read_text(parser, &ret_list->items[0]);
    }
    while (!is_next(parser, ']')) {
        if (list.count == CONFIG_LIST_MAX)
            return complain(parser, "a list has too many values", STR_EMPTY);
        if (!read_text(parser, &list.items[list.count++]))
            return false;
        if (!is_next(parser, ',')) {
            if (is_next(parser, ']'))
                break;
            return complain(parser, "a comma or ] is missing in a list", STR_EMPTY);
        }
    }
    *ret_list = list;
    return true;
}

static const struct key *
find_key(struct str name)
{
    for (size_t i = 0; i < KEY_COUNT; i++) {
        if (str_eq(name, str_from_cstr(keys[i].name)))
            return &keys[i];
    }
    return NULL;
}

static bool
read_setting(struct parser *parser, struct config *config, bool *is_set)
{
    const struct key *key;
    struct str name;
    char *target;

    if (!read_text(parser, &name))
        return false;
    key = find_key(name);
    if (!key)
        return complain(parser, "there is no setting ", name);
    if (is_set[key - keys])
        return complain(parser, "this is set a second time: ", name);
    is_set[key - keys] = true;
    if (!is_next(parser, '='))
        return complain(parser, "= is missing after ", name);
    target = (char *)config + key->offset;
    if (key->kind == KEY_LIST ? !read_list(parser, (struct config_list *)(void *)target)
                              : !read_text(parser, (struct str *)(void *)target))
        return false;
    return is_next(parser, ';') || complain(parser, "; is missing after the value of ", name);
}

static bool
parse(struct str text, const char *path, struct arena *arena, struct config *ret_config,
      struct err *err)
{
    struct parser parser = {.rest = text, .path = path, .line = 1, .arena = arena, .err = err};
    struct config config = {.zone = STR_EMPTY, .host = STR_EMPTY, .since = STR_EMPTY};
    bool is_set[KEY_COUNT] = {false};

    skip_blank(&parser);
    while (parser.rest.len) {
        if (!read_setting(&parser, &config, is_set))
            return false;
        skip_blank(&parser);
    }
    *ret_config = config;
    return true;
}

bool
config_read(const char *path, bool is_optional, struct arena *arena, struct config *ret_config,
            struct err *err)
{
    struct str text;

    *ret_config = (struct config){.zone = STR_EMPTY, .host = STR_EMPTY, .since = STR_EMPTY};
    if (!whole_read(path, CONFIG_BYTES_MAX, arena, &text, err))
        return is_optional && errno == ENOENT;
    return parse(text, path, arena, ret_config, err);
}
