#include "audit/exim_parts.h"

struct str
exim_section(struct str config, struct str name)
{
    while (config.len) {
        struct str line = str_trim(str_cut(&config, '\n')), rest = config;

        if (!str_starts_nocase(line, STR("begin ")) ||
            !str_eq_nocase(str_trim(str_from(line, 6)), name))
            continue;
        while (rest.len) {
            size_t at = config.len - rest.len;

            if (str_starts_nocase(str_trim(str_cut(&rest, '\n')), STR("begin ")))
                return str_first(config, at);
        }
        return config;
    }
    return STR_EMPTY;
}

struct str
exim_line(struct str *text, struct arena *arena)
{
    char *joined = NULL;
    size_t len = 0;

    while (text->len) {
        size_t room = text->len;
        struct str line = str_trim(str_cut(text, '\n'));
        bool goes_on;

        if (line.len == 0 || line.data[0] == '#' || (len == 0 && line.data[0] == '.'))
            continue;
        goes_on = line.data[line.len - 1] == '\\' && text->len;
        if (goes_on)
            line.len--;
        if (!goes_on && !joined)
            return line;
        /* All that may come is at most what is left of the text, but seldom much. */
        if (!joined) {
            struct str ahead = *text;
            size_t want = line.len + 1;

            while (ahead.len) {
                struct str next = str_trim(str_cut(&ahead, '\n'));

                want += next.len;
                if (next.len && next.data[0] != '#' && next.data[next.len - 1] != '\\')
                    break;
            }
            joined = arena_array(arena, want < room + 1 ? want : room + 1, 1);
            if (!joined)
                return line;
        }
        memcpy(joined + len, line.data, line.len);
        len += line.len;
        if (!goes_on)
            break;
    }
    return joined ? (struct str){joined, len} : STR_EMPTY;
}
