#include "trace/compose_parts.h"

#include "trace/known.h"

struct str
compose_user(const struct compose *compose, uint32_t identity_index)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct identity *identity = ledger_identity(ledger, identity_index);

    if (identity->kind != IDENTITY_USER)
        return STR_EMPTY;
    if (identity->uid < 0)
        return ledger_name(ledger, identity->name);
    for (uint32_t i = 0; i < compose->options->user_count; i++) {
        if (compose->options->users[i].uid == identity->uid)
            return compose->options->users[i].name;
    }
    return ledger_name(ledger, ledger_pair(ledger, 'u', (uint32_t)identity->uid, 0));
}

int64_t
compose_uid(const struct compose *compose, uint32_t identity_index)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct identity *identity = ledger_identity(ledger, identity_index);
    struct str name = ledger_name(ledger, identity->name);

    if (identity->kind != IDENTITY_USER || identity->uid >= 0)
        return identity->kind == IDENTITY_USER ? identity->uid : -1;
    for (uint32_t i = 0; i < compose->options->user_count; i++) {
        if (name.len && str_eq(compose->options->users[i].name, name))
            return compose->options->users[i].uid;
    }
    return -1;
}

struct str
compose_path(const struct compose *compose, uint32_t endpoint)
{
    const struct ledger *ledger = compose->inquiry->ledger;

    if (endpoint == INFER_NONE)
        return STR_EMPTY;
    return ledger_name(ledger, ledger_endpoint(ledger, endpoint)->path);
}

struct str
compose_vhost(const struct compose *compose, uint32_t endpoint)
{
    const struct ledger *ledger = compose->inquiry->ledger;

    if (endpoint == INFER_NONE)
        return STR_EMPTY;
    return ledger_name(ledger, ledger_site(ledger, ledger_endpoint(ledger, endpoint)->site)->name);
}

/* The script behind a mail library's name: the site's folder and the URL's path. */
static struct str
entry_script(const struct compose *compose, const struct suspect *suspect)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    struct str script = ledger_name(ledger, suspect->script);
    struct str path = compose_path(compose, suspect->endpoint), root = STR_EMPTY;
    static const char *const marks[] = {"/wp-includes/", "/wp-content/", "/vendor/", "/libraries/",
                                        "/includes/",    "/lib/",        "/core/",   "/phpmailer/",
                                        "/PHPMailer/",   "/system/"};
    size_t mark = script.len;

    path = str_first(path, str_index(path, '?'));
    for (uint32_t i = 0; i < compose->options->site_count; i++) {
        struct str docroot = compose->options->sites[i].docroot;

        if (docroot.len && str_starts(script, docroot))
            root = docroot;
    }
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        size_t at = str_find(script, str_from_cstr(marks[i]));

        mark = at < mark ? at : mark;
    }
    if (root.len == 0 && mark < script.len)
        root = str_first(script, mark);
    if (root.len == 0 || path.len == 0)
        return script;
    while (root.len && root.data[root.len - 1] == '/')
        root.len--;
    if (path.data[path.len - 1] == '/')
        return arena_printf(compose->inquiry->arena, STR_FMT STR_FMT "index.php", STR_ARG(root),
                            STR_ARG(path));
    /* A path that is no file is a route of the site's front controller. */
    if (!known_script_path(path))
        return arena_printf(compose->inquiry->arena, STR_FMT "/index.php", STR_ARG(root));
    return arena_printf(compose->inquiry->arena, STR_FMT STR_FMT, STR_ARG(root), STR_ARG(path));
}

struct str
compose_script(const struct compose *compose, const struct suspect *suspect)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    struct str script = ledger_name(ledger, suspect->script);

    if (script.len == 0 || suspect->group->kind == GROUP_MAILBOX)
        return STR_EMPTY;
    if (ledger_is_library(compose->inquiry->ledger, script))
        return entry_script(compose, suspect);
    return script;
}

struct str
compose_mailbox(const struct compose *compose, const struct suspect *suspect)
{
    const struct ledger *ledger = compose->inquiry->ledger;
    const struct identity *identity = ledger_identity(ledger, suspect->group->identity);

    if (suspect->group->address)
        return ledger_address(ledger, suspect->group->address);
    return ledger_name(ledger, identity->name);
}

static struct str
url_name(const struct compose *compose, const struct suspect *suspect)
{
    return arena_printf(compose->inquiry->arena, STR_FMT STR_FMT,
                        STR_ARG(compose_vhost(compose, suspect->endpoint)),
                        STR_ARG(compose_path(compose, suspect->endpoint)));
}

static struct str
process_name(const struct compose *compose, const struct suspect *suspect)
{
    struct arena *arena = compose->inquiry->arena;
    struct str user = compose_user(compose, suspect->group->identity);
    int64_t uid = compose_uid(compose, suspect->group->identity);

    if (ledger_identity(compose->inquiry->ledger, suspect->group->identity)->kind ==
        IDENTITY_LOOPBACK)
        return STR("a program that speaks SMTP to localhost");
    if (user.len && uid >= 0)
        return arena_printf(arena, "user " STR_FMT " (uid %lld)", STR_ARG(user), (long long)uid);
    if (user.len)
        return arena_printf(arena, "user " STR_FMT, STR_ARG(user));
    return arena_printf(arena, "uid %lld", (long long)uid);
}

bool
compose_knows_folder(const struct compose *compose, const struct suspect *suspect)
{
    const struct ledger *ledger = compose->inquiry->ledger;

    return suspect->count &&
           (ledger_mail(ledger, suspect->mails[0])->flags & MAIL_SCRIPT_IS_FOLDER) != 0;
}

struct str
compose_name(const struct compose *compose, const struct suspect *suspect)
{
    struct str script = compose_script(compose, suspect);

    /* A URL says more than a folder. */
    if (compose_knows_folder(compose, suspect) && suspect->endpoint != INFER_NONE)
        script = STR_EMPTY;
    switch (suspect->group->kind) {
    case GROUP_MAILBOX:
        return compose_mailbox(compose, suspect);
    case GROUP_SCRIPT:
        return script;
    case GROUP_ENDPOINT:
        return script.len && !ledger_is_library(compose->inquiry->ledger, script)
                   ? script
                   : url_name(compose, suspect);
    case GROUP_PROCESS:
    case GROUP_FORWARD:
        return process_name(compose, suspect);
    case GROUP_RELAY:
        return arena_printf(
            compose->inquiry->arena, "%u client%s through " STR_FMT, suspect->client_count,
            suspect->client_count == 1 ? " that relays" : "s that relay", STR_ARG(compose->host));
    case GROUP_BACKSCATTER:
        return ledger_address(compose->inquiry->ledger, suspect->group->address);
    case GROUP_NONE:
        break;
    }
    return STR_EMPTY;
}

static bool
is_uid(const struct compose *compose, uint32_t identity, struct str name)
{
    int64_t uid = compose_uid(compose, identity);
    uint64_t number;

    (void)str_skip(&name, STR("uid "));
    return uid >= 0 && str_u64(name, &number) && number == (uint64_t)uid;
}

static bool
has_client(const struct compose *compose, const struct suspect *suspect, struct str name)
{
    for (uint32_t i = 0; i < suspect->client_count; i++) {
        if (str_eq(ledger_name(compose->inquiry->ledger, suspect->clients[i]), name))
            return true;
    }
    return false;
}

bool
compose_is_called(const struct compose *compose, const struct suspect *suspect, struct str name)
{
    uint32_t identity = suspect->group->identity;
    const struct str names[] = {
        compose_name(compose, suspect),
        compose_sender(compose, suspect).name,
        compose_user(compose, identity),
        ledger_name(compose->inquiry->ledger, suspect->script),
        compose_path(compose, suspect->endpoint),
        url_name(compose, suspect),
        suspect->group->kind == GROUP_RELAY ? STR("open-relay") : STR_EMPTY,
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (name.len && str_eq(names[i], name))
            return true;
    }
    return is_uid(compose, identity, name) || has_client(compose, suspect, name);
}
