#include "net/relay_probe.h"

#include "audit/relay_message.h"
#include "net/link.h"

#define MESSAGE_BYTES_MAX 8192
#define SUBMISSION_FORMS 3 /* the first ones: a login is asked for, or not */

struct prober {
    const struct relay_request *request;
    struct arena *arena;
    struct relay_facts *facts;
    struct relay_names names;
    struct smtp *smtp; /* NULL: between sessions */
    int64_t deadline_ms;
    uint32_t refused, malformed; /* in this session */
    uint32_t cut, later;         /* sessions; in a row */
    uint32_t refused_max;        /* in one session */
    bool is_literal_refused;     /* a sender at an address in brackets */
    bool is_tls;                 /* the forms are asked under TLS */
};

static bool
stop(struct prober *prober, enum relay_stop why, struct str seen)
{
    if (prober->facts->stop == RELAY_STOP_NONE) {
        prober->facts->stop = why;
        prober->facts->stop_seen = seen;
    }
    return false;
}

static bool
stop_at_fault(struct prober *prober)
{
    return stop(prober, RELAY_STOP_BROKEN, arena_str(prober->arena, smtp_fault_text(prober->smtp)));
}

static bool
stop_at_reply(struct prober *prober, const struct smtp_reply *reply)
{
    if (smtp_fault(prober->smtp) != SMTP_FINE)
        return stop_at_fault(prober);
    return stop(prober, RELAY_STOP_ASKED, smtp_reply_quote(reply, prober->arena));
}

static void
end_session(struct prober *prober)
{
    uint32_t slowest_ms = prober->smtp ? smtp_slowest_ms(prober->smtp) : 0;

    if (slowest_ms > prober->facts->slowest_ms)
        prober->facts->slowest_ms = slowest_ms;
    smtp_close(prober->smtp);
    prober->smtp = NULL;
    prober->refused = prober->malformed = 0;
}

static bool
open_session(struct prober *prober)
{
    struct smtp_settings settings = prober->request->settings;
    int64_t left_ms = prober->deadline_ms - link_now_ms();
    uint32_t total_ms = settings.total_ms ? settings.total_ms : SMTP_TOTAL_MS;

    if (left_ms <= 0)
        return stop(prober, RELAY_STOP_BROKEN, STR("it took too long altogether"));
    settings.total_ms = left_ms < total_ms ? (uint32_t)left_ms : total_ms;
    prober->smtp = smtp_open(&prober->request->target, &settings, prober->arena);
    return true;
}

/* A session in which a form can be asked; under TLS where that was asked for. */
static bool
greet(struct prober *prober)
{
    struct smtp_reply reply;
    struct smtp_features features;

    if (!open_session(prober))
        return false;
    reply = smtp_banner(prober->smtp);
    if (smtp_reply_class(&reply) != 2)
        return stop_at_reply(prober, &reply);
    reply = smtp_hello(prober->smtp, &features);
    if (smtp_reply_class(&reply) == 2 && prober->is_tls) {
        if (!smtp_start_tls(prober->smtp, &reply))
            return stop_at_reply(prober, &reply);
        reply = smtp_hello(prober->smtp, &features);
    }
    return smtp_reply_class(&reply) == 2 || stop_at_reply(prober, &reply);
}

static struct smtp_reply
ask_name(struct prober *prober, const char *verb, struct str name)
{
    return smtp_command(prober->smtp,
                        arena_printf(prober->arena, "%s " STR_FMT, verb, STR_ARG(name)));
}

/* What it says of mailboxes, and what it shows under TLS; the session ends with it. */
static void
look_around(struct prober *prober)
{
    struct relay_facts *facts = prober->facts;

    facts->vrfy_postmaster = ask_name(prober, "VRFY", STR("postmaster"));
    facts->vrfy_made_up = ask_name(prober, "VRFY", prober->names.made_up);
    facts->expn_postmaster = ask_name(prober, "EXPN", STR("postmaster"));
    facts->expn_made_up = ask_name(prober, "EXPN", prober->names.made_up);
    if (facts->role == RELAY_ROLE_SUBMISSIONS) {
        facts->secured = facts->clear;
    } else if (facts->clear.extensions & SMTP_STARTTLS &&
               smtp_start_tls(prober->smtp, &facts->tls_reply)) {
        smtp_hello(prober->smtp, &facts->secured);
    } else if (facts->clear.extensions & SMTP_STARTTLS && smtp_fault(prober->smtp) != SMTP_FINE) {
        facts->tls_fault = arena_str(prober->arena, smtp_fault_text(prober->smtp));
    }
    facts->peer = smtp_peer(prober->smtp);
}

static bool
has_dot(struct str name)
{
    return str_index(name, '.') < name.len && name.data[0] != '[';
}

/* By what name the server knows itself: its banner's, the one that it was called by, or EHLO's. */
static struct str
own_name(const struct prober *prober)
{
    struct str names[] = {smtp_reply_name(&prober->facts->banner), prober->request->target.host,
                          prober->facts->clear.name};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (has_dot(names[i]) && !str_eq(names[i], prober->facts->address))
            return names[i];
    }
    return STR_EMPTY;
}

static void
settle_names(struct prober *prober)
{
    struct str deliver_to = prober->request->deliver_to;
    struct str address = deliver_to.len ? deliver_to : STR("weir-relay-test@example.com");
    struct str rest = address;

    prober->names.user = str_cut(&rest, '@');
    prober->names.domain = rest;
    prober->names.sender = deliver_to.len ? deliver_to : STR("weir-relay-test@example.org");
    prober->names.own_domain = prober->request->own_domain;
    prober->names.made_up =
        arena_printf(prober->arena, "weir-" STR_FMT, STR_ARG(prober->request->nonce));
    prober->names.server = own_name(prober);
    prober->names.literal = relay_literal(prober->facts->address, prober->arena);
}

/* The message for the proof, where the form was taken. */
static void
send_proof(struct prober *prober, struct relay_probe *probe)
{
    const struct relay_facts *facts = prober->facts;
    struct relay_message message = {
        .nonce = prober->request->nonce,
        .form = str_from_cstr(probe->form->name),
        .server = arena_printf(prober->arena, STR_FMT " [" STR_FMT "]", STR_ARG(facts->subject),
                               STR_ARG(facts->address)),
        .to = prober->request->deliver_to,
        .client = prober->request->client,
        .now_s = prober->request->now_s,
    };
    struct buf text;

    buf_init(&text, MESSAGE_BYTES_MAX);
    relay_message_write(&message, &text);
    probe->data = smtp_data(prober->smtp, buf_str(&text));
    probe->answer = relay_answer_data(&probe->data);
    buf_done(&text);
}

/*
 * MAIL. Some servers refuse a sender at an address in brackets, whatever the recipient: then
 * the tricks of the recipient are tried from a stranger.
 */
static void
ask_sender(struct prober *prober, struct relay_probe *probe)
{
    bool is_literal = strcmp(probe->form->sender, "postmaster@%i") == 0 &&
                      strcmp(probe->form->recipient, "%u@%d") != 0;

    if (is_literal && prober->is_literal_refused)
        probe->sender = prober->names.sender;
    probe->mail = smtp_mail(prober->smtp, probe->sender);
    if (!is_literal || prober->is_literal_refused || smtp_reply_class(&probe->mail) != 5)
        return;
    prober->is_literal_refused = true;
    probe->sender = prober->names.sender;
    probe->mail = smtp_mail(prober->smtp, probe->sender);
}

/* Servers end a session after some refusals, and after fewer of what they do not understand. */
static void
count_refusal(struct prober *prober, const struct relay_probe *probe)
{
    const struct smtp_reply *reply = probe->rcpt.code ? &probe->rcpt : &probe->mail;

    prober->refused += smtp_reply_class(reply) != 2;
    prober->malformed += reply->code >= 500 && reply->code <= 504;
}

static void
ask_form(struct prober *prober, struct relay_probe *probe)
{
    ask_sender(prober, probe);
    if (smtp_reply_class(&probe->mail) == 2)
        probe->rcpt = smtp_rcpt(prober->smtp, probe->recipient);
    probe->answer = relay_answer_read(&probe->mail, &probe->rcpt);
    if (probe->answer == RELAY_ACCEPTED && prober->request->deliver_to.len &&
        !probe->form->is_control)
        send_proof(prober, probe);
    else if (smtp_reply_class(&probe->mail) == 2)
        smtp_reset(prober->smtp);
    count_refusal(prober, probe);
}

static const struct smtp_reply *
last_reply(const struct relay_probe *probe)
{
    return probe->data.code ? &probe->data : probe->rcpt.code ? &probe->rcpt : &probe->mail;
}

/* The server ended the session in the middle: for its errors alone, or for good? */
static bool
is_cut(struct prober *prober, const struct relay_probe *probe)
{
    bool is_limit = relay_is_session_limit(last_reply(probe)) ||
                    (smtp_fault(prober->smtp) == SMTP_CLOSED && prober->refused > 1);

    /* The next sessions end before this happens again. */
    if (is_limit && prober->refused > 1 && prober->refused <= prober->refused_max)
        prober->refused_max = prober->refused - 1;
    return is_limit && prober->cut++ < RELAY_SESSIONS_CUT_MAX;
}

/* After a form: whether the next one may be asked. */
static bool
may_go_on(struct prober *prober, const struct relay_probe *probe)
{
    if (smtp_fault(prober->smtp) != SMTP_FINE)
        return stop_at_fault(prober);
    if (last_reply(probe)->code == 421)
        return stop_at_reply(prober, last_reply(probe));
    prober->later = probe->answer == RELAY_LATER ? prober->later + 1 : 0;
    if (prober->later == RELAY_LATER_MAX)
        return stop(prober, RELAY_STOP_LATER, smtp_reply_quote(last_reply(probe), prober->arena));
    return true;
}

/* One form in a session that stands; false: no more. */
static bool
try_form(struct prober *prober, const struct relay_form *form)
{
    struct relay_probe *probe = &prober->facts->probes[prober->facts->probe_count];

    for (;;) {
        *probe = (struct relay_probe){.form = form};
        if (!relay_form_fill(form, &prober->names, prober->arena, &probe->sender,
                             &probe->recipient))
            return true;
        if (prober->refused >= prober->refused_max || prober->malformed >= RELAY_SESSION_MALFORMED)
            end_session(prober);
        if (!prober->smtp && !greet(prober))
            return false;
        ask_form(prober, probe);
        if (probe->answer == RELAY_ASKS_TLS && !prober->is_tls && prober->facts->peer &&
            prober->facts->role != RELAY_ROLE_SUBMISSIONS)
            prober->is_tls = true;
        else if (last_reply(probe)->code != 421 && smtp_fault(prober->smtp) == SMTP_FINE)
            break;
        else if (!is_cut(prober, probe))
            break;
        end_session(prober);
    }
    prober->facts->probe_count++;
    return may_go_on(prober, probe);
}

static bool
is_wanted(const struct prober *prober, uint32_t index)
{
    struct str sender, recipient;

    return (prober->facts->role == RELAY_ROLE_MX || index < SUBMISSION_FORMS) &&
           relay_form_fill(&relay_forms[index], &prober->names, prober->arena, &sender, &recipient);
}

/* Whether a trick was accepted at that place. */
static bool
is_accepted_at(const struct relay_facts *facts, enum relay_place place)
{
    for (uint32_t i = 0; i < facts->probe_count; i++) {
        enum relay_answer answer = facts->probes[i].answer;

        if (facts->probes[i].form->place == place &&
            (answer == RELAY_ACCEPTED || answer == RELAY_TAKEN || answer == RELAY_REFUSED_DATA))
            return true;
    }
    return false;
}

static void
try_all(struct prober *prober)
{
    bool goes_on = true;

    for (uint32_t i = 0; i < relay_form_count; i++)
        prober->facts->form_total += is_wanted(prober, i);
    for (uint32_t i = 0; i < relay_form_count && goes_on; i++)
        goes_on = !is_wanted(prober, i) || try_form(prober, &relay_forms[i]);
    for (uint32_t i = 0; i < relay_control_count && goes_on; i++) {
        const struct relay_form *control = &relay_forms[relay_form_count + i];

        goes_on = !is_accepted_at(prober->facts, control->place) || try_form(prober, control);
    }
    end_session(prober);
}

/* Banner and hello; false: there is nothing to ask further. */
static bool
begin(struct prober *prober)
{
    struct relay_facts *facts = prober->facts;
    struct smtp_reply reply;

    open_session(prober);
    facts->address = arena_str(prober->arena, smtp_remote_address(prober->smtp));
    facts->client = arena_str(prober->arena, smtp_local_address(prober->smtp));
    facts->is_own_machine = smtp_is_own_machine(prober->smtp);
    facts->banner = smtp_banner(prober->smtp);
    if (facts->banner.code == 0) {
        facts->fault = arena_str(prober->arena, smtp_fault_text(prober->smtp));
        return false;
    }
    if (smtp_reply_class(&facts->banner) != 2)
        return stop_at_reply(prober, &facts->banner);
    reply = smtp_hello(prober->smtp, &facts->clear);
    return smtp_reply_class(&reply) == 2 || stop_at_reply(prober, &reply);
}

enum smtp_fault
relay_probe(const struct relay_request *request, struct arena *arena, struct relay_facts *ret_facts)
{
    struct str host = request->target.host.len ? request->target.host : request->target.address;
    struct prober prober = {
        .request = request,
        .arena = arena,
        .facts = ret_facts,
        .refused_max = RELAY_SESSION_FORMS,
        .deadline_ms = link_now_ms() + (request->total_ms ? request->total_ms : RELAY_TOTAL_MS),
    };
    enum smtp_fault fault;
    bool is_begun;

    *ret_facts = (struct relay_facts){
        .host = host,
        .port = request->target.port,
        .role = request->role,
        .subject = arena_printf(arena, STR_FMT ":%u", STR_ARG(host), request->target.port),
        .nonce = request->nonce,
        .deliver_to = request->deliver_to,
    };
    is_begun = begin(&prober);
    fault = ret_facts->banner.code ? SMTP_FINE : smtp_fault(prober.smtp);
    settle_names(&prober);
    if (is_begun)
        look_around(&prober);
    end_session(&prober);
    if (is_begun)
        try_all(&prober);
    return fault;
}
