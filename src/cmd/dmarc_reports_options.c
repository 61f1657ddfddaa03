#include "cmd/dmarc_reports_options.h"

#include <getopt.h>
#include <string.h>

#include "base/str.h"

enum {
    OPTION_COLOUR = 256,
    OPTION_DATABASE,
    OPTION_DOMAIN,
    OPTION_HELP,
    OPTION_HTML,
    OPTION_JSON,
    OPTION_LOGS,
    OPTION_OWN,
    OPTION_VERBOSE,
};

static const struct option options[] = {
    {"color", required_argument, NULL, OPTION_COLOUR},
    {"colour", required_argument, NULL, OPTION_COLOUR},
    {"database", required_argument, NULL, OPTION_DATABASE},
    {"domain", required_argument, NULL, OPTION_DOMAIN},
    {"help", no_argument, NULL, OPTION_HELP},
    {"html", required_argument, NULL, OPTION_HTML},
    {"json", no_argument, NULL, OPTION_JSON},
    {"logs", required_argument, NULL, OPTION_LOGS},
    {"own", required_argument, NULL, OPTION_OWN},
    {"verbose", no_argument, NULL, OPTION_VERBOSE},
    {NULL, 0, NULL, 0},
};

const char *
dmarc_reports_options_help(void)
{
    return "usage: weir dmarc reports [OPTION...] FILE|FOLDER...\n"
           "       weir dmarc reports --database FILE [OPTION...]\n"
           "\n"
           "Reads DMARC reports, TLS reports and complaints as they come: xml, gz, zip, mails,\n"
           "mbox, Maildirs, folders of any of these; - is standard input. Says who sends as your\n"
           "domain, what fails and why, and whether it may move to p=reject.\n"
           "\n"
           "  --own NETWORK     addresses that are yours, such as 192.0.2.0/28; may be repeated\n"
           "  --domain DOMAIN   this domain only\n"
           "  --database FILE   keep the reports there, and answer from all that it holds;\n"
           "                    without it nothing is kept (usual: /var/lib/weir/reports.db)\n"
           "  --logs PATH       look for the mails complained about in these logs; may be "
           "repeated\n"
           "  --json            for programs\n"
           "  --html FILE       a page, with a chart\n"
           "  --verbose         every sender, not only the largest\n"
           "  --color WHEN      auto, always or never\n"
           "  --help            this text\n"
           "\n"
           "Exit codes: 0 nothing to do, 1 something to do, 2 wrong usage, 3 some input could not\n"
           "be read. See weir-dmarc-reports(1).\n";
}

static bool
add_own(struct dmarc_reports_arguments *arguments, const char *text, struct err *err)
{
    if (arguments->own_count == DMARC_REPORTS_OWN_MAX)
        return err_set(err, ERR_LIMIT, "--own was given more than %d times", DMARC_REPORTS_OWN_MAX);
    if (!cidr_parse(str_from_cstr(text), &arguments->own[arguments->own_count]))
        return err_set(err, ERR_SYNTAX,
                       "--own: '%s' is no address and no network such as 192.0.2.0/28", text);
    arguments->own_count++;
    return true;
}

static bool
add_log(struct dmarc_reports_arguments *arguments, char *path, struct err *err)
{
    if (arguments->log_count == DMARC_REPORTS_LOGS_MAX)
        return err_set(err, ERR_LIMIT, "--logs was given more than %d times",
                       DMARC_REPORTS_LOGS_MAX);
    arguments->logs[arguments->log_count++] = path;
    return true;
}

static bool
take_option(struct dmarc_reports_arguments *arguments, int option, struct err *err)
{
    switch (option) {
    case OPTION_COLOUR:
        return terminal_read_colour(optarg, &arguments->colour, err);
    case OPTION_DATABASE:
        arguments->database = optarg;
        return *optarg || err_set(err, ERR_SYNTAX, "--database wants the name of a file");
    case OPTION_DOMAIN:
        arguments->domain = optarg;
        return true;
    case OPTION_HELP:
        arguments->help = true;
        return true;
    case OPTION_HTML:
        arguments->html = optarg;
        return terminal_check_page(optarg, err);
    case OPTION_JSON:
        arguments->json = true;
        return true;
    case OPTION_LOGS:
        return add_log(arguments, optarg, err);
    case OPTION_OWN:
        return add_own(arguments, optarg, err);
    case OPTION_VERBOSE:
        arguments->verbose = true;
        return true;
    default:
        return err_set(err, ERR_SYNTAX,
                       "there is no such option, or it lacks its value; see "
                       "weir dmarc reports --help");
    }
}

bool
dmarc_reports_options_read(int argc, char **argv, struct dmarc_reports_arguments *ret_arguments,
                           struct err *err)
{
    int option;

    *ret_arguments = (struct dmarc_reports_arguments){.colour = COLOUR_AUTO};
    opterr = 0;
    optind = 0;
    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        if (!take_option(ret_arguments, option, err))
            return false;
    }
    ret_arguments->files = argv + optind;
    ret_arguments->file_count = argc - optind;
    if (!ret_arguments->help && ret_arguments->file_count == 0 && !ret_arguments->database)
        return err_set(err, ERR_SYNTAX,
                       "name the reports: weir dmarc reports FILE|FOLDER..., or --database FILE");
    return true;
}
