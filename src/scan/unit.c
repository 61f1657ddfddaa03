#include "scan/unit.h"

#include "scan/command.h"

struct str
unit_command(struct str line)
{
    static const char *const names[] = {"ExecStart",  "ExecStartPre", "ExecStartPost", "ExecStop",
                                        "ExecReload", "ExecStopPost", "ExecCondition", "Exec",
                                        "server",     "server_args"};
    struct str value = line, name = str_trim(str_cut(&value, '='));

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!str_eq(name, str_from_cstr(names[i])))
            continue;
        value = str_trim(value);
        /* systemd's marks for how to run it. */
        while (value.len && memchr("-@:+!", value.data[0], 5))
            value = str_from(value, 1);
        return value;
    }
    return STR_EMPTY;
}

static void
look_at_environment(struct str line, uint32_t number, struct signs *signs)
{
    struct str value = line, name = str_trim(str_cut(&value, '='));
    size_t at = str_find(value, STR("LD_PRELOAD="));
    bool is_odd = str_has(value, STR("=/tmp/")) || str_has(value, STR("=/dev/shm/")) ||
                  str_has(value, STR("=/var/tmp/")) || str_has(value, STR("/."));

    if (!str_eq(name, STR("Environment")) || at == value.len)
        return;
    signs_add(signs, (struct sign){.rule = "preload",
                                   .why = "It puts a library of its own under a program.",
                                   .weight = is_odd ? 0.95 : 0.3,
                                   .line = number,
                                   .text = str_trim(line)});
}

bool
unit_wants(const struct subject *subject)
{
    return persistence_of(subject->path) == PERSISTENCE_UNIT;
}

bool
unit_look(const struct subject *subject, struct arena *arena, struct findings *findings)
{
    struct signs *signs = ARENA_NEW(arena, struct signs);
    struct str rest = subject->source;
    bool is_whole = signs != NULL;

    for (uint32_t number = 1; signs && rest.len; number++) {
        struct str line = str_cut(&rest, '\n');
        struct command command = {unit_command(line), number};

        if (number > UNIT_LINES_MAX) {
            is_whole = false;
            break;
        }
        if (command.text.len)
            is_whole &= command_signs(&command, arena, signs);
        else
            look_at_environment(line, number, signs);
    }
    if (signs)
        persistence_judge(signs, subject, findings);
    return is_whole;
}
