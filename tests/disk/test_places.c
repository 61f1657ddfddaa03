/* Where a host has files that start things: in a tree that is built like one. */

#include "disk/places.h"
#include "room.h"

static void
put(const char *name, const char *text)
{
    char path[512], *slash;
    int fd;

    (void)snprintf(path, sizeof(path), "%s/%s", room_path, name);
    for (slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(path, 0755);
        *slash = '/';
    }
    fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    if (fd < 0 || write(fd, text, strlen(text)) < 0)
        abort();
    close(fd);
}

static size_t
times(const struct places *places, const char *name)
{
    size_t count = 0;

    for (size_t i = 0; i < places->count; i++)
        count += strcmp(places->paths[i], room_file(name)) == 0;
    return count;
}

static void
lists_what_is_there(void)
{
    struct arena *arena = arena_new((size_t)4 << 20);
    struct places places;

    room_renew();
    put("etc/passwd", "root:x:0:0::/root:/bin/sh\nwww-data:x:33:33::/var/www:/bin/false\n"
                      "broken\nnone:x:1:1:::\nslash:x:2:2::/:/bin/sh\nanna:x:3:3::/home/anna:\n");
    put("tmp/x", "");
    put("etc/cron.d/x", "");
    put("etc/crontab", "");
    put("root/.bashrc", "");
    put("var/www/.ssh/authorized_keys", "");
    put("home/anna/.config/systemd/user/x.service", "");
    put("home/anna/letter.txt", "");
    put("home/gone/.profile", "");
    put(".bashrc", "");
    (void)symlink("/etc", room_file("home/gone/.ssh"));
    (void)symlink("/etc/passwd", room_file("home/gone/.bashrc"));
    places = host_places(room_path, arena);
    CHECK(!places.is_cut);
    CHECK(places.count == 7);
    CHECK(times(&places, "tmp") == 1);
    CHECK(times(&places, "etc/cron.d") == 1);
    CHECK(times(&places, "etc/crontab") == 1);
    CHECK(times(&places, "root/.bashrc") == 1);
    CHECK(times(&places, "var/www/.ssh/authorized_keys") == 1);
    CHECK(times(&places, "home/anna/.config/systemd/user") == 1);
    CHECK(times(&places, "home/gone/.profile") == 1);
    CHECK(times(&places, "home/gone/.bashrc") == 0);
    CHECK(times(&places, "home/anna") == 0);
    CHECK(times(&places, ".bashrc") == 0);
    arena_free(arena);
}

static void
bears_an_empty_host(void)
{
    struct arena *arena = arena_new((size_t)4 << 20), *small = arena_new(1 << 10);

    room_renew();
    CHECK(host_places(room_path, arena).count == 0);
    CHECK(host_places("/nonexistent", arena).count == 0);
    CHECK(host_places(room_path, small).is_cut);
    arena_free(arena);
    arena_free(small);
    room_done();
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"lists what is there, once, and no whole homes", lists_what_is_there},
        {"bears a host where nothing is", bears_an_empty_host},
    };

    return tap_main(cases, COUNT(cases));
}
