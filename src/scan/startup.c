#include "scan/startup.h"

#include "scan/command.h"

bool
startup_wants(const struct subject *subject)
{
    enum persistence is = persistence_of(subject->path);

    return is == PERSISTENCE_START_SCRIPT || is == PERSISTENCE_LOGIN_SCRIPT ||
           is == PERSISTENCE_PRELOAD;
}

/* A line that only reads another file, or tests for it. */
static bool
is_reading(struct str line)
{
    static const char *const words[] = {
        ".",        "source", "[",     "[[",    "if",    "test", "alias", "export", "case", "elif",
        "complete", "rm",     "mkdir", "chown", "touch", "echo", "cat",   "fi",     "eval"};
    struct str first = str_first(line, str_index_any(line, STR(" \t")));

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_eq(first, str_from_cstr(words[i])))
            return true;
    }
    return !line.len || line.data[0] == '#';
}

static bool
look_at_lines(struct str source, struct signs *signs)
{
    for (uint32_t number = 1; source.len; number++) {
        struct command command = {str_trim(str_cut(&source, '\n')), number};

        if (number > STARTUP_LINES_MAX)
            return false;
        if (!is_reading(command.text))
            command_program(&command, signs);
    }
    return true;
}

static double
preload_weight(struct str path)
{
    if (str_has(path, STR("processhider")) || str_has(path, STR("/.")) ||
        str_starts(path, STR("/tmp/")) || str_starts(path, STR("/dev/")) ||
        str_starts(path, STR("/var/tmp/")))
        return 0.95;
    /* Profilers and allocators, which packages bring. */
    if (str_starts(path, STR("/usr/lib")) || str_starts(path, STR("/lib")) ||
        str_starts(path, STR("/opt/")) || str_index(path, '/') == path.len)
        return 0.4;
    return 0.6;
}

static void
look_at_preload(struct str source, struct signs *signs)
{
    for (uint32_t number = 1; source.len && number <= STARTUP_LINES_MAX; number++) {
        struct str line = str_trim(str_cut(&source, '\n'));

        if (!line.len || line.data[0] == '#')
            continue;
        signs_add(signs, (struct sign){.rule = "preload",
                                       .why = "This library is put under every program: it can "
                                              "hide files and processes from all of them.",
                                       .weight = preload_weight(line),
                                       .line = number,
                                       .text = line});
    }
}

bool
startup_look(const struct subject *subject, struct arena *arena, struct findings *findings)
{
    struct script_text script = {
        .text = subject->source, .line = 1, .language = WORDS_SHELL, .is_started_alone = true};
    struct signs *signs = ARENA_NEW(arena, struct signs);
    bool is_whole = true;

    if (!signs)
        return false;
    if (persistence_of(subject->path) == PERSISTENCE_PRELOAD) {
        look_at_preload(subject->source, signs);
    } else {
        (void)words_language_of(subject->path, subject->source, &script.language);
        is_whole = script_signs(&script, arena, signs);
        if (script.language == WORDS_SHELL)
            is_whole &= look_at_lines(subject->source, signs);
    }
    persistence_judge(signs, subject, findings);
    return is_whole;
}
