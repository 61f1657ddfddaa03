#include "disk/scanner_parts.h"

/* More forms and mails than this are not held against each other. */
#define NOTES_MAX 20000

static void
keep_note(struct scanner *scanner, const struct form_note *note, const struct seen *seen)
{
    struct kept_note *kept =
        scanner->note_count < NOTES_MAX ? ARENA_NEW(scanner->arena, struct kept_note) : NULL;

    if (!kept)
        return;
    kept->note = *note;
    kept->seen = seen;
    kept->note.path = arena_str(scanner->arena, note->path);
    kept->note.text = arena_str(scanner->arena, note->text);
    kept->note.target = arena_str(scanner->arena, note->target);
    for (uint32_t i = 0; i < FORM_NOTE_HOOKS_MAX; i++)
        kept->note.hooks[i] = arena_str(scanner->arena, note->hooks[i]);
    kept->next = scanner->notes;
    scanner->notes = kept;
    scanner->note_count++;
}

void
scanner_keep_notes(struct scanner *scanner, const struct form_notes *notes, const struct seen *seen)
{
    pthread_mutex_lock(&scanner->lock);
    for (struct kept_note *old = scanner->notes; seen && scanner->round > 0 && old;
         old = old->next) {
        if (old->seen == seen)
            old->is_dropped = true;
    }
    for (uint32_t i = 0; i < notes->count; i++)
        keep_note(scanner, &notes->list[i], seen);
    pthread_mutex_unlock(&scanner->lock);
}

/* Returns the file of what it dropped, where there was any. */
static const struct finding_file *
drop_told(struct scanner *scanner, const struct form_note *note)
{
    const struct finding_file *file = NULL;

    for (size_t i = 0; i < scanner->kept_count; i++) {
        if (scanner->kept[i].is_dropped || !form_note_told(note, &scanner->kept[i].finding))
            continue;
        scanner->kept[i].is_dropped = true;
        file = scanner->kept[i].finding.file;
    }
    return file;
}

static void
join(struct scanner *scanner, struct kept_note *form, struct kept_note *handler)
{
    const struct finding_file *file;
    struct findings *findings;

    (void)drop_told(scanner, &form->note);
    if (form_note_is_guarded(&handler->note) || !handler->note.is_fixed || handler->is_told ||
        !form_note_is_plain(&form->note))
        return;
    findings = ARENA_NEW(scanner->arena, struct findings);
    if (!findings)
        return;
    file = drop_told(scanner, &handler->note);
    findings->arena = scanner->arena;
    findings_add(findings, form_note_joined(&form->note, &handler->note, scanner->arena));
    scanner_keep(scanner, findings, file, NULL);
    handler->is_told = true;
}

void
scanner_forms(struct scanner *scanner)
{
    for (struct kept_note *form = scanner->notes; form; form = form->next) {
        if (form->is_dropped || form->note.is_handler)
            continue;
        for (struct kept_note *handler = scanner->notes; handler; handler = handler->next) {
            if (handler->note.is_handler && !handler->is_dropped &&
                !str_eq(form->note.path, handler->note.path) &&
                form_note_fits(&form->note, &handler->note))
                join(scanner, form, handler);
        }
    }
}
