/* nginx's configuration: nginx.org/en/docs/beginners_guide.html#conf_structure. */

#include "site/site.h"

#define DEPTH_MAX 64

struct reader {
    struct site_configs *configs;
    struct str rest;
    struct site_config *site; /* within a server block, else NULL */
    unsigned depth, site_depth;
};

/* Up to the next ; { or } outside of quotes and comments; *ret_end is that character or 0. */
static struct str
next_statement(struct str *rest, char *ret_end)
{
    char quote = 0;
    size_t at = 0;
    struct str statement;

    for (; at < rest->len; at++) {
        char c = rest->data[at];

        if (quote) {
            if (c == '\\')
                at++;
            else if (c == quote)
                quote = 0;
        } else if (c == '"' || c == '\'') {
            quote = c;
        } else if (c == '#' && (at == 0 || strchr(" \t\n;{}", rest->data[at - 1]))) {
            break;
        } else if (c == ';' || c == '{' || c == '}') {
            break;
        }
    }
    statement = str_first(*rest, at);
    *ret_end = at < rest->len ? rest->data[at] : 0;
    if (*ret_end == '#')
        at += str_index(str_from(*rest, at), '\n');
    *rest = str_from(*rest, at < rest->len ? at + 1 : rest->len);
    return str_trim(statement);
}

static bool
take_log(struct reader *reader, struct str path)
{
    if (path.len == 0 || path.data[0] != '/')
        return true; /* "off", "syslog:…" */
    if (reader->site && reader->site->access_log.len == 0) {
        reader->site->access_log = path;
        return true;
    }
    return site_add_log(reader->configs, path);
}

static bool
take_statement(struct reader *reader, struct str statement)
{
    struct str name = site_word(&statement), word;

    if (str_eq(name, STR("access_log")))
        return take_log(reader, site_word(&statement));
    if (!reader->site)
        return true;
    if (str_eq(name, STR("server_name"))) {
        while ((word = site_word(&statement)).len)
            (void)site_add_name(reader->site, word);
    } else if (str_eq(name, STR("root")) && reader->site->docroot.len == 0) {
        reader->site->docroot = site_word(&statement);
    } else if (str_eq(name, STR("fastcgi_pass")) && reader->site->socket.len == 0) {
        reader->site->socket = site_socket(site_word(&statement));
    }
    return true;
}

static bool
open_block(struct reader *reader, struct str name)
{
    if (reader->depth < DEPTH_MAX)
        reader->depth++;
    if (!str_eq(name, STR("server")) || reader->site)
        return true;
    reader->site = site_add(reader->configs);
    reader->site_depth = reader->depth;
    return reader->site != NULL;
}

static void
close_block(struct reader *reader)
{
    if (reader->site && reader->depth <= reader->site_depth)
        reader->site = NULL;
    if (reader->depth)
        reader->depth--;
}

bool
site_read_nginx(struct str text, struct site_configs *configs)
{
    struct reader reader = {.configs = configs, .rest = text};

    while (reader.rest.len) {
        char end;
        struct str statement = next_statement(&reader.rest, &end);

        if (end == '{' && !open_block(&reader, statement))
            return false;
        if (end == ';' && !take_statement(&reader, statement))
            return false;
        if (end == '}')
            close_block(&reader);
    }
    return true;
}
