#include "scan/malicious_parts.h"

/* "x.php", ".htaccess": what the web server runs, or is told by. */
static bool
is_program_path(struct str path)
{
    static const char *const ends[] = {".php", ".phtml", ".php5", ".php3", ".php7", ".htaccess"};

    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
        size_t len = strlen(ends[i]);

        if (path.len >= len &&
            str_eq_nocase(str_from(path, path.len - len), str_from_cstr(ends[i])))
            return true;
    }
    return false;
}

static bool
is_page(struct str url)
{
    return str_starts_nocase(url, STR("http://")) || str_starts_nocase(url, STR("https://")) ||
           str_starts_nocase(url, STR("ftp://"));
}

void
malicious_path(struct malicious *malicious, const struct flow_event *event)
{
    if (malicious_is_visitor(event->value) && !malicious_is_header_only(event->value) &&
        !(event->value.clean & CLEAN_PATH)) {
        if (str_eq(event->function, STR("copy")) && (event->value.taint & TAINT_UPLOAD)) {
            malicious_upload(malicious, event);
            return;
        }
        malicious->path_node = event->node;
        if (malicious->copied_node && malicious->copied_node == event->node &&
            !malicious_is_in_method(event) && malicious_is_alone(malicious))
            malicious_add(malicious, event, "write-request", 0.91,
                          "It copies what a visitor wants to where the visitor wants it.");
        malicious_add(malicious, event, "path-request", 0.25,
                      "The visitor chooses which file is written.");
    } else if (malicious_is_unset(event->value) && malicious_is_alone(malicious)) {
        malicious->unset_path = true;
    }
    if (event->value.kind != VALUE_STRING || !event->value.text.len)
        return;
    malicious->path = event->value.text;
    if (malicious->page_node && malicious->page_node == event->node)
        malicious->written = malicious->path;
    if (malicious->page_node && malicious->page_node == event->node &&
        is_program_path(malicious->path))
        malicious_add(malicious, event, "write-network", malicious_is_alone(malicious) ? 0.92 : 0.6,
                      "It fetches a program from elsewhere and writes it to disk.");
}

/* Text that begins as a shell does, with what a visitor sends behind it. Settings are none. */
static bool
begins_program(struct value value)
{
    static const char *const words[] = {"eval",          "assert",   "system",
                                        "exec",          "passthru", "popen",
                                        "base64_decode", "include",  "preg_replace"};
    struct str front = str_first(value.text, 200);

    if (!str_has(front, STR("<?")))
        return false;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_has(front, str_from_cstr(words[i])))
            return true;
    }
    return false;
}

/* Places where anybody leaves text for programs to fetch. */
static bool
names_paste(struct str source)
{
    return str_has(source, STR("pastebin.com/")) || str_has(source, STR("hastebin.com/")) ||
           str_has(source, STR("/raw/paste")) || str_has(source, STR("paste.ee/"));
}

/* What is fetched becomes a program here. */
static double
fetched_weight(const struct malicious *malicious, const struct flow_event *event)
{
    struct str source = malicious->subject->source;
    bool is_alone = malicious_is_alone(malicious) || malicious_is_first(malicious, event);

    if (names_paste(source) && is_alone)
        return 0.92;
    if (is_program_path(malicious->path) && !str_has(source, STR("namespace ")))
        return is_alone ? 0.93 : 0.7;
    if (!is_alone)
        return 0.5;
    return str_has(source, STR(".php'")) || str_has(source, STR(".php\"")) ? 0.91 : 0.5;
}

static void
note_written(struct malicious *malicious)
{
    malicious->is_written = true;
    if (malicious->path.len)
        malicious->written = malicious->path;
}

static bool
holds_program(struct value value)
{
    return value.kind == VALUE_STRING && str_has(value.text, STR("<?")) &&
           (str_has(value.text, STR("eval")) || str_has(value.text, STR("$_POST")) ||
            str_has(value.text, STR("$_REQUEST")) || str_has(value.text, STR("$_GET")) ||
            str_has(value.text, STR("system(")) || str_has(value.text, STR("base64_decode")) ||
            str_has(value.text, STR("move_uploaded_file")) || str_has(value.text, STR("assert")));
}

void
malicious_content(struct malicious *malicious, const struct flow_event *event)
{
    struct value value = event->value;
    bool is_copy = str_eq(event->function, STR("copy")) || str_eq(event->function, STR("rename"));
    bool is_small = malicious->subject->source.len < 3000;

    if (holds_program(value)) {
        malicious_add(malicious, event, "drop-script",
                      (value.taint & TAINT_DECODED) || (malicious->subject->source.len < 8000 &&
                                                        !malicious_is_in_method(event))
                          ? 0.93
                          : 0.85,
                      "It writes a PHP script to disk.");
    } else if (str_has(value.text, STR("#include <")) ||
               str_has(value.text, STR("#!/usr/bin/perl"))) {
        malicious_add(malicious, event, "drop-program", malicious_is_in_method(event) ? 0.6 : 0.91,
                      "It writes a program to disk that is none of a site.");
    } else if (is_copy) {
        if (is_page(value.text)) {
            malicious->page_node = event->node;
            note_written(malicious);
        }
        if (malicious_is_visitor(value) && !(value.taint & TAINT_UPLOAD) &&
            str_eq(event->function, STR("copy")) && !(value.clean & CLEAN_PATH))
            malicious->copied_node = event->node;
        return;
    } else if (malicious_is_visitor(value) && !malicious_is_header_only(value)) {
        bool is_alone = malicious_is_alone(malicious) || malicious_is_first(malicious, event);
        bool is_pair = malicious->path_node && (is_alone || malicious->path_node == event->node);

        note_written(malicious);
        if (begins_program(value))
            malicious_add(malicious, event, "drop-script", is_alone ? 0.92 : 0.6,
                          "It writes a PHP script to disk, with what a visitor sends in it.");
        malicious_add(malicious, event, "write-request",
                      is_pair    ? (is_alone ? 0.93 : 0.6)
                      : is_small ? 0.6
                                 : 0.3,
                      is_pair ? "It writes what a visitor sends to where the visitor wants it."
                              : "It writes to disk what a visitor sends.");
    } else if ((value.taint & TAINT_NETWORK) && is_small) {
        note_written(malicious);
        malicious_add(malicious, event, "write-network", fetched_weight(malicious, event),
                      "It fetches something from elsewhere and writes it to disk.");
    } else if (malicious_is_unset(value) && malicious->unset_path &&
               malicious_is_alone(malicious)) {
        malicious_add(malicious, event, "write-unset", 0.9,
                      "It writes to disk what nothing in the file sets, where nothing says.");
    } else if ((value.taint & TAINT_DECODED) && value.kind == VALUE_STRING &&
               (str_has(value.text, STR("<?")) || str_starts(value.text, STR("#!")) ||
                str_starts(value.text, STR("\x7f"
                                           "ELF")))) {
        malicious_add(malicious, event, "drop-script", 0.9,
                      "It unpacks a program that is hidden from readers, and writes it to disk.");
    }
}

/* Packets to a host that the visitor names, for as long as he likes. */
void
malicious_host(struct malicious *malicious, const struct flow_event *event)
{
    bool is_udp = str_starts_nocase(event->value.text, STR("udp:"));

    if (malicious_is_visitor(event->value) && !malicious_is_header_only(event->value) &&
        (is_udp || event->is_in_loop))
        malicious_add(malicious, event, "flood", is_udp ? 0.93 : 0.6,
                      "It connects again and again to a host that the visitor names.");
}

void
malicious_upload(struct malicious *malicious, const struct flow_event *event)
{
    struct value value = event->value;
    size_t size = malicious->subject->source.len;

    if (value.kind == VALUE_STRING && is_program_path(value.text))
        malicious_add(malicious, event, "upload-program",
                      malicious_is_alone(malicious) ? 0.93 : 0.6,
                      "It keeps what anybody uploads as a program.");
    if (malicious_is_unset(value) && malicious_is_alone(malicious))
        malicious_add(malicious, event, "upload-any", size < 4000 ? 0.9 : 0.6,
                      "It takes any file from anybody and keeps its name.");
    if (!(value.taint & TAINT_VISITOR) || (value.clean & (CLEAN_LISTED | CLEAN_NUMBER)))
        return;
    if (event->guards & (GUARD_LOGIN | GUARD_ADMIN | GUARD_TOKEN))
        return;
    malicious_add(malicious, event, "upload-any",
                  event->inside.len                                     ? 0.2
                  : size < 3000 && malicious_is_alone(malicious)        ? 0.9
                  : size < 1000 || malicious_is_first(malicious, event) ? 0.91
                  : size < 1500                                         ? 0.7
                  : size < 4000                                         ? 0.5
                                                                        : 0.3,
                  "It takes any file from anybody and keeps its name.");
}

/* A page that nobody shall read before it is shown. */
void
malicious_output(struct malicious *malicious, const struct flow_event *event)
{
    uint16_t made = event->value.made;

    if (event->value.kind == VALUE_STRING && event->value.text.len > 200 && (made & MADE_INFLATE) &&
        (made & MADE_BASE64))
        malicious_add(malicious, event, "hidden-page", malicious_is_in_method(event) ? 0.5 : 0.9,
                      "It shows a page that it hides from readers.");
}
