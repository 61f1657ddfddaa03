#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cmd/cmd.h"
#include "disk/cache.h"
#include "disk/scanner.h"
#include "report/escape.h"

static void
print_json(struct scanner *scanner)
{
    struct scanner_totals totals = scanner_totals(scanner);
    size_t count;
    const struct finding *list = scanner_findings(scanner, &count);
    struct buf buf;
    struct json json;

    buf_init(&buf, (size_t)256 << 20);
    json_init(&json, &buf);
    json_object(&json, NULL);
    json_integer(&json, "version", 1);
    json_integer(&json, "files", (int64_t)totals.files);
    json_integer(&json, "bytes", (int64_t)totals.bytes);
    json_integer(&json, "unread", (int64_t)totals.unread);
    json_array(&json, "findings");
    for (size_t i = 0; i < count; i++) {
        json_object(&json, NULL);
        json_string(&json, "path", list[i].path);
        json_integer(&json, "line", list[i].line);
        json_string(&json, "kind", str_from_cstr(finding_kind_name(list[i].kind)));
        json_string(&json, "rule", str_from_cstr(list[i].rule));
        json_real(&json, "confidence", list[i].confidence, 2);
        json_string(&json, "text", list[i].text);
        json_string(&json, "why", list[i].why);
        json_string(&json, "advice", list[i].advice);
        json_end(&json);
    }
    json_end(&json);
    json_end(&json);
    buf_add(&buf, STR("\n"));
    fwrite(buf.data, 1, buf.len, stdout);
    buf_done(&buf);
}

static void
print_text(struct scanner *scanner)
{
    size_t count;
    const struct finding *list = scanner_findings(scanner, &count);
    struct buf buf;

    buf_init(&buf, (size_t)64 << 20);
    for (size_t i = 0; i < count; i++) {
        escape_terminal(&buf, list[i].path, 0);
        buf_printf(&buf, ":%u  %s %s %.2f\n    ", list[i].line, finding_kind_name(list[i].kind),
                   list[i].rule, list[i].confidence);
        escape_terminal(&buf, list[i].text, 120);
        buf_add(&buf, STR("\n    "));
        escape_terminal(&buf, list[i].why, 0);
        buf_add(&buf, STR("\n"));
    }
    fwrite(buf.data, 1, buf.len, stdout);
    buf_done(&buf);
}

static const char *const help =
    "usage: weir scan [OPTION...] PATH...\n"
    "\n"
    "Finds malicious scripts, and honest ones that mail what visitors say, below each PATH.\n"
    "\n"
    "      --json         the result as JSON, see weir-scan(1)\n"
    "      --fast         use all processors, not half of them\n"
    "      --threads N    read with N threads\n"
    "      --no-cache     read every file, whatever was found before\n"
    "  -h, --help         this text\n"
    "\n"
    "Exit code: 0 nothing found, 1 something found, 2 wrong usage, 3 something unreadable.\n";

struct scan_arguments {
    bool is_json, is_help, is_without_cache;
    struct scanner_options options;
};

static bool
read_arguments(int argc, char **argv, struct scan_arguments *arguments)
{
    static const struct option options[] = {
        {"json", no_argument, NULL, 'j'},     {"threads", required_argument, NULL, 't'},
        {"no-cache", no_argument, NULL, 'n'}, {"fast", no_argument, NULL, 'f'},
        {"help", no_argument, NULL, 'h'},     {NULL, 0, NULL, 0},
    };
    int letter;

    while ((letter = getopt_long(argc, argv, "h", options, NULL)) != -1) {
        uint64_t threads;

        if (letter == 'j') {
            arguments->is_json = true;
        } else if (letter == 'f') {
            arguments->options.is_fast = true;
        } else if (letter == 'h') {
            arguments->is_help = true;
        } else if (letter == 't') {
            if (!str_u64(str_from_cstr(optarg), &threads) || threads < 1 ||
                threads > SCANNER_THREADS_MAX) {
                fprintf(stderr, "weir scan: --threads takes a number from 1 to %d, not '%s'\n",
                        SCANNER_THREADS_MAX, optarg);
                return false;
            }
            arguments->options.threads = (unsigned)threads;
        } else if (letter == 'n') {
            arguments->is_without_cache = true;
        } else {
            return false;
        }
    }
    if (optind == argc && !arguments->is_help) {
        fprintf(stderr, "weir scan: name what to look at: weir scan /srv/www\n");
        return false;
    }
    return true;
}

static void
complain(struct str sentence)
{
    struct buf line;

    buf_init(&line, 65536);
    (void)escape_terminal(&line, sentence, 0);
    fprintf(stderr, "weir scan: " STR_FMT "\n", STR_ARG(buf_str(&line)));
    buf_done(&line);
}

/* False: something given could not be read at all. */
static bool
run_all(struct scanner *scanner, char **paths, int count)
{
    uint32_t complaint_count;
    const struct str *complaints;
    bool is_read = true;
    struct err err;

    for (int i = 0; i < count; i++) {
        if (!scanner_run(scanner, paths[i], &err)) {
            complain(str_from_cstr(err.text));
            is_read = false;
        }
    }
    if (!scanner_finish(scanner, &err))
        complain(str_from_cstr(err.text));
    complaints = scanner_complaints(scanner, &complaint_count);
    for (uint32_t i = 0; i < complaint_count; i++)
        complain(complaints[i]);
    return is_read && scanner_totals(scanner).unread == 0;
}

static bool
accuses(struct scanner *scanner)
{
    size_t count;
    const struct finding *list = scanner_findings(scanner, &count);

    for (size_t i = 0; i < count; i++) {
        if (list[i].confidence >= FINDING_ACCUSES)
            return true;
    }
    return false;
}

int
cmd_scan(int argc, char **argv)
{
    struct scan_arguments arguments = {0};
    struct database database = {0};
    char cache[4096];
    struct scanner *scanner;
    struct err err;
    int code;

    if (!read_arguments(argc, argv, &arguments))
        return CMD_USAGE;
    if (arguments.is_help) {
        fputs(help, stdout);
        return CMD_NOTHING;
    }
    if (!database_add_own(&database, &err) || !database_add_imported(&database, &err))
        complain(str_from_cstr(err.text));
    arguments.options.database = &database;
    if (!arguments.is_without_cache && cache_default_path(cache, sizeof(cache)))
        arguments.options.cache = cache;
    scanner = scanner_new(arguments.options);
    code = run_all(scanner, argv + optind, argc - optind) ? CMD_NOTHING : CMD_UNREAD;
    if (arguments.is_json)
        print_json(scanner);
    else
        print_text(scanner);
    if (code == CMD_NOTHING && accuses(scanner))
        code = CMD_FOUND;
    scanner_free(scanner);
    database_done(&database);
    return code;
}
