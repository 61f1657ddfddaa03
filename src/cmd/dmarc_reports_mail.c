#include <stdlib.h>

#include "base/buf.h"
#include "cmd/dmarc_reports_parts.h"
#include "mail/address.h"
#include "mail/evidence.h"
#include "mail/header.h"
#include "mail/mime.h"

#define CHUNK ((size_t)256 * 1024)
#define MAILS_WITHIN_MAX 3U /* a report that was forwarded, as an attachment */

static struct str
recipient_of(struct str message, struct arena *arena)
{
    return address_first(header_unfold(header_find(message, STR("To")), arena));
}

static void take_mail(struct intake *intake, struct str message);

static void
take_part(struct intake *intake, const struct mime_part *part)
{
    struct arena_mark mark = arena_mark(intake->mail_arena);
    struct str body = mime_text(part, intake->mail_arena);

    if (mime_is(part, STR("message/rfc822")) && intake->mail_depth < MAILS_WITHIN_MAX)
        take_mail(intake, body);
    else if (intake_is_report(body))
        unpack_bytes(body, intake_sink(intake));
    arena_release(intake->mail_arena, mark);
}

/* Reports attached to the mail, whatever their parts are called. */
static void
take_attachments(struct intake *intake, struct str message)
{
    struct mime_walk walk;
    struct mime_part part;

    mime_init(&walk, message);
    while (!intake->has_failed && mime_next(&walk, &part))
        take_part(intake, &part);
}

static bool
take_complaint(struct intake *intake, struct str message)
{
    struct complaint complaint;
    struct err err;
    bool is_known;

    if (!complaint_read(message, str_from_cstr(intake->path), intake->mail_arena, &complaint))
        return false;
    if (!reports_add_complaint(intake->reports, &complaint, &is_known, &err))
        return !intake_fail(intake, &err);
    intake->found++;
    if (is_known)
        intake->result->known_count++;
    else
        intake->result->complaint_count++;
    return true;
}

/* "multipart/report; report-type=feedback-report": said to be a complaint. */
static bool
is_said_complaint(struct str message)
{
    struct str type = header_find(message, STR("Content-Type"));

    return str_find_nocase(type, STR("feedback-report")) < type.len;
}

static void
take_mail(struct intake *intake, struct str message)
{
    struct arena_mark mark = arena_mark(intake->mail_arena);
    struct str outer = intake->recipient;
    uint64_t found = intake->found, problems = intake->result->problem_count;

    intake->mail_depth++;
    intake->recipient = recipient_of(message, intake->mail_arena);
    if (!is_said_complaint(message) || !take_complaint(intake, message))
        take_attachments(intake, message);
    if (intake->found == found && intake->result->problem_count == problems &&
        !intake->has_failed && intake->mail_depth == 1 && !take_complaint(intake, message))
        intake->result->passed_over++;
    intake->mail_depth--;
    intake->recipient = outer;
    arena_release(intake->mail_arena, mark);
}

enum more {
    MORE_IS_THERE,
    MORE_IS_OVER, /* the end, or a failure, which became a problem */
    MORE_IS_FULL, /* the ceiling of a mail is reached */
};

/* At least `most` more bytes, if they are there. */
static enum more
read_more(struct intake *intake, struct unpack_document *document, struct buf *buf, size_t most,
          char *chunk)
{
    size_t len = 1, before = buf->len;
    struct err err;

    while (len > 0 && buf->len - before < most) {
        if (INTAKE_MAIL_BYTES_MAX - buf->len < CHUNK)
            return MORE_IS_FULL;
        if (!unpack_next(document, chunk, CHUNK, &len, &err)) {
            intake_problem(intake, unpack_name(document), &err);
            return MORE_IS_OVER;
        }
        buf_add(buf, (struct str){chunk, len});
    }
    return len > 0 ? MORE_IS_THERE : MORE_IS_OVER;
}

static void
tell_too_large(struct intake *intake, struct unpack_document *document)
{
    struct err err;

    (void)err_set(&err, ERR_LIMIT, "a mail in it is larger than %zu MiB: it is not read",
                  INTAKE_MAIL_BYTES_MAX >> 20);
    intake_problem(intake, unpack_name(document), &err);
}

void
intake_read_mail(struct intake *intake, struct unpack_document *document)
{
    enum more more = MORE_IS_THERE;
    char *chunk = malloc(CHUNK);
    struct buf buf;

    if (!chunk)
        abort();
    buf_init(&buf, INTAKE_MAIL_BYTES_MAX);
    while (more == MORE_IS_THERE)
        more = read_more(intake, document, &buf, CHUNK, chunk);
    if (more == MORE_IS_FULL)
        tell_too_large(intake, document);
    else
        take_mail(intake, buf_str(&buf));
    arena_reset(intake->mail_arena);
    buf_done(&buf);
    free(chunk);
}

/* Takes the whole mails at the front of the buffer; returns how many bytes they are. */
static size_t
take_whole_mails(struct intake *intake, struct str mbox, bool is_at_end)
{
    struct str rest = mbox, message;

    while (!intake->has_failed && mail_mbox_next(&rest, &message)) {
        if (rest.len == 0 && !is_at_end)
            return (size_t)(message.data - mbox.data);
        take_mail(intake, message);
        arena_reset(intake->mail_arena);
    }
    return mbox.len - rest.len;
}

void
intake_read_mbox(struct intake *intake, struct unpack_document *document)
{
    enum more more = MORE_IS_THERE;
    char *chunk = malloc(CHUNK);
    struct buf buf;

    if (!chunk)
        abort();
    buf_init(&buf, INTAKE_MAIL_BYTES_MAX);
    while (more != MORE_IS_OVER && !intake->has_failed) {
        size_t taken;

        /* As much again as waits already: a long mail is not looked through too often. */
        more = read_more(intake, document, &buf, buf.len > CHUNK ? buf.len : CHUNK, chunk);
        taken = take_whole_mails(intake, buf_str(&buf), more == MORE_IS_OVER);
        if (more == MORE_IS_FULL && taken == 0) {
            tell_too_large(intake, document);
            break;
        }
        if (taken)
            memmove(buf.data, buf.data + taken, buf.len - taken);
        buf.len -= taken;
    }
    buf_done(&buf);
    free(chunk);
}
