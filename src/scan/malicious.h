#ifndef SCAN_MALICIOUS_H
#define SCAN_MALICIOUS_H

/*
 * malicious - flows that only attackers write, as signs.
 *
 * Rates of each rule on public corpora: docs/SCAN-QUALITY.md. Pure.
 *
 *     malicious_code.c     code that is evaluated, patterns, commands, includes
 *     malicious_call.c     functions whose names are hidden or come with the request
 *     malicious_write.c    files that are written, uploaded, fetched
 *     malicious_mail.c     mail to lists that come with the request
 */

#include "php/flow.h"
#include "scan/signs.h"

struct malicious {
    const struct subject *subject;
    struct signs *signs;
    const struct node *callee_node;   /* the last call of what the visitor names */
    const struct node *argument_node; /* the last call of what is not written out, with his data */
    const struct node *path_node;     /* the last write to a path that the visitor names */
    const struct node *header_node;   /* the last call of what a header names */
    const struct node *copied_node;   /* the last copy of what the visitor names */
    const struct node *page_node;     /* the last copy of a page from elsewhere */
    const struct node *unset_node;    /* the last call of what nothing sets */
    struct str path;                  /* the last file that is written to, where known */
    struct str written;               /* the path that last got what a visitor sends */
    bool unset_path;                  /* where it writes to, nothing sets */
    bool is_written;                  /* something got what a visitor sends */
    bool is_unserialized;             /* the visitor's objects are brought to life */
    uint32_t hidden_names;            /* different names, as far as is counted */
    uint64_t hidden_hashes[8];
    uint32_t fetches;
    bool is_looked, is_alone; /* found out at the first event */
    size_t layer_bytes;       /* looked at so far */
};

/* One event of flow.h. */
void malicious_event(struct malicious *malicious, const struct flow_event *event);

/* Code that was built as a string; `value` says how. */
void malicious_layer(struct malicious *malicious, struct str code, uint32_t line,
                     struct value value);

#endif
