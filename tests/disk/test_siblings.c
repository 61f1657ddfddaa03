/* Which file of a folder stands out. */

#include "disk/siblings.h"

#include <string.h>

#include "tap.h"

#define DAY ((int64_t)86400)
#define FILES_MAX 16

/* As fts hands out a folder's children: a list, with what stat says of each. */
struct child {
    FTSENT entry;
    char name_goes_on[64]; /* fts_name is the entry's last member */
    struct stat status;
};

struct folder {
    struct child children[FILES_MAX];
    uint32_t count;
};

static struct stat *
add(struct folder *folder, const char *name, uint32_t uid, int64_t changed_s)
{
    struct child *child = &folder->children[folder->count];

    memset(child, 0, sizeof(*child));
    child->entry.fts_info = FTS_F;
    child->entry.fts_statp = &child->status;
    memcpy((char *)child + offsetof(struct child, entry.fts_name), name, strlen(name) + 1);
    child->status.st_uid = uid;
    child->status.st_ctim.tv_sec = changed_s;
    if (folder->count)
        folder->children[folder->count - 1].entry.fts_link = &child->entry;
    folder->count++;
    return &child->status;
}

static struct siblings
made_of(struct folder *folder, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++)
        (void)add(folder, "part.php", 1001, 100 * DAY + i);
    return siblings_of(&folder->children[0].entry);
}

static void
tells_the_owner(void)
{
    static const struct {
        uint32_t files, uid;
        bool is_foreign;
    } rows[] = {
        {10, 33, true},
        {10, 1001, false},
        {10, 0, false} /* root mends a site */,
        {4, 33, false} /* too few to tell */,
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct folder folder = {.count = 0};
        struct stat *status = add(&folder, "new.php", rows[i].uid, 100 * DAY);
        struct siblings siblings = made_of(&folder, rows[i].files);

        CHECK_ROW(i, siblings_is_foreign(&siblings, status) == rows[i].is_foreign);
        CHECK_ROW(i, !siblings_is_foreign(&siblings, &folder.children[1].status));
    }
}

static void
tells_who_came_late(void)
{
    static const struct {
        uint32_t late, files;
        int64_t after_s;
        bool is_recent;
    } rows[] = {
        {1, 10, 400 * DAY, true},  {3, 10, 400 * DAY, true} /* three shells at once */,
        {5, 10, 400 * DAY, false}, /* an update of part of the folder */
        {1, 10, 20 * DAY, false},  {1, 4, 400 * DAY, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct folder folder = {.count = 0};
        struct siblings siblings;

        for (uint32_t k = 0; k < rows[i].late; k++)
            (void)add(&folder, "late.php", 1001, 100 * DAY + rows[i].after_s);
        siblings = made_of(&folder, rows[i].files);
        CHECK_ROW(i,
                  siblings_is_recent(&siblings, &folder.children[0].status) == rows[i].is_recent);
        CHECK_ROW(i, !siblings_is_recent(&siblings, &folder.children[rows[i].late].status));
    }
}

static void
tells_strangers(void)
{
    static const struct {
        const char *beside, *name;
        bool is_stranger;
    } rows[] = {
        {"wp-load.php", "wp-vcd.php", true},
        {"wp-load.php", "wp-login.php", false},
        {"wp-load.php", "wp-config-old.php", false},
        {"wp-load.php", "shop.php", false},
        {"class-wp.php", "wp-tmp.php", true},
        {"class-wp.php", "wp-db.php", false},
        {"page.php", "wp-vcd.php", false},
        {"wp-load.php", "wp-.php", true},
        {"wp-load.php", "wp-", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct folder folder = {.count = 0};
        struct siblings siblings;

        (void)add(&folder, rows[i].beside, 1001, 0);
        siblings = siblings_of(&folder.children[0].entry);
        CHECK_ROW(i, siblings_is_stranger(&siblings, rows[i].name) == rows[i].is_stranger);
    }
}

static void
takes_an_empty_folder(void)
{
    struct siblings siblings = siblings_of(NULL);
    struct stat status = {.st_uid = 33};

    CHECK(!siblings_is_foreign(&siblings, &status) && !siblings_is_recent(&siblings, &status));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"tells the owner", tells_the_owner},
        {"tells who came late", tells_who_came_late},
        {"tells strangers", tells_strangers},
        {"takes an empty folder", takes_an_empty_folder},
    };

    return tap_main(cases, COUNT(cases));
}
