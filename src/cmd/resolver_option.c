#include "cmd/resolver_option.h"

#include "dns/zone.h"
#include "source/whole.h"

bool
resolver_option_set(struct resolver_option *option, int code, const char *value)
{
    switch (code) {
    case RESOLVER_OPTION_SERVER:
        option->server = value;
        return true;
    case RESOLVER_OPTION_TRUST_ANCHOR:
        option->trust_anchor = value;
        return true;
    case RESOLVER_OPTION_ZONE:
        option->zone = value;
        return true;
    }
    return false;
}

static bool
open_zone(const char *path, struct resolver_choice *choice, struct err *err)
{
    struct str text;
    struct zone *zone;

    choice->arena = arena_new(RESOLVER_ZONE_BYTES_MAX * 4);
    if (!whole_read(path, RESOLVER_ZONE_BYTES_MAX, choice->arena, &text, err))
        return err_wrap(err, "reading '%s'", path);
    if (!zone_read(text, choice->arena, &zone, err))
        return err_wrap(err, "reading '%s'", path);
    choice->resolver = zone_resolver(zone);
    return true;
}

bool
resolver_option_open(const struct resolver_option *option, struct resolver_choice *ret_choice,
                     struct err *err)
{
    struct resolver_choice choice = {0};
    struct unbound_settings settings = {
        .forward = option->server,
        .trust_anchor = option->trust_anchor,
        .timeout_ms = option->timeout_ms,
    };
    bool is_open;

    if (option->zone && option->server)
        return err_set(err, ERR_SYNTAX, "--zone and --resolver exclude each other");
    is_open = option->zone ? open_zone(option->zone, &choice, err)
                           : unbound_open(&settings, &choice.unbound, err);
    if (!is_open) {
        resolver_option_close(&choice);
        return false;
    }
    if (choice.unbound)
        choice.resolver = unbound_resolver(choice.unbound);
    *ret_choice = choice;
    return true;
}

bool
resolver_option_validates(const struct resolver_choice *choice)
{
    return !choice->unbound || unbound_validates(choice->unbound);
}

void
resolver_option_close(struct resolver_choice *choice)
{
    unbound_close(choice->unbound);
    arena_free(choice->arena);
    *choice = (struct resolver_choice){0};
}
