/* The settings of this machine: mail servers, PHP and web server, firewall. */

#include <unistd.h>

#include "base/buf.h"
#include "cmd/audit_run.h"
#include "host/machine.h"
#include "host/mail_servers.h"

#define UNREAD_TOLD_MAX 8u
#define LIST_BYTES_MAX ((size_t)64 * 1024)

static host_server *const servers[] = {
    host_postfix, host_exim, host_sendmail, host_opensmtpd, host_dovecot,
};

/* What was passed over because it could not be read must not look as if it were in order. */
static void
tell_unread(struct audit_run *run, const struct gather_unread *unread)
{
    struct buf list;

    if (!unread->count)
        return;
    buf_init(&list, LIST_BYTES_MAX);
    for (uint32_t i = 0; i < unread->count && i < UNREAD_TOLD_MAX; i++)
        buf_printf(&list, "%s" STR_FMT, i ? ", " : "", STR_ARG(unread->paths[i]));
    if (unread->count > UNREAD_TOLD_MAX)
        buf_printf(&list, " and %u more", unread->count - UNREAD_TOLD_MAX);
    audit_unknown(&run->audit, AUDIT_HOST, "unread", run->host,
                  arena_printf(run->arena, "Not read: " STR_FMT, STR_ARG(buf_str(&list))),
                  geteuid() == 0 ? STR("no regular files, too large, or not to be opened; what "
                                       "stands in them was not looked at")
                                 : STR("this user may not; run it as root to have them looked at"));
    buf_done(&list);
}

bool
audit_settings(struct audit_run *run, struct err *err)
{
    struct gather_unread unread = {.count = 0};
    struct gather gather = {run->options->root ? run->options->root : "", run->arena, &unread};
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
    tell_unread(run, &unread);
    return true;
}
