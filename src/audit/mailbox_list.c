#include "audit/mailbox_list.h"

#include <stdlib.h>

#include "audit/sql_dump.h"
#include "base/civil.h"

#define HEAD_LINES_MAX 200 /* looked at to tell the form */
#define FRONT_BYTES 4096   /* in which a NUL says that it is no text */
#define FIELDS_MAX 9
#define NAME_BYTES_MAX 320U

struct mailbox_list {
    enum mailbox_form form;
    mailbox_list_entry *take;
    void *context;
    struct sql_dump *dump;
    char line[MAILBOX_LINE_BYTES_MAX];
    size_t line_len;
    bool is_line_over;
    uint64_t line_count, lost;
    char name[2 * NAME_BYTES_MAX]; /* with the domain put behind */
};

/* --- times --- */

int64_t
mailbox_list_time(struct str text)
{
    struct civil civil = {.month = 0};
    static const unsigned char places[] = {0, 5, 8};
    static const unsigned char widths[] = {4, 2, 2};
    uint64_t parts[3], number;

    if (str_u64(text, &number))
        return number > 100000000 && number < 100000000000 ? (int64_t)number : 0;
    if (text.len < 10 || text.data[4] != '-' || text.data[7] != '-')
        return 0;
    for (size_t i = 0; i < 3; i++) {
        if (!str_u64((struct str){text.data + places[i], widths[i]}, &parts[i]))
            return 0;
    }
    if (parts[0] < 1980 || parts[1] < 1 || parts[1] > 12 || parts[2] < 1 || parts[2] > 31)
        return 0;
    civil.year = (int)parts[0];
    civil.month = (int)parts[1];
    civil.day = (int)parts[2];
    return civil_seconds(civil);
}

/* --- forms --- */

static size_t
cut_fields(struct str line, struct str fields[FIELDS_MAX])
{
    size_t count = 0;

    while (count < FIELDS_MAX - 1 && str_index(line, ':') < line.len)
        fields[count++] = str_cut(&line, ':');
    fields[count++] = line;
    return count;
}

static bool
is_days(struct str s)
{
    uint64_t days;

    return s.len == 0 || (str_u64(s, &days) && days < 100000);
}

/* shadow(5) has nine fields, and days in the third to the eighth. */
static bool
is_shadow_line(struct str line)
{
    struct str fields[FIELDS_MAX];

    if (cut_fields(line, fields) != FIELDS_MAX)
        return false;
    for (size_t i = 2; i < 8; i++) {
        if (!is_days(fields[i]))
            return false;
    }
    return true;
}

static bool
is_userdb_line(struct str line)
{
    struct str rest = line, name = str_cut(&rest, '\t');

    return name.len && rest.len && (str_has(rest, STR("pw=")) || str_has(rest, STR("|uid=")));
}

static bool
is_pair_line(struct str line)
{
    size_t at = str_index(line, ':');

    return at > 0 && at < line.len && at <= NAME_BYTES_MAX &&
           str_index_any(str_first(line, at), STR(" \t<>\"'")) == at;
}

static bool
is_sql_line(struct str line)
{
    static const char *const begins[] = {
        "INSERT INTO",   "INSERT IGNORE",       "REPLACE INTO",  "CREATE TABLE",
        "COPY ",         "PRAGMA foreign_keys", "-- MySQL dump", "-- MariaDB dump",
        "-- PostgreSQL", "-- phpMyAdmin",       "/*!4",          "SET standard_conf"};

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (str_starts_nocase(line, str_from_cstr(begins[i])))
            return true;
    }
    return false;
}

static struct str
cut_line(struct str *text)
{
    struct str line = str_cut(text, '\n');

    if (line.len && line.data[line.len - 1] == '\r')
        line.len--;
    return line;
}

enum mailbox_form
mailbox_list_detect(struct str head)
{
    struct str front = str_first(head, FRONT_BYTES);
    size_t lines = 0, pairs = 0, shadows = 0, userdbs = 0;

    if (str_starts(head, STR("SQLite format 3")))
        return MAILBOX_FORM_SQLITE;
    if (front.len && str_index(front, '\0') < front.len)
        return MAILBOX_FORM_BINARY;
    for (size_t i = 0; i < HEAD_LINES_MAX && head.len; i++) {
        struct str line = cut_line(&head);

        if (is_sql_line(line))
            return MAILBOX_FORM_SQL;
        if (str_trim(line).len == 0 || line.data[0] == '#')
            continue;
        lines++;
        shadows += is_shadow_line(line);
        pairs += is_pair_line(line);
        userdbs += is_userdb_line(line);
    }
    if (lines && 2 * shadows > lines)
        return MAILBOX_FORM_SHADOW;
    if (lines && 2 * userdbs > lines)
        return MAILBOX_FORM_USERDB;
    return lines && 2 * pairs > lines ? MAILBOX_FORM_LINES : MAILBOX_FORM_NONE;
}

/* --- lines --- */

static bool
has_word(struct str text, struct str word)
{
    while (text.len) {
        struct str part = str_cut(&text, ' ');

        if (str_starts_nocase(part, word) &&
            (part.len == word.len || part.data[word.len] == '=' || part.data[word.len] == ':'))
            return true;
    }
    return false;
}

static struct mailbox_entry
entry_of(const struct mailbox_list *list, struct str name, struct str password)
{
    return (struct mailbox_entry){
        .name = str_first(name, NAME_BYTES_MAX),
        .person = STR_EMPTY,
        .password = password,
        .table = STR_EMPTY,
        .line = list->line_count,
    };
}

/* "Anna Ast,Room 7,,": the first part of a gecos field. */
static struct str
person_of(struct str gecos)
{
    return str_first(gecos, str_index(gecos, ','));
}

static void
read_pair(struct mailbox_list *list, struct str line)
{
    struct str fields[FIELDS_MAX];
    size_t count = cut_fields(line, fields);
    struct mailbox_entry entry;

    if (count < 2 || fields[0].len == 0)
        return;
    entry = entry_of(list, fields[0], fields[1]);
    if (count > 4)
        entry.person = person_of(fields[4]);
    for (size_t i = 7; i < count; i++) {
        entry.needs_no_password = entry.needs_no_password || has_word(fields[i], STR("nopassword"));
        entry.is_inactive = entry.is_inactive || has_word(fields[i], STR("nologin")) ||
                            has_word(fields[i], STR("user_disabled"));
    }
    list->take(list->context, &entry);
}

static void
read_shadow(struct mailbox_list *list, struct str line)
{
    struct str fields[FIELDS_MAX];
    struct mailbox_entry entry;
    uint64_t days;

    if (cut_fields(line, fields) < 2 || fields[0].len == 0)
        return;
    entry = entry_of(list, fields[0], fields[1]);
    entry.place = PASSWORD_IN_SHADOW;
    if (is_shadow_line(line) && str_u64(fields[2], &days))
        entry.changed_s = (int64_t)days * DAY_S;
    list->take(list->context, &entry);
}

static void
read_userdb(struct mailbox_list *list, struct str line)
{
    struct str rest = line, name = str_cut(&rest, '\t');

    while (rest.len) {
        struct str value = str_cut(&rest, '|'), key = str_cut(&value, '=');
        struct mailbox_entry entry = entry_of(list, name, value);

        if (name.len && key.len >= 2 && str_ends(key, STR("pw")))
            list->take(list->context, &entry);
    }
}

static void
read_line(struct mailbox_list *list, struct str line)
{
    if (line.len && line.data[line.len - 1] == '\r')
        line.len--;
    if (line.len == 0 || line.data[0] == '#')
        return;
    switch (list->form) {
    case MAILBOX_FORM_LINES:
        read_pair(list, line);
        break;
    case MAILBOX_FORM_SHADOW:
        read_shadow(list, line);
        break;
    case MAILBOX_FORM_USERDB:
        read_userdb(list, line);
        break;
    case MAILBOX_FORM_NONE:
    case MAILBOX_FORM_SQL:
    case MAILBOX_FORM_SQLITE:
    case MAILBOX_FORM_BINARY:
        break;
    }
}

static void
end_line(struct mailbox_list *list)
{
    list->line_count++;
    if (list->is_line_over)
        list->lost++;
    else
        read_line(list, (struct str){list->line, list->line_len});
    list->line_len = 0;
    list->is_line_over = false;
}

static void
feed_lines(struct mailbox_list *list, struct str piece)
{
    while (piece.len) {
        size_t end = str_index(piece, '\n'), room = sizeof(list->line) - list->line_len;
        struct str part = str_first(piece, end);

        if (part.len > room)
            list->is_line_over = true;
        part = str_first(part, room);
        memcpy(list->line + list->line_len, part.data, part.len);
        list->line_len += part.len;
        if (end < piece.len)
            end_line(list);
        piece = str_from(piece, end + 1);
    }
}

/* --- rows of a database --- */

static bool
is_no(struct str value)
{
    return str_eq(value, STR("0")) || str_eq_nocase(value, STR("f")) ||
           str_eq_nocase(value, STR("n")) || str_eq_nocase(value, STR("no")) ||
           str_eq_nocase(value, STR("false"));
}

/* The name, with the domain behind where it has none and the row states one. */
static struct str
full_name(struct mailbox_list *list, const struct sql_row *row)
{
    struct str name = str_first(row->values[SQL_NAME], NAME_BYTES_MAX);
    struct str domain = str_first(row->values[SQL_DOMAIN], NAME_BYTES_MAX - 1);
    uint64_t number;

    if (name.len == 0 || str_u64(name, &number))
        name = str_first(row->values[SQL_PERSON], NAME_BYTES_MAX);
    if (name.len == 0 || domain.len == 0 || str_index(name, '@') < name.len ||
        str_index(domain, '.') >= domain.len)
        return name;
    memcpy(list->name, name.data, name.len);
    list->name[name.len] = '@';
    memcpy(list->name + name.len + 1, domain.data, domain.len);
    return (struct str){list->name, name.len + 1 + domain.len};
}

static void
take_row(void *context, const struct sql_row *row)
{
    static const enum sql_role roles[] = {SQL_PASSWORD, SQL_PASSWORD_OTHER};
    struct mailbox_list *list = context;
    struct mailbox_entry entry = {.name = full_name(list, row), .table = row->table};
    bool has_one = false;

    if (entry.name.len == 0)
        return;
    entry.person = row->values[SQL_PERSON];
    entry.is_inactive = row->has[SQL_ACTIVE] && is_no(row->values[SQL_ACTIVE]);
    entry.changed_s = mailbox_list_time(row->values[SQL_CHANGED]);
    for (size_t i = 0; i < 2; i++) {
        entry.password = row->values[roles[i]];
        /* An empty one beside another that is set is one not used. */
        if (!row->has[roles[i]] || (entry.password.len == 0 && (has_one || i == 1)))
            continue;
        if (entry.password.len == 0 && row->values[SQL_PASSWORD_OTHER].len)
            continue;
        has_one = true;
        list->take(list->context, &entry);
    }
}

/* --- */

struct mailbox_list *
mailbox_list_new(enum mailbox_form form, mailbox_list_entry *take, void *context)
{
    struct mailbox_list *list = calloc(1, sizeof(*list));

    if (!list)
        abort();
    list->form = form;
    list->take = take;
    list->context = context;
    if (form == MAILBOX_FORM_SQL)
        list->dump = sql_dump_new(take_row, list);
    return list;
}

void
mailbox_list_feed(struct mailbox_list *list, struct str piece)
{
    if (list->dump)
        sql_dump_feed(list->dump, piece);
    else
        feed_lines(list, piece);
}

void
mailbox_list_finish(struct mailbox_list *list)
{
    if (!list->dump && (list->line_len || list->is_line_over))
        end_line(list);
}

uint64_t
mailbox_list_lost(const struct mailbox_list *list)
{
    return list->lost;
}

void
mailbox_list_free(struct mailbox_list *list)
{
    if (!list)
        return;
    sql_dump_free(list->dump);
    explicit_bzero(list, sizeof(*list));
    free(list);
}
