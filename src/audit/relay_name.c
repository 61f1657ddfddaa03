#include "audit/relay_parts.h"

static struct audit_finding *
add(const struct relay_facts *facts, struct audit *audit, enum audit_outcome outcome,
    struct str title, struct str why)
{
    return audit_add(audit, (struct audit_finding){
                                .area = AUDIT_RELAY,
                                .check = "relay-name",
                                .outcome = outcome,
                                .subject = facts->subject,
                                .title = title,
                                .place = facts->address,
                                .seen = relay_quote(&facts->banner, audit->arena),
                                .why = why,
                            });
}

/* The record that is missing, with the name that the server has for itself. */
static void
propose_pointer(const struct relay_facts *facts, struct audit *audit, struct audit_finding *finding)
{
    struct str name = smtp_reply_name(&facts->banner);

    audit_fix(
        audit, finding,
        (struct audit_fix){
            .kind = AUDIT_FIX_TEXT,
            .value = arena_printf(audit->arena,
                                  "Have the provider of " STR_FMT " set its PTR record to " STR_FMT
                                  ", and let that name's A or AAAA record lead to the address.",
                                  STR_ARG(facts->address),
                                  STR_ARG(name.len ? name : STR("the server's own name"))),
        });
}

static bool
check_pointer(const struct relay_facts *facts, struct audit *audit)
{
    struct str first = facts->pointer_count ? facts->pointers[0] : STR_EMPTY;

    switch (facts->pointer_state) {
    case RELAY_NAME_UNASKED:
    case RELAY_NAME_FINE:
        return true;
    case RELAY_NAME_NONE:
        propose_pointer(facts, audit,
                        add(facts, audit, AUDIT_WEAK, STR("Its address has no name (PTR record)."),
                            STR("Large providers refuse mail from such an address.")));
        return false;
    case RELAY_NAME_ELSEWHERE:
        propose_pointer(
            facts, audit,
            add(facts, audit, AUDIT_WEAK,
                arena_printf(audit->arena,
                             "Its address is called " STR_FMT ", which does not lead back to it.",
                             STR_ARG(first)),
                STR("A name that is not confirmed counts as none: large providers refuse mail "
                    "from such an address.")));
        return false;
    case RELAY_NAME_UNKNOWN:
        audit_unknown(audit, AUDIT_RELAY, "relay-name", facts->subject,
                      STR("The name of its address could not be asked for."),
                      STR("The DNS did not answer."));
        return false;
    }
    return true;
}

/* A greeting like "250 ok" names nobody. */
static bool
is_whole_name(struct str name)
{
    return str_index(name, '.') < name.len;
}

static bool
check_hello(const struct relay_facts *facts, struct audit *audit)
{
    struct str name = smtp_reply_name(&facts->banner), hello = facts->clear.name;

    if (!is_whole_name(name) || !is_whole_name(hello) || str_eq_nocase(hello, name))
        return true;
    add(facts, audit, AUDIT_NOTE,
        arena_printf(audit->arena,
                     "It calls itself " STR_FMT " in its banner and " STR_FMT
                     " in its reply to EHLO.",
                     STR_ARG(name), STR_ARG(hello)),
        STR("Two names for one server are a sign of a setting that was forgotten."));
    return false;
}

static bool
check_banner(const struct relay_facts *facts, struct audit *audit)
{
    struct audit_finding *finding;

    if (facts->banner_state != RELAY_NAME_NONE && facts->banner_state != RELAY_NAME_ELSEWHERE)
        return true;
    finding = add(facts, audit, AUDIT_NOTE,
                  facts->banner_state == RELAY_NAME_NONE
                      ? STR("The name in its banner does not exist in the DNS.")
                      : STR("The name in its banner leads to another address."),
                  STR("Where it says the same name when it sends (HELO), its mail is trusted "
                      "less, or refused."));
    audit_fix(audit, finding,
              (struct audit_fix){
                  .kind = AUDIT_FIX_TEXT,
                  .value = STR("On the server: myhostname (Postfix), primary_hostname (Exim), "
                               "confDOMAIN_NAME (Sendmail), /etc/smtpd/mailname or \"hostname\" "
                               "(OpenSMTPD) is to be the name of its PTR record."),
              });
    return false;
}

void
relay_check_name(const struct relay_facts *facts, struct audit *audit)
{
    bool is_fine;

    if (facts->pointer_state == RELAY_NAME_UNASKED && facts->banner_state == RELAY_NAME_UNASKED)
        return;
    is_fine = check_pointer(facts, audit);
    is_fine &= check_hello(facts, audit);
    is_fine &= check_banner(facts, audit);
    if (is_fine && facts->pointer_count)
        audit_fine(audit, AUDIT_RELAY, "relay-name", facts->subject,
                   STR("Its address and its names lead to one another."), facts->pointers[0]);
}
