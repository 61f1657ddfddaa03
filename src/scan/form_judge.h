#ifndef SCAN_FORM_JUDGE_H
#define SCAN_FORM_JUDGE_H

/*
 * form_judge - forms without a bot check, and the scripts that mail what they get.
 *
 *     form-without-check a script mails what a visitor typed, and nothing before it
 *                        keeps a bot away; an accusation once its form is seen too
 *     check-not-verified the form draws a check, the script that mails never asks for it
 *     form-open          a form in which no check is drawn: contact, call-me, quick order,
 *                        tell a friend, newsletter
 *     registration-open  the same of registration
 *     comment-open       the same of comments
 *
 * Each file leaves notes of its forms and of its mails. Notes of two files are held
 * against each other when both are known: form_note_fits, form_note_joined. Forms of
 * libraries, tests, administrators and installers are left alone, and so are those
 * that a content manager draws, to which a plugin can add its check. Pure.
 */

#include "scan/form.h"
#include "scan/mailing.h"

#define FORM_NOTE_HOOKS_MAX 4

struct form_note {
    bool is_handler;
    struct str path;
    uint32_t line;
    struct str text;

    /* Of a form: */
    enum form_kind kind;
    uint32_t checks;
    enum form_target target_kind;
    struct str target;

    /* Of a handler: */
    uint32_t guards; /* before it mails */
    bool
        is_fixed; /* the recipient is not the visitor's: form-without-check was told, or would be */
    bool names_check; /* its file speaks of a bot check, though not before every mail */
    struct str hooks[FORM_NOTE_HOOKS_MAX]; /* actions of admin-ajax.php that come here */
};

#define FORM_NOTES_MAX 64

/* Of one file. */
struct form_notes {
    uint32_t count;
    struct form_note list[FORM_NOTES_MAX];
};

/* An examiner: pages, templates, and PHP that has a form in it. */
bool form_file_wants(const struct subject *subject);
bool form_file_look(const struct subject *subject, struct arena *arena, struct findings *findings);

/* A mail that was gathered: tells of one without a check, and leaves its note. */
void form_judge_mail(const struct subject *subject, const struct mailing_mail *mail,
                     struct findings *findings);

/* Does the form's content go to this handler, as far as it is written? */
bool form_note_fits(const struct form_note *form, const struct form_note *handler);

/* Does the handler ask for a check, or a login, before it mails? Then its form is not open. */
bool form_note_is_guarded(const struct form_note *handler);

/* Can it be told of together with its handler? Not where something unknown may check it. */
bool form_note_is_plain(const struct form_note *form);

/* The quick test: a page by its name (.html .twig .vue …), PHP aside, with a form in it. */
bool form_may_be_in(struct str path, struct str source);

/* What is told of both together, in place of what was told of each. Texts are in `arena`. */
struct finding form_note_joined(const struct form_note *form, const struct form_note *handler,
                                struct arena *arena);

/* Is `finding` what was told of the form, or of the handler, alone? */
bool form_note_told(const struct form_note *note, const struct finding *finding);

#endif
