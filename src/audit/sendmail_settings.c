#include "audit/sendmail_settings.h"

#include "audit/network_width.h"
#include "audit/settings.h"

/* "#####  $Id: promiscuous_relay.m4,v 8.13 …": what FEATURE(promiscuous_relay) leaves. */
static const struct feature {
    const char *mark, *check, *name;
    enum audit_outcome outcome;
    const char *bad, *fine, *why;
} features[] = {
    {"promiscuous_relay.m4", "sendmail-relay", "promiscuous_relay", AUDIT_CRITICAL,
     "Open relay: strangers may send to anybody through this server.",
     "Strangers cannot relay: promiscuous_relay is not set.",
     "Spammers find an open relay within hours, and blocklists follow within a day."},
    {"relay_local_from.m4", "sendmail-relay-from", "relay_local_from", AUDIT_CRITICAL,
     "Anybody may relay who states a sender of this host.",
     "A sender that a client states does not let it relay.",
     "What a client says of itself proves nothing: spammers try the server's own domains first."},
    {"relay_based_on_MX.m4", "sendmail-relay-mx", "relay_based_on_MX", AUDIT_WEAK,
     "Strangers may relay to every domain whose MX names this host.",
     "An MX that names this host does not let strangers relay.",
     "Anybody may publish such an MX, for the domain that is to be spammed."},
    {"relay_entire_domain.m4", "sendmail-relay-domain", "relay_entire_domain", AUDIT_NOTE,
     "Every host of the own domain may relay.", "Hosts of the own domain may not relay.",
     "Reverse names decide: each hacked machine of the domain sends through this one."},
    {"accept_unresolvable_domains.m4", "sendmail-unresolvable", "accept_unresolvable_domains",
     AUDIT_NOTE, "Senders are taken whose domain does not exist.",
     "Senders must have a domain that exists.",
     "Bounces to them cannot be delivered and stay in the queue."},
};

/* Whether a comment of sendmail.cf names it; where. */
static bool
find_feature(struct str cf, const char *mark, uint32_t *ret_line, struct str *ret_text)
{
    uint32_t line = 0;

    while (cf.len) {
        struct str one = str_cut(&cf, '\n');

        line++;
        if (one.len && one.data[0] == '#' && str_has(one, str_from_cstr(mark))) {
            *ret_line = line;
            *ret_text = one;
            return true;
        }
    }
    return false;
}

static struct str
find_option(struct str cf, const char *name, uint32_t *ret_line)
{
    uint32_t line = 0;

    while (cf.len) {
        struct str one = str_cut(&cf, '\n');

        line++;
        if (str_skip(&one, STR("O ")) && str_skip(&one, str_from_cstr(name)) && one.len &&
            one.data[0] == '=') {
            *ret_line = line;
            return str_from(one, 1);
        }
    }
    return STR_EMPTY;
}

static struct str
place_at(struct str file, uint32_t line, struct arena *arena)
{
    return arena_printf(arena, STR_FMT ":%u", STR_ARG(file), line);
}

static void
advise(const struct sendmail_facts *facts, struct audit_finding *finding, struct str advice,
       struct audit *audit)
{
    audit_fix(audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                 .program = AUDIT_PROGRAM_SENDMAIL,
                                 .value = arena_printf(audit->arena,
                                                       "In " STR_FMT ": " STR_FMT
                                                       " Then: make -C /etc/mail, and restart "
                                                       "sendmail.",
                                                       STR_ARG(facts->mc_file), STR_ARG(advice))});
}

static void
judge_features(const struct sendmail_facts *facts, struct audit *audit)
{
    for (size_t i = 0; i < sizeof(features) / sizeof(features[0]); i++) {
        const struct feature *feature = &features[i];
        struct str seen = STR_EMPTY;
        uint32_t line = 0;

        if (!find_feature(facts->cf, feature->mark, &line, &seen)) {
            audit_fine(audit, AUDIT_MTA, feature->check, STR("sendmail"),
                       str_from_cstr(feature->fine), STR_EMPTY);
            continue;
        }
        advise(facts,
               audit_add(audit, (struct audit_finding){.area = AUDIT_MTA,
                                                       .check = feature->check,
                                                       .outcome = feature->outcome,
                                                       .subject = STR("sendmail"),
                                                       .title = str_from_cstr(feature->bad),
                                                       .place = place_at(facts->cf_file, line,
                                                                         audit->arena),
                                                       .seen = seen,
                                                       .why = str_from_cstr(feature->why)}),
               arena_printf(audit->arena, "take out FEATURE(`%s').", feature->name), audit);
    }
}

/* --- options --- */

static void
judge_option(const struct sendmail_facts *facts, bool is_bad, struct audit_finding finding,
             const char *fine, struct str advice, struct audit *audit)
{
    finding.area = AUDIT_MTA;
    finding.subject = STR("sendmail");
    if (is_bad)
        advise(facts, audit_add(audit, finding), advice, audit);
    else
        audit_fine(audit, AUDIT_MTA, finding.check, STR("sendmail"), str_from_cstr(fine),
                   finding.seen);
}

static void
judge_options(const struct sendmail_facts *facts, struct audit *audit)
{
    uint32_t line = 1;
    struct str value = find_option(facts->cf, "PrivacyOptions", &line);
    bool is_private = str_has(value, STR("goaway")) ||
                      (str_has(value, STR("novrfy")) && str_has(value, STR("noexpn")));
    uint64_t rate;

    judge_option(
        facts, !is_private,
        (struct audit_finding){.check = "sendmail-privacy",
                               .outcome = AUDIT_NOTE,
                               .title = STR("VRFY and EXPN tell strangers which mailboxes exist."),
                               .place = place_at(facts->cf_file, line, audit->arena),
                               .seen = value,
                               .why = STR("Guessing of passwords starts with names that exist.")},
        "VRFY and EXPN are off.",
        STR("define(`confPRIVACY_FLAGS', "
            "`goaway,noetrn,restrictmailq,restrictqrun')dnl."),
        audit);
    line = 1;
    value = find_option(facts->cf, "ConnectionRateThrottle", &line);
    judge_option(facts, !str_u64(str_trim(value), &rate) || rate == 0,
                 (struct audit_finding){
                     .check = "sendmail-rate",
                     .outcome = AUDIT_NOTE,
                     .title = STR("Any number of connections a second is taken."),
                     .place = place_at(facts->cf_file, line, audit->arena),
                     .seen = value,
                     .why = STR("One attacker keeps everybody else's mail out, or sends it all at "
                                "once.")},
                 "Connections a second are limited.",
                 STR("define(`confCONNECTION_RATE_THROTTLE', `15')dnl and "
                     "FEATURE(`ratecontrol')."),
                 audit);
    line = 1;
    value = find_option(facts->cf, "AuthMechanisms", &line);
    if (value.len == 0)
        return;
    judge_option(
        facts,
        (setting_has_word(value, STR("PLAIN")) || setting_has_word(value, STR("LOGIN"))) &&
            str_index(find_option(facts->cf, "AuthOptions", &line), 'p') ==
                find_option(facts->cf, "AuthOptions", &line).len,
        (struct audit_finding){.check = "sendmail-tls-auth",
                               .outcome = AUDIT_SERIOUS,
                               .title = STR("Logins are taken without TLS."),
                               .place = place_at(facts->cf_file, line, audit->arena),
                               .seen = value,
                               .why = STR("Passwords cross the network in clear: who reads them "
                                          "there sends as that mailbox.")},
        "Logins are taken under TLS only.", STR("define(`confAUTH_OPTIONS', `A p y')dnl."), audit);
}

/* --- the access map, and relay-domains --- */

/* "192.0.2" stands for 192.0.2.0/24, "10" for 10.0.0.0/8, "com" for all below it. */
static enum network_width
width_of_key(struct str key)
{
    static const char *const ends[] = {".0.0.0/8", ".0.0/16", ".0/24", "/32"};
    char copy[64];
    size_t dots = 0;

    for (size_t i = 0; i < key.len; i++) {
        if (key.data[i] == '.')
            dots++;
        else if (!str_is_digit(key.data[i]))
            return key.len && str_index_any(key, STR(".:@")) == key.len &&
                           !str_eq_nocase(key, STR("localhost"))
                       ? NETWORK_PROVIDER
                       : NETWORK_NARROW;
    }
    if (key.len == 0 || dots > 3 || key.len > 32)
        return NETWORK_NARROW;
    memcpy(copy, key.data, key.len);
    memcpy(copy + key.len, ends[dots], strlen(ends[dots]));
    return network_width_of((struct str){copy, key.len + strlen(ends[dots])});
}

static bool
judge_entry(const struct sendmail_facts *facts, struct str key, struct str seen, struct str place,
            struct audit *audit)
{
    bool is_from = str_starts_nocase(key, STR("From:"));
    enum network_width width;

    (void)facts;
    if (str_starts_nocase(key, STR("To:")))
        key = str_from(key, 3);
    else if (str_starts_nocase(key, STR("Connect:")))
        key = str_from(key, 8);
    width = width_of_key(key);
    if (!is_from && width < NETWORK_SHARED)
        return false;
    audit_fix(audit,
              audit_add(audit,
                        (struct audit_finding){
                            .area = AUDIT_MTA,
                            .check = "sendmail-access",
                            .outcome = is_from                      ? AUDIT_WEAK
                                       : width == NETWORK_EVERYBODY ? AUDIT_CRITICAL
                                                                    : AUDIT_SERIOUS,
                            .subject = STR("sendmail"),
                            .title = STR("The relay tables let strangers relay."),
                            .place = place,
                            .seen = seen,
                            .why = STR("Whoever has an address or a name there, or states the "
                                       "sender, may send to anybody through this server.")}),
              (struct audit_fix){.kind = AUDIT_FIX_TEXT,
                                 .program = AUDIT_PROGRAM_SENDMAIL,
                                 .value = STR("Name your own addresses one by one, then: makemap "
                                              "hash /etc/mail/access < /etc/mail/access.")});
    return true;
}

static void
judge_tables(const struct sendmail_facts *facts, struct audit *audit)
{
    struct str text = facts->access, key;
    uint32_t line = 0;
    bool is_bad = false;

    while (text.len) {
        struct str one = str_trim(str_cut(&text, '\n')), rest = one;

        line++;
        if (one.len == 0 || one.data[0] == '#')
            continue;
        key = setting_word(&rest);
        if (str_eq_nocase(str_trim(rest), STR("RELAY")))
            is_bad |= judge_entry(facts, key, one, place_at(facts->access_file, line, audit->arena),
                                  audit);
    }
    text = facts->relay;
    line = 0;
    while (text.len) {
        struct str one = str_trim(str_cut(&text, '\n'));

        line++;
        if (one.len && one.data[0] != '#')
            is_bad |= judge_entry(facts, one, one, place_at(facts->relay_file, line, audit->arena),
                                  audit);
    }
    if (!is_bad)
        audit_fine(audit, AUDIT_MTA, "sendmail-access", STR("sendmail"),
                   STR("The relay tables hold no strangers."), STR_EMPTY);
}

void
sendmail_audit(const struct sendmail_facts *facts, struct audit *audit)
{
    judge_features(facts, audit);
    judge_options(facts, audit);
    judge_tables(facts, audit);
}
