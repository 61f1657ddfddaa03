#include "event_check.h"
#include "record/access_json.h"
#include "record/journal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What `frame` takes apart of `text`, as the pump does: whole records, front to back. */
static void
read_all(const struct frame *frame, struct str text)
{
    while (text.len) {
        size_t len = frame->split ? frame->split(text) : str_index(text, '\n') + 1;
        struct event event;

        require(frame->split == NULL || len <= text.len);
        if (len == 0 || len > text.len)
            len = text.len;
        record_read(frame, str_first(text, len), &event);
        require_in_range(&event);
        text = str_from(text, len);
    }
}

/* The frame that is found is one of the table, and finds records of its own in the text. */
static void
check_detection(struct str text)
{
    const struct frame *frame = record_detect(text);

    if (frame) {
        require(record_frame(str_from_cstr(frame->name)) == frame);
        read_all(frame, text);
    }
}

/* The input as a file whose frame is to be found, and as one record of every frame. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {
        "syslog",  "pure-ftpd", "combined", "php",     "exim",
        "dovecot", "xferlog",   "vsftpd",   "proftpd", "panel",
    };

    check_detection((struct str){(const char *)data, size});
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        event_check_record(names[i], data, size, STR_EMPTY);
    event_check_record("access-json", data, size, access_json_scratch());
    event_check_record("journal-json", data, size, journal_scratch());
    event_check_record("journal-export", data, size, journal_scratch());
    return 0;
}
