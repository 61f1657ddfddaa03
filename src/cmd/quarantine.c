#include <getopt.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/civil.h"
#include "base/json.h"
#include "cmd/cmd.h"
#include "disk/quarantine.h"
#include "report/escape.h"

#define OUTPUT_BYTES_MAX (256u << 20)
#define ARENA_BYTES (96u << 20)

struct arguments {
    const char *store, *allow, *scan;
    bool json;
    char **names; /* files or ids */
    int count;
};

/* One run of the command. */
struct session {
    const struct arguments *arguments;
    struct quarantine *quarantine;
    struct arena *arena; /* of one record */
    struct buf out;
    bool has_failed;
};

enum option_code {
    OPTION_JSON = 256,
    OPTION_SCAN,
    OPTION_STORE,
    OPTION_ALLOW,
};

static const struct option long_options[] = {
    {"json", no_argument, NULL, OPTION_JSON},
    {"scan", required_argument, NULL, OPTION_SCAN},
    {"store", required_argument, NULL, OPTION_STORE},
    {"allow", required_argument, NULL, OPTION_ALLOW},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

static const char *
help(void)
{
    return "usage: weir quarantine add [OPTION...] FILE...\n"
           "       weir quarantine list [OPTION...]\n"
           "       weir quarantine show [OPTION...] ID\n"
           "       weir quarantine restore [OPTION...] ID... | --scan SCAN\n"
           "       weir quarantine delete [OPTION...] ID...\n"
           "\n"
           "Takes files away from those who use them, into a folder that only root enters, and\n"
           "gives them back with bytes, owner, mode, times, ACLs and attributes as they were.\n"
           "\n"
           "      --json             list and show: as JSON, see weir-quarantine(1)\n"
           "      --scan SCAN        list and restore: what this run of weir scan took\n"
           "      --store FOLDER     instead of " QUARANTINE_FOLDER "\n"
           "      --allow FILE       the allow-list, instead of " QUARANTINE_ALLOW ";\n"
           "                         with --store: FOLDER/allow\n"
           "  -h, --help             this text\n"
           "\n"
           "Exit code: 0 done, 2 wrong usage or not root, 3 a file could not be taken, read or\n"
           "given back; the others were.\n";
}

static void
complain(const char *text)
{
    struct buf line;

    buf_init(&line, 1 << 14);
    (void)escape_terminal(&line, str_from_cstr(text), 0);
    fprintf(stderr, "weir: " STR_FMT "\n", STR_ARG(buf_str(&line)));
    buf_done(&line);
}

static void
fail(struct session *session, const struct err *err)
{
    complain(err->text);
    session->has_failed = true;
}

/* ---- add ---- */

static void
add(struct session *session)
{
    struct quarantine_verdict verdict = {.is_by_hand = true};

    for (int i = 0; i < session->arguments->count; i++) {
        const char *path = session->arguments->names[i];
        char id[QUARANTINE_ID_TEXT];
        struct err err;

        if (!quarantine_take(session->quarantine, path, &verdict, id, &err)) {
            fail(session, &err);
            continue;
        }
        buf_printf(&session->out, "%s  ", id);
        (void)escape_terminal(&session->out, str_from_cstr(path), 0);
        buf_add_char(&session->out, '\n');
    }
}

/* ---- list, show ---- */

static void
write_row(struct buf *out, const struct quarantine_record *record)
{
    char taken[32];

    civil_write_utc(record->taken_s, taken);
    buf_printf(out, "%s  %s  %8llu  ", record->id, taken,
               (unsigned long long)record->attributes.size);
    (void)escape_terminal(out, record->path, 0);
    for (uint32_t i = 0; i < record->rule_count; i++) {
        buf_add_cstr(out, i ? ", " : "  (");
        (void)escape_terminal(out, record->rules[i], 0);
    }
    buf_add_cstr(out, record->rule_count ? ")" : "");
    buf_add_cstr(out, record->is_cleaned ? "  cleaned\n" : "\n");
}

static void
write_object(struct json *json, const struct quarantine_record *record, struct str file)
{
    json_object(json, NULL);
    quarantine_record_members(record, json);
    json_string(json, "file", file);
    json_end(json);
}

static bool
is_asked(const struct session *session, const struct quarantine_record *record)
{
    const char *scan = session->arguments->scan;

    return !scan || str_eq(record->scan, str_from_cstr(scan));
}

/* Calls for each file in quarantine that the arguments ask for. */
static void
each(struct session *session, struct json *json,
     void (*call)(struct session *session, struct json *json,
                  const struct quarantine_record *record, struct str file))
{
    struct arena *arena = arena_new(ARENA_BYTES);
    const char(*ids)[QUARANTINE_ID_TEXT] = NULL;
    uint32_t count = 0;
    struct err err;

    if (!quarantine_list(session->quarantine, arena, &ids, &count, &err))
        fail(session, &err);
    for (uint32_t i = 0; i < count; i++) {
        struct quarantine_record record;
        struct str file;

        arena_reset(session->arena);
        if (!quarantine_find(session->quarantine, ids[i], session->arena, &record, &file, &err))
            fail(session, &err);
        else if (is_asked(session, &record))
            call(session, json, &record, file);
    }
    arena_free(arena);
}

static void
list_one(struct session *session, struct json *json, const struct quarantine_record *record,
         struct str file)
{
    if (json)
        write_object(json, record, file);
    else
        write_row(&session->out, record);
}

static void
list(struct session *session)
{
    struct json json;

    if (!session->arguments->json) {
        each(session, NULL, list_one);
        if (session->out.len == 0 && !session->has_failed)
            buf_add_cstr(&session->out, "Nothing is in quarantine.\n");
        return;
    }
    json_init(&json, &session->out);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_array(&json, "quarantine");
    each(session, &json, list_one);
    json_end(&json);
    json_end(&json);
    buf_add_char(&session->out, '\n');
}

static void
write_field(struct buf *out, const char *name, struct str value)
{
    buf_printf(out, "%-12s", name);
    (void)escape_terminal(out, value, 0);
    buf_add_char(out, '\n');
}

static void
write_moment(struct buf *out, const char *name, struct timespec time)
{
    char text[32];

    if (time.tv_sec < 0)
        return;
    civil_write_utc(time.tv_sec, text);
    write_field(out, name, str_from_cstr(text));
}

static void
write_reasons(struct buf *out, const struct quarantine_record *record)
{
    char text[64];

    for (uint32_t i = 0; i < record->rule_count; i++)
        write_field(out, i ? "" : "rules", record->rules[i]);
    if (record->rule_count == 0)
        write_field(out, "rules", STR("none: taken by hand"));
    (void)snprintf(text, sizeof(text), "%.0f %%", 100 * record->confidence);
    write_field(out, "confidence", str_from_cstr(text));
    if (record->scan.len)
        write_field(out, "scan", record->scan);
    if (record->is_cleaned)
        write_field(out, "cleaned", STR("a cleaned copy was put at its path"));
}

static void
write_text(struct buf *out, const struct quarantine_record *record, struct str file)
{
    const struct attributes *attributes = &record->attributes;
    char text[DIGEST_TEXT];

    write_field(out, "id", str_from_cstr(record->id));
    write_field(out, "path", record->path);
    write_field(out, "lies at", file);
    digest_write(record->digest, text);
    write_field(out, "sha256", str_from_cstr(text));
    write_moment(out, "taken", (struct timespec){.tv_sec = record->taken_s});
    write_reasons(out, record);
    buf_printf(out, "%-12s%llu\n%-12s%u:%u, mode %04o\n", "bytes",
               (unsigned long long)attributes->size, "owner", attributes->owner, attributes->group,
               attributes->mode);
    write_moment(out, "modified", attributes->modified);
    write_moment(out, "accessed", attributes->accessed);
    write_moment(out, "changed", attributes->changed);
    write_moment(out, "born", attributes->born);
    for (uint32_t i = 0; i < attributes->extended_count; i++)
        write_field(out, i ? "" : "attributes", attributes->extended[i].name);
}

static void
show(struct session *session)
{
    struct quarantine_record record;
    struct json json;
    struct str file;
    struct err err;

    if (!quarantine_find(session->quarantine, session->arguments->names[0], session->arena, &record,
                         &file, &err)) {
        fail(session, &err);
    } else if (session->arguments->json) {
        json_init(&json, &session->out);
        json_object(&json, NULL);
        json_integer(&json, "version", 1);
        quarantine_record_members(&record, &json);
        json_string(&json, "file", file);
        json_end(&json);
        buf_add_char(&session->out, '\n');
    } else {
        write_text(&session->out, &record, file);
    }
}

/* ---- restore, delete ---- */

static void
restore_one(struct session *session, struct json *json, const struct quarantine_record *record,
            struct str file)
{
    struct err err;

    (void)json;
    (void)file;
    if (!quarantine_restore(session->quarantine, record->id, &err)) {
        fail(session, &err);
        return;
    }
    buf_printf(&session->out, "%s  ", record->id);
    (void)escape_terminal(&session->out, record->path, 0);
    buf_add_char(&session->out, '\n');
}

static void
restore(struct session *session)
{
    if (session->arguments->scan)
        each(session, NULL, restore_one);
    for (int i = 0; i < session->arguments->count; i++) {
        struct quarantine_record record;
        struct str file;
        struct err err;

        arena_reset(session->arena);
        if (quarantine_find(session->quarantine, session->arguments->names[i], session->arena,
                            &record, &file, &err))
            restore_one(session, NULL, &record, file);
        else
            fail(session, &err);
    }
    if (session->out.len)
        buf_add_cstr(&session->out,
                     "As they were, but for ctime, which no program can set. Allowed by their "
                     "SHA-256: no scan takes them again.\n");
    else if (!session->has_failed)
        buf_add_cstr(&session->out, "Nothing of this scan is in quarantine.\n");
}

static void
delete_all(struct session *session)
{
    for (int i = 0; i < session->arguments->count; i++) {
        struct err err;

        if (!quarantine_delete(session->quarantine, session->arguments->names[i], &err))
            fail(session, &err);
        else
            buf_printf(&session->out, "%s  deleted\n", session->arguments->names[i]);
    }
}

static const struct action {
    const char *name;
    void (*run)(struct session *session);
    int least, most; /* names that it takes */
    bool takes_scan, takes_json;
} actions[] = {
    {"add", add, 1, INT_MAX, false, false},
    {"list", list, 0, 0, true, true},
    {"show", show, 1, 1, false, true},
    {"restore", restore, 1, INT_MAX, true, false},
    {"delete", delete_all, 1, INT_MAX, false, false},
};
#define ACTION_COUNT (sizeof(actions) / sizeof(actions[0]))

static const struct action *
find_action(const char *name)
{
    for (size_t i = 0; i < ACTION_COUNT; i++) {
        if (strcmp(actions[i].name, name) == 0)
            return &actions[i];
    }
    return NULL;
}

static bool
check_arguments(const struct action *action, const struct arguments *arguments, struct err *err)
{
    int least = action->takes_scan && arguments->scan ? 0 : action->least;

    if (arguments->scan && !action->takes_scan)
        return err_set(err, ERR_SYNTAX, "weir quarantine %s takes no --scan", action->name);
    if (arguments->json && !action->takes_json)
        return err_set(err, ERR_SYNTAX, "weir quarantine %s takes no --json", action->name);
    if (arguments->count < least)
        return err_set(err, ERR_SYNTAX, "weir quarantine %s: %s; see --help", action->name,
                       action->run == add ? "which file?" : "which id?");
    if (arguments->count > action->most)
        return err_set(err, ERR_SYNTAX, "weir quarantine %s: '%s' is one too many; see --help",
                       action->name, arguments->names[action->most]);
    return true;
}

/* False: wrong, or help was asked for, which `ret_is_help` says. */
static bool
read_arguments(int argc, char **argv, struct arguments *arguments, bool *ret_is_help)
{
    int code;

    *ret_is_help = false;
    /* 0: GNU getopt begins anew. */
    optind = 0;
    while ((code = getopt_long(argc, argv, "h", long_options, NULL)) != -1) {
        switch (code) {
        case OPTION_JSON:
            arguments->json = true;
            break;
        case OPTION_SCAN:
            arguments->scan = optarg;
            break;
        case OPTION_STORE:
            arguments->store = optarg;
            break;
        case OPTION_ALLOW:
            arguments->allow = optarg;
            break;
        case 'h':
            *ret_is_help = true;
            return false;
        default:
            return false; /* getopt has said why */
        }
    }
    arguments->names = argv + optind;
    arguments->count = argc - optind;
    return true;
}

static bool
open_quarantine(const struct arguments *arguments, struct quarantine **ret_quarantine,
                struct err *err)
{
    struct quarantine_options options = {.folder = arguments->store, .allow = arguments->allow};
    char allow[PATH_MAX];

    if (options.folder && !options.allow) {
        int len = snprintf(allow, sizeof(allow), "%s/allow", options.folder);

        if (len < 0 || (size_t)len >= sizeof(allow))
            return err_set(err, ERR_LIMIT, "'%s' is too long a path", options.folder);
        options.allow = allow;
    }
    return quarantine_open(&options, ret_quarantine, err);
}

static int
run(const struct action *action, const struct arguments *arguments)
{
    struct session session = {.arguments = arguments};
    struct err err;

    if (!check_arguments(action, arguments, &err) ||
        !open_quarantine(arguments, &session.quarantine, &err)) {
        complain(err.text);
        return CMD_USAGE;
    }
    session.arena = arena_new(ARENA_BYTES);
    buf_init(&session.out, OUTPUT_BYTES_MAX);
    action->run(&session);
    if (quarantine_remark(session.quarantine)[0]) {
        complain(quarantine_remark(session.quarantine));
        session.has_failed = true;
    }
    if (session.out.is_over) {
        complain("the list is too long to be shown");
        session.has_failed = true;
    }
    if (fwrite(buf_str(&session.out).data, 1, session.out.len, stdout) != session.out.len ||
        fflush(stdout) != 0) {
        complain("writing the output failed");
        session.has_failed = true;
    }
    buf_done(&session.out);
    arena_free(session.arena);
    quarantine_close(session.quarantine);
    return session.has_failed ? CMD_UNREAD : CMD_NOTHING;
}

int
cmd_quarantine(int argc, char **argv)
{
    struct arguments arguments = {0};
    const struct action *action;
    bool is_help;

    if (argc >= 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        fputs(help(), stdout);
        return CMD_NOTHING;
    }
    action = argc >= 2 ? find_action(argv[1]) : NULL;
    if (!action) {
        fputs(help(), stderr);
        return CMD_USAGE;
    }
    if (!read_arguments(argc - 1, argv + 1, &arguments, &is_help)) {
        fputs(is_help ? help() : "weir: see weir quarantine --help\n", is_help ? stdout : stderr);
        return is_help ? CMD_NOTHING : CMD_USAGE;
    }
    return run(action, &arguments);
}
