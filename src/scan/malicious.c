#include "scan/malicious_parts.h"
#include "scan/structure.h"

/* Of all layers together; decoders that never end are cut by flow long before. */
#define LAYER_BYTES_MAX ((size_t)4 << 20)

/* $object->x; "-->" of a page is none. */
static bool
has_arrow(struct str code)
{
    for (size_t at = 1; at + 1 < code.len; at++) {
        if (code.data[at] == '-' && code.data[at + 1] == '>' && code.data[at - 1] != '-')
            return true;
    }
    return false;
}

static bool
is_alone(struct str code)
{
    static const char *const others[] = {"include ",      "include(", "include_", "require",
                                         "namespace ",    "defined(", "class ",   "$_SESSION",
                                         "session_start", "login"};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (str_has(code, str_from_cstr(others[i])))
            return false;
    }
    return !has_arrow(code);
}

bool
malicious_is_alone(const struct malicious *malicious)
{
    return malicious->is_alone;
}

bool
malicious_is_first(const struct malicious *malicious, const struct flow_event *event)
{
    struct str source = malicious->subject->source;
    size_t end = finding_line_offset(source, event->line + 1);

    if (event->inside.len || event->layer || event->via || event->guards)
        return false;
    return end < 3000 && is_alone(str_first(source, end));
}

double
malicious_unset_weight(const struct malicious *malicious, double most)
{
    return malicious_is_alone(malicious) && subject_is_php_name(malicious->subject->path) ? most
                                                                                          : 0.3;
}

bool
malicious_is_borrowed(const struct malicious *malicious, const struct flow_event *event)
{
    static const char *const sources[] = {
        "_GET",  "_POST",       "_REQUEST",      "_COOKIE",         "_FILES",      "_SERVER",
        "HTTP_", "php://input", "getallheaders", "request_headers", "filter_input"};
    struct str source = malicious->subject->source;

    if (event->layer || !malicious_is_visitor(event->value) ||
        !(malicious_is_in_method(event) || str_has(source, STR("namespace "))))
        return false;
    for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
        if (str_has(source, str_from_cstr(sources[i])))
            return false;
    }
    return true;
}

bool
malicious_is_bare_runner(const struct malicious *malicious, const struct flow_event *event)
{
    return event->value.parameters && event->inside.len &&
           !(event->value.clean & (CLEAN_SHELL | CLEAN_QUOTED | CLEAN_NUMBER | CLEAN_LISTED)) &&
           !event->via && !malicious_is_in_method(event) && malicious->subject->source.len < 2000 &&
           malicious_is_alone(malicious);
}

bool
malicious_is_in_magic(const struct flow_event *event)
{
    static const char *const names[] = {"::__destruct", "::__wakeup",     "::__tostring",
                                        "::__invoke",   "::__call",       "::__get",
                                        "::__set",      "::__unserialize"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_ends(event->inside, str_from_cstr(names[i])))
            return true;
    }
    return false;
}

bool
malicious_is_sold_encoder(const struct malicious *malicious)
{
    struct str front = str_first(malicious->subject->source, 600);

    return str_has(front, STR("__FILE__")) && str_has(front, STR("if(!defined('"));
}

void
malicious_add(struct malicious *malicious, const struct flow_event *event, const char *rule,
              double weight, const char *why)
{
    struct str source = malicious->subject->source;

    if (weight > 0.6 && malicious_is_borrowed(malicious, event))
        weight = 0.6;
    signs_add(malicious->signs,
              (struct sign){
                  .rule = rule,
                  .why = why,
                  .weight = weight,
                  .line = event->line,
                  .text = finding_quote(source, finding_line_offset(source, event->line)),
              });
}

static void (*const rules[SINK_COUNT])(struct malicious *malicious,
                                       const struct flow_event *event) = {
    [SINK_CODE] = malicious_code,           [SINK_PATTERN] = malicious_pattern,
    [SINK_COMMAND] = malicious_command,     [SINK_INCLUDE] = malicious_include,
    [SINK_CALLEE] = malicious_callee,       [SINK_CALLEE_ARGUMENT] = malicious_callee_argument,
    [SINK_PATH] = malicious_path,           [SINK_CONTENT] = malicious_content,
    [SINK_HOST] = malicious_host,           [SINK_UPLOAD] = malicious_upload,
    [SINK_RECIPIENT] = malicious_recipient, [SINK_UNSERIALIZE] = malicious_unserialize,
    [SINK_OUTPUT] = malicious_output,
};

void
malicious_event(struct malicious *malicious, const struct flow_event *event)
{
    /* What a framework does with its callers' words is its business. */
    if (event->via && !str_eq(event->via->path, malicious->subject->path))
        return;
    if (event->guards & GUARD_CONSOLE)
        return;
    if (!malicious->is_looked)
        malicious->is_alone = is_alone(malicious->subject->source);
    malicious->is_looked = true;
    if (rules[event->sink])
        rules[event->sink](malicious, event);
}

void
malicious_layer(struct malicious *malicious, struct str code, uint32_t line, struct value value)
{
    if (!(value.made & MADE_HIDING) && !(value.taint & (TAINT_DECODED | TAINT_BUILT)))
        return;
    malicious->layer_bytes += code.len;
    if (malicious->layer_bytes <= LAYER_BYTES_MAX)
        structure_look(code, line, malicious->signs);
}
