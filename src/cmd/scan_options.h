#ifndef CMD_SCAN_OPTIONS_H
#define CMD_SCAN_OPTIONS_H

/*
 * scan_options - the command line of weir scan.
 */

#include "cmd/terminal.h"
#include "disk/scanner.h"

#define SCAN_VALUES_MAX 64 /* of an option that may be given again */

struct scan_values {
    char *list[SCAN_VALUES_MAX];
    int count;
};

struct scan_arguments {
    bool is_json, is_verbose, is_help, is_processes, is_import, is_fast;
    bool has_no_progress, has_no_cache, has_no_logs;
    bool is_quarantine, is_clean, is_watch;
    const char *html, *colour_word, *threads_word, *zone, *store;
    struct scan_values logs, databases, rules, allows;
    enum colour_choice colour;
    unsigned threads; /* 0: by itself */
    char **paths;     /* after the options; none: this host */
    int path_count;
};

const char *scan_options_help(void);

/* False: `err` says what is wrong, in a sentence. */
bool scan_options_read(int argc, char **argv, struct scan_arguments *ret_arguments, struct err *err)
    __attribute__((warn_unused_result));

#endif
