#ifndef CMD_DMARC_REPORTS_OPTIONS_H
#define CMD_DMARC_REPORTS_OPTIONS_H

/*
 * dmarc_reports_options - the command line of `weir dmarc reports`.
 */

#include "base/cidr.h"
#include "base/err.h"
#include "cmd/terminal.h"

#define DMARC_REPORTS_OWN_MAX 256
#define DMARC_REPORTS_LOGS_MAX 256

struct dmarc_reports_arguments {
    bool json, verbose, help;
    const char *html, *database, *domain;
    struct cidr own[DMARC_REPORTS_OWN_MAX];
    uint32_t own_count;
    char *logs[DMARC_REPORTS_LOGS_MAX];
    int log_count;
    enum colour_choice colour;
    char **files; /* what is left */
    int file_count;
};

/* False: the arguments contradict or are unknown; `err` says which. */
bool dmarc_reports_options_read(int argc, char **argv,
                                struct dmarc_reports_arguments *ret_arguments, struct err *err)
    __attribute__((warn_unused_result));

/* The text of --help. */
const char *dmarc_reports_options_help(void);

#endif
