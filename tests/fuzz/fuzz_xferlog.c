#include "event_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_uploads(const char *name, struct str record)
{
    const struct frame *frame = record_frame(str_from_cstr(name));
    struct event event;

    event_init(&event);
    frame->read(record, &event);
    require((frame->probe(record) > 0) == (event.kind != EVENT_UNKNOWN));
    require(event.kind != EVENT_UPLOAD ||
            (event.upload.path.len > 0 && is_inside(record, event.upload.path)));
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str record = {(const char *)data, size};

    event_check_record("xferlog", data, size, STR_EMPTY);
    event_check_record("pure-ftpd", data, size, STR_EMPTY);
    check_uploads("xferlog", record);
    check_uploads("pure-ftpd", record);
    return 0;
}
