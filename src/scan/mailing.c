#include "scan/mailing.h"

#include <math.h>

#include "scan/form_judge.h"
#include "scan/mailing_words.h"

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
        .hook = event->hook,
        .path = event->via ? event->via->path : STR_EMPTY,
        .path_line = event->via ? event->via->line : 0,
    };
    return mail;
}

static void
part_add(struct mailing_part *part, const struct flow_event *event)
{
    const uint32_t foreign = TAINT_VISITOR | TAINT_SETTER;
    bool is_visitor = (event->value.taint & foreign) != 0;

    if (is_visitor)
        part->clean =
            (part->taint & foreign) ? part->clean & event->value.clean : event->value.clean;
    if (!part->is_there || is_visitor)
        part->line = event->line;
    if (!part->is_there || is_visitor)
        part->function = event->function;
    if (is_visitor && event->value.origin && !part->origin.len)
        part->origin = *event->value.origin;
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
    if (event->sink == SINK_HEADER && (event->value.taint & TAINT_COPIED))
        part_add(&mail->copy, event);
    if (event->sink == SINK_SEND) {
        mail->guards = mail->is_sent ? mail->guards & event->guards : event->guards;
        mail->is_sent = true;
    } else if (!mail->is_sent) {
        mail->guards &= event->guards;
    }
    mail->is_in_loop |= event->is_in_loop;
}

bool
mailing_is_free(const struct mailing_part *part)
{
    return (part->taint & TAINT_VISITOR) &&
           !(part->clean & (CLEAN_NUMBER | CLEAN_LISTED | CLEAN_OWN));
}

struct judge {
    const struct mailing *mailing;
    const struct mailing_mail *mail;
    struct findings *findings;
};

static bool
is_told(const struct judge *judge, const char *rule, uint32_t line)
{
    for (uint32_t i = 0; i < judge->findings->count; i++) {
        const struct finding *known = &judge->findings->list[i];

        if (known->line == line && strcmp(known->rule, rule) == 0)
            return true;
    }
    return false;
}

/* What is no page of its own, or not run at all, is no door by itself. */
static double
weigh(const struct judge *judge, double confidence)
{
    const struct subject *subject = judge->mailing->subject;
    bool is_page = subject_is_php_name(subject->path) && !(subject->places & PLACE_TESTS);

    if (!is_page)
        return confidence < FINDING_ACCUSES ? 0 : 0.6;
    return (subject->places & PLACE_LIBRARY) && confidence > 0.8 ? 0.8 : confidence;
}

/* A remark on a mail that leaves far away is worth it where the script speaks of mail. */
static bool
is_far_off(const struct judge *judge)
{
    const struct subject *subject = judge->mailing->subject;

    return judge->mail->path.len && !str_eq(judge->mail->path, subject->path) &&
           str_find_nocase(subject->source, STR("mail")) == subject->source.len;
}

static void
tell(const struct judge *judge, enum finding_kind kind, const char *rule, double confidence,
     const struct mailing_part *part, struct str why, struct str advice)
{
    const struct subject *subject = judge->mailing->subject;
    struct arena *arena = judge->findings->arena;
    uint32_t line = part->line;

    if (strcmp(rule, "sendmail-options") != 0)
        confidence = weigh(judge, confidence);
    if (confidence == 0 || is_told(judge, rule, line) ||
        (confidence < FINDING_ACCUSES && is_far_off(judge)))
        return;
    why = arena_printf(arena, STR_FMT STR_FMT STR_FMT, STR_ARG(why),
                       STR_ARG(mailing_words_checks(judge->mail, arena)),
                       STR_ARG(mailing_words_place(judge->mail, subject->path, arena)));
    findings_add(
        judge->findings,
        (struct finding){
            .kind = kind,
            .rule = rule,
            .confidence = confidence,
            .path = subject->path,
            .line = line,
            .text = finding_quote(subject->source, finding_line_offset(subject->source, line)),
            .why = why,
            .advice = advice,
        });
}

/* sendmail's own check for one address still lets a quoted one with blanks pass. */
static void
judge_options(const struct judge *judge)
{
    const struct mailing_part *options = &judge->mail->options;
    bool is_property = str_eq(options->function, STR("Sender"));

    if (((options->clean & CLEAN_SHELL) && !(options->clean & CLEAN_QUOTED)) ||
        (options->taint & TAINT_VISITOR && !mailing_is_free(options)))
        return;
    if (options->taint & TAINT_SETTER)
        tell(judge, FINDING_VULNERABLE_MAIL, "sendmail-options", 0.92, options,
             STR("The sender that a script hands to this mail class gets onto sendmail's command "
                 "line unescaped: a contact form that sets it from a field lets a visitor write "
                 "files and run code (CVE-2016-10033)."),
             STR("Update the mail library; PHPMailer is mended from 5.2.20 on."));
    if (!mailing_is_free(options))
        return;
    tell(judge, FINDING_VULNERABLE_MAIL, "sendmail-options",
         is_property || (options->clean & CLEAN_ADDRESS) ? 0.6 : 0.93, options,
         arena_printf(judge->findings->arena,
                      "%s gets onto sendmail's command line: a visitor can add options that write "
                      "files or read other settings.",
                      mailing_words_field(options, judge->findings->arena)),
         STR("Give mail() no fifth parameter from the request; a fixed \"-fname@your.domain\" is "
             "safe."));
}

static void
judge_header(const struct judge *judge)
{
    const struct mailing_mail *mail = judge->mail;
    const struct mailing_part *header = &mail->header;
    double confidence = mailing_words_is_raw(header->function) ? 0.93 : 0.4;

    /* A header of the request ends where its line ends. */
    if (!mailing_is_free(header) || !(header->taint & (TAINT_REQUEST | TAINT_UPLOAD)) ||
        (header->clean & CLEAN_CRLF))
        return;
    if (mail->guards & GUARD_LOGIN)
        confidence = 0.6;
    tell(judge, FINDING_VULNERABLE_MAIL, "header-injection", confidence, header,
         arena_printf(judge->findings->arena,
                      "%s gets into the header as it came: a line break in it begins a header of "
                      "the visitor's own, Bcc to anybody and a text of its own.",
                      mailing_words_field(header, judge->findings->arena)),
         mailing_words_header_advice(header->function));
}

/* Obstacles that a bot takes with some work. */
static double
behind_obstacles(const struct mailing_mail *mail, double confidence)
{
    static const struct {
        uint32_t guard;
        double most;
    } obstacles[] = {
        {GUARD_CAPTCHA, 0.4}, {GUARD_LOGIN, 0.5}, {GUARD_PASSWORD, 0.5},
        {GUARD_LIMIT, 0.7},   {GUARD_SPAM, 0.75}, {GUARD_HONEYPOT, 0.8},
    };

    for (size_t i = 0; i < sizeof(obstacles) / sizeof(obstacles[0]); i++) {
        if ((mail->guards & obstacles[i].guard) && confidence > obstacles[i].most)
            confidence = obstacles[i].most;
    }
    return confidence;
}

/* Is its text made of names, or, in a confirmation, at least of no field that holds a text? */
static bool
is_text_small(const struct mailing_mail *mail, bool is_confirmation)
{
    uint32_t taint = (mailing_is_free(&mail->body) ? mail->body.taint : 0) |
                     (mailing_is_free(&mail->subject) ? mail->subject.taint : 0);

    return !(taint & TAINT_TEXT) && (is_confirmation || (taint & (TAINT_NAME | TAINT_ADDRESS)));
}

static void
judge_relay(const struct judge *judge, bool is_text_free)
{
    const struct mailing_mail *mail = judge->mail;
    struct arena *arena = judge->findings->arena;
    const struct mailing_part *recipient = &mail->recipient;
    const struct mailing_part *text = mailing_is_free(&mail->body) ? &mail->body : &mail->subject;
    struct str advice = mailing_words_recipient_advice(recipient->function);
    /* Who may send a form of Drupal stands in another file. */
    double most = str_starts(recipient->origin, STR("form_state")) ? 0.8 : 1;
    bool is_confirmation = mailing_words_is_confirmation(judge->mailing->subject, mail);
    const char *field = mailing_words_field(recipient, arena);

    if (mailing_words_is_recommendation(judge->mailing->subject, mail)) {
        tell(
            judge, FINDING_VULNERABLE_MAIL, is_text_free ? "open-relay" : "tell-a-friend",
            fmin(most, behind_obstacles(mail, is_text_free ? 0.94 : 0.92)), recipient,
            arena_printf(arena,
                         "A recommendation to a friend goes to whomever a visitor names (%s): bots "
                         "use such forms to mail their own text in this site's name.",
                         field),
            advice);
        return;
    }
    if (is_text_free && is_text_small(mail, is_confirmation)) {
        tell(
            judge, FINDING_NOTIFICATION, "registration-text", behind_obstacles(mail, 0.7),
            recipient,
            arena_printf(
                arena,
                "What a visitor types as %s goes to an address that it types too (%s): bots "
                "register victims' addresses with an advertisement as the name.",
                mailing_words_field(text, arena), field),
            STR("Leave typed text out of the confirmation, or refuse names with \"http\", \"www.\" "
                "or more than some 40 letters; ask for a bot check before it is sent."));
        return;
    }
    if (is_text_free) {
        tell(judge, FINDING_VULNERABLE_MAIL, "open-relay", fmin(most, behind_obstacles(mail, 0.93)),
             recipient,
             arena_printf(arena,
                          "A visitor chooses whom this mail goes to (%s) and what it says (%s): "
                          "anybody can send spam by it.",
                          field, mailing_words_field(text, arena)),
             advice);
        return;
    }
    tell(judge, FINDING_VULNERABLE_MAIL, "mail-to-visitor", behind_obstacles(mail, 0.5), recipient,
         arena_printf(arena,
                      "The mail goes to an address that a visitor types (%s). Its text is the "
                      "site's own, yet bots can flood others with it.",
                      field),
         STR("Ask for a bot check before it is sent, and send at most a few an hour to one "
             "address."));
}

static void
judge_copy(const struct judge *judge, bool is_text_free)
{
    const struct mailing_mail *mail = judge->mail;

    tell(judge, FINDING_VULNERABLE_MAIL, "copy-to-visitor",
         behind_obstacles(mail, is_text_free ? 0.92 : 0.7), &mail->copy,
         arena_printf(judge->findings->arena,
                      "A copy goes to the address that a visitor types (%s): bots type their "
                      "victims' and an advertisement as the message.",
                      mailing_words_field(&mail->copy, judge->findings->arena)),
         STR("Send no copy to the visitor, or a thank-you without the visitor's text, and only "
             "behind a bot check."));
}

static void
judge_sender(const struct judge *judge)
{
    const struct mailing_mail *mail = judge->mail;

    if (!mailing_is_free(&mail->sender) || !(mail->sender.taint & TAINT_ADDRESS) ||
        str_find_nocase(mail->sender.function, STR("reply")) < mail->sender.function.len)
        return;
    tell(judge, FINDING_VULNERABLE_MAIL, "visitor-sender", 0.3, &mail->sender,
         STR("The mail claims to come from the address that a visitor types: it fails SPF and "
             "DMARC, and its bounces go to strangers."),
         STR("Send from an address of this site, and put the visitor's into Reply-To."));
}

/* Folders that their content manager opens to administrators only. */
static bool
is_backend(const struct subject *subject)
{
    return str_find(subject->path, STR("/wp-admin/")) < subject->path.len ||
           str_find(subject->path, STR("/administrator/components/")) < subject->path.len;
}

static void
judge_mail(const struct judge *judge)
{
    const struct mailing_mail *mail = judge->mail;
    bool is_text_free = mailing_is_free(&mail->body) || mailing_is_free(&mail->subject);

    if ((mail->guards & (GUARD_ADMIN | GUARD_CONSOLE)) || is_backend(judge->mailing->subject))
        return;
    judge_options(judge);
    judge_header(judge);
    /* A recipient with a field in it is the site's own unless its template says otherwise. */
    if (mailing_is_free(&mail->recipient) && !(mail->recipient.taint & TAINT_PUT_IN))
        judge_relay(judge, is_text_free);
    if (mailing_is_free(&mail->copy))
        judge_copy(judge, is_text_free);
    judge_sender(judge);
}

void
mailing_judge(const struct mailing *mailing, struct findings *findings)
{
    for (uint32_t i = 0; i < mailing->count; i++) {
        struct judge judge = {mailing, &mailing->mails[i], findings};

        judge_mail(&judge);
        form_judge_mail(mailing->subject, &mailing->mails[i], findings);
    }
}
