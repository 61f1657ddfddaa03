#include "source/sites.h"

#include "source/whole.h"

#define WORDS_MAX 4

/* Cuts a line into words; the number there are, WORDS_MAX + 1 for more. "-" is empty. */
static int
read_words(struct str line, struct str words[WORDS_MAX])
{
    int count = 0;

    line = str_trim(line);
    while (line.len) {
        size_t end = 0;

        while (end < line.len && line.data[end] != ' ' && line.data[end] != '\t')
            end++;
        if (count == WORDS_MAX)
            return WORDS_MAX + 1;
        words[count] = str_first(line, end);
        if (str_eq(words[count], STR("-")))
            words[count] = STR_EMPTY;
        count++;
        line = str_trim(str_from(line, end));
    }
    return count;
}

bool
sites_read(const char *path, struct arena *arena, struct site_list *ret_list, struct err *err)
{
    struct site_list list = {NULL, 0};
    struct str text;
    uint32_t number = 0, room = 1;

    if (!whole_read(path, SITES_BYTES_MAX, arena, &text, err))
        return false;
    for (size_t i = 0; i < text.len && room < SITES_MAX; i++)
        room += text.data[i] == '\n';
    list.sites = arena_array(arena, room, sizeof(*list.sites));
    if (!list.sites)
        return err_set(err, ERR_LIMIT, "%s is too large", path);
    while (text.len && list.count < room) {
        struct str line = str_cut(&text, '\n'),
                   words[WORDS_MAX] = {STR_EMPTY, STR_EMPTY, STR_EMPTY, STR_EMPTY};
        int count;

        number++;
        line = str_trim(str_first(line, str_index(line, '#')));
        if (line.len == 0)
            continue;
        count = read_words(line, words);
        if (count < 2 || count > WORDS_MAX || words[0].len == 0)
            return err_set(err, ERR_SYNTAX,
                           "%s:%u: a site is given as: name, document root, user, access log; the "
                           "last two may be left out",
                           path, number);
        list.sites[list.count++] = (struct trace_site){words[0], words[1], words[2], words[3]};
    }
    *ret_list = list;
    return true;
}
