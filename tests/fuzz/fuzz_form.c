#include "scan/form_judge.h"
#include "scan/html.h"

#include <stdlib.h>

/*
 * Forms lie in the file, one behind the other; what is told of them is no accusation
 * without a mail, has its line in the file, and is the same when told again.
 */

static void
require(bool holds)
{
    if (!holds)
        abort();
}

static void
read_forms(struct str source, struct arena *arena)
{
    struct str flat = html_flatten(source, arena);
    struct forms *forms = ARENA_NEW(arena, struct forms);
    size_t end = 0;

    require(forms != NULL);
    forms_read(source, flat, arena, forms);
    require(forms->count <= FORMS_MAX);
    for (uint32_t i = 0; i < forms->count; i++) {
        const struct form *form = &forms->list[i];

        require(form->kind > FORM_OTHER && form->kind < FORM_KIND_COUNT);
        require(form->begin >= end && form->begin <= form->end && form->end <= source.len);
        require(form->target_kind <= TARGET_FOREIGN && form->target.len <= source.len);
        require((form->target_kind != TARGET_PATH && form->target_kind != TARGET_AJAX) ||
                form->target.len);
        end = form->end;
    }
}

static uint32_t
judge(struct str source, struct arena *arena, struct findings *findings)
{
    struct subject subject = {.path = STR("/srv/site/page.php"),
                              .inside = STR("page.php"),
                              .source = source,
                              .notes = ARENA_NEW(arena, struct form_notes)};
    uint32_t lines = 1;

    require(subject.notes != NULL);
    findings->arena = arena;
    require(form_file_look(&subject, arena, findings));
    for (size_t i = 0; i < source.len; i++)
        lines += source.data[i] == '\n';
    for (uint32_t i = 0; i < findings->count; i++) {
        require(findings->list[i].confidence < FINDING_ACCUSES);
        require(findings->list[i].line >= 1 && findings->list[i].line <= lines);
        require(findings->list[i].why.len && findings->list[i].advice.len);
    }
    return findings->count;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str source = {(const char *)data, size};
    struct arena *arena = arena_new((size_t)16 << 20);
    struct findings *findings = ARENA_NEW(arena, struct findings);
    struct findings *again = ARENA_NEW(arena, struct findings);

    require(findings && again);
    read_forms(source, arena);
    require(judge(source, arena, findings) == judge(source, arena, again));
    arena_free(arena);
    return 0;
}
