/*
 * apply-one PROGRAM FILE NAME VALUE - makes one change as `weir audit --apply` does.
 *
 * Prints what became of it, and why. For changes that weir itself would never propose.
 */

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "host/apply.h"

static const char *const results[] = {
    [APPLY_DONE] = "done",
    [APPLY_ROLLED_BACK] = "rolled back",
    [APPLY_REFUSED] = "refused",
    [APPLY_STUCK] = "stuck",
};

int
main(int argc, char **argv)
{
    struct audit_fix fix = {.kind = AUDIT_FIX_SETTING};
    struct arena *arena = arena_new((size_t)256 * 1024 * 1024);
    struct err err = {.text = ""};
    struct change change;
    struct str kept;

    if (argc != 5)
        return 2;
    for (int i = AUDIT_PROGRAM_NONE; i <= AUDIT_PROGRAM_NFTABLES; i++) {
        if (strcmp(argv[1], audit_program_name((enum audit_program)i)) == 0)
            fix.program = (enum audit_program)i;
    }
    fix.where = str_from_cstr(argv[2]);
    fix.name = str_from_cstr(argv[3]);
    fix.value = str_from_cstr(argv[4]);
    if (strcmp(argv[3], "-") == 0)
        fix.kind = AUDIT_FIX_FILE;
    if (!apply_prepare(&fix, arena, &change, &err))
        printf("refused: %s\n", err.text);
    else
        printf("%s: %s\n", results[apply_change(&change, (int64_t)time(NULL), arena, &kept, &err)],
               err.text);
    arena_free(arena);
    return 0;
}
