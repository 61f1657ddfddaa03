#ifndef AUDIT_SITE_H
#define AUDIT_SITE_H

/*
 * site - what a scan found in one site, in words for the person whose site it is.
 *
 *     3 findings "eval-request" in uploads/a.php, …  →  "Strangers can run programs in this site: 3
 * files were put there by an intruder", and what its owner has to do, step by step
 *
 * The findings of one kind and one rule are told as one, with the files they stand in. What already
 * lies in quarantine is told as done.
 *
 * Pure.
 */

#include "audit/finding.h"
#include "scan/finding.h"

#define AUDIT_SITE_FILES_TOLD 12 /* of one kind; how many more there are is said */

/* A file of the site that was taken away. */
struct audit_site_done {
    struct str path;
    int64_t taken_s;
    bool is_cleaned; /* the injection was taken out, the file is in its place */
};

struct audit_site_input {
    struct str root; /* its folder: left out of the paths that are told */
    const struct finding *findings;
    size_t finding_count;
    const struct audit_site_done *done;
    uint32_t done_count;
    uint64_t files, unread; /* looked at; not readable */
};

void audit_site(const struct audit_site_input *input, struct audit *audit);

#endif
