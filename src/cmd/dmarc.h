#ifndef CMD_DMARC_H
#define CMD_DMARC_H

/*
 * dmarc - the actions of `weir dmarc`: one file an action, one row of the table in dmarc.c.
 */

/* argv[0] is the action's own name; each returns its exit code. */
int cmd_dmarc_check(int argc, char **argv);
int cmd_dmarc_evaluate(int argc, char **argv);
int cmd_dmarc_reports(int argc, char **argv);

#endif
