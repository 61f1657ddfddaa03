#ifndef CMD_SCAN_ACT_H
#define CMD_SCAN_ACT_H

/*
 * scan_act - what weir scan --quarantine and --clean do with accused files.
 *
 *     a finding accuses, of malice   →  is the file a site's own, with an injection?
 *                                        yes: --clean takes the injection out
 *                                        no:  --quarantine takes the file
 *
 * What neither is for is left, with the reason: a file whose scan ended with an error;
 * a crontab, .htaccess or authorized_keys, in which other lines are somebody's; what
 * belongs to the system; an injected file without --clean, for taking index.php away
 * takes the site down; a shell without --quarantine.
 */

#include "base/err.h"
#include "cmd/scan_options.h"
#include "report/scan_action.h"

/* The lists of the arguments and the usual one. False: one of them is not to be believed. */
bool scan_act_allow(const struct scan_arguments *arguments, struct allow **ret_allow,
                    struct err *err) __attribute__((warn_unused_result));

struct scan_act;

/* False: it could not act on anything, since it is not root for one. */
bool scan_act_open(const struct scan_arguments *arguments, struct scan_act **ret_act,
                   struct err *err) __attribute__((warn_unused_result));

/* What is to be scanned, when it is not what the arguments name. */
void scan_act_roots(struct scan_act *act, char *const *roots, int count);
void scan_act_close(struct scan_act *act); /* NULL is fine */

/* All findings of one or more whole files, in the order of their paths. */
void scan_act_on(struct scan_act *act, const struct finding *findings, size_t count);

/* What was done since the start, or since it was forgotten. */
const struct scan_actions *scan_act_actions(const struct scan_act *act);
void scan_act_forget(struct scan_act *act);

/* What was done and how it is undone, for people. */
void scan_act_print(const struct scan_act *act, struct buf *buf);

/* What was not done, and why, to standard error. */
void scan_act_complain(const struct scan_act *act);

/* Something could not be done. */
bool scan_act_has_failed(const struct scan_act *act);

#endif
