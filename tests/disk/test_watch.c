/*
 * What is seen while a child process writes: in tmpfs of an own mount namespace, so that
 * nothing else on this machine is watched.
 */

#include <errno.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>

#include "base/buf.h"
#include "disk/watch.h"
#include "room.h"

static volatile sig_atomic_t stop;

/* What was seen, a line each: "file site/x.php", paths below the room. */
struct seen {
    struct buf lines;
    void (*act)(struct seen *seen); /* at WATCH_READY, and at the first file when `is_late` */
    bool is_late, has_acted;
    const char *last; /* the line that ends the run */
};

static bool
has_line(const struct seen *seen, const char *line)
{
    struct str rest = buf_str(&seen->lines);

    while (rest.len) {
        if (str_eq(str_cut(&rest, '\n'), str_from_cstr(line)))
            return true;
    }
    return false;
}

static void
on_event(void *context, enum watch_event event, struct str path)
{
    static const char *const names[] = {"ready", "file", "folder", "turn", "lost"};
    struct seen *seen = context;
    struct str room = str_from_cstr(room_path);

    if (event == WATCH_TURN)
        return;
    (void)str_skip(&path, room);
    (void)str_skip(&path, STR("/"));
    buf_printf(&seen->lines, "%s " STR_FMT "\n", names[event], STR_ARG(path));
    if (seen->act && !seen->has_acted && (event == WATCH_READY) != seen->is_late) {
        seen->has_acted = true;
        seen->act(seen);
    }
    if (has_line(seen, seen->last))
        stop = 1;
}

/* Watches until the last line is seen, ten seconds at most. */
static bool
watch(struct seen *seen, const char *const *paths, uint32_t count, struct err *err)
{
    struct watch_options options = {
        .paths = paths,
        .path_count = count,
        .quiet_ms = 100,
        .seen = on_event,
        .context = seen,
        .stop = &stop,
    };

    stop = 0;
    buf_init(&seen->lines, 8 << 20);
    (void)alarm(20);
    return watch_run(&options, err);
}

static void
mount_at(const char *name)
{
    (void)mkdir(room_file(name), 0755);
    if (mount("none", room_file(name), "tmpfs", 0, "size=32m,mode=755") != 0)
        abort();
}

static void
write_files(struct seen *seen)
{
    (void)seen;
    room_write(room_file("disk/site/closed.php"), "a");
    (void)mkdir(room_file("disk/site/deep"), 0755);
    (void)mkdir(room_file("disk/site/deep/er"), 0755);
    room_write(room_file("disk/site/deep/er/below.php"), "a");
    room_write(room_file("disk/elsewhere.php"), "a");
    room_write(room_file("disk/site2/namesake.php"), "a");
    (void)rename(room_file("disk/elsewhere.php"), room_file("disk/site/moved.php"));
    (void)link(room_file("disk/site2/namesake.php"), room_file("disk/site/linked.php"));
    room_write(room_file("disk/site/gone.php"), "a");
    (void)unlink(room_file("disk/site/gone.php"));
    (void)symlink("closed.php", room_file("disk/site/symlink.php"));
    (void)rename(room_file("disk/full"), room_file("disk/site/full"));
    for (int i = 0; i < 50; i++)
        room_write(room_file("disk/site/burst.php"), "a");
    room_write(room_file("disk/site/end"), "a");
}

static void
sees_what_comes_below_its_roots(void)
{
    static const char *const seen_lines[] = {
        "ready ",
        "file disk/site/closed.php",
        "file disk/site/deep/er/below.php",
        "file disk/site/moved.php",
        "file disk/site/linked.php",
        "folder disk/site/full",
        "file disk/site/burst.php",
        "file disk/site/end",
    };
    struct seen seen = {.act = write_files, .last = "file disk/site/end"};
    const char *paths[] = {room_file("disk/site")};
    struct err err = {.text = ""};
    uint32_t count = 0;

    (void)mkdir(room_file("disk/site"), 0755);
    (void)mkdir(room_file("disk/site2"), 0755);
    (void)mkdir(room_file("disk/full"), 0755);
    CHECK(watch(&seen, paths, 1, &err));
    CHECK_STR(str_from_cstr(err.text), "");
    for (size_t i = 0; i < COUNT(seen_lines); i++)
        CHECK_ROW(i, has_line(&seen, seen_lines[i]));
    for (size_t i = 0; i < seen.lines.len; i++)
        count += seen.lines.data[i] == '\n';
    /* Nothing besides: not what is elsewhere or gone, and the burst once. */
    CHECK(count == COUNT(seen_lines));
    if (tap_failures)
        printf("# %.*s\n", (int)seen.lines.len, seen.lines.data);
    buf_done(&seen.lines);
}

static void
write_in_both(struct seen *seen)
{
    (void)seen;
    room_write(room_file("disk/a/one.php"), "a");
    room_write(room_file("second/two.php"), "a");
    room_write(room_file("disk/a/below/three.php"), "a");
    room_write(room_file("disk/file.php"), "a");
    room_write(room_file("disk/other.php"), "a");
    room_write(room_file("bound/four.php"), "a");
    room_write(room_file("second/end"), "a");
}

/* Two file systems, a third mounted below a root, a bind mount, and a root that is a file. */
static void
sees_several_file_systems(void)
{
    static const char *const seen_lines[] = {
        "file disk/a/one.php", "file second/two.php", "file disk/a/below/three.php",
        "file disk/file.php",  "file bound/four.php",
    };
    struct seen seen = {.act = write_in_both, .last = "file second/end"};
    const char *paths[] = {room_file("disk/a"), room_file("second"), room_file("disk/file.php"),
                           room_file("bound")};
    struct err err = {.text = ""};

    mount_at("second");
    (void)mkdir(room_file("disk/a"), 0755);
    (void)mkdir(room_file("disk/source"), 0755);
    (void)mkdir(room_file("bound"), 0755);
    mount_at("disk/a/below");
    CHECK(mount(room_file("disk/source"), room_file("bound"), NULL, MS_BIND, NULL) == 0);
    room_write(room_file("disk/file.php"), "");
    CHECK(watch(&seen, paths, 4, &err));
    CHECK_STR(str_from_cstr(err.text), "");
    for (size_t i = 0; i < COUNT(seen_lines); i++)
        CHECK_ROW(i, has_line(&seen, seen_lines[i]));
    CHECK(!has_line(&seen, "file disk/other.php") && !has_line(&seen, "file disk/source/four.php"));
    buf_done(&seen.lines);
    (void)umount2(room_file("bound"), MNT_DETACH);
    (void)umount2(room_file("disk/a/below"), MNT_DETACH);
    (void)umount2(room_file("second"), MNT_DETACH);
}

/* More than the kernel's queue holds, while nobody reads. */
static void
flood(struct seen *seen)
{
    (void)seen;
    for (int i = 0; i < 40000; i++) {
        char name[64];
        int fd;

        (void)snprintf(name, sizeof(name), "disk/site/%d", i);
        fd = open(room_file(name), O_WRONLY | O_CREAT, 0600);
        if (fd >= 0)
            close(fd);
        (void)unlink(room_file(name));
    }
}

static void
write_one(struct seen *seen)
{
    (void)seen;
    room_write(room_file("disk/site/first.php"), "a");
}

static void
late_flood(struct seen *seen)
{
    flood(seen);
    write_one(seen);
}

static void
says_when_events_are_lost(void)
{
    struct seen seen = {.act = late_flood, .last = "lost "};
    const char *paths[] = {room_file("disk/site")};
    struct err err = {.text = ""};

    (void)mkdir(room_file("disk/site"), 0755);
    CHECK(watch(&seen, paths, 1, &err));
    CHECK(has_line(&seen, "lost "));
    buf_done(&seen.lines);
}

static void
many(struct seen *seen)
{
    (void)seen;
    for (int i = 0; i < 6000; i++) {
        char name[64];

        (void)snprintf(name, sizeof(name), "disk/site/%d", i);
        room_write(room_file(name), "a");
    }
    room_write(room_file("disk/site/end"), "a");
}

/* More files than may wait: each is told of all the same. */
static void
keeps_to_its_ceiling(void)
{
    struct seen seen = {.act = many, .last = "file disk/site/end"};
    const char *paths[] = {room_file("disk/site")};
    struct err err = {.text = ""};
    uint32_t missed = 0;

    (void)mkdir(room_file("disk/site"), 0755);
    CHECK(watch(&seen, paths, 1, &err));
    for (int i = 0; i < 6000; i += 97) {
        char line[64];

        (void)snprintf(line, sizeof(line), "file disk/site/%d", i);
        missed += !has_line(&seen, line);
    }
    CHECK(missed == 0);
    CHECK(!has_line(&seen, "lost "));
    buf_done(&seen.lines);
}

static void
says_why_it_cannot(void)
{
    static const struct {
        bool is_root;
        const char *path, *says;
    } rows[] = {
        {true, "/nonexistent/site", "'/nonexistent/site': No such file or directory"},
        {true, "/proc/self", "the file system of '/proc/"},
        {false, "/tmp", "watching needs root (CAP_SYS_ADMIN and "},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        int status;

        (void)fflush(stdout);
        if (fork() == 0) {
            struct seen seen = {.last = ""};
            struct err err = {.text = ""};
            bool is_said;

            if (!rows[i].is_root && setuid(65534) != 0)
                _exit(3);
            is_said = !watch(&seen, &rows[i].path, 1, &err) &&
                      str_has(str_from_cstr(err.text), str_from_cstr(rows[i].says));
            if (!is_said)
                printf("# row %zu says: %s\n", i, err.text);
            (void)fflush(stdout);
            _exit(is_said ? 0 : 1);
        }
        CHECK_ROW(i, wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    }
}

static void
in_a_room(void (*run)(void))
{
    room_renew();
    mount_at("disk");
    run();
    (void)umount2(room_file("disk"), MNT_DETACH);
}

static void
below_its_roots(void)
{
    in_a_room(sees_what_comes_below_its_roots);
}

static void
several_file_systems(void)
{
    in_a_room(sees_several_file_systems);
}

static void
events_lost(void)
{
    in_a_room(says_when_events_are_lost);
}

static void
ceiling(void)
{
    in_a_room(keeps_to_its_ceiling);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"sees what comes below its roots, a burst once", below_its_roots},
        {"sees several file systems, and bind mounts", several_file_systems},
        {"says when events are lost", events_lost},
        {"keeps to its ceiling, and tells of each", ceiling},
        {"says why it cannot watch", says_why_it_cannot},
    };

    if (geteuid() != 0 || unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0) {
        printf("1..0 # SKIP watching needs root and a mount namespace\n");
        return 0;
    }
    (void)tap_main(cases, COUNT(cases));
    room_done();
    return 0;
}
