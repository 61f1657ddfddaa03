#include "cmd/trace_options.h"

#include <getopt.h>
#include <limits.h>

#include "base/civil.h"

enum option_code {
    OPTION_JSON = 256,
    OPTION_HTML,
    OPTION_QUEUE_IDS,
    OPTION_EXPLAIN,
    OPTION_SENDER,
    OPTION_SENDERS,
    OPTION_SINCE,
    OPTION_UNTIL,
    OPTION_SITES,
    OPTION_PASSWD,
    OPTION_HOST,
    OPTION_ZONE,
    OPTION_CONFIG,
    OPTION_LIST_INPUTS,
    OPTION_COLOUR,
    OPTION_NO_PROGRESS,
};

static const struct option long_options[] = {
    {"json", no_argument, NULL, OPTION_JSON},
    {"html", required_argument, NULL, OPTION_HTML},
    {"queue-ids", no_argument, NULL, OPTION_QUEUE_IDS},
    {"explain", required_argument, NULL, OPTION_EXPLAIN},
    {"sender", required_argument, NULL, OPTION_SENDER},
    {"senders", no_argument, NULL, OPTION_SENDERS},
    {"since", required_argument, NULL, OPTION_SINCE},
    {"until", required_argument, NULL, OPTION_UNTIL},
    {"sites", required_argument, NULL, OPTION_SITES},
    {"passwd", required_argument, NULL, OPTION_PASSWD},
    {"host", required_argument, NULL, OPTION_HOST},
    {"zone", required_argument, NULL, OPTION_ZONE},
    {"config", required_argument, NULL, OPTION_CONFIG},
    {"list-inputs", no_argument, NULL, OPTION_LIST_INPUTS},
    {"color", required_argument, NULL, OPTION_COLOUR},
    {"colour", required_argument, NULL, OPTION_COLOUR},
    {"no-progress", no_argument, NULL, OPTION_NO_PROGRESS},
    {"verbose", no_argument, NULL, 'v'},
    {"help", no_argument, NULL, 'h'},
    {NULL, 0, NULL, 0},
};

const char *
trace_options_help(void)
{
    return "usage: weir trace [OPTION...] [FILE...]\n"
           "\n"
           "Finds where spam leaves this server. FILE is a log (mail, web, login, PHP; plain or\n"
           "compressed), a folder of logs, a mail or complaint (.eml, mbox, Maildir, ARF), or -\n"
           "for standard input. Without FILE it reads this host's own logs.\n"
           "\n"
           "      --json             the result as JSON, see weir-trace(1)\n"
           "      --html FILE        a page with pictures, besides the report\n"
           "      --queue-ids        nothing but the incidents' queue ids, one a line; with "
           "--json\n"
           "                         in each incident\n"
           "      --sender NAME      with --queue-ids: what this mailbox, user, script, URL or\n"
           "                         client still has in the queue; with --json: its incidents\n"
           "      --senders          the busiest senders, and why innocent or not\n"
           "      --explain ID       everything known of one message\n"
           "      --since TIME       look at nothing older: 2026-03-01, '2026-03-01 10:00', 6h,\n"
           "                         '3 days ago', yesterday, @1772524800\n"
           "      --until TIME       look at nothing newer\n"
           "      --passwd FILE      the users of the host that the logs come from\n"
           "      --sites FILE       its sites, one a line: name, folder, user, access log\n"
           "      --host NAME        the host in question, where logs of several are mixed\n"
           "      --zone ZONE        the zone of stamps that name none, such as Europe/Berlin\n"
           "      --config FILE      read this instead of /etc/weir/weir.conf\n"
           "      --list-inputs      only list what would be read\n"
           "      --color WHEN       auto, always or never\n"
           "      --no-progress      no progress on the terminal\n"
           "  -v, --verbose          all evidence whole, all clients, what was not understood\n"
           "  -h, --help             this text\n"
           "\n"
           "Exit code: 0 nothing found, 1 something found, 2 wrong usage, 3 something "
           "unreadable.\n";
}

static const char *
name_of(int code)
{
    for (size_t i = 0; long_options[i].name; i++) {
        if (long_options[i].val == code)
            return long_options[i].name;
    }
    return "";
}

/* What getopt means by '?'. */
static bool
refuse_option(const char *word, struct err *err)
{
    if (optopt > UCHAR_MAX)
        return err_set(err, ERR_SYNTAX, "--%s takes no value", name_of(optopt));
    if (optopt)
        return err_set(err, ERR_SYNTAX, "there is no option -%c; see weir trace --help", optopt);
    return err_set(err, ERR_SYNTAX, "there is no option %s; see weir trace --help", word);
}

static bool
set_option(int code, char *value, struct trace_arguments *arguments, struct err *err)
{
    const struct {
        int code;
        const char **target;
    } texts[] = {
        {OPTION_HTML, &arguments->html},     {OPTION_EXPLAIN, &arguments->explain},
        {OPTION_SENDER, &arguments->sender}, {OPTION_SINCE, &arguments->since},
        {OPTION_UNTIL, &arguments->until},   {OPTION_SITES, &arguments->sites},
        {OPTION_PASSWD, &arguments->passwd}, {OPTION_HOST, &arguments->host},
        {OPTION_ZONE, &arguments->zone},     {OPTION_CONFIG, &arguments->config},
    };
    const struct {
        int code;
        bool *target;
    } flags[] = {
        {OPTION_JSON, &arguments->json},
        {OPTION_QUEUE_IDS, &arguments->queue_ids},
        {OPTION_SENDERS, &arguments->senders},
        {OPTION_LIST_INPUTS, &arguments->list_inputs},
        {OPTION_NO_PROGRESS, &arguments->no_progress},
        {'v', &arguments->verbose},
        {'h', &arguments->help},
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].code == code) {
            if (!*value)
                return err_set(err, ERR_SYNTAX, "--%s needs a value, and this one is empty",
                               name_of(code));
            *texts[i].target = value;
            return true;
        }
    }
    for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
        if (flags[i].code == code)
            *flags[i].target = true;
    }
    return code != OPTION_COLOUR || terminal_read_colour(value, &arguments->colour, err);
}

static bool
check(const struct trace_arguments *arguments, struct err *err)
{
    if (arguments->json && arguments->explain)
        return err_set(err, ERR_SYNTAX, "--json and --explain exclude each other");
    if (arguments->json && arguments->senders)
        return err_set(err, ERR_SYNTAX, "--json lists the senders anyway: leave --senders out");
    if (arguments->explain && (arguments->senders || arguments->queue_ids || arguments->html))
        return err_set(err, ERR_SYNTAX,
                       "--explain is about one message: it goes with no other report");
    if (arguments->sender && !arguments->queue_ids && !arguments->json)
        return err_set(err, ERR_SYNTAX, "--sender goes with --queue-ids or --json");
    return true;
}

bool
trace_options_read(int argc, char **argv, struct trace_arguments *ret_arguments, struct err *err)
{
    struct trace_arguments arguments = {.json = false};
    int code;

    opterr = 0;
    optind = 1;
    while ((code = getopt_long(argc, argv, ":vh", long_options, NULL)) != -1) {
        if (code == ':')
            return err_set(err, ERR_SYNTAX, "%s needs a value; see weir trace --help",
                           argv[optind - 1]);
        if (code == '?')
            return refuse_option(argv[optind - 1], err);
        if (!set_option(code, optarg, &arguments, err))
            return false;
    }
    arguments.files = argv + optind;
    arguments.file_count = argc - optind;
    if (!check(&arguments, err))
        return false;
    *ret_arguments = arguments;
    return true;
}

/* "m", "min", "minute", "minutes": as much of the unit's name as one likes. */
static bool
read_unit(struct str word, int64_t *ret_seconds)
{
    static const struct {
        struct str name;
        int64_t seconds;
    } units[] = {{{"seconds", 7}, 1},
                 {{"minutes", 7}, 60},
                 {{"hours", 5}, 3600},
                 {{"days", 4}, DAY_S},
                 {{"weeks", 5}, 7 * DAY_S}};

    for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
        if (word.len && str_starts(units[i].name, word)) {
            *ret_seconds = units[i].seconds;
            return true;
        }
    }
    return false;
}

/* "90m", "6 h", "3 days ago" */
static bool
read_ago(struct str text, int64_t now_s, int64_t *ret_s)
{
    size_t digits = 0;
    uint64_t number;
    int64_t unit_s;
    struct str rest;

    while (digits < text.len && text.data[digits] >= '0' && text.data[digits] <= '9')
        digits++;
    rest = str_trim(str_from(text, digits));
    if (str_ends(rest, STR(" ago")))
        rest = str_trim(str_first(rest, rest.len - 4));
    if (!str_u64(str_first(text, digits), &number) || number > 100000 || !read_unit(rest, &unit_s))
        return false;
    *ret_s = now_s - (int64_t)number * unit_s;
    return true;
}

/* "1772524800", "@1772524800": not so short that it could be meant as something else. */
static bool
read_epoch(struct str text, int64_t *ret_s)
{
    uint64_t number;
    bool is_marked = str_skip(&text, STR("@"));

    if (!str_u64(text, &number) || text.len > 11 || (!is_marked && text.len < 9))
        return false;
    *ret_s = (int64_t)number;
    return true;
}

/* "Z", "+01:00", "+0100" or nothing. */
static bool
read_zone(struct str text, int zone_offset_s, int *ret_offset_s)
{
    uint64_t hours, minutes;
    struct str rest;

    *ret_offset_s = zone_offset_s;
    if (text.len == 0)
        return true;
    if (str_eq(text, STR("Z"))) {
        *ret_offset_s = 0;
        return true;
    }
    rest = str_from(text, 3);
    (void)str_skip(&rest, STR(":"));
    if (text.len < 5 || (text.data[0] != '+' && text.data[0] != '-') ||
        !str_u64((struct str){text.data + 1, 2}, &hours) || !str_u64(rest, &minutes) ||
        rest.len != 2 || hours > 15 || minutes > 59)
        return false;
    *ret_offset_s = (int)(hours * 3600 + minutes * 60) * (text.data[0] == '-' ? -1 : 1);
    return true;
}

/* Two digits at the front of `s`. */
static bool
skip_pair(struct str *s, int *ret_number)
{
    if (s->len < 2 || s->data[0] < '0' || s->data[0] > '9' || s->data[1] < '0' || s->data[1] > '9')
        return false;
    *ret_number = (s->data[0] - '0') * 10 + s->data[1] - '0';
    *s = str_from(*s, 2);
    return true;
}

/* "2026-03-01", and no thirtieth of February. */
static bool
skip_day(struct str *s, struct civil *civil)
{
    int century, year;
    struct civil again;

    if (!skip_pair(s, &century) || !skip_pair(s, &year) || !str_skip(s, STR("-")) ||
        !skip_pair(s, &civil->month) || !str_skip(s, STR("-")) || !skip_pair(s, &civil->day))
        return false;
    civil->year = century * 100 + year;
    if (civil->year < 1971 || civil->month < 1 || civil->month > 12 || civil->day < 1)
        return false;
    again = civil_from_seconds(civil_seconds(*civil));
    return again.month == civil->month && again.day == civil->day;
}

/* "10:00", "10:00:30" */
static bool
skip_clock(struct str *s, struct civil *civil)
{
    if (!skip_pair(s, &civil->hour) || !str_skip(s, STR(":")) || !skip_pair(s, &civil->minute))
        return false;
    if (str_skip(s, STR(":")) && !skip_pair(s, &civil->second))
        return false;
    return civil->hour <= 23 && civil->minute <= 59 && civil->second <= 60;
}

/* A day, a clock of today, or both; then perhaps a zone. */
static bool
read_date(struct str text, int64_t now_s, int zone_offset_s, int64_t *ret_s)
{
    struct civil c = civil_from_seconds(now_s + zone_offset_s);
    struct str rest = text;
    int offset_s;

    c.hour = c.minute = c.second = 0;
    if (skip_day(&rest, &c)) {
        if ((str_skip(&rest, STR(" ")) || str_skip(&rest, STR("T"))) && !skip_clock(&rest, &c))
            return false;
    } else {
        rest = text;
        c = civil_from_seconds(now_s + zone_offset_s);
        c.second = 0;
        if (!skip_clock(&rest, &c))
            return false;
    }
    if (!read_zone(str_trim(rest), zone_offset_s, &offset_s))
        return false;
    *ret_s = civil_seconds(c) - offset_s;
    return true;
}

bool
trace_options_time(struct str text, int64_t now_s, int zone_offset_s, int64_t *ret_s)
{
    int64_t midnight_s = (now_s + zone_offset_s) / DAY_S * DAY_S - zone_offset_s;

    text = str_trim(text);
    if (str_eq(text, STR("now"))) {
        *ret_s = now_s;
        return true;
    }
    if (str_eq(text, STR("today")) || str_eq(text, STR("yesterday"))) {
        *ret_s = midnight_s - (text.data[0] == 'y' ? DAY_S : 0);
        return true;
    }
    return read_epoch(text, ret_s) || read_ago(text, now_s, ret_s) ||
           read_date(text, now_s, zone_offset_s, ret_s);
}
