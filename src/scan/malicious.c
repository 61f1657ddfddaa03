#include "scan/malicious.h"

#define MADE_HIDING                                                                                \
    (MADE_CHR | MADE_REVERSE | MADE_REPLACE | MADE_XOR | MADE_BASE64 | MADE_INFLATE | MADE_ROT13 | \
     MADE_HEX | MADE_PICK | MADE_URL | MADE_JOIN | MADE_STEP | MADE_LOOP)

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
        "file_put_contents",
        "fwrite",
        "preg_replace",
        "call_user_func",
        "call_user_func_array",
        "ini_set",
        "set_time_limit",
        "fsockopen",
        "curl_exec",
    };

    (void)str_skip(&name, STR("\\"));
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (str_eq_nocase(name, str_from_cstr(names[i])))
            return true;
    }
    return false;
}

static void
add(struct malicious *malicious, const struct flow_event *event, const char *rule, double weight,
    const char *why)
{
    signs_add(
        malicious->signs,
        (struct sign){
            .rule = rule,
            .why = why,
            .weight = weight,
            .line = event->line,
            .text = finding_quote(malicious->subject->source,
                                  finding_line_offset(malicious->subject->source, event->line)),
        });
}

static int
bits(uint32_t set)
{
    return __builtin_popcount(set);
}

static void
code_event(struct malicious *malicious, const struct flow_event *event)
{
    uint32_t taint = event->value.taint;
    uint16_t made = event->value.made & MADE_HIDING;

    if ((taint & TAINT_VISITOR) && !(event->value.clean & (CLEAN_NUMBER | CLEAN_LISTED)))
        add(malicious, event, "eval-request", 0.98,
            "It runs as PHP whatever a visitor sends: a backdoor.");
    else if (taint & TAINT_NETWORK)
        add(malicious, event, "eval-network", 0.93, "It fetches code from elsewhere and runs it.");
    else if ((taint & TAINT_DECODED) || (made & (MADE_BASE64 | MADE_INFLATE | MADE_ROT13)))
        add(malicious, event, "eval-decoded", 0.93,
            "It unpacks code that is hidden from readers, and runs it.");
    else if (bits(made & (uint16_t)~MADE_JOIN) >= 2 || (made & (MADE_XOR | MADE_PICK | MADE_CHR)))
        add(malicious, event, "eval-built", 0.9, "It puts code together from pieces, and runs it.");
    else if (taint & TAINT_BUILT)
        add(malicious, event, "eval-built", 0.5, "It puts code together from pieces, and runs it.");
}

static void
callee_event(struct malicious *malicious, const struct flow_event *event)
{
    const struct value *value = &event->value;
    uint16_t made = value->made & MADE_HIDING;

    if (value->kind == VALUE_STRING && is_dangerous(value->text) &&
        (made || (value->made & MADE_CONCAT)))
        add(malicious, event, "hidden-name", made ? 0.95 : 0.8,
            "It calls a dangerous function whose name it hides from readers.");
    else if ((value->taint & TAINT_VISITOR) && !(value->clean & (CLEAN_LISTED | CLEAN_NUMBER)))
        add(malicious, event, "call-request", 0.75,
            "The visitor chooses which function is called.");
    else if (value->kind != VALUE_STRING && (value->taint & (TAINT_DECODED | TAINT_BUILT)))
        add(malicious, event, "call-built", 0.6, "It calls a function whose name it builds.");
}

static void
command_event(struct malicious *malicious, const struct flow_event *event)
{
    if ((event->value.taint & TAINT_VISITOR) &&
        !(event->value.clean & (CLEAN_SHELL | CLEAN_NUMBER | CLEAN_LISTED)))
        add(malicious, event, "command-request", 0.95, "It runs commands that a visitor sends.");
    else if (event->value.taint & TAINT_DECODED)
        add(malicious, event, "command-decoded", 0.9, "It runs a command that it hides.");
}

static void
write_event(struct malicious *malicious, const struct flow_event *event)
{
    if (event->value.taint & TAINT_VISITOR)
        add(malicious, event, "write-request", 0.3, "It writes to disk what a visitor sends.");
    else if (event->value.kind == VALUE_STRING && str_has(event->value.text, STR("<?")) &&
             ((event->value.taint & TAINT_DECODED) || str_has(event->value.text, STR("eval("))))
        add(malicious, event, "drop-script", 0.85, "It writes a PHP script to disk.");
}

void
malicious_event(struct malicious *malicious, const struct flow_event *event)
{
    /* What a framework does with its callers' words is its business; running them is not. */
    if (event->via && !str_eq(event->via->path, malicious->subject->path) &&
        event->sink != SINK_CODE && event->sink != SINK_COMMAND)
        return;
    switch (event->sink) {
    case SINK_CODE:
        code_event(malicious, event);
        return;
    case SINK_CALLEE:
        callee_event(malicious, event);
        return;
    case SINK_CALLEE_ARGUMENT:
        if (event->value.taint & TAINT_VISITOR)
            add(malicious, event, "call-argument", 0.25,
                "It hands what a visitor sends to a function that is not written out.");
        return;
    case SINK_COMMAND:
        command_event(malicious, event);
        return;
    case SINK_INCLUDE:
        if ((event->value.taint & TAINT_VISITOR) &&
            !(event->value.clean & (CLEAN_PATH | CLEAN_LISTED | CLEAN_NUMBER)))
            add(malicious, event, "include-request", 0.5, "The visitor chooses which file is run.");
        return;
    case SINK_CONTENT:
        write_event(malicious, event);
        return;
    case SINK_RECIPIENT:
        if (event->is_in_loop && (event->value.taint & TAINT_LIST) &&
            (event->value.taint & TAINT_REQUEST))
            add(malicious, event, "mail-bomb", 0.95,
                "It mails every address of a list that the visitor sends.");
        return;
    default:
        return;
    }
}

void
malicious_layer(struct malicious *malicious, struct str code, uint32_t line, struct value value)
{
    (void)malicious;
    (void)code;
    (void)line;
    (void)value;
}
