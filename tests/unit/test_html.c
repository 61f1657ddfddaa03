/* Tags of pages as they are found: closed or not, quoted or not, with programs in them. */

#include "scan/html.h"
#include "tap.h"

static const char *const kinds[] = {"end", "text", "open", "close", "comment", "code"};

/* "open:form text close:form" */
static struct str
outline(struct str source, char *into, size_t size)
{
    struct html_reader reader;
    struct html_piece piece;
    size_t len = 0;

    html_reader_init(&reader, source);
    while ((piece = html_next(&reader)).kind != HTML_END)
        len += (size_t)snprintf(into + len, size - len, "%s%s%s" STR_FMT, len ? " " : "",
                                kinds[piece.kind], piece.name.len ? ":" : "", STR_ARG(piece.name));
    return (struct str){into, len};
}

static void
cuts_pages_into_pieces(void)
{
    static const struct {
        const char *source, *outline;
    } rows[] = {
        {"", ""},
        {"a", "text"},
        {"<form>a</form>", "open:form text close:form"},
        {"<FORM >", "open:FORM"},
        {"<br/>", "open:br"},
        {"a < b", "text text"},
        {"<", "text"},
        {"</", "text"},
        {"<1>", "text"},
        {"<a", "text"},
        {"<a href='x>y'>z", "open:a text"},
        {"<a href=\"x>y\">z", "open:a text"},
        {"<a title=it's>z", "open:a text"},
        {"<a title='it>z", "open:a text"},
        {"<p <b>z", "text open:b text"},
        {"<!-- <form> -->x", "comment text"},
        {"<!doctype html><p>", "comment open:p"},
        {"<!-- <form>", "comment"},
        {"<script>if (a < b) '<form>'</script><p>", "open:script code:script close:script open:p"},
        {"<script></script><p>", "open:script close:script open:p"},
        {"<style>a > b</style>", "open:style code:style close:style"},
        {"<script>'<form>'", "open:script code:script"},
        {"<script type=\"text/x-template\"><form></script>", "open:script open:form close:script"},
    };
    char text[1024];

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_STR(outline(str_from_cstr(rows[i].source), text, sizeof(text)), rows[i].outline);
}

static void
reads_attributes(void)
{
    static const struct {
        const char *attributes, *name, *value;
    } rows[] = {
        {" name=a", "name", "a"},
        {" name='a b'", "name", "a b"},
        {" name=\"a b\"", "name", "a b"},
        {" NAME = \"a\"", "name", "a"},
        {" name=\\\"a\\\"", "name", "a"},
        {" name=' a '", "name", "a"},
        {" id=b name=a", "name", "a"},
        {" required name=a", "name", "a"},
        {" data-name=b name=a", "name", "a"},
        {" name='a", "name", "a"},
        {" name", "name", ""},
        {" name=", "name", ""},
        {"", "name", NULL},
        {" names=a", "name", NULL},
        {" title='name=a'", "name", NULL},
        {" / ' \" =", "name", NULL},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str value;
        bool is_there = html_attribute(str_from_cstr(rows[i].attributes), rows[i].name, &value);

        CHECK_ROW(i, is_there == (rows[i].value != NULL));
        CHECK_STR(value, rows[i].value ? rows[i].value : "");
    }
}

static void
leaves_of_php_what_gets_onto_the_page(void)
{
    static const struct {
        const char *source, *flat;
    } rows[] = {
        {"<p>a", "<p>a"},
        {"<?php f(); ?><p>", "             <p>"},
        {"<?php echo '<p>';", "            <p>  "},
        {"<?php echo \"<p id=\\\"a\\\">\";", "            <p id= \"a \">  "},
        {"<?php\necho 'x';\n// <p>\n", "     \n         \n      \n"},
        {"<?php echo \"<a b='$c'>\";", "            <a b='  '>  "},
        {"<p id=\"<?= $a ?>\">", "<p id=\"         \">"},
        {"<?php echo \"<p>\\n<b>\";", "            <p>  <b>  "},
        {"<?php echo url('/send.php') ?>", "                /send.php     "},
        {"<?php echo <<<X\n<p>\nX;\n", "               \n<p>\n  \n"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct str flat = html_flatten(str_from_cstr(rows[i].source), arena);

        CHECK_STR(flat, rows[i].flat);
        CHECK_ROW(i, flat.len == strlen(rows[i].source));
        arena_free(arena);
    }
}

/* Tags that never end are as quick as any: the reader does not begin again at each. */
static void
takes_hostile_pages_quickly(void)
{
    static const char *const parts[] = {"<a b=\"", "<a",   "<a b='>",         "<!--",          "</",
                                        "<script", "<p =", "<a b=\"#\" c=\"", "<a b=\"<a c=\'"};
    enum {
        SIZE = 4 << 20
    };
    static char page[SIZE];

    for (size_t i = 0; i < COUNT(parts); i++) {
        struct html_reader reader;
        size_t len = strlen(parts[i]), count = 0;

        for (size_t at = 0; at < SIZE; at++)
            page[at] = parts[i][at % len];
        html_reader_init(&reader, (struct str){page, SIZE});
        while (html_next(&reader).kind != HTML_END)
            count++;
        CHECK_ROW(i, count > 0 && reader.at == SIZE);
    }
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"cuts pages into pieces", cuts_pages_into_pieces},
        {"reads attributes", reads_attributes},
        {"leaves of PHP what gets onto the page", leaves_of_php_what_gets_onto_the_page},
        {"takes hostile pages quickly", takes_hostile_pages_quickly},
    };

    return tap_main(cases, COUNT(cases));
}
