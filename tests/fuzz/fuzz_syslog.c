#include <stdlib.h>

#include "event_check.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
same_slice(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || a.data == b.data);
}

/* What the reader remembers of a record changes nothing about the same record read again. */
static void
require_same_again(struct str record)
{
    struct event first, again;

    record_read(record_frame(STR("syslog")), record, &first);
    record_read(record_frame(STR("syslog")), record, &again);
    if (first.kind != again.kind || first.stamp_form != again.stamp_form ||
        first.stamp_us != again.stamp_us || first.pid != again.pid || first.key != again.key ||
        first.repeats != again.repeats || !same_slice(first.host, again.host) ||
        !same_slice(first.program, again.program) || !same_slice(first.instance, again.instance) ||
        !same_slice(first.queue_id, again.queue_id))
        abort();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    event_check_record("syslog", data, size, STR_EMPTY);
    require_same_again((struct str){(const char *)data, size});
    return 0;
}
