#include "disk/siblings.h"

#include <string.h>

/* All that are called wp-….php in these three folders, of any version since 2.0. */
static const char *const wordpress_names[] = {
    "wp-activate.php",      "wp-app.php",          "wp-atom.php",       "wp-blog-header.php",
    "wp-comments-post.php", "wp-commentsrss2.php", "wp-cron.php",       "wp-db.php",
    "wp-diff.php",          "wp-feed.php",         "wp-links-opml.php", "wp-load.php",
    "wp-login.php",         "wp-mail.php",         "wp-pass.php",       "wp-rdf.php",
    "wp-register.php",      "wp-rss.php",          "wp-rss2.php",       "wp-settings.php",
    "wp-signup.php",        "wp-trackback.php"};

static bool
is_mark(const char *name)
{
    return strcmp(name, "wp-load.php") == 0 || strcmp(name, "admin-ajax.php") == 0 ||
           strcmp(name, "class-wp.php") == 0;
}

/* Keeps the latest, in order. */
static void
note_change(struct siblings *siblings, int64_t changed_s)
{
    for (uint32_t i = 0; i < SIBLINGS_TOGETHER + 1; i++) {
        int64_t older_s = siblings->newest_s[i];

        if (changed_s <= older_s)
            continue;
        siblings->newest_s[i] = changed_s;
        changed_s = older_s;
    }
}

static bool
is_file(const FTSENT *entry)
{
    return entry->fts_info == FTS_F && entry->fts_statp != NULL;
}

/* The only uid that can be of more than half: counted against all others (Boyer and Moore). */
static uint32_t
likely_owner(const FTSENT *children)
{
    uint32_t uid = 0, lead = 0;

    for (const FTSENT *entry = children; entry; entry = entry->fts_link) {
        if (!is_file(entry))
            continue;
        if (lead == 0)
            uid = entry->fts_statp->st_uid;
        lead = entry->fts_statp->st_uid == uid ? lead + 1 : lead - 1;
    }
    return uid;
}

struct siblings
siblings_of(const FTSENT *children)
{
    struct siblings siblings = {.uid = likely_owner(children)};
    uint32_t owned = 0;

    for (const FTSENT *entry = children; entry; entry = entry->fts_link) {
        if (!is_file(entry))
            continue;
        siblings.files++;
        owned += entry->fts_statp->st_uid == siblings.uid;
        note_change(&siblings, entry->fts_statp->st_ctim.tv_sec);
        siblings.is_wordpress |= is_mark(entry->fts_name);
    }
    siblings.has_owner =
        siblings.files >= SIBLINGS_LEAST && (uint64_t)owned * 10 >= (uint64_t)siblings.files * 9;
    return siblings;
}

bool
siblings_is_foreign(const struct siblings *siblings, const struct stat *status)
{
    return siblings->has_owner && status->st_uid != siblings->uid && status->st_uid != 0;
}

bool
siblings_is_recent(const struct siblings *siblings, const struct stat *status)
{
    uint32_t near = 0;

    if (siblings->files < SIBLINGS_LEAST)
        return false;
    for (uint32_t i = 0; i < SIBLINGS_TOGETHER + 1; i++)
        near += siblings->newest_s[i] > status->st_ctim.tv_sec - SIBLINGS_APART_S;
    return near <= SIBLINGS_TOGETHER;
}

bool
siblings_is_stranger(const struct siblings *siblings, const char *name)
{
    size_t len = strlen(name);

    if (!siblings->is_wordpress || strncmp(name, "wp-", 3) != 0 || len < 7 ||
        strcmp(name + len - 4, ".php") != 0 || strncmp(name, "wp-config", 9) == 0)
        return false;
    for (size_t i = 0; i < sizeof(wordpress_names) / sizeof(wordpress_names[0]); i++) {
        if (strcmp(name, wordpress_names[i]) == 0)
            return false;
    }
    return true;
}
