#include "audit/finding.h"

#include <assert.h>
#include <stdlib.h>

static const char *const area_names[AUDIT_AREA_COUNT] = {
    [AUDIT_DOMAIN] = "domain", [AUDIT_RELAY] = "relay", [AUDIT_MTA] = "mta",
    [AUDIT_WEB] = "web",       [AUDIT_HOST] = "host",   [AUDIT_MAILBOX] = "mailbox",
    [AUDIT_SITE] = "site",
};
static const char *const outcome_names[] = {
    [AUDIT_FINE] = "fine", [AUDIT_UNKNOWN] = "unknown", [AUDIT_NOTE] = "note",
    [AUDIT_WEAK] = "weak", [AUDIT_SERIOUS] = "serious", [AUDIT_CRITICAL] = "critical",
};
static const char *const fix_names[] = {
    [AUDIT_FIX_TEXT] = "text",       [AUDIT_FIX_RECORD] = "record", [AUDIT_FIX_SETTING] = "setting",
    [AUDIT_FIX_COMMAND] = "command", [AUDIT_FIX_FILE] = "file",
};
static const char *const program_names[] = {
    [AUDIT_PROGRAM_NONE] = "",
    [AUDIT_PROGRAM_POSTFIX] = "postfix",
    [AUDIT_PROGRAM_EXIM] = "exim",
    [AUDIT_PROGRAM_SENDMAIL] = "sendmail",
    [AUDIT_PROGRAM_OPENSMTPD] = "opensmtpd",
    [AUDIT_PROGRAM_DOVECOT] = "dovecot",
    [AUDIT_PROGRAM_PHP] = "php",
    [AUDIT_PROGRAM_NFTABLES] = "nftables",
};

void
audit_init(struct audit *audit, struct arena *arena)
{
    *audit = (struct audit){.arena = arena};
}

/* Room for one more; NULL at a ceiling. What it grew out of stays in the arena. */
static struct audit_finding *
make_room(struct audit *audit)
{
    uint32_t capacity = audit->capacity ? audit->capacity * 2 : 64;
    struct audit_finding *list;

    if (audit->count >= AUDIT_FINDINGS_MAX)
        return NULL;
    if (audit->count < audit->capacity)
        return &audit->list[audit->count++];
    list = arena_array(audit->arena, capacity, sizeof(*list));
    if (!list)
        return NULL;
    if (audit->count)
        memcpy(list, audit->list, audit->count * sizeof(*list));
    audit->list = list;
    audit->capacity = capacity;
    return &audit->list[audit->count++];
}

static struct str
shorten(struct str text, struct arena *arena)
{
    if (text.len <= AUDIT_SEEN_MAX)
        return arena_str(arena, text);
    return arena_printf(arena, STR_FMT "…", AUDIT_SEEN_MAX, text.data);
}

struct audit_finding *
audit_add(struct audit *audit, struct audit_finding finding)
{
    static _Thread_local struct audit_finding nobody;
    struct audit_finding *added = make_room(audit);
    uint32_t fix_count = finding.fix_count;

    assert(finding.check && fix_count <= AUDIT_FIXES_MAX);
    if (!added) {
        audit->lost++;
        nobody = (struct audit_finding){0};
        return &nobody;
    }
    *added = finding;
    added->subject = arena_str(audit->arena, finding.subject);
    added->title = arena_str(audit->arena, finding.title);
    added->place = arena_str(audit->arena, finding.place);
    added->seen = shorten(finding.seen, audit->arena);
    added->why = arena_str(audit->arena, finding.why);
    added->fix_count = 0;
    for (uint32_t i = 0; i < fix_count; i++)
        audit_fix(audit, added, finding.fixes[i]);
    return added;
}

void
audit_fine(struct audit *audit, enum audit_area area, const char *check, struct str subject,
           struct str title, struct str seen)
{
    audit_add(audit, (struct audit_finding){.area = area,
                                            .check = check,
                                            .outcome = AUDIT_FINE,
                                            .subject = subject,
                                            .title = title,
                                            .seen = seen});
}

void
audit_unknown(struct audit *audit, enum audit_area area, const char *check, struct str subject,
              struct str title, struct str why)
{
    audit_add(audit, (struct audit_finding){.area = area,
                                            .check = check,
                                            .outcome = AUDIT_UNKNOWN,
                                            .subject = subject,
                                            .title = title,
                                            .why = why});
}

void
audit_fix(struct audit *audit, struct audit_finding *finding, struct audit_fix fix)
{
    struct audit_fix *added;

    if (finding->fix_count == AUDIT_FIXES_MAX)
        return;
    added = &finding->fixes[finding->fix_count++];
    *added = fix;
    added->where = arena_str(audit->arena, fix.where);
    added->name = arena_str(audit->arena, fix.name);
    added->value = arena_str(audit->arena, fix.value);
    added->old = arena_str(audit->arena, fix.old);
}

/* Insertion keeps equals in their order. Findings are few. */
static bool
comes_before(const struct audit_finding *a, const struct audit_finding *b)
{
    if (a->outcome != b->outcome)
        return a->outcome > b->outcome;
    return a->area < b->area;
}

void
audit_sort(struct audit *audit)
{
    for (uint32_t i = 1; i < audit->count; i++) {
        struct audit_finding finding = audit->list[i];
        uint32_t at = i;

        for (; at > 0 && comes_before(&finding, &audit->list[at - 1]); at--)
            audit->list[at] = audit->list[at - 1];
        audit->list[at] = finding;
    }
}

const char *
audit_area_name(enum audit_area area)
{
    return area_names[area];
}

const char *
audit_outcome_name(enum audit_outcome outcome)
{
    return outcome_names[outcome];
}

const char *
audit_fix_kind_name(enum audit_fix_kind kind)
{
    return fix_names[kind];
}

const char *
audit_program_name(enum audit_program program)
{
    return program_names[program];
}
