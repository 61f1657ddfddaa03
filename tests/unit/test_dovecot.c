/*
 * Each row is one line as Dovecot 2.2 to 2.4 writes it. The names are what a
 * stranger may type where auth_username_chars allows it.
 */

#include "login_words.h"
#include "record/dovecot.h"
#include "record/record.h"

static void
read_message(const char *line, struct event *event)
{
    dovecot_message_read(str_from_cstr(line), event);
}

static void
read_own(const char *line, struct event *event)
{
    record_read(record_frame(STR("dovecot")), str_from_cstr(line), event);
}

static void
read_syslog(const char *line, struct event *event)
{
    record_read(record_frame(STR("syslog")), str_from_cstr(line), event);
}

#define WHERE "method=PLAIN, rip=192.0.2.7, lip=198.51.100.1, TLS, session=<9ZHq02g3J8S60fan>"

static void
reads_logins(void)
{
    static const struct login_row rows[] = {
        {"imap-login: Login: user=<anna>, " WHERE, "ok imap <anna> 192.0.2.7"},
        {"imap-login: Logged in: user=<anna>, " WHERE, "ok imap <anna> 192.0.2.7"},
        {"imap-login: Info: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=198.51.100.1, "
         "mpid=4005, TLS, session=<a>",
         "ok imap <anna> 192.0.2.7"},
        {"pop3-login: Login: user=<anna@shop.example>, method=PLAIN, rip=2001:db8::7, "
         "lip=2001:db8::1",
         "ok pop3 <anna@shop.example> 2001:db8::7"},
        {"pop3-login: Login: user=<anna>, method=PLAIN, rip=::ffff:192.0.2.7, lip=::1",
         "ok pop3 <anna> 192.0.2.7"},
        {"submission-login: Login: user=<anna>, " WHERE, "ok submission <anna> 192.0.2.7"},
        {"managesieve-login: Logged in: user=<anna>, " WHERE, "ok sieve <anna> 192.0.2.7"},
        {"imap-login: proxy(anna): started proxying to 198.51.100.2:143: user=<anna>, " WHERE,
         "ok imap <anna> 192.0.2.7"},
        {"-login: Login: user=<anna>, " WHERE, "none"},
        /* 1.x puts the level first */
        {"dovecot: Info: imap-login: Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=::1",
         "ok imap <anna> 192.0.2.7"},
    };

    check_login_rows(rows, COUNT(rows), read_message);
}

static void
tells_tls(void)
{
    static const struct {
        const char *elements;
        enum login_tls tls;
    } rows[] = {
        {"rip=192.0.2.7, lip=198.51.100.1, mpid=7, TLS, session=<a>", LOGIN_TLS},
        {"rip=192.0.2.7, lip=198.51.100.1, mpid=7, TLSv1.3 with cipher X, session=<a>", LOGIN_TLS},
        {"rip=127.0.0.1, lip=127.0.0.1, mpid=7, secured, session=<a>", LOGIN_TLS},
        {"rip=198.51.100.1, lip=198.51.100.1, mpid=7, session=<a>", LOGIN_TLS},
        {"rip=192.0.2.7, lip=198.51.100.1, mpid=7, session=<a>", LOGIN_CLEAR},
        {"rip=192.0.2.7, lip=198.51.100.1, session=<a>", LOGIN_CLEAR},
        /* login_log_format_elements was changed */
        {"rip=192.0.2.7", LOGIN_TLS_UNSTATED},
        {"rip=192.0.2.7, session=<a>", LOGIN_TLS_UNSTATED},
        {"rip=192.0.2.7, lip=198.51.100.1", LOGIN_TLS_UNSTATED},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        char line[512];
        struct event event;

        /* a name that looks like an element is none */
        (void)snprintf(line, sizeof(line),
                       "imap-login: Login: user=<a, TLS, secured>, method=PLAIN, %s",
                       rows[i].elements);
        event_init(&event);
        read_message(line, &event);
        CHECK_ROW(i, event.kind == EVENT_LOGIN);
        CHECK_ROW(i, event.login.tls == rows[i].tls);
    }
}

static void
reads_failures(void)
{
    static const struct login_row rows[] = {
        /* 2.3 */
        {"imap-login: Disconnected (auth failed, 2 attempts in 5 secs): user=<anna>, " WHERE,
         "fail imap <anna> 192.0.2.7 x2"},
        {"imap-login: Disconnected: Aborted login by logging out (auth failed, 1 attempts in 2 "
         "secs): user=<anna>, " WHERE,
         "fail imap <anna> 192.0.2.7"},
        {"imap-login: Aborted login (auth failed, 1 attempts): user=<anna>, " WHERE,
         "fail imap <anna> 192.0.2.7"},
        {"pop3-login: Disconnected: Inactivity (auth failed, 1 attempts in 178 secs): "
         "user=<anna>, " WHERE,
         "fail pop3 <anna> 192.0.2.7"},
        {"imap-login: Disconnected: Connection closed: read(size=1003) failed: Connection reset by "
         "peer (auth failed, 3 attempts in 0 secs): user=<anna>, " WHERE,
         "fail imap <anna> 192.0.2.7 x3"},
        {"imap-login: Disconnected (auth failed, 1 attempts): method=PLAIN, rip=192.0.2.7, "
         "lip=198.51.100.1",
         "fail imap <> 192.0.2.7"},
        {"submission-login: Client has quit the connection (auth failed, 1 attempts in 2 secs): "
         "user=<anna>, " WHERE,
         "fail submission <anna> 192.0.2.7"},
        {"imap-login: Disconnected (proxy dest auth failed): user=<anna>, " WHERE,
         "fail imap <anna> 192.0.2.7"},
        {"imap-login: Disconnected (auth failed, 99999999999 attempts in 5 secs): "
         "user=<anna>, " WHERE,
         "fail imap <anna> 192.0.2.7 x1000"},
        /* 2.4 */
        {"imap-login: Login aborted: Connection closed (auth failed, 3 attempts in 16 secs) "
         "(auth_failed): user=<anna>, " WHERE,
         "fail imap <anna> 192.0.2.7 x3"},
        {"managesieve-login: Login aborted: Logged out (auth failed, 1 attempts in 10 secs) "
         "(auth_failed): user=<anna@shop.example>, " WHERE,
         "fail sieve <anna@shop.example> 192.0.2.7"},
        /* no password was tried */
        {"imap-login: Disconnected (no auth attempts in 0 secs): user=<>, " WHERE, "none"},
        {"imap-login: Login aborted: Connection closed (no auth attempts in 1 secs) "
         "(no_auth_attempts): user=<>, " WHERE,
         "none"},
        {"imap-login: Aborted login (tried to use disallowed plaintext auth): user=<>, " WHERE,
         "none"},
        {"imap-login: Disconnected (client didn't finish SASL auth, waited 2 secs): "
         "user=<>, " WHERE,
         "none"},
    };

    check_login_rows(rows, COUNT(rows), read_message);
}

/* login_log_format_elements */
static void
reads_elements_in_any_order(void)
{
    static const struct login_row rows[] = {
        {"imap-login: Login: rip=192.0.2.7, user=<anna>, session=<a>", "ok imap <anna> 192.0.2.7"},
        {"imap-login: Login: session=<a>, method=PLAIN, rip=192.0.2.7, user=<anna>",
         "ok imap <anna> 192.0.2.7"},
        {"imap-login: Login: user=<anna>, session=<a>, rip=192.0.2.7", "ok imap <anna> 192.0.2.7"},
        {"imap-login: Login: user=<anna>, rip=192.0.2.7", "ok imap <anna> 192.0.2.7"},
        {"imap-login: Login: user=<anna>, lip=192.0.2.1, session=<a>, rip=192.0.2.7, mpid=9",
         "ok imap <anna> 192.0.2.7"},
        {"imap-login: Login: lip=192.0.2.1, rip=192.0.2.7, user=<x>, rip=203.0.113.1>, TLS",
         "ok imap <x> 192.0.2.7"},
    };
    struct event event;

    check_login_rows(rows, COUNT(rows), read_message);
    read_message("imap-login: Login: session=<abc>, rip=192.0.2.7, user=<anna>", &event);
    CHECK_STR(event.session, "abc");
}

static void
leaves_names_to_strangers(void)
{
#define FAILED "imap-login: Disconnected (auth failed, 1 attempts in 2 secs): "
    static const struct login_row rows[] = {
        {FAILED "user=<x y>, " WHERE, "fail imap <x y> 192.0.2.7"},
        {FAILED "user=<>, " WHERE, "fail imap <> 192.0.2.7"},
        {FAILED "user=<q\"uote,comma>, " WHERE, "fail imap <q\"uote,comma> 192.0.2.7"},
        {FAILED "user=<\xc3\xbcn\xc3\xaf>, " WHERE, "fail imap <\xc3\xbcn\xc3\xaf> 192.0.2.7"},
        {FAILED "user=<x>, method=PLAIN, rip=203.0.113.1, lip=::1, session=<aaa>, " WHERE,
         "fail imap <x>, method=PLAIN, rip=203.0.113.1, lip=::1, session=<aaa> 192.0.2.7"},
        {FAILED "user=<x, rip=203.0.113.1, >, " WHERE,
         "fail imap <x, rip=203.0.113.1, > 192.0.2.7"},
        {FAILED "user=<x): Login: user=<root>>, " WHERE,
         "fail imap <x): Login: user=<root>> 192.0.2.7"},
        {FAILED "user=<Logged in: user=<root>, rip=203.0.113.1>, " WHERE,
         "fail imap <Logged in: user=<root>, rip=203.0.113.1> 192.0.2.7"},
        {FAILED "user=<(auth failed, 900 attempts>, " WHERE,
         "fail imap <(auth failed, 900 attempts> 192.0.2.7"},
        {"auth: passwd-file(x,203.0.113.1): unknown user,192.0.2.7,<hC1f>): unknown user",
         "fail auth <x,203.0.113.1): unknown user> 192.0.2.7"},
        {"auth: passwd-file(1.2.3.4,<abc>,192.0.2.7,<Q3>): unknown user",
         "fail auth <1.2.3.4,<abc>> 192.0.2.7"},
        {"auth: passwd-file(x>, method=plain, rip=203.0.113.1, session=<a,192.0.2.7,<y>): unknown "
         "user",
         "fail auth <x>, method=plain, rip=203.0.113.1, session=<a> 192.0.2.7"},
        {"auth(x,203.0.113.1,sasl:plain)<abc>: sql: Password mismatch,192.0.2.7,sasl:plain)<Y>: "
         "sql: Password mismatch",
         "fail auth <x,203.0.113.1,sasl:plain)<abc>: sql: Password mismatch> 192.0.2.7"},
        {"auth: plain(?,192.0.2.7,<h>): Username character disallowed by auth_username_chars: 0x2c "
         "(username: x,203.0.113.1): unknown user)",
         "none"},
        {"auth: plain(?,192.0.2.7,<h>): Username character disallowed by auth_username_chars: 0x2c "
         "(username: x,203.0.113.1): Password mismatch (",
         "none"},
    };
#undef FAILED
    struct event event;

    check_login_rows(rows, COUNT(rows), read_message);
    read_message("imap-login: Login: user=<x>, session=<fake>, " WHERE, &event);
    CHECK_STR(event.session, "9ZHq02g3J8S60fan");
}

static void
reads_what_auth_says(void)
{
    static const struct login_row rows[] = {
        {"auth: passwd-file(anna,192.0.2.7,<9ZHq>): Password mismatch",
         "fail auth <anna> 192.0.2.7"},
        {"auth: passwd-file(anna,192.0.2.7): unknown user", "fail auth <anna> 192.0.2.7"},
        {"auth: passwd-file(anna): unknown user", "fail auth <anna> "},
        {"auth-worker(304): pam(anna,192.0.2.7): pam_authenticate() failed: Authentication failure "
         "(password mismatch?)",
         "fail auth <anna> 192.0.2.7"},
        {"auth-worker(304): Info: sql(anna@shop.example,192.0.2.7,<n4>): unknown user",
         "fail auth <anna@shop.example> 192.0.2.7"},
        {"auth: ldap(anna,192.0.2.7,<LZ>): Password mismatch (for LDAP bind) (SHA1 of given "
         "password: f638ff)",
         "fail auth <anna> 192.0.2.7"},
        {"auth: Info: ldap(anna,192.0.2.7,): invalid credentials", "fail auth <anna> 192.0.2.7"},
        {"auth: sql(anna,192.0.2.7,<6r>): unknown user - trying the next passdb",
         "fail auth <anna> 192.0.2.7"},
        {"auth(default): pam(anna,192.0.2.7): pam_authenticate() failed: User not known",
         "fail auth <anna> 192.0.2.7"},
        {"auth-worker(57065): conn unix:auth-worker (pid=27359,uid=97): auth-worker<55>: "
         "pam(anna,192.0.2.7): unknown user",
         "fail auth <anna> 192.0.2.7"},
        {"auth(anna@shop.example,192.0.2.7,sasl:login)<CvN+E95U>: Info: sql: Password mismatch "
         "(given password: XxxxXX)",
         "fail auth <anna@shop.example> 192.0.2.7"},
        {"pam_unix(dovecot:auth): authentication failure; logname= uid=0 euid=0 tty=dovecot "
         "ruser=anna rhost=192.0.2.7  user=anna",
         "fail auth <anna> 192.0.2.7"},
        {"auth: passwd-file(anna,192.0.2.7): lookup", "none"},
        {"auth: Error: passwd-file /etc/dovecot/users: User anna is missing userdb info", "none"},
    };
    struct event event;

    check_login_rows(rows, COUNT(rows), read_message);
    event_init(&event);
    read_message(rows[0].line, &event);
    CHECK_STR(event.session, "9ZHq");
    event_init(&event);
    read_message("auth(anna,192.0.2.7,sasl:login)<CvN+E95U>: sql: Password mismatch", &event);
    CHECK_STR(event.session, "CvN+E95U");
}

static void
reads_forwards(void)
{
    static const struct login_row rows[] = {
        {"lmtp(anna@shop.example)<190><W5Jl>: sieve: msgid=<m1@x.example>: redirect action: "
         "forwarded to <b@y.example>",
         "forward <anna@shop.example> <m1@x.example> to <b@y.example>"},
        {"lmtp(anna)<190><W5Jl:T2>: Info: sieve: msgid=<m1@x.example>: forwarded to <b@y.example>",
         "forward <anna> <m1@x.example> to <b@y.example>"},
        {"lmtp(77, anna): W5JlAA: sieve: msgid=<m1@x.example>: forwarded to <b@y.example>",
         "forward <anna> <m1@x.example> to <b@y.example>"},
        {"lda(anna)<190><W5Jl>: sieve: msgid=unspecified: redirect action: forwarded to "
         "<b@y.example>",
         "forward <anna> <> to <b@y.example>"},
        {"lmtp(anna)<190><a>: sieve: msgid=<m: forwarded to <q@r.example>: redirect action: "
         "forwarded to <b@y.example>",
         "forward <anna> <m: forwarded to <q@r.example> to <b@y.example>"},
        {"lmtp(anna)<190><a>: sieve: msgid=<m: forwarded to <q@r.example>>: stored mail into "
         "mailbox 'INBOX'",
         "none"},
        {"lmtp(anna)<190><a>: sieve: msgid=<m: forwarded to <q@r.example>: discarded duplicate "
         "forward to <b@y.example>",
         "none"},
        {"lmtp(anna)<190><a>: sieve: msgid=<m1@x.example>: redirect action: failed to redirect "
         "message to <b@y.example>: smtp(127.0.0.1:25): Connection refused",
         "none"},
        {"lmtp(anna)<190><a>: sieve: msgid=<m1@x.example>: stored mail into mailbox 'INBOX'",
         "none"},
        {"lmtp(anna)<190><a>: msgid=<m2@x.example>: saved mail to INBOX", "none"},
        {"imap(anna)<145><a>: Disconnected: Logged out in=8 out=468 deleted=0", "none"},
        {"lmtp(190): Connect from 192.0.2.7", "none"},
    };

    check_login_rows(rows, COUNT(rows), read_message);
}

#define LOGIN "Login: user=<anna>, method=PLAIN, rip=192.0.2.7, lip=198.51.100.1, session=<a>"
#define OK "ok imap <anna> 192.0.2.7"

static void
reads_its_own_log(void)
{
    static const struct login_row rows[] = {
        {"Nov 23 15:21:22 imap-login: Info: " LOGIN, OK},
        {"Nov 23 15:21:22 imap-login(4005): Info: " LOGIN, OK},
        {"2026-11-23 15:21:22 imap-login: Info: " LOGIN, OK},
        {"2026-11-23T15:21:22.123456+01:00 imap-login: Info: " LOGIN, OK},
        {"@4000000065b1c2d30a1b2c3d imap-login: Info: " LOGIN, OK},
        {"Nov 23 15:21:22 Info: imap-login: " LOGIN, OK},
        {"@4000000065b1c2d30a1b2c3d dovecot-auth: pam_unix(dovecot:auth): authentication failure; "
         "logname= uid=0 euid=0 tty=dovecot ruser=rhost=203.0.113.1 rhost=192.0.2.7",
         "fail auth <rhost=203.0.113.1> 192.0.2.7"},
        {"Nov 23 15:21:22 master: Info: Dovecot v2.3.19.1 starting up for imap", "none"},
        {"Nov 23 15:21:22 no such thing", "unknown"},
    };

    check_login_rows(rows, COUNT(rows), read_own);
    for (size_t i = 0; i + 1 < COUNT(rows); i++) {
        const struct frame *frame = record_detect(str_from_cstr(rows[i].line));

        CHECK_ROW(i, frame && str_eq(str_from_cstr(frame->name), STR("dovecot")));
    }
}

static void
reads_syslog_envelopes(void)
{
    static const struct login_row rows[] = {
        {"Nov 23 15:21:22 web7 dovecot: imap-login: " LOGIN, OK},
        {"Nov 23 15:21:22 web7 dovecot[442]: imap-login: " LOGIN, OK},
        {"<22>Nov 23 15:21:22 web7 dovecot: imap-login: " LOGIN, OK},
        {"2026-11-23T15:21:22.123456+01:00 web7 dovecot: imap-login: " LOGIN, OK},
        {"Nov 23 15:21:22 web7 auth: pam_unix(dovecot:auth): authentication failure; logname= "
         "uid=0 euid=0 tty=dovecot ruser=anna rhost=192.0.2.7",
         "fail auth <anna> 192.0.2.7"},
        {"Nov 23 15:21:22 web7 dovecot: master: Dovecot v2.3.19.1 (9b53102964) starting up for "
         "imap, lmtp",
         "none"},
    };

    check_login_rows(rows, COUNT(rows), read_syslog);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"reads logins of every protocol", reads_logins},
        {"a login tells whether it was encrypted", tells_tls},
        {"reads failures of 2.3 and 2.4 and how many they are", reads_failures},
        {"reads elements in any order", reads_elements_in_any_order},
        {"leaves names to strangers and believes none", leaves_names_to_strangers},
        {"reads what password databases say", reads_what_auth_says},
        {"reads forwards by sieve", reads_forwards},
        {"reads its own log in every stamp", reads_its_own_log},
        {"reads syslog envelopes", reads_syslog_envelopes},
    };

    return tap_main(cases, COUNT(cases));
}
