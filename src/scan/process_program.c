#include "scan/process_parts.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

bool
program_next_argument(struct str *cmdline, struct str *ret_argument)
{
    if (cmdline->len == 0)
        return false;
    *ret_argument = str_cut(cmdline, '\0');
    return true;
}

/* Letters of the options of an interpreter: code follows, a value follows, a file follows. */
static const struct {
    const char *name, *code, *value, *file, *module;
} interpreters[] = {
    {"perl", "eE", "I", "", ""},   {"python", "c", "WX", "", "m"},
    {"pypy", "c", "WX", "", "m"},  {"php", "rBR", "dcSztg", "fF", ""},
    {"ruby", "e", "IrC", "", ""},  {"node", "ep", "r", "", ""},
    {"nodejs", "ep", "r", "", ""}, {"lua", "e", "l", "", ""},
    {"luajit", "e", "lj", "", ""}, {"tclsh", "", "", "", ""},
    {"sh", "c", "oO", "", ""},
};

static size_t
interpreter_of(struct str exe)
{
    enum program_kind kind = program_kind_by_name(exe);
    struct str base = program_base(exe);

    if (!program_runs_scripts(kind))
        return COUNT(interpreters);
    for (size_t i = 0; i < COUNT(interpreters); i++) {
        if (program_is_named(base, str_from_cstr(interpreters[i].name)))
            return i;
    }
    /* The other shells take the options of sh. */
    return kind == PROGRAM_SHELL ? COUNT(interpreters) - 1 : COUNT(interpreters);
}

static bool
is_letter_of(char c, const char *letters)
{
    return c != '\0' && strchr(letters, c) != NULL;
}

/* One cluster of options, as "-lne"; true when it says what runs. */
static bool
read_cluster(size_t which, struct str cluster, struct str *rest, struct process_program *program)
{
    for (size_t i = 0; i < cluster.len; i++) {
        struct str value = str_from(cluster, i + 1);
        char c = cluster.data[i];
        bool is_code = is_letter_of(c, interpreters[which].code);
        bool is_file = is_letter_of(c, interpreters[which].file);
        bool is_module = is_letter_of(c, interpreters[which].module);

        if (!is_code && !is_file && !is_module && !is_letter_of(c, interpreters[which].value))
            continue;
        /* A shell's -c takes the next argument, whatever letters come after it. */
        if (value.len == 0 || which == COUNT(interpreters) - 1)
            value = str_cut(rest, '\0');
        if (is_code)
            program->code = value;
        else if (is_file || is_module)
            program->script = value;
        program->is_module = is_module;
        return is_code || is_file || is_module;
    }
    return false;
}

struct process_program
process_program_read(struct str exe, struct str cmdline)
{
    struct process_program program = {STR_EMPTY, STR_EMPTY, false};
    size_t which = interpreter_of(exe);
    struct str argument;

    if (which == COUNT(interpreters) || !program_next_argument(&cmdline, &argument))
        return program;
    (void)str_skip(&argument, STR("-")); /* a login shell */
    if (interpreter_of(argument) == COUNT(interpreters))
        return program;
    while (program_next_argument(&cmdline, &argument)) {
        if (argument.len == 0)
            continue;
        if (argument.data[0] != '-' && argument.data[0] != '+') {
            program.script = argument;
            break;
        }
        if (str_eq(argument, STR("-")) || str_eq(argument, STR("--"))) {
            if (argument.len == 2)
                (void)program_next_argument(&cmdline, &program.script);
            break;
        }
        if (argument.len > 1 && argument.data[1] != '-' &&
            read_cluster(which, str_from(argument, 1), &cmdline, &program))
            break;
    }
    return program;
}

bool
process_is_script_path(struct str exe, struct str path)
{
    static const char *const ending[] = {".php", ".phtml", ".php5", ".php7", ".pl", ".cgi",
                                         ".py",  ".sh",    ".rb",   ".lua",  ".js"};

    if (!program_runs_scripts(program_kind_by_name(exe)) || !str_starts(path, STR("/")))
        return false;
    for (size_t i = 0; i < COUNT(ending); i++) {
        if (str_ends(path, str_from_cstr(ending[i])))
            return true;
    }
    return false;
}
