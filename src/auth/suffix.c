#include "auth/suffix.h"

#include <libpsl.h>

#define NAME_BYTES_MAX 1000

bool
suffix_organizational(struct suffixes suffixes, struct str domain, struct arena *arena,
                      struct str *ret_domain)
{
    const psl_ctx_t *list = suffixes.list ? suffixes.list : psl_builtin();
    char name[NAME_BYTES_MAX + 1];
    const char *found;

    if (domain.len && domain.data[domain.len - 1] == '.')
        domain.len--;
    if (domain.len == 0 || domain.len > NAME_BYTES_MAX || domain.data[0] == '.' ||
        memchr(domain.data, '\0', domain.len))
        return false;
    str_fold(domain, name);
    name[domain.len] = '\0';
    found = psl_registrable_domain(list, name);
    if (!found)
        return false;
    *ret_domain = arena_str(arena, str_from_cstr(found));
    return ret_domain->len > 0;
}
