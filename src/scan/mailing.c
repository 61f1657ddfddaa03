#include "scan/mailing.h"

#include "scan/form_judge.h"

static struct mailing_mail *
mail_of(struct mailing *mailing, const struct flow_event *event)
{
    struct mailing_mail *mail;

    for (uint32_t i = 0; i < mailing->count; i++) {
        if (mailing->mails[i].unit == event->unit &&
            str_eq(mailing->mails[i].inside, event->inside))
            return &mailing->mails[i];
    }
    if (mailing->count == MAILING_MAILS_MAX)
        return NULL;
    mail = &mailing->mails[mailing->count++];
    *mail = (struct mailing_mail){
        .unit = event->unit,
        .line = event->line,
        .guards = UINT32_MAX,
        .inside = event->inside,
        .function = event->function,
        .path = event->via ? event->via->path : STR_EMPTY,
    };
    return mail;
}

static void
part_add(struct mailing_part *part, const struct flow_event *event)
{
    bool is_visitor = (event->value.taint & TAINT_VISITOR) != 0;

    if (is_visitor)
        part->clean =
            (part->taint & TAINT_VISITOR) ? part->clean & event->value.clean : event->value.clean;
    if (!part->is_there || is_visitor)
        part->line = event->line;
    part->is_there = true;
    part->taint |= event->value.taint;
    if (!part->text.len)
        part->text = event->value.text;
}

static struct mailing_part *
part_of(struct mailing_mail *mail, enum sink sink)
{
    switch (sink) {
    case SINK_RECIPIENT:
        return &mail->recipient;
    case SINK_COPY:
        return &mail->copy;
    case SINK_SENDER:
        return &mail->sender;
    case SINK_SUBJECT:
        return &mail->subject;
    case SINK_BODY:
        return &mail->body;
    case SINK_HEADER:
        return &mail->header;
    case SINK_OPTIONS:
        return &mail->options;
    default:
        return NULL;
    }
}

void
mailing_event(struct mailing *mailing, const struct flow_event *event)
{
    struct mailing_mail *mail;
    struct mailing_part *part;

    if (!sink_is_mail(event->sink))
        return;
    mail = mail_of(mailing, event);
    if (!mail)
        return;
    part = part_of(mail, event->sink);
    if (part)
        part_add(part, event);
    if (event->sink == SINK_SEND) {
        mail->guards = event->guards;
        mail->is_sent = true;
    } else if (!mail->is_sent) {
        mail->guards &= event->guards;
    }
    mail->is_in_loop |= event->is_in_loop;
}

static bool
is_free(const struct mailing_part *part)
{
    return (part->taint & TAINT_VISITOR) &&
           !(part->clean & (CLEAN_NUMBER | CLEAN_LISTED | CLEAN_OWN));
}

static void
tell(const struct mailing *mailing, const struct mailing_mail *mail, struct findings *findings,
     const char *rule, double confidence, uint32_t line, const char *why, const char *advice)
{
    (void)mail;
    findings_add(findings,
                 (struct finding){
                     .kind = FINDING_VULNERABLE_MAIL,
                     .rule = rule,
                     .confidence = confidence,
                     .path = mailing->subject->path,
                     .line = line,
                     .text = finding_quote(mailing->subject->source,
                                           finding_line_offset(mailing->subject->source, line)),
                     .why = str_from_cstr(why),
                     .advice = str_from_cstr(advice),
                 });
}

static void
judge_mail(const struct mailing *mailing, const struct mailing_mail *mail,
           struct findings *findings)
{
    uint32_t checks = mail->guards & (GUARD_LOGIN | GUARD_ADMIN | GUARD_CAPTCHA | GUARD_CONSOLE);
    bool is_text_free = is_free(&mail->body) || is_free(&mail->subject);

    if (is_free(&mail->options) && !(mail->options.clean & (CLEAN_SHELL | CLEAN_ADDRESS)))
        tell(mailing, mail, findings, "sendmail-options", 0.9, mail->options.line,
             "What the visitor writes gets onto sendmail's command line.",
             "Give mail() no fifth parameter from the request.");
    if (mail->guards & (GUARD_LOGIN | GUARD_ADMIN | GUARD_CONSOLE))
        return;
    if (is_free(&mail->header) && !(mail->header.clean & CLEAN_CRLF))
        tell(mailing, mail, findings, "header-injection", 0.93, mail->header.line,
             "A line break in what the visitor writes begins a header of the visitor's own: Bcc to "
             "anybody.",
             "Refuse CR and LF in fields that get into headers.");
    if (is_free(&mail->recipient) && is_text_free && !checks)
        tell(mailing, mail, findings, "open-relay", 0.93, mail->recipient.line,
             "The visitor chooses recipient and text, and nothing asks who it is.",
             "Fix the recipient, or ask for a login or a bot check in the code that sends.");
    else if (is_free(&mail->recipient) && !(mail->guards & GUARD_CAPTCHA))
        tell(mailing, mail, findings, "mail-to-visitor", 0.6, mail->recipient.line,
             "The visitor chooses the recipient.", "Ask for a bot check before it is sent.");
    if (is_free(&mail->copy))
        tell(mailing, mail, findings, "copy-to-visitor", checks ? 0.6 : 0.92, mail->copy.line,
             "The address that a visitor types is copied in: bots type their victims'.",
             "Send no copy, or only behind a bot check.");
}

void
mailing_judge(const struct mailing *mailing, struct findings *findings)
{
    for (uint32_t i = 0; i < mailing->count; i++) {
        judge_mail(mailing, &mailing->mails[i], findings);
        form_judge_mail(mailing->subject, &mailing->mails[i], findings);
    }
}
