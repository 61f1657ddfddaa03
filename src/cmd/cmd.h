#ifndef CMD_CMD_H
#define CMD_CMD_H

/*
 * cmd - the subcommands of weir. Each returns its exit code.
 */

enum cmd_exit {
    CMD_NOTHING = 0, /* nothing found */
    CMD_FOUND = 1,   /* something found */
    CMD_USAGE = 2,   /* usage or configuration error */
    CMD_UNREAD = 3,  /* some input could not be read; what could be was reported */
};

/* argv[0] is the command's own name. */
int cmd_audit(int argc, char **argv);
int cmd_arc(int argc, char **argv);
int cmd_dkim(int argc, char **argv);
int cmd_dmarc(int argc, char **argv);
int cmd_prvs(int argc, char **argv);
int cmd_scan(int argc, char **argv);
int cmd_spf(int argc, char **argv);
int cmd_mailbox(int argc, char **argv);
int cmd_quarantine(int argc, char **argv);
int cmd_trace(int argc, char **argv);

#endif
