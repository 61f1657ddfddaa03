#include "scan/examine.h"

#include "scan/form_judge.h"
#include "scan/php_file.h"

static const struct examiner {
    bool (*wants)(const struct subject *subject);
    bool (*look)(const struct subject *subject, struct arena *arena, struct findings *findings);
} examiners[] = {
    {php_file_wants, php_file_look},
    /* Behind it: forms are held against the file's own mails. */
    {form_file_wants, form_file_look},
};

struct examined
examine(const struct subject *subject, struct arena *arena, struct findings *findings)
{
    struct examined examined = {0};

    for (size_t i = 0; i < sizeof(examiners) / sizeof(examiners[0]); i++) {
        if (examiners[i].wants(subject) && !examiners[i].look(subject, arena, findings))
            examined.is_cut = true;
    }
    return examined;
}
