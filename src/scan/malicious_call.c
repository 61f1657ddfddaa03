#include "php/fold.h"
#include "scan/malicious_parts.h"

/* Functions whose names nobody hides who means well. */
static bool
is_dangerous(struct str name)
{
    static const char *const names[] = {
        "eval",
        "assert",
        "create_function",
        "system",
        "exec",
        "shell_exec",
        "passthru",
        "popen",
        "proc_open",
        "pcntl_exec",
        "mail",
        "base64_decode",
        "gzinflate",
        "gzuncompress",
        "str_rot13",
        "move_uploaded_file",
        "preg_replace",
        "gzdecode",
        "file_put_contents",
        "fwrite",
        "fputs",
        "fopen",
        "call_user_func",
        "call_user_func_array",
        "ini_set",
        "curl_exec",
        "set_time_limit",
        "fsockopen",
        "strrev",
        "error_reporting",
        "file_get_contents",
        "curl_init",
        "pack",
        "hex2bin",
        "array_map",
        "unlink",
        "chmod",
        "copy",
        "array_filter",
        "usort",
        "urldecode",
        "ob_start",
        "register_shutdown_function",
        "str_replace",
        "stream_socket_client",
        "eregi_replace",
        "mb_ereg_replace",
        "preg_filter",
    };

    (void)str_skip(&name, STR("\\"));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(name, str_from_cstr(names[i])))
            return true;
    }
    return false;
}

/* Functions that run what they are given: nobody needs them as a callback. */
static bool
runs(struct str name)
{
    static const char *const names[] = {"assert",     "system", "exec",      "shell_exec",
                                        "passthru",   "popen",  "proc_open", "create_function",
                                        "pcntl_exec", "phpinfo"};

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(name, str_from_cstr(names[i])))
            return true;
    }
    return false;
}

/* "ass" . $_GET['x']: what the file gives of the name is enough to see which one is meant. */
static bool
begins_dangerous(struct str begin)
{
    static const char *const names[] = {"assert",      "system",   "shell_exec", "passthru",
                                        "create_func", "eval",     "popen",      "preg_repl",
                                        "base64_dec",  "proc_open"};

    for (size_t i = 0; begin.len >= 2 && i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_starts_nocase(str_from_cstr(names[i]), begin))
            return true;
    }
    return false;
}

/* How many different names it has hidden so far, this one included. */
static uint32_t
count_hidden(struct malicious *malicious, struct str name)
{
    uint64_t hash = str_hash(name);
    uint32_t room = sizeof(malicious->hidden_hashes) / sizeof(malicious->hidden_hashes[0]);

    for (uint32_t i = 0; i < malicious->hidden_names; i++) {
        if (malicious->hidden_hashes[i] == hash)
            return malicious->hidden_names;
    }
    if (malicious->hidden_names < room)
        malicious->hidden_hashes[malicious->hidden_names++] = hash;
    return malicious->hidden_names;
}

/* A function of PHP, by its name. */
static bool
is_function(struct str name)
{
    char lower[64];

    if (!name.len || name.len > sizeof(lower))
        return false;
    str_fold(name, lower);
    name = (struct str){lower, name.len};
    return fold_knows(name) || library_function(name);
}

static void
hidden_name(struct malicious *malicious, const struct flow_event *event)
{
    uint16_t made = event->value.made & MADE_HIDING;
    struct str name = event->value.text;

    if (malicious_is_sold_encoder(malicious)) {
        malicious_add(malicious, event, "hidden-calls", 0.4,
                      "It hides from readers which functions it calls.");
        return;
    }
    if (is_dangerous(name)) {
        malicious_add(malicious, event, "hidden-name",
                      made || (event->value.taint & TAINT_BUILT) ? 0.95 : 0.92,
                      "It calls a dangerous function whose name it hides from readers.");
        return;
    }
    if (made && is_function(name))
        malicious_add(malicious, event, "hidden-calls",
                      count_hidden(malicious, name) >= 2 ? 0.92 : 0.75,
                      "It hides from readers which functions it calls.");
}

/* Large programs hand on names out of their own tables, which look as if they were the visitor's.
 */
static double
pair_weight(const struct malicious *malicious)
{
    return malicious->subject->source.len < 20000 ? 0.95 : 0.85;
}

/* A piece of a header becomes a function's name. */
static void
header_pair(struct malicious *malicious, const struct flow_event *event)
{
    malicious_add(
        malicious, event, "call-request", 0.92,
        "A header of the request says which function is called, with what else it holds.");
}

/* Functions that call what they are handed for sorting, cleaning up, watching: no visitor
 * chooses that. */
static bool
is_handler(struct str function)
{
    static const char *const begins[] = {"ob_start",
                                         "register_",
                                         "sqlitecreatefunction",
                                         "createfunction",
                                         "set_e",
                                         "header_register",
                                         "array_diff_u",
                                         "array_u",
                                         "array_intersect_u",
                                         "u",
                                         "spl_",
                                         "iterator_apply"};

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (str_starts_nocase(function, str_from_cstr(begins[i])))
            return true;
    }
    return false;
}

/* $f($_POST['x']), where nothing sets $f. */
static void
unset_pair(struct malicious *malicious, const struct flow_event *event)
{
    malicious_add(malicious, event, "call-unset", malicious_unset_weight(malicious, 0.9),
                  "It calls what nothing in the file names, with what a visitor sends.");
}

void
malicious_callee(struct malicious *malicious, const struct flow_event *event)
{
    const struct value *value = &event->value;
    bool is_bare = str_eq(event->function, STR("()")) ||
                   !(str_eq(event->function, STR("->")) || str_eq(event->function, STR("new")));

    if (str_eq(event->function, STR("argument"))) {
        if (runs(value->text) && (value->made & MADE_HIDING))
            malicious_add(malicious, event, "hidden-name", 0.93,
                          "It hands on the name of a dangerous function, hidden from readers.");
        return;
    }
    if (value->kind == VALUE_STRING) {
        if (!event->via && is_bare && !str_eq(event->function, STR("()")) && runs(value->text))
            malicious_add(malicious, event, "callback-that-runs",
                          malicious_is_in_method(event) ? 0.6 : 0.93,
                          "It has a function that runs code or commands called in a roundabout "
                          "way.");
        if ((value->made & (MADE_HIDING | MADE_CONCAT)) || (value->taint & TAINT_BUILT))
            hidden_name(malicious, event);
        return;
    }
    if (malicious_is_visitor(*value)) {
        /* array($object, $_GET['method']) can only name a method of that object. */
        bool is_whole = !(value->made & (MADE_CONCAT | MADE_TEMPLATE)) &&
                        value->kind != VALUE_ARRAY && value->truth != TRUTH_YES && !event->via &&
                        !malicious_is_in_method(event);

        bool is_reflected = str_eq(event->function, STR("ReflectionFunction"));

        malicious->callee_node = is_bare && is_whole ? event->node : NULL;
        malicious->header_node = is_bare && !event->via && malicious_is_header_only(*value) &&
                                         !malicious_is_in_method(event)
                                     ? event->node
                                     : NULL;
        if (malicious->header_node && malicious->argument_node == event->node)
            header_pair(malicious, event);
        malicious_add(malicious, event, "call-request",
                      is_bare && begins_dangerous(value->text) ? 0.95
                      : !is_bare || !is_whole                  ? 0.15
                      : is_reflected || malicious->argument_node == event->node
                          ? pair_weight(malicious)
                      : is_handler(event->function)      ? 0.91
                      : malicious_is_header_only(*value) ? 0.6
                                                         : 0.75,
                      "The visitor chooses which function is called.");
    } else if ((value->taint & TAINT_DECODED) ||
               ((value->taint & TAINT_BUILT) && (value->made & MADE_HIDING))) {
        malicious_add(
            malicious, event, "call-built",
            !is_bare || malicious_is_in_method(event) || malicious_is_sold_encoder(malicious) ? 0.4
                                                                                              : 0.9,
            "It calls a function whose name it builds.");
    } else if (malicious_is_unset(*value)) {
        malicious->unset_node = event->node;
        if (malicious->argument_node == event->node)
            unset_pair(malicious, event);
    }
}

void
malicious_callee_argument(struct malicious *malicious, const struct flow_event *event)
{
    if (!malicious_is_visitor(event->value))
        return;
    malicious->argument_node = event->node;
    if (malicious->callee_node && malicious->callee_node == event->node)
        malicious_add(malicious, event, "call-request", pair_weight(malicious),
                      "The visitor chooses which function is called, and with what.");
    else if (malicious->header_node && malicious->header_node == event->node)
        header_pair(malicious, event);
    else if (malicious->unset_node && malicious->unset_node == event->node)
        unset_pair(malicious, event);
    else
        malicious_add(malicious, event, "call-argument", 0.1,
                      "It hands what a visitor sends to a function that is not written out.");
}
