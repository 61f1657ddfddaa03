#include <limits.h>
#include <stdlib.h>

#include "audit/site.h"
#include "cmd/audit_run.h"
#include "disk/database.h"
#include "disk/quarantine.h"
#include "disk/scanner.h"

#define DONE_MAX 10000u

/* The files of this folder that lie in quarantine. Without one, or without rights, there are none.
 */
static uint32_t
list_done(struct audit_run *run, struct str root, struct audit_site_done *done)
{
    struct quarantine *quarantine;
    const char(*ids)[QUARANTINE_ID_TEXT];
    uint32_t id_count = 0, count = 0;
    struct err err;

    if (!quarantine_open(&(struct quarantine_options){0}, &quarantine, &err))
        return 0;
    if (!quarantine_list(quarantine, run->arena, &ids, &id_count, &err))
        id_count = 0;
    for (uint32_t i = 0; i < id_count && count < DONE_MAX; i++) {
        struct quarantine_record record;
        struct str file;

        if (quarantine_find(quarantine, ids[i], run->arena, &record, &file, &err) &&
            str_starts(record.path, root) && record.path.len > root.len &&
            record.path.data[root.len] == '/')
            done[count++] = (struct audit_site_done){arena_str(run->arena, record.path),
                                                     record.taken_s, record.is_cleaned};
    }
    quarantine_close(quarantine);
    return count;
}

static void
tell_site(struct audit_run *run, struct scanner *scanner, struct str root)
{
    struct scanner_totals totals = scanner_totals(scanner);
    struct audit_site_input input = {.root = root, .files = totals.files, .unread = totals.unread};
    struct audit_site_done *done = arena_array(run->arena, DONE_MAX, sizeof(*done));

    input.findings = scanner_findings(scanner, &input.finding_count);
    input.done = done;
    input.done_count = done ? list_done(run, root, done) : 0;
    audit_site(&input, &run->audit);
}

static bool
scan(struct scanner *scanner, const char *root, struct err *err)
{
    return scanner_run(scanner, root, err) && scanner_finish(scanner, err);
}

static void
look_at(struct audit_run *run, const struct database *database, const char *path)
{
    struct scanner *scanner = scanner_new((struct scanner_options){.database = database});
    char root[PATH_MAX];
    struct err err;

    if (!realpath(path, root))
        audit_unknown(&run->audit, AUDIT_SITE, "site-files", str_from_cstr(path),
                      STR("this folder was not looked at"), STR("there is none of that name"));
    else if (!scan(scanner, root, &err))
        audit_unknown(&run->audit, AUDIT_SITE, "site-files", str_from_cstr(path),
                      STR("this folder was not looked at"), str_from_cstr(err.text));
    else
        tell_site(run, scanner, arena_str(run->arena, str_from_cstr(root)));
    scanner_free(scanner);
}

bool
audit_sites(struct audit_run *run, struct err *err)
{
    struct database database = {0};
    bool is_open = true;

    if (!run->options->sites.count)
        return true;
    if (!database_add_own(&database, err) || !database_add_imported(&database, err))
        is_open = false;
    for (uint32_t i = 0; is_open && i < run->options->sites.count; i++)
        look_at(run, &database, run->options->sites.items[i]);
    database_done(&database);
    return is_open;
}
