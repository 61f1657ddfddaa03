/*
 * Taking and giving back, in temporary folders: what must be the same afterwards, what
 * must be refused, what an owner of the folder may try meanwhile, and a kill at every step.
 */

#include <errno.h>
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/wait.h>
#include <sys/xattr.h>

#include <linux/fs.h>

#include "base/buf.h"
#include "disk/quarantine.h"
#include "room.h"

#define BAD "<?php harmless('bad');\n"
#define GOOD "<?php harmless('good');\n"
#define CLEANED "<?php harmless('cleaned');\n"

static const struct str rules[] = {{"eval-request", 12}, {"shell-cluster", 13}};

/* What a case watches or does between two steps. */
struct hook {
    void (*run)(struct hook *hook, const char *name);
    const char *at; /* the step that it waits for */
    int step, kill_at;
};

static void
on_step(void *context, const char *name)
{
    struct hook *hook = context;

    if (hook->run)
        hook->run(hook, name);
    if (hook->kill_at && ++hook->step == hook->kill_at)
        (void)raise(SIGKILL);
}

static struct quarantine *
open_with(struct hook *hook)
{
    struct quarantine_options options = {
        .folder = room_file("store"),
        .allow = room_file("allow"),
        .step = hook ? on_step : NULL,
        .context = hook,
    };
    struct quarantine *quarantine = NULL;
    struct err err = {.text = ""};

    if (!quarantine_open(&options, &quarantine, &err)) {
        printf("# %s\n", err.text);
        abort();
    }
    return quarantine;
}

static struct quarantine_verdict
accusation(const char *content)
{
    struct digester *digester = digester_new();
    struct quarantine_verdict verdict = {
        .is_whole = true,
        .digest = digest_of(digester, str_from_cstr(content)),
        .rules = rules,
        .rule_count = 2,
        .confidence = 0.97,
        .scan = STR("scan-1"),
    };

    digester_free(digester);
    return verdict;
}

/* All of a file but its ctime and its name, as text; "(none)" without one. */
static struct str
picture(const char *path)
{
    static char pictures[8][1 << 13];
    static unsigned next;
    char *text = pictures[next++ % 8], names[4096], value[4096];
    size_t len;
    ssize_t size;
    struct stat status;
    struct str rest;

    if (lstat(path, &status) != 0)
        return STR("(none)");
    size = llistxattr(path, names, sizeof(names));
    len = (size_t)snprintf(text, 1 << 13, "%lu %u:%u %o %ld %ld.%09ld %ld.%09ld", status.st_ino,
                           status.st_uid, status.st_gid, status.st_mode, status.st_size,
                           status.st_atim.tv_sec, status.st_atim.tv_nsec, status.st_mtim.tv_sec,
                           status.st_mtim.tv_nsec);
    rest = (struct str){names, size < 0 ? 0 : (size_t)size};
    while (rest.len) {
        struct str name = str_cut(&rest, '\0');
        ssize_t got = lgetxattr(path, name.data, value, sizeof(value));

        len += (size_t)snprintf(text + len, (1 << 13) - len, " %s=", name.data);
        for (ssize_t i = 0; i < got; i++)
            len += (size_t)snprintf(text + len, (1 << 13) - len, "%02x", (unsigned char)value[i]);
    }
    return (struct str){text, len};
}

/* user::rwx, user:1234:rw-, group::r--, mask::rw-, other::--- as the kernel keeps it. */
static const unsigned char acl[] = {
    2,   0,   0,   0,   1,  0, 7, 0, 255, 255, 255, 255, 2,  0, 6, 0, 210, 4,   0,   0,  4, 0, 4, 0,
    255, 255, 255, 255, 16, 0, 6, 0, 255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255};

/* cap_net_bind_service=ep, revision 2. */
static const unsigned char capability[] = {1, 0, 0, 2, 0, 4, 0, 0, 0, 0,
                                           0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

static void
make_rich(const char *path)
{
    struct timespec times[2] = {{1600000001, 123456789}, {1500000002, 987654321}};

    room_write(path, BAD);
    if (chown(path, 1234, 5678) != 0 || chmod(path, 06750) != 0)
        abort();
    (void)setxattr(path, "user.note", "a\0b\xff", 4, 0);
    (void)setxattr(path, "user.empty", "", 0, 0);
    (void)setxattr(path, "trusted.weir", "root only", 9, 0);
    (void)setxattr(path, "security.capability", capability, sizeof(capability), 0);
    (void)setxattr(path, "system.posix_acl_access", acl, sizeof(acl), 0);
    if (utimensat(AT_FDCWD, path, times, 0) != 0)
        abort();
}

static uint32_t
count_kept(struct quarantine *quarantine)
{
    struct arena *arena = arena_new(64u << 20);
    const char(*ids)[QUARANTINE_ID_TEXT];
    uint32_t count = 0;
    struct err err;

    if (!quarantine_list(quarantine, arena, &ids, &count, &err))
        count = UINT32_MAX;
    arena_free(arena);
    return count;
}

/* How many entries the store has besides its journal: two for each file, and no halves. */
static int
count_entries(const char *store)
{
    char command[600], text[32] = "";
    FILE *pipe;

    (void)snprintf(command, sizeof(command), "ls -A %s 2>/dev/null | grep -vc '^journal$'", store);
    pipe = popen(command, "r");
    if (!pipe || !fgets(text, sizeof(text), pipe))
        abort();
    (void)pclose(pipe);
    return atoi(text);
}

static void
gives_back_what_it_took(void)
{
    struct quarantine *quarantine;
    struct quarantine_verdict verdict = accusation(BAD);
    struct quarantine_record record;
    struct arena *arena = arena_new(64u << 20);
    struct err err = {.text = ""};
    struct str before, file;
    struct stat status;
    char id[QUARANTINE_ID_TEXT];

    room_renew();
    quarantine = open_with(NULL);
    make_rich(room_file("x.php"));
    before = picture(room_file("x.php"));
    CHECK(str_has(before, STR("user.note=610062ff")) && str_has(before, STR("1234:5678 ")));
    CHECK(str_has(before, STR("system.posix_acl_access=")));
    CHECK(quarantine_take(quarantine, room_file("x.php"), &verdict, id, &err));
    CHECK_STR(str_from_cstr(err.text), "");
    CHECK(!room_has(room_file("x.php")));
    CHECK(quarantine_find(quarantine, id, arena, &record, &file, &err));
    CHECK(stat(file.data, &status) == 0 && status.st_uid == 0 && status.st_gid == 0 &&
          (status.st_mode & 07777) == 0400);
    CHECK_STR(room_read(file.data), BAD);
    CHECK(stat(room_file("store"), &status) == 0 && (status.st_mode & 07777) == 0700);
    CHECK(digest_eq(record.digest, verdict.digest) && record.rule_count == 2);
    CHECK_STR(record.rules[1], "shell-cluster");
    CHECK_STR(record.scan, "scan-1");
    CHECK_STR(record.path, room_file("x.php"));
    CHECK(quarantine_restore(quarantine, id, &err));
    CHECK_STR(picture(room_file("x.php")), before.data);
    CHECK_STR(room_read(room_file("x.php")), BAD);
    CHECK(count_kept(quarantine) == 0 && count_entries(room_file("store")) == 0);
    arena_free(arena);
    quarantine_close(quarantine);
}

/* Names that hold what JSON and terminals cannot. */
static void
gives_back_any_name(void)
{
    static const char *const names[] = {
        "a b.php",
        "-rf",
        "new\nline",
        "\xff\xfe",
        "\"quote'\\",
        "\x1b[31m",
        "..x",
        "*.php",
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
        "aaaa"
        "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    };

    for (size_t i = 0; i < COUNT(names); i++) {
        struct quarantine_verdict verdict = accusation(BAD);
        struct quarantine *quarantine;
        struct err err = {.text = ""};
        char id[QUARANTINE_ID_TEXT];

        room_renew();
        quarantine = open_with(NULL);
        room_write(room_file(names[i]), BAD);
        CHECK_ROW(i, quarantine_take(quarantine, room_file(names[i]), &verdict, id, &err));
        CHECK_ROW(i, !room_has(room_file(names[i])));
        quarantine_close(quarantine);
        quarantine = open_with(NULL);
        CHECK_ROW(i, quarantine_restore(quarantine, id, &err));
        CHECK_ROW(i, str_eq(room_read(room_file(names[i])), STR(BAD)));
        if (err.text[0])
            printf("# %s\n", err.text);
        quarantine_close(quarantine);
    }
}

static void
set_flag(const char *path, int flag, bool is_set)
{
    int fd = open(path, O_RDONLY), flags = 0;

    if (fd < 0 || ioctl(fd, FS_IOC_GETFLAGS, &flags) != 0)
        printf("# no flags on %s\n", path);
    flags = is_set ? flags | flag : flags & ~flag;
    if (fd >= 0 && ioctl(fd, FS_IOC_SETFLAGS, &flags) != 0)
        printf("# flags of %s cannot be set\n", path);
    close(fd);
}

enum making {
    MAKE_PLAIN,
    MAKE_LINKED,
    MAKE_FOLDER,
    MAKE_SYMLINK,
    MAKE_PIPE,
    MAKE_NOTHING,
    MAKE_BEHIND_SYMLINK,
    MAKE_CHANGED,
    MAKE_IMMUTABLE,
    MAKE_APPEND_ONLY,
    MAKE_ALLOWED,
    MAKE_IN_STORE,
};

static const char *
make(enum making making)
{
    const char *path = room_file("x.php");

    switch (making) {
    case MAKE_PLAIN:
        room_write(path, BAD);
        break;
    case MAKE_LINKED:
        room_write(path, BAD);
        (void)!link(path, room_file("other"));
        break;
    case MAKE_FOLDER:
        (void)mkdir(path, 0755);
        break;
    case MAKE_SYMLINK:
        room_write(room_file("target"), BAD);
        (void)!symlink("target", path);
        break;
    case MAKE_PIPE:
        (void)mkfifo(path, 0600);
        break;
    case MAKE_NOTHING:
        break;
    case MAKE_BEHIND_SYMLINK:
        (void)mkdir(room_file("real"), 0755);
        (void)!symlink("real", room_file("turned"));
        room_write(room_file("real/x.php"), BAD);
        return room_file("turned/x.php");
    case MAKE_CHANGED:
        room_write(path, BAD "more\n");
        break;
    case MAKE_IMMUTABLE:
        room_write(path, BAD);
        set_flag(path, FS_IMMUTABLE_FL, true);
        break;
    case MAKE_APPEND_ONLY:
        room_write(path, BAD);
        set_flag(path, FS_APPEND_FL, true);
        break;
    case MAKE_ALLOWED: {
        struct allow *allow;
        struct err err;

        room_write(path, BAD);
        if (!allow_open(room_file("allow"), &allow, &err) ||
            !allow_add(allow, accusation(BAD).digest, STR("ours"), &err))
            abort();
        allow_free(allow);
        break;
    }
    case MAKE_IN_STORE:
        (void)mkdir(room_file("store"), 0700);
        room_write(room_file("store/x.php"), BAD);
        return room_file("store/x.php");
    }
    return path;
}

static void
refuses(void)
{
    static const struct {
        enum making making;
        bool is_by_hand;
        const char *says;
    } rows[] = {
        {MAKE_LINKED, true, "it has 2 names (hard links)"},
        {MAKE_LINKED, false, "it has 2 names (hard links)"},
        {MAKE_FOLDER, true, "is a folder: only regular files are taken"},
        {MAKE_SYMLINK, true, "is a symbolic link: only regular files are taken"},
        {MAKE_PIPE, true, "is a pipe: only regular files are taken"},
        {MAKE_NOTHING, true, "No such file or directory"},
        {MAKE_BEHIND_SYMLINK, true, "name the file by its real folder, /tmp/weir-test-"},
        {MAKE_CHANGED, false, "its content changed since it was scanned"},
        {MAKE_IMMUTABLE, true, "is immutable (chattr +i)"},
        {MAKE_APPEND_ONLY, true, "is append-only (chattr +a)"},
        {MAKE_ALLOWED, false, "is on the allow-list"},
        {MAKE_IN_STORE, true, "it is in quarantine"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct quarantine_verdict verdict = accusation(BAD);
        struct quarantine *quarantine;
        struct err err = {.text = ""};
        char id[QUARANTINE_ID_TEXT];
        const char *path;
        struct str before;

        room_renew();
        path = make(rows[i].making);
        quarantine = open_with(NULL);
        before = picture(path);
        verdict.is_by_hand = rows[i].is_by_hand;
        CHECK_ROW(i, !quarantine_take(quarantine, path, &verdict, id, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), tap_str(rows[i].says)));
        if (!str_has(str_from_cstr(err.text), tap_str(rows[i].says)))
            printf("# it says: %s\n", err.text);
        CHECK_ROW(i, str_eq(picture(path), before));
        CHECK_ROW(i, count_kept(quarantine) == 0);
        if (rows[i].making == MAKE_IMMUTABLE)
            set_flag(path, FS_IMMUTABLE_FL, false);
        if (rows[i].making == MAKE_APPEND_ONLY)
            set_flag(path, FS_APPEND_FL, false);
        quarantine_close(quarantine);
    }
}

static void
takes_nothing_without_an_accusation(void)
{
    static const struct {
        bool is_whole;
        uint32_t rule_count;
        double confidence;
        const char *says; /* NULL: it is taken */
    } rows[] = {
        {true, 2, 0.97, NULL},
        {true, 1, 0.9, NULL},
        {false, 2, 1.0, "its scan ended with an error, which is no verdict"},
        {true, 0, 1.0, "nothing accuses it"},
        {true, 2, 0.89999, "nothing accuses it"},
        {true, 2, NAN, "nothing accuses it"},
        {true, 2, -1.0, "nothing accuses it"},
        {true, QUARANTINE_RULES_MAX + 1, 1.0, "too many rules"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct quarantine_verdict verdict = accusation(BAD);
        struct quarantine *quarantine;
        struct err err = {.text = ""};
        char id[QUARANTINE_ID_TEXT];

        room_renew();
        room_write(room_file("x.php"), BAD);
        quarantine = open_with(NULL);
        verdict.is_whole = rows[i].is_whole;
        verdict.rule_count = rows[i].rule_count;
        verdict.confidence = rows[i].confidence;
        CHECK_ROW(i, quarantine_take(quarantine, room_file("x.php"), &verdict, id, &err) ==
                         !rows[i].says);
        CHECK_ROW(i, room_has(room_file("x.php")) == (rows[i].says != NULL));
        if (rows[i].says)
            CHECK_ROW(i, str_has(str_from_cstr(err.text), tap_str(rows[i].says)));
        quarantine_close(quarantine);
    }
}

/* Links in the path: root's are followed where nobody else can put another in their place. */
static void
follows_links_of_root_only(void)
{
    static const struct {
        const char *target, *path;
        uid_t link_owner, folder_owner;
        mode_t folder_mode;
        bool is_taken;
    } rows[] = {
        {"../real", "links/site/x.php", 0, 0, 0755, true},
        {"../real/.", "links/../links/site/x.php", 0, 0, 0755, true},
        {"/ROOM/real", "links/site/x.php", 0, 0, 0755, true},
        {"../real", "links/site/x.php", 1234, 0, 0755, false},
        {"../real", "links/site/x.php", 0, 1234, 0755, false},
        {"../real", "links/site/x.php", 0, 0, 0775, false},
        {"../real", "links/site/x.php", 0, 0, 01777, false},
        {"site", "links/site/x.php", 0, 0, 0755, false},
        {"nowhere", "links/site/x.php", 0, 0, 0755, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct quarantine_verdict verdict = accusation(BAD);
        struct quarantine *quarantine;
        struct err err = {.text = ""};
        char id[QUARANTINE_ID_TEXT];
        bool is_absolute = rows[i].target[0] == '/';

        room_make_trusted();
        (void)mkdir(room_file("real"), 0755);
        (void)mkdir(room_file("links"), 0755);
        room_write(room_file("real/x.php"), BAD);
        CHECK_ROW(i, symlink(is_absolute ? room_file("real") : rows[i].target,
                             room_file("links/site")) == 0);
        CHECK_ROW(i, lchown(room_file("links/site"), rows[i].link_owner, 0) == 0);
        CHECK_ROW(i, chown(room_file("links"), rows[i].folder_owner, 0) == 0 &&
                         chmod(room_file("links"), rows[i].folder_mode) == 0);
        quarantine = open_with(NULL);
        CHECK_ROW(i, quarantine_take(quarantine, room_file(rows[i].path), &verdict, id, &err) ==
                         rows[i].is_taken);
        CHECK_ROW(i, room_has(room_file("real/x.php")) == !rows[i].is_taken);
        if (rows[i].is_taken)
            CHECK_ROW(i, quarantine_restore(quarantine, id, &err));
        if (rows[i].is_taken && err.text[0])
            printf("# %s\n", err.text);
        CHECK_ROW(i, str_eq(room_read(room_file("real/x.php")), STR(BAD)));
        quarantine_close(quarantine);
    }
}

/* ---- what the owner of the folder does meanwhile ---- */

static int held = -1; /* the owner has the file open for writing */

static void
swap_file(struct hook *hook, const char *name)
{
    if (strcmp(name, hook->at) == 0 && (rename(room_file("x.php"), room_file("hidden")) != 0 ||
                                        rename(room_file("good.php"), room_file("x.php")) != 0))
        abort();
}

static void
swap_twin(struct hook *hook, const char *name)
{
    if (strcmp(name, hook->at) == 0 && rename(room_file("x.php"), room_file("hidden")) == 0)
        room_write(room_file("x.php"), BAD);
}

static void
swap_symlink(struct hook *hook, const char *name)
{
    if (strcmp(name, hook->at) == 0 && rename(room_file("x.php"), room_file("hidden")) == 0 &&
        symlink("good.php", room_file("x.php")) != 0)
        abort();
}

static void
swap_folder(struct hook *hook, const char *name)
{
    if (strcmp(name, hook->at) == 0 && rename(room_file("x.php"), room_file("hidden")) == 0 &&
        mkdir(room_file("x.php"), 0711) != 0)
        abort();
}

static void
write_held(struct hook *hook, const char *name)
{
    if (strcmp(name, hook->at) == 0 && pwrite(held, "X", 1, 0) != 1)
        abort();
}

static void
add_link(struct hook *hook, const char *name)
{
    if (strcmp(name, hook->at) == 0 && link(room_file("x.php"), room_file("hidden")) != 0)
        abort();
}

static void
swap_and_occupy(struct hook *hook, const char *name)
{
    swap_file(hook, name);
    if (strcmp(name, "moved") == 0)
        room_write(room_file("x.php"), "occupied");
}

static void
vanish(struct hook *hook, const char *name)
{
    if (strcmp(name, hook->at) == 0 && unlink(room_file("x.php")) != 0)
        abort();
}

static void
puts_back_what_is_not_the_file(void)
{
    static const struct {
        void (*run)(struct hook *hook, const char *name);
        const char *at, *says, *there; /* what is at the path afterwards */
    } rows[] = {
        {swap_file, "noted", "another file under its name", GOOD},
        {swap_twin, "noted", "another file under its name", BAD},
        {swap_symlink, "noted", "another file under its name", "(none)"},
        {swap_folder, "noted", "another file under its name", "(none)"},
        {write_held, "noted", "its content changed while", "X?php harmless('bad');\n"},
        {write_held, "moved", "its content changed while", "X?php harmless('bad');\n"},
        {write_held, "locked", "its content changed while", "X?php harmless('bad');\n"},
        {add_link, "noted", "it got a second name", BAD},
        {swap_and_occupy, "noted", "what was taken is now 'x.php.weir-", "occupied"},
        {vanish, "noted", "No such file or directory", "(none)"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct hook hook = {.run = rows[i].run, .at = rows[i].at};
        struct quarantine_verdict verdict = accusation(BAD);
        struct quarantine *quarantine;
        struct err err = {.text = ""};
        char id[QUARANTINE_ID_TEXT];

        room_renew();
        make_rich(room_file("x.php"));
        room_write(room_file("good.php"), GOOD);
        held = open(room_file("x.php"), O_RDWR);
        quarantine = open_with(&hook);
        CHECK_ROW(i, !quarantine_take(quarantine, room_file("x.php"), &verdict, id, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), tap_str(rows[i].says)));
        if (!str_has(str_from_cstr(err.text), tap_str(rows[i].says)))
            printf("# it says: %s\n", err.text);
        if (rows[i].there[0] == '(')
            CHECK_ROW(i, rows[i].run == vanish || room_has(room_file("x.php")));
        else
            CHECK_ROW(i, str_eq(room_read(room_file("x.php")), tap_str(rows[i].there)));
        CHECK_ROW(i, count_kept(quarantine) == 0 && count_entries(room_file("store")) == 0);
        if (rows[i].run == write_held)
            CHECK_ROW(i, str_has(picture(room_file("x.php")), STR(" 1234:5678 ")));
        close(held);
        quarantine_close(quarantine);
    }
}

/* A process turns the names round and round; the good file never stays in quarantine. */
static void
is_not_outrun(void)
{
    struct quarantine_verdict verdict = accusation(BAD);
    uint32_t taken = 0;
    pid_t child;

    room_renew();
    (void)mkdir(room_file("site"), 0755);
    room_write(room_file("site/a"), BAD);
    room_write(room_file("site/b"), GOOD);
    child = fork();
    if (child == 0) {
        for (;;)
            (void)renameat2(AT_FDCWD, room_file("site/a"), AT_FDCWD, room_file("site/b"),
                            RENAME_EXCHANGE);
    }
    for (int i = 0; i < 300; i++) {
        struct quarantine *quarantine = open_with(NULL);
        struct err err;
        char id[QUARANTINE_ID_TEXT];

        if (quarantine_take(quarantine, room_file("site/a"), &verdict, id, &err)) {
            struct quarantine_record record;
            struct arena *arena = arena_new(64u << 20);
            struct str file;

            taken++;
            CHECK_ROW(i, quarantine_find(quarantine, id, arena, &record, &file, &err));
            CHECK_ROW(i, str_eq(room_read(file.data), STR(BAD)));
            CHECK_ROW(i, quarantine_delete(quarantine, id, &err));
            arena_free(arena);
            room_write(room_file("site/new"), BAD);
            (void)rename(room_file("site/new"), room_file("site/a"));
        }
        CHECK_ROW(i, count_kept(quarantine) == 0);
        quarantine_close(quarantine);
    }
    (void)kill(child, SIGKILL);
    (void)waitpid(child, NULL, 0);
    printf("# taken %u of 300 times\n", taken);
}

/* ---- killed ---- */

enum doing {
    DO_TAKE,
    DO_RESTORE,
    DO_DELETE,
    DO_CLEAN,
    DO_RESTORE_CLEANED
};

static bool
act(enum doing doing, struct quarantine *quarantine, const char *kept_id)
{
    struct quarantine_verdict verdict = accusation(BAD);
    struct err err = {.text = ""};
    char id[QUARANTINE_ID_TEXT];
    bool is_done = false;

    switch (doing) {
    case DO_TAKE:
        is_done = quarantine_take(quarantine, room_file("x.php"), &verdict, id, &err);
        break;
    case DO_CLEAN:
        is_done =
            quarantine_clean(quarantine, room_file("x.php"), &verdict, STR(CLEANED), id, &err);
        break;
    case DO_RESTORE:
    case DO_RESTORE_CLEANED:
        is_done = quarantine_restore(quarantine, kept_id, &err);
        break;
    case DO_DELETE:
        is_done = quarantine_delete(quarantine, kept_id, &err);
        break;
    }
    if (!is_done)
        printf("# %s\n", err.text);
    return is_done;
}

static void
prepare(enum doing doing, char kept_id[QUARANTINE_ID_TEXT])
{
    struct quarantine *quarantine;
    struct quarantine_verdict verdict = accusation(BAD);
    struct err err = {.text = ""};
    bool is_good = true;

    room_renew();
    make_rich(room_file("x.php"));
    if (doing == DO_TAKE || doing == DO_CLEAN)
        return;
    quarantine = open_with(NULL);
    if (doing == DO_RESTORE_CLEANED)
        is_good =
            quarantine_clean(quarantine, room_file("x.php"), &verdict, STR(CLEANED), kept_id, &err);
    else
        is_good = quarantine_take(quarantine, room_file("x.php"), &verdict, kept_id, &err);
    if (!is_good)
        printf("# %s\n", err.text);
    CHECK(is_good);
    quarantine_close(quarantine);
}

/* Runs it in a child that kills itself at that step; false when it lived. */
static bool
is_killed(enum doing doing, int kill_at, const char *kept_id)
{
    int status;
    pid_t child;

    (void)fflush(stdout);
    child = fork();
    if (child == 0) {
        struct hook hook = {.kill_at = kill_at};

        _exit(act(doing, open_with(&hook), kept_id) ? 0 : 1);
    }
    if (waitpid(child, &status, 0) != child)
        abort();
    CHECK(WIFSIGNALED(status) || WEXITSTATUS(status) == 0);
    return WIFSIGNALED(status);
}

/* The one kept file's id; false when there is not exactly one. */
static bool
only_id(struct quarantine *quarantine, char ret_id[QUARANTINE_ID_TEXT])
{
    struct arena *arena = arena_new(64u << 20);
    const char(*ids)[QUARANTINE_ID_TEXT];
    uint32_t count = 0;
    struct err err;

    if (quarantine_list(quarantine, arena, &ids, &count, &err) && count == 1)
        memcpy(ret_id, ids[0], QUARANTINE_ID_TEXT);
    arena_free(arena);
    return count == 1;
}

/*
 * After a kill: the original is in its place as it was, or in quarantine and comes back
 * as it was. Only a deletion may have lost it, and then wholly.
 */
static void
check_after(enum doing doing, int step, struct str before)
{
    struct quarantine *quarantine = open_with(NULL);
    struct str there = room_read(room_file("x.php"));
    char id[QUARANTINE_ID_TEXT];
    struct err err = {.text = ""};

    CHECK_STR(str_from_cstr(quarantine_remark(quarantine)), "");
    if (str_eq(there, STR(BAD))) {
        CHECK_ROW(step, str_eq(picture(room_file("x.php")), before));
        CHECK_ROW(step, count_kept(quarantine) == 0);
        CHECK_ROW(step, count_entries(room_file("store")) == 0);
    } else if (only_id(quarantine, id)) {
        bool is_cleaned = doing == DO_CLEAN || doing == DO_RESTORE_CLEANED;

        CHECK_ROW(step, str_eq(there, is_cleaned ? STR(CLEANED) : STR("(none)")));
        CHECK_ROW(step, count_entries(room_file("store")) == 2);
        CHECK_ROW(step, quarantine_restore(quarantine, id, &err));
        CHECK_ROW(step, str_eq(picture(room_file("x.php")), before));
        CHECK_ROW(step, str_eq(room_read(room_file("x.php")), STR(BAD)));
    } else {
        CHECK_ROW(step, doing == DO_DELETE && str_eq(there, STR("(none)")));
        CHECK_ROW(step, count_entries(room_file("store")) == 0);
    }
    if (err.text[0])
        printf("# %s\n", err.text);
    quarantine_close(quarantine);
}

/* What the original looks like where it is, or would where it was: its inode number stays. */
static void
picture_original(const char *kept_id, char ret_picture[1 << 13])
{
    struct quarantine *quarantine;
    struct quarantine_record record;
    struct arena *arena;
    struct str seen, file;
    struct err err;

    if (!kept_id[0]) {
        seen = picture(room_file("x.php"));
        (void)snprintf(ret_picture, 1 << 13, STR_FMT, STR_ARG(seen));
        return;
    }
    arena = arena_new(64u << 20);
    quarantine = open_with(NULL);
    CHECK(quarantine_find(quarantine, kept_id, arena, &record, &file, &err));
    make_rich(room_file("model"));
    seen = picture(room_file("model"));
    (void)str_cut(&seen, ' ');
    (void)snprintf(ret_picture, 1 << 13, "%llu " STR_FMT,
                   (unsigned long long)record.attributes.inode, STR_ARG(seen));
    quarantine_close(quarantine);
    arena_free(arena);
}

static void
survives_a_kill_at_every_step(void)
{
    static const struct {
        enum doing doing;
        int steps;
    } rows[] = {
        {DO_TAKE, 5}, {DO_RESTORE, 5}, {DO_DELETE, 3}, {DO_CLEAN, 6}, {DO_RESTORE_CLEANED, 6},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        bool was_killed = true;
        int step = 0;

        while (was_killed) {
            char id[QUARANTINE_ID_TEXT] = "", before[1 << 13];

            step++;
            prepare(rows[i].doing, id);
            picture_original(id, before);
            was_killed = is_killed(rows[i].doing, step, id);
            check_after(rows[i].doing, (int)i * 100 + step, str_from_cstr(before));
        }
        CHECK_ROW(i, step - 1 == rows[i].steps);
    }
}

/* Swapped, and then killed before anybody looked: the next start puts it back. */
static void
recovers_from_a_swap_and_a_kill(void)
{
    struct quarantine *quarantine;
    int status;
    pid_t child;

    room_renew();
    make_rich(room_file("x.php"));
    room_write(room_file("good.php"), GOOD);
    (void)fflush(stdout);
    child = fork();
    if (child == 0) {
        struct hook hook = {.run = swap_file, .at = "noted", .kill_at = 3};

        (void)act(DO_TAKE, open_with(&hook), "");
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child && WIFSIGNALED(status));
    CHECK(!room_has(room_file("x.php")));
    quarantine = open_with(NULL);
    CHECK_STR(room_read(room_file("x.php")), GOOD);
    CHECK(
        str_has(str_from_cstr(quarantine_remark(quarantine)), STR("another file under its name")));
    CHECK(count_kept(quarantine) == 0 && count_entries(room_file("store")) == 0);
    quarantine_close(quarantine);
}

/* ---- giving back ---- */

static void
overwrites_nothing(void)
{
    struct quarantine_verdict verdict = accusation(BAD);
    struct quarantine *quarantine;
    struct err err = {.text = ""};
    char id[QUARANTINE_ID_TEXT];

    room_renew();
    (void)mkdir(room_file("site"), 0755);
    room_write(room_file("site/x.php"), BAD);
    quarantine = open_with(NULL);
    CHECK(quarantine_take(quarantine, room_file("site/x.php"), &verdict, id, &err));
    room_write(room_file("site/x.php"), GOOD);
    CHECK(!quarantine_restore(quarantine, id, &err));
    CHECK(str_has(str_from_cstr(err.text), STR("there is another file at")));
    CHECK_STR(room_read(room_file("site/x.php")), GOOD);
    CHECK(!room_has(room_file("allow")));
    CHECK(unlink(room_file("site/x.php")) == 0 && rmdir(room_file("site")) == 0);
    CHECK(!quarantine_restore(quarantine, id, &err));
    CHECK(str_has(str_from_cstr(err.text), STR("No such file or directory")));
    CHECK(symlink("/tmp", room_file("site")) == 0);
    CHECK(!quarantine_restore(quarantine, id, &err));
    CHECK(str_has(str_from_cstr(err.text), STR("a symbolic link stands in the path")));
    CHECK(unlink(room_file("site")) == 0 && mkdir(room_file("site"), 0755) == 0);
    CHECK(quarantine_restore(quarantine, id, &err));
    CHECK_STR(room_read(room_file("site/x.php")), BAD);
    quarantine_close(quarantine);
}

static void
gives_back_no_changed_content(void)
{
    struct quarantine_verdict verdict = accusation(BAD);
    struct quarantine *quarantine;
    struct err err = {.text = ""};
    char id[QUARANTINE_ID_TEXT];
    int fd;

    room_renew();
    room_write(room_file("x.php"), BAD);
    fd = open(room_file("x.php"), O_RDWR);
    quarantine = open_with(NULL);
    CHECK(quarantine_take(quarantine, room_file("x.php"), &verdict, id, &err));
    CHECK(pwrite(fd, "Y", 1, 0) == 1);
    CHECK(!quarantine_restore(quarantine, id, &err));
    CHECK(str_has(str_from_cstr(err.text), STR("changed while it lay in quarantine")));
    CHECK(!room_has(room_file("x.php")) && count_kept(quarantine) == 1);
    CHECK(quarantine_delete(quarantine, id, &err));
    CHECK(count_entries(room_file("store")) == 0);
    close(fd);
    quarantine_close(quarantine);
}

static void
does_not_take_again_what_was_restored(void)
{
    struct quarantine_verdict verdict = accusation(BAD), by_hand = {.is_by_hand = true};
    struct quarantine *quarantine;
    struct err err = {.text = ""};
    char id[QUARANTINE_ID_TEXT];

    room_renew();
    room_write(room_file("x.php"), BAD);
    quarantine = open_with(NULL);
    CHECK(quarantine_take(quarantine, room_file("x.php"), &verdict, id, &err));
    CHECK(quarantine_restore(quarantine, id, &err));
    CHECK(str_has(room_read(room_file("allow")), STR("/x.php\n")));
    CHECK(!quarantine_take(quarantine, room_file("x.php"), &verdict, id, &err));
    CHECK(str_has(str_from_cstr(err.text), STR("is on the allow-list")));
    CHECK(quarantine_take(quarantine, room_file("x.php"), &by_hand, id, &err));
    CHECK_STR(room_read(room_file("allow")), "");
    quarantine_close(quarantine);
}

static void
knows_ids_only(void)
{
    static const char *const ids[] = {"",
                                      "*",
                                      "..",
                                      "../../etc/passwd",
                                      "0123456789abcdef",
                                      "0123456789ABCDEF",
                                      "0123456789abcde*",
                                      "journal"};
    struct quarantine_verdict verdict = accusation(BAD);
    struct quarantine *quarantine;
    struct err err = {.text = ""};
    char id[QUARANTINE_ID_TEXT];

    room_renew();
    room_write(room_file("x.php"), BAD);
    quarantine = open_with(NULL);
    CHECK(quarantine_take(quarantine, room_file("x.php"), &verdict, id, &err));
    for (size_t i = 0; i < COUNT(ids); i++) {
        CHECK_ROW(i, !quarantine_delete(quarantine, ids[i], &err));
        CHECK_ROW(i, !quarantine_restore(quarantine, ids[i], &err));
    }
    CHECK(count_kept(quarantine) == 1);
    quarantine_close(quarantine);
}

/* ---- cleaning ---- */

static void
cleans_in_one_step(void)
{
    struct quarantine_verdict verdict = accusation(BAD);
    struct quarantine *quarantine;
    struct err err = {.text = ""};
    struct str before, after;
    char id[QUARANTINE_ID_TEXT];

    room_renew();
    make_rich(room_file("x.php"));
    before = picture(room_file("x.php"));
    quarantine = open_with(NULL);
    CHECK(quarantine_clean(quarantine, room_file("x.php"), &verdict, STR(CLEANED), id, &err));
    CHECK_STR(room_read(room_file("x.php")), CLEANED);
    after = picture(room_file("x.php"));
    CHECK(str_has(after, STR(" 1234:5678 ")));
    /* Owner and mode; and from the first extended attribute on. */
    CHECK(str_eq(str_from(after, str_find(after, STR("=")) - 8),
                 str_from(before, str_find(before, STR("=")) - 8)));
    CHECK(str_has(after, STR("106760")) && str_has(before, STR("106760")));
    CHECK(count_kept(quarantine) == 1);
    CHECK(quarantine_restore(quarantine, id, &err));
    CHECK_STR(picture(room_file("x.php")), before.data);
    CHECK(count_entries(room_file("store")) == 0);
    quarantine_close(quarantine);
}

/* ---- other file systems ---- */

static void
mount_small(const char *options)
{
    room_renew();
    (void)mkdir(room_file("disk"), 0755);
    if (mount("none", room_file("disk"), "tmpfs", 0, options) != 0)
        abort();
    (void)mkdir(room_file("disk/site"), 0755);
}

static void
unmount(void)
{
    (void)umount2(room_file("disk"), MNT_DETACH);
}

static void
keeps_a_store_at_each_mount_point(void)
{
    struct quarantine_verdict verdict = accusation(BAD);
    struct quarantine *quarantine;
    struct err err = {.text = ""};
    char id[QUARANTINE_ID_TEXT];
    struct stat status;
    struct str before;

    mount_small("size=256k,mode=755");
    make_rich(room_file("disk/site/x.php"));
    before = picture(room_file("disk/site/x.php"));
    quarantine = open_with(NULL);
    CHECK(quarantine_take(quarantine, room_file("disk/site/x.php"), &verdict, id, &err));
    if (err.text[0])
        printf("# %s\n", err.text);
    CHECK(stat(room_file("disk/.weir-quarantine"), &status) == 0 && status.st_uid == 0 &&
          (status.st_mode & 07777) == 0700);
    CHECK(count_entries(room_file("disk/.weir-quarantine")) == 2);
    CHECK(count_entries(room_file("store")) == 0);
    quarantine_close(quarantine);
    /* Another run finds it, though nobody says where. */
    quarantine = open_with(NULL);
    CHECK(count_kept(quarantine) == 1);
    CHECK(quarantine_restore(quarantine, id, &err));
    CHECK_STR(picture(room_file("disk/site/x.php")), before.data);
    quarantine_close(quarantine);
    unmount();
}

static void
trusts_no_folder_of_others(void)
{
    static const struct {
        const char *options;
        bool is_made_by_other;
        const char *says;
    } rows[] = {
        {"mode=755,uid=1234", false, "belongs to others than root"},
        {"mode=777", false, "belongs to others than root"},
        {"mode=1777", true, "is not for root alone"},
        {"mode=755", true, "is not for root alone"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct quarantine_verdict verdict = accusation(BAD);
        struct quarantine *quarantine;
        struct err err = {.text = ""};
        char id[QUARANTINE_ID_TEXT];

        mount_small(rows[i].options);
        room_write(room_file("disk/site/x.php"), BAD);
        if (rows[i].is_made_by_other) {
            (void)mkdir(room_file("disk/.weir-quarantine"), 0700);
            (void)!chown(room_file("disk/.weir-quarantine"), 1234, 1234);
        }
        quarantine = open_with(NULL);
        CHECK_ROW(i,
                  !quarantine_take(quarantine, room_file("disk/site/x.php"), &verdict, id, &err));
        CHECK_ROW(i, str_has(str_from_cstr(err.text), tap_str(rows[i].says)));
        CHECK_ROW(i, str_eq(room_read(room_file("disk/site/x.php")), STR(BAD)));
        quarantine_close(quarantine);
        unmount();
    }
}

/* Fills the disk but for so many bytes. */
static void
fill(size_t left)
{
    static const char block[4096];
    struct statvfs status;
    int fd = open(room_file("disk/ballast"), O_WRONLY | O_CREAT | O_APPEND, 0600);

    while (fd >= 0 && statvfs(room_file("disk"), &status) == 0 &&
           status.f_bfree * status.f_bsize > left && write(fd, block, sizeof(block)) > 0)
        ;
    close(fd);
}

static struct quarantine *
open_on_disk(void)
{
    struct quarantine_options options = {
        .folder = room_file("disk/store"),
        .allow = room_file("disk/allow"),
    };
    struct quarantine *quarantine = NULL;
    struct err err;

    if (!quarantine_open(&options, &quarantine, &err))
        abort();
    return quarantine;
}

/* With ever more room left: done, or refused with everything as it was. */
static void
loses_nothing_on_a_full_disk(void)
{
    uint32_t taken = 0, restored = 0;

    for (size_t left = 0; left <= 10; left++) {
        struct quarantine_verdict verdict = accusation(BAD);
        struct quarantine *quarantine;
        struct err err = {.text = ""};
        char id[QUARANTINE_ID_TEXT];
        struct str before;

        mount_small("size=128k,mode=755");
        make_rich(room_file("disk/site/x.php"));
        before = picture(room_file("disk/site/x.php"));
        fill(left * 4096);
        quarantine = open_on_disk();
        if (!quarantine_take(quarantine, room_file("disk/site/x.php"), &verdict, id, &err)) {
            CHECK_ROW(left, str_has(str_from_cstr(err.text), STR("No space left")));
            CHECK_ROW(left, str_eq(picture(room_file("disk/site/x.php")), before));
            CHECK_ROW(left, count_entries(room_file("disk/store")) == 0);
            quarantine_close(quarantine);
            unmount();
            continue;
        }
        taken++;
        CHECK_ROW(left, !room_has(room_file("disk/site/x.php")));
        CHECK_ROW(left, count_entries(room_file("disk/store")) == 2);
        fill(0);
        if (quarantine_restore(quarantine, id, &err)) {
            restored++;
        } else {
            CHECK_ROW(left, str_has(str_from_cstr(err.text), STR("No space left")));
            CHECK_ROW(left, !room_has(room_file("disk/site/x.php")));
            CHECK_ROW(left, str_eq(room_read(room_file("disk/allow")), STR("(none)")) ||
                                str_eq(room_read(room_file("disk/allow")), STR("")));
            (void)unlink(room_file("disk/ballast"));
            CHECK_ROW(left, quarantine_restore(quarantine, id, &err));
        }
        CHECK_ROW(left, str_eq(picture(room_file("disk/site/x.php")), before));
        quarantine_close(quarantine);
        unmount();
    }
    CHECK(taken > 0 && taken < 11);
    printf("# taken with %u of 11 amounts of room, restored at once %u\n", taken, restored);
}

static void
deletes_on_a_full_disk(void)
{
    struct quarantine_verdict verdict = accusation(BAD);
    struct quarantine *quarantine;
    struct err err = {.text = ""};
    char id[QUARANTINE_ID_TEXT];

    mount_small("size=128k,mode=755");
    room_write(room_file("disk/site/x.php"), BAD);
    quarantine = open_on_disk();
    CHECK(quarantine_take(quarantine, room_file("disk/site/x.php"), &verdict, id, &err));
    fill(0);
    CHECK(quarantine_delete(quarantine, id, &err));
    CHECK(count_entries(room_file("disk/store")) == 0);
    quarantine_close(quarantine);
    unmount();
}

/* ---- at once ---- */

static void
works_beside_others(void)
{
    struct quarantine *quarantine;

    room_renew();
    for (int i = 0; i < 40; i++) {
        char name[32];

        (void)snprintf(name, sizeof(name), "%d.php", i);
        room_write(room_file(name), BAD);
    }
    (void)fflush(stdout);
    for (int worker = 0; worker < 4; worker++) {
        if (fork() == 0) {
            struct quarantine_verdict verdict = accusation(BAD);
            struct err err;
            char name[32], id[QUARANTINE_ID_TEXT];
            bool is_good = true;

            quarantine = open_with(NULL);
            for (int i = worker; i < 40; i += 4) {
                (void)snprintf(name, sizeof(name), "%d.php", i);
                is_good =
                    quarantine_take(quarantine, room_file(name), &verdict, id, &err) && is_good;
            }
            _exit(is_good ? 0 : 1);
        }
    }
    for (int worker = 0; worker < 4; worker++) {
        int status;

        CHECK(wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
    quarantine = open_with(NULL);
    CHECK(count_kept(quarantine) == 40);
    CHECK_STR(str_from_cstr(quarantine_remark(quarantine)), "");
    quarantine_close(quarantine);
}

static bool
enter_namespace(void)
{
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0;
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"gives back what it took, bytes and attributes", gives_back_what_it_took},
        {"gives back any name", gives_back_any_name},
        {"refuses links, folders, changed, held and allowed files", refuses},
        {"takes nothing without an accusation", takes_nothing_without_an_accusation},
        {"puts back what is not the file that was judged", puts_back_what_is_not_the_file},
        {"is not outrun by who turns names round", is_not_outrun},
        {"survives a kill at every step", survives_a_kill_at_every_step},
        {"recovers from a swap and a kill", recovers_from_a_swap_and_a_kill},
        {"overwrites nothing", overwrites_nothing},
        {"gives back no changed content", gives_back_no_changed_content},
        {"does not take again what was restored", does_not_take_again_what_was_restored},
        {"knows ids only", knows_ids_only},
        {"cleans in one step, and back", cleans_in_one_step},
        {"works beside others", works_beside_others},
        {"keeps a store at each mount point", keeps_a_store_at_each_mount_point},
        {"trusts no folder of others", trusts_no_folder_of_others},
        {"follows links of root only", follows_links_of_root_only},
        {"loses nothing on a full disk", loses_nothing_on_a_full_disk},
        {"deletes on a full disk", deletes_on_a_full_disk},
    };
    static const size_t mounting = 5; /* the last ones mount something */

    if (geteuid() != 0) {
        printf("1..0 # SKIP the quarantine is root's\n");
        return 0;
    }
    if (enter_namespace()) {
        (void)tap_main(cases, COUNT(cases));
    } else {
        (void)tap_main(cases, COUNT(cases) - mounting);
        printf("# other file systems are not tested: no mount namespace\n");
    }
    room_done();
    return 0;
}
