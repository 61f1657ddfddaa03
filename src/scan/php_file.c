#include "scan/php_file.h"

#include "php/flow.h"
#include "php/parse.h"
#include "scan/mailing.h"
#include "scan/malicious.h"
#include "scan/notification.h"
#include "scan/structure.h"

struct look {
    struct malicious malicious;
    struct mailing *mailing;
};

bool
php_file_wants(const struct subject *subject)
{
    if (subject->is_form_only)
        return false;
    if (subject_is_php_name(subject->path))
        return str_has(subject->source, STR("<?")) ||
               str_find_nocase(subject->source, STR("<script language")) < subject->source.len;
    /* A compiled program that has PHP among its texts, as PHP itself has, is run by nobody as PHP.
     */
    if (str_starts(subject->source, STR("\x7f"
                                        "ELF")))
        return false;
    /* A document of Word may quote all there is. */
    if (str_starts(subject->source, STR("\xd0\xcf\x11\xe0")))
        return false;
    return str_find_nocase(subject->source, STR("<?php")) < subject->source.len;
}

static void
on_event(void *context, const struct flow_event *event)
{
    struct look *look = context;

    malicious_event(&look->malicious, event);
    mailing_event(look->mailing, event);
}

static void
on_layer(void *context, struct str code, uint32_t line, struct value value)
{
    struct look *look = context;

    malicious_layer(&look->malicious, code, line, value);
}

bool
php_file_look(const struct subject *subject, struct arena *arena, struct findings *findings)
{
    struct signs *signs = ARENA_NEW(arena, struct signs);
    struct look look = {.malicious = {.subject = subject, .signs = signs},
                        .mailing = ARENA_NEW(arena, struct mailing)};
    struct flow_options options = {.path = subject->path,
                                   .known = subject->known,
                                   .found = subject->found,
                                   .on_event = on_event,
                                   .on_layer = on_layer,
                                   .context = &look};
    struct parse_result parsed;
    struct flow_result flow = {0};

    if (!signs || !look.mailing)
        return false;
    look.mailing->subject = subject;
    structure_look(subject->source, 0, signs);
    parsed = parse_file(subject->source, arena);
    if (parsed.root)
        flow = flow_file(parsed.root, &options, arena);
    signs_judge(signs, subject, findings);
    mailing_judge(look.mailing, findings);
    notification_judge(look.mailing, findings);
    return parsed.root && !parsed.is_cut && !flow.is_cut;
}
