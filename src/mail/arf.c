#include "mail/arf.h"

#include "mail/address.h"
#include "mail/date.h"
#include "mail/header.h"
#include "mail/mime.h"

struct row {
    struct str name;
    size_t offset;
    bool is_list;
};

#define TEXT(field, name)                                                                          \
    {                                                                                              \
        {name, sizeof(name) - 1}, offsetof(struct arf, field), false                               \
    }
#define LIST(field, name)                                                                          \
    {                                                                                              \
        {name, sizeof(name) - 1}, offsetof(struct arf, field), true                                \
    }

static const struct row rows[] = {
    TEXT(feedback_type, "Feedback-Type"),
    TEXT(user_agent, "User-Agent"),
    TEXT(version, "Version"),
    TEXT(source_ip, "Source-IP"),
    TEXT(source_ip, "Source"), /* reports by hand */
    TEXT(source_port, "Source-Port"),
    TEXT(original_mail_from, "Original-Mail-From"),
    TEXT(original_envelope_id, "Original-Envelope-Id"),
    TEXT(reporting_mta, "Reporting-MTA"),
    TEXT(incidents, "Incidents"),
    TEXT(auth_failure, "Auth-Failure"),
    TEXT(delivery_result, "Delivery-Result"),
    TEXT(identity_alignment, "Identity-Alignment"),
    TEXT(dkim_domain, "DKIM-Domain"),
    TEXT(dkim_identity, "DKIM-Identity"),
    TEXT(dkim_selector, "DKIM-Selector"),
    TEXT(dkim_adsp_dns, "DKIM-ADSP-DNS"),
    TEXT(dkim_selector_dns, "DKIM-Selector-DNS"),
    TEXT(spf_dns, "SPF-DNS"),
    TEXT(dkim_canonicalized_header, "DKIM-Canonicalized-Header"),
    TEXT(dkim_canonicalized_body, "DKIM-Canonicalized-Body"),
    LIST(original_rcpt_to, "Original-Rcpt-To"),
    LIST(reported_domain, "Reported-Domain"),
    LIST(reported_uri, "Reported-URI"),
    LIST(authentication_results, "Authentication-Results"),
};

static void
add_field(struct arf *arf, const struct row *row, struct str value)
{
    char *base = (char *)arf + row->offset;

    if (row->is_list) {
        struct arf_list *list = (struct arf_list *)(void *)base;

        if (list->count < ARF_LIST_MAX)
            list->items[list->count++] = value;
    } else {
        struct str *text = (struct str *)(void *)base;

        if (text->len == 0)
            *text = value;
    }
}

/* "148.163.85.135 (name)", "[192.0.2.1]", "IPv6:2001:db8::1": the address alone. */
static struct str
bare_address(struct str s)
{
    s = str_trim(s);
    (void)str_skip(&s, STR("["));
    if (str_starts_nocase(s, STR("IPv6:")))
        s = str_from(s, 5);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.data[i], lower = (char)(c | 0x20);

        if (!(c >= '0' && c <= '9') && !(lower >= 'a' && lower <= 'f') && c != '.' && c != ':')
            return str_first(s, i);
    }
    return s;
}

static void
read_report(struct str text, struct arena *arena, struct arf *arf)
{
    struct header_reader reader;
    struct header_field field;

    header_init(&reader, text);
    while (header_next(&reader, &field)) {
        struct str value = header_unfold(field.value, arena);

        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            if (str_eq_nocase(field.name, rows[i].name))
                add_field(arf, &rows[i], value);
        }
        if (arf->arrival_s == 0 && (str_eq_nocase(field.name, STR("Arrival-Date")) ||
                                    str_eq_nocase(field.name, STR("Received-Date"))))
            (void)date_read(value, &arf->arrival_s);
    }
    arf->source_ip = bare_address(arf->source_ip);
    if (str_index(arf->reporting_mta, ';') < arf->reporting_mta.len) {
        (void)str_cut(&arf->reporting_mta, ';');
        arf->reporting_mta = str_trim(arf->reporting_mta);
    }
}

static bool
is_original(const struct mime_part *part)
{
    return mime_is(part, STR("message/rfc822")) || mime_is(part, STR("text/rfc822-headers")) ||
           mime_is(part, STR("text/rfc822-header")) ||
           mime_is(part, STR("message/rfc822-headers")) || mime_is(part, STR("message/global")) ||
           mime_is(part, STR("message/global-headers"));
}

/* "complaint about message from 192.0.2.1": Outlook's junk mail reporting says no more. */
static bool
read_outlook(struct str message, struct arf *arf)
{
    struct str subject = str_trim(header_find(message, STR("Subject")));

    if (!str_starts_nocase(subject, STR("complaint about message from ")))
        return false;
    arf->source_ip = bare_address(str_from(subject, 29));
    arf->feedback_type = STR("abuse");
    return arf->source_ip.len > 0;
}

bool
arf_read(struct str message, struct arena *arena, struct arf *ret_arf)
{
    struct arf arf = {0};
    struct mime_walk walk;
    struct mime_part part;
    bool has_report = false;

    mime_init(&walk, message);
    while (mime_next(&walk, &part)) {
        if (!has_report && (mime_is(&part, STR("message/feedback-report")) ||
                            (mime_is(&part, STR("text/plain")) &&
                             str_starts_nocase(str_trim(part.body), STR("Feedback-Type:"))))) {
            has_report = true;
            read_report(mime_text(&part, arena), arena, &arf);
        } else if (arf.original.len == 0 && is_original(&part)) {
            arf.original = mime_text(&part, arena);
        }
    }
    if (!has_report && (arf.original.len == 0 || !read_outlook(message, &arf)))
        return false;
    *ret_arf = arf;
    return true;
}
