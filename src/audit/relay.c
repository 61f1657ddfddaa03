#include "audit/relay_parts.h"

#define COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

enum audit_program
relay_program(const struct relay_facts *facts)
{
    static const struct {
        struct str word;
        enum audit_program program;
    } rows[] = {
        {{"opensmtpd", 9}, AUDIT_PROGRAM_OPENSMTPD},
        {{"postfix", 7}, AUDIT_PROGRAM_POSTFIX},
        {{"exim", 4}, AUDIT_PROGRAM_EXIM},
        {{"sendmail", 8}, AUDIT_PROGRAM_SENDMAIL},
    };
    struct str banner = facts->banner.bytes;

    for (size_t i = 0; i < COUNT_OF(rows); i++) {
        if (str_find_nocase(banner, rows[i].word) < banner.len)
            return rows[i].program;
    }
    return AUDIT_PROGRAM_NONE;
}

void
relay_remedy(const struct relay_facts *facts, const struct relay_remedy *rows, size_t count,
             struct audit *audit, struct audit_finding *finding)
{
    enum audit_program program = relay_program(facts);
    const char *text = NULL;

    for (size_t i = 0; i < count; i++) {
        if (rows[i].program == program || (!text && rows[i].program == AUDIT_PROGRAM_NONE))
            text = rows[i].text;
    }
    if (text)
        audit_fix(audit, finding,
                  (struct audit_fix){.kind = AUDIT_FIX_TEXT, .value = str_from_cstr(text)});
}

struct str
relay_quote(const struct smtp_reply *reply, struct arena *arena)
{
    return str_first(smtp_reply_quote(reply, arena), AUDIT_SEEN_MAX);
}

void
relay_judge(const struct relay_facts *facts, int64_t now_s, struct audit *audit)
{
    if (facts->fault.len) {
        audit_unknown(audit, AUDIT_RELAY, "relay-open", facts->subject,
                      STR("The server could not be asked."), facts->fault);
        return;
    }
    relay_check_open(facts, audit);
    relay_check_login(facts, audit);
    relay_check_vrfy(facts, audit);
    relay_check_tls(facts, now_s, audit);
    relay_check_name(facts, audit);
}
