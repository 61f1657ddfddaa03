/*
 * Each row is a script and its pieces: c code, s string, # comment, a letter for each
 * piece and the texts joined by "|".
 */

#include "base/arena.h"
#include "scan/words.h"
#include "tap.h"

static struct str
pieces_of(const char *source, enum words_language language, struct arena *arena)
{
    struct words_reader reader;
    struct str shown = STR_EMPTY;

    words_reader_init(&reader, tap_str(source), language);
    for (;;) {
        struct words_piece piece = words_next(&reader);

        if (piece.kind == WORDS_END)
            return shown;
        shown = arena_printf(arena, STR_FMT "%s%c:" STR_FMT, STR_ARG(shown), shown.len ? "|" : "",
                             "?cs#"[piece.kind], STR_ARG(piece.text));
    }
}

static void
cuts_pieces(void)
{
    static const struct {
        enum words_language language;
        const char *source, *pieces;
    } rows[] = {
        {WORDS_SHELL, "echo 'a # b' # c\nx", "c:echo |s:'a # b'|c: |#:# c|c:\nx"},
        {WORDS_SHELL, "echo $# ${x#y}", "c:echo $# ${x#y}"},
        {WORDS_SHELL, "echo \"a\\\"b\" c", "c:echo |s:\"a\\\"b\"|c: c"},
        {WORDS_SHELL, "echo '\\' c", "c:echo |s:'\\'|c: c"},
        {WORDS_SHELL, "cat <<E\n# no\nE\nx", "c:cat <<E\n|s:# no\nE\n|c:x"},
        {WORDS_SHELL, "cat <<-'E'\na\n\tE\nx", "c:cat <<-|s:'E'|c:\n|s:a\n\tE\n|c:x"},
        {WORDS_SHELL, "a <<<E\nx\nE\n", "c:a <<<E\nx\nE\n"},
        {WORDS_SHELL, "cat <<E\nnever", "c:cat <<E\n|c:never"},
        {WORDS_SHELL, "it's", "c:it's"},
        {WORDS_PERL, "$#a; s#a#b#; # c", "c:$#a; s#a#b#; |#:# c"},
        {WORDS_PERL, "a;\n=pod\nx\n=cut\nb", "c:a;\n|#:=pod\nx\n=cut|c:\nb"},
        {WORDS_PERL, "a;\n=pod\nx", "c:a;\n|#:=pod\nx"},
        {WORDS_PERL, "1 << 2;\n", "c:1 << 2;\n"},
        {WORDS_PERL, "print <<EOT;\n'\nEOT\nx", "c:print <<EOT;\n|s:'\nEOT\n|c:x"},
        {WORDS_PYTHON, "x = '''a\n# b'''\n", "c:x = |s:'''a\n# b'''|c:\n"},
        {WORDS_PYTHON, "\"\"\"says\nwhat\"\"\"\nx", "#:\"\"\"says\nwhat\"\"\"|c:\nx"},
        {WORDS_PYTHON, "a = 'x\nb", "c:a = 'x\nb"},
        {WORDS_RUBY, "=begin\na\n=end\nb", "#:=begin\na\n=end|c:\nb"},
        {WORDS_NODE, "a // b\nc /* d */ e", "c:a |#:// b|c:\nc |#:/* d */|c: e"},
        {WORDS_NODE, "`a\n#`", "s:`a\n#`"},
        {WORDS_NODE, "#!/usr/bin/node\nx", "#:#!/usr/bin/node|c:\nx"},
        {WORDS_SHELL, "", ""},
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(pieces_of(rows[i].source, rows[i].language, arena), rows[i].pieces);
    arena_free(arena);
}

static void
tells_the_language(void)
{
    static const struct {
        const char *path, *source;
        int language; /* -1: none */
    } rows[] = {
        {"/x/a", "#!/bin/sh\n", WORDS_SHELL},
        {"/x/a", "#!/usr/bin/perl -w\n", WORDS_PERL},
        {"/x/a", "#!/usr/bin/perl#\n", WORDS_PERL},
        {"/x/a", "#!/usr/bin/env python3.11\n", WORDS_PYTHON},
        {"/x/a", "#!/usr/bin/env -S ruby -w\n", WORDS_RUBY},
        {"/x/a.pl", "#!C:\\Python26\\python.exe\n", WORDS_PYTHON},
        {"/x/a", "#! /usr/bin/env node\r\n", WORDS_NODE},
        {"/x/a.pl", "print 1", WORDS_PERL},
        {"/x/a.b.py", "", WORDS_PYTHON},
        {"/x/a.php", "#!/usr/bin/env php\n", -1},
        {"/x/a.sh", "#!/usr/bin/env php\n", -1},
        {"/x.py/a", "import os", -1},
        {"/x/a.txt", "use strict;", -1},
        {"/x/perl", "use strict;", -1},
        {"/x/a.", "", -1},
        {"", "", -1},
        {"/x/a", "#!", -1},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        enum words_language language;
        bool is = words_language_of(tap_str(rows[i].path), tap_str(rows[i].source), &language);

        CHECK_ROW(i, is == (rows[i].language >= 0) && (!is || (int)language == rows[i].language));
    }
}

static void
guesses_where_nothing_is_named(void)
{
    enum words_language language;

    CHECK(words_language_guess(STR("\n  use Socket;\n"), &language) && language == WORDS_PERL);
    CHECK(words_language_guess(STR("import os\n"), &language) && language == WORDS_PYTHON);
    CHECK(words_language_guess(STR("cd /tmp\n"), &language) && language == WORDS_SHELL);
    CHECK(!words_language_guess(STR("a letter\n"), &language));
    CHECK(!words_language_guess(STR("cd \0/tmp\n"), &language));
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"cuts a script into code, strings and comments", cuts_pieces},
        {"tells the language by the first line or the name", tells_the_language},
        {"guesses a language by the first words", guesses_where_nothing_is_named},
    };

    return tap_main(cases, COUNT(cases));
}
