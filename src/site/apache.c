/* Apache httpd's configuration: httpd.apache.org/docs/2.4/configuring.html. */

#include "site/site.h"

struct reader {
    struct site_configs *configs;
    struct site_config *site; /* within a <VirtualHost>, else NULL */
};

static bool
take_log(struct reader *reader, struct str path)
{
    /* "|/usr/bin/rotatelogs …" is a program. */
    if (path.len == 0 || path.data[0] == '|')
        return true;
    if (!reader->site)
        return site_add_log(reader->configs, path);
    if (reader->site->access_log.len)
        return site_add_log(reader->configs, path);
    reader->site->access_log = path;
    return true;
}

static void
take_names(struct reader *reader, struct str rest)
{
    struct str name;

    while (reader->site && (name = site_word(&rest)).len)
        (void)site_add_name(reader->site, name);
}

static void
take_handler(struct reader *reader, struct str rest)
{
    if (reader->site && reader->site->socket.len == 0 && str_has(rest, STR("fcgi:")))
        reader->site->socket = site_socket(rest);
}

static bool
take_directive(struct reader *reader, struct str name, struct str rest)
{
    if (str_eq_nocase(name, STR("CustomLog")) || str_eq_nocase(name, STR("TransferLog")))
        return take_log(reader, site_word(&rest));
    if (str_eq_nocase(name, STR("ServerName")) || str_eq_nocase(name, STR("ServerAlias")))
        take_names(reader, rest);
    else if (reader->site && str_eq_nocase(name, STR("DocumentRoot")))
        reader->site->docroot = site_word(&rest);
    else if (reader->site && (str_eq_nocase(name, STR("SuexecUserGroup")) ||
                              str_eq_nocase(name, STR("AssignUserID"))))
        reader->site->user = site_word(&rest);
    else if (str_eq_nocase(name, STR("SetHandler")) || str_eq_nocase(name, STR("ProxyPass")) ||
             str_eq_nocase(name, STR("ProxyPassMatch")))
        take_handler(reader, rest);
    return true;
}

bool
site_read_apache(struct str text, struct site_configs *configs)
{
    struct reader reader = {configs, NULL};

    while (text.len) {
        struct str line = str_trim(str_cut(&text, '\n')), name;

        if (line.len == 0 || line.data[0] == '#')
            continue;
        if (str_starts_nocase(line, STR("<VirtualHost"))) {
            reader.site = site_add(configs);
            if (!reader.site)
                return false;
            continue;
        }
        if (str_starts_nocase(line, STR("</VirtualHost"))) {
            reader.site = NULL;
            continue;
        }
        name = site_word(&line);
        if (!take_directive(&reader, name, line))
            return false;
    }
    return true;
}
