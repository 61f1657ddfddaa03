/*
 * Each row is what a server replied, and what follows from it.
 */

#include "audit/relay.h"

#include "audit/relay_message.h"
#include "tap.h"

#define ARENA_BYTES ((size_t)4 << 20)
#define NOW_S INT64_C(1772524800) /* 2026-03-03 */
#define DAY INT64_C(86400)
#define NONCE "0123456789abcdef"
#define DENIED "554 5.7.1 <anna@example.com>: Relay access denied\r\n"
#define WITHOUT_AUTHORITIES 61 /* days: of the row whose machine has none */
#define NOTHING (-1)           /* no finding */
#define OK "250 2.1.5 Ok\r\n"

static struct smtp_reply
reply_of(const char *bytes)
{
    struct smtp_reply reply = {STR_EMPTY, 0, 0};

    if (bytes)
        CHECK(smtp_reply_read(str_from_cstr(bytes), &reply) == SMTP_REPLY_WHOLE);
    return reply;
}

static void
fills_forms(void)
{
    static const struct {
        const char *name, *sender, *recipient;
    } rows[] = {
        {"null-sender", "", "anna@example.com"},
        {"stranger", "boris@example.org", "anna@example.com"},
        {"own-name", "postmaster@mx.example.net", "anna@example.com"},
        {"own-literal", "postmaster@[192.0.2.1]", "anna@example.com"},
        {"own-domain", "postmaster@example.net", "anna@example.com"},
        {"localhost", "postmaster@localhost", "anna@example.com"},
        {"percent-literal", "postmaster@[192.0.2.1]", "anna%example.com@[192.0.2.1]"},
        {"percent-name", "postmaster@[192.0.2.1]", "anna%example.com@mx.example.net"},
        {"quoted", "postmaster@[192.0.2.1]", "\"anna@example.com\""},
        {"quoted-percent", "postmaster@[192.0.2.1]", "\"anna%example.com\""},
        {"two-ats-literal", "postmaster@[192.0.2.1]", "anna@example.com@[192.0.2.1]"},
        {"quoted-literal", "postmaster@[192.0.2.1]", "\"anna@example.com\"@[192.0.2.1]"},
        {"two-ats-name", "postmaster@[192.0.2.1]", "anna@example.com@mx.example.net"},
        {"route-literal", "postmaster@[192.0.2.1]", "@[192.0.2.1]:anna@example.com"},
        {"route-name", "postmaster@[192.0.2.1]", "@mx.example.net:anna@example.com"},
        {"bang", "postmaster@[192.0.2.1]", "example.com!anna"},
        {"bang-literal", "postmaster@[192.0.2.1]", "example.com!anna@[192.0.2.1]"},
        {"bang-name", "postmaster@[192.0.2.1]", "example.com!anna@mx.example.net"},
        {"control-name", "boris@example.org", "nobody@mx.example.net"},
        {"control-literal", "boris@example.org", "nobody@[192.0.2.1]"},
        {"control-bare", "boris@example.org", "nobody"},
    };
    struct arena *arena = arena_new(ARENA_BYTES);
    struct relay_names names = {STR("anna"),
                                STR("example.com"),
                                STR("boris@example.org"),
                                STR("mx.example.net"),
                                relay_literal(STR("192.0.2.1"), arena),
                                STR("example.net"),
                                STR("nobody")};
    struct str sender, recipient;

    CHECK(COUNT(rows) == relay_form_count + relay_control_count);
    for (size_t i = 0; i < COUNT(rows); i++) {
        CHECK_STR(tap_str(relay_forms[i].name), rows[i].name);
        CHECK_ROW(i, relay_form_fill(&relay_forms[i], &names, arena, &sender, &recipient));
        CHECK_STR(sender, rows[i].sender);
        CHECK_STR(recipient, rows[i].recipient);
        CHECK_ROW(i, relay_forms[i].is_control == (i >= relay_form_count));
    }
    CHECK_STR(relay_literal(STR("2001:db8::1"), arena), "[IPv6:2001:db8::1]");
    names.own_domain = STR_EMPTY;
    CHECK(!relay_form_fill(&relay_forms[4], &names, arena, &sender, &recipient));
    arena_free(arena);
}

static void
knows_addresses_that_fit(void)
{
    static const struct {
        const char *address;
        bool fits;
    } rows[] = {
        {"anna@example.com", true},
        {"anna+x=y_z.w-v@mail.example.com", true},
        {"anna", false},
        {"@example.com", false},
        {"anna@", false},
        {"an\"na@example.com", false},
        {"an na@example.com", false},
        {"anna@example.com>", false},
        {"a@b@example.com", false},
        {"anna@exa+mple.com", false},
        {"anna@example.com\r\n", false},
        {"an%na@example.com", false},
        {"", false},
    };

    for (size_t i = 0; i < COUNT(rows); i++)
        CHECK_ROW(i, relay_address_fits(tap_str(rows[i].address)) == rows[i].fits);
}

static void
reads_answers(void)
{
    static const struct {
        const char *mail, *rcpt;
        enum relay_answer answer;
    } rows[] = {
        {OK, OK, RELAY_ACCEPTED},
        {OK, "251 not local, will forward\r\n", RELAY_ACCEPTED},
        {OK, "252 cannot say\r\n", RELAY_ACCEPTED},
        /* Postfix, Exim, Sendmail, OpenSMTPD, qmail, Exchange, Courier, and what others say */
        {OK, DENIED, RELAY_REFUSED},
        {OK, "550 relay not permitted\r\n", RELAY_REFUSED},
        {OK, "550 5.7.1 <a@example.com>... Relaying denied. Proper authentication required.\r\n",
         RELAY_REFUSED},
        {OK, "550 Invalid recipient: <a@example.com>\r\n", RELAY_REFUSED},
        {OK, "553 sorry, that domain isn't in my list of allowed rcpthosts (#5.7.1)\r\n",
         RELAY_REFUSED},
        {OK, "550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain\r\n",
         RELAY_REFUSED},
        {OK, "513 Relaying denied.\r\n", RELAY_REFUSED},
        {OK, "550 5.1.1 no such user\r\n", RELAY_REFUSED},
        {OK, "501 5.1.3 Bad recipient address syntax\r\n", RELAY_REFUSED},
        {OK, "553 5.1.3 <a@example.com@[192.0.2.1]>... Invalid route address\r\n", RELAY_REFUSED},
        /* a soft no of the same kind */
        {OK, "454 4.7.1 <a@example.com>: Relay access denied\r\n", RELAY_REFUSED},
        {OK, "451 4.7.1 relaying denied, try again later\r\n", RELAY_REFUSED},
        /* a login */
        {"530 5.7.0 Authentication required\r\n", NULL, RELAY_ASKS_LOGIN},
        {OK, "503 This mail server requires authentication when attempting to send\r\n",
         RELAY_ASKS_LOGIN},
        {OK, "530 SMTP authentication is required.\r\n", RELAY_ASKS_LOGIN},
        {"530 please\r\n", NULL, RELAY_ASKS_LOGIN},
        {"530 5.7.0 Must issue a STARTTLS command first\r\n", NULL, RELAY_ASKS_TLS},
        {"451 4.7.0 STARTTLS first\r\n", NULL, RELAY_ASKS_TLS},
        /* it is us whom it does not like; lists may be called after relays */
        {OK,
         "554 5.7.1 Service unavailable; Client host [203.0.113.9] blocked using "
         "relays.example.org\r\n",
         RELAY_REFUSED_US},
        {OK, "554 5.7.1 <unknown[203.0.113.9]>: Client host rejected: Access denied\r\n",
         RELAY_REFUSED_US},
        {OK, "550 5.7.1 <a@example.org>: Sender address rejected: Domain not found\r\n",
         RELAY_REFUSED_US},
        {"501 postmaster@[192.0.2.1]: domain literals not allowed\r\n", NULL, RELAY_REFUSED_US},
        {"550 5.7.27 <a@example.org>: Sender address rejected: nullMX\r\n", NULL, RELAY_REFUSED_US},
        {OK, "550 Sender verify failed\r\n", RELAY_REFUSED_US},
        /* the recipient's domain takes no mail */
        {OK, "556 5.1.10 <a@example.com>: Domain does not accept mail (nullMX)\r\n",
         RELAY_REFUSED_NAME},
        {OK, "550 Unrouteable address\r\n", RELAY_REFUSED_NAME},
        {OK, "550 5.1.2 host unknown\r\n", RELAY_REFUSED_NAME},
        /* later */
        {OK, "450 4.2.0 <a@example.com>: Recipient address rejected: Greylisted\r\n", RELAY_LATER},
        {"421 4.7.0 too many connections\r\n", NULL, RELAY_LATER},
        {OK, "451 4.3.0 your IP is banned for a while\r\n", RELAY_LATER},
        /* nothing that fits */
        {NULL, NULL, RELAY_BROKEN},
        {OK, NULL, RELAY_BROKEN},
        {OK, "354 go ahead\r\n", RELAY_BROKEN},
        {"354 what\r\n", NULL, RELAY_BROKEN},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_reply mail = reply_of(rows[i].mail), rcpt = reply_of(rows[i].rcpt);

        CHECK_ROW(i, relay_answer_read(&mail, &rcpt) == rows[i].answer);
    }
}

static void
knows_limits_and_greylists(void)
{
    static const struct {
        const char *bytes;
        bool is_grey, is_limit;
    } rows[] = {
        {"450 4.2.0 Greylisted, see you\r\n", true, false},
        {"451 4.7.1 Please try again later\r\n", true, false},
        {"451 4.3.0 disk full\r\n", false, false},
        {"550 greylisted\r\n", false, false},
        {"421 4.7.0 mx.example.net Error: too many errors\r\n", false, true},
        {"421 4.3.2 too many connections\r\n", false, false},
        {"450 too many errors\r\n", false, false},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct smtp_reply reply = reply_of(rows[i].bytes);

        CHECK_ROW(i, relay_is_greylisting(&reply) == rows[i].is_grey);
        CHECK_ROW(i, relay_is_session_limit(&reply) == rows[i].is_limit);
    }
}

/* Facts of a server of Postfix that refused every form. */
static void
settle_closed(struct relay_facts *facts, struct arena *arena)
{
    struct relay_names names = {STR("anna"),           STR("example.com"), STR("boris@example.org"),
                                STR("mx.example.net"), STR("[192.0.2.1]"), STR("example.net"),
                                STR("nobody")};

    *facts = (struct relay_facts){
        .subject = STR("mx.example.net:25"),
        .host = STR("mx.example.net"),
        .address = STR("192.0.2.1"),
        .client = STR("203.0.113.9"),
        .port = 25,
        .banner = reply_of("220 mx.example.net ESMTP Postfix\r\n"),
        .nonce = STR(NONCE),
        .form_total = relay_form_count,
        .probe_count = relay_form_count,
    };
    for (uint32_t i = 0; i < relay_form_count; i++) {
        struct relay_probe *probe = &facts->probes[i];

        probe->form = &relay_forms[i];
        CHECK(relay_form_fill(probe->form, &names, arena, &probe->sender, &probe->recipient));
        probe->mail = reply_of(OK);
        probe->rcpt = reply_of(DENIED);
        probe->answer = RELAY_REFUSED;
    }
}

static void
set_answer(struct relay_facts *facts, const char *form, enum relay_answer answer)
{
    for (uint32_t i = 0; i < facts->probe_count; i++) {
        if (strcmp(facts->probes[i].form->name, form) == 0) {
            facts->probes[i].answer = answer;
            facts->probes[i].rcpt = reply_of(OK);
            return;
        }
    }
    /* a control, which is asked only then */
    for (uint32_t i = relay_form_count; i < RELAY_FORMS_MAX; i++) {
        if (strcmp(relay_forms[i].name, form) == 0)
            facts->probes[facts->probe_count++] = (struct relay_probe){
                .form = &relay_forms[i], .mail = reply_of(OK), .answer = answer};
    }
}

/* The n-th finding of a check; NULL: there is none. */
static const struct audit_finding *
find(const struct audit *audit, const char *check, uint32_t n)
{
    for (uint32_t i = 0; i < audit->count; i++) {
        if (strcmp(audit->list[i].check, check) == 0 && n-- == 0)
            return &audit->list[i];
    }
    return NULL;
}

static void
check_finding(size_t row, const struct audit_finding *finding, enum audit_outcome outcome,
              const char *words)
{
    CHECK_ROW(row, finding != NULL);
    if (!finding)
        return;
    CHECK_ROW(row, finding->outcome == outcome);
    CHECK_ROW(row,
              str_has(finding->title, tap_str(words)) || str_has(finding->why, tap_str(words)));
    CHECK_ROW(row, outcome == AUDIT_FINE || finding->why.len > 0);
}

static void
judges_relaying(void)
{
    static const struct {
        struct {
            const char *form;
            enum relay_answer answer;
        } answers[4]; /* all others are refused */
        enum relay_stop stop;
        bool is_own_machine, is_looked, is_local;
        const char *deliver_to;
        enum audit_outcome outcome;
        const char *words;
    } rows[] = {
        {.outcome = AUDIT_FINE, .words = "18 forms were refused"},
        {.answers = {{"null-sender", RELAY_ASKS_LOGIN}},
         .outcome = AUDIT_FINE,
         .words = "18 forms were refused"},
        /* a yes is no proof */
        {.answers = {{"stranger", RELAY_ACCEPTED}},
         .outcome = AUDIT_SERIOUS,
         .words = "accepted, not proven (1 form: stranger)"},
        {.answers = {{"own-name", RELAY_ACCEPTED}},
         .outcome = AUDIT_SERIOUS,
         .words = "--deliver-to ADDRESS"},
        {.answers = {{"stranger", RELAY_TAKEN}},
         .deliver_to = "proof@inbox.example",
         .outcome = AUDIT_SERIOUS,
         .words = NONCE " in the subject"},
        {.answers = {{"stranger", RELAY_TAKEN}},
         .deliver_to = "proof@inbox.example",
         .is_looked = true,
         .outcome = AUDIT_WEAK,
         .words = "it was discarded"},
        {.answers = {{"stranger", RELAY_ACCEPTED}},
         .deliver_to = "proof@example.net",
         .is_local = true,
         .outcome = AUDIT_SERIOUS,
         .words = "itself takes mail for proof@example.net"},
        /* what arrives is */
        {.answers = {{"stranger", RELAY_PROVEN}, {"null-sender", RELAY_TAKEN}},
         .deliver_to = "proof@inbox.example",
         .is_looked = true,
         .outcome = AUDIT_CRITICAL,
         .words = "1 of 18 forms arrived at proof@inbox.example (stranger)"},
        {.answers = {{"percent-name", RELAY_PROVEN}},
         .deliver_to = "proof@inbox.example",
         .is_looked = true,
         .outcome = AUDIT_CRITICAL,
         .words = "(percent-name)"},
        /* its own machine is trusted by nearly every server */
        {.answers = {{"stranger", RELAY_ACCEPTED}},
         .is_own_machine = true,
         .outcome = AUDIT_UNKNOWN,
         .words = "from another machine"},
        {.answers = {{"stranger", RELAY_PROVEN}},
         .is_own_machine = true,
         .deliver_to = "proof@inbox.example",
         .is_looked = true,
         .outcome = AUDIT_UNKNOWN,
         .words = "from another machine"},
        {.is_own_machine = true, .outcome = AUDIT_FINE, .words = "were refused"},
        /* tricks: a mailbox of its own to the server, or not */
        {.answers = {{"percent-name", RELAY_ACCEPTED}},
         .outcome = AUDIT_NOTE,
         .words = "as it takes any mailbox"},
        {.answers = {{"percent-name", RELAY_ACCEPTED}, {"control-name", RELAY_ACCEPTED}},
         .outcome = AUDIT_NOTE,
         .words = "as it takes any mailbox"},
        {.answers = {{"percent-name", RELAY_ACCEPTED}, {"control-literal", RELAY_REFUSED}},
         .outcome = AUDIT_NOTE,
         .words = "as it takes any mailbox"},
        {.answers = {{"percent-name", RELAY_ACCEPTED}, {"control-name", RELAY_REFUSED}},
         .outcome = AUDIT_WEAK,
         .words = "refuses a made-up mailbox there"},
        {.answers = {{"bang", RELAY_TAKEN}, {"control-bare", RELAY_REFUSED}},
         .deliver_to = "proof@inbox.example",
         .outcome = AUDIT_WEAK,
         .words = "(bang)"},
        /* refused at the end of the message is refused */
        {.answers = {{"stranger", RELAY_REFUSED_DATA}},
         .outcome = AUDIT_FINE,
         .words = "were refused"},
        /* the probing ended early */
        {.stop = RELAY_STOP_ASKED,
         .outcome = AUDIT_UNKNOWN,
         .words = "refused the first 18 of 18 forms"},
        {.stop = RELAY_STOP_BROKEN, .outcome = AUDIT_UNKNOWN, .words = "broke off: 421 enough"},
        {.answers = {{"stranger", RELAY_ACCEPTED}},
         .stop = RELAY_STOP_ASKED,
         .outcome = AUDIT_SERIOUS,
         .words = "accepted, not proven"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct relay_facts *facts = ARENA_NEW(arena, struct relay_facts);
        struct audit audit;

        audit_init(&audit, arena);
        settle_closed(facts, arena);
        for (size_t k = 0; k < COUNT(rows[i].answers) && rows[i].answers[k].form; k++)
            set_answer(facts, rows[i].answers[k].form, rows[i].answers[k].answer);
        facts->stop = rows[i].stop;
        facts->stop_seen = STR("421 enough");
        facts->is_own_machine = rows[i].is_own_machine;
        facts->is_deliver_to_local = rows[i].is_local;
        if (rows[i].deliver_to)
            facts->deliver_to = tap_str(rows[i].deliver_to);
        if (rows[i].is_looked)
            facts->delivered_in = STR("/home/anna/Maildir");
        relay_judge(facts, NOW_S, &audit);
        check_finding(i, find(&audit, "relay-open", 0), rows[i].outcome, rows[i].words);
        CHECK_ROW(i, !find(&audit, "relay-open", 1));
        arena_free(arena);
    }
}

/* Every form has the one answer. */
static void
judges_what_is_undecided(void)
{
    static const struct {
        enum relay_answer answer;
        const char *rcpt;
        enum relay_role role;
        enum audit_outcome outcome;
        const char *words;
    } rows[] = {
        {RELAY_REFUSED_US, "554 blocked using x\r\n", RELAY_ROLE_MX, AUDIT_UNKNOWN,
         "refuses this client"},
        {RELAY_REFUSED_US, "554 Client host rejected\r\n", RELAY_ROLE_SUBMISSION, AUDIT_FINE,
         "after a login only"},
        {RELAY_ASKS_LOGIN, NULL, RELAY_ROLE_SUBMISSIONS, AUDIT_FINE, "after a login only"},
        {RELAY_ACCEPTED, OK, RELAY_ROLE_SUBMISSION, AUDIT_SERIOUS, "accepted, not proven"},
        {RELAY_REFUSED_NAME, "556 nullMX\r\n", RELAY_ROLE_MX, AUDIT_UNKNOWN, "takes mail with"},
        {RELAY_LATER, "450 greylisted\r\n", RELAY_ROLE_MX, AUDIT_UNKNOWN, "greylisting"},
        {RELAY_LATER, "451 disk full\r\n", RELAY_ROLE_MX, AUDIT_UNKNOWN, "has trouble"},
        {RELAY_ASKS_TLS, NULL, RELAY_ROLE_MX, AUDIT_UNKNOWN, "asks for TLS"},
        {RELAY_BROKEN, NULL, RELAY_ROLE_MX, AUDIT_UNKNOWN, "could not be found out"},
        {RELAY_RETURNED, OK, RELAY_ROLE_MX, AUDIT_NOTE, "sends it back"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct relay_facts *facts = ARENA_NEW(arena, struct relay_facts);
        struct audit audit;

        audit_init(&audit, arena);
        settle_closed(facts, arena);
        facts->role = rows[i].role;
        for (uint32_t k = 0; k < facts->probe_count; k++) {
            facts->probes[k].answer = rows[i].answer;
            facts->probes[k].rcpt = reply_of(rows[i].rcpt);
        }
        relay_judge(facts, NOW_S, &audit);
        check_finding(i, find(&audit, "relay-open", 0), rows[i].outcome, rows[i].words);
        arena_free(arena);
    }
}

static void
tells_a_tarpit(void)
{
    static const struct {
        uint32_t slowest_ms;
        bool is_told;
    } rows[] = {{100, false}, {RELAY_SLOW_MS - 1, false}, {25000, true}};

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct relay_facts *facts = ARENA_NEW(arena, struct relay_facts);
        const struct audit_finding *finding;
        struct audit audit;

        audit_init(&audit, arena);
        settle_closed(facts, arena);
        facts->stop = RELAY_STOP_BROKEN;
        facts->stop_seen = STR("no answer in time");
        facts->slowest_ms = rows[i].slowest_ms;
        relay_judge(facts, NOW_S, &audit);
        finding = find(&audit, "relay-open", 0);
        check_finding(i, finding, AUDIT_UNKNOWN, "no answer in time.");
        CHECK_ROW(i, finding && str_has(finding->why, STR("holds its replies back, up to 25 s")) ==
                                    rows[i].is_told);
        arena_free(arena);
    }
}

static void
says_what_could_not_be_asked(void)
{
    struct arena *arena = arena_new(ARENA_BYTES);
    struct relay_facts *facts = ARENA_NEW(arena, struct relay_facts);
    struct audit audit;

    audit_init(&audit, arena);
    settle_closed(facts, arena);
    facts->fault = STR("connection refused");
    relay_judge(facts, NOW_S, &audit);
    CHECK(audit.count == 1);
    check_finding(0, find(&audit, "relay-open", 0), AUDIT_UNKNOWN, "connection refused");
    arena_free(arena);
}

static void
proposes_the_fix_of_the_server(void)
{
    static const struct {
        const char *banner, *words;
    } rows[] = {
        {"220 mx ESMTP Postfix (Debian/GNU)\r\n", "smtpd_relay_restrictions"},
        {"220 mx ESMTP Exim 4.96 Tue\r\n", "relay_from_hosts"},
        {"220 mx ESMTP Sendmail 8.17.1.9\r\n", "promiscuous_relay"},
        {"220 mx ESMTP OpenSMTPD\r\n", "match from any for any"},
        {"220 mx ready\r\n", "own domains only"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct relay_facts *facts = ARENA_NEW(arena, struct relay_facts);
        const struct audit_finding *finding;
        struct audit audit;

        audit_init(&audit, arena);
        settle_closed(facts, arena);
        facts->banner = reply_of(rows[i].banner);
        set_answer(facts, "stranger", RELAY_PROVEN);
        relay_judge(facts, NOW_S, &audit);
        finding = find(&audit, "relay-open", 0);
        CHECK_ROW(i, finding && finding->fix_count == 1);
        CHECK_ROW(i, finding && str_has(finding->fixes[0].value, tap_str(rows[i].words)));
        CHECK_ROW(i, finding && !finding->fixes[0].is_safe);
        arena_free(arena);
    }
}

static void
judges_logins_and_vrfy(void)
{
    static const struct {
        const char *hello, *known, *made_up;
        enum audit_outcome login;
        int vrfy;
    } rows[] = {
        {"250-mx\r\n250 AUTH PLAIN LOGIN\r\n", "252 2.0.0 postmaster\r\n", "550 5.1.1 unknown\r\n",
         AUDIT_WEAK, AUDIT_NOTE},
        {"250-mx\r\n250 AUTH CRAM-MD5\r\n", "250 Root <postmaster@mx>\r\n", "551 no\r\n",
         AUDIT_NOTE, AUDIT_NOTE},
        {"250-mx\r\n250 STARTTLS\r\n", "252 x\r\n", "252 x\r\n", AUDIT_FINE, AUDIT_FINE},
        {"250 mx\r\n", "502 no\r\n", "502 no\r\n", AUDIT_FINE, AUDIT_FINE},
        /* a refusal of the client says nothing of the mailbox */
        {"250 mx\r\n", "252 x\r\n", "554 5.7.1 Client host rejected\r\n", AUDIT_FINE, NOTHING},
        {"250 mx\r\n", "530 TLS\r\n", "530 TLS\r\n", AUDIT_FINE, NOTHING},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct relay_facts *facts = ARENA_NEW(arena, struct relay_facts);
        struct smtp_reply hello = reply_of(rows[i].hello);
        const struct audit_finding *login, *vrfy;
        struct audit audit;

        audit_init(&audit, arena);
        settle_closed(facts, arena);
        facts->clear = smtp_features_read(&hello);
        facts->vrfy_postmaster = reply_of(rows[i].known);
        facts->vrfy_made_up = reply_of(rows[i].made_up);
        relay_judge(facts, NOW_S, &audit);
        login = find(&audit, "relay-login", 0);
        vrfy = find(&audit, "relay-vrfy", 0);
        CHECK_ROW(i, login && login->outcome == rows[i].login);
        CHECK_ROW(i, (vrfy ? (int)vrfy->outcome : NOTHING) == rows[i].vrfy);
        arena_free(arena);
    }
}

static void
judges_tls(void)
{
    static const struct {
        const char *protocol; /* NULL: no TLS */
        const char *fault;
        bool is_trusted, is_matching;
        int days; /* until it expires */
        enum relay_role role;
        const char *check;
        enum audit_outcome outcome;
        const char *words;
    } rows[] = {
        {NULL, NULL, false, false, 0, RELAY_ROLE_MX, "relay-starttls", AUDIT_WEAK, "no STARTTLS"},
        {NULL, "TLS failed", false, false, 0, RELAY_ROLE_MX, "relay-starttls", AUDIT_SERIOUS,
         "does not come about"},
        {"TLSv1.3", NULL, true, true, 60, RELAY_ROLE_MX, "relay-starttls", AUDIT_FINE, "current"},
        {"TLSv1.1", NULL, true, true, 60, RELAY_ROLE_MX, "relay-starttls", AUDIT_WEAK, "RFC 8996"},
        {"TLSv1", NULL, true, true, 60, RELAY_ROLE_MX, "relay-starttls", AUDIT_WEAK, "RFC 8996"},
        {"TLSv1.2", NULL, true, true, 60, RELAY_ROLE_MX, "relay-certificate", AUDIT_FINE,
         "valid, trusted"},
        {"TLSv1.2", NULL, true, true, 22, RELAY_ROLE_MX, "relay-certificate", AUDIT_FINE,
         "valid, trusted"},
        {"TLSv1.2", NULL, true, true, 5, RELAY_ROLE_MX, "relay-certificate", AUDIT_NOTE,
         "expires in 5 days"},
        {"TLSv1.2", NULL, false, true, -1, RELAY_ROLE_MX, "relay-certificate", AUDIT_WEAK,
         "has expired"},
        {"TLSv1.2", NULL, false, true, -1, RELAY_ROLE_SUBMISSIONS, "relay-certificate",
         AUDIT_SERIOUS, "has expired"},
        {"TLSv1.2", NULL, true, false, 60, RELAY_ROLE_MX, "relay-certificate", AUDIT_NOTE,
         "is not for mx.example.net"},
        {"TLSv1.2", NULL, true, false, 60, RELAY_ROLE_SUBMISSION, "relay-certificate", AUDIT_WEAK,
         "is not for mx.example.net"},
        {"TLSv1.2", NULL, false, true, 60, RELAY_ROLE_MX, "relay-certificate", AUDIT_NOTE,
         "not trusted: self-signed certificate"},
        {"TLSv1.2", NULL, false, true, WITHOUT_AUTHORITIES, RELAY_ROLE_SUBMISSIONS,
         "relay-certificate", AUDIT_UNKNOWN, "knows no authorities"},
        {"TLSv1.2", NULL, false, true, 60, RELAY_ROLE_SUBMISSIONS, "relay-certificate", AUDIT_WEAK,
         "not trusted: self-signed certificate"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct relay_facts *facts = ARENA_NEW(arena, struct relay_facts);
        struct smtp_peer *peer = ARENA_NEW(arena, struct smtp_peer);
        struct audit audit;

        audit_init(&audit, arena);
        settle_closed(facts, arena);
        facts->role = rows[i].role;
        if (rows[i].fault)
            facts->tls_fault = tap_str(rows[i].fault);
        if (rows[i].protocol) {
            *peer = (struct smtp_peer){.protocol = tap_str(rows[i].protocol),
                                       .cipher = STR("AES128-SHA"),
                                       .chain_count = 1,
                                       .is_trusted = rows[i].is_trusted,
                                       .has_authorities = rows[i].days != WITHOUT_AUTHORITIES,
                                       .distrust = STR("self-signed certificate"),
                                       .is_matching = rows[i].is_matching};
            peer->chain[0].issuer = STR("CN = Example");
            peer->chain[0].not_after_s = NOW_S + rows[i].days * DAY + 60;
            facts->peer = peer;
        }
        relay_judge(facts, NOW_S, &audit);
        check_finding(i, find(&audit, rows[i].check, 0), rows[i].outcome, rows[i].words);
        CHECK_ROW(i, !find(&audit, rows[i].check, 1));
        arena_free(arena);
    }
}

static void
judges_names(void)
{
    static const struct {
        enum relay_name_state pointer, banner;
        const char *hello; /* NULL: the banner's name */
        enum audit_outcome outcome;
        const char *words; /* NULL: no finding */
    } rows[] = {
        {RELAY_NAME_UNASKED, RELAY_NAME_UNASKED, NULL, AUDIT_FINE, NULL},
        {RELAY_NAME_FINE, RELAY_NAME_FINE, NULL, AUDIT_FINE, "lead to one another"},
        {RELAY_NAME_NONE, RELAY_NAME_FINE, NULL, AUDIT_WEAK, "has no name"},
        {RELAY_NAME_ELSEWHERE, RELAY_NAME_FINE, NULL, AUDIT_WEAK, "does not lead back"},
        {RELAY_NAME_UNKNOWN, RELAY_NAME_FINE, NULL, AUDIT_UNKNOWN, "could not be asked"},
        {RELAY_NAME_FINE, RELAY_NAME_NONE, NULL, AUDIT_NOTE, "does not exist"},
        {RELAY_NAME_FINE, RELAY_NAME_ELSEWHERE, NULL, AUDIT_NOTE, "leads to another"},
        {RELAY_NAME_FINE, RELAY_NAME_FINE, "250 ok\r\n", AUDIT_FINE, "one another"},
        {RELAY_NAME_FINE, RELAY_NAME_FINE, "250 old.example.net\r\n", AUDIT_NOTE, "calls itself"},
        {RELAY_NAME_FINE, RELAY_NAME_FINE, "250 MX.example.net\r\n", AUDIT_FINE, "one another"},
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new(ARENA_BYTES);
        struct relay_facts *facts = ARENA_NEW(arena, struct relay_facts);
        struct smtp_reply hello = reply_of(rows[i].hello);
        struct audit audit;

        audit_init(&audit, arena);
        settle_closed(facts, arena);
        facts->clear = smtp_features_read(&hello);
        facts->pointer_state = rows[i].pointer;
        facts->banner_state = rows[i].banner;
        facts->pointers[facts->pointer_count++] = STR("mx.example.net");
        relay_judge(facts, NOW_S, &audit);
        if (rows[i].words)
            check_finding(i, find(&audit, "relay-name", 0), rows[i].outcome, rows[i].words);
        else
            CHECK_ROW(i, !find(&audit, "relay-name", 0));
        CHECK_ROW(i, !find(&audit, "relay-name", 1));
        arena_free(arena);
    }
}

static void
recognises_its_messages(void)
{
    static const char bounce[] = "From: mailer-daemon@mx.example.net\n"
                                 "Subject: Undelivered\n\n"
                                 "--x\nContent-Type: message/rfc822\n\n";
    struct relay_message message = {STR(NONCE),
                                    STR("percent-name"),
                                    STR("mx.example.net:25"),
                                    STR("proof@inbox.example"),
                                    STR("desk"),
                                    NOW_S};
    struct buf text, wrapped;
    struct str form = STR("untouched");

    buf_init(&text, 8192);
    buf_init(&wrapped, 8192);
    relay_message_write(&message, &text);
    CHECK(!text.is_over);
    CHECK(str_has(buf_str(&text), STR("Date: Tue, 3 Mar 2026 08:00:00 +0000\n")));
    CHECK(str_has(buf_str(&text), STR("Subject: [weir relay test] " NONCE " percent-name by")));
    CHECK(str_has(buf_str(&text), STR("This is a test, not spam.")));
    CHECK(relay_message_read(buf_str(&text), STR("fedcba9876543210"), &form) == RELAY_MAIL_OTHER);
    CHECK_STR(form, "untouched");
    CHECK(relay_message_read(buf_str(&text), STR(NONCE), &form) == RELAY_MAIL_ARRIVED);
    CHECK_STR(form, "percent-name");
    /* a bounce that quotes it is the proof of the contrary */
    buf_add_cstr(&wrapped, bounce);
    buf_add(&wrapped, buf_str(&text));
    CHECK(relay_message_read(buf_str(&wrapped), STR(NONCE), &form) == RELAY_MAIL_RETURNED);
    CHECK_STR(form, "percent-name");
    CHECK(relay_message_read(STR("Subject: x\n\n" NONCE), STR(NONCE), &form) == RELAY_MAIL_OTHER);
    CHECK(relay_message_read(STR("X-Weir-Relay-Test: \n\n"), STR(""), &form) == RELAY_MAIL_OTHER);
    CHECK(relay_message_read(STR(""), STR(NONCE), &form) == RELAY_MAIL_OTHER);
    buf_done(&text);
    buf_done(&wrapped);
}

int
main(void)
{
    static const struct tap_case cases[] = {
        {"forms are filled with names", fills_forms},
        {"addresses that fit are known", knows_addresses_that_fit},
        {"answers are read", reads_answers},
        {"greylisting and limits are known", knows_limits_and_greylists},
        {"relaying is judged", judges_relaying},
        {"what is undecided is said to be so", judges_what_is_undecided},
        {"a tarpit is told", tells_a_tarpit},
        {"what could not be asked is said", says_what_could_not_be_asked},
        {"the fix is that of the server", proposes_the_fix_of_the_server},
        {"logins and VRFY are judged", judges_logins_and_vrfy},
        {"TLS is judged", judges_tls},
        {"names are judged", judges_names},
        {"its messages are recognised", recognises_its_messages},
    };

    return tap_main(cases, COUNT(cases));
}
