/* What the public suffix list says of names: rules that stand in every edition of it. */

#include "auth/idna.h"
#include "auth/suffix.h"
#include "tap.h"

static void
finds_the_organisation(void)
{
    static const struct {
        const char *name, *organisation; /* NULL: none */
    } rows[] = {
        {"example.com", "example.com"},
        {"WWW.Example.COM.", "example.com"},
        {"a.b.example.co.uk", "example.co.uk"},
        {"co.uk", NULL},
        {"com", NULL},
        {"a.b.example.example", "example.example"}, /* nobody lists .example */
        {"b.c.kawasaki.jp", "b.c.kawasaki.jp"},     /* a wildcard */
        {"city.kawasaki.jp", "city.kawasaki.jp"},   /* and its exception */
        {"c.kawasaki.jp", NULL},
        {".example.com", NULL},
        {"", NULL},
        {".", NULL},
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str found = STR_EMPTY;

        CHECK_ROW(i, suffix_organizational((struct suffixes){NULL}, tap_str(rows[i].name), arena,
                                           &found) == (rows[i].organisation != NULL));
        CHECK_STR(found, rows[i].organisation ? rows[i].organisation : "");
    }
    arena_free(arena);
}

static void
brings_names_to_their_form(void)
{
    static const struct {
        const char *text, *name; /* NULL: no name */
    } rows[] = {
        {"Example.COM.", "example.com"},
        {"B\xc3\x9c"
         "CHER.example",
         "xn--bcher-kva.example"},
        {"fa\xc3\x9f.example", "xn--fa-hia.example"},
        {"xn--bcher-kva.example", "xn--bcher-kva.example"},
        {"_dmarc.example.com", "_dmarc.example.com"},
        {"\xff.example", NULL},
        {"a..b", NULL},
        {"..", NULL},
        {".", NULL},
        {"", NULL},
        {"a b.example", NULL},
        {"[192.0.2.1]", NULL},
        {"a@b.example", NULL},
        {"a.example,b.example", NULL},
    };
    struct arena *arena = arena_new(1 << 20);

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct str name = STR_EMPTY;

        CHECK_ROW(i, idna_name(tap_str(rows[i].text), arena, &name) == (rows[i].name != NULL));
        CHECK_STR(name, rows[i].name ? rows[i].name : "");
    }
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"finds the organisation by the list", finds_the_organisation},
        {"brings names to the form that the DNS has", brings_names_to_their_form},
    };

    return tap_main(cases, COUNT(cases));
}
