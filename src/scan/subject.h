#ifndef SCAN_SUBJECT_H
#define SCAN_SUBJECT_H

/*
 * subject - one file that is looked at: its bytes, and what is known of where it lies.
 *
 * The edge fills it (disk/walk.h); everything behind it is pure.
 */

#include "php/summary.h"
#include "scan/finding.h"

enum subject_place {
    PLACE_UPLOADS = 1 << 0,   /* a folder that visitors or editors fill: wp-content/uploads */
    PLACE_CACHE = 1 << 1,     /* cache, tmp, session folders of a site */
    PLACE_TEMPORARY = 1 << 2, /* /tmp, /var/tmp, /dev/shm */
    PLACE_HIDDEN = 1 << 3,    /* a name or folder that begins with a dot */
    PLACE_LIBRARY = 1 << 4,   /* vendor, node_modules, a CMS's own core folders */
    PLACE_CRON = 1 << 5,
    PLACE_TESTS = 1 << 6, /* tests, examples, docs of a library */
};

struct form_notes;

struct subject {
    struct str path;   /* as given and walked */
    struct str inside; /* the same from the site's root on */
    struct str source; /* its bytes; of a large file the first and last part, see is_partial */
    uint64_t size_bytes;
    bool is_partial;
    uint32_t places; /* enum subject_place */
    int64_t mtime_s, ctime_s;
    uint32_t uid, mode;
    bool is_in_site;               /* below a folder that has the marks of a site */
    bool is_foreign_owner;         /* its owner is not that of the files around it */
    bool is_recent_alone;          /* changed long after everything around it */
    bool is_stranger;              /* called like the content manager's own files, and none */
    const struct summaries *known; /* functions of other files of the site */
    struct summaries *found;       /* where this file's own go; NULL: nowhere */
    struct names *asked;           /* what it looked for in `known`; NULL: not kept */
    struct form_notes *notes;      /* of its forms and mails (form_judge.h); NULL: nowhere */
    bool is_form_only;             /* nothing but a form in it is worth a look */
    bool has_no_form;              /* as the gate saw; false: not known */
};

/* From the path alone. */
uint32_t subject_places(struct str path);

/*
 * Is it in a temporary folder of the host, and was that folder, or one above it, what
 * was to be scanned? Who names a folder within says that it is none of those files.
 */
bool subject_is_temporary(struct str path, size_t inside_at);

/*
 * Fills what the path alone tells. `inside_at`: where it begins below the folder that was
 * to be scanned; 0 when that is not known.
 */
void subject_set_path(struct subject *subject, struct str path, size_t inside_at);

/* By its name: .zip .tar.gz .phar …, in which nothing is looked for. */
bool subject_is_archive_name(struct str path);

/* Does a web server hand it to PHP, by its name? .php .phtml .php5 .inc … */
bool subject_is_php_name(struct str path);

#endif
