#include "scan/command.h"

/* Words that start another program, which is the one to look at. */
static bool
is_starter(struct str word)
{
    static const char *const starters[] = {
        "nohup", "setsid", "exec",    "nice",    "ionice",  "sudo",    "env",    "sh",      "bash",
        "dash",  "perl",   "php",     "python",  "python2", "python3", "ruby",   "node",    "time",
        "flock", "chmod",  "busybox", "command", "timeout", "screen",  "daemon", "php-cli",
    };

    while (str_index(word, '/') < word.len)
        (void)str_cut(&word, '/');
    for (size_t i = 0; i < sizeof(starters) / sizeof(starters[0]); i++) {
        if (str_eq(word, str_from_cstr(starters[i])))
            return true;
    }
    return false;
}

/* Folders with a dot that programs of honest users live in. */
static bool
is_known_hidden(struct str part)
{
    static const char *const known[] = {
        ".acme.sh",     ".asdf",   ".bin",        ".bun",          ".cache",        ".cargo",
        ".composer",    ".config", ".deno",       ".dotnet",       ".fzf",          ".git",
        ".gem",         ".local",  ".npm",        ".npm-global",   ".nvm",          ".oh-my-zsh",
        ".pyenv",       ".rbenv",  ".rvm",        ".sdkman",       ".ssh",          ".venv",
        ".virtualenvs", ".yarn",   ".platformsh", ".symfony",      ".symfony5",     ".rustup",
        ".phpenv",      ".bashrc", ".profile",    ".bash_profile", ".bash_aliases", ".getssl",
        ".pm2",         ".nodenv", ".dir_colors", ".dircolors",    ".env",
    };

    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (str_eq(part, str_from_cstr(known[i])))
            return true;
    }
    return false;
}

static bool
has_hidden_part(struct str path)
{
    while (path.len) {
        struct str part = str_cut(&path, '/');

        if (part.len > 1 && part.data[0] == '.' && !str_eq(part, STR("..")) &&
            !is_known_hidden(part))
            return true;
    }
    return false;
}

static bool
is_in_temporary(struct str path)
{
    return str_starts(path, STR("/tmp/")) || str_starts(path, STR("/var/tmp/")) ||
           str_starts(path, STR("/dev/shm/"));
}

static void
add(struct signs *signs, const struct command *command, const char *rule, double weight,
    const char *why)
{
    signs_add(signs, (struct sign){.rule = rule,
                                   .weight = weight,
                                   .why = why,
                                   .line = command->line,
                                   .text = str_first(command->text, FINDING_TEXT_MAX)});
}

static void
look_at_program(const struct command *command, struct str program, struct signs *signs)
{
    bool is_path = str_index(program, '/') < program.len;
    bool is_hidden = is_path && has_hidden_part(program);

    if (is_in_temporary(program) && is_hidden)
        add(signs, command, "runs-hidden", 0.95,
            "It starts a program that hides in a temporary folder.");
    else if (is_in_temporary(program))
        add(signs, command, "runs-temporary", 0.7, "It starts a program in a temporary folder.");
    else if (is_hidden)
        add(signs, command, "runs-hidden", 0.6,
            "It starts a program in a folder that listings hide.");
    else if (is_path && (subject_places(program) & PLACE_UPLOADS) &&
             !str_starts(program, STR("/usr/")) && !str_starts(program, STR("/opt/")))
        add(signs, command, "runs-upload", 0.5, "It starts a program among uploaded files.");
}

static struct str
next_word(struct str *text)
{
    struct str word;

    while (text->len && memchr(" \t;&|()'\"`$<>{}", text->data[0], 16))
        *text = str_from(*text, 1);
    word = str_first(*text, str_index_any(*text, STR(" \t;&|()'\"`<>")));
    *text = str_from(*text, word.len);
    return word;
}

/* The program of the first command that is none of the starters and no option of theirs. */
static void
look_at_simple(const struct command *command, struct str text, struct signs *signs)
{
    bool is_after_starter = false;

    for (int words = 0; words < 8; words++) {
        struct str word = next_word(&text);

        if (!word.len)
            return;
        if (is_starter(word)) {
            is_after_starter = true;
            continue;
        }
        /* NAME="value": what is between the quotes is started by nobody. */
        if (word.data[word.len - 1] == '=' && text.len &&
            (text.data[0] == '"' || text.data[0] == '\'')) {
            char quote = text.data[0];

            text = str_from(text, 1);
            (void)str_cut(&text, quote);
        }
        /* NAME=value, an option, a number of nice. */
        if (str_index(word, '=') < word.len || word.data[0] == '-' || str_is_digit(word.data[0]))
            continue;
        if (is_after_starter && str_index(word, '/') == word.len)
            continue;
        look_at_program(command, word, signs);
        return;
    }
}

void
command_program(const struct command *command, struct signs *signs)
{
    struct str rest = str_first(command->text, COMMAND_BYTES_MAX);

    while (rest.len) {
        size_t end = str_index_any(rest, STR(";&|\n"));

        look_at_simple(command, str_first(rest, end), signs);
        rest = str_from(rest, end + 1);
    }
}

bool
command_signs(const struct command *command, struct arena *arena, struct signs *signs)
{
    struct arena_mark mark = arena_mark(arena);
    struct script_text script = {
        .text = str_first(command->text, COMMAND_BYTES_MAX),
        .line = command->line,
        .language = WORDS_SHELL,
        .is_started_alone = true,
    };
    bool is_whole = script_signs(&script, arena, signs);

    arena_release(arena, mark);
    command_program(command, signs);
    return is_whole && command->text.len <= COMMAND_BYTES_MAX;
}
