/*
 * Each row is a piece of a file, and the names that it may call or has.
 */

#include "php/names.h"
#include "tap.h"

static void
finds_what_is_called(void)
{
    static const struct {
        const char *source, *called, *not_called, *defined;
    } rows[] = {
        {"<?php Send_It($a);", "send_it", "it", NULL},
        {"$a -> send \t($b);", "send", "a", NULL},
        {"function get_input($name) {", "get_input", "function", "get_input"},
        {"function  &get($name) {", "get", "name", "get"},
        {"FUNCTION a(){} b();", "b", "a()", "a"},
        {"myfunction(); functionary(b());", "b", "function", NULL},
        {"((((", NULL, "", NULL},
        {"", NULL, "a", NULL},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct names names = names_new(arena);
        name_key keys[8];

        names_add_mentioned(&names, str_from_cstr(rows[i].source));
        CHECK(names.count <= COUNT(keys));
        names_list(&names, keys);
        for (uint32_t j = 0; j < names.count; j++)
            CHECK(names_has(&names, keys[j]));
        if (rows[i].called)
            CHECK(names_has(&names, names_function(str_from_cstr(rows[i].called))));
        CHECK(!names_has(&names, names_function(str_from_cstr(rows[i].not_called))));
        if (rows[i].defined)
            CHECK(names_has(&names,
                            names_definition_like(names_function(str_from_cstr(rows[i].defined)))));
        else if (rows[i].called)
            CHECK(!names_has(&names,
                             names_definition_like(names_function(str_from_cstr(rows[i].called)))));
        arena_free(arena);
    }
}

static void
tells_functions_from_methods(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct names names = names_new(arena);

    names_add(&names, names_method(STR("send")));
    CHECK(names_has(&names, names_method_like(names_function(STR("send")))));
    CHECK(!names_has(&names, names_function(STR("send"))));
    CHECK(!names_has(&names, names_method(STR("sent"))));
    arena_free(arena);
}

static void
has_every_name_when_full(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct names names = names_new(arena);

    for (uint32_t i = 1; i <= NAMES_MAX; i++)
        names_add(&names, i);
    CHECK(names.count == NAMES_MAX);
    CHECK(!names_has(&names, NAMES_MAX + 1));
    names_add(&names, NAMES_MAX);
    CHECK(!names.is_full);
    names_add(&names, NAMES_MAX + 1);
    CHECK(names.is_full && names_has(&names, 3000000));
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"finds what is called and what is defined", finds_what_is_called},
        {"tells functions from methods", tells_functions_from_methods},
        {"has every name when it is full", has_every_name_when_full},
    };

    return tap_main(cases, COUNT(cases));
}
