#include "feedback/complaint.h"

#include "mail/address.h"
#include "mail/arf.h"
#include "mail/date.h"
#include "mail/decode.h"
#include "mail/header.h"

#define COUNT_MAX UINT64_C(1000000000)
#define WORDS_MAX 300 /* of a subject and the like: what a line of a report can show */

static struct str
field(struct str message, const char *name, struct arena *arena)
{
    struct str value = header_unfold(header_find(message, str_from_cstr(name)), arena);

    return str_trim(str_first(decode_words(value, arena), WORDS_MAX));
}

static struct str
lower(struct str text, struct arena *arena)
{
    char *copy = arena_array(arena, text.len + 1, 1);

    if (!copy)
        return STR_EMPTY;
    str_fold(text, copy);
    return (struct str){copy, text.len};
}

static struct str
first(struct str a, struct str b)
{
    return a.len ? a : b;
}

static struct str
domain_of(struct str address)
{
    address = address_unbracket(address);
    (void)str_cut(&address, '@');
    return address;
}

/* Whose mail it was: as reported, else the domain of its From. */
static struct str
domain_said(const struct arf *arf, const struct complaint *complaint)
{
    if (arf->reported_domain.count)
        return arf->reported_domain.items[0];
    if (arf->dkim_domain.len)
        return arf->dkim_domain;
    return domain_of(address_first(complaint->from));
}

static uint64_t
incidents(struct str text)
{
    uint64_t count;

    return str_u64(text, &count) && count >= 1 && count <= COUNT_MAX ? count : 1;
}

bool
complaint_read(struct str message, struct str path, struct arena *arena,
               struct complaint *ret_complaint)
{
    struct complaint complaint = {.path = path, .count = 1};
    struct arf arf;

    if (!arf_read(message, arena, &arf))
        return false;
    complaint.kind = lower(first(arf.feedback_type, STR("abuse")), arena);
    complaint.reporter = address_first(field(message, "From", arena));
    complaint.source_ip = arf.source_ip;
    complaint.mail_from = address_unbracket(arf.original_mail_from);
    complaint.recipient =
        arf.original_rcpt_to.count ? address_unbracket(arf.original_rcpt_to.items[0]) : STR_EMPTY;
    complaint.auth_failure = lower(arf.auth_failure, arena);
    complaint.result = lower(arf.delivery_result, arena);
    complaint.count = incidents(arf.incidents);
    complaint.arrival_s = arf.arrival_s;
    complaint.fingerprint = str_fingerprint(message);
    if (arf.original.len) {
        complaint.from = field(arf.original, "From", arena);
        complaint.subject = field(arf.original, "Subject", arena);
        complaint.message_id = address_unbracket(field(arf.original, "Message-ID", arena));
        complaint.unsubscribe = field(arf.original, "List-Unsubscribe", arena);
    }
    if (complaint.arrival_s == 0)
        (void)date_read(field(message, "Date", arena), &complaint.arrival_s);
    complaint.domain = lower(domain_said(&arf, &complaint), arena);
    *ret_complaint = complaint;
    return true;
}

bool
complaint_is_failure(const struct complaint *complaint)
{
    return str_eq(complaint->kind, STR("auth-failure")) || complaint->auth_failure.len > 0;
}
