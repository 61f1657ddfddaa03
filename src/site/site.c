#include "site/site.h"

/* Room for one more of `size` bytes; the old ones stay in the arena, at most half of it. */
static void *
grow(struct arena *arena, void *list, uint32_t count, uint32_t *capacity, size_t size)
{
    uint32_t room = *capacity ? *capacity * 2 : 16;
    void *more;

    if (count < *capacity)
        return list;
    if (count >= SITE_CONFIGS_MAX)
        return NULL;
    more = arena_array(arena, room, size);
    if (!more)
        return NULL;
    if (count)
        memcpy(more, list, count * size);
    *capacity = room;
    return more;
}

struct site_config *
site_add(struct site_configs *configs)
{
    void *list = grow(configs->arena, configs->sites, configs->site_count, &configs->site_capacity,
                      sizeof(*configs->sites));

    if (!list)
        return NULL;
    configs->sites = list;
    return &configs->sites[configs->site_count++];
}

struct site_pool *
site_add_pool(struct site_configs *configs)
{
    void *list = grow(configs->arena, configs->pools, configs->pool_count, &configs->pool_capacity,
                      sizeof(*configs->pools));

    if (!list)
        return NULL;
    configs->pools = list;
    return &configs->pools[configs->pool_count++];
}

bool
site_add_log(struct site_configs *configs, struct str path)
{
    void *list = grow(configs->arena, configs->logs, configs->log_count, &configs->log_capacity,
                      sizeof(*configs->logs));

    if (!list)
        return false;
    configs->logs = list;
    configs->logs[configs->log_count++] = path;
    return true;
}

bool
site_add_name(struct site_config *site, struct str name)
{
    /* "shop.example:443" names the port as well; "_", "*.x" and "~^…$" are no names. */
    name = str_first(name, str_index(name, ':'));
    if (name.len == 0 || str_eq(name, STR("_")) || strchr("*~.", name.data[0]) ||
        site->name_count == SITE_NAMES_MAX)
        return false;
    site->names[site->name_count++] = name;
    return true;
}

struct str
site_word(struct str *line)
{
    struct str word;
    size_t len = 0;

    *line = str_trim(*line);
    if (line->len == 0)
        return STR_EMPTY;
    if (line->data[0] == '"' || line->data[0] == '\'') {
        char quote = line->data[0];

        *line = str_from(*line, 1);
        word = str_cut(line, quote);
        return word;
    }
    while (len < line->len && line->data[len] != ' ' && line->data[len] != '\t')
        len++;
    word = str_first(*line, len);
    *line = str_from(*line, len);
    return word;
}

struct str
site_socket(struct str text)
{
    size_t at = str_find(text, STR("unix:"));

    if (at < text.len) {
        text = str_from(text, at + 5);
        return str_first(text, str_index(text, '|'));
    }
    at = str_find(text, STR("fcgi://"));
    if (at < text.len)
        text = str_from(text, at + 7);
    return str_first(text, str_index(text, '/'));
}

void
site_join_pools(struct site_configs *configs)
{
    for (uint32_t s = 0; s < configs->site_count; s++) {
        struct site_config *site = &configs->sites[s];

        for (uint32_t p = 0; site->user.len == 0 && p < configs->pool_count; p++) {
            if (site->socket.len && str_eq(site->socket, configs->pools[p].listen))
                site->user = configs->pools[p].user;
        }
    }
}
