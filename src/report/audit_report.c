#include "report/audit_report.h"

#include "report/escape.h"

#define RECORD_STRING_MAX 255 /* bytes of one string of a TXT record, RFC 1035 section 3.3 */

uint32_t
audit_report_count(const struct audit_report *report, enum audit_outcome outcome)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < report->audit->count; i++)
        count += report->audit->list[i].outcome == outcome;
    return count;
}

/* "2 things let strangers …" is one part of a sentence; a comma stands between two. */
static void
add_part(struct buf *buf, uint32_t count, const char *one, const char *many)
{
    if (!count)
        return;
    if (buf->len)
        buf_add(buf, STR("; "));
    figure_counted(buf, count, one, many);
}

void
audit_report_answer(const struct audit_report *report, struct buf *buf)
{
    struct buf line;

    buf_init(&line, 4096);
    add_part(&line, audit_report_count(report, AUDIT_CRITICAL),
             "thing lets strangers send through this server now",
             "things let strangers send through this server now");
    add_part(&line, audit_report_count(report, AUDIT_SERIOUS), "thing is open or broken",
             "things are open or broken");
    add_part(&line, audit_report_count(report, AUDIT_WEAK), "thing is weak", "things are weak");
    if (!line.len) {
        buf_add(buf, STR("Nothing is open"));
        if (audit_report_count(report, AUDIT_UNKNOWN))
            buf_add(buf, STR(" in what could be looked at"));
    }
    buf_add(buf, buf_str(&line));
    buf_add(buf, STR("."));
    buf_done(&line);
}

/* A TXT record's text as a zone file has it: strings of 255 bytes, quoted. */
static void
write_strings(struct buf *buf, struct str text)
{
    bool is_first = true;

    while (text.len || is_first) {
        struct str part = str_first(text, RECORD_STRING_MAX);

        buf_add_cstr(buf, is_first ? "\"" : " \"");
        for (size_t i = 0; i < part.len; i++) {
            unsigned char byte = (unsigned char)part.data[i];

            if (byte == '"' || byte == '\\')
                buf_printf(buf, "\\%c", byte);
            else if (byte < ' ' || byte >= 0x7f)
                buf_printf(buf, "\\%03u", byte);
            else
                buf_add_char(buf, (char)byte);
        }
        buf_add_char(buf, '"');
        text = str_from(text, part.len);
        is_first = false;
    }
}

void
audit_report_paste(const struct audit_fix *fix, struct buf *buf)
{
    switch (fix->kind) {
    case AUDIT_FIX_TEXT:
        return;
    case AUDIT_FIX_RECORD:
        buf_printf(buf, STR_FMT ". IN " STR_FMT " ", STR_ARG(fix->where), STR_ARG(fix->name));
        if (str_eq_nocase(fix->name, STR("TXT")))
            write_strings(buf, fix->value);
        else
            buf_add(buf, fix->value);
        return;
    case AUDIT_FIX_SETTING:
        if (fix->program == AUDIT_PROGRAM_POSTFIX && str_ends(fix->where, STR("main.cf"))) {
            struct buf setting;

            buf_init(&setting, buf->limit);
            buf_printf(&setting, STR_FMT "=" STR_FMT, STR_ARG(fix->name), STR_ARG(fix->value));
            buf_add_cstr(buf, "postconf -e ");
            if (!escape_shell(buf, buf_str(&setting)))
                buf_add(buf, buf_str(&setting));
            buf_done(&setting);
            return;
        }
        buf_printf(buf, STR_FMT " = " STR_FMT, STR_ARG(fix->name), STR_ARG(fix->value));
        return;
    case AUDIT_FIX_COMMAND:
    case AUDIT_FIX_FILE:
        buf_add(buf, fix->value);
        return;
    }
}

const char *
audit_report_area(enum audit_area area)
{
    static const char *const headings[AUDIT_AREA_COUNT] = {
        [AUDIT_DOMAIN] = "Domains and their DNS",
        [AUDIT_RELAY] = "Mail servers, seen from outside",
        [AUDIT_MTA] = "Settings of the mail server",
        [AUDIT_WEB] = "PHP and the web server",
        [AUDIT_HOST] = "This machine",
        [AUDIT_MAILBOX] = "Mailboxes",
        [AUDIT_SITE] = "Sites",
    };

    return headings[area];
}
