#include "scan/form_judge.h"

#include "scan/html.h"

#define CHECKING_GUARDS                                                                            \
    (GUARD_LOGIN | GUARD_ADMIN | GUARD_CAPTCHA | GUARD_HONEYPOT | GUARD_LIMIT | GUARD_SPAM |       \
     GUARD_CONSOLE | GUARD_PASSWORD)

/* What is told of a form of each kind; none for those that are let be. */
static const struct told {
    const char *rule, *why;
    double confidence;
} told[FORM_KIND_COUNT] = {
    [FORM_CONTACT] = {"form-open",
                      "Bots post advertising through it, or victims' addresses where "
                      "the visitor gets a copy.",
                      0.6},
    [FORM_CALLBACK] = {"form-open", "Bots fill it in by the thousand: each time this server mails.",
                       0.6},
    [FORM_ORDER] = {"form-open", "Bots fill it in by the thousand: each time this server mails.",
                    0.6},
    [FORM_FRIEND] = {"form-open",
                     "Whoever posts to it chooses who gets mail from this server: "
                     "bots send their advertising so.",
                     0.7},
    [FORM_REGISTER] = {"registration-open",
                       "Bots register under victims' addresses, often with a link as their name: "
                       "this server mails it to the victim.",
                       0.6},
    [FORM_COMMENT] = {"comment-open", "Bots post links; each may be mailed to the site's owner.",
                      0.5},
    [FORM_NEWSLETTER] = {"form-open",
                         "Bots enter victims' addresses: this server mails each of "
                         "them to confirm it.",
                         0.5},
};

/* How to add a check, by what the site runs on; the last row fits any. */
static const struct {
    const char *mark; /* in the path or the source */
    bool is_path;
    const char *advice;
} advices[] = {
    {"/wp-content/", true,
     "WordPress: build the form with a form plugin and turn on its Turnstile, hCaptcha or "
     "reCAPTCHA; or verify the answer with wp_remote_post() in the function that calls wp_mail(), "
     "before it."},
    {"_JEXEC", false,
     "Joomla: turn on a captcha plugin in Global Configuration; in code of your own call its "
     "checkAnswer() in the controller, before anything is mailed."},
    {"/catalog/view/", true,
     "OpenCart: turn on a captcha under Extensions - Captchas and tick this page in the "
     "store's settings."},
    {"B_PROLOG_INCLUDED", false,
     "Bitrix: set USE_CAPTCHA to Y for the component; in a script of your own call "
     "$APPLICATION->CaptchaCheckCode() before anything is sent."},
    {"/bitrix/", true,
     "Bitrix: set USE_CAPTCHA to Y for the component; in a script of your own call "
     "$APPLICATION->CaptchaCheckCode() before anything is sent."},
    {".blade.php", true,
     "Laravel: add a captcha rule or a honeypot middleware to the route that gets the form, and "
     "throttle it."},
    {".twig", true,
     "Add a captcha to the form's type and validate it where the form is handled; limit the rate "
     "of the route."},
    {"_PS_VERSION_", false,
     "PrestaShop: install a captcha module that checks the form on the server."},
    {"", true,
     "Draw Turnstile, hCaptcha or ALTCHA in the form, and verify its answer in the script that "
     "mails, before it mails. At the least add a text field hidden by CSS and refuse what fills "
     "it in."},
};

static struct str
advice_for(const struct subject *subject)
{
    size_t i = 0;

    while (!str_has(advices[i].is_path ? subject->path : str_first(subject->source, 65536),
                    str_from_cstr(advices[i].mark)))
        i++;
    return str_from_cstr(advices[i].advice);
}

/* Pages of people who are logged in; they hold the registration, too. */
static bool
is_members_folder(struct str name)
{
    static const char *const names[] = {"member",   "members",  "user",       "users",  "account",
                                        "profile",  "ucenter",  "usercenter", "seller", "my",
                                        "customer", "personal", "cabinet",    "lk"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(name, str_from_cstr(names[i])))
            return true;
    }
    return false;
}

static bool
is_for_members(const struct subject *subject)
{
    struct str rest = subject->inside;

    while (str_index(rest, '/') < rest.len) {
        if (is_members_folder(str_cut(&rest, '/')))
            return true;
    }
    return false;
}

/* Folders whose pages no visitor sees, or that are no part of this site. */
static bool
is_hidden_folder(struct str name)
{
    static const char *const names[] = {
        "admin",       "administrator",
        "adm",         "backend",
        "adminhtml",   "manager",
        "install",     "installation",
        "installer",   "setup",
        "admincp",     "adminpanel",
        "dashboard",   "phpmyadmin",
        "demo",        "demos",
        "example",     "sample",
        "samples",     "doc",
        "manual",      "help",
        "templates_c", "storybook",
        "locale",      "bower_components",
        "acp",         "documentation",
        "control",     "install_data",
        "system",      "_install",
        "fixtures",    "stubs",
        "emails",      "email",
        "management",  "admins",
        "superadmin",  "ueditor",
        "kindeditor",  "ckeditor",
        "tinymce",     "sysadmin",
        "manage",      "payment",
        "payments",    "vmpayment",
        "checkout",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(name, str_from_cstr(names[i])))
            return true;
    }
    return str_starts_nocase(name, STR("admin"));
}

static bool
is_let_be(const struct subject *subject)
{
    struct str rest = subject->inside;

    if (subject->places & (PLACE_LIBRARY | PLACE_TESTS | PLACE_CACHE))
        return true;
    while (str_index(rest, '/') < rest.len) {
        if (is_hidden_folder(str_cut(&rest, '/')))
            return true;
    }
    /* Stock WordPress: its own forms are closed to visitors as it comes. */
    return str_starts_nocase(rest, STR("admin")) || str_starts(rest, STR("wp-"));
}

/* ---- handlers ---- */

static bool
is_typed(const struct mailing_part *part)
{
    return (part->taint & TAINT_REQUEST) && mailing_is_free(part);
}

/* A recipient that a field is put into, as by a template, is the site's own. */
static bool
is_fixed(const struct mailing_part *recipient)
{
    return !mailing_is_free(recipient) || (recipient->taint & TAINT_PUT_IN);
}

/* The name of a hook, and whether the function it calls is `inside`. */
static struct str
hook_at(struct str rest, struct str inside, bool *ret_is_own)
{
    struct str statement = str_first(rest, str_index(str_first(rest, 300), ';'));
    size_t end = str_index_any(statement, STR("'\""));
    struct str name = str_first(statement, end);
    struct str function = inside, part;

    (void)str_cut_at(&function, STR("::"));
    if (!function.len)
        function = inside;
    statement = str_from(statement, end);
    *ret_is_own = false;
    while (statement.len) {
        part = str_first(statement, str_index_any(statement, STR("'\"")));
        *ret_is_own |= function.len && str_eq_nocase(part, function);
        statement = str_from(statement, part.len + 1);
    }
    return name;
}

static void
add_hooks(struct form_note *note, struct str source, struct str inside)
{
    static const char word[] = "_nopriv_"; /* of wp_ajax_nopriv_X and admin_post_nopriv_X */
    uint32_t count = 0;
    bool has_own = false;

    for (size_t at = 0;;) {
        struct str name;
        bool is_own;

        at += str_find(str_from(source, at), str_from_cstr(word));
        if (at >= source.len || count == FORM_NOTE_HOOKS_MAX)
            return;
        at += sizeof(word) - 1;
        name = hook_at(str_from(source, at), inside, &is_own);
        if (is_own && !has_own)
            count = 0;
        if (name.len && (is_own || !has_own))
            note->hooks[count++] = name;
        has_own |= is_own;
        for (uint32_t i = count; i < FORM_NOTE_HOOKS_MAX; i++)
            note->hooks[i] = STR_EMPTY;
    }
}

static void
leave_note(const struct subject *subject, const struct form_note *note)
{
    if (subject->notes && subject->notes->count < FORM_NOTES_MAX)
        subject->notes->list[subject->notes->count++] = *note;
}

static bool
is_told(const struct findings *findings, const struct form_note *note)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        if (form_note_told(note, &findings->list[i]))
            return true;
    }
    return false;
}

/* It leaves by another function, and this one is a method, or does not speak of mail at all: a part
 * of a program whose doors are elsewhere. */
static bool
is_far_off(const struct subject *subject, const struct mailing_mail *mail)
{
    bool is_here =
        !mail->path.len || (str_eq(mail->path, subject->path) && mail->path_line == mail->line);

    return !is_here && (str_has(mail->inside, STR("::")) ||
                        str_find_nocase(subject->source, STR("mail")) == subject->source.len);
}

/* A method may be called behind a login that is asked for elsewhere. */
static double
handler_confidence(const struct form_note *note, const struct mailing_mail *mail)
{
    if (note->names_check)
        return 0.5;
    return str_has(mail->inside, STR("::")) ? 0.6 : 0.8;
}

void
form_judge_mail(const struct subject *subject, const struct mailing_mail *mail,
                struct findings *findings)
{
    struct form_note note = {
        .is_handler = true,
        .path = subject->path,
        .line = mail->line,
        .guards = mail->guards,
        .is_fixed = is_fixed(&mail->recipient) && !mailing_is_free(&mail->copy),
    };

    if (!(is_typed(&mail->body) || is_typed(&mail->subject)) || is_let_be(subject))
        return;
    note.text = finding_quote(subject->source, finding_line_offset(subject->source, mail->line));
    note.names_check =
        (form_checks_of(subject->source) & (CHECK_VERIFIED | CHECK_HONEYPOT | CHECK_OTHER)) != 0;
    add_hooks(&note, subject->source, mail->inside);
    leave_note(subject, &note);
    if (!note.is_fixed || !mail->recipient.is_there || mail->is_in_loop ||
        is_far_off(subject, mail) || form_note_is_guarded(&note) || is_told(findings, &note))
        return;
    findings_add(findings,
                 (struct finding){
                     .kind = FINDING_UNPROTECTED_FORM,
                     .rule = "form-without-check",
                     .confidence = handler_confidence(&note, mail),
                     .path = note.path,
                     .line = note.line,
                     .text = note.text,
                     .why = note.names_check
                                ? STR("What a visitor typed is mailed; a bot check is named in "
                                      "this file, yet not seen on the way to this mail.")
                                : STR("What a visitor typed is mailed, and nothing before it keeps "
                                      "a bot away: it posts here by the thousand, and each time "
                                      "this server mails."),
                     .advice = advice_for(subject),
                 });
}

bool
form_note_is_guarded(const struct form_note *handler)
{
    return (handler->guards & CHECKING_GUARDS) != 0;
}

/* ---- forms ---- */

static bool
is_page_name(struct str path)
{
    static const char *const endings[] = {".html", ".htm", ".xhtml", ".tpl",      ".twig",
                                          ".vue",  ".hbs", ".latte", ".mustache", ".js"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        struct str ending = str_from_cstr(endings[i]);

        if (path.len > ending.len && str_eq_nocase(str_from(path, path.len - ending.len), ending))
            return true;
    }
    return false;
}

/* Names are written in small or in large letters; with both they are not worth the time. */
static bool
has_form(struct str source)
{
    return str_has(source, STR("<form")) || str_has(source, STR("<input")) ||
           str_has(source, STR("<FORM")) || str_has(source, STR("<INPUT"));
}

bool
form_may_be_in(struct str path, struct str source)
{
    return is_page_name(path) && has_form(source);
}

bool
form_file_wants(const struct subject *subject)
{
    return !subject->has_no_form &&
           (is_page_name(subject->path) || subject_is_php_name(subject->path)) &&
           !is_let_be(subject) && has_form(subject->source);
}

static uint32_t
line_at(struct str source, size_t offset)
{
    uint32_t line = 1;

    for (size_t i = 0; i < offset && i < source.len; i++)
        line += source.data[i] == '\n';
    return line;
}

static void
tell_form(const struct subject *subject, const struct form_note *note, struct findings *findings)
{
    const struct told *row = &told[note->kind];
    double confidence = row->confidence;

    if (!row->rule || (note->checks & CHECK_ANY))
        return;
    if (note->target_kind == TARGET_FOREIGN)
        return;
    if (note->target_kind == TARGET_UNKNOWN)
        confidence = confidence > 0.5 ? 0.5 : confidence;
    findings_add(findings, (struct finding){
                               .kind = FINDING_UNPROTECTED_FORM,
                               .rule = row->rule,
                               .confidence = confidence,
                               .path = note->path,
                               .line = note->line,
                               .text = note->text,
                               .why = arena_printf(findings->arena, "A %s without a bot check. %s",
                                                   form_kind_name(note->kind), row->why),
                               .advice = advice_for(subject),
                           });
}

bool
form_note_told(const struct form_note *note, const struct finding *finding)
{
    if (finding->kind != FINDING_UNPROTECTED_FORM || finding->line != note->line ||
        !str_eq(finding->path, note->path))
        return false;
    if (note->is_handler)
        return strcmp(finding->rule, "form-without-check") == 0;
    return told[note->kind].rule && strcmp(finding->rule, told[note->kind].rule) == 0;
}

static void
drop_told(struct findings *findings, const struct form_note *note)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < findings->count; i++) {
        if (!form_note_told(note, &findings->list[i]))
            findings->list[kept++] = findings->list[i];
    }
    findings->count = kept;
}

/* Held against the mails of its own file. True: told together, or seen to be guarded. */
static bool
join_inside(const struct subject *subject, const struct form_note *form, struct findings *findings)
{
    bool is_any = false, is_told = false;

    for (uint32_t i = 0; subject->notes && i < subject->notes->count; i++) {
        const struct form_note *handler = &subject->notes->list[i];

        if (!handler->is_handler || !form_note_fits(form, handler))
            continue;
        is_any = true;
        if (form_note_is_guarded(handler) || !handler->is_fixed || is_told ||
            !form_note_is_plain(form))
            continue;
        drop_told(findings, handler);
        findings_add(findings, form_note_joined(form, handler, findings->arena));
        is_told = true;
    }
    return is_any;
}

static bool
has_kind(const struct forms *forms, uint32_t before, enum form_kind kind)
{
    for (uint32_t i = 0; i < before; i++) {
        if (forms->list[i].kind == kind && !(forms->list[i].checks & CHECK_ANY))
            return true;
    }
    return false;
}

bool
form_file_look(const struct subject *subject, struct arena *arena, struct findings *findings)
{
    struct forms *forms = ARENA_NEW(arena, struct forms);

    if (!forms)
        return false;
    forms_read(subject->source, html_flatten(subject->source, arena), arena, forms);
    for (uint32_t i = 0; i < forms->count; i++) {
        const struct form *form = &forms->list[i];
        struct form_note note = {
            .path = subject->path,
            .line = line_at(subject->source, form->begin),
            .text = finding_quote(subject->source, form->begin),
            .kind = form->kind,
            .checks = form->checks,
            .target_kind = form->target_kind,
            .target = form->target,
        };

        if (has_kind(forms, i, form->kind) ||
            (form->kind != FORM_REGISTER && is_for_members(subject)))
            continue;
        if (!join_inside(subject, &note, findings))
            tell_form(subject, &note, findings);
        leave_note(subject, &note);
    }
    return true;
}

/* ---- both ---- */

/* Without "./" and "../" at the front. */
static struct str
bare_target(struct str target)
{
    while (str_skip(&target, STR("./")) || str_skip(&target, STR("../")) ||
           str_skip(&target, STR("/")))
        ;
    return target;
}

bool
form_note_fits(const struct form_note *form, const struct form_note *handler)
{
    struct str target, folder;

    switch (form->target_kind) {
    case TARGET_SELF:
        return str_eq(form->path, handler->path);
    case TARGET_AJAX:
        for (uint32_t i = 0; i < FORM_NOTE_HOOKS_MAX; i++) {
            if (handler->hooks[i].len && str_eq(handler->hooks[i], form->target))
                return true;
        }
        return false;
    case TARGET_PATH:
        target = bare_target(form->target);
        if (!target.len || !str_ends(handler->path, target))
            return false;
        /* A folder above the form's page, or the page's own. */
        folder = str_first(handler->path, handler->path.len - target.len);
        return (!folder.len || str_ends(folder, STR("/"))) && str_starts(form->path, folder);
    case TARGET_UNKNOWN:
    case TARGET_FOREIGN:
        break;
    }
    return false;
}

bool
form_note_is_plain(const struct form_note *form)
{
    return !(form->checks & CHECK_ANY) || (form->checks & (CHECK_VERIFIED | CHECK_HONEYPOT));
}

struct finding
form_note_joined(const struct form_note *form, const struct form_note *handler, struct arena *arena)
{
    bool is_drawn = (form->checks & CHECK_ANY) != 0;
    bool is_sure = !handler->names_check && !(handler->guards & GUARD_TOKEN);
    struct finding finding = {
        .kind = FINDING_UNPROTECTED_FORM,
        .rule = "form-without-check",
        .confidence = handler->names_check ? 0.6
                      : is_sure            ? 0.85
                                           : 0.8,
        .path = handler->path,
        .line = handler->line,
        .text = handler->text,
    };

    if (is_drawn) {
        finding.rule = "check-not-verified";
        finding.confidence = is_sure && (form->checks & CHECK_VERIFIED) ? 0.9 : 0.6;
        finding.why = arena_printf(arena,
                                   "The %s at " STR_FMT
                                   ":%u draws a bot check (%s), but this script mails without "
                                   "asking whether it was solved: bots post straight to it.",
                                   form_kind_name(form->kind), STR_ARG(form->path), form->line,
                                   form_check_name(form->checks));
        finding.advice = STR("Send the check's answer to its service, or compare it with the "
                             "session, in this script and before it mails; refuse the request "
                             "where that fails.");
        return finding;
    }
    finding.why = arena_printf(arena,
                               "The %s at " STR_FMT ":%u has no bot check, and this script mails "
                               "what it gets: a bot posts by the thousand, and each time this "
                               "server mails.",
                               form_kind_name(form->kind), STR_ARG(form->path), form->line);
    finding.advice = STR("Draw Turnstile, hCaptcha or ALTCHA in the form, and verify its answer in "
                         "this script, before it mails. At the least add a text field hidden by "
                         "CSS and refuse what fills it in.");
    return finding;
}
