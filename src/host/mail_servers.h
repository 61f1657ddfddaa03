#ifndef HOST_MAIL_SERVERS_H
#define HOST_MAIL_SERVERS_H

/*
 * mail_servers - the settings of this machine's mail servers, gathered and judged.
 *
 * Each looks whether its server is here, asks it for its settings or reads their files, and
 * lets src/audit judge. A server that is not here leaves no finding; one whose settings
 * cannot be had leaves one that says why. With a root other than "", no program of that root is
 * run: files are read, and Postfix's own reader is pointed at them where this machine has it.
 */

#include "audit/finding.h"
#include "host/gather.h"

/* True: the server is here. */
typedef bool host_server(const struct gather *gather, struct audit *audit);

host_server host_postfix;
host_server host_exim;
host_server host_sendmail;
host_server host_opensmtpd;
host_server host_dovecot;

#endif
