#include "mail/dsn.h"

#include "mail/address.h"
#include "mail/bounce.h"
#include "mail/date.h"
#include "mail/header.h"
#include "mail/mime.h"
#include "mail/reply.h"

/* What the parts of the report hold. */
struct parts {
    struct str status; /* message/delivery-status, decoded */
    struct str text;   /* the first part for people, decoded */
    struct str original;
};

static struct str
after_type(struct str value)
{
    size_t semicolon = str_index(value, ';');

    return str_trim(semicolon < value.len ? str_from(value, semicolon + 1) : value);
}

static bool
is_original(const struct mime_part *part)
{
    return mime_is(part, STR("message/rfc822")) || mime_is(part, STR("text/rfc822-headers")) ||
           mime_is(part, STR("text/rfc822-header")) ||
           mime_is(part, STR("message/rfc822-headers")) || mime_is(part, STR("message/global")) ||
           mime_is(part, STR("message/global-headers")) || mime_is(part, STR("message/partial"));
}

static struct parts
collect_parts(struct str message, struct arena *arena)
{
    struct parts parts = {STR_EMPTY, STR_EMPTY, STR_EMPTY};
    struct mime_walk walk;
    struct mime_part part;

    mime_init(&walk, message);
    while (mime_next(&walk, &part)) {
        if (mime_is(&part, STR("message/delivery-status")) ||
            mime_is(&part, STR("message/global-delivery-status"))) {
            if (parts.status.len == 0)
                parts.status = mime_text(&part, arena);
        } else if (is_original(&part)) {
            if (parts.original.len == 0)
                parts.original = mime_text(&part, arena);
        } else if (parts.text.len == 0) {
            parts.text = mime_text(&part, arena);
        }
    }
    return parts;
}

static void
read_message_field(struct header_field field, struct str value, struct dsn *dsn)
{
    if (str_eq_nocase(field.name, STR("Reporting-MTA")))
        dsn->reporting_mta = after_type(value);
    else if (str_eq_nocase(field.name, STR("X-Postfix-Queue-ID")))
        dsn->queue_id = value;
    else if (str_eq_nocase(field.name, STR("X-Original-Message-ID")))
        dsn->message_id = address_unbracket(value);
    else if (str_eq_nocase(field.name, STR("Arrival-Date")))
        (void)date_read(value, &dsn->arrival_s);
}

/* One group of fields: about the message, or about one recipient. */
struct group {
    struct str address, original_address, action, status, diagnostic, remote_mta;
};

static void
read_recipient_field(struct header_field field, struct str value, struct group *group)
{
    if (str_eq_nocase(field.name, STR("Final-Recipient")))
        group->address = address_unbracket(after_type(value));
    else if (str_eq_nocase(field.name, STR("Original-Recipient")))
        group->original_address = address_unbracket(after_type(value));
    else if (str_eq_nocase(field.name, STR("Action")))
        group->action = value;
    else if (str_eq_nocase(field.name, STR("Status")))
        group->status = value;
    else if (str_eq_nocase(field.name, STR("Diagnostic-Code")))
        group->diagnostic = after_type(value);
    else if (str_eq_nocase(field.name, STR("Remote-MTA")))
        group->remote_mta = after_type(value);
}

static bool
is_failure(const struct group *group)
{
    if (group->address.len == 0 && group->original_address.len == 0)
        return false;
    return !str_starts_nocase(group->action, STR("deliver")) && /* delivered, deliverable */
           !str_starts_nocase(group->action, STR("relayed")) &&
           !str_starts_nocase(group->action, STR("expanded"));
}

/*
 * What the other server said is more precise than the status of the report, where
 * its words are in the report; those of the text for people may be about another
 * recipient, and only fill in what the report leaves open.
 */
static void
judge(struct dsn_recipient *recipient, struct str stated, struct str reason, bool is_reported)
{
    struct reply own = reply_read(stated), said = reply_read(reason);
    bool is_open = own.status.len == 0 || (reply_is_generic(own.status) && said.status.len &&
                                           own.status.data[0] == said.status.data[0]);

    recipient->reply_code = said.code;
    recipient->status = own.status;
    if (said.status.len && (is_open || (is_reported && !reply_is_generic(said.status))))
        recipient->status = said.status;
    recipient->is_permanent =
        reply_class((struct reply){recipient->status, said.code}, reason) == 5;
    recipient->is_hard = recipient->is_permanent && reply_is_hard(recipient->status, reason);
}

static void
add_group(const struct group *group, struct dsn *dsn)
{
    struct dsn_recipient *recipient;
    struct str address = address_is_mailbox(group->address) || group->original_address.len == 0
                             ? group->address
                             : group->original_address;

    if (!is_failure(group) || dsn->recipient_count == DSN_RECIPIENTS_MAX)
        return;
    recipient = &dsn->recipients[dsn->recipient_count++];
    *recipient = (struct dsn_recipient){
        .address = address, .diagnostic = group->diagnostic, .remote_mta = group->remote_mta};
    judge(recipient, group->status, group->diagnostic, true);
}

/*
 * Groups are separated by empty lines; a field that comes again begins a group,
 * too. Returns whether there is one about a recipient, delivered or not.
 */
static bool
read_status(struct str text, struct arena *arena, struct dsn *dsn)
{
    struct group group = {0};
    bool has_recipient = false;

    while (text.len) {
        struct header_reader reader;
        struct header_field field;
        size_t before = text.len;

        header_init(&reader, text);
        while (header_next(&reader, &field)) {
            struct str value = header_unfold(field.value, arena);

            if (str_eq_nocase(field.name, STR("Final-Recipient")) && group.address.len) {
                add_group(&group, dsn);
                group = (struct group){0};
            }
            read_message_field(field, value, dsn);
            read_recipient_field(field, value, &group);
        }
        has_recipient |= group.address.len > 0;
        add_group(&group, dsn);
        group = (struct group){0};
        text = reader.rest;
        if (text.len == before) /* a line that is no field: pass it over */
            (void)str_cut(&text, '\n');
    }
    return has_recipient;
}

/* Mail that a person wrote is no bounce, whatever it says. */
static bool
is_from_daemon(struct str message)
{
    struct str from = header_find(message, STR("From"));
    struct str return_path = str_trim(header_find(message, STR("Return-Path")));

    return header_find(message, STR("X-Failed-Recipients")).len > 0 ||
           str_eq(return_path, STR("<>")) ||
           str_find_nocase(from, STR("mailer-daemon")) < from.len ||
           str_find_nocase(from, STR("postmaster")) < from.len ||
           str_find_nocase(from, STR("post_master")) < from.len ||
           str_find_nocase(from, STR("mail delivery")) < from.len ||
           str_find_nocase(from, STR("mail.delivery")) < from.len ||
           str_find_nocase(from, STR("mail administrator")) < from.len;
}

static void
add_recipient(struct dsn *dsn, struct str address, struct str reason)
{
    struct dsn_recipient *recipient;

    if (dsn->recipient_count == DSN_RECIPIENTS_MAX)
        return;
    recipient = &dsn->recipients[dsn->recipient_count++];
    *recipient = (struct dsn_recipient){.address = address, .diagnostic = reason};
    judge(recipient, STR_EMPTY, reason, false);
}

/* Exim names the recipients in a header of its own. */
static void
add_failed_header(struct str message, const struct bounce *bounce, struct dsn *dsn)
{
    struct str list = header_find(message, STR("X-Failed-Recipients"));
    struct address address;

    while (address_next(&list, &address)) {
        if (address_is_mailbox(address.mailbox))
            add_recipient(dsn, address.mailbox, bounce_reason(bounce, address.mailbox));
    }
}

static void
read_text(struct str message, const struct bounce *bounce, struct str original, struct dsn *dsn)
{
    struct str subject = header_find(message, STR("Subject"));

    if (!is_from_daemon(message) ||
        (!bounce_is_notice(bounce->notice) && !bounce_is_notice(subject) &&
         !reply_is_hard(STR_EMPTY, bounce->notice)))
        return;
    for (uint32_t i = 0; i < bounce->count; i++)
        add_recipient(dsn, bounce->recipients[i].address,
                      bounce_reason(bounce, bounce->recipients[i].address));
    if (dsn->recipient_count == 0)
        add_failed_header(message, bounce, dsn);
    if (dsn->recipient_count == 0) { /* the notice names nobody: then whom the mail was for */
        struct str to = address_first(header_find(original, STR("To")));

        if (address_is_mailbox(to))
            add_recipient(dsn, to, bounce->notice);
    }
}

/* RFC 3464's fields, though the report is not marked as such: broken or no MIME around it. */
static void
read_unmarked_status(struct str message, struct str notice, struct arena *arena, struct dsn *dsn)
{
    size_t at = str_find_nocase(notice, STR("\nFinal-Recipient:"));

    if (at < notice.len && is_from_daemon(message))
        (void)read_status(notice, arena, dsn);
}

/* Where the report only says "5.0.0", the text for people often has the server's words. */
static void
sharpen(const struct bounce *bounce, struct dsn *dsn)
{
    for (uint32_t i = 0; i < dsn->recipient_count; i++) {
        struct dsn_recipient *recipient = &dsn->recipients[i];

        if (recipient->diagnostic.len && recipient->status.len &&
            !reply_is_generic(recipient->status))
            continue;
        if (recipient->diagnostic.len == 0)
            recipient->diagnostic = bounce_reason(bounce, recipient->address);
        judge(recipient, recipient->status, recipient->diagnostic, false);
    }
}

bool
dsn_read(struct str message, struct arena *arena, struct dsn *ret_dsn)
{
    struct parts parts = collect_parts(message, arena);
    struct str sender = address_first(header_find(message, STR("To")));
    struct bounce *bounce = ARENA_NEW(arena, struct bounce);
    struct dsn dsn = {.recipients =
                          arena_array(arena, DSN_RECIPIENTS_MAX, sizeof(struct dsn_recipient))};
    bool has_recipient;

    if (!dsn.recipients || !bounce)
        return false;
    bounce_read(parts.text, sender, bounce);
    dsn.original = parts.original.len ? parts.original : bounce->original;
    has_recipient = read_status(parts.status, arena, &dsn);
    if (!has_recipient)
        read_unmarked_status(message, bounce->notice, arena, &dsn);
    if (dsn.recipient_count)
        sharpen(bounce, &dsn);
    else if (!has_recipient)
        read_text(message, bounce, dsn.original, &dsn);
    if (dsn.recipient_count == 0)
        return false;
    if (dsn.message_id.len == 0 && dsn.original.len)
        dsn.message_id = address_unbracket(header_find(dsn.original, STR("Message-ID")));
    *ret_dsn = dsn;
    return true;
}
