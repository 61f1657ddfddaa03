/*
 * psl_read [LIST] - the organisation of each name on standard input, "null" where there is none.
 *
 * A test program: without LIST it asks the list that is built into libpsl.
 */

#include <libpsl.h>
#include <stdio.h>

#include "auth/suffix.h"

#define LINE_BYTES_MAX 1024

int
main(int argc, char **argv)
{
    psl_ctx_t *list = argc > 1 ? psl_load_file(argv[1]) : NULL;
    struct arena *arena = arena_new(1 << 20);
    char line[LINE_BYTES_MAX];

    if (argc > 1 && !list) {
        fprintf(stderr, "%s is no list\n", argv[1]);
        return 2;
    }
    while (fgets(line, sizeof(line), stdin)) {
        struct str found;

        arena_reset(arena);
        if (suffix_organizational((struct suffixes){list}, str_trim(str_from_cstr(line)), arena,
                                  &found))
            printf(STR_FMT "\n", STR_ARG(found));
        else
            printf("null\n");
    }
    arena_free(arena);
    psl_free(list);
    return 0;
}
