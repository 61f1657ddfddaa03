#include "audit/domain_parts.h"

#include "audit/blocklist.h"
#include "base/internet.h"

#define CHECK "blocklist"
#define SUBJECTS_MAX 16 /* addresses that are asked for */

/* What is asked for: an address, or the domain. */
struct subject {
    struct str text;
    struct str label; /* in front of the list's zone */
    bool is_domain, is_ipv6;
};

struct subjects {
    struct subject list[SUBJECTS_MAX + 1];
    uint32_t count;
};

static void
add_address(struct domain *domain, struct subjects *subjects, struct str bytes)
{
    struct str text = internet_write(bytes, domain->arena);
    struct str reverse = dns_reverse_name(bytes, domain->arena);
    struct str end = bytes.len == 4 ? STR(".in-addr.arpa") : STR(".ip6.arpa");

    if (subjects->count == SUBJECTS_MAX || internet_unreachable(bytes) ||
        domain_was_told(domain, CHECK, text))
        return;
    for (uint32_t i = 0; i < subjects->count; i++) {
        if (str_eq(subjects->list[i].text, text))
            return;
    }
    subjects->list[subjects->count++] = (struct subject){
        .text = text,
        .label = str_first(reverse, reverse.len - end.len),
        .is_ipv6 = bytes.len == 16,
    };
}

/* The addresses that send; those of the domain's own mail servers where nobody said which do. */
static void
collect(struct domain *domain, struct subjects *subjects)
{
    const struct domain_input *input = domain->input;

    for (uint32_t i = 0; i < input->sender_count; i++) {
        struct str bytes;

        if (internet_read(input->senders[i], domain->arena, &bytes))
            add_address(domain, subjects, bytes);
    }
    if (input->sender_count == 0 && !domain->provider) {
        for (uint32_t i = 0; i < domain->host_count; i++) {
            for (uint32_t k = 0; k < domain->hosts[i].v4.count && k < 4; k++)
                add_address(domain, subjects, domain->hosts[i].v4.records[k].data);
            for (uint32_t k = 0; k < domain->hosts[i].v6.count && k < 4; k++)
                add_address(domain, subjects, domain->hosts[i].v6.records[k].data);
        }
    }
    subjects->list[subjects->count++] =
        (struct subject){.text = domain->name, .label = domain->name, .is_domain = true};
}

static struct dns_answer
ask_list(struct domain *domain, const struct blocklist *list, struct str label,
         struct str *ret_name)
{
    *ret_name = arena_printf(domain->arena, STR_FMT ".%s", STR_ARG(label), list->zone);
    return domain_ask(domain, *ret_name, DNS_A);
}

/* The first code among the answers that says that the list does not answer; NULL: none does. */
static const char *
refusal(const struct blocklist *list, const struct dns_answer *answer)
{
    for (uint32_t i = 0; i < answer->count; i++) {
        const struct blocklist_code *code = blocklist_code(list, answer->records[i].data);

        if (code && code->meaning == BLOCKLIST_REFUSED)
            return code->text;
        if (answer->records[i].data.len == 4 && answer->records[i].data.data[0] != 127)
            return "it answers with an address outside 127.0.0.0/8: the zone, or the resolver, "
                   "answers for names that do not exist";
    }
    return NULL;
}

/* NULL: the list answers as it should, or why it cannot be believed. */
static const char *
why_mute(struct domain *domain, const struct blocklist *list)
{
    struct str name;
    struct dns_answer listed = ask_list(domain, list, str_from_cstr(list->test), &name);
    const char *why = refusal(list, &listed);
    struct dns_answer clean;

    if (why)
        return why;
    if (!domain_knows(&listed))
        return "it does not answer";
    if (listed.count == 0)
        return list->silence;
    clean = ask_list(domain, list, str_from_cstr(list->test_clean), &name);
    if (clean.count)
        return "it lists everything, as lists do that have closed";
    return NULL;
}

static void
tell_listing(struct domain *domain, const struct blocklist *list, const struct subject *subject,
             struct str name, const struct dns_answer *answer)
{
    const struct blocklist_code *code = blocklist_code(list, answer->records[0].data);
    bool is_policy = code && code->meaning == BLOCKLIST_POLICY;
    struct audit_finding *finding = domain_tell_of(
        domain, subject->text, CHECK, list->is_minor ? AUDIT_WEAK : AUDIT_SERIOUS,
        arena_printf(domain->arena, STR_FMT " A", STR_ARG(name)),
        domain_quote(domain, answer, DNS_A),
        is_policy
            ? "Receivers that use the list refuse mail that comes from there directly."
            : "Receivers that use the list refuse its mail. Being taken off before the cause is "
              "found only leads back onto it.",
        STR_FMT " is on the blocklist %s (%s)", STR_ARG(subject->text), list->name,
        code ? code->text : "a code that it does not document");

    if (!is_policy)
        domain_fix_text(domain, finding, "First find what sent it: weir trace");
    domain_fix_text(domain, finding, "%s %s",
                    is_policy ? "A fixed address of a mail server is taken "
                                "off at"
                              : "Then have it taken off at",
                    list->delisting);
}

/* Whether the list has the subject, or cannot tell. */
static void
check_subject(struct domain *domain, const struct blocklist *list, const struct subject *subject)
{
    struct str name;
    struct dns_answer answer = ask_list(domain, list, subject->label, &name);
    const char *why = refusal(list, &answer);

    if (why || !domain_knows(&answer)) {
        audit_unknown(domain->audit, AUDIT_DOMAIN, CHECK, subject->text,
                      arena_printf(domain->arena, "%s could not be asked", list->name),
                      why ? str_from_cstr(why) : str_from_cstr(dns_status_name(answer.status)));
        return;
    }
    if (answer.count) {
        tell_listing(domain, list, subject, name, &answer);
        return;
    }
    domain_tell_of(domain, subject->text, CHECK, AUDIT_FINE, name, STR_EMPTY, NULL,
                   STR_FMT " is not on the blocklist %s", STR_ARG(subject->text), list->name);
}

static bool
is_for(const struct blocklist *list, const struct subject *subject)
{
    if (list->is_of_domains != subject->is_domain)
        return false;
    return !subject->is_ipv6 || list->has_ipv6;
}

void
domain_check_blocklists(struct domain *domain)
{
    struct subjects subjects = {.count = 0};
    const struct blocklist *list;

    if (!domain->input->asks_blocklists)
        return;
    collect(domain, &subjects);
    for (size_t i = 0; (list = blocklist_at(i)); i++) {
        struct str list_name = str_from_cstr(list->name);
        const char *why = NULL;
        bool is_tested = false;

        if (domain_was_told(domain, CHECK, list_name)) /* it is mute */
            continue;
        for (uint32_t k = 0; k < subjects.count && !why; k++) {
            if (!is_for(list, &subjects.list[k]))
                continue;
            if (!is_tested)
                why = why_mute(domain, list);
            is_tested = true;
            if (!why)
                check_subject(domain, list, &subjects.list[k]);
        }
        if (why)
            audit_unknown(domain->audit, AUDIT_DOMAIN, CHECK, list_name,
                          arena_printf(domain->arena, "%s could not be asked", list->name),
                          str_from_cstr(why));
    }
}
