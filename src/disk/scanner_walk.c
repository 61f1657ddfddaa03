#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "disk/quarantine.h"
#include "disk/scanner_parts.h"

/* Files that stand in the root folder of a site. */
static const char *const marks[] = {"index.php",     "index.html",        "index.htm",
                                    "wp-config.php", "configuration.php", "composer.json",
                                    "artisan"};

static bool
has_mark(const char *folder)
{
    char path[4096];

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        int len = snprintf(path, sizeof(path), "%s/%s", folder, marks[i]);

        if (len > 0 && (size_t)len < sizeof(path) && access(path, F_OK) == 0)
            return true;
    }
    return false;
}

/* So many scripts side by side are a collection of what has nothing to do with each other. */
#define SITE_SCRIPTS_MAX 100

/* A plugin or a part of a site, which has no marks of its own. */
static bool
has_php(const char *folder)
{
    DIR *dir = opendir(folder);
    const struct dirent *entry;
    size_t count = 0;

    while (dir && count <= SITE_SCRIPTS_MAX && (entry = readdir(dir)) != NULL) {
        size_t len = strlen(entry->d_name);

        count += len > 4 && strcmp(entry->d_name + len - 4, ".php") == 0;
    }
    if (dir)
        closedir(dir);
    return count > 0 && count <= SITE_SCRIPTS_MAX;
}

static struct site *
site_new(struct scanner *scanner, const char *root)
{
    struct site *site;

    pthread_mutex_lock(&scanner->lock);
    site = ARENA_NEW(scanner->arena, struct site);
    if (site) {
        site->root = arena_str(scanner->arena, str_from_cstr(root)).data;
        site->next = scanner->sites;
        scanner->sites = site;
    }
    pthread_mutex_unlock(&scanner->lock);
    return site;
}

/* What the kernel shows of itself is no file of anybody's. */
static bool
is_kernel_folder(const char *path)
{
    static const long types[] = {
        0x9fa0 /* proc */,        0x62656572 /* sysfs */,   0x27e0eb /* cgroup */,
        0x63677270 /* cgroup2 */, 0x64626720 /* debugfs */, 0x74726163 /* tracefs */,
        0x1cd1 /* devpts */,      0xcafe4a11 /* bpf */,     0x73636673 /* securityfs */};
    struct statfs status;

    if (statfs(path, &status) != 0)
        return false;
    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        if (status.f_type == types[i])
            return true;
    }
    return false;
}

/* The outermost folder with a site's marks, and all below it, are one site; so is the folder that
 * was given when it holds PHP. */
static void
enter_folder(struct scanner *scanner, FTS *tree, FTSENT *entry)
{
    FTSENT *parent = entry->fts_parent;

    if (parent && entry->fts_statp->st_dev != parent->fts_statp->st_dev && entry->fts_level > 0 &&
        is_kernel_folder(entry->fts_accpath)) {
        (void)fts_set(tree, entry, FTS_SKIP);
        return;
    }
    entry->fts_pointer = parent ? parent->fts_pointer : NULL;
    if (!entry->fts_pointer &&
        (has_mark(entry->fts_accpath) || (entry->fts_level == 0 && has_php(entry->fts_accpath))))
        entry->fts_pointer = site_new(scanner, entry->fts_path);
}

static void
give_file(struct scanner *scanner, struct crew *crew, const FTSENT *entry, size_t root_len)
{
    struct job *job = scanner_job(entry->fts_path);
    const struct stat *status = entry->fts_statp;

    job->seen.site = entry->fts_parent ? entry->fts_parent->fts_pointer : NULL;
    job->seen.inside_at = entry->fts_pathlen > root_len ? (uint32_t)root_len : 0;
    job->file = (struct finding_file){
        .site = job->seen.site ? str_from_cstr(job->seen.site->root) : STR_EMPTY,
        .mtime_s = status->st_mtim.tv_sec,
        .ctime_s = status->st_ctim.tv_sec,
        .uid = status->st_uid,
        .gid = status->st_gid,
        .mode = status->st_mode,
        .size_bytes = (uint64_t)status->st_size,
    };
    if (scanner->cache)
        job->seen.key = scanner_key(scanner, &job->seen, status);
    crew_give(crew, job);
}

/* What quarantine holds was judged before. */
static bool
is_quarantine(const FTSENT *entry)
{
    return strcmp(entry->fts_name, QUARANTINE_MOUNT_NAME) == 0 ||
           strcmp(entry->fts_path, QUARANTINE_FOLDER) == 0;
}

bool
scanner_walk(struct scanner *scanner, struct crew *crew, const char *path, struct err *err)
{
    char *paths[2] = {strdup(path), NULL};
    FTS *tree = paths[0] ? fts_open(paths, FTS_PHYSICAL | FTS_NOCHDIR, NULL) : NULL;
    FTSENT *entry;

    if (!tree) {
        free(paths[0]);
        return err_set(err, ERR_SYSTEM, "'%s': %s", path, strerror(errno));
    }
    while ((entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_D && is_quarantine(entry)) {
            (void)fts_set(tree, entry, FTS_SKIP);
        } else if (entry->fts_info == FTS_D) {
            enter_folder(scanner, tree, entry);
        } else if (entry->fts_info == FTS_F) {
            give_file(scanner, crew, entry, strlen(path));
        } else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
                   entry->fts_info == FTS_NS) {
            scanner_complain(scanner, entry->fts_path, entry->fts_errno);
        }
    }
    fts_close(tree);
    free(paths[0]);
    return true;
}
