#ifndef REPORT_SCAN_SITES_H
#define REPORT_SCAN_SITES_H

/*
 * scan_sites - findings as an administrator asks for them: site by site, worst first.
 *
 *     findings by path  →  a site for each  →  sections  →  items, copies folded
 *
 * A file that is malicious is one item, however much was found in it, and how it came is
 * told with it. Files with the same bytes are one item, and so are more than
 * SCAN_ALIKE_MAX of which the same is told. Findings that accuse are items of a section;
 * weaker ones are remarks, but for outdated software, which is a fact in any case.
 *
 * Pure. Everything lives in the arena, and points into the findings.
 */

#include "report/scan_report.h"

#define SCAN_ALIKE_MAX 5
#define SCAN_ENTRIES_MAX 3

enum scan_section {
    SCAN_MALICIOUS,
    SCAN_PROCESS,
    SCAN_MAIL,
    SCAN_FORM,
    SCAN_NOTIFICATION,
    SCAN_OUTDATED,
    SCAN_REMARK,
};
#define SCAN_SECTION_COUNT 7

struct scan_item {
    const struct finding *finding; /* the surest of what is told here */
    const struct finding *others;  /* of a malicious file: all that was found in it */
    uint32_t other_count;
    const struct finding *entries[SCAN_ENTRIES_MAX]; /* how it came */
    uint32_t entry_count;
    uint32_t copy_count;          /* files folded into this item */
    const struct scan_item *copy; /* the first of them, by path; NULL: none */
    bool is_same_bytes;           /* the copies are; else the same is told of them */
};

struct scan_items {
    const struct scan_item *list; /* gravest first */
    uint32_t count;               /* of items */
    uint32_t file_count;          /* with all copies */
};

struct scan_site {
    struct str root; /* empty: what belongs to no site */
    struct scan_items sections[SCAN_SECTION_COUNT];
    const struct finding *first; /* the malicious file that changed first; NULL: none */
};

struct scan_sites {
    const struct scan_site *list; /* those with findings, worst first */
    uint32_t count;
    uint32_t total;                     /* with those where nothing was found */
    uint32_t hacked;                    /* with malicious files */
    uint32_t files[SCAN_SECTION_COUNT]; /* in all sites and outside of them */
    uint32_t outside;                   /* malicious files that belong to no site */
};

/* False at the arena's limit. */
bool scan_sites_group(const struct scan_report *report, struct arena *arena,
                      struct scan_sites *ret_sites) __attribute__((warn_unused_result));

/* Whether anything of the site is told besides remarks. */
bool scan_site_is_told(const struct scan_site *site);

/* Whether the file's stamp claims it to be older than it is, by days. */
bool scan_is_stamp_forged(const struct finding_file *file);

#endif
