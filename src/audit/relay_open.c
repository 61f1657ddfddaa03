#include "audit/relay_parts.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))
#define LIST_SHOWN_MAX 6

/* How many probes had which answer; plain forms and tricks apart. */
struct tally {
    uint32_t plain[RELAY_ANSWER_COUNT], trick[RELAY_ANSWER_COUNT];
    uint32_t tried;  /* forms, not controls */
    uint32_t hinted; /* tricks accepted where a made-up mailbox was refused */
    const struct relay_probe *first[RELAY_ANSWER_COUNT];
};

/* Whether the server refuses a made-up mailbox at that place; false: it takes it, or was not asked.
 */
static bool
refuses_made_up(const struct relay_facts *facts, enum relay_place place)
{
    for (uint32_t i = 0; i < facts->probe_count; i++) {
        const struct relay_probe *probe = &facts->probes[i];

        if (probe->form->is_control && probe->form->place == place)
            return probe->answer == RELAY_REFUSED || probe->answer == RELAY_REFUSED_NAME;
    }
    return false;
}

static struct tally
count(const struct relay_facts *facts)
{
    struct tally tally = {.tried = 0};

    for (uint32_t i = 0; i < facts->probe_count; i++) {
        const struct relay_probe *probe = &facts->probes[i];
        bool is_plain = probe->form->place == RELAY_PLACE_NONE;

        if (probe->form->is_control || probe->answer == RELAY_UNTRIED)
            continue;
        tally.tried++;
        (is_plain ? tally.plain : tally.trick)[probe->answer]++;
        if (!tally.first[probe->answer])
            tally.first[probe->answer] = probe;
        tally.hinted += !is_plain &&
                        (probe->answer == RELAY_ACCEPTED || probe->answer == RELAY_TAKEN) &&
                        refuses_made_up(facts, probe->form->place);
    }
    return tally;
}

/* "percent-name, bang-name and 3 more" of the probes with that answer. */
static struct str
list_forms(const struct relay_facts *facts, enum relay_answer answer, struct arena *arena)
{
    struct str list = STR_EMPTY;
    uint32_t shown = 0, more = 0;

    for (uint32_t i = 0; i < facts->probe_count; i++) {
        const struct relay_probe *probe = &facts->probes[i];

        if (probe->form->is_control || probe->answer != answer)
            continue;
        if (shown == LIST_SHOWN_MAX) {
            more++;
            continue;
        }
        list = arena_printf(arena, STR_FMT "%s%s", STR_ARG(list), shown ? ", " : "",
                            probe->form->name);
        shown++;
    }
    return more ? arena_printf(arena, STR_FMT " and %u more", STR_ARG(list), more) : list;
}

/* The dialogue of one probe, as it went. */
static struct str
quote_probe(const struct relay_probe *probe, struct arena *arena)
{
    const struct smtp_reply *last = probe->data.code   ? &probe->data
                                    : probe->rcpt.code ? &probe->rcpt
                                                       : &probe->mail;
    const char *data = probe->data.code ? " DATA" : "";

    if (!probe->rcpt.code)
        return arena_printf(arena, "MAIL FROM:<" STR_FMT ">: " STR_FMT, STR_ARG(probe->sender),
                            STR_ARG(relay_quote(last, arena)));
    return arena_printf(arena, "MAIL FROM:<" STR_FMT "> RCPT TO:<" STR_FMT ">%s: " STR_FMT,
                        STR_ARG(probe->sender), STR_ARG(probe->recipient), data,
                        STR_ARG(relay_quote(last, arena)));
}

/* How each server is closed. From outside, a machine cannot change it: it is said in words. */
static void
add_fix(const struct relay_facts *facts, struct audit *audit, struct audit_finding *finding)
{
    static const struct relay_remedy rows[] = {
        {AUDIT_PROGRAM_POSTFIX,
         "On the server: postconf -e 'smtpd_relay_restrictions = permit_mynetworks, "
         "permit_sasl_authenticated, reject_unauth_destination' and let mynetworks name "
         "nothing but own machines (postconf mynetworks); allow_untrusted_routing = no, the "
         "default; then postfix reload."},
        {AUDIT_PROGRAM_EXIM,
         "On the server: let relay_from_hosts (dc_relay_nets in "
         "/etc/exim4/update-exim4.conf.conf) name nothing but own machines, and let the RCPT "
         "ACL accept only domains = +local_domains : +relay_to_domains, hosts = "
         "+relay_from_hosts and authenticated = *, deny local parts with ^.*[@%!/|], and end "
         "in deny; then exim -bV and a reload."},
        {AUDIT_PROGRAM_SENDMAIL,
         "On the server: take FEATURE(`promiscuous_relay'), FEATURE(`relay_local_from'), "
         "FEATURE(`loose_relay_check') and FEATURE(`relay_mail_from') out of sendmail.mc, "
         "leave only own machines in /etc/mail/relay-domains and in RELAY lines of "
         "/etc/mail/access, run make in /etc/mail, and restart it."},
        {AUDIT_PROGRAM_OPENSMTPD,
         "On the server: in smtpd.conf let every \"match … for any action\" that relays begin "
         "with \"from local\", \"from src <own networks>\" or \"auth\"; \"match from any for "
         "any\" relays for everybody; then smtpd -n and a restart."},
        {AUDIT_PROGRAM_NONE,
         "On the server: let it take mail from strangers for its own domains only, and "
         "everything else after a login or from own machines only."},
    };

    relay_remedy(facts, rows, COUNT_OF(rows), audit, finding);
}

/* What to do for certainty, or what was done for it. */
static struct str
proof_words(const struct relay_facts *facts, struct arena *arena)
{
    if (facts->is_deliver_to_local)
        return arena_printf(arena,
                            "The server itself takes mail for " STR_FMT
                            ": name an address elsewhere with --deliver-to for proof.",
                            STR_ARG(facts->deliver_to));
    if (facts->deliver_to.len == 0)
        return STR("A yes to RCPT is no proof: some servers say yes and discard. For proof name "
                   "an address of yours elsewhere: --deliver-to ADDRESS sends one message a form.");
    if (facts->delivered_in.len == 0)
        return arena_printf(arena,
                            "Look into the mailbox of " STR_FMT
                            ", the spam folder too, for " STR_FMT
                            " in the subject: a message with it that is no bounce is the proof.",
                            STR_ARG(facts->deliver_to), STR_ARG(facts->nonce));
    return arena_printf(arena,
                        "Nothing with " STR_FMT " arrived in " STR_FMT
                        " within %u s; it may still, or it was discarded.",
                        STR_ARG(facts->nonce), STR_ARG(facts->delivered_in), facts->waited_s);
}

static struct audit_finding *
add(const struct relay_facts *facts, struct audit *audit, enum audit_outcome outcome,
    struct str title, const struct relay_probe *probe, struct str why)
{
    /* From where it was seen: the server may trust a neighbour. */
    struct str place = arena_printf(audit->arena, STR_FMT ", seen from " STR_FMT,
                                    STR_ARG(facts->address), STR_ARG(facts->client));

    return audit_add(audit, (struct audit_finding){
                                .area = AUDIT_RELAY,
                                .check = "relay-open",
                                .outcome = outcome,
                                .subject = facts->subject,
                                .title = title,
                                .place = place,
                                .seen = probe ? quote_probe(probe, audit->arena) : STR_EMPTY,
                                .why = why,
                            });
}

static void
add_proven(const struct relay_facts *facts, const struct tally *tally, struct audit *audit)
{
    struct arena *arena = audit->arena;
    struct str forms = list_forms(facts, RELAY_PROVEN, arena);
    uint32_t arrived = tally->plain[RELAY_PROVEN] + tally->trick[RELAY_PROVEN];
    struct str title = arena_printf(
        arena, "It relays for strangers: %u of %u forms arrived at " STR_FMT " (" STR_FMT ").",
        arrived, tally->tried, STR_ARG(facts->deliver_to), STR_ARG(forms));
    struct str why = arena_printf(
        arena,
        "Anybody can send spam through it, and it will be on every blocklist. Test " STR_FMT
        "; if " STR_FMT " is one of its own machines, repeat it from elsewhere.",
        STR_ARG(facts->nonce), STR_ARG(facts->client));

    add_fix(facts, audit,
            add(facts, audit, AUDIT_CRITICAL, title, tally->first[RELAY_PROVEN], why));
}

/* Accepted without a trick: nearly certain, unless the message was sent and did not arrive. */
static void
add_accepted(const struct relay_facts *facts, const struct tally *tally, struct audit *audit)
{
    enum relay_answer answer = tally->plain[RELAY_TAKEN] ? RELAY_TAKEN : RELAY_ACCEPTED;
    uint32_t count = tally->plain[answer] + tally->trick[answer];
    struct str forms = list_forms(facts, answer, audit->arena);
    struct str title = arena_printf(audit->arena,
                                    "It says yes to mail from strangers for strangers: accepted, "
                                    "not proven (%u form%s: " STR_FMT ").",
                                    count, count == 1 ? "" : "s", STR_ARG(forms));
    bool is_discarding = facts->delivered_in.len && answer == RELAY_TAKEN;
    struct str why = proof_words(facts, audit->arena);

    add_fix(facts, audit,
            add(facts, audit, is_discarding ? AUDIT_WEAK : AUDIT_SERIOUS, title,
                tally->first[answer], why));
}

/* Accepted with a trick only: it may be a mailbox of its own to the server. */
static void
add_tricked(const struct relay_facts *facts, const struct tally *tally, struct audit *audit)
{
    enum relay_answer answer = tally->trick[RELAY_TAKEN] ? RELAY_TAKEN : RELAY_ACCEPTED;
    struct str forms = list_forms(facts, answer, audit->arena);
    struct str why = proof_words(facts, audit->arena);
    struct audit_finding *finding;

    if (tally->hinted) {
        finding =
            add(facts, audit, AUDIT_WEAK,
                arena_printf(audit->arena,
                             "It takes recipients that hide another server's address, and "
                             "refuses a made-up mailbox there: accepted, not proven (" STR_FMT ").",
                             STR_ARG(forms)),
                tally->first[answer], why);
        add_fix(facts, audit, finding);
        return;
    }
    add(facts, audit, AUDIT_NOTE,
        arena_printf(audit->arena,
                     "It refuses plain relaying, and takes addresses that look like relaying, as "
                     "it takes any mailbox: accepted, not proven (" STR_FMT ").",
                     STR_ARG(forms)),
        tally->first[answer], why);
}

static void
add_own_machine(const struct relay_facts *facts, const struct tally *tally, struct audit *audit)
{
    enum relay_answer answer = tally->plain[RELAY_PROVEN]  ? RELAY_PROVEN
                               : tally->plain[RELAY_TAKEN] ? RELAY_TAKEN
                                                           : RELAY_ACCEPTED;

    add(facts, audit, AUDIT_UNKNOWN, STR("It relays for this machine, on which it runs."),
        tally->first[answer],
        STR("Nearly every server trusts its own machine, so nothing follows for strangers: run "
            "weir audit --relay from another machine, outside its networks."));
}

/* Nothing was accepted, and nothing decided. */
static void
add_undecided(const struct relay_facts *facts, const struct tally *tally, struct audit *audit)
{
    static const struct {
        enum relay_answer answer;
        const char *title, *why;
    } rows[] = {
        {RELAY_REFUSED_US, "It refuses this client or sender, whoever the mail is for.",
         "What it does for other strangers is not known: run it from an address without a "
         "listing, with --deliver-to an address whose domain sends mail."},
        {RELAY_REFUSED_NAME, "It refuses the domain of the recipient, not the relaying.",
         "Whether it relays is not known: name an address that takes mail with "
         "--deliver-to."},
        {RELAY_ASKS_TLS, "It asks for TLS, which did not come about.",
         "Whether it relays is not known."},
    };

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (!tally->first[rows[i].answer])
            continue;
        add(facts, audit, AUDIT_UNKNOWN, str_from_cstr(rows[i].title), tally->first[rows[i].answer],
            str_from_cstr(rows[i].why));
        return;
    }
    add(facts, audit, AUDIT_UNKNOWN, STR("Whether it relays could not be found out."), NULL,
        facts->stop_seen.len ? facts->stop_seen : STR("it gave no answer that says so"));
}

static void
add_later(const struct relay_facts *facts, const struct tally *tally, struct audit *audit)
{
    const struct relay_probe *probe = tally->first[RELAY_LATER];
    bool is_grey = relay_is_greylisting(probe->rcpt.code ? &probe->rcpt : &probe->mail);

    add(facts, audit, AUDIT_UNKNOWN,
        is_grey ? STR("It says later to strangers (greylisting), not yes or no.")
                : STR("It has trouble for now, and says neither yes nor no."),
        probe, STR("Run the same again in a quarter of an hour, from the same address."));
}

/* The probing ended early, with nothing but refusals until then. */
static void
add_stopped(const struct relay_facts *facts, const struct tally *tally, struct audit *audit)
{
    struct str slow = facts->slowest_ms < RELAY_SLOW_MS
                          ? STR_EMPTY
                          : arena_printf(audit->arena, " It holds its replies back, up to %u s.",
                                         facts->slowest_ms / 1000);
    struct str title =
        arena_printf(audit->arena, "It refused the first %u of %u forms, then the probing ended.",
                     tally->tried, facts->form_total);
    static const char *const reasons[] = {
        [RELAY_STOP_NONE] = "",
        [RELAY_STOP_ASKED] = "The server asked to stop: ",
        [RELAY_STOP_LATER] = "The server said \"later\" again and again: ",
        [RELAY_STOP_BROKEN] = "The dialogue broke off: ",
    };

    add(facts, audit, AUDIT_UNKNOWN, title, tally->first[RELAY_REFUSED],
        arena_printf(audit->arena, "%s" STR_FMT "." STR_FMT, reasons[facts->stop],
                     STR_ARG(facts->stop_seen), STR_ARG(slow)));
}

static void
add_closed(const struct relay_facts *facts, const struct tally *tally, struct audit *audit)
{
    static const enum relay_answer refusals[] = {RELAY_REFUSED, RELAY_ASKS_LOGIN,
                                                 RELAY_REFUSED_DATA, RELAY_REFUSED_US};
    const struct relay_probe *probe = NULL;
    struct str title =
        facts->role == RELAY_ROLE_MX
            ? arena_printf(audit->arena, "It relays for no stranger: %u forms were refused.",
                           tally->tried)
            : STR("It takes mail for others after a login only.");

    for (size_t i = 0; i < COUNT_OF(refusals) && !probe; i++)
        probe = tally->first[refusals[i]];
    audit_fine(audit, AUDIT_RELAY, "relay-open", facts->subject, title,
               quote_probe(probe, audit->arena));
}

/* What came back is no relaying, but mail to others in a forged sender's name. */
static void
add_returned(const struct relay_facts *facts, const struct tally *tally, struct audit *audit)
{
    add(facts, audit, AUDIT_NOTE,
        STR("It takes mail that it cannot deliver, and sends it back to the sender."),
        tally->first[RELAY_RETURNED],
        STR("The sender of spam is forged: what comes back hits somebody who never sent it. "
            "Recipients that it does not know should be refused at RCPT."));
}

static bool
is_accepted(const uint32_t *answers)
{
    return answers[RELAY_ACCEPTED] || answers[RELAY_TAKEN];
}

void
relay_check_open(const struct relay_facts *facts, struct audit *audit)
{
    struct tally tally = count(facts);
    bool is_refused = tally.plain[RELAY_REFUSED] || tally.plain[RELAY_ASKS_LOGIN] ||
                      tally.plain[RELAY_REFUSED_DATA];

    /* Where only users are served, a refusal of the client is one of everybody without a login. */
    is_refused |= facts->role != RELAY_ROLE_MX && tally.plain[RELAY_REFUSED_US];

    if (tally.first[RELAY_RETURNED])
        add_returned(facts, &tally, audit);
    if (facts->is_own_machine && (tally.plain[RELAY_PROVEN] || is_accepted(tally.plain)))
        add_own_machine(facts, &tally, audit);
    else if (tally.first[RELAY_PROVEN])
        add_proven(facts, &tally, audit);
    else if (is_accepted(tally.plain))
        add_accepted(facts, &tally, audit);
    else if (is_accepted(tally.trick))
        add_tricked(facts, &tally, audit);
    else if (is_refused && facts->stop == RELAY_STOP_NONE)
        add_closed(facts, &tally, audit);
    else if (is_refused)
        add_stopped(facts, &tally, audit);
    else if (tally.first[RELAY_LATER])
        add_later(facts, &tally, audit);
    else
        add_undecided(facts, &tally, audit);
}
