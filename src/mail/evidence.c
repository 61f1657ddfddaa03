/*
 * What makes a claim trusted. Which Received line is the host's own is chain.h's
 * matter; given that line,
 *
 * - any claim that stands above it was added on this host or later: trusted;
 * - PHP writes its headers before the mail is handed in, where the script could
 *   write the same: never trusted below the own line, only quoted;
 * - cPanel's Exim appends its headers at the end, so the place says nothing. They
 *   are trusted when the own line has an Exim id, the X-AntiAbuse block names that
 *   line's host as "Primary Hostname", and no second block names another;
 * - a hoster's relay states its own queue id in X-Exim-ID: what it wrote is
 *   trusted when that is the id of the own line, which no client can know before;
 * - Sendmail's X-Authentication-Warning is trusted when host and user are those
 *   of the own line.
 *
 * Two headers of one name that cannot both be true are contested, and then only
 * what stands above the own line is still trusted. What is not trusted may still be
 * a lead; PHP's headers are none in a mail that came in from another network.
 */
#include "mail/evidence.h"

#include "mail/address.h"
#include "mail/arf.h"
#include "mail/chain.h"
#include "mail/claims.h"
#include "mail/date.h"
#include "mail/decode.h"
#include "mail/dsn.h"
#include "mail/header.h"
#include "mail/received.h"

/* What is gathered from the header block before it is judged. */
struct gathered {
    struct mail_evidence evidence;
    struct hop hops[MAIL_HOPS_MAX];
    struct mail_claim claims[MAIL_CLAIMS_MAX];
    enum claim_writer writers[MAIL_CLAIMS_MAX];
    uint32_t above[MAIL_CLAIMS_MAX]; /* Received lines that stand above the claim */
    struct str antiabuse_host;
    bool has_two_antiabuse;
    struct str from, to, subject, date;
};

static void
add_claim(struct gathered *gathered, struct str name, struct str value)
{
    struct mail_claim claim;
    enum claim_writer writer;
    uint32_t count = gathered->evidence.claim_count;

    if (count == MAIL_CLAIMS_MAX || !claims_read(name, value, &claim, &writer))
        return;
    for (uint32_t i = 0; i < count; i++) {
        if (gathered->claims[i].header != claim.header)
            continue;
        if (claims_agree(&gathered->claims[i], &claim))
            return;
        gathered->claims[i].is_contested = true;
        claim.is_contested = true;
    }
    gathered->claims[count] = claim;
    gathered->writers[count] = writer;
    gathered->above[count] = gathered->evidence.hop_count;
    gathered->evidence.claim_count++;
}

static void
add_antiabuse(struct gathered *gathered, struct str value)
{
    struct str host = claims_antiabuse_host(value);

    if (host.len == 0)
        return;
    if (gathered->antiabuse_host.len && !str_eq_nocase(gathered->antiabuse_host, host))
        gathered->has_two_antiabuse = true;
    gathered->antiabuse_host = host;
}

static void
keep_first(struct str *field, struct str value)
{
    if (field->len == 0)
        *field = value;
}

static void
gather_field(struct gathered *gathered, struct header_field field, struct arena *arena)
{
    struct mail_evidence *evidence = &gathered->evidence;
    struct str value;

    if (str_eq_nocase(field.name, STR("Received"))) {
        if (evidence->hop_count < MAIL_HOPS_MAX)
            gathered->hops[evidence->hop_count++] = received_read(field.value);
        return;
    }
    value = header_unfold(field.value, arena);
    if (str_eq_nocase(field.name, STR("From")))
        keep_first(&gathered->from, value);
    else if (str_eq_nocase(field.name, STR("To")))
        keep_first(&gathered->to, value);
    else if (str_eq_nocase(field.name, STR("Subject")))
        keep_first(&gathered->subject, value);
    else if (str_eq_nocase(field.name, STR("Date")))
        keep_first(&gathered->date, value);
    else if (str_eq_nocase(field.name, STR("Message-ID")))
        keep_first(&evidence->message_id, address_unbracket(value));
    else if (str_eq_nocase(field.name, STR("Return-Path")))
        keep_first(&evidence->return_path, address_unbracket(value));
    else if (str_eq_nocase(field.name, STR("X-AntiAbuse")))
        add_antiabuse(gathered, value);
    add_claim(gathered, field.name, value);
}

static void
gather(struct gathered *gathered, struct str message, struct arena *arena)
{
    struct header_reader reader;
    struct header_field field;

    header_init(&reader, message);
    while (header_next(&reader, &field))
        gather_field(gathered, field, arena);
}

/* "1hYXti-0005Nl-CT", and since 4.97 "1wEQYa-00000000aDt-0lKr". */
static bool
is_exim_id(struct str id)
{
    bool is_old = id.len == 16 && id.data[6] == '-' && id.data[13] == '-';

    if (!is_old && !(id.len == 23 && id.data[6] == '-' && id.data[18] == '-'))
        return false;
    for (size_t i = 0; i < id.len; i++) {
        char c = id.data[i], lower = (char)(c | 0x20);

        if (c != '-' && !(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'z'))
            return false;
    }
    return true;
}

static bool
has_relay_id(const struct gathered *gathered, struct str queue_id)
{
    for (uint32_t i = 0; i < gathered->evidence.claim_count; i++) {
        const struct mail_claim *claim = &gathered->claims[i];

        if (gathered->writers[i] == CLAIM_BY_RELAY && claim->queue_id.len && !claim->is_contested &&
            str_eq(claim->queue_id, queue_id))
            return true;
    }
    return false;
}

static bool
is_written_by_mta(const struct gathered *gathered, uint32_t at)
{
    const struct hop *own = &gathered->hops[gathered->evidence.own_hop];
    const struct mail_claim *claim = &gathered->claims[at];

    switch (gathered->writers[at]) {
    case CLAIM_BY_PHP:
        return false;
    case CLAIM_BY_PANEL:
        return is_exim_id(own->queue_id) && !gathered->has_two_antiabuse &&
               chain_is_host(gathered->antiabuse_host, gathered->evidence.host);
    case CLAIM_BY_RELAY:
        return has_relay_id(gathered, own->queue_id);
    case CLAIM_BY_SENDMAIL:
        return own->user.len > 0 && str_eq(claim->user, own->user);
    }
    return false;
}

/* A mail that a client elsewhere handed in holds nothing that PHP on this host wrote. */
static bool
is_from_network(const struct hop *own)
{
    return own->from_address.len > 0 && !received_is_local(own) &&
           !chain_is_private(own->from_address);
}

/* Why a claim is trusted, for people. */
static struct str
trusted_reason(const struct gathered *gathered, uint32_t at, bool is_above, struct arena *arena)
{
    struct str host = gathered->evidence.host;

    if (is_above)
        return arena_printf(arena, "stands above the line of " STR_FMT ": written there or later",
                            STR_ARG(host));
    if (gathered->writers[at] == CLAIM_BY_RELAY)
        return arena_printf(arena, "comes with the queue id of the line of " STR_FMT,
                            STR_ARG(host));
    if (gathered->writers[at] == CLAIM_BY_SENDMAIL)
        return arena_printf(arena, "names the user of the line of " STR_FMT, STR_ARG(host));
    return arena_printf(arena, "comes with an X-AntiAbuse block of " STR_FMT, STR_ARG(host));
}

/* Why it is not, and whether it is still a lead. */
static struct str
doubtful_reason(const struct gathered *gathered, uint32_t at, bool *ret_is_dismissed,
                struct arena *arena)
{
    const struct mail_evidence *evidence = &gathered->evidence;
    const struct mail_claim *claim = &gathered->claims[at];
    const struct hop *own = evidence->own_hop >= 0 ? &gathered->hops[evidence->own_hop] : NULL;
    bool is_php = gathered->writers[at] == CLAIM_BY_PHP;

    *ret_is_dismissed = claim->is_contested || (own && is_php && is_from_network(own));
    if (claim->is_contested)
        return STR("two headers of this name disagree: one is forged");
    if (*ret_is_dismissed)
        return arena_printf(arena,
                            "the mail came in from " STR_FMT " over the network, and brought this "
                            "header along",
                            STR_ARG(own->from_address));
    if (!own)
        return STR("anybody can write this header, and no Received line is surely the host's own");
    if (!is_php)
        return STR("it could have been in the mail when it came in");
    if (claim->uid >= 0 && claim->uid == own->uid)
        return STR("the script itself could have written the same; its uid is that of the host's "
                   "own line");
    return STR("the script itself could have written the same");
}

static void
judge_claims(struct gathered *gathered, struct arena *arena)
{
    int32_t own = gathered->evidence.own_hop;

    for (uint32_t i = 0; i < gathered->evidence.claim_count; i++) {
        struct mail_claim *claim = &gathered->claims[i];
        bool is_above = own >= 0 && gathered->above[i] <= (uint32_t)own;

        claim->is_trusted =
            is_above || (own >= 0 && !claim->is_contested && is_written_by_mta(gathered, i));
        claim->says = claim->is_trusted ? trusted_reason(gathered, i, is_above, arena)
                                        : doubtful_reason(gathered, i, &claim->is_dismissed, arena);
    }
}

/* The id in Exim's own Message-ID, "E<exim-id>@host"; empty: another form. */
static struct str
exim_id_of(struct str message_id)
{
    struct str id;

    if (!str_starts(message_id, STR("E")))
        return STR_EMPTY;
    id = str_from(message_id, 1);
    id = str_first(id, str_index(id, '@'));
    return is_exim_id(id) ? id : STR_EMPTY;
}

static void
confirm_id(struct gathered *gathered, struct arena *arena)
{
    struct mail_evidence *evidence = &gathered->evidence;
    struct str id = exim_id_of(evidence->message_id);
    struct hop *own = evidence->own_hop >= 0 ? &gathered->hops[evidence->own_hop] : NULL;

    if (id.len == 0)
        return;
    if (own && str_eq(id, own->queue_id)) {
        evidence->is_id_confirmed = true;
        own->says =
            arena_printf(arena, STR_FMT "; the Message-ID holds its id", STR_ARG(own->says));
    } else if (evidence->queue_id.len == 0) {
        evidence->queue_id = id; /* nobody vouches for it: it is for looking the mail up */
    }
}

/* What a report says about a mail that it does not enclose. */
static void
fill_from_dsn(struct gathered *gathered, const struct dsn *dsn, struct str host)
{
    struct mail_evidence *evidence = &gathered->evidence;

    evidence->is_bounce = true;
    evidence->bounced_recipient = dsn->recipients[0].address;
    keep_first(&evidence->message_id, dsn->message_id);
    keep_first(&gathered->to, evidence->bounced_recipient);
    if (evidence->date_s == 0)
        evidence->date_s = dsn->arrival_s;
    /* The id belongs to the host that reports: the one in question, or nobody's. */
    if (evidence->own_hop < 0 && dsn->queue_id.len &&
        (host.len == 0 || chain_is_host(dsn->reporting_mta, host))) {
        evidence->host = dsn->reporting_mta;
        evidence->queue_id = dsn->queue_id;
    }
}

static void
fill_from_arf(struct gathered *gathered, const struct arf *arf)
{
    struct mail_evidence *evidence = &gathered->evidence;

    evidence->is_complaint = true;
    evidence->complaint_source = arf->source_ip;
    keep_first(&evidence->return_path, address_unbracket(arf->original_mail_from));
    keep_first(&gathered->from, arf->original_mail_from);
    if (arf->original_rcpt_to.count)
        keep_first(&gathered->to, arf->original_rcpt_to.items[0]);
    if (evidence->date_s == 0)
        evidence->date_s = arf->arrival_s;
}

static void
judge(struct gathered *gathered, struct str host, struct str source_ip, struct arena *arena)
{
    struct mail_evidence *evidence = &gathered->evidence;

    evidence->own_hop = chain_judge(gathered->hops, evidence->hop_count, host, source_ip, arena);
    if (evidence->own_hop >= 0) {
        const struct hop *own = &gathered->hops[evidence->own_hop];

        evidence->host =
            chain_writer(gathered->hops, evidence->hop_count, (uint32_t)evidence->own_hop);
        evidence->queue_id = own->queue_id;
        evidence->date_s = own->time_s;
    }
    if (evidence->date_s == 0)
        (void)date_read(gathered->date, &evidence->date_s);
    judge_claims(gathered, arena);
    confirm_id(gathered, arena);
}

/* Whom the mail was for: To: is what the sender wrote, a report or a server knows better. */
static struct str
choose_recipient(const struct gathered *gathered, struct str reported)
{
    const struct mail_evidence *evidence = &gathered->evidence;
    struct str recipient = address_unbracket(reported);

    if (address_is_mailbox(recipient))
        return recipient;
    recipient = STR_EMPTY;
    if (evidence->own_hop >= 0)
        recipient = gathered->hops[evidence->own_hop].recipient;
    for (uint32_t i = 0; recipient.len == 0 && i < evidence->hop_count; i++)
        recipient = gathered->hops[i].recipient;
    return recipient.len ? recipient : address_first(gathered->to);
}

static void
decode_texts(struct gathered *gathered, struct arena *arena)
{
    gathered->evidence.from = decode_words(gathered->from, arena);
    gathered->evidence.to = decode_words(gathered->to, arena);
    gathered->evidence.subject = decode_words(gathered->subject, arena);
}

bool
mail_evidence_read(struct str message, struct mail_options options, struct arena *arena,
                   struct mail_evidence *ret_evidence, struct err *err)
{
    struct gathered *gathered;
    struct arf arf;
    struct dsn dsn;
    bool is_complaint, is_bounce;

    if (!mail_is_message(message))
        return err_set(err, ERR_SYNTAX, "this is no mail: it does not begin with mail headers");
    gathered = ARENA_NEW(arena, struct gathered);
    if (!gathered)
        return err_set(err, ERR_LIMIT, "this mail needs more memory than is set aside for it");
    is_complaint = arf_read(message, arena, &arf);
    is_bounce = !is_complaint && dsn_read(message, arena, &dsn);
    if (is_complaint)
        message = arf.original;
    else if (is_bounce)
        message = dsn.original;
    gather(gathered, message, arena);
    judge(gathered, options.host, is_complaint ? arf.source_ip : STR_EMPTY, arena);
    if (is_complaint)
        fill_from_arf(gathered, &arf);
    else if (is_bounce)
        fill_from_dsn(gathered, &dsn, options.host);
    gathered->evidence.recipient = choose_recipient(
        gathered, is_bounce                                    ? dsn.recipients[0].address
                  : is_complaint && arf.original_rcpt_to.count ? arf.original_rcpt_to.items[0]
                                                               : STR_EMPTY);
    decode_texts(gathered, arena);
    gathered->evidence.hops = gathered->hops;
    gathered->evidence.claims = gathered->claims;
    *ret_evidence = gathered->evidence;
    return true;
}
