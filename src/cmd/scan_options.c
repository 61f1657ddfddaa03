#include "cmd/scan_options.h"

#include <getopt.h>

#include "source/zone.h"

/* getopt's value of an option: its letter, or ROW_FIRST and its row. */
#define ROW_FIRST 256

struct row {
    const char *name;
    char letter; /* 0: none */
    bool *flag;
    const char **text;
    struct scan_values *values;
};

#define ROWS_MAX 32

const char *
scan_options_help(void)
{
    return "usage: weir scan [OPTION...] [PATH...]\n"
           "\n"
           "Finds malicious scripts, and honest ones that mail what visitors say, below each "
           "PATH;\n"
           "without one: in the sites of this host, in its temporary folders and in what starts\n"
           "programs; as root among running programs, too.\n"
           "\n"
           "      --json             the result as JSON, see weir-scan(1)\n"
           "      --html FILE        the result as a page too\n"
           "      --fast             use all processors, not half of them\n"
           "      --threads N        read with N threads\n"
           "      --no-cache         read every file, whatever was found before\n"
           "      --processes        judge this host's running programs (root), and PATH where "
           "given\n"
           "      --logs PATH        logs that tell how a malicious file came; without it this\n"
           "                         host's own\n"
           "      --no-logs          do not look how a malicious file came\n"
           "      --database FILE    known weaknesses, besides those that come with weir\n"
           "      --import-database  make that file of feeds that are PATH: Wordfence's, OSV's\n"
           "      --rules FILE       look at every file with these YARA rules too; may be given "
           "again\n"
           "      --quarantine       take malicious files away; weir quarantine gives them back\n"
           "      --clean            take injected code out of a site's own files\n"
           "      --watch            go on, and look at what is written below each PATH\n"
           "      --allow FILE       SHA-256 digests of files that are never malicious\n"
           "      --store FOLDER     instead of /var/lib/weir/quarantine\n"
           "      --color WHEN       auto, always or never\n"
           "      --zone ZONE        the zone of times that are shown, and of logs that name none\n"
           "      --no-progress      no progress on the terminal\n"
           "  -v, --verbose          remarks too, each finding whole\n"
           "  -h, --help             this text\n"
           "\n"
           "Exit code: 0 nothing found, 1 something found, 2 wrong usage, 3 something "
           "unreadable.\n";
}

static size_t
list_rows(struct scan_arguments *arguments, struct row rows[ROWS_MAX])
{
    const struct row list[] = {
        {"json", .flag = &arguments->is_json},
        {"html", .text = &arguments->html},
        {"no-cache", .flag = &arguments->has_no_cache},
        {"processes", .flag = &arguments->is_processes},
        {"logs", .values = &arguments->logs},
        {"no-logs", .flag = &arguments->has_no_logs},
        {"zone", .text = &arguments->zone},
        {"database", .values = &arguments->databases},
        {"rules", .values = &arguments->rules},
        {"import-database", .flag = &arguments->is_import},
        {"fast", .flag = &arguments->is_fast},
        {"threads", .text = &arguments->threads_word},
        {"quarantine", .flag = &arguments->is_quarantine},
        {"clean", .flag = &arguments->is_clean},
        {"watch", .flag = &arguments->is_watch},
        {"allow", .values = &arguments->allows},
        {"store", .text = &arguments->store},
        {"color", .text = &arguments->colour_word},
        {"colour", .text = &arguments->colour_word},
        {"no-progress", .flag = &arguments->has_no_progress},
        {"verbose", 'v', .flag = &arguments->is_verbose},
        {"help", 'h', .flag = &arguments->is_help},
    };
    const size_t count = sizeof(list) / sizeof(list[0]);

    _Static_assert(sizeof(list) / sizeof(list[0]) <= ROWS_MAX, "rows");
    for (size_t i = 0; i < count; i++)
        rows[i] = list[i];
    return count;
}

static bool
set_row(const struct row *row, char *value, struct err *err)
{
    if (row->flag)
        *row->flag = true;
    if (value && !*value)
        return err_set(err, ERR_SYNTAX, "--%s needs a value, and this one is empty", row->name);
    if (row->text)
        *row->text = value;
    if (row->values && row->values->count == SCAN_VALUES_MAX)
        return err_set(err, ERR_SYNTAX, "--%s may be given %d times", row->name, SCAN_VALUES_MAX);
    if (row->values)
        row->values->list[row->values->count++] = value;
    return true;
}

static const struct row *
row_of(const struct row *rows, size_t count, int code)
{
    for (size_t i = 0; i < count; i++) {
        if (code == (rows[i].letter ? rows[i].letter : ROW_FIRST + (int)i))
            return &rows[i];
    }
    return &rows[0];
}

/* What getopt means by '?'. */
static bool
refuse(const char *word, const struct row *rows, struct err *err)
{
    if (optopt >= ROW_FIRST)
        return err_set(err, ERR_SYNTAX, "--%s takes no value", rows[optopt - ROW_FIRST].name);
    if (optopt)
        return err_set(err, ERR_SYNTAX, "there is no option -%c; see weir scan --help", optopt);
    return err_set(err, ERR_SYNTAX, "there is no option %s; see weir scan --help", word);
}

static bool
read_words(int argc, char **argv, const struct row *rows, size_t count, struct err *err)
{
    struct option options[ROWS_MAX + 1] = {{NULL, 0, NULL, 0}};
    int code;

    for (size_t i = 0; i < count; i++) {
        options[i] = (struct option){rows[i].name, rows[i].flag ? no_argument : required_argument,
                                     NULL, rows[i].letter ? rows[i].letter : ROW_FIRST + (int)i};
    }
    opterr = 0;
    optind = 1;
    while ((code = getopt_long(argc, argv, ":vh", options, NULL)) != -1) {
        if (code == ':')
            return err_set(err, ERR_SYNTAX, "%s needs a value; see weir scan --help",
                           argv[optind - 1]);
        if (code == '?')
            return refuse(argv[optind - 1], rows, err);
        if (!set_row(row_of(rows, count, code), optarg, err))
            return false;
    }
    return true;
}

static bool
read_threads(struct scan_arguments *arguments, struct err *err)
{
    uint64_t threads = 0;

    if (!arguments->threads_word)
        return true;
    if (!str_u64(str_from_cstr(arguments->threads_word), &threads) || threads < 1 ||
        threads > SCANNER_THREADS_MAX)
        return err_set(err, ERR_SYNTAX, "--threads takes a number from 1 to %d, not '%s'",
                       SCANNER_THREADS_MAX, arguments->threads_word);
    arguments->threads = (unsigned)threads;
    return true;
}

static bool
check(const struct scan_arguments *arguments, struct err *err)
{
    int offset_s;

    if (arguments->is_import && arguments->path_count == 0)
        return err_set(err, ERR_SYNTAX,
                       "--import-database needs feeds: weir scan --import-database FEED...");
    if (arguments->is_import && arguments->databases.count > 1)
        return err_set(err, ERR_SYNTAX, "--import-database writes one --database, not %d",
                       arguments->databases.count);
    if (arguments->has_no_logs && arguments->logs.count)
        return err_set(err, ERR_SYNTAX, "--logs and --no-logs exclude each other");
    if (arguments->is_watch && arguments->path_count == 0)
        return err_set(err, ERR_SYNTAX, "name what to watch: weir scan --watch /srv/www");
    if (arguments->is_watch && arguments->is_processes)
        return err_set(err, ERR_SYNTAX, "--watch and --processes exclude each other");
    if (arguments->zone && !zone_offset_at(str_from_cstr(arguments->zone), 0, &offset_s))
        return err_set(err, ERR_SYNTAX, "there is no time zone '%s'", arguments->zone);
    return !arguments->html || terminal_check_page(arguments->html, err);
}

bool
scan_options_read(int argc, char **argv, struct scan_arguments *ret_arguments, struct err *err)
{
    struct scan_arguments arguments = {.is_json = false};
    struct row rows[ROWS_MAX];
    size_t count = list_rows(&arguments, rows);

    if (!read_words(argc, argv, rows, count, err) || !read_threads(&arguments, err) ||
        (arguments.colour_word &&
         !terminal_read_colour(arguments.colour_word, &arguments.colour, err)))
        return false;
    arguments.paths = argv + optind;
    arguments.path_count = argc - optind;
    if (!arguments.is_help && !check(&arguments, err))
        return false;
    *ret_arguments = arguments;
    return true;
}
