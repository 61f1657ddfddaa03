#include "scan/mend_parts.h"

#define SHARED_NAMES_MAX 64u
#define GROWTH_MAX 64u

/* A name that the injection uses, and the function that it is a variable of. */
struct name {
    struct str text; /* "$x"; "f" of what is declared here */
    uint32_t scope;
    bool is_ours; /* a function or class that the injection declares */
};

struct shared_names {
    struct name list[SHARED_NAMES_MAX];
    uint32_t count;
    bool is_over;
};

static bool
is_known_to_all(struct str name)
{
    static const struct str names[] = {
        {"$_GET", 5},   {"$_POST", 6}, {"$_REQUEST", 9}, {"$_COOKIE", 8}, {"$_SERVER", 8},
        {"$_FILES", 7}, {"$_ENV", 5},  {"$_SESSION", 9}, {"$GLOBALS", 8}, {"$this", 5},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq(name, names[i]))
            return true;
    }
    return name.len < 2;
}

static bool
is_name(const struct name *name, struct str text, uint32_t scope)
{
    if (name->text.len != text.len)
        return false;
    if (text.data[0] == '$')
        return name->scope == scope && str_eq(name->text, text);
    return str_eq_nocase(name->text, text);
}

static void
add_name(struct shared_names *names, struct str text, uint32_t scope, bool is_ours)
{
    for (uint32_t i = 0; i < names->count; i++) {
        if (is_name(&names->list[i], text, scope)) {
            names->list[i].is_ours |= is_ours;
            return;
        }
    }
    if (names->count == SHARED_NAMES_MAX) {
        names->is_over = true;
        return;
    }
    names->list[names->count++] = (struct name){text, scope, is_ours};
}

static bool
is_name_byte(char c)
{
    return str_is_digit(c) || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') ||
           (unsigned char)c >= 0x80;
}

/* "a $x b" and {$x['y']}: the next variable in a string, cut off its front. */
static struct str
next_in_string(struct str *rest)
{
    while (rest->len) {
        size_t len = 1;

        *rest = str_from(*rest, str_index(*rest, '$'));
        while (len < rest->len && is_name_byte(rest->data[len]))
            len++;
        if (rest->len) {
            struct str name = str_first(*rest, len);

            *rest = str_from(*rest, len);
            if (len > 1)
                return name;
        }
    }
    return STR_EMPTY;
}

static bool
is_declarer(const struct mend_code *code, uint32_t at)
{
    static const struct str words[] = {
        {"function", 8}, {"class", 5}, {"interface", 9}, {"trait", 5}};

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (code->pieces[at].piece.kind == PIECE_WORD &&
            str_eq_nocase(mend_text(code, at), words[i]))
            return true;
    }
    return false;
}

static bool
is_call(const struct mend_code *code, uint32_t at)
{
    return at + 1 < code->count && mend_is_mark(code, at + 1, '(');
}

static void
add_names_of(const struct mend_code *code, uint32_t at, struct shared_names *names)
{
    struct str text = mend_text(code, at);
    uint32_t scope = code->pieces[at].scope;

    if (code->pieces[at].piece.kind == PIECE_WORD) {
        bool is_declared = at > 0 && is_declarer(code, at - 1);

        if (text.data[0] == '$' && !is_known_to_all(text))
            add_name(names, text, scope, false);
        else if (text.data[0] != '$' && (is_declared || is_call(code, at)))
            add_name(names, text, scope, is_declared);
    } else if (code->pieces[at].piece.kind == PIECE_STRING && text.data[0] != '\'') {
        struct str name;

        while ((name = next_in_string(&text)).len) {
            if (!is_known_to_all(name))
                add_name(names, name, scope, false);
        }
    }
}

static void
collect(const struct mend_code *code, struct mend_run run, struct shared_names *names)
{
    *names = (struct shared_names){.count = 0};
    for (uint32_t at = run.first; at <= run.last; at++)
        add_names_of(code, at, names);
}

/* Does this piece use what the injection has, or declare what it uses? */
static bool
shares(const struct mend_code *code, uint32_t at, const struct shared_names *names, bool is_string)
{
    enum clean_piece_kind kind = code->pieces[at].piece.kind;
    struct shared_names own;

    if (kind != PIECE_WORD && kind != PIECE_STRING)
        return false;
    /* Not all of it is set to zero: this is asked of every piece. */
    own.count = 0;
    own.is_over = false;
    if (is_string != (kind == PIECE_STRING))
        return false;
    add_names_of(code, at, &own);
    /* "new x", "x::y": a class is used without being called. */
    if (own.count == 0 && kind == PIECE_WORD)
        add_name(&own, mend_text(code, at), 0, false);
    for (uint32_t i = 0; i < names->count; i++) {
        for (uint32_t j = 0; j < own.count; j++) {
            const struct name *ours = &names->list[i], *its = &own.list[j];

            if (is_name(ours, its->text, its->scope) &&
                (its->text.data[0] == '$' || ours->is_ours || its->is_ours))
                return true;
        }
    }
    return false;
}

static bool
any_shares(const struct mend_code *code, struct mend_run run, const struct shared_names *names)
{
    for (uint32_t at = run.first; at <= run.last; at++) {
        if (shares(code, at, names, code->pieces[at].piece.kind == PIECE_STRING))
            return true;
    }
    return false;
}

/* "$x = …", "as $x", "global $x": what it was before does not matter. */
static bool
is_set_anew(const struct mend_code *code, uint32_t at)
{
    if (at + 2 < code->count && mend_is_mark(code, at + 1, '=') &&
        !mend_is_mark(code, at + 2, '=') && !mend_is_mark(code, at + 2, '>'))
        return true;
    return at > 0 && code->pieces[at - 1].piece.kind == PIECE_WORD &&
           (str_eq_nocase(mend_text(code, at - 1), STR("as")) ||
            str_eq_nocase(mend_text(code, at - 1), STR("global")));
}

/* Where a variable stands first from `from` up to `end`; `end` when it does not. */
static uint32_t
first_of(const struct mend_code *code, uint32_t from, uint32_t end, const struct name *name)
{
    struct shared_names one = {.list = {*name}, .count = 1};

    while (from < end && !shares(code, from, &one, false) && !shares(code, from, &one, true))
        from++;
    return from;
}

/* One name is used on both sides of the injection's edge, and means the same. */
static bool
is_bound_by(const struct mend_code *code, struct mend_run run, const struct name *name)
{
    uint32_t before = first_of(code, 0, run.first, name);
    uint32_t inside = first_of(code, run.first, run.last + 1, name);
    uint32_t behind = first_of(code, run.last + 1, code->count, name);

    if (name->text.data[0] != '$')
        return before < run.first || behind < code->count;
    if (before < run.first && !is_set_anew(code, inside))
        return true;
    return behind < code->count && !is_set_anew(code, behind);
}

/* "name=x", in whatever quotes: a form of this file's asks for what the cut reads. */
static bool
is_asked_for(struct str text, struct str field)
{
    while (text.len) {
        text = str_from(text, str_find_nocase(text, STR("name=")));
        if (text.len == 0)
            return false;
        text = str_from(text, STR("name=").len);
        while (text.len && memchr("\\\"' ", text.data[0], 4))
            text = str_from(text, 1);
        if (str_starts(text, field) &&
            (text.len == field.len || !is_name_byte(text.data[field.len])))
            return true;
    }
    return false;
}

/* $_POST['x'] in the cut, and a form around it that has the field: the file's own way to work. */
static bool
has_own_form(const struct mend_code *code, struct mend_run run)
{
    size_t begin = code->pieces[run.first].piece.begin, end = code->pieces[run.last].piece.end;

    for (uint32_t at = run.first; at + 2 <= run.last; at++) {
        struct str key = mend_text(code, at + 2);

        if (!str_starts(mend_text(code, at), STR("$_")) || !mend_is_mark(code, at + 1, '['))
            continue;
        if (code->pieces[at + 2].piece.kind == PIECE_STRING && key.len > 2)
            key = (struct str){key.data + 1, key.len - 2};
        if (is_asked_for(str_first(code->source, begin), key) ||
            is_asked_for(str_from(code->source, end), key))
            return true;
    }
    return false;
}

/* A constant may be what other files of the site ask for. */
static bool
defines(const struct mend_code *code, struct mend_run run)
{
    for (uint32_t at = run.first; at <= run.last; at++) {
        if (str_eq_nocase(mend_text(code, at), STR("define")) && is_call(code, at))
            return true;
    }
    return false;
}

static bool
is_bound(const struct mend_code *code, struct mend_run run, const struct shared_names *names)
{
    if (has_own_form(code, run) || defines(code, run))
        return true;
    for (uint32_t i = 0; i < names->count; i++) {
        if (is_bound_by(code, run, &names->list[i]))
            return true;
    }
    return false;
}

/* The statement whose last piece is `at`, or whose first is: not a brace that holds this one. */
static bool
grow_before(const struct mend_code *code, struct mend_run *run, const struct shared_names *names)
{
    struct mend_run other;
    uint32_t at = run->first;

    if (at == 0 || !mend_is_code(code, at - 1) || mend_is_mark(code, at - 1, '{'))
        return false;
    other = mend_statement(code, at - 1);
    /* Behind a body's "}" the statement is the one that has the body. */
    for (uint32_t braces = mend_is_mark(code, at - 1, '}'), back = at - 1; braces && back > 0;) {
        back--;
        braces += mend_is_mark(code, back, '}');
        braces -= mend_is_mark(code, back, '{');
        if (!braces)
            other = (struct mend_run){mend_statement(code, back).first, at - 1};
    }
    if (other.first >= at || !any_shares(code, other, names))
        return false;
    run->first = other.first;
    return true;
}

static bool
grow_behind(const struct mend_code *code, struct mend_run *run, const struct shared_names *names)
{
    struct mend_run other;
    uint32_t at = run->last + 1;

    if (at >= code->count || !mend_is_code(code, at) || mend_is_mark(code, at, '}'))
        return false;
    other = mend_statement(code, at);
    if (!any_shares(code, other, names))
        return false;
    run->last = other.last;
    return true;
}

/* "if (…) { INJECTION }": nothing is left in the braces, so that what has them goes as well. */
static bool
grow_out(const struct mend_code *code, struct mend_run *run)
{
    uint32_t brace = run->first;

    if (run->first == 0 || run->last + 1 >= code->count ||
        !mend_is_mark(code, run->first - 1, '{') || !mend_is_mark(code, run->last + 1, '}'))
        return false;
    brace = run->first - 1;
    run->first = mend_statement(code, brace).first;
    run->last = mend_statement(code, run->first).last;
    return true;
}

bool
mend_grow(const struct mend_code *code, struct mend_run *run, struct arena *arena)
{
    struct shared_names *names = ARENA_NEW(arena, struct shared_names);
    struct mend_run grown = *run;

    if (!names)
        return false;
    for (uint32_t step = 0; step < GROWTH_MAX; step++) {
        collect(code, grown, names);
        if (names->is_over)
            return false;
        if (!grow_out(code, &grown) && !grow_before(code, &grown, names) &&
            !grow_behind(code, &grown, names)) {
            *run = grown;
            return !is_bound(code, grown, names);
        }
    }
    return false;
}
