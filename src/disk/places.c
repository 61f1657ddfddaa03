#include "disk/places.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const char *const host_paths[] = {
    "/tmp",
    "/var/tmp",
    "/dev/shm",
    "/etc/crontab",
    "/etc/anacrontab",
    "/etc/cron.d",
    "/etc/cron.hourly",
    "/etc/cron.daily",
    "/etc/cron.weekly",
    "/etc/cron.monthly",
    "/var/spool/cron",
    "/var/spool/at",
    "/etc/systemd/system",
    "/etc/systemd/user",
    "/run/systemd/system",
    "/usr/local/lib/systemd",
    "/etc/init.d",
    "/etc/rc.local",
    "/etc/rc.d/rc.local",
    "/etc/profile",
    "/etc/profile.d",
    "/etc/bash.bashrc",
    "/etc/xinetd.d",
    "/etc/ld.so.preload",
};

static const char *const home_paths[] = {
    "/.ssh/authorized_keys",
    "/.ssh/authorized_keys2",
    "/.config/systemd/user",
    "/.config/autostart",
    "/.bashrc",
    "/.profile",
    "/.bash_profile",
    "/.bash_login",
    "/.bash_logout",
    "/.zshrc",
    "/.zprofile",
    "/.local/share/systemd/user",
};

struct list {
    struct places places;
    struct arena *arena;
    const char *root;
};

static bool
has(const struct list *list, const char *path)
{
    for (size_t i = 0; i < list->places.count; i++) {
        if (strcmp(list->places.paths[i], path) == 0)
            return true;
    }
    return false;
}

/* What is there: a link is not followed, as the scanner follows none. */
static void
add(struct list *list, const char *folder, const char *path)
{
    char whole[4096];
    int len = snprintf(whole, sizeof(whole), "%s%s%s", list->root, folder, path);
    struct stat status;
    struct str copy;

    if (len < 0 || (size_t)len >= sizeof(whole) || lstat(whole, &status) != 0 ||
        (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) || has(list, whole))
        return;
    if (list->places.count == PLACES_MAX) {
        list->places.is_cut = true;
        return;
    }
    copy = arena_printf(list->arena, "%s%c", whole, '\0');
    if (copy.len)
        list->places.paths[list->places.count++] = copy.data;
}

static void
add_home(struct list *list, const char *home)
{
    if (home[0] != '/' || home[1] == '\0')
        return;
    for (size_t i = 0; i < sizeof(home_paths) / sizeof(home_paths[0]); i++)
        add(list, home, home_paths[i]);
}

/* The sixth field of each line. */
static void
add_homes_of_users(struct list *list)
{
    char path[4096], line[4096];
    int len = snprintf(path, sizeof(path), "%s/etc/passwd", list->root);
    FILE *file = len > 0 && (size_t)len < sizeof(path) ? fopen(path, "re") : NULL;

    while (file && fgets(line, sizeof(line), file)) {
        struct str rest = str_from_cstr(line), home = STR_EMPTY;
        char copy[4096];

        for (int field = 0; field < 6; field++)
            home = str_cut(&rest, ':');
        if (!home.len || home.len >= sizeof(copy))
            continue;
        memcpy(copy, home.data, home.len);
        copy[home.len] = '\0';
        add_home(list, copy);
    }
    if (file)
        fclose(file);
}

/* Homes whose users are elsewhere: in a directory service, or gone. */
static void
add_homes_of_folder(struct list *list)
{
    char path[4096];
    int len = snprintf(path, sizeof(path), "%s/home", list->root);
    DIR *folder = len > 0 && (size_t)len < sizeof(path) ? opendir(path) : NULL;
    struct dirent *entry;

    while (folder && (entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        len = snprintf(path, sizeof(path), "/home/%s", entry->d_name);
        if (len > 0 && (size_t)len < sizeof(path))
            add_home(list, path);
    }
    if (folder)
        closedir(folder);
}

struct places
host_places(const char *root, struct arena *arena)
{
    struct list list = {.arena = arena, .root = root};

    list.places.paths = arena_array(arena, PLACES_MAX, sizeof(*list.places.paths));
    if (!list.places.paths)
        return (struct places){.is_cut = true};
    for (size_t i = 0; i < sizeof(host_paths) / sizeof(host_paths[0]); i++)
        add(&list, "", host_paths[i]);
    add_homes_of_users(&list);
    add_homes_of_folder(&list);
    return list.places;
}
