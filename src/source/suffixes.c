#include "source/suffixes.h"

#include <libpsl.h>

bool
suffixes_open(const char *path, struct suffixes_file *ret_file, struct err *err)
{
    psl_ctx_t *list = path ? psl_load_file(path) : psl_latest(NULL);

    if (path && !list)
        return err_set(err, ERR_SYSTEM, "'%s' cannot be read as a public suffix list", path);
    if (list == psl_builtin())
        list = NULL;
    *ret_file = (struct suffixes_file){
        .suffixes = {list ? list : psl_builtin()},
        .list = list,
        .name = !list  ? "built into libpsl"
                : path ? path
                       : psl_dist_filename(),
    };
    return true;
}

void
suffixes_close(struct suffixes_file *file)
{
    if (file->list)
        psl_free(file->list);
    *file = (struct suffixes_file){0};
}
