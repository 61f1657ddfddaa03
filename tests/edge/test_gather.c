/* Programs are run without a shell, bounded, and with nothing of our environment. */

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "host/gather.h"
#include "tap.h"

static struct arena *arena;
static struct err err;

static void
start(void)
{
    arena_free(arena);
    arena = arena_new((size_t)64 * 1024 * 1024);
    err.text[0] = '\0';
}

static void
what_a_program_prints(void)
{
    static const char *const echo[] = {"/bin/echo", "a b;c $HOME `id`", NULL};
    static const char *const both[] = {"/bin/sh", "-c", "echo out; echo err >&2; exit 3", NULL};
    struct gather_output output;

    start();
    CHECK(gather_run(echo, false, 10, arena, &output, &err));
    CHECK_STR(output.text, "a b;c $HOME `id`\n");
    CHECK(output.code == 0);
    CHECK(gather_run(both, false, 10, arena, &output, &err));
    CHECK_STR(output.text, "out\n");
    CHECK(output.code == 3);
    CHECK(gather_run(both, true, 10, arena, &output, &err));
    CHECK_STR(output.text, "out\nerr\n");
}

static void
nothing_is_inherited(void)
{
    static const char *const env[] = {"/usr/bin/env", NULL};
    static const char *const input[] = {"/bin/cat", NULL};
    static const char *const where[] = {"/bin/pwd", NULL};
    struct gather_output output;

    start();
    CHECK(setenv("WEIR_SECRET", "x", 1) == 0);
    CHECK(gather_run(env, false, 10, arena, &output, &err));
    CHECK(!str_has(output.text, STR("WEIR_SECRET")));
    CHECK(str_has(output.text, STR("LC_ALL=C\n")));
    CHECK(gather_run(input, false, 10, arena, &output, &err));
    CHECK_STR(output.text, "");
    CHECK(gather_run(where, false, 10, arena, &output, &err));
    CHECK_STR(output.text, "/\n");
}

static void
what_takes_too_long_is_ended(void)
{
    static const char *const sleeps[] = {"/bin/sh", "-c", "sleep 60 & sleep 60", NULL};
    static const char *const silent[] = {"/bin/sh", "-c", "exec >&- 2>&-; sleep 60", NULL};
    struct gather_output output = {.code = -1};
    time_t begin = time(NULL);

    start();
    CHECK(!gather_run(sleeps, false, 1, arena, &output, &err));
    CHECK(str_has(tap_str(err.text), STR("took too long")));
    CHECK(!gather_run(silent, false, 1, arena, &output, &err));
    CHECK(output.code == -1);
    CHECK(time(NULL) - begin < 20);
}

static void
what_prints_too_much_is_ended(void)
{
    static const char *const yes[] = {"/usr/bin/yes", NULL};
    struct gather_output output;

    start();
    CHECK(!gather_run(yes, false, 30, arena, &output, &err));
    CHECK(str_has(tap_str(err.text), STR("8 MiB")));
}

static void
what_is_not_there(void)
{
    static const char *const none[] = {"/nonexistent/program", NULL};
    static const char *const name[] = {"echo", "x", NULL};
    struct gather gather = {.root = ""};
    struct gather_output output;
    struct str text;

    start();
    gather.arena = arena;
    CHECK(!gather_run(none, false, 10, arena, &output, &err));
    CHECK(!gather_run(name, false, 10, arena, &output, &err));
    CHECK(!gather_file(&gather, STR("/nonexistent"), &text, &err));
    CHECK(!gather_file(&gather, STR("/dev/zero"), &text, &err));
    CHECK(!gather_file(&gather, STR("/etc"), &text, &err));
    CHECK(gather_exists(&gather, "/etc/passwd") && !gather_exists(&gather, "/nonexistent"));
    CHECK(gather_glob(&gather, "/nonexistent/*").count == 0);
    gather.root = "/etc";
    CHECK(gather_file(&gather, STR("/passwd"), &text, &err) && text.len > 0);
    CHECK(gather_glob(&gather, "/pass*d").count == 1);
    CHECK_STR(gather_glob(&gather, "/pass*d").list[0], "/passwd");
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"what a program prints", what_a_program_prints},
        {"nothing is inherited", nothing_is_inherited},
        {"what takes too long is ended", what_takes_too_long_is_ended},
        {"what prints too much is ended", what_prints_too_much_is_ended},
        {"what is not there", what_is_not_there},
    };

    return tap_main(cases, COUNT(cases));
}
