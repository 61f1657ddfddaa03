#include "php/flow.h"
#include "php/parse.h"
#include "tap.h"

/* Names in the order of enum sink; NULL: not shown. */
static const char *const sinks[SINK_COUNT] = {
    [SINK_CODE] = "code",           [SINK_PATTERN] = "pattern", [SINK_COMMAND] = "command",
    [SINK_INCLUDE] = "include",     [SINK_CALLEE] = "callee",   [SINK_CALLEE_ARGUMENT] = "argument",
    [SINK_UPLOAD] = "upload",       [SINK_PATH] = "path",       [SINK_HOST] = "host",
    [SINK_RECIPIENT] = "recipient",
};

static const struct {
    uint32_t taint;
    const char *name;
} taints[] = {
    {TAINT_REQUEST, "request"}, {TAINT_HEADER, "header"},   {TAINT_UPLOAD, "upload"},
    {TAINT_NETWORK, "network"}, {TAINT_DECODED, "decoded"}, {TAINT_LIST, "list"},
    {TAINT_UNSET, "unset"},
};

static const struct {
    uint32_t guard;
    const char *name;
} guards[] = {
    {GUARD_LOGIN, "login"},
    {GUARD_CAPTCHA, "captcha"},
};

static char shown[8192];

static void
show(const char *text)
{
    if (strlen(shown) + strlen(text) < sizeof(shown))
        strcat(shown, text);
}

/* "code request; recipient request captcha" */
static void
on_event(void *context, const struct flow_event *event)
{
    char text[80];

    (void)context;
    if (!sinks[event->sink])
        return;
    show(shown[0] ? "; " : "");
    show(sinks[event->sink]);
    for (size_t i = 0; i < COUNT(taints); i++) {
        if (event->value.taint & taints[i].taint) {
            show(" ");
            show(taints[i].name);
        }
    }
    if (event->value.clean & CLEAN_NUMBER)
        show(" number");
    if (event->value.clean & CLEAN_LISTED)
        show(" listed");
    if (event->value.kind == VALUE_STRING) {
        snprintf(text, sizeof(text), " '" STR_FMT "'", STR_ARG(str_first(event->value.text, 60)));
        show(text);
    }
    for (size_t i = 0; i < COUNT(guards); i++) {
        if (event->guards & guards[i].guard) {
            show(" ");
            show(guards[i].name);
        }
    }
    if (event->is_in_loop)
        show(" loop");
    if (event->via)
        show(" via");
}

static struct flow_result
walk(const char *source, const struct summaries *known, struct summaries *found,
     struct arena *arena)
{
    struct flow_options options = {
        .path = STR("a.php"), .known = known, .found = found, .on_event = on_event};
    struct parse_result parsed = parse_file(str_from_cstr(source), arena);

    shown[0] = '\0';
    return flow_file(parsed.root, &options, arena);
}

static const struct row {
    const char *source, *events;
} rows[] = {
#include "flow_rows.h"
};

static void
events(void)
{
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct arena *arena = arena_new((size_t)32 << 20);

        (void)walk(rows[i].source, NULL, NULL, arena);
        CHECK_ROW(i, strcmp(shown, rows[i].events) == 0);
        if (strcmp(shown, rows[i].events) != 0)
            printf("# %s\n# is:   %s\n# want: %s\n", rows[i].source, shown, rows[i].events);
        arena_free(arena);
    }
}

/* A function of another file: its mail is known there, what it runs is its own business. */
static void
other_files(void)
{
    struct arena *arena = arena_new((size_t)32 << 20);
    struct summaries *found = summaries_new(arena);

    (void)walk(
        "<?php function send_it($to) { mail($to, 'a', 'b'); } function odd($x) { eval($x); }", NULL,
        found, arena);
    (void)walk("<?php send_it($_POST['a']); odd($_POST['b']);", found, NULL, arena);
    CHECK_STR(str_from_cstr(shown), "recipient request via");
    arena_free(arena);
}

/* What would cost more than a file may is cut, and said to be. */
static void
ceilings(void)
{
    static const char *const parts[][3] = {
        {"<?php ", "if ($a) { $b .= $_POST['c'] . 'x'; }", ""},
        {"<?php ", "function f($f, $x) { f(f($f, $x), f($x, $f)); f($f, f($x, $x)); } ",
         "f('f', 'f');"},
        {"<?php ", "for ($i = 0; $i < 1000; $i++) ", "$x .= chr($i);"},
        {"<?php $a = 'x';", "$a = str_replace('x', 'xx', $a);", "eval($a);"},
        {"<?php ",
         "$f = function () { $g = function () { array_map('f', $_POST); }; $g(); }; $f();", ""},
        {"<?php ", "class C extends C { function m() { $this->m(); } }", "C::m();"},
    };
    static char source[1 << 20];

    for (size_t i = 0; i < COUNT(parts); i++) {
        struct arena *arena = arena_new((size_t)48 << 20);
        size_t len = 0;
        struct flow_result result;

        source[0] = '\0';
        strcat(source, parts[i][0]);
        for (len = strlen(source); len + 200 < sizeof(source) / 8; len += strlen(parts[i][1]))
            memcpy(source + len, parts[i][1], strlen(parts[i][1]) + 1);
        strcat(source, parts[i][2]);
        result = walk(source, NULL, NULL, arena);
        CHECK_ROW(i, result.steps <= FLOW_STEPS_MAX);
        CHECK_ROW(i, arena_used(arena) <= (size_t)48 << 20);
        arena_free(arena);
    }
}

static const struct tap_case cases[] = {
    {"events of a file", events},
    {"functions of other files", other_files},
    {"ceilings", ceilings},
};

int
main(void)
{
    return tap_main(cases, COUNT(cases));
}
