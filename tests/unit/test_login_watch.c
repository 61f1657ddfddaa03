/* Logins as logs tell them, and what is found in them. */

#include "audit/login_watch.h"
#include "record/dovecot.h"
#include "tap.h"

static void
read_line(struct login_watch *watch, const char *line)
{
    struct event event;

    event_init(&event);
    dovecot_message_read(str_from_cstr(line), &event);
    login_watch_take(watch, &event);
}

static void
log_in(struct login_watch *watch, const char *user, const char *client, const char *tls)
{
    char line[512];

    (void)snprintf(line, sizeof(line),
                   "imap-login: Login: user=<%s>, method=PLAIN, rip=%s, lip=198.51.100.1, mpid=1, "
                   "%ssession=<a>",
                   user, client, tls);
    read_line(watch, line);
}

static void
fail_to(struct login_watch *watch, const char *user, const char *client)
{
    char line[512];

    (void)snprintf(line, sizeof(line),
                   "imap-login: Disconnected (auth failed, 4 attempts in 5 secs): user=<%s>, "
                   "method=PLAIN, rip=%s, lip=198.51.100.1, TLS, session=<a>",
                   user, client);
    read_line(watch, line);
}

static void
accept_by_exim(struct login_watch *watch, const char *protocol)
{
    struct event event;

    event_init(&event);
    event.kind = EVENT_ACCEPT;
    event.accept = (struct event_accept){.login = STR("exim"),
                                         .client_address = STR("192.0.2.9"),
                                         .protocol = str_from_cstr(protocol)};
    login_watch_take(watch, &event);
}

/* How many findings of that check and subject. */
static uint32_t
count(const struct audit *audit, const char *check, enum audit_outcome outcome, const char *subject)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < audit->count; i++)
        found += strcmp(audit->list[i].check, check) == 0 && audit->list[i].outcome == outcome &&
                 str_eq(audit->list[i].subject, str_from_cstr(subject));
    return found;
}

static struct arena *arena;
static struct audit audit;

static void
finish(struct login_watch *watch)
{
    arena = arena_new(1 << 22);
    audit_init(&audit, arena);
    login_watch_findings(watch, &audit);
    login_watch_free(watch);
}

static void
sees_clear_logins(void)
{
    struct login_watch *watch = login_watch_new();

    log_in(watch, "anna", "192.0.2.7", "");
    log_in(watch, "anna", "192.0.2.8", "");
    log_in(watch, "bert", "192.0.2.7", "TLS, ");
    log_in(watch, "carl", "127.0.0.1", "");
    accept_by_exim(watch, "esmtpa");
    finish(watch);
    CHECK(count(&audit, "login-clear", AUDIT_WEAK, "anna") == 1);
    CHECK(count(&audit, "login-clear", AUDIT_WEAK, "exim") == 1);
    CHECK(count(&audit, "login-clear", AUDIT_WEAK, "bert") == 0);
    CHECK(count(&audit, "login-clear", AUDIT_WEAK, "carl") == 0);
    arena_free(arena);
}

static void
sees_a_guesser_get_in(void)
{
    struct login_watch *watch = login_watch_new();

    fail_to(watch, "anna", "203.0.113.5");
    fail_to(watch, "bert", "203.0.113.5");
    fail_to(watch, "carl", "203.0.113.5");
    log_in(watch, "carl", "203.0.113.5", "TLS, ");
    /* a phone with an old password: one name, however often */
    for (int i = 0; i < 20; i++)
        fail_to(watch, "dora", "192.0.2.20");
    log_in(watch, "dora", "192.0.2.20", "TLS, ");
    /* an office: it got in before its people mistyped */
    log_in(watch, "emil", "192.0.2.30", "TLS, ");
    fail_to(watch, "emil", "192.0.2.30");
    fail_to(watch, "fred", "192.0.2.30");
    fail_to(watch, "gina", "192.0.2.30");
    log_in(watch, "gina", "192.0.2.30", "TLS, ");
    accept_by_exim(watch, "esmtpsa");
    finish(watch);
    CHECK(count(&audit, "login-guessed", AUDIT_SERIOUS, "carl") == 1);
    CHECK(count(&audit, "login-guessed", AUDIT_SERIOUS, "dora") == 0);
    CHECK(count(&audit, "login-guessed", AUDIT_SERIOUS, "gina") == 0);
    CHECK(count(&audit, "login-clear", AUDIT_WEAK, "exim") == 0);
    CHECK(count(&audit, "login-seen", AUDIT_FINE, "logins") == 1);
    arena_free(arena);
}

static void
sees_pressure_and_networks(void)
{
    struct login_watch *watch = login_watch_new();

    for (int i = 0; i < 40; i++) {
        char user[16], client[32];

        (void)snprintf(user, sizeof(user), "u%d", i);
        fail_to(watch, user, "203.0.113.5");
        if (i < 10) {
            (void)snprintf(client, sizeof(client), "10.%d.0.1", i);
            log_in(watch, "everywhere", client, "TLS, ");
        }
        if (i < 9)
            log_in(watch, "traveller", client, "TLS, ");
    }
    finish(watch);
    CHECK(count(&audit, "login-guessing", AUDIT_NOTE, "logins") == 1);
    CHECK(count(&audit, "login-networks", AUDIT_NOTE, "everywhere") == 1);
    CHECK(count(&audit, "login-networks", AUDIT_NOTE, "traveller") == 0);
    arena_free(arena);
}

/* Thirty clients that try one mailbox once each; its owner's office mistypes, too. */
static void
sees_a_herd(void)
{
    struct login_watch *watch = login_watch_new();

    for (int i = 0; i < 30; i++) {
        char client[32];

        (void)snprintf(client, sizeof(client), "203.0.113.%d", i);
        fail_to(watch, "anna", client);
        (void)snprintf(client, sizeof(client), "10.0.0.%d", i);
        log_in(watch, "office", client, "TLS, ");
        fail_to(watch, "office", client);
        if (i < 9)
            fail_to(watch, "bert", client);
    }
    finish(watch);
    CHECK(count(&audit, "login-guessed-at", AUDIT_NOTE, "anna") == 1);
    CHECK(count(&audit, "login-guessed-at", AUDIT_NOTE, "office") == 0);
    CHECK(count(&audit, "login-guessed-at", AUDIT_NOTE, "bert") == 0);
    arena_free(arena);
}

static void
tells_many_in_one(void)
{
    struct login_watch *watch = login_watch_new();

    for (int i = 0; i < 60; i++) {
        char user[16];

        (void)snprintf(user, sizeof(user), "u%d", i);
        log_in(watch, user, "192.0.2.7", "");
    }
    finish(watch);
    CHECK(count(&audit, "login-clear", AUDIT_WEAK, "u0") == 1);
    CHECK(count(&audit, "login-clear", AUDIT_WEAK, "u59") == 0);
    CHECK(count(&audit, "login-clear", AUDIT_WEAK, "logins") == 1);
    arena_free(arena);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"logins in the clear are seen", sees_clear_logins},
        {"a guesser that gets in is seen, a phone and an office are none", sees_a_guesser_get_in},
        {"guessing and many networks are seen", sees_pressure_and_networks},
        {"a mailbox that many clients guess at a little is told", sees_a_herd},
        {"many are told in one", tells_many_in_one},
    };

    return tap_main(cases, COUNT(cases));
}
