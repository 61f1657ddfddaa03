#include "scan/examine.h"

#include "scan/binary.h"
#include "scan/crontab.h"
#include "scan/form_judge.h"
#include "scan/htaccess.h"
#include "scan/keys.h"
#include "scan/php_file.h"
#include "scan/script.h"
#include "scan/startup.h"
#include "scan/unit.h"

static const struct examiner {
    bool (*wants)(const struct subject *subject);
    bool (*look)(const struct subject *subject, struct arena *arena, struct findings *findings);
    bool is_gated; /* wants only what the gate lets through */
} examiners[] = {
    /* Forms behind PHP: they are held against the file's own mails. */
    {php_file_wants, php_file_look, true}, {form_file_wants, form_file_look, true},
    {script_wants, script_look, false},    {htaccess_wants, htaccess_look, false},
    {crontab_wants, crontab_look, false},  {unit_wants, unit_look, false},
    {startup_wants, startup_look, false},  {keys_wants, keys_look, false},
    {binary_wants, binary_look, false},
};

bool
examine_wants(const struct subject *subject)
{
    for (size_t i = 0; i < sizeof(examiners) / sizeof(examiners[0]); i++) {
        if (!examiners[i].is_gated && examiners[i].wants(subject))
            return true;
    }
    return false;
}

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
