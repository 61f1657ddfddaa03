#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "disk/quarantine.h"
#include "disk/scanner_parts.h"
#include "disk/siblings.h"

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

/* A folder that is being walked: an entry's fts_pointer. */
struct folder {
    struct site *site; /* NULL: none */
    struct siblings siblings;
};

static const struct folder *
folder_of(const FTSENT *entry)
{
    static const struct folder none;
    const FTSENT *parent = entry->fts_parent;

    return parent && parent->fts_pointer ? parent->fts_pointer : &none;
}

/* The outermost folder with a site's marks, and all below it, are one site; so is the folder that
 * was given when it holds PHP. */
static void
enter_folder(struct scanner *scanner, FTS *tree, FTSENT *entry, const struct walk *walk)
{
    struct folder *folder = calloc(1, sizeof(*folder));

    if (!folder)
        abort();
    folder->site = entry->fts_level > 0 ? folder_of(entry)->site : walk->site;
    if (!folder->site &&
        (has_mark(entry->fts_accpath) || (entry->fts_level == 0 && has_php(entry->fts_accpath))))
        folder->site = site_new(scanner, entry->fts_path);
    folder->siblings = siblings_of(fts_children(tree, 0));
    entry->fts_pointer = folder;
}

static void
leave_folder(FTSENT *entry)
{
    free(entry->fts_pointer);
    entry->fts_pointer = NULL;
}

struct job *
scanner_walk_job(const struct scanner *scanner, const struct walk *walk, const struct stat *status)
{
    struct job *job = scanner_job(walk->path);

    job->seen.site = walk->site;
    job->seen.inside_at = strlen(walk->path) > walk->inside_at ? (uint32_t)walk->inside_at : 0;
    job->file = (struct finding_file){
        .site = walk->site ? str_from_cstr(walk->site->root) : STR_EMPTY,
        .mtime_s = status->st_mtim.tv_sec,
        .ctime_s = status->st_ctim.tv_sec,
        .uid = status->st_uid,
        .gid = status->st_gid,
        .mode = status->st_mode,
        .size_bytes = (uint64_t)status->st_size,
    };
    if (scanner->cache)
        job->seen.key = scanner_key(scanner, &job->seen, status);
    return job;
}

static void
give_file(struct scanner *scanner, struct crew *crew, const FTSENT *entry, const struct walk *walk)
{
    const struct stat *status = entry->fts_statp;
    const struct folder *folder = folder_of(entry);
    struct walk file = {
        .path = entry->fts_path,
        .inside_at = walk->inside_at,
        .site = entry->fts_level > 0 ? folder->site : walk->site,
    };
    struct job *job;

    if (status->st_dev == scanner->self_device && status->st_ino == scanner->self_inode) {
        scanner->files++;
        return;
    }
    scanner->archives += subject_is_archive_name(str_from_cstr(entry->fts_path));
    job = scanner_walk_job(scanner, &file, status);
    job->seen.is_foreign_owner = siblings_is_foreign(&folder->siblings, status);
    job->seen.is_recent_alone = siblings_is_recent(&folder->siblings, status);
    job->seen.is_stranger = siblings_is_stranger(&folder->siblings, entry->fts_name);
    crew_give(crew, job);
}

/*
 * What quarantine holds was judged before. A folder of that name that is not root's alone
 * was made by somebody who wants it passed by.
 */
static bool
is_quarantine(const struct scanner *scanner, const char *name, const struct stat *status)
{
    bool is_roots = status->st_uid == 0 && !(status->st_mode & 077);

    return is_roots && (strcmp(name, QUARANTINE_MOUNT_NAME) == 0 ||
                        (scanner->store_inode && status->st_ino == scanner->store_inode &&
                         status->st_dev == scanner->store_device));
}

static const char *
name_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash ? slash + 1 : path;
}

bool
scanner_walk_skips(const struct scanner *scanner, const FTSENT *entry)
{
    const FTSENT *parent = entry->fts_parent;

    return is_quarantine(scanner, entry->fts_name, entry->fts_statp) ||
           (parent && entry->fts_level > 0 &&
            entry->fts_statp->st_dev != parent->fts_statp->st_dev &&
            is_kernel_folder(entry->fts_accpath));
}

bool
scanner_walk_above(struct scanner *scanner, const char *root, const char *path,
                   struct site **ret_site)
{
    size_t len = strlen(root);
    struct site *site = NULL;
    char folder[4096];
    bool is_root = true;

    *ret_site = NULL;
    while (len < sizeof(folder)) {
        struct stat status;
        const char *slash;

        memcpy(folder, path, len);
        folder[len] = '\0';
        if (lstat(len ? folder : "/", &status) == 0 &&
            is_quarantine(scanner, name_of(folder), &status))
            return true;
        if (!site && (has_mark(folder) || (is_root && has_php(folder))))
            site = site_new(scanner, folder);
        slash = len < strlen(path) ? strchr(path + len + 1, '/') : NULL;
        is_root = false;
        if (!slash)
            break;
        len = (size_t)(slash - path);
    }
    *ret_site = site;
    return false;
}

bool
scanner_walk(struct scanner *scanner, struct crew *crew, const struct walk *walk, struct err *err)
{
    char *paths[2] = {strdup(walk->path), NULL};
    FTS *tree = paths[0] ? fts_open(paths, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL) : NULL;
    FTSENT *entry;

    if (!tree) {
        free(paths[0]);
        return err_set(err, ERR_SYSTEM, "'%s': %s", walk->path, strerror(errno));
    }
    while ((entry = fts_read(tree)) != NULL) {
        if (entry->fts_info == FTS_D && scanner_walk_skips(scanner, entry)) {
            (void)fts_set(tree, entry, FTS_SKIP);
        } else if (entry->fts_info == FTS_D) {
            enter_folder(scanner, tree, entry, walk);
        } else if (entry->fts_info == FTS_DP) {
            leave_folder(entry);
        } else if (entry->fts_info == FTS_F) {
            give_file(scanner, crew, entry, walk);
        } else if (entry->fts_info == FTS_DNR || entry->fts_info == FTS_ERR ||
                   entry->fts_info == FTS_NS) {
            scanner_complain(scanner, entry->fts_path, entry->fts_errno);
            leave_folder(entry);
        }
    }
    fts_close(tree);
    free(paths[0]);
    return true;
}
