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

/* "<?php", found by its sign, which is rarer than its letters. */
static bool
has_tag(struct str source)
{
    for (size_t at = 0; at < source.len; at++) {
        at += str_index(str_from(source, at), '?');
        if (at > 0 && at < source.len && str_starts_nocase(str_from(source, at - 1), STR("<?php")))
            return true;
    }
    return false;
}

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
    return has_tag(subject->source);
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

/* Of a file too large for one tree so many more are looked at, and so many steps are taken. */
#define PIECES_MAX 24
#define PIECES_STEPS_MAX (FLOW_STEPS_MAX * 6)
#define PIECE_TEXT_MAX 200

/* What a sign shows must outlive the tree that it was found in. */
static void
keep_texts(struct signs *signs, struct str source, char (*texts)[PIECE_TEXT_MAX])
{
    for (uint32_t i = 0; i < signs->count; i++) {
        struct str *text = &signs->list[i].text;

        if (!text->len || text->data == texts[i] ||
            (text->data >= source.data && text->data <= source.data + source.len))
            continue;
        *text = str_first(*text, PIECE_TEXT_MAX);
        memmove(texts[i], text->data, text->len);
        text->data = texts[i];
    }
}

/*
 * The pieces behind the first, for what is malicious in them: code shall not hide behind as much
 * harmless code as fills the room. True: nothing is left.
 */
static bool
look_beyond(const struct subject *subject, struct parse_pieces *pieces, struct signs *signs,
            struct arena *arena)
{
    char(*texts)[PIECE_TEXT_MAX] = arena_array(arena, SIGNS_MAX, sizeof(*texts));
    struct mailing *mailing = ARENA_NEW(arena, struct mailing);
    struct arena_mark mark = arena_mark(arena);
    bool is_more = true;

    for (uint32_t i = 0, steps = 0; texts && mailing && is_more && i < PIECES_MAX; i++) {
        struct look look = {.malicious = {.subject = subject, .signs = signs}, .mailing = mailing};
        struct flow_options options = {.path = subject->path,
                                       .known = subject->known,
                                       .on_event = on_event,
                                       .on_layer = on_layer,
                                       .context = &look};
        struct parse_result parsed = parse_pieces_next(pieces, arena);

        memset(mailing, 0, sizeof(*mailing));
        mailing->subject = subject;
        if (!parsed.root)
            return false;
        steps += flow_file(parsed.root, &options, arena).steps;
        is_more = parsed.is_cut;
        keep_texts(signs, subject->source, texts);
        arena_release(arena, mark);
        if (steps > PIECES_STEPS_MAX)
            break;
    }
    return texts && mailing && !is_more;
}

/* The first tree; what lies behind it was looked at before, as the room is the same. */
static struct parse_result
parse_first(const struct subject *subject, struct signs *signs, struct arena *arena)
{
    struct parse_pieces *pieces = parse_pieces_new(subject->source, arena);
    struct arena_mark mark = arena_mark(arena);
    struct parse_result parsed;

    if (!pieces)
        return (struct parse_result){.is_cut = true};
    parsed = parse_pieces_next(pieces, arena);
    if (!parsed.root || !parsed.is_cut)
        return parsed;
    if (subject->asked)
        subject->asked->is_full = true;
    arena_release(arena, mark);
    (void)look_beyond(subject, pieces, signs, arena);
    return parse_file(subject->source, arena);
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
                                   .asked = subject->asked,
                                   .on_event = on_event,
                                   .on_layer = on_layer,
                                   .context = &look};
    struct parse_result parsed;
    struct flow_result flow = {0};

    if (!signs || !look.mailing)
        return false;
    look.mailing->subject = subject;
    structure_look(subject->source, 0, signs);
    parsed = parse_first(subject, signs, arena);
    if (parsed.root)
        flow = flow_file(parsed.root, &options, arena);
    signs_judge(signs, subject, findings);
    mailing_judge(look.mailing, findings);
    notification_judge(look.mailing, findings);
    return parsed.root && !parsed.is_cut && !flow.is_cut;
}
