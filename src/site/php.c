/* PHP-FPM's pools and php.ini: php.net/manual/en/install.fpm.configuration.php. */

#include "site/site.h"

static struct str
value_of(struct str line)
{
    (void)str_cut(&line, '=');
    line = str_trim(line);
    if (line.len && line.data[0] == '"')
        return site_word(&line);
    return str_trim(str_first(line, str_index(line, ';')));
}

/* "mail.log", "php_admin_value[mail.log]", "php_value[mail.log]" */
static bool
is_mail_log(struct str key)
{
    return str_eq(key, STR("mail.log")) || str_eq(key, STR("php_admin_value[mail.log]")) ||
           str_eq(key, STR("php_value[mail.log]"));
}

bool
site_read_php(struct str text, struct site_configs *configs)
{
    struct site_pool *pool = NULL;

    while (text.len) {
        struct str line = str_trim(str_cut(&text, '\n')), key = line, value;

        if (line.len == 0 || line.data[0] == ';' || line.data[0] == '#')
            continue;
        if (line.data[0] == '[') {
            line = str_from(line, 1);
            pool = site_add_pool(configs);
            if (!pool)
                return false;
            pool->name = str_cut(&line, ']');
            continue;
        }
        key = str_trim(str_cut(&key, '='));
        value = value_of(line);
        if (is_mail_log(key) && value.len && value.data[0] == '/' && !site_add_log(configs, value))
            return false;
        if (pool && str_eq(key, STR("user")))
            pool->user = value;
        else if (pool && str_eq(key, STR("listen")))
            pool->listen = value;
        else if (pool && is_mail_log(key))
            pool->mail_log = value;
    }
    return true;
}
