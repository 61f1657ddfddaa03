#include "disk/scanner_parts.h"
#include "disk/yara_child.h"

_Static_assert(SCANNER_FILE_BYTES_MAX == YARA_FILE_BYTES_MAX, "a child sees all that is read");

bool
scanner_ask_rules(struct scanner *scanner, const struct subject *subject, struct findings *findings)
{
    struct yara_subject asked = {
        .path = subject->path.data, /* a job's path ends with a NUL */
        .bytes = subject->source,
        .head_bytes = subject->source.len,
        .size_bytes = subject->source.len,
    };
    struct err err;

    if (subject->is_partial && subject->size_bytes >= subject->source.len &&
        subject->source.len > SCANNER_FILE_BYTES_MAX / 2) {
        asked.head_bytes = SCANNER_FILE_BYTES_MAX / 2;
        asked.size_bytes = subject->size_bytes;
    }
    switch (yara_rules_ask(scanner->options.rules, &asked, findings, &err)) {
    case YARA_READ:
        return true;
    case YARA_UNREAD:
        scanner_complain_of(scanner, asked.path, err.text);
        return false;
    case YARA_GIVEN_UP:
        scanner->unread++;
        return false;
    }
    return false;
}
