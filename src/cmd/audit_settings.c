/* The settings of this machine: mail servers, PHP and web server, firewall. */

#include "cmd/audit_run.h"
#include "host/machine.h"
#include "host/mail_servers.h"

static host_server *const servers[] = {
    host_postfix, host_exim, host_sendmail, host_opensmtpd, host_dovecot,
};

bool
audit_settings(struct audit_run *run, struct err *err)
{
    struct gather gather = {run->options->root ? run->options->root : "", run->arena};
    struct machine_sites sites;
    bool is_any = false;

    (void)err;
    if (!run->is_host)
        return true;
    for (size_t i = 0; i < sizeof(servers) / sizeof(servers[0]); i++)
        is_any |= servers[i](&gather, &run->audit);
    if (!is_any)
        audit_fine(&run->audit, AUDIT_MTA, "mail-server", run->host,
                   STR("No mail server that weir knows is set up here."), STR_EMPTY);
    host_web(&gather, &run->audit, &sites);
    host_firewall(&gather, &sites, &run->audit);
    return true;
}
