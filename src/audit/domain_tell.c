#include "audit/domain_parts.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"
#include "base/internet.h"

#define TITLE_MAX 1024
#define QUOTED_RECORDS_MAX 12

static struct audit_finding *tell(struct domain *domain, struct str subject, const char *check,
                                  enum audit_outcome outcome, struct str place, struct str seen,
                                  const char *why, const char *format, va_list arguments)
    __attribute__((format(printf, 8, 0)));

static struct audit_finding *
tell(struct domain *domain, struct str subject, const char *check, enum audit_outcome outcome,
     struct str place, struct str seen, const char *why, const char *format, va_list arguments)
{
    char title[TITLE_MAX];

    vsnprintf(title, sizeof(title), format, arguments);
    return audit_add(domain->audit, (struct audit_finding){
                                        .area = AUDIT_DOMAIN,
                                        .check = check,
                                        .outcome = outcome,
                                        .subject = subject,
                                        .title = str_from_cstr(title),
                                        .place = place,
                                        .seen = seen,
                                        .why = why ? str_from_cstr(why) : STR_EMPTY,
                                    });
}

struct audit_finding *
domain_tell(struct domain *domain, const char *check, enum audit_outcome outcome, struct str place,
            struct str seen, const char *why, const char *title, ...)
{
    struct audit_finding *finding;
    va_list arguments;

    va_start(arguments, title);
    finding = tell(domain, domain->name, check, outcome, place, seen, why, title, arguments);
    va_end(arguments);
    return finding;
}

struct audit_finding *
domain_tell_of(struct domain *domain, struct str subject, const char *check,
               enum audit_outcome outcome, struct str place, struct str seen, const char *why,
               const char *title, ...)
{
    struct audit_finding *finding;
    va_list arguments;

    va_start(arguments, title);
    finding = tell(domain, subject, check, outcome, place, seen, why, title, arguments);
    va_end(arguments);
    return finding;
}

bool
domain_was_told(const struct domain *domain, const char *check, struct str subject)
{
    for (uint32_t i = 0; i < domain->first; i++) {
        const struct audit_finding *finding = &domain->audit->list[i];

        if (strcmp(finding->check, check) == 0 && str_eq(finding->subject, subject))
            return true;
    }
    return false;
}

void
domain_unanswered(struct domain *domain, const char *check, struct str name, enum dns_type type,
                  const struct dns_answer *answer)
{
    struct str place =
        arena_printf(domain->arena, STR_FMT " %s", STR_ARG(name), dns_type_name(type));
    struct str why = arena_printf(domain->arena, "the DNS answered: %s%s" STR_FMT,
                                  dns_status_name(answer->status), answer->reason.len ? ", " : "",
                                  STR_ARG(answer->reason));
    struct audit_finding *finding = domain_tell(domain, check, AUDIT_UNKNOWN, place, STR_EMPTY,
                                                NULL, "The DNS does not answer for " STR_FMT " %s",
                                                STR_ARG(name), dns_type_name(type));

    finding->why = why;
}

void
domain_fix_record(struct domain *domain, struct audit_finding *finding, struct str name,
                  const char *type, struct str value)
{
    audit_fix(
        domain->audit, finding,
        (struct audit_fix){
            .kind = AUDIT_FIX_RECORD, .where = name, .name = str_from_cstr(type), .value = value});
}

void
domain_fix_replace(struct domain *domain, struct audit_finding *finding, struct str name,
                   const char *type, struct str old, struct str value)
{
    audit_fix(domain->audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_RECORD,
                                 .where = name,
                                 .name = str_from_cstr(type),
                                 .value = value,
                                 .old = str_first(old, AUDIT_SEEN_MAX)});
}

void
domain_fix_text(struct domain *domain, struct audit_finding *finding, const char *format, ...)
{
    char text[TITLE_MAX];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    audit_fix(domain->audit, finding,
              (struct audit_fix){.kind = AUDIT_FIX_TEXT, .value = str_from_cstr(text)});
}

struct str
domain_quote(struct domain *domain, const struct dns_answer *answer, enum dns_type type)
{
    struct buf text;
    struct str quoted;

    buf_init(&text, AUDIT_SEEN_MAX + TITLE_MAX);
    for (uint32_t i = 0; i < answer->count && i < QUOTED_RECORDS_MAX; i++) {
        const struct dns_record *record = &answer->records[i];

        if (i)
            buf_add_cstr(&text, type == DNS_TXT ? "\n" : ", ");
        if (type == DNS_MX)
            buf_printf(&text, "%u ", record->preference);
        buf_add(&text, type == DNS_A || type == DNS_AAAA
                           ? internet_write(record->data, domain->arena)
                           : str_first(record->data, AUDIT_SEEN_MAX));
    }
    if (answer->count > QUOTED_RECORDS_MAX)
        buf_printf(&text, " and %u more", answer->count - QUOTED_RECORDS_MAX);
    quoted = arena_str(domain->arena, buf_str(&text));
    buf_done(&text);
    return quoted;
}
