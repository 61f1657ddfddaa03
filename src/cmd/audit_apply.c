/* --apply: each change is shown, asked for, made, tested, and taken back where the test fails. */

#include <stdio.h>

#include "cmd/audit_run.h"
#include "host/apply.h"
#include "report/diff.h"
#include "report/escape.h"

#define DIFF_BYTES_MAX ((size_t)1024 * 1024)

struct applying {
    struct audit_run *run;
    unsigned done, left, failed;
};

static void
say(const char *words, struct str text)
{
    struct buf buf;

    buf_init(&buf, DIFF_BYTES_MAX);
    (void)escape_terminal(&buf, text, 0);
    printf("%s" STR_FMT "\n", words, STR_ARG(buf_str(&buf)));
    buf_done(&buf);
}

/* Line by line, each made harmless for the terminal. */
static bool
show(const struct change *change, struct arena *arena)
{
    struct buf diff;
    struct str rest;
    bool is_shown;

    buf_init(&diff, DIFF_BYTES_MAX);
    is_shown =
        diff_write(change->path, change->old_text, change->new_text, arena, &diff) && !diff.is_over;
    rest = buf_str(&diff);
    while (is_shown && rest.len)
        say("    ", str_cut(&rest, '\n'));
    buf_done(&diff);
    return is_shown;
}

/* y or yes; everything else, and the end of input, is no. */
static bool
asks(const char *question)
{
    char answer[64];

    printf("%s [y/N] ", question);
    (void)fflush(stdout);
    if (!fgets(answer, sizeof(answer), stdin))
        return false;
    return str_eq_nocase(str_trim(str_from_cstr(answer)), STR("y")) ||
           str_eq_nocase(str_trim(str_from_cstr(answer)), STR("yes"));
}

static bool
may_change(const struct applying *applying, const struct audit_fix *fix)
{
    if (applying->run->options->yes) {
        if (!fix->is_safe)
            printf("  Left alone: it may change what works today, so --yes does not make it.\n");
        return fix->is_safe;
    }
    if (!fix->is_safe)
        printf("  This may change what works today.\n");
    return asks("  Make this change?");
}

static void
reload(const struct applying *applying, const struct change *change)
{
    struct arena *arena = applying->run->arena;
    struct str command = apply_reload_command(change, arena);
    struct err err;

    if (command.len == 0)
        return;
    if (!applying->run->options->reload) {
        say("  It holds after: ", command);
        return;
    }
    if (apply_reload(change, arena, &err))
        say("  Reloaded: ", command);
    else
        say("  Not reloaded: ", str_from_cstr(err.text));
}

static bool
make(struct applying *applying, const struct change *change)
{
    struct err err = {.text = ""};
    struct str kept;

    switch (apply_change(change, applying->run->now_s, applying->run->arena, &kept, &err)) {
    case APPLY_DONE:
        if (kept.len)
            say("  Done. The old file is ", kept);
        else
            say("  Done. New: ", change->path);
        reload(applying, change);
        applying->done++;
        return true;
    case APPLY_ROLLED_BACK:
        say("  Taken back, because the test failed: ", str_from_cstr(err.text));
        break;
    case APPLY_REFUSED:
        say("  Not changed: ", str_from_cstr(err.text));
        break;
    case APPLY_STUCK:
        say("  FAILED: ", str_from_cstr(err.text));
        break;
    }
    applying->failed++;
    return false;
}

static bool
apply_fix(struct applying *applying, const struct audit_fix *fix)
{
    struct arena *arena = applying->run->arena;
    struct change change;
    struct err err;

    if (!apply_prepare(fix, arena, &change, &err)) {
        say("  Not changed: ", str_from_cstr(err.text));
        applying->failed++;
        return false;
    }
    if (!change.is_new && str_eq(change.old_text, change.new_text))
        return true;
    if (!show(&change, arena)) {
        say("  Not changed: the difference is too long to be shown: ", change.path);
        applying->failed++;
        return false;
    }
    if (!may_change(applying, fix)) {
        applying->left++;
        return false;
    }
    return make(applying, &change);
}

/* What stands later among the fixes of a finding needs what stands before. */
static void
apply_finding(struct applying *applying, const struct audit_finding *finding)
{
    bool is_titled = false;

    for (uint32_t i = 0; i < finding->fix_count; i++) {
        const struct audit_fix *fix = &finding->fixes[i];

        if (fix->program == AUDIT_PROGRAM_NONE ||
            (fix->kind != AUDIT_FIX_SETTING && fix->kind != AUDIT_FIX_FILE))
            continue;
        if (!is_titled)
            say("\n● ", finding->title);
        is_titled = true;
        if (!apply_fix(applying, fix))
            return;
    }
}

bool
audit_apply(struct audit_run *run, struct err *err)
{
    struct applying applying = {.run = run};

    (void)err;
    for (uint32_t i = 0; i < run->audit.count; i++) {
        if (run->audit.list[i].outcome >= AUDIT_NOTE)
            apply_finding(&applying, &run->audit.list[i]);
    }
    printf("\nChanges: %u made, %u left alone, %u failed.\n", applying.done, applying.left,
           applying.failed);
    return true;
}
