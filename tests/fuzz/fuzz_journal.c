#include "event_check.h"
#include "record/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Both forms of journalctl's output, and the blocks that -o export is cut into. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str text = {(const char *)data, size};
    size_t len;

    event_check_record("journal-json", data, size, journal_scratch());
    event_check_record("journal-export", data, size, journal_scratch());
    while ((len = journal_export_split(text)) > 0) {
        require(len <= text.len);
        text = str_from(text, len);
    }
    return 0;
}
