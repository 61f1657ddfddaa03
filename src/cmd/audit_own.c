#include "audit/own.h"
#include "cmd/audit_run.h"
#include "source/whole.h"

#define MAILNAME "/etc/mailname"
#define MAILNAME_BYTES_MAX 4096u

static void
read_mailname(struct audit_run *run, struct audit_own *own)
{
    const char *root = run->options->root ? run->options->root : "";
    struct str path = arena_printf(run->arena, "%s" MAILNAME, root), text;
    struct err err;

    if (path.len && whole_read(path.data, MAILNAME_BYTES_MAX, run->arena, &text, &err))
        own_add_list(own, text);
}

bool
audit_own_domains(struct audit_run *run, struct err *err)
{
    struct audit_own own = {.arena = run->arena};
    const struct seen_domain *seen;
    uint32_t count;

    (void)err;
    if (!run->is_host || run->domains.count)
        return true;
    read_mailname(run, &own);
    for (uint32_t i = 0; i < run->config->local_domains.count; i++)
        own_add(&own, run->config->local_domains.items[i]);
    seen = seen_domains(run->seen, &count);
    for (uint32_t i = 0; i < count; i++)
        own_add(&own, seen[i].name);
    own_add(&own, run->host);
    for (uint32_t i = 0; i < own.count; i++)
        run->domains.items[run->domains.count++] = own.names[i];
    if (own.left_out)
        audit_unknown(
            &run->audit, AUDIT_DOMAIN, "domains", run->host, STR("not every domain was looked at"),
            arena_printf(run->arena, "%u more are sent from here than one run looks at; name them",
                         own.left_out));
    if (!own.count)
        audit_unknown(&run->audit, AUDIT_DOMAIN, "domains", run->host,
                      STR("no domain was looked at"),
                      STR("neither " MAILNAME " nor the logs tell which domains send from here; "
                          "name them: weir audit --host example.com"));
    return true;
}
