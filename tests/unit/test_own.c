/* Which names are domains of this machine. */

#include "audit/own.h"
#include "tap.h"

static void
takes_what_can_be_looked_up(void)
{
    static const struct {
        const char *list, *names; /* names: those that are taken, with a blank behind each */
    } rows[] = {
        {"shop.example, localhost.localdomain, localhost", "shop.example "},
        {"$myhostname, hash:/etc/postfix/x, Club.Example.", "club.example "},
        {"192.0.2.1 web7 web7.lan", ""},
        {"a.example\na.example\tA.EXAMPLE", "a.example "},
        {"xn--mnchen-3ya.example", "xn--mnchen-3ya.example "},
        {"a..example .example example. b\\c.example", ""},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(1 << 20);
        struct audit_own own = {.arena = arena};
        char names[256] = "";

        own_add_list(&own, str_from_cstr(rows[i].list));
        for (uint32_t k = 0; k < own.count; k++)
            snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s ", own.names[k]);
        CHECK_STR(str_from_cstr(names), rows[i].names);
        arena_free(arena);
    }
}

static void
counts_those_that_are_too_many(void)
{
    struct arena *arena = arena_new(1 << 20);
    struct audit_own own = {.arena = arena};

    for (unsigned i = 0; i < AUDIT_OWN_MAX + 7; i++)
        own_add(&own, arena_printf(arena, "d%u.example", i));
    CHECK(own.count == AUDIT_OWN_MAX && own.left_out == 7);
    arena_free(arena);
}

static const struct tap_case cases[] = {
    {"a domain is what others can look up, once", takes_what_can_be_looked_up},
    {"those that are too many are counted", counts_those_that_are_too_many},
};

int
main(void)
{
    return tap_main(cases, COUNT(cases));
}
