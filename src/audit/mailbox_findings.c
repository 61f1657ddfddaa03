#include "audit/mailbox_findings.h"

#include <stdlib.h>

#include "audit/mailbox_findings_parts.h"
#include "base/civil.h"

#define SCHEMES_MAX 64U /* of one store */
#define SHORT_BYTES 8U  /* NIST SP 800-63B asks for as many at least */

static const char *
plural(uint32_t count)
{
    return count == 1 ? "mailbox" : "mailboxes";
}

/* A name that a shell takes as it is. */
static bool
is_simple(struct str name)
{
    for (size_t i = 0; i < name.len; i++) {
        char c = name.data[i];

        if (!str_is_digit(c) && !((c | 32) >= 'a' && (c | 32) <= 'z') && c != '@' && c != '.' &&
            c != '_' && c != '+' && c != '/' && !(c == '-' && i > 0))
            return false;
    }
    return name.len > 0;
}

/* The command that gives the mailbox a new password, where that is one. */
static void
fix_password(struct audit *audit, struct audit_finding *finding, const struct mailbox_store *store,
             const struct mailbox *mailbox)
{
    const struct mailbox_source *source = &store->sources[mailbox->source];
    struct audit_fix fix = {.kind = AUDIT_FIX_COMMAND, .program = AUDIT_PROGRAM_DOVECOT};

    if (!is_simple(mailbox->name)) {
        fix.kind = AUDIT_FIX_TEXT;
        fix.value = STR("Give the mailbox a new password: see weir-mailbox(1).");
    } else if (mailbox->is_shadow) {
        fix.program = AUDIT_PROGRAM_NONE;
        fix.value = arena_printf(audit->arena, "passwd " STR_FMT, STR_ARG(mailbox->name));
    } else if (source->is_passwd_file && is_simple(source->path)) {
        fix.value =
            arena_printf(audit->arena, "weir mailbox password --passwd-file " STR_FMT " " STR_FMT,
                         STR_ARG(source->path), STR_ARG(mailbox->name));
    } else {
        fix.value =
            arena_printf(audit->arena, "weir mailbox password " STR_FMT, STR_ARG(mailbox->name));
    }
    audit_fix(audit, finding, fix);
}

/* --- guessed --- */

static const char *
source_words(enum password_source source)
{
    switch (source) {
    case PASSWORD_FROM_COMMON:
        return "from what many people take";
    case PASSWORD_FROM_NAME:
        return "from its own name";
    case PASSWORD_FROM_DOMAIN:
        return "from its domain";
    case PASSWORD_FROM_PERSON:
        return "from its owner's name";
    }
    return "";
}

/* Rounded up, so that nobody can count up to the password. */
static uint32_t
rounded(uint32_t tries)
{
    static const uint32_t steps[] = {40, 100, 400, 1000, 4000, 10000};

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        if (tries <= steps[i])
            return steps[i];
    }
    return 40000;
}

static void
tell_guessed(struct audit *audit, const struct mailbox_store *store)
{
    const struct str why =
        STR("Guessing is what bots do all day long; who gets in sends spam as this mailbox.");
    struct mailbox_heap rest = {.count = 0};
    uint32_t told = 0;

    for (uint32_t i = 0; i < store->count; i++) {
        const struct mailbox *mailbox = &store->mailboxes[i];
        bool is_common = mailbox->guessed_from == PASSWORD_FROM_COMMON;
        struct audit_finding *finding;

        if (!mailbox->is_guessed)
            continue;
        if (told++ >= MAILBOX_GUESSED_MAX) {
            mailbox_heap_add(&rest, mailbox->name);
            continue;
        }
        finding = audit_add(audit,
                            (struct audit_finding){
                                .area = AUDIT_MAILBOX,
                                .check = "mailbox-guessed",
                                .outcome = AUDIT_SERIOUS,
                                .subject = mailbox->name,
                                .title = arena_printf(
                                    audit->arena, "The password is guessed within %u tries %s.",
                                    rounded(is_common ? mailbox->common_tries : mailbox->own_tries),
                                    source_words(mailbox->guessed_from)),
                                .place = mailbox_place_of(store, mailbox, audit->arena),
                                .why = why,
                            });
        fix_password(audit, finding, store, mailbox);
    }
    if (rest.count)
        (void)audit_add(audit, (struct audit_finding){
                                   .area = AUDIT_MAILBOX,
                                   .check = "mailbox-guessed",
                                   .outcome = AUDIT_SERIOUS,
                                   .subject = STR("mailboxes"),
                                   .title = arena_printf(audit->arena,
                                                         "The passwords of %u more %s are guessed.",
                                                         rest.count, plural(rest.count)),
                                   .seen = mailbox_heap_text(&rest, audit->arena),
                                   .why = why,
                               });
}

/* --- schemes --- */

struct scheme_heap {
    struct password_scheme scheme; /* its name, strength and rounds; nothing else is looked at */
    struct mailbox_heap heap;
};

static struct mailbox_heap *
heap_of(struct scheme_heap *heaps, uint32_t *count, const struct password_scheme *scheme)
{
    for (uint32_t i = 0; i < *count; i++) {
        if (strcmp(heaps[i].scheme.name, scheme->name) == 0 &&
            heaps[i].scheme.strength == scheme->strength)
            return &heaps[i].heap;
    }
    if (*count == SCHEMES_MAX)
        return NULL;
    heaps[*count].scheme = (struct password_scheme){
        .name = scheme->name,
        .strength = scheme->strength,
        .method = scheme->method,
        .has_few_rounds = scheme->has_few_rounds,
        .is_salted = scheme->is_salted,
    };
    return &heaps[(*count)++].heap;
}

static const char *
scheme_why(const struct password_scheme *scheme)
{
    switch (scheme->strength) {
    case PASSWORD_STRENGTH_PLAIN:
        return "Whoever reads this file, or a copy of it, has all passwords.";
    case PASSWORD_STRENGTH_BROKEN:
        return "From a copy of this file any such password is found within days, however good.";
    case PASSWORD_STRENGTH_WEAK:
        if (scheme->has_few_rounds)
            return "It is made to be slow, but not with so few rounds.";
        if (scheme->method == PASSWORD_CRYPT || scheme->method == PASSWORD_APACHE)
            return "It was made for the machines of 1995: a graphics card tries millions a second.";
        return scheme->is_salted
                   ? "From a copy of this file a graphics card tries a billion guesses a second."
                   : "No salt: from a copy of this file all are guessed at once, a billion a "
                     "second.";
    case PASSWORD_STRENGTH_UNKNOWN:
        return "weir does not know this scheme, and cannot say how well it keeps.";
    case PASSWORD_STRENGTH_ACCEPTABLE:
    case PASSWORD_STRENGTH_STRONG:
        break;
    }
    return "";
}

static void
tell_scheme(struct audit *audit, const struct mailbox_source *source,
            const struct scheme_heap *heap, bool is_shadow)
{
    enum password_strength strength = heap->scheme.strength;
    struct audit_finding *finding;
    bool is_fine = strength == PASSWORD_STRENGTH_ACCEPTABLE || strength == PASSWORD_STRENGTH_STRONG;

    finding = audit_add(
        audit,
        (struct audit_finding){
            .area = AUDIT_MAILBOX,
            .check = "mailbox-scheme",
            .outcome = is_fine                                 ? AUDIT_FINE
                       : strength == PASSWORD_STRENGTH_UNKNOWN ? AUDIT_NOTE
                                                               : AUDIT_WEAK,
            .subject = source->path,
            .title = arena_printf(audit->arena, "%u %s %s kept as %s%s.", heap->heap.count,
                                  plural(heap->heap.count), heap->heap.count == 1 ? "is" : "are",
                                  strength == PASSWORD_STRENGTH_UNKNOWN ? "something unknown"
                                                                        : heap->scheme.name,
                                  heap->scheme.has_few_rounds ? " with too few rounds" : ""),
            .seen = is_fine ? STR_EMPTY : mailbox_heap_text(&heap->heap, audit->arena),
            .why = str_from_cstr(scheme_why(&heap->scheme)),
        });
    if (is_fine)
        return;
    audit_fix(audit, finding,
              (struct audit_fix){
                  .kind = AUDIT_FIX_TEXT,
                  .value = is_shadow
                               ? STR("Set ENCRYPT_METHOD YESCRYPT in /etc/login.defs, and have "
                                     "each of them changed with passwd(1).")
                           : strength == PASSWORD_STRENGTH_PLAIN
                               ? STR("Keep them as {BLF-CRYPT} or {SHA512-CRYPT}: weir mailbox "
                                     "password --stdin makes it from the password, so that "
                                     "nobody needs a new one. Logins by CRAM-MD5 and DIGEST-MD5 "
                                     "end with it; over TLS nobody needs them.")
                               : STR("Keep new ones as {BLF-CRYPT} or {SHA512-CRYPT}, and have "
                                     "these changed: weir mailbox password makes one."),
              });
}

/* --- one pass over a source --- */

struct survey {
    struct scheme_heap schemes[SCHEMES_MAX];
    uint32_t scheme_count;
    struct mailbox_heap empty, open, brief, old;
    bool is_shadow;
};

static void
look_at(struct survey *survey, const struct mailbox_store *store, const struct mailbox *mailbox,
        int64_t now_s)
{
    struct password_scheme scheme = mailbox_store_scheme(store, mailbox);
    struct mailbox_heap *heap;

    survey->is_shadow = survey->is_shadow || mailbox->is_shadow;
    if (mailbox->is_inactive || scheme.state == PASSWORD_LOCKED ||
        scheme.state == PASSWORD_ELSEWHERE)
        return;
    if (mailbox->needs_no_password) {
        mailbox_heap_add(&survey->open, mailbox->name);
        return;
    }
    if (scheme.state == PASSWORD_EMPTY) {
        mailbox_heap_add(&survey->empty, mailbox->name);
        return;
    }
    heap = heap_of(survey->schemes, &survey->scheme_count, &scheme);
    if (heap)
        mailbox_heap_add(heap, mailbox->name);
    if (scheme.method == PASSWORD_PLAIN && scheme.stored.len < SHORT_BYTES)
        mailbox_heap_add(&survey->brief, mailbox->name);
    if (mailbox->changed_s && now_s - mailbox->changed_s > MAILBOX_OLD_YEARS * 366 * DAY_S)
        mailbox_heap_add(&survey->old, mailbox->name);
}

static void
tell_heap(struct audit *audit, const struct mailbox_source *source, const struct mailbox_heap *heap,
          const char *check, enum audit_outcome outcome, const char *one, const char *many,
          const char *why)
{
    if (heap->count == 0)
        return;
    (void)audit_add(audit,
                    (struct audit_finding){
                        .area = AUDIT_MAILBOX,
                        .check = check,
                        .outcome = outcome,
                        .subject = source->path,
                        .title = arena_printf(audit->arena, "%u %s %s", heap->count,
                                              plural(heap->count), heap->count == 1 ? one : many),
                        .seen = mailbox_heap_text(heap, audit->arena),
                        .why = str_from_cstr(why),
                    });
}

static void
tell_source(struct audit *audit, const struct mailbox_source *source, const struct survey *survey)
{
    audit_fine(audit, AUDIT_MAILBOX, "mailbox-list", source->path,
               arena_printf(audit->arena, "%u %s read.", source->count,
                            source->count == 1 ? "mailbox was" : "mailboxes were"),
               STR_EMPTY);
    tell_heap(audit, source, &survey->open, "mailbox-open", AUDIT_SERIOUS,
              "is open without a password.", "are open without a password.",
              "nopassword lets everybody in, with whatever is typed.");
    if (survey->is_shadow)
        tell_heap(audit, source, &survey->empty, "mailbox-empty", AUDIT_SERIOUS,
                  "has an empty password.", "have an empty password.",
                  "An empty field in a shadow file lets in without a password wherever PAM's "
                  "nullok is set.");
    else
        tell_heap(audit, source, &survey->empty, "mailbox-empty", AUDIT_WEAK,
                  "has an empty password.", "have an empty password.",
                  "Dovecot refuses such a login; other servers let it in.");
    for (uint32_t i = 0; i < survey->scheme_count; i++)
        tell_scheme(audit, source, &survey->schemes[i], survey->is_shadow);
    tell_heap(audit, source, &survey->brief, "mailbox-short", AUDIT_WEAK,
              "has a password that is too short.", "have a password that is too short.",
              "Fewer than eight characters: all of them can be tried.");
    tell_heap(audit, source, &survey->old, "mailbox-age", AUDIT_NOTE,
              "has had its password for more than five years.",
              "have had their passwords for more than five years.",
              "A password that leaked once works for as long as it stays. It needs no change by "
              "the calendar; it does where nobody knows who has had it.");
}

/* --- guessing as a whole --- */

static void
tell_guessing(struct audit *audit, const struct mailbox_store *store,
              const struct mailbox_facts *facts)
{
    uint32_t held = 0, beyond = 0, least = UINT32_MAX;
    struct str title;

    for (uint32_t i = 0; i < store->count; i++) {
        const struct mailbox *mailbox = &store->mailboxes[i];
        struct password_scheme scheme = mailbox_store_scheme(store, mailbox);
        uint32_t tries = mailbox->own_tries + mailbox->common_tries;

        if (scheme.state != PASSWORD_SET || mailbox->is_guessed || mailbox->is_inactive ||
            mailbox->needs_no_password)
            continue;
        if (scheme.method == PASSWORD_UNCHECKED) {
            beyond++;
            continue;
        }
        held++;
        least = tries < least ? tries : least;
    }
    if (!facts->was_guessed || store->count == 0)
        return;
    title = arena_printf(audit->arena, "%u %s withstood guessing: at least %u guesses each%s.",
                         held, plural(held), held ? least : 0,
                         facts->is_time_up ? ", until the time was up" : "");
    if (held)
        audit_fine(audit, AUDIT_MAILBOX, "mailbox-guessing", STR("mailboxes"), title, STR_EMPTY);
    if (beyond)
        audit_fine(audit, AUDIT_MAILBOX, "mailbox-guessing", STR("mailboxes"),
                   arena_printf(audit->arena,
                                "%u %s kept in schemes that weir judges but does not guess.",
                                beyond, beyond == 1 ? "mailbox is" : "mailboxes are"),
                   STR_EMPTY);
}

void
mailbox_findings_add(struct audit *audit, struct mailbox_store *store,
                     const struct mailbox_facts *facts)
{
    struct survey *survey = NULL;

    tell_guessed(audit, store);
    for (uint32_t source = 0, i = 0; source < store->source_count; source++) {
        survey = calloc(1, sizeof(*survey));
        if (!survey)
            abort();
        for (; i < store->count && store->mailboxes[i].source == source; i++)
            look_at(survey, store, &store->mailboxes[i], facts->now_s);
        tell_source(audit, &store->sources[source], survey);
        free(survey);
    }
    mailbox_shared_add(audit, store);
    tell_guessing(audit, store, facts);
    if (store->lost)
        audit_unknown(
            audit, AUDIT_MAILBOX, "mailbox-list", STR("mailboxes"),
            STR("Not all mailboxes were read."),
            arena_printf(audit->arena, "%llu did not fit", (unsigned long long)store->lost));
}
