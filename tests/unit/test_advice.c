/* A command that weir proposes goes into a root shell: what strangers named must not run there. */

#include "report/advice.h"
#include "tap.h"

static struct arena *arena;

static const struct action *
first_command(struct incident *incident, const char *start)
{
    struct result result = {.incidents = incident, .incident_count = 1};

    CHECK(advice_give(&result, arena));
    for (uint32_t i = 0; i < incident->action_count; i++) {
        if (str_starts(incident->actions[i].command, str_from_cstr(start)))
            return &incident->actions[i];
    }
    return NULL;
}

static void
names_are_quoted_for_the_shell(void)
{
    static const struct {
        const char *script, *command;
    } rows[] = {
        {"/srv/blog/x7.php", "chmod 000 -- /srv/blog/x7.php"},
        {"/srv/blog/a b.php", "chmod 000 -- '/srv/blog/a b.php'"},
        {"/srv/x;reboot;.php", "chmod 000 -- '/srv/x;reboot;.php'"},
        {"/srv/$(reboot).php", "chmod 000 -- '/srv/$(reboot).php'"},
        {"/srv/it's.php", "chmod 000 -- '/srv/it'\\''s.php'"},
        /* the name alone: a lead to search for, nothing to act on */
        {"x7.php", "find / -xdev -type f -name x7.php"},
        {"-rf", "find / -xdev -type f -name '-rf'"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct incident incident = {.route = ROUTE_UPLOADED_SCRIPT,
                                    .mta = MTA_POSTFIX,
                                    .origin = {.script = str_from_cstr(rows[i].script), .uid = -1}};
        const struct action *action =
            first_command(&incident, rows[i].command[0] == 'f' ? "find" : "chmod");

        CHECK_ROW(i, action && str_eq(action->command, str_from_cstr(rows[i].command)));
    }
}

/* An incident leads to weir scan, and only of a folder that is there wherever it is typed. */
static void
an_incident_leads_to_a_scan(void)
{
    static const struct {
        enum route route;
        const char *script, *process, *user, *command;
    } rows[] = {
        {ROUTE_UPLOADED_SCRIPT, "/srv/blog/wp-content/uploads/x.php", "", "",
         "weir scan /srv/blog"},
        {ROUTE_FORM_ABUSE, "/srv/my shop/contact.php", "", "", "weir scan '/srv/my shop'"},
        {ROUTE_ROGUE_PROCESS, "", "/home/dev/.x", "dev", "weir scan /home/dev/.x"},
        {ROUTE_ROGUE_PROCESS, "", "", "dev", "weir scan ~dev /tmp /var/tmp /dev/shm"},
        {ROUTE_UPLOADED_SCRIPT, "shop/x.php", "", "", NULL},
        {ROUTE_MAILBOX, "", "", "", NULL},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct incident incident = {.route = rows[i].route,
                                    .mta = MTA_POSTFIX,
                                    .origin = {.script = str_from_cstr(rows[i].script),
                                               .process = str_from_cstr(rows[i].process),
                                               .user = str_from_cstr(rows[i].user),
                                               .uid = -1}};
        const struct action *action = first_command(&incident, "weir scan");

        CHECK_ROW(i, !action == !rows[i].command);
        if (action && rows[i].command)
            CHECK_STR(action->command, rows[i].command);
    }
}

static void
no_command_where_a_name_cannot_be_shown(void)
{
    struct incident incident = {
        .route = ROUTE_UPLOADED_SCRIPT,
        .mta = MTA_POSTFIX,
        .origin = {.script = STR("/srv/x\n.php"), .uid = -1},
    };

    CHECK(first_command(&incident, "chmod") == NULL);
    CHECK(incident.action_count > 0);
    CHECK(str_has(incident.actions[0].text, STR("By hand")));
}

static void
the_mta_chooses_the_commands(void)
{
    static const struct {
        enum mta mta;
        const char *holds;
    } rows[] = {{MTA_POSTFIX, "postsuper -h -"},
                {MTA_EXIM, "exim -Mf"},
                {MTA_SENDMAIL, "sendmail -Qspam"},
                {MTA_OPENSMTPD, "smtpctl pause"}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct incident incident = {.route = ROUTE_MAILBOX,
                                    .mta = rows[i].mta,
                                    .queued = 4,
                                    .culprit = STR("anna@shop.example"),
                                    .origin = {.mailbox = STR("anna@shop.example"), .uid = -1}};
        const struct action *action = first_command(&incident, "weir trace --queue-ids");

        CHECK_ROW(i, action && str_has(action->command, str_from_cstr(rows[i].holds)));
        CHECK_ROW(i, action && str_has(action->command, STR("--sender anna@shop.example")));
    }
}

static void
every_route_has_something_to_do_and_to_prevent(void)
{
    for (int route = ROUTE_UPLOADED_SCRIPT; route < ROUTE_COUNT; route++) {
        struct incident incident = {
            .route = (enum route)route,
            .mta = MTA_POSTFIX,
            .queued = 1,
            .culprit = STR("x"),
            .domain = STR("shop.example"),
            .origin = {.url = STR("/x.php"),
                       .vhost = STR("shop.example"),
                       .user = STR("web"),
                       .uid = 7,
                       .mailbox = STR("a@shop.example"),
                       .recipient = STR("b@shop.example")},
        };
        struct result result = {.incidents = &incident, .incident_count = 1};
        bool has_contain = false, has_prevent = false;

        CHECK(advice_give(&result, arena));
        for (uint32_t i = 0; i < incident.action_count; i++) {
            has_contain |= incident.actions[i].kind == ACTION_CONTAIN;
            has_prevent |= incident.actions[i].kind == ACTION_PREVENT;
            CHECK(!str_has(incident.actions[i].text, STR("{url")));
        }
        CHECK_ROW(route, has_contain);
        CHECK_ROW(route, has_prevent);
    }
}

static void
only_addresses_are_shut_out(void)
{
    const struct str clients[] = {STR("203.0.113.9"), STR("2001:db8::7"), STR("x;reboot")};
    struct incident incident = {.route = ROUTE_UPLOADED_SCRIPT,
                                .mta = MTA_POSTFIX,
                                .origin = {.script = STR("/srv/x.php"),
                                           .uid = -1,
                                           .clients = clients,
                                           .client_count = 3,
                                           .client_total = 3}};
    const struct action *action = first_command(&incident, "iptables");

    CHECK(action != NULL);
    if (action)
        CHECK_STR(action->command, "iptables -I INPUT -s 203.0.113.9 -j DROP\n"
                                   "ip6tables -I INPUT -s 2001:db8::7 -j DROP");
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"names are quoted for the shell", names_are_quoted_for_the_shell},
        {"an incident leads to a scan", an_incident_leads_to_a_scan},
        {"no command where a name cannot be shown", no_command_where_a_name_cannot_be_shown},
        {"the MTA chooses the commands", the_mta_chooses_the_commands},
        {"every route has something to do and to prevent",
         every_route_has_something_to_do_and_to_prevent},
        {"only addresses are shut out", only_addresses_are_shut_out},
    };
    int status;

    arena = arena_new(16 * 1024 * 1024);
    status = tap_main(cases, COUNT(cases));
    arena_free(arena);
    return status;
}
