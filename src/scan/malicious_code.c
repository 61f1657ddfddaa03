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
    /* Generators of code, in libraries. */
    if (event->value.kind != VALUE_STRING &&
        (malicious_is_in_method(event) ||
         (event->inside.len && malicious->subject->source.len > 20000)))
        return 0.6;
    return 0.93;
}

/* create_function('$a', 'assert($a);') */
static bool
is_runner_of_arguments(const struct flow_event *event)
{
    static const char *const calls[] = {"assert($", "eval($", "system($", "exec($", "passthru($"};

    if (event->value.kind != VALUE_STRING || event->value.text.len > 200 ||
        !str_eq(event->function, STR("create_function")))
        return false;
    for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
        size_t at = str_find(event->value.text, str_from_cstr(calls[i]));

        if (at < event->value.text.len && event->value.text.data[at + strlen(calls[i])] != '_')
            return true;
    }
    return false;
}

/* eval($this->x) */
static bool
runs_property(const struct node *node)
{
    for (const struct node *child = node->child; child; child = child->next) {
        if (child->kind == NODE_PROPERTY || (child->kind == NODE_ARGUMENT && runs_property(child)))
            return true;
    }
    return false;
}

/* Objects out of the request meet a class that runs what they hold. */
static const char magic_why[] =
    "Its objects run what they hold, when they come to life or die: a backdoor by unserialize().";

static void
malicious_magic(struct malicious *malicious, const struct flow_event *event)
{
    bool is_small = malicious->subject->source.len < 4000 &&
                    !str_has(malicious->subject->source, STR("namespace "));

    malicious_add(malicious, event, "magic-code",
                  malicious->is_unserialized ? 0.93
                  : is_small                 ? 0.9
                                             : 0.4,
                  magic_why);
}

void
malicious_code(struct malicious *malicious, const struct flow_event *event)
{
    struct value value = event->value;
    uint16_t made = value.made & MADE_HIDING;

    if (is_runner_of_arguments(event)) {
        malicious_add(malicious, event, "callback-that-runs", 0.93,
                      "It makes a function that runs whatever it is handed.");
    } else if (malicious_is_visitor(value)) {
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
                      made == MADE_REPLACE ? 0.8
                      : value.kind != VALUE_STRING &&
                              !((made & MADE_PICK) && malicious_is_alone(malicious))
                          ? 0.8
                          : 0.9,
                      "It puts code together from pieces, and runs it.");
    } else if (value.taint & (TAINT_SESSION | TAINT_DATABASE)) {
        malicious_add(malicious, event, "eval-stored", 0.4,
                      "It runs code that is kept where no file shows it.");
    } else if (value.taint & TAINT_BUILT) {
        malicious_add(malicious, event, "eval-built", 0.6,
                      "It puts code together from pieces, and runs it.");
    } else if (value.taint & TAINT_FILE) {
        malicious_add(malicious, event, "eval-file",
                      malicious->subject->source.len < 600 && malicious_is_alone(malicious) ? 0.9
                                                                                            : 0.4,
                      "It runs code out of another file.");
    } else if (malicious_is_unset(value)) {
        malicious_add(malicious, event, "eval-unset", malicious_unset_weight(malicious, 0.91),
                      "It runs as PHP what nothing in the file sets.");
    } else if (malicious_is_bare_runner(malicious, event) &&
               !(value.made & (MADE_CONCAT | MADE_TEMPLATE))) {
        malicious_add(malicious, event, "runs-parameter", 0.9,
                      "It is a function, and nothing else, that runs whatever it is handed.");
    }
    if (!event->via && malicious_is_in_magic(event) &&
        (value.kind != VALUE_STRING || runs_property(event->node)))
        malicious_magic(malicious, event);
}

void
malicious_unserialize(struct malicious *malicious, const struct flow_event *event)
{
    if (malicious_is_visitor(event->value) || event->value.kind == VALUE_STRING)
        malicious->is_unserialized = true;
}

static double
hidden_pattern_weight(const struct malicious *malicious)
{
    return malicious->subject->source.len < 3000 && malicious_is_alone(malicious) ? 0.9 : 0.3;
}

/* preg_replace with a pattern from the visitor: with /e in it, the replacement runs. */
void
malicious_pattern(struct malicious *malicious, const struct flow_event *event)
{
    if (event->value.kind != VALUE_STRING && (event->value.taint & TAINT_DECODED) && !event->via)
        malicious_add(malicious, event, "pattern-hidden", hidden_pattern_weight(malicious),
                      "It hides a pattern, which in older PHP can run code.");
    if (malicious_is_unset(event->value) && event->value.kind != VALUE_STRING)
        malicious->unset_node = event->node;
    if (malicious->unset_node && malicious->unset_node == event->node &&
        malicious_is_visitor(event->value))
        malicious_add(malicious, event, "pattern-unset", malicious_unset_weight(malicious, 0.9),
                      "What a visitor sends goes into a pattern that nothing in the file sets.");
    if (event->value.kind != VALUE_STRING && malicious_is_visitor(event->value) &&
        !malicious_is_header_only(event->value))
        malicious_add(malicious, event, "pattern-request", 0.2,
                      "The visitor chooses a pattern, which in older PHP can run code.");
}

/* Commands that are run to look around in a strange server, to stay there, or to hide. */
static double
command_weight(struct str command)
{
    static const struct {
        const char *part;
        double weight;
    } parts[] = {
        {"bash_history", 0.92}, {"unset HISTFILE", 0.92}, {"/dev/tcp/", 0.93},
        {"bash -i", 0.92},      {"sh -i", 0.91},          {"/etc/shadow", 0.9},
        {"nc -e", 0.92},        {"nc -l", 0.9},           {"rm -rf /", 0.9},
        {"net user", 0.92},     {"net localgroup", 0.92}, {"lwp-download", 0.92},
        {"wget http", 0.85},    {"curl http", 0.6},       {"/etc/passwd", 0.85},
        {"cmd.exe", 0.75},      {"perl /tmp", 0.92},      {"chmod 777 /tmp", 0.92},
        {"uname -a", 0.5},      {"whoami", 0.5},          {"ipconfig", 0.5},
        {"ifconfig", 0.4},      {"netstat", 0.5},         {"javac ", 0.6},
        {"gcc ", 0.5},          {"/bin/sh", 0.6},
    };
    double weight = 0;

    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (parts[i].weight > weight && str_has(command, str_from_cstr(parts[i].part)))
            weight = parts[i].weight;
    }
    return weight;
}

/* A command that is written out. */
static void
known_command(struct malicious *malicious, const struct flow_event *event)
{
    struct str text = event->value.text;
    double weight = command_weight(text);

    if (event->layer && event->value.kind == VALUE_STRING)
        malicious_add(malicious, event, "command-in-text", 0.9,
                      "It runs a command from code that it keeps as text.");
    else if (weight > 0 && !malicious_is_in_method(event))
        malicious_add(malicious, event, "command-attack",
                      malicious_is_alone(malicious) ? weight : weight * 0.6,
                      "It runs a command that attackers run.");
}

/* It writes a program and has a compiler make of it what runs. */
static void
compiler(struct malicious *malicious, const struct flow_event *event)
{
    static const char *const compilers[] = {"\"gcc ", "'gcc ", "\"javac ", "'javac ", "\"cc "};

    if (!malicious->is_written || signs_have(malicious->signs, "compiles-request"))
        return;
    for (size_t i = 0; i < sizeof(compilers) / sizeof(compilers[0]); i++) {
        if (str_has(malicious->subject->source, str_from_cstr(compilers[i])))
            malicious_add(malicious, event, "compiles-request", 0.92,
                          "It writes a program that a visitor sends, and builds and runs it.");
    }
}

void
malicious_command(struct malicious *malicious, const struct flow_event *event)
{
    compiler(malicious, event);
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
        malicious_add(malicious, event, "command-decoded",
                      event->value.kind == VALUE_STRING && (event->value.made & MADE_BASE64) ? 0.93
                                                                                             : 0.85,
                      "It runs a command that it hides.");
    else if (event->value.taint & TAINT_NETWORK)
        malicious_add(malicious, event, "command-network",
                      malicious->subject->source.len < 4000 ? 0.9 : 0.6,
                      "It runs commands that it fetches from elsewhere.");
    else if (malicious_is_unset(event->value) &&
             !(event->value.clean & (CLEAN_SHELL | CLEAN_QUOTED)))
        malicious_add(malicious, event, "command-unset", malicious_unset_weight(malicious, 0.92),
                      "It runs commands that nothing in the file sets.");
    else if (malicious_is_bare_runner(malicious, event))
        malicious_add(malicious, event, "runs-parameter", 0.9,
                      "It is a function, and nothing else, that runs whatever it is handed.");
    else
        known_command(malicious, event);
    if (!event->via && malicious_is_in_magic(event) &&
        (event->value.kind != VALUE_STRING || runs_property(event->node)))
        malicious_magic(malicious, event);
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

    if (value.text.len && malicious->written.len && str_eq(value.text, malicious->written) &&
        !event->via && !malicious_is_in_method(event))
        malicious_add(malicious, event, "include-written", 0.94,
                      "It writes what comes from outside to a file, and runs that.");
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
