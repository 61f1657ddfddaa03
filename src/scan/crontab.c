#include "scan/crontab.h"

#include "scan/command.h"

static struct str
after_word(struct str text)
{
    text = str_from(text, str_index_any(text, STR(" \t")));
    while (text.len && (text.data[0] == ' ' || text.data[0] == '\t'))
        text = str_from(text, 1);
    return text;
}

struct str
crontab_command(struct str line, bool has_user)
{
    int fields = (has_user ? 1 : 0) + 5;

    line = str_trim(line);
    if (!line.len || line.data[0] == '#')
        return STR_EMPTY;
    if (line.data[0] == '@')
        fields -= 4;
    else if (!str_is_digit(line.data[0]) && line.data[0] != '*' && line.data[0] != '-')
        return STR_EMPTY;
    while (fields-- > 0)
        line = after_word(line);
    return line;
}

/* NAME=value lines hold for all that follow. */
static void
look_at_setting(struct str line, uint32_t number, struct signs *signs)
{
    struct str text = str_trim(line);

    if (str_starts(text, STR("LD_PRELOAD")))
        signs_add(signs, (struct sign){.rule = "preload",
                                       .why = "It puts a library under every program that cron "
                                              "starts.",
                                       .weight = 0.9,
                                       .line = number,
                                       .text = text});
}

bool
crontab_wants(const struct subject *subject)
{
    enum persistence is = persistence_of(subject->path);

    return is == PERSISTENCE_CRONTAB || is == PERSISTENCE_CRONTAB_OF_USER;
}

bool
crontab_look(const struct subject *subject, struct arena *arena, struct findings *findings)
{
    bool has_user = persistence_of(subject->path) == PERSISTENCE_CRONTAB;
    struct signs *signs = ARENA_NEW(arena, struct signs);
    struct str rest = subject->source;
    bool is_whole = signs != NULL;

    for (uint32_t number = 1; signs && rest.len; number++) {
        struct str line = str_cut(&rest, '\n');
        struct command command = {crontab_command(line, has_user), number};

        if (number > CRONTAB_LINES_MAX) {
            is_whole = false;
            break;
        }
        if (command.text.len)
            is_whole &= command_signs(&command, arena, signs);
        else
            look_at_setting(line, number, signs);
    }
    if (signs)
        persistence_judge(signs, subject, findings);
    return is_whole;
}
