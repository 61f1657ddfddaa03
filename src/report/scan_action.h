#ifndef REPORT_SCAN_ACTION_H
#define REPORT_SCAN_ACTION_H

/*
 * scan_action - what weir scan did with the files that it accuses, and what it did not.
 *
 * Pure.
 */

#include "base/buf.h"
#include "base/json.h"
#include "scan/finding.h"

enum scan_action_kind {
    SCAN_ACTION_QUARANTINED,
    SCAN_ACTION_CLEANED,
    SCAN_ACTION_LEFT,    /* on purpose: another action, or a person, is what it needs */
    SCAN_ACTION_REFUSED, /* it could not be done */
};
#define SCAN_ACTION_KIND_COUNT 4

struct scan_action {
    enum scan_action_kind kind;
    struct str path;
    struct str id;     /* in quarantine; empty when it is not there */
    struct str reason; /* of LEFT and REFUSED, a sentence without its full stop */
};

struct scan_actions {
    const struct scan_action *list; /* in the order of the findings */
    size_t count;
    struct str scan;  /* the id of this run, by which all of it can be undone */
    struct str store; /* empty: the usual folder */
};

/* "quarantined", …: as in the JSON. */
const char *scan_action_name(enum scan_action_kind kind);

/* The members "scan" and "actions" of an object that the caller has begun. */
void scan_actions_json(const struct scan_actions *actions, struct json *json);
void scan_action_json(const struct scan_action *action, struct json *json);

/* "quarantined  /srv/x.php -> 3f0c…", or why not, without a newline. */
void scan_action_text(const struct scan_action *action, struct buf *buf);

/* How many of each, and how all is undone. Nothing when nothing was to be done. */
void scan_actions_summary(const struct scan_actions *actions, struct buf *buf);

#endif
