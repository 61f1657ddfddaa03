#include "audit/spf_write.h"

#include "base/internet.h"

#define TERMS_MAX 256 /* of one record; those behind are dropped */

struct terms {
    struct str list[TERMS_MAX];
    uint32_t count;
    struct str all, redirect, exp; /* last; empty: none */
};

static bool
has_term(const struct terms *terms, struct str text)
{
    for (uint32_t i = 0; i < terms->count; i++) {
        if (str_eq_nocase(terms->list[i], text))
            return true;
    }
    return false;
}

static void
add_term(struct terms *terms, struct str text)
{
    if (text.len && terms->count < TERMS_MAX && !has_term(terms, text))
        terms->list[terms->count++] = text;
}

/* Of two, the one that is harder on strangers: - before ~ before ? before +. */
static bool
is_stricter(struct str a, struct str b)
{
    static const char order[] = "-~?+";

    if (!b.len)
        return true;
    return strchr(order, a.data[0] == 'a' || a.data[0] == 'A' ? '+' : a.data[0]) <
           strchr(order, b.data[0] == 'a' || b.data[0] == 'A' ? '+' : b.data[0]);
}

/* Sorts the terms of a record into their places; faulty ones are kept when `keeps_faulty`. */
static void
collect(struct str record, bool keeps_faulty, struct terms *terms)
{
    struct str rest = spf_record_terms(record);
    struct spf_term term;
    const char *error;

    for (;;) {
        bool is_term = spf_term_next(&rest, &term, &error);

        if (!is_term && !term.text.len)
            return;
        if (!is_term) {
            if (keeps_faulty)
                add_term(terms, term.text);
            continue;
        }
        if (term.kind == SPF_TERM_ALL) {
            if (is_stricter(term.text, terms->all))
                terms->all = term.text;
        } else if (term.kind == SPF_TERM_REDIRECT) {
            terms->redirect = term.text;
        } else if (term.kind == SPF_TERM_EXP) {
            terms->exp = term.text;
        } else {
            add_term(terms, term.text);
        }
    }
}

static struct str
write_terms(const struct terms *terms, struct arena *arena)
{
    struct str parts[2 * (TERMS_MAX + 4)];
    uint32_t count = 0;

    parts[count++] = STR("v=spf1");
    for (uint32_t i = 0; i < terms->count; i++) {
        parts[count++] = STR(" ");
        parts[count++] = terms->list[i];
    }
    /* A redirect beside "all" is never followed. */
    if (terms->all.len || terms->redirect.len) {
        parts[count++] = STR(" ");
        parts[count++] = terms->all.len ? terms->all : terms->redirect;
    }
    if (terms->exp.len) {
        parts[count++] = STR(" ");
        parts[count++] = terms->exp;
    }
    return arena_join(arena, parts, count);
}

struct str
spf_write_with(struct str record, struct str words, struct arena *arena)
{
    struct terms terms = {.count = 0};

    collect(record, true, &terms);
    while (words.len)
        add_term(&terms, str_cut(&words, ' '));
    return write_terms(&terms, arena);
}

struct str
spf_write_ending(struct str record, const char *all, struct arena *arena)
{
    struct terms terms = {.count = 0};

    collect(record, true, &terms);
    if (!terms.redirect.len || terms.all.len)
        terms.all = str_from_cstr(all);
    return write_terms(&terms, arena);
}

struct str
spf_write_merged(const struct str *records, uint32_t count, struct arena *arena)
{
    struct terms terms = {.count = 0};

    for (uint32_t i = 0; i < count; i++)
        collect(records[i], false, &terms);
    /* A record that says nothing of strangers is in vain: where all did, say at least "perhaps
     * not". */
    if (!terms.redirect.len || terms.all.len) {
        if (!terms.all.len || !is_stricter(terms.all, STR("?all")))
            terms.all = STR("~all");
    }
    return write_terms(&terms, arena);
}

struct str
spf_write_clean(struct str record, struct arena *arena)
{
    return spf_write_merged(&record, 1, arena);
}

struct str
spf_write_address(struct str address, struct arena *arena)
{
    struct str bytes;

    if (!internet_read(address, arena, &bytes))
        return STR_EMPTY;
    return arena_printf(arena, "ip%c:" STR_FMT, bytes.len == 4 ? '4' : '6',
                        STR_ARG(internet_write(bytes, arena)));
}
