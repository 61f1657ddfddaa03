#include "scan/malicious_parts.h"

static int
bits(uint32_t set)
{
    return __builtin_popcount(set);
}

/* What PHP itself wrote as a literal, or a list of arguments: text in code, and no code. */
static bool
is_literal_text(const struct malicious *malicious, const struct flow_event *event)
{
    struct str source = malicious->subject->source;
    struct str line = finding_quote(source, finding_line_offset(source, event->line));

    return str_has(line, STR("var_export")) || str_starts(event->value.text, STR("return [")) ||
           str_starts(event->value.text, STR("return array("));
}

static double
decoded_weight(const struct malicious *malicious, const struct flow_event *event)
{
    if (malicious_is_sold_encoder(malicious))
        return 0.4;
    return event->value.kind != VALUE_STRING && malicious_is_in_method(event) ? 0.6 : 0.93;
}

void
malicious_code(struct malicious *malicious, const struct flow_event *event)
{
    struct value value = event->value;
    uint16_t made = value.made & MADE_HIDING;

    if (malicious_is_visitor(value)) {
        malicious_add(malicious, event, "eval-request",
                      is_literal_text(malicious, event) ? 0.4
                      : (event->via || str_eq(event->function, STR("assert"))) &&
                              malicious_is_in_method(event)
                          ? 0.6
                      : malicious_is_header_only(value) ? 0.9
                                                        : 0.98,
                      "It runs as PHP whatever a visitor sends: a backdoor.");
    } else if (value.taint & TAINT_NETWORK) {
        malicious_add(malicious, event, "eval-network",
                      malicious->subject->source.len < 4000 ? 0.93 : 0.8,
                      "It fetches code from elsewhere and runs it.");
    } else if ((value.taint & TAINT_DECODED) ||
               (made & (MADE_BASE64 | MADE_INFLATE | MADE_ROT13 | MADE_XOR))) {
        malicious_add(malicious, event, "eval-decoded", decoded_weight(malicious, event),
                      "It unpacks code that is hidden from readers, and runs it.");
    } else if (bits(made) >= 2 || (made & (MADE_PICK | MADE_CHR | MADE_REVERSE | MADE_REPLACE))) {
        malicious_add(malicious, event, "eval-built",
                      made == MADE_REPLACE || value.kind != VALUE_STRING ? 0.8 : 0.9,
                      "It puts code together from pieces, and runs it.");
    } else if (value.taint & (TAINT_SESSION | TAINT_DATABASE)) {
        malicious_add(malicious, event, "eval-stored", 0.4,
                      "It runs code that is kept where no file shows it.");
    } else if (value.taint & TAINT_BUILT) {
        malicious_add(malicious, event, "eval-built", 0.6,
                      "It puts code together from pieces, and runs it.");
    } else if (value.taint & TAINT_FILE) {
        malicious_add(malicious, event, "eval-file", 0.4, "It runs code out of another file.");
    }
}

/* preg_replace with a pattern from the visitor: with /e in it, the replacement runs. */
void
malicious_pattern(struct malicious *malicious, const struct flow_event *event)
{
    if (event->value.kind != VALUE_STRING && malicious_is_visitor(event->value) &&
        !malicious_is_header_only(event->value))
        malicious_add(malicious, event, "pattern-request", 0.2,
                      "The visitor chooses a pattern, which in older PHP can run code.");
}

void
malicious_command(struct malicious *malicious, const struct flow_event *event)
{
    if (malicious_is_visitor(event->value) && !(event->value.clean & CLEAN_SHELL))
        malicious_add(malicious, event, "command-request",
                      malicious_is_header_only(event->value) &&
                              ((event->value.made & (MADE_CONCAT | MADE_TEMPLATE)) ||
                               malicious_is_in_method(event) || event->via)
                          ? 0.6
                      : event->via && malicious_is_in_method(event) ? 0.6
                                                                    : 0.95,
                      "It runs commands that a visitor sends.");
    else if ((event->value.taint & TAINT_DECODED) || (event->value.made & MADE_HIDING))
        malicious_add(malicious, event, "command-decoded", 0.85,
                      "It runs a command that it hides.");
    else if (event->value.taint & TAINT_NETWORK)
        malicious_add(malicious, event, "command-network",
                      malicious->subject->source.len < 4000 ? 0.9 : 0.6,
                      "It runs commands that it fetches from elsewhere.");
}

static bool
is_no_program(struct str path)
{
    static const char *const endings[] = {".ico", ".jpg", ".jpeg", ".png",
                                          ".gif", ".bmp", ".txt",  ".log"};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
        size_t len = strlen(endings[i]);

        if (path.len > len &&
            str_eq_nocase(str_from(path, path.len - len), str_from_cstr(endings[i])))
            return true;
    }
    return false;
}

static bool
is_stream(struct str path)
{
    static const char *const begins[] = {"data:",  "php://", "http://", "https://",
                                         "ftp://", "zip://", "phar://", "expect://"};

    for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++) {
        if (str_starts_nocase(path, str_from_cstr(begins[i])))
            return true;
    }
    return false;
}

void
malicious_include(struct malicious *malicious, const struct flow_event *event)
{
    struct value value = event->value;

    if (value.kind == VALUE_STRING) {
        if (value.made & MADE_HIDING)
            malicious_add(malicious, event, "include-hidden", 0.93,
                          "It runs a file whose name it hides from readers.");
        else if (is_no_program(value.text) && !event->via)
            malicious_add(
                malicious, event, "include-picture",
                str_has(value.text, STR(".txt")) || str_has(value.text, STR(".log")) ? 0.4 : 0.9,
                "It runs a file that by its name is no program.");
        else if (is_stream(value.text) && !str_starts_nocase(value.text, STR("phar://")))
            malicious_add(malicious, event, "include-stream",
                          str_has(value.text, STR("input")) || str_starts(value.text, STR("data"))
                              ? 0.95
                              : 0.85,
                          "It runs what is no file of this site.");
    } else if (malicious_is_visitor(value) && !(value.clean & CLEAN_PATH)) {
        bool is_whole = !value.text.len && !(value.made & (MADE_CONCAT | MADE_TEMPLATE)) &&
                        !malicious_is_header_only(value) && !event->via;

        malicious_add(malicious, event, "include-request",
                      is_whole && malicious->subject->source.len < 1000 ? 0.9
                      : is_whole                                        ? 0.5
                                                                        : 0.35,
                      "The visitor chooses which file is run.");
    } else if (value.taint & TAINT_DECODED) {
        malicious_add(malicious, event, "include-hidden", 0.7,
                      "It runs a file whose name it hides from readers.");
    }
}
