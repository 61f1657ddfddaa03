/* The readers of settings.h: one state machine over lines, and what each syntax makes of a line. */

#include "audit/settings.h"

struct reader {
    struct settings *settings;
    struct str file;
    struct str sections[SETTINGS_DEPTH_MAX + 1]; /* each holds the ones around it */
    size_t depth;
    uint32_t line; /* number of the line at hand */
    bool is_locating;
};

static void
give(struct reader *reader, struct setting setting)
{
    setting.file = reader->file;
    setting.section =
        reader->depth <= SETTINGS_DEPTH_MAX ? reader->sections[reader->depth] : STR_EMPTY;
    if (setting.name.len == 0 || reader->depth > SETTINGS_DEPTH_MAX)
        return;
    if (reader->is_locating) {
        for (uint32_t i = reader->settings->count; i > 0; i--) {
            struct setting *known = &reader->settings->list[i - 1];

            if (str_eq(known->name, setting.name) && str_eq(known->section, setting.section)) {
                known->file = setting.file;
                known->line = setting.line;
                known->raw = setting.raw;
                known->span = setting.span;
                return;
            }
        }
    }
    settings_add(reader->settings, setting);
}

static struct str
next_line(struct reader *reader, struct str *text)
{
    struct str line = str_cut(text, '\n');

    reader->line++;
    if (line.len && line.data[line.len - 1] == '\r')
        line.len--;
    return line;
}

/* A value of several lines, written one behind the other. */
struct joined {
    struct arena *arena;
    char *data;
    size_t len, room;
};

static void
join(struct joined *joined, struct str part)
{
    if (joined->len + part.len > joined->room) {
        size_t room = 2 * (joined->len + part.len);
        char *data = arena_array(joined->arena, room, 1);

        if (!data)
            return;
        if (joined->len)
            memcpy(data, joined->data, joined->len);
        joined->data = data;
        joined->room = room;
    }
    if (part.len)
        memcpy(joined->data + joined->len, part.data, part.len);
    joined->len += part.len;
}

static struct str
joined_str(const struct joined *joined)
{
    return joined->len ? (struct str){joined->data, joined->len} : STR_EMPTY;
}

/* From the start of a line to where the text goes on. */
static struct str
span_from(struct str line, struct str text)
{
    return (struct str){line.data, (size_t)(text.data - line.data)};
}

static bool
is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* --- main.cf: postconf(5). A line that starts with a blank goes on with the one before. --- */

static void
read_more_postfix(struct reader *reader, struct str *text, struct str line, struct setting *setting)
{
    struct joined joined = {.arena = reader->settings->arena};

    while (text->len && (is_blank(text->data[0]) || text->data[0] == '#')) {
        struct str more = str_trim(next_line(reader, text));

        if (more.len == 0 || more.data[0] == '#')
            continue;
        if (joined.len == 0)
            join(&joined, setting->value);
        if (joined.len)
            join(&joined, STR(" "));
        join(&joined, more);
        setting->value = joined_str(&joined);
        setting->span = span_from(line, *text);
    }
}

static void
read_postfix(struct reader *reader, struct str text)
{
    while (text.len) {
        struct str line = next_line(reader, &text), rest = line;
        struct setting setting = {.line = reader->line, .raw = line, .span = span_from(line, text)};

        if (line.len == 0 || line.data[0] == '#' || is_blank(line.data[0]))
            continue;
        setting.name = str_trim(str_cut(&rest, '='));
        if (setting.name.len == line.len)
            continue;
        setting.value = str_trim(rest);
        setting.span = span_from(line, text);
        read_more_postfix(reader, &text, line, &setting);
        give(reader, setting);
    }
}

/* --- Exim: the main section; spec.txt chapter 6. A backslash at the end goes on. --- */

static struct str
join_exim(struct reader *reader, struct str line, struct str *text)
{
    struct joined joined = {.arena = reader->settings->arena};

    line = str_trim(line);
    while (line.len && line.data[line.len - 1] == '\\' && text->len) {
        struct str more = str_trim(next_line(reader, text));

        /* Comments may stand between the lines that are joined. */
        if (more.len && more.data[0] == '#')
            continue;
        if (joined.len == 0)
            join(&joined, line);
        joined.len--; /* the backslash */
        join(&joined, more);
        line = joined_str(&joined);
    }
    return line;
}

static void
give_exim(struct reader *reader, struct str line, struct str span, uint32_t number)
{
    struct setting setting = {.line = number, .raw = line, .span = span};
    struct str rest = line;

    (void)str_skip(&rest, STR("hide "));
    rest = str_trim(rest);
    setting.name = rest;
    if (str_index(rest, '=') < rest.len) {
        setting.name = str_trim(str_cut(&rest, '='));
        setting.value = str_trim(rest);
    } else if (str_index(rest, ' ') == rest.len) {
        /* Booleans: "local_from_check", "no_local_from_check". */
        setting.value = STR("true");
        if (str_skip(&setting.name, STR("no_")) || str_skip(&setting.name, STR("not_")))
            setting.value = STR("false");
    } else {
        /* "hostlist relay_from_hosts = …" was met above; this is no setting. */
        return;
    }
    give(reader, setting);
}

static void
read_exim(struct reader *reader, struct str text)
{
    while (text.len) {
        uint32_t number = reader->line + 1;
        struct str first = next_line(reader, &text), line = join_exim(reader, first, &text);

        if (line.len == 0 || line.data[0] == '#' || line.data[0] == '.')
            continue;
        if (str_starts_nocase(line, STR("begin ")))
            return;
        give_exim(reader, line, span_from(first, text), number);
    }
}

/* --- Dovecot: doc.dovecot.org/2.3/configuration_manual/config_file/config_file_syntax --- */

static void
open_block(struct reader *reader, struct str heading)
{
    struct str around =
        reader->depth <= SETTINGS_DEPTH_MAX ? reader->sections[reader->depth] : STR_EMPTY;

    reader->depth++;
    if (reader->depth <= SETTINGS_DEPTH_MAX)
        reader->sections[reader->depth] =
            arena_printf(reader->settings->arena, STR_FMT "%s" STR_FMT, STR_ARG(around),
                         around.len ? "/" : "", STR_ARG(heading));
}

static void
read_dovecot(struct reader *reader, struct str text)
{
    while (text.len) {
        struct str line = next_line(reader, &text), trimmed = str_trim(line), rest = trimmed;
        struct setting setting = {.line = reader->line, .raw = line, .span = span_from(line, text)};

        if (trimmed.len == 0 || trimmed.data[0] == '#')
            continue;
        if (trimmed.data[0] == '}') {
            reader->depth -= reader->depth > 0;
            continue;
        }
        if (trimmed.data[trimmed.len - 1] == '{') {
            open_block(reader, str_trim(str_first(trimmed, trimmed.len - 1)));
            continue;
        }
        if (str_index(rest, '=') == rest.len)
            continue;
        setting.name = str_trim(str_cut(&rest, '='));
        setting.value = str_trim(rest);
        give(reader, setting);
    }
}

/* --- php.ini and PHP-FPM's pools --- */

static struct str
ini_value(struct str value)
{
    value = str_trim(value);
    if (value.len && (value.data[0] == '"' || value.data[0] == '\'')) {
        char quote = value.data[0];

        value = str_from(value, 1);
        return str_cut(&value, quote);
    }
    return str_trim(str_first(value, str_index(value, ';')));
}

static void
read_ini(struct reader *reader, struct str text)
{
    while (text.len) {
        struct str line = next_line(reader, &text), trimmed = str_trim(line), rest = trimmed;
        struct setting setting = {.line = reader->line, .raw = line, .span = span_from(line, text)};

        if (trimmed.len == 0 || trimmed.data[0] == ';' || trimmed.data[0] == '#')
            continue;
        if (trimmed.data[0] == '[') {
            trimmed = str_from(trimmed, 1);
            reader->sections[0] = str_cut(&trimmed, ']');
            continue;
        }
        if (str_index(rest, '=') == rest.len)
            continue;
        setting.name = str_trim(str_cut(&rest, '='));
        setting.value = ini_value(rest);
        give(reader, setting);
    }
}

static void
read_text(struct reader *reader, enum settings_syntax syntax, struct str text)
{
    switch (syntax) {
    case SETTINGS_POSTFIX:
        read_postfix(reader, text);
        break;
    case SETTINGS_EXIM:
        read_exim(reader, text);
        break;
    case SETTINGS_DOVECOT:
        read_dovecot(reader, text);
        break;
    case SETTINGS_INI:
        read_ini(reader, text);
        break;
    }
}

void
settings_read(struct settings *settings, enum settings_syntax syntax, struct str text,
              struct str file)
{
    struct reader reader = {.settings = settings, .file = file};

    read_text(&reader, syntax, text);
}

void
settings_locate(struct settings *settings, enum settings_syntax syntax, struct str text,
                struct str file)
{
    struct reader reader = {.settings = settings, .file = file, .is_locating = true};

    read_text(&reader, syntax, text);
}
