#include "event_check.h"
#include "record/field.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str record = {(const char *)data, size};
    struct event event;

    event_check_record("panel", data, size, STR_EMPTY);
    event_init(&event);
    record_frame(STR("panel"))->read(record, &event);
    /* What the probe knows is understood, and nobody logs in from nowhere. */
    require((record_frame(STR("panel"))->probe(record) > 0) == (event.kind != EVENT_UNKNOWN));
    require(event.kind != EVENT_LOGIN || field_is_address(event.login.client));
    return 0;
}
