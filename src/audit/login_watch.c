#include "audit/login_watch.h"

#include <stdlib.h>

#include "base/cidr.h"
#include "base/table.h"

#define NAMES_BYTES_MAX ((size_t)16 << 20)
#define NETWORKS_MAX 12U
#define NETWORKS_MANY 10U /* more than a phone, a home, an office and a journey have */
#define FAILURES_MANY 100U
#define TOLD_MAX 50U
#define NAME_BYTES_MAX 255U

struct user {
    uint32_t successes, clear, client_clear; /* the last client that came in the clear */
    uint32_t service_clear;
    uint64_t failures, failures_told_by_auth;
    uint32_t failed_clients; /* different ones, none of which had got in anywhere */
    uint32_t after_client;   /* a guessing client that got in; 0: none */
    uint64_t after_failures;
    uint64_t networks[NETWORKS_MAX];
    uint32_t network_count;
};

struct client {
    uint32_t successes;
    uint64_t failures, failures_told_by_auth;
    uint32_t names[LOGIN_NAMES_LEAST]; /* different ones that failed */
    uint32_t name_count;
    bool is_guessing;
};

struct login_watch {
    struct table *names, *clients, *services;
    struct user *users;         /* by id of `names` */
    struct client *client_list; /* by id of `clients` */
    uint64_t lost, successes;
};

struct login_watch *
login_watch_new(void)
{
    struct login_watch *watch = calloc(1, sizeof(*watch));

    if (!watch)
        abort();
    watch->names = table_new(NAMES_BYTES_MAX);
    watch->clients = table_new(NAMES_BYTES_MAX);
    watch->services = table_new(4096);
    watch->users = calloc(LOGIN_WATCHED_MAX + 1, sizeof(*watch->users));
    watch->client_list = calloc(LOGIN_WATCHED_MAX + 1, sizeof(*watch->client_list));
    if (!watch->users || !watch->client_list)
        abort();
    return watch;
}

void
login_watch_free(struct login_watch *watch)
{
    if (!watch)
        return;
    table_free(watch->names);
    table_free(watch->clients);
    table_free(watch->services);
    free(watch->users);
    free(watch->client_list);
    free(watch);
}

/* --- taking --- */

/* An id up to LOGIN_WATCHED_MAX; 0: no more room. */
static uint32_t
id_of(struct login_watch *watch, struct table *table, struct str name)
{
    uint32_t id = table_find(table, str_first(name, NAME_BYTES_MAX));

    if (id == 0 && table_count(table) < LOGIN_WATCHED_MAX)
        id = table_add(table, str_first(name, NAME_BYTES_MAX));
    if (id == 0 && name.len)
        watch->lost++;
    return id;
}

/* What one provider has: the first two bytes of IPv4, four of IPv6; 0: no address. */
static uint64_t
network_of(struct str client)
{
    struct cidr address;
    uint64_t number = 1;

    if (!cidr_parse(client, &address))
        return 0;
    for (size_t i = 0; i < (address.is_ipv4 ? 2u : 4u); i++)
        number = number << 8 | address.bytes[i];
    return number << 1 | address.is_ipv4;
}

static bool
is_loopback(struct str client)
{
    return str_starts(client, STR("127.")) || str_eq(client, STR("::1"));
}

static void
add_network(struct user *user, uint64_t network)
{
    if (network == 0 || user->network_count == NETWORKS_MAX)
        return;
    for (uint32_t i = 0; i < user->network_count; i++) {
        if (user->networks[i] == network)
            return;
    }
    user->networks[user->network_count++] = network;
}

static uint64_t
failures_of(uint64_t told, uint64_t told_by_auth)
{
    return told > told_by_auth ? told : told_by_auth; /* both tell of the same */
}

static void
take_success(struct login_watch *watch, const struct event_login *login, struct user *user,
             struct client *client, uint32_t client_id, uint32_t count)
{
    watch->successes += count;
    user->successes += count;
    add_network(user, network_of(login->client));
    if (login->tls == LOGIN_CLEAR && !is_loopback(login->client)) {
        user->clear += count;
        user->client_clear = client_id;
        user->service_clear = table_add(watch->services, str_first(login->service, 32));
    }
    if (client->is_guessing && !user->after_client) {
        user->after_client = client_id;
        user->after_failures = failures_of(client->failures, client->failures_told_by_auth);
    }
    client->successes += count;
}

static void
take_failure(const struct event_login *login, struct user *user, uint32_t user_id,
             struct client *client, uint32_t count)
{
    bool is_auth = str_eq(login->service, STR("auth"));
    uint64_t failures = (uint64_t)login->attempts * count;
    bool is_known = user_id == 0;

    *(is_auth ? &user->failures_told_by_auth : &user->failures) += failures;
    *(is_auth ? &client->failures_told_by_auth : &client->failures) += failures;
    for (uint32_t i = 0; i < client->name_count; i++)
        is_known = is_known || client->names[i] == user_id;
    if (!is_known && client->name_count < LOGIN_NAMES_LEAST) {
        client->names[client->name_count++] = user_id;
        user->failed_clients += client->successes == 0;
    }
    if (client->successes == 0 && client->name_count == LOGIN_NAMES_LEAST &&
        failures_of(client->failures, client->failures_told_by_auth) >= LOGIN_FAILURES_LEAST)
        client->is_guessing = true;
}

static void
take_login(struct login_watch *watch, const struct event_login *login, uint32_t count)
{
    uint32_t user_id = id_of(watch, watch->names, login->user);
    uint32_t client_id = id_of(watch, watch->clients, login->client);
    struct user *user = &watch->users[user_id]; /* 0 is nobody's, and never told */
    struct client *client = &watch->client_list[client_id];

    if (login->is_success)
        take_success(watch, login, user, client, client_id, count);
    else if (client_id)
        take_failure(login, user, user_id, client, count);
}

/* Exim says how: esmtpa, esmtpsa. */
static enum login_tls
tls_of(struct str protocol)
{
    if (str_eq(protocol, STR("esmtpsa")) || str_eq(protocol, STR("smtpsa")))
        return LOGIN_TLS;
    if (str_eq(protocol, STR("esmtpa")) || str_eq(protocol, STR("smtpa")) ||
        str_eq(protocol, STR("asmtp")))
        return LOGIN_CLEAR;
    return LOGIN_TLS_UNSTATED;
}

static bool
is_mail_service(struct str service)
{
    static const char *const names[] = {"imap", "pop3", "submission", "smtp", "sieve", "auth"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(service, str_from_cstr(names[i])))
            return true;
    }
    return false;
}

void
login_watch_take(struct login_watch *watch, const struct event *event)
{
    uint32_t count = event->repeats ? event->repeats : 1;

    if (event->kind == EVENT_LOGIN && is_mail_service(event->login.service)) {
        take_login(watch, &event->login, count);
    } else if (event->kind == EVENT_ACCEPT && event->accept.login.len) {
        struct event_login login = {
            .service = STR("smtp"),
            .user = event->accept.login,
            .client = event->accept.client_address,
            .is_success = true,
            .attempts = 1,
            .tls = tls_of(event->accept.protocol),
        };

        take_login(watch, &login, count);
    } else if (event->kind == EVENT_REFUSED && event->refused.is_auth_failure) {
        struct event_login login = {
            .service = STR("smtp"),
            .user = event->refused.login,
            .client = event->refused.client_address,
            .attempts = 1,
        };

        take_login(watch, &login, count);
    }
}

/* --- telling --- */

static void
tell_clear(const struct login_watch *watch, uint32_t id, struct audit *audit)
{
    const struct user *user = &watch->users[id];
    struct audit_finding *finding = audit_add(
        audit, (struct audit_finding){
                   .area = AUDIT_MAILBOX,
                   .check = "login-clear",
                   .outcome = AUDIT_WEAK,
                   .subject = table_name(watch->names, id),
                   .title = arena_printf(audit->arena, "It logged in without TLS, %u %s.",
                                         user->clear, user->clear == 1 ? "time" : "times"),
                   .seen = arena_printf(audit->arena, STR_FMT " from " STR_FMT,
                                        STR_ARG(table_name(watch->services, user->service_clear)),
                                        STR_ARG(table_name(watch->clients, user->client_clear))),
                   .why = STR("Everybody on the way, as in an open WLAN, reads the password."),
               });

    audit_fix(audit, finding,
              (struct audit_fix){
                  .kind = AUDIT_FIX_TEXT,
                  .value = STR("Let no password in without TLS: ssl = required in Dovecot, "
                               "smtpd_tls_auth_only = yes in Postfix, auth_advertise_hosts by "
                               "$tls_in_cipher in Exim; then give this mailbox a new password."),
              });
}

static void
tell_after_guessing(const struct login_watch *watch, uint32_t id, struct audit *audit)
{
    const struct user *user = &watch->users[id];
    struct audit_finding *finding = audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_MAILBOX,
            .check = "login-guessed",
            .outcome = AUDIT_SERIOUS,
            .subject = table_name(watch->names, id),
            .title = STR("A client that guesses passwords got in."),
            .seen = arena_printf(audit->arena, STR_FMT ", after %llu failures with several names",
                                 STR_ARG(table_name(watch->clients, user->after_client)),
                                 (unsigned long long)user->after_failures),
            .why = STR("It tried names and passwords until one fitted: somebody else has it now."),
        });

    audit_fix(audit, finding,
              (struct audit_fix){
                  .kind = AUDIT_FIX_TEXT,
                  .value = STR("Give the mailbox a new password (weir mailbox password), end its "
                               "sessions (doveadm kick), and see what was sent: weir trace."),
              });
}

static void
tell_networks(const struct login_watch *watch, uint32_t id, struct audit *audit)
{
    (void)audit_add(
        audit, (struct audit_finding){
                   .area = AUDIT_MAILBOX,
                   .check = "login-networks",
                   .outcome = AUDIT_NOTE,
                   .subject = table_name(watch->names, id),
                   .title = arena_printf(audit->arena, "It logged in from %u networks or more.",
                                         watch->users[id].network_count),
                   .why = STR("A stolen password is used from everywhere at once; a traveller's or "
                              "a shared one looks alike."),
               });
}

static void
tell_guessed_at(const struct login_watch *watch, uint32_t id, struct audit *audit)
{
    const struct user *user = &watch->users[id];
    uint64_t failures = failures_of(user->failures, user->failures_told_by_auth);
    struct audit_finding *finding = audit_add(
        audit, (struct audit_finding){
                   .area = AUDIT_MAILBOX,
                   .check = "login-guessed-at",
                   .outcome = AUDIT_NOTE,
                   .subject = table_name(watch->names, id),
                   .title = arena_printf(
                       audit->arena, "Its password is guessed at: %llu failures, by %u clients.",
                       (unsigned long long)failures, user->failed_clients),
                   .why = STR("Many clients that try one mailbox a few times each go below every "
                              "limit that counts by client."),
               });

    audit_fix(audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                 .value = STR("See whether one of them got in and sends: weir "
                                              "trace. Give it a strong password: weir mailbox "
                                              "password.")});
}

/* All that was guessed at, in one: it is as normal as rain. */
static void
tell_pressure(const struct login_watch *watch, struct audit *audit)
{
    uint64_t failures = 0, most = 0;
    uint32_t clients = 0, names = 0, id_of_most = 0;

    for (uint32_t i = 1; i <= table_count(watch->clients); i++) {
        const struct client *client = &watch->client_list[i];
        uint64_t count = failures_of(client->failures, client->failures_told_by_auth);

        if (!client->is_guessing)
            continue;
        clients++;
        failures += count;
    }
    for (uint32_t i = 1; i <= table_count(watch->names); i++) {
        const struct user *user = &watch->users[i];
        uint64_t count = failures_of(user->failures, user->failures_told_by_auth);

        names += count > 0;
        if (count > most) {
            most = count;
            id_of_most = i;
        }
    }
    if (failures < FAILURES_MANY)
        return;
    (void)audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_MAILBOX,
            .check = "login-guessing",
            .outcome = AUDIT_NOTE,
            .subject = STR("logins"),
            .title = arena_printf(audit->arena,
                                  "Passwords are being guessed: %llu failures from %u clients.",
                                  (unsigned long long)failures, clients),
            .seen = arena_printf(audit->arena, "%u names; most often " STR_FMT ", %llu times",
                                 names, STR_ARG(table_name(watch->names, id_of_most)),
                                 (unsigned long long)most),
            .why = STR("Good passwords withstand it. A limit such as fail2ban's or Dovecot's "
                       "auth_penalty and anvil slows it down."),
        });
}

struct telling {
    bool (*holds)(const struct user *user);
    void (*tell)(const struct login_watch *watch, uint32_t id, struct audit *audit);
    const char *check, *more;
    enum audit_outcome outcome;
};

static bool
is_clear(const struct user *user)
{
    return user->clear > 0;
}

static bool
is_after_guessing(const struct user *user)
{
    return user->after_client > 0;
}

static bool
is_everywhere(const struct user *user)
{
    return user->network_count >= NETWORKS_MANY;
}

/* By many, each of which would be below what is taken for guessing. */
static bool
is_guessed_at(const struct user *user)
{
    return user->failed_clients >= LOGIN_CLIENTS_LEAST;
}

static const struct telling tellings[] = {
    {is_after_guessing, tell_after_guessing, "login-guessed",
     "Clients that guess passwords got into so many more mailboxes", AUDIT_SERIOUS},
    {is_clear, tell_clear, "login-clear", "So many more mailboxes logged in without TLS",
     AUDIT_WEAK},
    {is_guessed_at, tell_guessed_at, "login-guessed-at",
     "So many more mailboxes are guessed at by many clients", AUDIT_NOTE},
    {is_everywhere, tell_networks, "login-networks",
     "So many more mailboxes logged in from many networks", AUDIT_NOTE},
};

static void
tell_each(const struct login_watch *watch, const struct telling *telling, struct audit *audit)
{
    uint32_t told = 0;

    for (uint32_t i = 1; i <= table_count(watch->names); i++) {
        if (telling->holds(&watch->users[i]) && told++ < TOLD_MAX)
            telling->tell(watch, i, audit);
    }
    if (told > TOLD_MAX)
        (void)audit_add(audit, (struct audit_finding){
                                   .area = AUDIT_MAILBOX,
                                   .check = telling->check,
                                   .outcome = telling->outcome,
                                   .subject = STR("logins"),
                                   .title = arena_printf(audit->arena, "%s: %u.", telling->more,
                                                         told - TOLD_MAX),
                               });
}

void
login_watch_findings(const struct login_watch *watch, struct audit *audit)
{
    for (size_t i = 0; i < sizeof(tellings) / sizeof(tellings[0]); i++)
        tell_each(watch, &tellings[i], audit);
    tell_pressure(watch, audit);
    if (watch->successes)
        audit_fine(audit, AUDIT_MAILBOX, "login-seen", STR("logins"),
                   arena_printf(audit->arena, "%llu logins were seen in the logs.",
                                (unsigned long long)watch->successes),
                   STR_EMPTY);
    if (watch->lost)
        audit_unknown(audit, AUDIT_MAILBOX, "login-seen", STR("logins"),
                      STR("Not all names and clients of the logs were watched."),
                      STR("there are more than fit"));
}
