#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "disk/scanner_parts.h"

bool
scanner_count(const struct scanner *scanner, struct scanner_count *count, const char *path)
{
    char *paths[2] = {strdup(path), NULL};
    FTS *tree = paths[0] ? fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL) : NULL;
    FTSENT *entry;

    while (tree && !count->is_stopped && (entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_D && scanner_walk_skips(scanner, entry)) {
            (void)fts_set(tree, entry, FTS_SKIP);
        } else if (entry->fts_info == FTS_F) {
            uint64_t size = (uint64_t)entry->fts_statp->st_size;

            count->files++;
            count->bytes += size < SCANNER_FILE_BYTES_MAX ? size : SCANNER_FILE_BYTES_MAX;
        }
    }
    if (tree)
        fts_close(tree);
    free(paths[0]);
    return tree && !count->is_stopped;
}
