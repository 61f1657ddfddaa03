#ifndef CMD_AUDIT_LOGINS_H
#define CMD_AUDIT_LOGINS_H

/*
 * audit_logins - what the logs tell of logins: --logs, else this machine's of the last days.
 */

#include "cmd/audit_run.h"

bool audit_logins(struct audit_run *run, struct err *err) __attribute__((warn_unused_result));

#endif
