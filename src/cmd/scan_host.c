#include "cmd/scan_host.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "disk/places.h"
#include "source/discover.h"

/* Also where the configuration of the web server is not to be had. */
static const char *const usual[] = {"/var/www", "/srv"};
#define USUAL_COUNT ((int)(sizeof(usual) / sizeof(usual[0])))

static int
by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool
is_below(const char *path, const char *folder)
{
    size_t len = strlen(folder);

    return strncmp(path, folder, len) == 0 && (path[len] == '\0' || path[len] == '/');
}

/* In order, a folder stands before all that lies in it, though not right before it. */
static void
drop_nested(struct scan_paths *paths)
{
    int kept = 0;

    qsort(paths->list, (size_t)paths->count, sizeof(*paths->list), by_name);
    for (int i = 0; i < paths->count; i++) {
        bool is_nested = false;

        for (int k = 0; k < kept && !is_nested; k++)
            is_nested = is_below(paths->list[i], paths->list[k]);
        if (!is_nested)
            paths->list[kept++] = paths->list[i];
    }
    paths->count = kept;
}

/* A site's folder may be a link to where its newest release lies: that one is looked at. */
static void
add(struct arena *arena, struct scan_paths *paths, struct str path)
{
    struct str given = arena_printf(arena, STR_FMT "%c", STR_ARG(path), '\0');
    char *real = given.len ? realpath(given.data, NULL) : NULL;

    if (real && strcmp(real, "/") != 0) {
        char *copy = arena_array(arena, strlen(real) + 1, 1);

        if (copy)
            paths->list[paths->count++] = strcpy(copy, real);
    }
    free(real);
}

bool
scan_host_paths(struct arena *arena, struct scan_paths *ret_paths, struct err *err)
{
    struct places places = host_places("", arena);
    struct discovered host = {NULL, 0, {NULL, 0}};
    size_t most;

    /* Of the logs nothing is wanted here. */
    if (!discover_host("", INT64_MAX, arena, &host, err))
        return false;
    most = places.count + host.sites.count + USUAL_COUNT;
    *ret_paths = (struct scan_paths){arena_array(arena, most, sizeof(char *)), 0};
    if (!ret_paths->list)
        return err_set(err, ERR_LIMIT, "this host has too many sites to list: name them");
    for (int i = 0; i < USUAL_COUNT; i++)
        add(arena, ret_paths, str_from_cstr(usual[i]));
    for (uint32_t i = 0; i < host.sites.count; i++)
        add(arena, ret_paths, host.sites.sites[i].docroot);
    for (size_t i = 0; i < places.count; i++)
        add(arena, ret_paths, str_from_cstr(places.paths[i]));
    drop_nested(ret_paths);
    return true;
}
