/*
 * Each row is a file with an injection between \1 and \2, and what must be left of it.
 * Where nothing can go without harm, the row says why. The payload is a harmless call.
 */

#include "scan/clean.h"
#include "tap.h"

#define INJECTED "\1evil($_POST['x']);\2"

struct row {
    const char *source, *rest; /* rest: NULL when it cannot be cleaned */
    enum clean_verdict verdict;
};

/* The source without its marks, and what they mark. */
static struct str
unmark(const char *marked, char *bytes, struct clean_range *ret_range)
{
    size_t len = 0, begin = 0, end = 0;

    for (const char *at = marked; *at; at++) {
        if (*at == '\1')
            begin = len;
        else if (*at == '\2')
            end = len;
        else
            bytes[len++] = *at;
    }
    *ret_range = (struct clean_range){begin, end - begin};
    return (struct str){bytes, len};
}

static void
check_rows(const struct row *rows, size_t count)
{
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < count; i++) {
        char bytes[4096];
        struct clean_range range, cut = {0};
        struct str source = unmark(rows[i].source, bytes, &range), rest = STR_EMPTY;
        enum clean_verdict verdict = clean_cut(source, range, arena, &rest, &cut);

        CHECK_ROW(i, verdict == rows[i].verdict);
        if (verdict != rows[i].verdict)
            printf("# row %zu: %s\n", i, clean_verdict_text(verdict));
        if (!rows[i].rest)
            continue;
        CHECK_STR(rest, rows[i].rest);
        CHECK_ROW(i, cut.len == source.len - rest.len);
    }
    arena_free(arena);
}

static void
takes_whole_blocks(void)
{
    static const struct row rows[] = {
        {"<?php " INJECTED " ?><?php\nsite();\n", "<?php\nsite();\n", CLEAN_DONE},
        {"\1<?php evil($_POST['x']); ?>\2<?php\nsite();\n", "<?php\nsite();\n", CLEAN_DONE},
        {"\1<?php evil(1); ?>\n\n\2<html>\n", "\n<html>\n", CLEAN_DONE},
        {"<?php /* a */ " INJECTED " /* b */ ?>\n<html>\n", "<html>\n", CLEAN_DONE},
        {"<?php site(); ?>\n<?php " INJECTED, "<?php site(); ?>\n", CLEAN_DONE},
        {"<?php site(); ?>\n</html>\n<?php " INJECTED " ?>\n", "<?php site(); ?>\n</html>\n",
         CLEAN_DONE},
        {"<?php site();\n?><?php \1if (1) { evil(1); }\2 ?>", "<?php site();\n?>", CLEAN_DONE},
        {"<html><?php " INJECTED " ?></html>", "<html></html>", CLEAN_DONE},
        {"<? " INJECTED " ?><?= $title ?>", "<?= $title ?>", CLEAN_DONE},
        {"<?xml version='1.0'?><?php " INJECTED " ?>", "<?xml version='1.0'?>", CLEAN_DONE},
        /* A part of the block is named: all of its code must be. */
        {"<?php \1evil\2(1); ?><?php site();", NULL, CLEAN_MIXED},
        {"<?php if ($a): ?>x<?php \1evil(1); endif;\2 ?>", NULL, CLEAN_MIXED},
        {"<?php \1if (evil(1)):\2 ?>x<?php endif; ?>", NULL, CLEAN_MIXED},
        {"<?php \1if (evil(1)) {\2 ?>x<?php } ?>", NULL, CLEAN_MIXED},
        {"<?php if (1) { ?>x<?php \1} else {\2 ?>y<?php } ?>", NULL, CLEAN_MIXED},
        {"<?php " INJECTED " ?>", NULL, CLEAN_NOTHING_LEFT},
        {"\n<?php " INJECTED " ?>\n \n<?php // nothing\n", NULL, CLEAN_NOTHING_LEFT},
        /* What stays would become a tag. */
        {"<<?php " INJECTED "?>?php site(); ?>", NULL, CLEAN_UNSAFE},
        {"<?php " INJECTED "?>site<?php __halt_compiler();data", NULL, CLEAN_UNSAFE},
    };

    check_rows(rows, COUNT(rows));
}

static void
takes_whole_lines(void)
{
    static const struct row rows[] = {
        {"<?php\nsite();\n" INJECTED "\nmore();\n", "<?php\nsite();\nmore();\n", CLEAN_DONE},
        {"<?php\nsite();\n\t" INJECTED " // x\nmore();\n", "<?php\nsite();\nmore();\n", CLEAN_DONE},
        {"<?php " INJECTED "\nsite();\n", "<?php\nsite();\n", CLEAN_DONE},
        {"<?php\n\n\n" INJECTED "\r\nsite();\r\n", "<?php\n\n\nsite();\r\n", CLEAN_DONE},
        {"<?php\nsite();\n" INJECTED, "<?php\nsite();\n", CLEAN_DONE},
        {"<?php\nfunction a() {\n    " INJECTED "\n    return 1;\n}\n",
         "<?php\nfunction a() {\n    return 1;\n}\n", CLEAN_DONE},
        {"<?php\nsite();\n\1if (isset($_GET['q'])) {\n  evil(1);\n}\2\nmore();\n",
         "<?php\nsite();\nmore();\n", CLEAN_DONE},
        {"<?php\n\1$a = <<<X\n}}} \" ' ?>\nX;\nevil($a);\2\nsite();\n", "<?php\nsite();\n",
         CLEAN_DONE},
        {"<?php\nclass A {\n\1function evil() { }\2\nfunction b() { }\n}\n",
         "<?php\nclass A {\nfunction b() { }\n}\n", CLEAN_DONE},
        {"<?php\nf(function () {\n" INJECTED "\nsite();\n});\n",
         "<?php\nf(function () {\nsite();\n});\n", CLEAN_DONE},
        /* A lone CR ends a comment, a tag and the first line of a heredoc. */
        {"<?php\r// site\rsite();\r" INJECTED "\rmore();\r", "<?php\r// site\rsite();\r\rmore();\r",
         CLEAN_DONE},
        {"<?php " INJECTED " ?>\r<html>", "<html>", CLEAN_DONE},
        {"<?php\n\1$a = <<<X\r}}}\rX;\revil($a);\2\nsite();\n", "<?php\nsite();\n", CLEAN_DONE},
        /* The head of a statement is the site's. */
        {"<?php\nif ($a)\n" INJECTED "\nsite();\n", NULL, CLEAN_MIXED},
        {"<?php\nif ($a) { b(); } else\n" INJECTED "\nsite();\n", NULL, CLEAN_MIXED},
        {"<?php\n$x =\n" INJECTED "\nsite();\n", NULL, CLEAN_MIXED},
        {"<?php\n\1if (evil()) { b(); }\2\nelse { site(); }\n", NULL, CLEAN_MIXED},
        {"<?php\nfor (;\n\1evil();\2\n$i++) { site(); }\n", NULL, CLEAN_MIXED},
        {"<?php\n\1if (evil()) {\2\nsite();\n}\n", NULL, CLEAN_MIXED},
        {"<?php\n{ site();\n\1evil(); } {\n b();\2\n}\n", NULL, CLEAN_MIXED},
        {"<?php\n$a = [\n\1evil(),\2\n1];\n", NULL, CLEAN_MIXED},
        {"<?php\nsite();\n// " INJECTED "\n", NULL, CLEAN_OUTSIDE},
        {"<?php\n/*\n" INJECTED "\n*/ site();\n", NULL, CLEAN_OUTSIDE},
        {"<?php\n$a = '\n" INJECTED "\n'; site();\n", NULL, CLEAN_MIXED},
        {"<?php\nsite();\n" INJECTED "\n__HALT_COMPILER(); data", NULL, CLEAN_UNSAFE},
        {"<?php\n" INJECTED "\nsite(;\n", NULL, CLEAN_DONE},
        {"<?php\n" INJECTED "\nsite(};\n", NULL, CLEAN_UNSAFE},
        {"<html>\n" INJECTED "\n</html>", NULL, CLEAN_OUTSIDE},
    };

    check_rows(rows, COUNT(rows));
}

static void
takes_statements_among_others(void)
{
    static const struct row rows[] = {
        {"<?php site(); " INJECTED " more();\n", "<?php site();  more();\n", CLEAN_DONE},
        {"<?php " INJECTED "site();\n", "<?php site();\n", CLEAN_DONE},
        {"<?php if ($a) {" INJECTED "site();} ?>", "<?php if ($a) {site();} ?>", CLEAN_DONE},
        {"<?php site(); " INJECTED " ?>\n<html>", "<?php site();  ?>\n<html>", CLEAN_DONE},
        {"<?php $a = \"it's {$b['}']} \\\" ${c} \"; " INJECTED " site(); # }\n",
         "<?php $a = \"it's {$b['}']} \\\" ${c} \";  site(); # }\n", CLEAN_DONE},
        {"<?php #[A]\nfunction b() {} " INJECTED " c();\n", "<?php #[A]\nfunction b() {}  c();\n",
         CLEAN_DONE},
        {"<?php $a = 1 + \1evil();\2 site();\n", NULL, CLEAN_MIXED},
        {"<?php site(\1evil()\2); more();\n", NULL, CLEAN_MIXED},
        {"<?php if ($a) " INJECTED " site();\n", NULL, CLEAN_MIXED},
        {"<?php if ($a) { a();\1} evil(); {\2b(); }", NULL, CLEAN_MIXED},
    };

    check_rows(rows, COUNT(rows));
}

static void
keeps_to_the_file(void)
{
    static const struct {
        size_t offset, len;
    } ranges[] = {{0, 0}, {100, 1}, {0, 100}, {5, SIZE_MAX}, {SIZE_MAX, 2}, {26, 1}};
    struct str source = STR("<?php evil(); site(1); ?>\n"), rest = STR_EMPTY;
    struct arena *arena = arena_new(1 << 16), *small = arena_new(8);
    struct clean_range cut;

    for (size_t i = 0; i < COUNT(ranges); i++) {
        struct clean_range range = {ranges[i].offset, ranges[i].len};

        CHECK_ROW(i, clean_cut(source, range, arena, &rest, &cut) == CLEAN_OUTSIDE);
    }
    CHECK(clean_cut(STR_EMPTY, (struct clean_range){0, 0}, arena, &rest, &cut) == CLEAN_OUTSIDE);
    CHECK(clean_cut(source, (struct clean_range){6, 7}, small, &rest, &cut) == CLEAN_LIMIT);
    CHECK(clean_cut(source, (struct clean_range){6, 7}, arena, &rest, &cut) == CLEAN_DONE);
    CHECK_STR(rest, "<?php  site(1); ?>\n");
    arena_free(arena);
    arena_free(small);
}

/* Deep brackets and long files cost what they weigh. */
static void
takes_a_long_file(void)
{
    static char bytes[1 << 20];
    struct arena *arena = arena_new(4 << 20);
    struct clean_range cut;
    struct str rest;
    size_t len = (size_t)snprintf(bytes, sizeof(bytes), "<?php evil();\n");

    while (len + 20 < sizeof(bytes))
        len += (size_t)snprintf(bytes + len, sizeof(bytes) - len, "a(\"<?%zu\");\n", len);
    CHECK(clean_cut((struct str){bytes, len}, (struct clean_range){6, 7}, arena, &rest, &cut) ==
          CLEAN_DONE);
    CHECK(rest.len == len - 8 && cut.offset == 5);
    memset(bytes + 14, '(', len - 14);
    CHECK(clean_cut((struct str){bytes, len}, (struct clean_range){6, 7}, arena, &rest, &cut) ==
          CLEAN_UNSAFE);
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"takes whole blocks", takes_whole_blocks},
        {"takes whole lines", takes_whole_lines},
        {"takes whole statements among others", takes_statements_among_others},
        {"keeps to the file", keeps_to_the_file},
        {"takes a long file", takes_a_long_file},
    };

    return tap_main(cases, COUNT(cases));
}
