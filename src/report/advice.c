#include "report/advice.h"

#include "base/buf.h"
#include "base/civil.h"
#include "report/escape.h"

#define ACTIONS_MAX 24
#define TEXT_BYTES_MAX 16384

/* The values of the places in a remedy. */
struct place_value {
    const char *name;
    struct str value;
    bool is_command; /* put in as it is: built here, its parts are quoted already */
};
#define PLACES_MAX 20

struct places {
    struct place_value list[PLACES_MAX];
    uint32_t count;
};

static void
set(struct places *places, const char *name, struct str value)
{
    if (value.len && places->count < PLACES_MAX)
        places->list[places->count++] = (struct place_value){name, value, false};
}

static const struct place_value *
find_place(const struct places *places, struct str name)
{
    for (uint32_t i = 0; i < places->count; i++) {
        if (str_eq(str_from_cstr(places->list[i].name), name))
            return &places->list[i];
    }
    return NULL;
}

enum filled {
    FILLED,
    FILLED_NOT,     /* a place has no value */
    FILLED_UNSHOWN, /* a value cannot be shown in a command */
};

/* Writes `pattern` with its {places} filled in. "{{" is a brace. */
static enum filled
fill(struct buf *buf, const char *pattern, const struct places *places, bool is_command)
{
    struct str rest = str_from_cstr(pattern);

    while (rest.len) {
        size_t open = str_index(rest, '{');
        const struct place_value *place;

        buf_add(buf, str_first(rest, open));
        rest = str_from(rest, open);
        if (rest.len == 0)
            break;
        rest = str_from(rest, 1);
        if (str_skip(&rest, STR("{"))) {
            buf_add_char(buf, '{');
            continue;
        }
        place = find_place(places, str_cut(&rest, '}'));
        if (!place)
            return FILLED_NOT;
        if (!is_command || place->is_command)
            buf_add(buf, place->value);
        else if (!escape_shell(buf, place->value))
            return FILLED_UNSHOWN;
    }
    return FILLED;
}

static bool
is_wordpress(const struct incident *incident)
{
    static const struct str marks[] = {{"/wp-", 4}, {"/xmlrpc.php", 11}};

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (str_has(incident->origin.script, marks[i]) || str_has(incident->origin.url, marks[i]))
            return true;
    }
    return false;
}

static bool
holds(enum remedy_condition condition, const struct incident *incident)
{
    const struct origin *origin = &incident->origin;

    switch (condition) {
    case WHEN_ALWAYS:
        return true;
    case WHEN_QUEUED:
        return incident->queued > 0;
    case WHEN_NO_SCRIPT:
        return origin->script.len == 0;
    case WHEN_WORDPRESS:
        return is_wordpress(incident);
    case WHEN_FEW_CLIENTS:
        return origin->client_total > 0 && origin->client_total <= ADVICE_FEW_CLIENTS;
    case WHEN_SYSTEM_MAILBOX:
        return !str_has(origin->mailbox, STR("@"));
    case WHEN_VIRTUAL_MAILBOX:
        return str_has(origin->mailbox, STR("@"));
    case WHEN_PAST_SERVER:
        return incident->connections > 0;
    }
    return false;
}

/* "/srv/blog" for "/srv/blog/wp-content/uploads/x.php", else the script's folder. */
static struct str
site_root(struct str script)
{
    static const struct str marks[] = {
        {"/wp-content/", 12}, {"/wp-includes/", 13}, {"/wp-admin/", 10}, {"/uploads/", 9},
        {"/images/", 8},      {"/media/", 7},        {"/cache/", 7},     {"/tmp/", 5},
    };
    size_t end = script.len;

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t at = str_find(script, marks[i]);

        if (at > 0 && at < end)
            end = at;
    }
    if (end < script.len)
        return str_first(script, end);
    while (end && script.data[end - 1] != '/')
        end--;
    return str_first(script, end > 1 ? end - 1 : end);
}

static bool
is_address(struct str text)
{
    bool has_separator = false;

    for (size_t i = 0; i < text.len; i++) {
        char c = text.data[i];

        if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') ||
              c == '.' || c == ':'))
            return false;
        has_separator |= c == '.' || c == ':';
    }
    return has_separator && text.len <= 45;
}

/* A line of a firewall for each client. */
static struct str
block_commands(const struct origin *origin, struct arena *arena)
{
    struct buf buf;
    struct str commands;

    buf_init(&buf, TEXT_BYTES_MAX);
    for (uint32_t i = 0; i < origin->client_count && i < ADVICE_FEW_CLIENTS; i++) {
        struct str client = origin->clients[i];

        if (!is_address(client))
            continue;
        buf_printf(&buf, "%s%s -I INPUT -s " STR_FMT " -j DROP", buf.len ? "\n" : "",
                   str_index(client, ':') < client.len ? "ip6tables" : "iptables", STR_ARG(client));
    }
    commands = arena_str(arena, buf_str(&buf));
    buf_done(&buf);
    return commands;
}

/* A folder that is there wherever the command is typed. */
static struct str
absolute(struct str path)
{
    return str_starts(path, STR("/")) ? path : STR_EMPTY;
}

static void
set_times(struct places *places, const struct incident *incident, struct arena *arena)
{
    char from[32], until[32];

    civil_write_utc(incident->first_us / SECOND_US - DAY_S, from);
    civil_write_utc(incident->last_us / SECOND_US, until);
    set(places, "from", arena_str(arena, str_from_cstr(from)));
    set(places, "until", arena_str(arena, str_from_cstr(until)));
}

/* What --sender finds the incident's messages by. */
static struct str
sender_name(const struct incident *incident)
{
    if (incident->route == ROUTE_OPEN_RELAY)
        return STR("open-relay");
    if (incident->route == ROUTE_ROGUE_PROCESS && incident->origin.user.len)
        return incident->origin.user;
    return incident->culprit;
}

static void
set_places(struct places *places, const struct incident *incident, struct arena *arena)
{
    const struct origin *origin = &incident->origin;
    struct str uid =
        origin->uid >= 0 ? arena_printf(arena, "%lld", (long long)origin->uid) : STR_EMPTY;

    places->count = 0;
    set(places, "name", sender_name(incident));
    set(places, str_starts(origin->script, STR("/")) ? "script" : "file", origin->script);
    set(places, "root", site_root(origin->script));
    set(places, "site", absolute(site_root(origin->script)));
    set(places, "url", origin->url);
    set(places, "path", str_first(origin->url, str_index(origin->url, '?')));
    set(places, "vhost", origin->vhost);
    set(places, "user", origin->user);
    set(places, "who", origin->user.len ? origin->user : uid);
    set(places, "mailbox", origin->mailbox);
    set(places, "recipient", origin->recipient);
    set(places, "domain", incident->domain);
    set(places, "folder", absolute(origin->process));
    set(places, "queued", arena_printf(arena, "%u", incident->queued));
    set_times(places, incident, arena);
    set(places, "block", block_commands(origin, arena));
    if (places->count && strcmp(places->list[places->count - 1].name, "block") == 0)
        places->list[places->count - 1].is_command = true;
}

/* False: the remedy does not apply. */
static bool
make_action(const struct remedy *remedy, const struct places *places, struct arena *arena,
            struct action *ret_action)
{
    struct action action = {.kind = remedy->kind};
    enum filled filled = FILLED;
    struct buf buf;
    bool is_made;

    buf_init(&buf, TEXT_BYTES_MAX);
    is_made = fill(&buf, remedy->text, places, false) == FILLED;
    action.text = arena_str(arena, buf_str(&buf));
    if (is_made && remedy->command) {
        buf_reset(&buf);
        filled = fill(&buf, remedy->command, places, true);
        is_made = filled != FILLED_NOT;
        if (filled == FILLED)
            action.command = arena_str(arena, buf_str(&buf));
        else
            action.text = arena_printf(
                arena,
                STR_FMT " By hand: its name holds characters that cannot be shown in a command.",
                STR_ARG(action.text));
    }
    buf_done(&buf);
    if (is_made)
        *ret_action = action;
    return is_made;
}

static bool
advise(struct incident *incident, struct arena *arena)
{
    struct action *actions = arena_array(arena, ACTIONS_MAX, sizeof(*actions));
    struct places places;

    if (!actions)
        return false;
    set_places(&places, incident, arena);
    incident->actions = actions;
    incident->action_count = 0;
    for (uint32_t i = 0; i < remedy_count && incident->action_count < ACTIONS_MAX; i++) {
        const struct remedy *remedy = &remedies[i];

        if ((remedy->routes & ADVICE_ROUTE(incident->route)) &&
            (remedy->mtas & ADVICE_MTA(incident->mta)) && holds(remedy->condition, incident) &&
            make_action(remedy, &places, arena, &actions[incident->action_count]))
            incident->action_count++;
    }
    return true;
}

bool
advice_give(struct result *result, struct arena *arena)
{
    for (uint32_t i = 0; i < result->incident_count; i++) {
        if (!advise(&result->incidents[i], arena))
            return false;
    }
    return true;
}
